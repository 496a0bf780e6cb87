"""Coverage: how many grids a branch or an instructor reaches, which not yet, in a table and on a map."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.orgs import actions
from jinlin.orgs import queries as orgs
from jinlin.orgs.rules.party import Coverage
from jinlin.people.areas import home_area, require_area
from jinlin.places import queries as places
from jinlin.places.queries.outlines import outlines
from jinlin.places.queries.shapes import drawn_grids
from jinlin.places.rules import level_of, short_name
from jinlin.web.access import permits
from jinlin.web.manage.forms import key_of
from jinlin.web.party import frame

TOWN = 4
SHOWN_GAPS = 200


@permits("party.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Go to one's own area."""
    area = home_area(viewer=request.actor, verb="party.view")
    return HttpResponseRedirect(reverse("party:area", args=[area]))


@permits("party.view")
@require_http_methods(["GET", "HEAD", "POST"])
def area(request: Any, area: str) -> HttpResponse:
    """Show the two coverage figures with n, by place, with the grids not reached; name an instructing unit."""

    def page(**more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        return frame.draw(
            request,
            "party/area.html",
            {**_words(request, area), **more},
            area=area,
            tab="area",
            status=status,
        )

    if request.method != "POST":
        return page()

    def save() -> object:
        unit: UUID | None = frame.chosen(request.POST.get("unit", ""), "unit")
        return actions.assign_instructor(
            actor=request.actor, grid=request.POST.get("grid", ""), unit=unit, key=key_of(request)
        )

    return frame.post(request, save, page, back=reverse("party:area", args=[area]))


def _words(request: Any, area: str) -> dict[str, Any]:
    found = orgs.area_coverage(viewer=request.actor, area=area)
    names = places.area_names({code for code, _part in found.below}) if found.below else {}
    labels = dict(frame.grids(area))
    labels_of_kinds = dict(orgs.party_kinds())
    return {
        "found": found,
        "figures": [
            (
                _("组织覆盖率"),
                _share(found.whole.org, found.whole),
                _("有党支部（含联合支部）的网格 ÷ 全部网格"),
            ),
            (
                _("工作覆盖率"),
                _share(found.whole.work, found.whole),
                _("有党支部或党建指导单位的网格 ÷ 全部网格"),
            ),
        ],
        "kinds": [(labels_of_kinds[kind], n) for kind, n in found.kinds.items()],
        "below": [
            {
                "name": short_name(names.get(code, code)),
                "url": reverse("party:area", args=[code]),
                "part": part,
                "org": _share(part.org, part),
                "work": _share(part.work, part),
            }
            for code, part in found.below
        ],
        "gaps": [
            {"code": code, "name": labels.get(code, code), "none": code in set(found.whole.uncovered)}
            for code in found.whole.no_branch[:SHOWN_GAPS]
        ],
        "more_gaps": max(0, len(found.whole.no_branch) - SHOWN_GAPS),
        "instructors": [
            (labels.get(row.grid, row.grid), row.unit, row.grid)
            for row in orgs.instructors(viewer=request.actor, area=area)
        ],
        "grids": frame.grids(area),
        "units": [("", _("不再安排")), *_units(area)],
        "map_url": reverse("party:map", args=[area]),
    }


def _units(area: str) -> list[tuple[str, str]]:
    """Return the bodies of the area's own chain that may instruct a grid."""
    rows = orgs.search_units(county=area[:6] + "000000", limit=200)
    return [(str(row.pk), row.name) for row in rows]


def _share(n: int, part: Coverage) -> str:
    if not part.grids:
        return _("暂无网格")
    return f"{n / part.grids:.1%}（{n}/{part.grids}）"


@permits("party.view")
@require_safe
def gap_map(request: Any, area: str) -> JsonResponse:
    """Give the outlines of what lies below an area, coloured by how many grids have no branch yet."""
    require_area(request.actor, "party.view", area)
    found = orgs.area_coverage(viewer=request.actor, area=area)
    open_ = set(found.whole.no_branch)
    if level_of(area) > TOWN:
        shapes = [
            (grid.code, grid.name, grid.geometry, int(grid.code in open_), "") for grid in drawn_grids(area)
        ]
    else:
        lines = outlines(sorted(code for code, _part in found.below))
        parts = dict(found.below)
        names = places.area_names(set(lines))
        shapes = [
            (
                code,
                short_name(names.get(code, code)),
                shape.geometry,
                len(parts[code].no_branch),
                reverse("party:area", args=[code]),
            )
            for code, shape in lines.items()
        ]
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {
                "name": name,
                "value": n,
                "words": _("{n} 个网格没有党支部").format(n=n),
                "url": url,
            },
        }
        for _code, name, geometry, n, url in shapes
    ]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )
