"""The region tree for everybody, and the places the picker asks for; nothing here is about a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.kernel.errors import NotFound, gettext_noop
from jinlin.orgs import queries as orgs
from jinlin.places import queries as places
from jinlin.places.queries.shapes import drawn_grids
from jinlin.places.rules import is_grid_code, is_region_code, level_of, short_name
from jinlin.web.access import public
from jinlin.web.errors import wants_json
from jinlin.web.resident.place_pick import search, searched

VILLAGE = 5
BELOW = {
    0: gettext_noop("省市"),
    1: gettext_noop("市"),
    2: gettext_noop("县（市、区）"),
    3: gettext_noop("街道（乡镇）"),
    4: gettext_noop("社区（村）"),
}


@public
@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """Show the top of the tree and find a unit by its Chinese name."""
    return _page(request, "")


@public
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit: what it belongs to, what lies below, its grids, who takes reports, what it was called before."""
    if is_grid_code(code):
        return HttpResponseRedirect(reverse("public:region", args=[code[:12]]))
    if not is_region_code(code):
        raise NotFound("region", _("没有这个代码的地方，请按名字找。"))
    return _page(request, code)


def _page(request: HttpRequest, code: str) -> HttpResponse:
    text = searched(str(request.GET.get("q", "")))
    level = level_of(code) if code else 0
    here = places.region(code) if code else None
    words: dict[str, Any] = {
        "here": here,
        "name": short_name(here.name) if here else "",
        "trail": [(row.code, short_name(row.name)) for row in places.ancestors(code) if row.code != code]
        if code
        else [],
        "children": _rows(code) if level < VILLAGE else [],
        "below": _(BELOW[level]) if level in BELOW else "",
        "grids": places.grids_of(code) if level == VILLAGE else [],
        "desk": _desk(code) if code else None,
        "history": [row for row in places.history(code) if here and row.pk != here.pk] if code else [],
        "q": text,
        "found": _found(text, code),
    }
    return render(request, "public/regions.html", words)


def _rows(code: str) -> list[dict[str, Any]]:
    return [
        {"url": reverse("public:region", args=[row.code]), "title": short_name(row.name), "meta": [row.code]}
        for row in places.children(code)
    ]


def _found(text: str, within: str) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("public:region", args=[code]),
            "title": name,
            "meta": [above, code] if above else [code],
        }
        for code, name, above in search(text, within=within)
    ]


def _desk(code: str) -> Any:
    try:
        return orgs.desk_of(code)
    except NotFound:
        return None


@public
@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """Answer the place picker of a program: `q` finds by name, `of` lists what lies below; a person gets the tree."""
    text, of = searched(str(request.GET.get("q", ""))), str(request.GET.get("of", ""))
    of = of if is_region_code(of) else ""
    if not wants_json(request):
        url = reverse("public:region", args=[of]) if of else reverse("public:regions")
        return HttpResponseRedirect(f"{url}?{urlencode({'q': text})}" if text else url)
    if text:
        rows = [{"code": code, "name": name, "where": above} for code, name, above in search(text, within=of)]
    else:
        rows = [{"code": row.code, "name": short_name(row.name), "where": ""} for row in places.children(of)]
        if of and level_of(of) == VILLAGE:
            rows = [{"code": row.code, "name": row.name, "where": ""} for row in places.grids_of(of)]
    return _cached(JsonResponse({"ok": True, "places": rows}, json_dumps_params={"ensure_ascii": False}), 300)


@public
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """Send the drawn grids as GeoJSON (WGS84), so that a tap on the map hits a known place."""
    within = str(request.GET.get("within", ""))
    rows = drawn_grids(within if is_region_code(within) else "")
    features = [
        {
            "type": "Feature",
            "geometry": row.geometry,
            "properties": {"code": row.code, "name": short_name(row.name)},
        }
        for row in rows
    ]
    body = {"type": "FeatureCollection", "features": features}
    response = JsonResponse(
        body, json_dumps_params={"ensure_ascii": False}, content_type="application/geo+json"
    )
    return _cached(response, 3600)


def _cached(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
