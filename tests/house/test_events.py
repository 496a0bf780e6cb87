"""Every event is wired to a listener in config/wiring.py or declared unheard there: none is announced into the void."""

from __future__ import annotations

import dataclasses
import datetime
import importlib
import inspect
import typing
import uuid
from collections.abc import Iterable
from types import NoneType, UnionType

from tests.house import source

PLAIN = {str, int, bool, float, uuid.UUID, datetime.datetime, datetime.date, NoneType}


def announced() -> list[type]:
    """Return every dataclass defined in a room's events module."""
    modules = [path for path in source.python() if path.endswith("/events.py") or "/events/" in path]
    found = []
    for path in modules:
        module = importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        for _name, kind in inspect.getmembers(module, inspect.isclass):
            is_base = bool(kind.__subclasses__())
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__ and not is_base:
                found.append(kind)
    return found


def unheard_and_undeclared(
    kinds: Iterable[type], wired: Iterable[type], declared: Iterable[type]
) -> list[str]:
    """Return one sentence per event that is neither wired nor declared, or both."""
    wired, declared = set(wired), set(declared)
    faults = []
    for kind in kinds:
        if kind not in wired and kind not in declared:
            faults.append(f"{kind.__name__}: wire it in config/wiring.py or add it to UNHEARD")
        if kind in wired and kind in declared:
            faults.append(f"{kind.__name__}: is wired, so take it out of UNHEARD")
    return faults


def not_plain(kind: type) -> list[str]:
    """Return fields that an outbox row could not carry: events hold words, numbers, ids and times only."""
    faults = [] if kind.__dataclass_params__.frozen else [f"{kind.__name__} is not frozen"]  # type: ignore[attr-defined]
    for name, hint in typing.get_type_hints(kind).items():
        parts = (
            typing.get_args(hint)
            if isinstance(hint, UnionType) or typing.get_origin(hint) is typing.Union
            else (hint,)
        )
        if not set(parts) <= PLAIN:
            faults.append(f"{kind.__name__}.{name}: {hint}")
    return faults


def test_every_event_is_wired_or_declared_unheard() -> None:
    wiring = importlib.import_module("jinlin.config.wiring")
    wired = [row[0] for row in wiring.WIRING]
    faults = unheard_and_undeclared(announced(), wired, wiring.UNHEARD)
    assert not faults, faults
    strangers = {kind.__name__ for kind in [*wired, *wiring.UNHEARD]} - {
        kind.__name__ for kind in announced()
    }
    assert not strangers, f"wired but defined in no events module: {strangers}"


def test_events_are_frozen_and_plain() -> None:
    wiring = importlib.import_module("jinlin.config.wiring")
    later = {row[0] for row in wiring.WIRING if row[2]}
    inside = {row[0] for row in wiring.WIRING} - later  # never in the outbox: these may carry frozen facts
    faults = [fault for kind in announced() if kind not in inside for fault in not_plain(kind)]
    assert not faults, faults
    assert all(kind.__dataclass_params__.frozen for kind in inside)  # type: ignore[attr-defined]


@dataclasses.dataclass
class _Loose:
    case: dict


@dataclasses.dataclass(frozen=True)
class _Fine:
    case_id: uuid.UUID
    note: str | None


def test_it_bites() -> None:
    assert unheard_and_undeclared([_Fine], [], []) != []
    assert unheard_and_undeclared([_Fine], [_Fine], [_Fine]) != []
    assert unheard_and_undeclared([_Fine], [_Fine], []) == []
    assert len(not_plain(_Loose)) == 2
    assert not_plain(_Fine) == []
