"""Hours of service, derived from when somebody came and left; never typed, never summed for anybody but themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]
BESIDE = timedelta(hours=12)  # helping begins before a gathering and ends after it, by hours, not by days


@dataclass(frozen=True)
class Stay:
    """When somebody came and left, and how long the gathering was."""

    came: datetime
    left: datetime | None
    length: timedelta


def span(stay: Stay) -> Span | None:
    """Return the time that counts: from coming to leaving, at most the gathering's length; None while it is open."""
    if stay.left is None or stay.left <= stay.came:
        return None
    return stay.came, min(stay.left, stay.came + stay.length)


def minutes(stays: Iterable[Stay]) -> int:
    """Return whole minutes of several stays; where two overlap, the time counts once."""
    spans = sorted(found for stay in stays if (found := span(stay)) is not None)
    total, until = timedelta(0), None
    for begin, end in spans:
        start = begin if until is None else max(begin, until)
        if end > start:
            total += end - start
            until = end
    return int(total / timedelta(minutes=1))


def is_beside(came: datetime, left: datetime, starts: datetime, ends: datetime) -> bool:
    """Tell whether a stay lies about its gathering: what is corrected to another day was typed wrong."""
    return starts - BESIDE <= came < left <= ends + BESIDE


def outside(stay: Span, starts: datetime, ends: datetime) -> timedelta:
    """Return how far coming and leaving lie from their gathering, taken together; nothing for what lies within."""
    none = timedelta(0)
    return sum((max(none, starts - at, at - ends) for at in stay), none)
