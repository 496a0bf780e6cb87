"""What was said in a county, as events to count: when, what, where, and which of them one person said.

An action, because it compares sealed telephone numbers by their keyed index; they leave it as row numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from jinlin.cases.models import Appeal
from jinlin.insight.queries.curves import NO_NEWS, midnight
from jinlin.insight.rules.words import SELF_MADE
from jinlin.insight.scan.city import City
from jinlin.insight.scan.series import Events, indexed, middles, without_repeats
from jinlin.kernel import clock

HISTORY: Final = 430  # days: a year ago with its season, and the weeks before
OF_STAFF: Final = ("patrol", "visit")  # found by whoever entered it: one worker's round is one voice
_COLUMNS: Final = (
    "made_at",
    "case__category_id",
    "case__grid",
    "case__village",
    "case__category__sensitive",
    "case__lat",
    "case__lon",
    "contact__phone_index",
    "channel",
    "entered_by",
    "case__is_demo",
)


@dataclass(frozen=True, eq=False)
class Said:
    """A county's events up to a day as a city to scan; matters are category ids, places grid or village codes."""

    city: City
    is_demo: bool


def said(county: str, day: date) -> Said | None:
    """Read what was said in the county in the 430 days up to `day`; None when nothing was (one query).

    A place is a grid; a village where the grid is not known, and for sensitive matters, of which a grid would tell
    too much. One person's words about one matter and place count once in 14 days.
    """
    start = day - timedelta(days=HISTORY - 1)
    rows = list(_rows(county, start, day))
    if not rows:
        return None
    made, matter, grid, village, guarded, lat, lon, phone, channel, staff, demo = zip(*rows, strict=True)
    days = np.array([clock.local(at).date() for at in made], dtype="datetime64[D]")
    first: date = days.min().astype(object)
    matters, what = indexed([str(one) for one in matter])
    places, where = indexed(
        [one if one and not shut else wider for one, wider, shut in zip(grid, village, guarded, strict=True)]
    )
    who = [_person(*one) for one in zip(phone, channel, staff, strict=True)]
    _names, person = indexed(who)
    when = (days - np.datetime64(first)).astype(np.int64)
    unknown = np.array([not one for one in who])
    people = np.where(unknown, -1, person)
    north, east = (np.array(each, dtype=np.float64) for each in (lat, lon))
    events = Events(first, (day - first).days + 1, matters, places, when, what, where, people)
    middle = middles(where, len(places), north, east)
    return Said(City(without_repeats(events), *middle, chinese=True), any(demo))


def _rows(county: str, start: date, day: date) -> Any:
    """Return the appeals that count: not taken back, of a case with a matter and a place, not a warning's own echo."""
    found = Appeal.unscoped.filter(
        county=county,
        withdrawn_at=None,
        made_at__gte=midnight(start),
        made_at__lt=midnight(day + timedelta(days=1)),
        case__opened_at__gte=midnight(start),
        case__county=county,
        case__part_of=None,
        case__category__isnull=False,
    )
    found = found.exclude(case__village="").exclude(case__end_kind__in=NO_NEWS)
    return found.exclude(case__channel__in=SELF_MADE).values_list(*_COLUMNS).iterator(chunk_size=5_000)


def _person(phone: bytes | None, channel: str, staff: UUID | None) -> str:
    """Return a word that is the same for the same person, "" for somebody unknown; it leaves this module as a number."""
    if phone:
        return bytes(phone).hex()
    return str(staff) if staff and channel in OF_STAFF else ""
