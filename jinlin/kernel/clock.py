"""The only source of time, so that deadlines can be tested and the demo world can live in the past.

No Django here: rules may read the clock's types. China has one civil time zone; JINLIN_TIME_ZONE moves
both this and Django's own zone for a trial elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo(os.environ.get("JINLIN_TIME_ZONE", "Asia/Shanghai"))

_fixed: ContextVar[datetime | None] = ContextVar("jinlin_fixed_time", default=None)


def now() -> datetime:
    """Return this moment as an aware UTC datetime."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """Return the calendar day on a wall in China, which deadlines and daily chains are counted in."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Return the same moment as a wall clock in China shows it; ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no meaning here")
    return moment.astimezone(LOCAL)


@contextmanager
def fixed(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at one aware moment inside the block (this thread and context only)."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no meaning here")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _fixed.reset(token)
