"""Hot issues: what many people of an area tell of, with its places on a map, and one of them with its cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.insight import queries
from jinlin.insight.queries.hot import IssueRow, hot_issues, issue_detail
from jinlin.people import access
from jinlin.people.areas import home_area, require_area
from jinlin.places import queries as places
from jinlin.places.queries.outlines import outlines
from jinlin.places.rules import level_of
from jinlin.web.access import permits
from jinlin.web.insight.frame import draw, spark

VILLAGE = 5


@permits("insight.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Send a viewer to the hot issues of the widest area of the posts held today."""
    area = home_area(viewer=request.actor, verb="insight.view")
    return HttpResponseRedirect(reverse("insight:hot", args=[area]))


@permits("insight.view")
@require_safe
def area(request: Any, area: str) -> HttpResponse:
    """Show the hot issues of an area, hottest first, with the villages they come from."""
    require_area(request.actor, "insight.view", area)
    rows = hot_issues(viewer=request.actor, area=area)
    words = {
        "rows": [{"row": row, "spark": spark(row.curve)} for row in rows],
        "map_url": reverse("insight:hot-map", args=[area]),
        "below": [] if level_of(area) >= VILLAGE else places.children(area),
        "last_run": queries.last_run("hot", area[:6] + "000000"),
    }
    return draw(request, "insight/hot.html", words, area=area, tab="hot")


@permits("insight.view")
@require_safe
def area_map(request: Any, area: str) -> JsonResponse:
    """Give the villages of the issues listed, each with the messages of its hottest issue where they may be told."""
    require_area(request.actor, "insight.view", area)
    rows = hot_issues(viewer=request.actor, area=area)
    return JsonResponse(
        {"type": "FeatureCollection", "features": _features(area, rows)},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )


def _features(area: str, rows: tuple[IssueRow, ...]) -> list[dict[str, Any]]:
    hottest: dict[str, tuple[IssueRow, str, int | None]] = {}
    for row in rows:
        for one in row.places:
            known = hottest.get(one.village)
            if known is None or (one.messages or 0) > (known[2] or 0):
                hottest[one.village] = (row, one.name, one.messages)
    features: list[dict[str, Any]] = []
    ground = outlines([area]).get(area)
    if ground is not None:
        features.append({"type": "Feature", "geometry": ground.geometry, "properties": {"home": True}})
    for town in sorted({code[:9] for code in hottest}):
        shapes = outlines(sorted(code for code in hottest if code[:9] == town))
        for code, shape in shapes.items():
            row, name, messages = hottest[code]
            facts = {
                "name": name,
                "value": messages,
                "words": _("{n} 条").format(n=messages) if messages is not None else "–",
                "url": reverse("insight:issue", args=[row.id]),
                "at": shape.at,
            }
            if messages is None:
                facts["lack"] = "few"
            features.append({"type": "Feature", "geometry": shape.geometry, "properties": facts})
    return features


@permits("insight.view")
@require_safe
def issue(request: Any, issue_id: UUID) -> HttpResponse:
    """Show one hot issue: counts, weeks, villages, and the cases the viewer may open."""
    detail = issue_detail(viewer=request.actor, issue_id=issue_id)
    words = {
        "row": detail.row,
        "cases": detail.cases,
        "others": detail.others,
        "spark": spark(detail.row.curve),
        "may_send": access.may(request.actor, "insight.decide"),
    }
    return draw(request, "insight/issue.html", words, tab="hot")
