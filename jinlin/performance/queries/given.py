"""Numbers that rooms below give instead of the counters: the living circle and deliberation.

The seam: return sums under the names of `rules.measures.GIVEN` for an area and a period, and the indicators made of them
appear on boards, in the API and on the formula page. What is not given is told as "no data", never as nought.
"""

from __future__ import annotations

from typing import Final

from django.core.cache import cache

from jinlin.circle.queries import people_lacking
from jinlin.initiatives.queries import decisions_kept
from jinlin.performance.queries.filters import Period
from jinlin.performance.queries.scope import Area

KEPT_SECONDS: Final = 60
GIVES = frozenset({"coverage_gap_people", "deliberation_followthrough"})  # indicators some room gives by now


def given(area: Area, period: Period) -> dict[str, int]:
    """Return what is given for an area and a period (two queries; one within a minute)."""
    return _decisions(area, period) | _people(area)


def _people(area: Area) -> dict[str, int]:
    """Return the residents who lack some basic facility and those judged, as they are now; no assessment: no data."""
    key = f"lacking:{area.code}"
    kept: tuple[tuple[int, int] | None] | None = cache.get(key)
    if kept is None:  # an assessment is made once in weeks, a board is asked for all day
        kept = (people_lacking(area=area.code),)
        cache.set(key, kept, KEPT_SECONDS)
    found = kept[0]
    return {"people_uncovered": found[0], "people_judged": found[1]} if found else {}


def _decisions(area: Area, period: Period) -> dict[str, int]:
    """Return the decisions of deliberation due in the period and those carried out by their day; none due: no data."""
    found = decisions_kept(area=area.code, since=period.since, until=period.until)
    return {"decisions_due": found.due, "decisions_kept": found.kept} if found.due else {}
