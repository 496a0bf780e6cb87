"""The figures of co-governance of a place, month by month: sums of counters, typed by nobody; places, never people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.cases.queries.reaching import reached_by_month
from jinlin.gatherings import queries as gatherings
from jinlin.initiatives import queries
from jinlin.initiatives.rules.counting import NAMES
from jinlin.kernel import clock
from jinlin.kernel.errors import gettext_noop
from jinlin.orgs import queries as orgs
from jinlin.places.rules import level_of
from jinlin.web.access import permits
from jinlin.web.initiatives.frame import area_of, area_words, draw

SHOWN = (
    "wishes", "supports", "wishes_done", "topics", "deliberated", "topics_decided", "meetings", "works", "works_done",
    "findings", "findings_closed", "ventures", "venture_activities", "venture_served", "cobuilds", "declined",
)  # fmt: skip
NOTHING = (0, 0, 0)
COUNTY = 3
BESIDE = (gettext_noop("会客厅解决的事"), gettext_noop("走访"), gettext_noop("回访"))  # of the rooms around


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
    beside = _beside(area, since, today)
    told = {row.month: row.n for row in months}
    listed = sorted({*told, *beside}, reverse=True)
    frame = {
        "area_name": area_words(area),
        "since": since,
        "months": listed,
        "rows": [
            *(
                _line(_(NAMES[name]), totals[name], [told.get(m, {}).get(name, 0) for m in listed])
                for name in SHOWN
            ),
            *(
                _line(
                    _(label),
                    sum(row[at] for row in beside.values()),
                    [beside.get(m, NOTHING)[at] for m in listed],
                )
                for at, label in enumerate(BESIDE if level_of(area) >= COUNTY else BESIDE[:1])
            ),
        ],
        "teams": orgs.team_figures(area),
        "kept": kept,
        "rate": 100 * kept.kept // kept.due if kept.due >= 10 else None,
    }
    return draw(request, "initiatives/figures.html", frame, tab="figures")


def _line(name: str, whole: int, months: list[int]) -> dict[str, Any]:
    return {"name": name, "whole": whole, "months": months}


def _beside(area: str, since: date, today: date) -> dict[date, tuple[int, ...]]:
    """Return what else of the place is counted with the work: matters settled in parlours, visits, follow-ups."""
    after = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    settled = {row.month: row.settled for row in gatherings.figures(area=area, since=since, until=after)}
    went = reached_by_month(area, since, today) if level_of(area) >= COUNTY else ()
    made = {row.month: (row.visits, row.follow_ups) for row in went}
    found = {month: (settled.get(month, 0), *made.get(month, (0, 0))) for month in {*settled, *made}}
    return {month: counts for month, counts in found.items() if any(counts)}
