"""When a gate or a facility is open: hours as OpenStreetMap writes them, evaluated at named moments.

Only the part of that notation which people write is read: "24/7", "07:00-20:00", "Mo-Fr 08:00-18:00; Sa,Su
09:00-12:00", "22:00-06:00" over midnight, "off". Anything else is refused rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY = 24 * 60
_DAY = "|".join(DAYS)
_RULE = re.compile(rf"(?:((?:{_DAY})(?:[-,](?:{_DAY}))*)\s+)?(.+)")
_TIMES = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")

Span = tuple[int, int]


@dataclass(frozen=True)
class Moment:
    """A named instant of a week: weekday 0 is Monday, minute counts from midnight."""

    code: str
    weekday: int
    minute: int


MOMENTS = (
    Moment("workday_morning", 1, 8 * 60),
    Moment("workday_evening", 1, 19 * 60),
    Moment("night", 1, 22 * 60),
)


@dataclass(frozen=True)
class Hours:
    """Open spans of each weekday in minutes, end excluded; a span may end after midnight (beyond 1,440)."""

    week: tuple[tuple[Span, ...], ...]

    def open_at(self, moment: Moment) -> bool:
        """Say whether it is open, a span that began the day before included."""
        today, before = self.week[moment.weekday], self.week[moment.weekday - 1]
        return any(start <= moment.minute < end for start, end in today) or any(
            start <= moment.minute + DAY < end for start, end in before
        )


ALWAYS = Hours(tuple(((0, DAY),) for _day in DAYS))


def read_hours(text: str) -> Hours:
    """Read opening hours; empty means always. DirtyInput for a notation this does not know."""
    text = text.strip()
    if not text or text == "24/7":
        return ALWAYS
    week: list[tuple[Span, ...]] = [()] * len(DAYS)
    for part in filter(None, (part.strip() for part in text.split(";"))):
        found = _RULE.fullmatch(part)
        spans = None if found is None else _spans(found[2])
        if found is None or spans is None:
            sentence = _("看不懂开放时间“{hours}”，请写成 07:00-20:00 或 Mo-Fr 08:00-18:00; Sa 09:00-12:00。")
            raise DirtyInput("bad_hours", sentence, hours=text)
        for day in _days(found[1]):
            week[day] = spans
    return Hours(tuple(week))


def _days(text: str | None) -> list[int]:
    """Return weekdays of "Mo-Fr,Su"; without days every day."""
    if not text:
        return list(range(len(DAYS)))
    found: list[int] = []
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        start, count = DAYS.index(first), (DAYS.index(last or first) - DAYS.index(first)) % len(DAYS) + 1
        found += [(start + step) % len(DAYS) for step in range(count)]
    return found


def _spans(text: str) -> tuple[Span, ...] | None:
    """Return the spans of "07:00-11:30,14:00-20:00", () for "off", None for what is neither."""
    if text.strip().lower() in ("off", "closed"):
        return ()
    spans = []
    for part in text.split(","):
        found = _TIMES.fullmatch(part.strip())
        if found is None:
            return None
        hour, minute, end_hour, end_minute = map(int, found.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if minute > 59 or end_minute > 59 or start >= DAY or end > DAY:
            return None
        spans.append((start, end if end > start else end + DAY))
    return tuple(spans)
