"""The diagnosis of a place 体检: 望闻问切 side by side, what was done, whether it helped.

Here, at the surface, the rooms that may not see each other are joined: insight, the living circle, the gatherings, the
hot issues. A reader who may not read one of them sees the page without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.circle import queries as circle
from jinlin.gatherings import queries as gatherings
from jinlin.insight import queries
from jinlin.insight.queries import Effect, Evidence
from jinlin.insight.queries.hot import issues_at
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel import clock
from jinlin.people import access
from jinlin.people.areas import covers_area
from jinlin.places import queries as places
from jinlin.places.rules import level_of
from jinlin.web import walks
from jinlin.web.access import permits
from jinlin.web.insight.frame import count_words, draw, part_words, spark, week_names

VILLAGE: Final = 5
GAPS: Final = 6


@permits("insight.view")
@require_safe
def place(request: Any, area: str) -> HttpResponse:
    """Show the diagnosis of an area."""
    found = queries.diagnosis(viewer=request.actor, place=area)
    words = {
        "found": found,
        "since": found.since,
        "evidence": [
            _shown(_("望"), _("网格巡查发现"), found.look),
            _shown(_("闻"), _("居民和热线反映"), found.listen),
            _shown(_("问"), _("走访和会客厅"), found.ask),
        ],
        "still_open": count_words(found.still_open),
        "proactive": count_words(found.proactive.total),
        "warnings": [{"row": row, "spark": spark(row.curve)} for row in found.warnings],
        "effects": [_effect(one) for one in found.effects],
        "issues": issues_at(request.actor, area),
        "gaps": _gaps(request, area),
        "met": _met(request, area),
        "chart": {
            "names": week_names(found.trend.weeks),
            "series": [{"name": _("件数"), "numbers": list(found.trend.counts), "tone": "blue"}],
        },
        "below": [] if level_of(area) >= VILLAGE else places.children(area),
        "board": access.may(request.actor, "board.view"),
    }
    return draw(request, "insight/place.html", words, area=area, tab="place")


def _shown(mark: str, words: str, evidence: Evidence) -> dict[str, Any]:
    """Return one of the four as drawn: how many now and before, and the matters that may be told."""
    return {
        "mark": mark,
        "words": words,
        "total": count_words(evidence.total),
        "before": count_words(evidence.before),
        "matters": [
            {
                "name": one.category,
                "code": one.category_code,
                "now": part_words(one.now),
                "before": part_words(one.before),
            }
            for one in evidence.matters
        ],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    said = {True: _("少了"), False: _("没有少"), None: _("还说不准")}
    tone = {True: "done", False: "wait", None: "none"}
    return {
        "row": effect.warning,
        "before": count_words(effect.before),
        "after": count_words(effect.after) if effect.is_over else _("还没满 28 天"),
        "helped": said[effect.helped],
        "tone": tone[effect.helped],
    }


def _gaps(request: Any, area: str) -> Sequence[dict[str, Any]] | None:
    """Return what people lack on foot, most people first; None for a reader who may not see the circle."""
    if not covers_area(request.actor, "circle.view", area):
        return None
    rows = circle.gaps(viewer=request.actor, area=area)
    together: dict[str, tuple[str, int]] = {}
    for row in rows:
        name, people = together.get(row.code, (row.name, 0))
        together[row.code] = (name, people + row.people)
    most = sorted(together.items(), key=lambda one: -one[1][1])[:GAPS]
    return [{"name": name, "people": walks.people(people)} for _code, (name, people) in most]


def _met(request: Any, area: str) -> gatherings.Figures | None:
    """Return what was held in the last 90 days: gatherings, people served, matters settled; None without the right."""
    if not access.may(request.actor, "insight.view"):
        return None
    today = clock.today()
    rows = gatherings.figures(area=area, since=today - timedelta(days=89), until=today + timedelta(days=1))
    total = gatherings.total(rows)
    return total if total.activities + total.meetings >= FLOOR else None
