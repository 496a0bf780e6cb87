"""The leader's board: places and time, no person; every number leads to what stands behind it where that may be seen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.performance import queries
from jinlin.performance.queries import Board, Figure, Options
from jinlin.web.access import permits
from jinlin.web.board import address as addresses
from jinlin.web.board import drawn, mapped, shown
from jinlin.web.board.address import Address
from jinlin.web.ui import prefs


@permits("board.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Send a viewer to the widest area of the posts held today."""
    query = request.META.get("QUERY_STRING", "")
    found = reverse("board:area", args=[queries.home_area(viewer=request.actor)])
    return HttpResponseRedirect(f"{found}?{query}" if query else found)


@permits("board.view")
@require_safe
def area(request: Any, area: str) -> HttpResponse:
    """Show an area now and over a period; a screen that asks again gets 304 while no number has changed."""
    asked = addresses.read(area, request.GET)
    shown_below = () if asked.by in shown.COLUMNS else (asked.by,)
    found = queries.board(viewer=request.actor, area=area, filters=asked.filters, rates_below=shown_below)
    tag = _tag(request, found, asked)
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag and not asked.errors:
        response = HttpResponseNotModified()
    else:
        options = queries.filter_options()
        words = _numbers(found, asked, options) | _frame(found, asked, options) | {"tag": tag}
        response = render(request, "board/area.html", words, status=422 if asked.errors else 200)
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"
    return response


def _tag(request: Any, found: Board, asked: Address) -> str:
    """Return a tag that changes with any number and with how the page looks, not with the minute."""
    cookies = (prefs.MODE_COOKIE, prefs.SIZE_COOKIE, prefs.THEME_COOKIE)
    looks = [request.COOKIES.get(name, "") for name in cookies]
    told = repr((found, asked.query, get_language(), looks))
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'


def _numbers(found: Board, asked: Address, options: Options) -> dict[str, Any]:
    now = found.now
    return {
        "board": found,
        "bigs": shown.bigs(found),
        "rates": shown.picked(found, shown.RATES),
        "strip": shown.picked(found, shown.STRIP),
        "all_rates": shown.rates(found),
        "composites": shown.composites(found),
        "of_unit": shown.is_unit(found),
        "table": shown.table(found, asked),
        "waiting": shown.waiting(now.waiting, asked, shown.other_lines(found, options)),
        "states": shown.waiting(now.states, asked),
        "trend": drawn.trend(found.trend, of_unit=shown.is_unit(found)),
        "funnel": drawn.funnel(found.funnel),
        "mix": drawn.mix(found),
        "sources": drawn.sources(found),
        "coming": drawn.coming(now.coming),
    }


def _frame(found: Board, asked: Address, options: Options) -> dict[str, Any]:
    return {
        "asked": asked,
        "trail": [(asked.url(area=above.code), above.name) for above in found.trail],
        "period": addresses.period_words(found.filters),
        "presets": addresses.presets(asked),
        "options": options,
        "notes": shown.notes(found),
        "chips": shown.chips(asked, options),
        **_map(found, asked),
        "here": asked.url(),
        "clear": replace(asked, filters=queries.Filters()).url(),
        "daily": asked.url("daily"),
        "bulletin": reverse("board:bulletin", args=[asked.area]),
        "now": clock.now(),
    }


def _scale(figure: Figure | None) -> str:
    """Return how a map cuts a measure into classes: a share of a hundred, a number with decimals, "" for a count."""
    if figure is None:
        return ""
    return "share" if figure.unit == "%" else "real"


def _map(found: Board, asked: Address) -> dict[str, Any]:
    drawn_ = len(mapped.shapes_of(found.children))
    figure = next((figure for figure in found.figures if figure.code == asked.by), None)
    label = next(one["label"] for one in shown.measures(asked) if one["current"])
    words = {"drawn": drawn_, "all": len(found.children)}
    gaps = _("{all} 个地方里有 {drawn} 个有图形。").format(**words) if drawn_ < len(found.children) else ""
    return {
        "has_map": bool(drawn_),
        "map_gaps": gaps,
        "map_url": asked.url("areas"),
        "map_title": _("各地{label}").format(label=label),
        "map_unit": figure.unit if figure else _("件"),
        "map_scale": _scale(figure),
        "map_keeps": [(name, value) for name, value in asked.query.items() if name != "by"],
        "measures": shown.measures(asked),
    }


@permits("board.view")
@require_safe
def areas(request: Any, area: str) -> HttpResponse:
    """Give the shapes below an area with their counts; only counts, no case and nobody's position."""
    asked = addresses.read(area, request.GET)
    if asked.errors:
        raise Invalid(asked.errors)
    children = queries.map_areas(viewer=request.actor, area=area, by=asked.by, filters=asked.filters)
    return JsonResponse(
        mapped.collection(children, asked),
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )
