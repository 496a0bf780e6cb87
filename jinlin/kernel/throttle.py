"""Limits on knocking: log-in failures, tracking codes, reports from one address.

A window opens with the first hit and closes `seconds` later; further hits do not prolong it. Subjects (an
account, a phone number, an address) are stored only as a keyed MAC. One statement per hit, so that a hundred
requests at once are counted as a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from . import clock, crypto, rows
from .errors import RuleBroken, gettext_noop
from .ids import new_id
from .models import Throttle


class TooMany(RuleBroken):
    """The subject has knocked too often; `retry_after` is in seconds."""

    http_status = 429
    default_message = gettext_noop("操作太频繁，请在 {minutes} 分钟后再试。")

    def __init__(self, retry_after: int) -> None:
        super().__init__("too_many", minutes=max(1, -(-retry_after // 60)))
        self.retry_after = max(1, retry_after)


def _mac(bucket: str, subject: str) -> str:
    return crypto.blind_index(subject, column=f"throttle|{bucket}").hex()


def _is_off() -> bool:
    return not getattr(settings, "JINLIN_RATE_LIMITS", True)


@contextmanager
def _counting() -> Iterator[None]:
    """Open a transaction that doesn't wait for the disk: a power cut may forget a few knocks, never anything promised.

    Every report is counted first; waiting twice for the disk would halve what a node can take in.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.vendor == "sqlite":
        hurried = connection.hurried()  # type: ignore[attr-defined]
        with hurried, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO off")
            yield


@dataclass(frozen=True)
class Knock:
    """One knock to be counted against a limit in a window of seconds."""

    bucket: str
    subject: str
    limit: int
    seconds: int


_owed: ContextVar[list[Knock] | None] = ContextVar("jinlin_owed_knocks", default=None)


def hit(bucket: str, subject: str, *, limit: int, seconds: int) -> None:
    """Count one knock; TooMany if it is more than `limit` since the window of `seconds` opened.

    Call it outside `atomic()`: inside, the refusal would undo its own count.
    """
    if _is_off():
        return
    with _counting():
        over = _over(Knock(bucket, subject, limit, seconds))
    if over:
        raise over


@contextmanager
def owing() -> Iterator[None]:
    """Let knocks be counted by the transaction of the deed they ask for; the end of the block counts the rest.

    A count of its own would wait for the gate and the disk a second time, for every report. Raises TooMany at the end
    when a knock that led to no deed was one too many.
    """
    mark = _owed.set([])
    try:
        yield
    finally:
        left = _owed.get() or []
        _owed.reset(mark)
        for knock in left:
            hit(knock.bucket, knock.subject, limit=knock.limit, seconds=knock.seconds)


def owe(bucket: str, subject: str, *, limit: int, seconds: int) -> None:
    """Count a knock with the deed that follows, or at once where no `owing` block stands around."""
    owed = _owed.get()
    if owed is None:
        hit(bucket, subject, limit=limit, seconds=seconds)
    elif not _is_off():
        owed.append(Knock(bucket, subject, limit, seconds))


def pay() -> None:
    """Count what is owed inside the deed's transaction; TooMany undoes the deed, and the count comes at the end."""
    for knock in _owed.get() or ():
        if over := _over(knock):
            raise over


def forgive() -> None:
    """Note that what was owed has been committed with the deed."""
    if (owed := _owed.get()) is not None:
        owed.clear()


def _over(knock: Knock) -> TooMany | None:
    now = clock.now()
    closed = now - timedelta(seconds=knock.seconds)
    hits, opened_at = _count(knock.bucket, _mac(knock.bucket, knock.subject), now, closed)
    if hits <= knock.limit:
        return None
    return TooMany(math.ceil((opened_at + timedelta(seconds=knock.seconds) - now).total_seconds()))


_TABLE: Final = "kernel_throttle"
_AGAIN: Final = (
    "(bucket, subject) DO UPDATE SET "
    f"hits = CASE WHEN {_TABLE}.opened_at <= %s THEN 1 ELSE {_TABLE}.hits + 1 END, "
    f"opened_at = CASE WHEN {_TABLE}.opened_at <= %s THEN excluded.opened_at ELSE {_TABLE}.opened_at END "
    "RETURNING hits, opened_at"
)


def _count(bucket: str, subject: str, now: datetime, closed: datetime) -> tuple[int, datetime]:
    row = rows.made(Throttle, id=new_id(), bucket=bucket, subject=subject, opened_at=now, hits=1)
    edge = Throttle._meta.get_field("opened_at").get_db_prep_value(closed, rows.link())
    hits, opened_at = rows.insert_returning(row, _AGAIN, (edge, edge))
    if isinstance(opened_at, str):  # SQLite gives the text back as it was written, in UTC
        opened_at = datetime.fromisoformat(opened_at)
    return hits, opened_at if opened_at.tzinfo else opened_at.replace(tzinfo=now.tzinfo)


def is_blocked(bucket: str, subject: str, *, limit: int, seconds: int) -> bool:
    """Say whether the next knock would be one too many, without counting it."""
    if _is_off():
        return False
    since = clock.now() - timedelta(seconds=seconds)
    return Throttle.objects.filter(
        bucket=bucket, subject=_mac(bucket, subject), opened_at__gt=since, hits__gte=limit
    ).exists()


def reset(bucket: str, subject: str) -> None:
    """Forget a subject's knocks, after a log-in that worked."""
    with _counting():
        Throttle.objects.filter(bucket=bucket, subject=_mac(bucket, subject)).delete()


def forget_old_hits() -> int:
    """Delete counters whose window opened more than a day ago and return how many went."""
    with transaction.atomic():
        return Throttle.objects.filter(opened_at__lt=clock.now() - timedelta(days=1)).delete()[0]
