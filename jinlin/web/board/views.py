"""The leader's board: places and time, no person; every number leads to what stands behind it where that may be seen."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.cases.queries import Board, board, home_area
from jinlin.kernel import clock
from jinlin.places.queries.outlines import outlines
from jinlin.web.access import permits
from jinlin.web.board import shown

WEEKS: Final = 4
MEASURES: Final = ("open", "overdue")


@permits("board.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Send a viewer to the widest area of the posts held today."""
    return HttpResponseRedirect(reverse("board:area", args=[home_area(request.actor)]))


@permits("board.view")
@require_safe
def area(request: Any, area: str) -> HttpResponse:
    """Show an area now and over four weeks, with the areas below it."""
    found = board(viewer=request.actor, area=area, weeks=WEEKS)
    by = _measure(request)
    words = {
        "board": found,
        "figures": shown.figures(found),
        "table": shown.table(found),
        "trail": [(reverse("board:area", args=[code]), name) for code, name in found.trail],
        "has_map": bool(outlines(_codes(found))),
        "map_by": by,
        "map_tabs": _map_tabs(area, by),
        "map_url": reverse("board:areas", args=[area]),
        "days": [_short(day) for day, _reported, _closed in found.days],
        "days_series": [
            {"name": _("受理"), "numbers": [n for _day, n, _closed in found.days], "tone": "blue"},
            {"name": _("办结"), "numbers": [n for _day, _reported, n in found.days], "tone": "green"},
        ],
        "coming": [_short(day) for day, _due in found.coming],
        "coming_series": [{"name": _("到期"), "numbers": [n for _day, n in found.coming], "tone": "ochre"}],
        "now": clock.now(),
    }
    response = render(request, "board/area.html", words)
    response["Cache-Control"] = "no-store"
    return response


@permits("board.view")
@require_safe
def areas(request: Any, area: str) -> HttpResponse:
    """Give the shapes below an area with their counts; only counts, no case and nobody's position."""
    found = board(viewer=request.actor, area=area, weeks=0)
    shapes = outlines(_codes(found))
    features = [
        {
            "type": "Feature",
            "geometry": shapes[child.code].geometry,
            "properties": {
                "code": child.code,
                "name": child.name,
                "open": child.open,
                "overdue": child.overdue,
                "url": shown.down(child.code),
                "at": shapes[child.code].at,
            },
        }
        for child in found.children
        if child.code in shapes
    ]
    body = {"type": "FeatureCollection", "features": features}
    return JsonResponse(
        body,
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )


def _codes(found: Board) -> list[str]:
    return [child.code for child in found.children]


def _measure(request: Any) -> str:
    wanted = request.GET.get("by", "")
    return wanted if wanted in MEASURES else MEASURES[0]


def _map_tabs(area: str, by: str) -> list[dict[str, Any]]:
    home_url = reverse("board:area", args=[area])
    labels = {"open": _("在办"), "overdue": _("超时")}
    return [
        {"label": labels[name], "url": f"{home_url}?by={name}#map", "current": name == by}
        for name in MEASURES
    ]


def _short(day: Any) -> str:
    return formats.date_format(day, "n/j")
