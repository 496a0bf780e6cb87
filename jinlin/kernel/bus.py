"""Events: how an effect runs upwards without an import upwards.

`announce` must stand inside the transaction that made the fact true. Listeners in the transaction run at once
and their failure undoes the fact. After-commit listeners get an outbox row in the same transaction and run at
least once, soon after the commit or at the next tick, so they must be idempotent. Delivery holds a
transaction (on SQLite the write gate): a listener that needs the network enqueues a job instead.
"""

from __future__ import annotations

import dataclasses
import logging
import types
import typing
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.module_loading import import_string

from . import clock, rows
from .models import OutboxMessage

Handler = Callable[[Any], None]
BACKOFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 6 * 3600))

_log = logging.getLogger(__name__)
_now: dict[type, list[Handler]] = {}
_later: dict[type, list[Handler]] = {}


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def subscribe(event_type: type, handler: Handler, *, after_commit: bool) -> None:
    """Add a listener; only config/wiring.py (and tests) call this. Subscribing twice is the same as once.

    An after-commit handler is found again by its name, so it must be a module-level function.
    """
    if not dataclasses.is_dataclass(event_type):
        raise TypeError(f"{event_type!r} is not a frozen dataclass")
    if after_commit and "<" in _name(handler):
        raise TypeError(f"{_name(handler)} can't be found by name after a restart")
    listeners = (_later if after_commit else _now).setdefault(event_type, [])
    if handler not in listeners:
        listeners.append(handler)


def unsubscribe(event_type: type, handler: Handler) -> None:
    """Take a listener away again, for tests."""
    for table in (_now, _later):
        if handler in table.get(event_type, []):
            table[event_type].remove(handler)


def listeners(event_type: type) -> tuple[Handler, ...]:
    """Return everybody who hears this event, for tests of the house and the doctor."""
    return (*_now.get(event_type, ()), *_later.get(event_type, ()))


def announce(event: Any) -> None:
    """Tell the listeners that something has become true; RuntimeError outside a transaction."""
    if not rows.link().in_atomic_block:
        raise RuntimeError(f"{_name(type(event))} was announced outside the transaction that makes it true")
    for handler in tuple(_now.get(type(event), ())):
        handler(event)
    later = _later.get(type(event), ())
    if not later:
        return
    payload = to_payload(event)
    name = _name(type(event))
    moment = clock.now()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(handler=_name(h), event=name, payload=payload, created_at=moment, due_at=moment)
            for h in later
        ]
    )
    transaction.on_commit(_deliver_soon, robust=True)


def _deliver_soon() -> None:
    """Deliver on commit as a courtesy; whatever goes wrong, the tick job delivers later."""
    if not connection.in_atomic_block:
        deliver_outbox()


def deliver_outbox(limit: int = 100) -> int:
    """Deliver up to `limit` waiting messages and return how many were heard.

    One transaction, a savepoint per message: a listener's own rows and the removal of its message are one
    fact. Rows that another process is delivering are skipped. A failing listener is tried again after
    BACKOFF; it never holds up the others.
    """
    if not OutboxMessage.objects.filter(due_at__lte=clock.now()).exists():
        return 0
    heard = 0
    with transaction.atomic():
        waiting = OutboxMessage.objects.filter(due_at__lte=clock.now()).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        for message in list(waiting[:limit]):
            heard += _deliver(message)
    return heard


def _deliver(message: OutboxMessage) -> bool:
    try:
        with transaction.atomic():
            handler = import_string(message.handler)
            handler(from_payload(import_string(message.event), message.payload))
            message.delete()
    except Exception as error:
        _log.warning("outbox %s -> %s failed: %s", message.event, message.handler, type(error).__name__)
        wait = BACKOFF[min(message.attempts, len(BACKOFF) - 1)]
        message.attempts = min(message.attempts + 1, 30_000)
        message.due_at = clock.now() + wait
        message.last_error = type(error).__name__[:200]  # the text of an error may hold personal data
        message.save(update_fields=["attempts", "due_at", "last_error"])
        return False
    return True


def stuck_messages(attempts: int = 5) -> int:
    """Count messages that have failed `attempts` times or more, for the doctor."""
    return OutboxMessage.objects.filter(attempts__gte=attempts).count()


def to_payload(event: Any) -> dict[str, Any]:
    """Turn an event into JSON values; TypeError for a field that isn't text, number, id, moment or None."""
    return {f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset | list):
        return [_plain(item) for item in value]
    raise TypeError(f"an event can't carry {type(value).__name__}")


@lru_cache(maxsize=256)
def _hints(event_type: type) -> dict[str, Any]:
    return typing.get_type_hints(event_type)


def from_payload(event_type: type, payload: dict[str, Any]) -> Any:
    """Build the event again from `to_payload`'s values, reading the types from the dataclass."""
    hints = _hints(event_type)
    return event_type(
        **{name: _typed(value, hints[name]) for name, value in payload.items() if name in hints}
    )


def _typed(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _typed(value, next(part for part in typing.get_args(hint) if part is not type(None)))
    if origin in (tuple, frozenset, list):
        return origin(_typed(item, typing.get_args(hint)[0]) for item in value)
    if hint is UUID:
        return UUID(value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    return value
