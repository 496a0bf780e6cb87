"""The figures of co-governance of a place, month by month: sums of counters, typed by nobody; places, never people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.initiatives import queries
from jinlin.initiatives.rules.counting import NAMES
from jinlin.kernel import clock
from jinlin.web.access import permits
from jinlin.web.initiatives.frame import area_of, area_words, draw

SHOWN = (
    "wishes", "supports", "wishes_done", "topics", "deliberated", "topics_decided", "meetings", "works", "works_done",
    "findings", "findings_closed", "ventures", "venture_activities", "venture_served", "cobuilds", "declined",
)  # fmt: skip
MONTHS = 12


@permits("initiative.view")
@require_safe
def figures(request: Any) -> HttpResponse:
    """Show a year of a place: every number with what it counts, decisions kept in time with n."""
    area = area_of(request)
    today = clock.today()
    since = (today.replace(day=1) - timedelta(days=335)).replace(day=1)
    months = queries.months(area=area, since=since, until=today)
    totals = queries.totals(area=area, since=since, until=today)
    kept = queries.decisions_kept(area=area, since=since, until=today)
    frame = {
        "area_name": area_words(area),
        "since": since,
        "totals": [(_(NAMES[name]), totals[name]) for name in SHOWN],
        "names": [_(NAMES[name]) for name in SHOWN],
        "months": [(row.month, [row.n.get(name, 0) for name in SHOWN]) for row in months],
        "kept": kept,
        "rate": 100 * kept.kept // kept.due if kept.due >= 10 else None,
    }
    return draw(request, "initiatives/figures.html", frame, tab="figures")
