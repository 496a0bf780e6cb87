"""Limits on knocking: log-in failures, tracking codes, reports from one address.

A window opens with the first hit and closes `seconds` later; further hits do not prolong it. Subjects (an
account, a phone number, an address) are stored only as a keyed MAC. One statement per hit, so that a hundred
requests at once are counted as a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

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


def hit(bucket: str, subject: str, *, limit: int, seconds: int) -> None:
    """Count one knock; TooMany if it is more than `limit` since the window of `seconds` opened.

    Call it outside `atomic()`: inside, the refusal would undo its own count.
    """
    if _is_off():
        return
    now = clock.now()
    with _counting():
        hits, opened_at = _count(bucket, _mac(bucket, subject), now, now - timedelta(seconds=seconds))
    if hits > limit:
        raise TooMany(math.ceil((opened_at + timedelta(seconds=seconds) - now).total_seconds()))


def _count(bucket: str, subject: str, now: datetime, closed: datetime) -> tuple[int, datetime]:
    meta = Throttle._meta
    table = connection.ops.quote_name(meta.db_table)
    row = rows.made(Throttle, id=new_id(), bucket=bucket, subject=subject, opened_at=now, hits=1)
    columns = ", ".join(connection.ops.quote_name(str(f.column)) for f in meta.concrete_fields)
    marks = ", ".join(["%s"] * len(meta.concrete_fields))
    sql = (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT (bucket, subject) DO UPDATE SET "  # noqa: S608
        f"hits = CASE WHEN {table}.opened_at <= %s THEN 1 ELSE {table}.hits + 1 END, "
        f"opened_at = CASE WHEN {table}.opened_at <= %s THEN excluded.opened_at ELSE {table}.opened_at END "
        "RETURNING hits, opened_at"
    )
    edge = meta.get_field("opened_at").get_db_prep_value(closed, connection)
    values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, edge, edge])
        hits, opened_at = cursor.fetchone()
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
