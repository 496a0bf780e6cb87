"""Idempotency keys: what a bad network repeats happens once and answers the same.

The client makes one key per tap. The key's row is written first, in the transaction of the effect: a second
use of the key waits for that transaction (unique index on PostgreSQL, write gate on SQLite) and then reads
its answer. If the effect fails, the row goes with it and the key may be used again.
Source: IETF draft-ietf-httpapi-idempotency-key-header-07, and design/trust.md section 8.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, wraps
from pathlib import PurePath
from types import NoneType
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import OperationalError, connection, models, transaction
from django.utils.translation import gettext as _

from . import clock, rows, throttle
from .errors import Conflict, Invalid, NotFound, gettext_noop
from .ids import new_id
from .models import IdempotencyRecord
from .sqlite3 import together

KEPT = timedelta(days=30)
TRIES = 4
GAVE_WAY = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock_detected, serialization_failure
NOT_PART_OF_THE_REQUEST = frozenset({"actor", "key", "at", "expect"})

_KEY = re.compile(r"[\x21-\x7e]{8,64}")
P = ParamSpec("P")
R = TypeVar("R")


class KeyReused(Conflict):
    """The key has already been used for something else."""

    http_status = 422
    default_message = gettext_noop("这次提交的编号已用于另一项操作，请刷新页面后重新提交。")

    def __init__(self) -> None:
        super().__init__("key_reused")


def once(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make an action (keyword-only, with `actor` and `key`) one transaction that a key runs only once.

    The action returns a model instance or None. Same key and same arguments: the earlier object, read again.
    Same key and other arguments or another verb: KeyReused. A malformed key: Invalid. No key: just the
    transaction. `at` and `expect` are not compared, for a retry may carry a newer view of them.
    """

    def decorate(action: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(action).parameters.values()
        defaults = {one.name: one.default for one in parameters if one.default is not one.empty}

        @wraps(action)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            key = kwargs.get("key")
            if not key:
                return whole(lambda: action(*args, **kwargs))
            if args:
                raise TypeError(f"{verb} takes its inputs by name: others would not tell two requests apart")
            use = _Use(kwargs["actor"], key, verb, fingerprint(defaults | kwargs))

            def run_once() -> R:
                if not use.claim():
                    earlier: Any = use.replay()
                    return earlier  # type: ignore[no-any-return]
                result = action(*args, **kwargs)
                use.finish(result)
                return result

            return whole(run_once)

        return run

    return decorate


def whole(work: Callable[[], R]) -> R:
    """Run `work` as one transaction; again when PostgreSQL let it give way to another in a deadlock.

    Two people may lock two cases in opposite order (each merges into the other's): the one that gave way has
    written nothing, runs again after the other and is told what happened. SQLite has one writer and no deadlocks.
    """
    for _try in range(TRIES - 1):
        try:
            return _counted(work)
        except OperationalError as error:
            if connection.in_atomic_block or getattr(error.__cause__, "sqlstate", "") not in GAVE_WAY:
                raise
    return _counted(work)


def _counted(work: Callable[[], R]) -> R:
    """Run `work` in a transaction that also counts the knocks that brought it (see `throttle.owing`)."""

    def deed() -> R:
        throttle.pay()
        return work()

    db = rows.link()
    if db.vendor == "sqlite" and not db.in_atomic_block:
        done = together.run(deed)
    else:
        with transaction.atomic():
            done = deed()
    throttle.forgive()
    return done


class _Use:
    """One use of a key inside its transaction: claim it, then either finish it or replay the earlier one."""

    def __init__(self, actor: Any, key: Any, verb: str, print_: str) -> None:
        self.key = clean_key(key)
        self.actor_key = str(actor.key)
        # Only a county that never changes for this actor may be part of the key, or a retry could miss it.
        self.county = str(getattr(actor, "county", "") or "")
        self.verb = verb
        self.fingerprint = print_
        self.id = new_id()

    def claim(self) -> bool:
        """Write the key's row; False if it is there already (after waiting for whoever was writing it)."""
        row = rows.made(
            IdempotencyRecord,
            id=self.id,
            county=self.county,
            actor_key=self.actor_key,
            key=self.key,
            verb=self.verb,
            fingerprint=self.fingerprint,
        )
        return rows.insert_unless(row, "(county, actor_key, key) DO NOTHING") == 1

    def replay(self) -> Any:
        """Return the object that the earlier use of this key made or changed."""
        row = IdempotencyRecord.objects.get(county=self.county, actor_key=self.actor_key, key=self.key)
        if row.verb != self.verb or row.fingerprint != self.fingerprint:
            raise KeyReused
        if not row.done:
            raise Conflict("still_running", gettext_noop("这次提交正在处理，请稍等几秒再查看结果。"))
        if not row.result_model:
            return None
        model = apps.get_model(row.result_model)
        found = model._base_manager.filter(pk=row.result_id).first()
        if found is None:
            raise NotFound(row.result_model)
        return found

    def finish(self, result: Any) -> None:
        """Note which object answered."""
        made: dict[str, Any] = {"done": True}
        if isinstance(result, models.Model):
            made |= {"result_model": result._meta.label, "result_id": str(result.pk)}
        elif result is not None:
            raise TypeError(f"{self.verb} must return a model instance or None, not {type(result).__name__}")
        rows.change(rows.made(IdempotencyRecord, id=self.id, **made), tuple(made))


def clean_key(key: Any) -> str:
    """Return the key if it is 8 to 64 printable ASCII characters without spaces; Invalid otherwise."""
    if not isinstance(key, str | UUID) or not _KEY.fullmatch(str(key)):
        raise Invalid({"key": [_("提交编号不对，应为 8 到 64 位字母或数字，请刷新页面后重新提交。")]})
    return str(key)


def fingerprint(arguments: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of what was asked, bytes and files by their hash."""
    asked = {name: _canon(v) for name, v in arguments.items() if name not in NOT_PART_OF_THE_REQUEST}
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


_AS_IT_IS: Final = frozenset({NoneType, bool, int, float, str})


def _canon(value: Any) -> Any:
    if type(value) in _AS_IT_IS or isinstance(value, int | float):
        return value
    if isinstance(value, str | UUID | Decimal | PurePath):
        return str(value)
    if isinstance(value, datetime):
        return clock.local(value).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return _canon(value.value)
    return _canon_whole(value)


def _canon_whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _canon(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canon(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(json.dumps(_canon(item), sort_keys=True) for item in value)
    if hasattr(value, "__fingerprint__"):
        return str(value.__fingerprint__())
    if isinstance(value, models.Model):
        return f"{value._meta.label}:{value.pk}"
    if dataclasses.is_dataclass(value):
        return {name: _canon(getattr(value, name)) for name in _fields_of(value.__class__)}
    return _canon_bytes(value)


@lru_cache(maxsize=512)
def _fields_of(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _canon_bytes(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return "sha256:" + hashlib.sha256(value).hexdigest()
    if hasattr(value, "read") and hasattr(value, "seek"):
        place = value.tell()
        digest = hashlib.sha256()
        while part := value.read(1 << 16):
            digest.update(part if isinstance(part, bytes) else str(part).encode())
        value.seek(place)
        return "sha256:" + digest.hexdigest()
    raise TypeError(f"an idempotent action can't take {type(value).__name__}")


def forget_old_keys(batch: int = 1000) -> int:
    """Delete rows older than 30 days in small transactions and return how many went."""
    before = clock.now() - KEPT
    gone = 0
    while True:
        old = list(
            IdempotencyRecord.objects.filter(created_at__lt=before).values_list("pk", flat=True)[:batch]
        )
        if not old:
            return gone
        with transaction.atomic():
            gone += IdempotencyRecord.objects.filter(pk__in=old).delete()[0]
