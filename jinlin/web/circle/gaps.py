"""The gap map: who stands too far from what, by category, tier, walker and moment; the map's content again as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.circle import queries
from jinlin.circle.queries import AssessmentRow, CategoryCover, GapRow
from jinlin.circle.rules.words import TIER_NAMES
from jinlin.kernel.errors import gettext_noop
from jinlin.places.rules import level_of
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.circle import address
from jinlin.web.circle.address import Address, Chosen
from jinlin.web.circle.frame import VILLAGE, area_name, draw

LISTED: Final = 200  # rows of a page; the rest is reached by going down an area
BASES: Final = {"registered": gettext_noop("户籍"), "resident": gettext_noop("常住")}
LEGEND: Final = ("covered", "not_covered", "estimated_covered", "estimated_not_covered", "not_mapped")


@permits("circle.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Send a viewer to the widest area of the posts held today."""
    return HttpResponseRedirect(reverse("circle:area", args=[queries.home_area(viewer=request.actor)]))


@permits("circle.view")
@require_safe
def area(request: Any, area: str) -> HttpResponse:
    """Show an area's gaps: every category in a table, one of them on the map and place by place."""
    area_name(area)
    asked = address.read(area, request.GET)
    rows = queries.assessments(viewer=request.actor, area=area)
    chosen = address.assessment_of(rows, asked)
    frame: dict[str, Any] = {
        "asked": asked,
        "chosen": chosen,
        "running": _running(rows),
        **_options(rows, asked),
    }
    if chosen.row is None:
        return draw(request, "circle/empty.html", frame, area=area, tab="area")
    found = queries.coverage(viewer=request.actor, area=area, assessment_id=chosen.row.id)
    kept = [row for row in found.rows if not asked.tier or row.tier == asked.tier]
    picked = _picked(kept, asked)
    asked = replace(asked, category=picked.code) if picked else asked
    frame |= {
        "asked": asked,
        "cover": found,
        "basis": _(BASES.get(found.basis, found.basis)),
        "rows": [_shown(row, asked) for row in kept if row.has_data],
        "unlisted": [_shown(row, asked) for row in kept if not row.has_data],
        "picked": _shown(picked, asked) if picked else None,
        "legend": legend(picked) if picked else [],
        "map_url": asked.url("gaps-map"),
        **(_places(request, asked, chosen) if picked else {}),
    }
    return draw(request, "circle/area.html", frame, area=area, tab="area")


def _running(rows: Sequence[AssessmentRow]) -> AssessmentRow | None:
    return next((row for row in rows if row.state in ("waiting", "running")), None)


def _options(rows: Sequence[AssessmentRow], asked: Address) -> dict[str, Any]:
    names = queries.category_names()
    versions = [(str(row.id), _version(row)) for row in rows if row.state == "done"]
    return {
        "categories": list(names.items()),
        "tiers": words.choices(TIER_NAMES, _("全部")),
        "profiles": [
            (code, _("{name}（{n} 米/分钟）").format(name=_(label), n=f"{speed:g}"))
            for code, label, speed in queries.profiles()
        ],
        "moments": [(code, _(label)) for code, label in queries.moments()],
        "versions": [("", _("最近一版")), *versions],
    }


def _version(row: AssessmentRow) -> str:
    when = f"{row.finished_at:%Y-%m-%d}" if row.finished_at else ""
    return " ".join(part for part in (when, row.label) if part)


def _picked(rows: Sequence[CategoryCover], asked: Address) -> CategoryCover | None:
    """Return the category on the map: the asked one, else the one most people stand too far from."""
    found = next((row for row in rows if row.code == asked.category), None)
    known = [row for row in rows if row.has_data]
    return found or max(known or rows, key=lambda row: row.gap_people or 0, default=None)


def _shown(row: CategoryCover, asked: Address) -> dict[str, Any]:
    return {
        "row": row,
        "url": asked.url(category=row.code) + "#map",
        "tier": words.tier(row.tier),
        "need": words.need(row.need),
        "of_mapped": words.percent(row.covered_of_mapped),
        "of_buildings": words.percent(row.buildings.percent("covered")),
        "not_mapped": words.percent(row.people.percent("not_mapped")),
        "shares": shares(row),
        "current": row.code == asked.category,
    }


def shares(row: CategoryCover) -> list[tuple[str, int, int, str]]:
    """Return the parts of a bar of 100: (status, from, width, words); nothing where no list was loaded."""
    parts, at = [], 0.0
    whole = sum(getattr(row.people, name) for name in LEGEND) if row.has_data else 0
    for name in LEGEND if whole else ():
        width = 100 * getattr(row.people, name) / whole
        if width:
            parts.append((name, round(at), round(at + width) - round(at), words.status(name)))
        at += width
    return parts


def legend(row: CategoryCover) -> list[dict[str, Any]]:
    """Return what the map's patterns mean, each with its people; a category without a list has one line."""
    if not row.has_data:
        return [{"status": "no_data", "label": words.status("no_data"), "people": ""}]
    return [
        {
            "status": name,
            "label": words.status(name),
            "people": words.people(getattr(row.people, name)),
            "percent": words.percent(row.people.percent(name)),
        }
        for name in LEGEND
        if getattr(row.people, name) or name in ("covered", "not_covered", "not_mapped")
    ]


def _places(request: Any, asked: Address, chosen: Chosen) -> dict[str, Any]:
    """Return the places of the picked category: compounds of a village, else the places below the area."""
    assert chosen.row is not None
    level = level_of(asked.area)
    by = "compound" if level >= VILLAGE else ("village" if level == VILLAGE - 1 else "town")
    rows = queries.gaps(
        viewer=request.actor,
        area=asked.area,
        assessment_id=chosen.row.id,
        category=asked.category,
        by=by,
    )
    return {"places": [_place(row, asked) for row in rows[:LISTED]], "by_compound": by == "compound"}


def _place(row: GapRow, asked: Address) -> dict[str, Any]:
    if row.compound_id:
        url = reverse("circle:compound", args=[row.compound_id])
    else:
        url = asked.url(area=row.place) if row.place != asked.area else ""
    return {"row": row, "url": url, "nearest": words.metres(row.nearest_m)}
