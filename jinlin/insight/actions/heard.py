"""What residents told of in a county, as a stream to group: texts stay in memory, only counts and a line are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from jinlin.cases.models import Appeal
from jinlin.insight.actions.hearing import OF_STAFF
from jinlin.insight.hot.issues import Stream
from jinlin.insight.likeness.grams import Ints
from jinlin.insight.likeness.near import Floats
from jinlin.insight.likeness.texts import letters
from jinlin.insight.rules.words import SELF_MADE
from jinlin.kernel import clock

WINDOW: Final = timedelta(days=180)  # design/insight.md 2.2
MOST: Final = 50_000  # the latest; a county of a million says about so much in half a year
# how far messages of different places or categories can be one issue; a street lies in two villages at times
SAME_TOWN, OTHER_TOWN, OTHER_MATTER = 0.8, 0.45, 0.7
_COLUMNS: Final = (
    "made_at", "id", "title", "text", "place_text", "case_id", "case__village", "case__town", "case__category_id",
    "contact__phone_index", "channel", "entered_by", "case__is_demo",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What is kept of one message beside its words."""

    at: datetime
    case: UUID
    village: str
    town: str
    category: UUID | None


@dataclass(frozen=True, eq=False)
class Heard:
    """A stream and, in the same order, where and about what each message was."""

    stream: Stream
    told: tuple[Told, ...]
    is_demo: bool


def heard(county: str) -> Heard:
    """Read the messages of half a year, without sensitive matters, repeats from offices and what was taken back (one query)."""
    rows = list(reversed(list(_rows(county))))
    told = tuple(Told(row[0], row[5], row[6], row[7], row[8]) for row in rows)
    days = np.array([row[0].timestamp() / 86_400 for row in rows], np.float64)
    stream = Stream(
        [row[2] for row in rows],
        [f"{row[3]} {row[4]}" for row in rows],
        days,
        [_voice(row) for row in rows],
        np.zeros(len(rows)),
        _near(told),
    )
    return Heard(stream, told, any(row[12] for row in rows))


def _rows(county: str) -> Any:
    found = Appeal.unscoped.filter(
        county=county,
        withdrawn_at=None,
        made_at__gte=clock.now() - WINDOW,
        case__opened_at__gte=clock.now() - WINDOW,
        case__county=county,
        case__part_of=None,
        case__sensitive=False,
    )
    found = found.exclude(case__village="").exclude(case__end_kind__in=("withdrawn", "not_ours"))
    found = found.exclude(case__channel__in=SELF_MADE).order_by("-made_at", "-id")
    return found.values_list(*_COLUMNS)[:MOST]


def _voice(row: Any) -> str:
    """Return a word that is the same for the same person; the same text of strangers counts as one stranger's."""
    phone, channel, staff = row[9], row[10], row[11]
    if phone:
        return bytes(phone).hex()
    if staff and channel in OF_STAFF:
        return str(staff)
    return "?" + letters(f"{row[2]}{row[3]}")


def _near(told: tuple[Told, ...]) -> Any:
    """Return a function of two arrays of places in the stream: 1 for the same village and matter, less beyond."""
    villages, towns, matters = (
        np.unique([str(word) for word in words], return_inverse=True)[1].ravel()
        for words in ([t.village for t in told], [t.town for t in told], [t.category or "" for t in told])
    )
    known = np.array([t.category is not None for t in told])

    def near(one: Ints, other: Ints) -> Floats:
        place = np.where(towns[one] == towns[other], SAME_TOWN, OTHER_TOWN)
        place = np.where(villages[one] == villages[other], 1.0, place)
        apart = known[one] & known[other] & (matters[one] != matters[other])
        return np.asarray(place * np.where(apart, OTHER_MATTER, 1.0), np.float64)

    return near
