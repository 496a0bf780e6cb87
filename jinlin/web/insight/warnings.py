"""Warnings: the list with its map and sparks, one of them with what was decided and done, the record of each method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jinlin.insight import actions, queries
from jinlin.insight.queries import WarningFilters, WarningRow
from jinlin.insight.rules import words as w
from jinlin.kernel.errors import NotFound, gettext_noop
from jinlin.orgs import queries as orgs
from jinlin.people.areas import home_area, require_area
from jinlin.places import queries as places
from jinlin.places.queries.outlines import outlines
from jinlin.places.rules import level_of
from jinlin.web.access import permits
from jinlin.web.insight.frame import draw, spark
from jinlin.web.manage.forms import key_of
from jinlin.web.posted import write

FILTERS: Final = ("state", "category", "method")
MAPPED: Final = 60
VILLAGE: Final = 5


@permits("insight.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Send a viewer to the widest area of the posts held today."""
    area = home_area(viewer=request.actor, verb="insight.view")
    return HttpResponseRedirect(reverse("insight:area", args=[area]))


def filters_of(area: str, asked: Mapping[str, Any]) -> WarningFilters:
    """Read the filters of an address; what nobody could have chosen counts as not chosen."""
    values = {name: str(asked.get(name, ""))[:40] for name in FILTERS}
    known = {"state": set(w.WARNING_STATES), "method": set(w.METHODS)}
    kept = {name: value for name, value in values.items() if name not in known or value in known[name]}
    return WarningFilters(area=area, **kept)


@permits("insight.view")
@require_safe
def area(request: Any, area: str) -> HttpResponse:
    """Show the warnings of an area, latest first, with a map of the places they name."""
    require_area(request.actor, "insight.view", area)
    filters = filters_of(area, request.GET)
    found = queries.warning_list(
        viewer=request.actor, filters=filters, after=str(request.GET.get("after", ""))
    )
    chosen = {name: getattr(filters, name) for name in FILTERS if getattr(filters, name)}
    query = urlencode(chosen)
    words = {
        "rows": [{"row": row, "spark": spark(row.curve)} for row in found.rows],
        "next": "?" + urlencode({**chosen, "after": found.next}) if found.next else "",
        "first": f"?{query}" if request.GET.get("after") else "",
        "asked": filters,
        "is_narrowed": bool(chosen),
        "states": [(key, _(label)) for key, label in w.WARNING_STATES.items()],
        "methods": [(key, _(label)) for key, label in w.METHODS.items()],
        "categories": [(node.code, node.label) for node in orgs.categories().leaves],
        "map_url": reverse("insight:map", args=[area]) + (f"?{query}" if query else ""),
        "below": [] if level_of(area) >= VILLAGE else places.children(area),
    }
    return draw(request, "insight/area.html", words, area=area, tab="area")


@permits("insight.view")
@require_safe
def warning_map(request: Any, area: str) -> JsonResponse:
    """Give the places of the warnings listed, coloured by how many cases are more than expected: the same as the list says."""
    filters = filters_of(area, request.GET)
    rows = queries.warning_list(viewer=request.actor, filters=filters, limit=MAPPED).rows
    return JsonResponse(
        {"type": "FeatureCollection", "features": _features(area, rows)},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )


def _features(area: str, rows: tuple[WarningRow, ...]) -> list[dict[str, Any]]:
    """Return the outlines of the villages named, each with its own number where it may be told, and the area as ground."""
    lines: dict[str, tuple[WarningRow, int | None]] = {}
    for row in rows:
        for one in row.places:
            village = one.code[:12]
            if village not in lines or (one.observed or 0) > (lines[village][1] or 0):
                lines[village] = (row, one.observed)
    shapes = {code: found for town in {code[:9] for code in lines} for code, found in _shapes(lines, town)}
    names = places.area_names(lines)
    features = []
    wide = {code[:9] for code in shapes}
    ground = (
        outlines([area]).get(area) if len(wide) != 1 else None
    )  # within one street its communities are enough
    if ground is not None:
        features.append({"type": "Feature", "geometry": ground.geometry, "properties": {"home": True}})
    for code, shape in shapes.items():
        row, observed = lines[code]
        facts = {
            "name": names.get(code, code),
            "value": observed,
            "words": _("{n} 件").format(n=observed) if observed is not None else "–",
            "url": reverse("insight:warning", args=[row.id]),
            "at": shape.at,
        }
        if observed is None:
            facts["lack"] = "few"
        features.append({"type": "Feature", "geometry": shape.geometry, "properties": facts})
    return features


def _shapes(lines: Mapping[str, Any], town: str) -> Any:
    return outlines(sorted(code for code in lines if code[:9] == town)).items()


@permits("insight.view")
@require_safe
def warning(request: Any, warning_id: UUID) -> HttpResponse:
    """Show one warning."""
    return _one(request, warning_id, {}, {}, 200)


def _one(
    request: Any, warning_id: UUID, typed: Mapping[str, Any], errors: Mapping[str, list[str]], status: int
) -> HttpResponse:
    detail = queries.warning_detail(viewer=request.actor, warning_id=warning_id)
    words = {
        "detail": detail,
        "row": detail.row,
        "spark": spark(detail.row.curve),
        "dismissals": [(key, _(label)) for key, (label, _outcome) in w.DISMISSALS.items()],
        "outcomes": [(key, _(label)) for key, label in w.OUTCOMES.items()],
        "errors": errors,
        "typed": typed,
        "deed": typed.get("deed", ""),
    }
    return draw(request, "insight/warning.html", words, tab="area", status=status)


SAID: Final = {
    "confirm": gettext_noop("已确认，可以发提示单或主动立案。"),
    "dismiss": gettext_noop("已排除，理由已记下。"),
    "outcome": gettext_noop("已记下结果。"),
    "treat": gettext_noop("已立案，办理进度在案件里看。"),
}


@permits("insight.decide")
@require_POST
def deed(request: Any, warning_id: UUID, deed: str) -> HttpResponse:
    """Confirm, dismiss, judge, or open a case for a warning."""
    if deed not in SAID:
        raise NotFound("deed")
    post = request.POST

    def save() -> None:
        asked: dict[str, Any] = {"actor": request.actor, "warning_id": warning_id, "key": key_of(request)}
        if deed == "confirm":
            actions.confirm_warning(reason=post.get("reason", ""), **asked)
        elif deed == "dismiss":
            actions.dismiss_warning(
                dismissal=post.get("dismissal", ""), reason=post.get("reason", ""), **asked
            )
        elif deed == "outcome":
            actions.set_outcome(outcome=post.get("outcome", ""), words=post.get("words", ""), **asked)
        else:
            actions.open_proactive_case(words=post.get("words", ""), **asked)

    return write(
        request,
        save,
        back=reverse("insight:warning", args=[warning_id]),
        again=lambda errors, status: _one(request, warning_id, {**post.dict(), "deed": deed}, errors, status),
        said=_(SAID[deed]),
    )


@permits("insight.view")
@require_safe
def record(request: Any, area: str) -> HttpResponse:
    """Show how right each method was month by month, and alarms beside the budget of each matter."""
    lines = queries.precision(viewer=request.actor, area=area)
    county = area[:6] + "000000"
    words = {
        "lines": lines,
        "budgets": queries.budgets(viewer=request.actor, county=county) if area == county else (),
        "is_county": area == county,
    }
    return draw(request, "insight/record.html", words, area=area, tab="record")
