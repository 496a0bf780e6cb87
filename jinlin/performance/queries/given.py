"""Numbers that rooms below give instead of the counters: the living circle and, later, deliberation.

The seam: return sums under the names of `rules.measures.GIVEN` for an area and a period, and the indicators made of them
appear on boards, in the API and on the formula page. What is not given is told as "no data", never as nought.
"""

from __future__ import annotations

from jinlin.performance.queries.filters import Period
from jinlin.performance.queries.scope import Area


def given(area: Area, period: Period) -> dict[str, int]:
    """Return what is given for an area and a period; nothing yet, because no room gives anything."""
    return {}
