"""What residents told of in a county, as a stream to group: texts stay in memory, only counts and a line are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan
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
from jinlin.people.models import SealedContact

WINDOW: Final = timedelta(days=180)  # design/insight.md 2.2
METRES: Final = 111_320.0  # in a degree of latitude
MOST: Final = 50_000  # the latest; a county of a million says about so much in half a year
# How far messages of different places or categories can be one issue. The same few words (路灯不亮) are said everywhere:
# beyond the village only what lies within a walk counts, below `hot.issues.LINK` however alike the words are.
CLOSE_M, ELSEWHERE, OTHER_MATTER = 300.0, 0.3, 0.7
_COLUMNS: Final = (
    "made_at", "id", "title", "text", "place_text", "case_id", "case__village", "case__town", "case__category_id",
    "contact__phone_index", "channel", "entered_by", "case__is_demo",
    "case__lon", "case__lat",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What is kept of one message beside its words."""

    at: datetime
    case: UUID
    village: str
    town: str
    category: UUID | None
    point: tuple[float, float]  # degrees; not a number where nobody marked it


@dataclass(frozen=True, eq=False)
class Heard:
    """A stream and, in the same order, where and about what each message was."""

    stream: Stream
    told: tuple[Told, ...]
    is_demo: bool


def heard(county: str) -> Heard:
    """Read the messages of half a year, without sensitive matters, repeats from offices and what was taken back (one query)."""
    rows = list(reversed(list(_rows(county))))
    told = tuple(Told(row[0], row[5], row[6], row[7], row[8], _point(row)) for row in rows)
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


def taken_back(county: str) -> tuple[int, int]:
    """Return how many words were taken back and contacts erased in a county so far: whoever reads for long asks twice."""
    return (
        Appeal.unscoped.filter(county=county).exclude(withdrawn_at=None).count(),
        SealedContact.objects.filter(county=county).exclude(erased_at=None).count(),
    )


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


def _point(row: Any) -> tuple[float, float]:
    lon, lat = row[13], row[14]
    return (lon, lat) if lon is not None and lat is not None else (nan, nan)


def _near(told: tuple[Told, ...]) -> Any:
    """Return a function of two arrays of places in the stream: 1 for the same village or within a walk, less beyond."""
    villages, matters = (
        np.unique([str(word) for word in words], return_inverse=True)[1].ravel()
        for words in ([t.village for t in told], [t.category or "" for t in told])
    )
    known = np.array([t.category is not None for t in told])
    lon, lat = np.array([t.point for t in told], np.float64).reshape(-1, 2).T

    def near(one: Ints, other: Ints) -> Floats:
        east = (lon[one] - lon[other]) * np.cos(np.radians(lat[one])) * METRES
        close = (
            np.hypot(east, (lat[one] - lat[other]) * METRES) <= CLOSE_M
        )  # false where a point is not known
        place = np.where(close | (villages[one] == villages[other]), 1.0, ELSEWHERE)
        apart = known[one] & known[other] & (matters[one] != matters[other])
        return np.asarray(place * np.where(apart, OTHER_MATTER, 1.0), np.float64)

    return near
