"""When a room may be used: opening and quiet hours, slots of half an hour, the nearest free ones.

Times of day are minutes after midnight on a wall clock; a slot is named by its start. One day is looked at on its own:
a room closes at night, so no booking crosses midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

SLOT: Final = 30  # minutes
DAY: Final = 24 * 60
OFFERED: Final = 5  # free times named in a refusal
DAYS_AROUND: Final = 7  # how far from the wish they may lie


@dataclass(frozen=True)
class House:
    """The rules of a room: open from and to (minutes), on which weekdays (Monday first), quiet spans, heads, length."""

    opens: int = 8 * 60
    closes: int = 21 * 60
    weekdays: str = "1111111"
    quiet: tuple[tuple[int, int], ...] = ()
    capacity: int = 30
    longest: int = 240  # minutes of one booking
    days_ahead: int = 60
    closed: frozenset[date] = frozenset()  # single days, with a reason elsewhere


def wall(day: date, minute: int, zone: tzinfo) -> datetime:
    """Return the moment (UTC) at which a clock on the wall shows this minute of a day."""
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def slots_of(starts: datetime, ends: datetime) -> list[datetime]:
    """Return the starts of the slots that a span takes, in order; both ends stand on slot borders."""
    count = int((ends - starts) / timedelta(minutes=SLOT))
    return [starts + timedelta(minutes=SLOT * at) for at in range(count)]


def refusal(
    house: House, starts: datetime, ends: datetime, *, heads: int, now: datetime, zone: tzinfo
) -> RuleBroken | None:
    """Return why a room can't be had for this span, None when only other bookings could stand in the way."""
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    begin = first.hour * 60 + first.minute
    length = (ends - starts) / timedelta(minutes=1)
    end = begin + length
    checks: tuple[tuple[bool, str, str], ...] = (
        (
            any(one.second or one.microsecond or one.minute % SLOT for one in (first, last)),
            "off_slot",
            _("时间要从整点或半点开始和结束，请改一下。"),
        ),
        (length < SLOT, "too_short", _("结束时间要晚于开始时间，最少半小时。")),
        (length > house.longest, "too_long", _("一次最多订 {minutes} 分钟，请缩短或分两次订。")),
        (starts < now, "past", _("这个时间已经过去了，请选以后的时间。")),
        (
            starts > now + timedelta(days=house.days_ahead),
            "too_far",
            _("最多提前 {days} 天预订，请选近一点的日子。"),
        ),
        (
            first.date() in house.closed or house.weekdays[first.weekday()] != "1",
            "closed_day",
            _("这一天场地不开放，请换一天。"),
        ),
        (
            begin < house.opens or end > house.closes,
            "closed_hours",
            _("场地 {opens} 开、{closes} 关，请在这段时间里选。"),
        ),
        (
            any(begin < until and end > since for since, until in house.quiet),
            "quiet_hours",
            _("{quiet} 是邻居休息的时间，不能预订，请避开。"),
        ),
        (heads < 1, "no_heads", _("请填写来几个人。")),
        (
            heads > house.capacity,
            "too_many_heads",
            _("场地最多容纳 {capacity} 人，请换大一点的场地或减少人数。"),
        ),
    )
    for broken, code, sentence in checks:
        if broken:
            return RuleBroken(code, sentence, **_facts(house))
    return None


def _facts(house: House) -> dict[str, object]:
    return {
        "minutes": house.longest,
        "days": house.days_ahead,
        "opens": clock_face(house.opens),
        "closes": clock_face(house.closes),
        "quiet": "、".join(f"{clock_face(since)}-{clock_face(until)}" for since, until in house.quiet),
        "capacity": house.capacity,
    }


def clock_face(minute: int) -> str:
    """Return 21:30 for 1290."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(text: str) -> int | None:
    """Return the minute of the day of "21:30" (24:00 is the end of a day), None when it is none or off a slot."""
    hours, _colon, minutes = text.strip().partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    found = int(hours[:3]) * 60 + int(minutes[:3])
    return found if found <= DAY and found % SLOT == 0 and int(minutes[:3]) < 60 else None


def open_slots(house: House, day: date) -> Iterator[int]:
    """Yield the minutes at which a slot of a day may start."""
    if day in house.closed or house.weekdays[day.weekday()] != "1":
        return
    for minute in range(house.opens, house.closes - SLOT + 1, SLOT):
        if not any(minute < until and minute + SLOT > since for since, until in house.quiet):
            yield minute


def nearest_free(
    house: House,
    starts: datetime,
    ends: datetime,
    taken: AbstractSet[datetime],
    *,
    now: datetime,
    zone: tzinfo,
) -> list[tuple[datetime, datetime]]:
    """Return the free spans of the same length nearest to a wish, earliest first; none overlaps another's booking.

    Looks a week before and after, as far as the room may be booked; `taken` are the starts (UTC) of taken slots.
    """
    length = ends - starts
    allowed: Callable[[datetime], bool] = lambda at: (  # noqa: E731  one condition, used once
        refusal(house, at, at + length, heads=1, now=now, zone=zone) is None
        and taken.isdisjoint(slots_of(at, at + length))
    )
    home = starts.astimezone(zone).date()
    days = [home + timedelta(days=step) for step in range(-DAYS_AROUND, DAYS_AROUND + 1)]
    spans = [wall(day, minute, zone) for day in days for minute in open_slots(house, day)]
    near = sorted(spans, key=lambda at: (abs(at - starts), at))
    found: list[datetime] = []
    for at in near:
        if allowed(at) and all(abs(at - other) >= length for other in found):
            found.append(at)
            if len(found) == OFFERED:
                break
    return [(at, at + length) for at in sorted(found)]


def overlaps(spans: Sequence[tuple[datetime, datetime]]) -> int:
    """Count the pairs of neighbours, in order of time, that overlap: zero is what must hold."""
    ordered = sorted(spans)
    return sum(later[0] < earlier[1] for earlier, later in pairwise(ordered))
