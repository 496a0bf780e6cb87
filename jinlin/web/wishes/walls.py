"""The wall of a place: what is wished, talked over and built; putting up something of one's own, similar ones first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.initiatives import actions, queries
from jinlin.initiatives.actions import Idea
from jinlin.initiatives.rules import kinds, phases
from jinlin.kernel import throttle
from jinlin.kernel.errors import Invalid
from jinlin.kernel.origin import address_of
from jinlin.places import queries as places
from jinlin.places.queries.outlines import outlines
from jinlin.places.rules import is_region_code, level_of, short_name
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, where
from jinlin.web.together.frame import draw
from jinlin.web.wishes import visit
from jinlin.web.wishes.shown import rows_of

POSTS, WINDOW = 20, 600  # from one address in ten minutes: a compound may share it
HEADS = {
    kinds.WISH: (gettext_lazy("愿望墙"), gettext_lazy("想要什么，写一句话，邻居觉得对就点支持。")),
    kinds.TOPIC: (gettext_lazy("正在商量的事"), gettext_lazy("公示、开会、表决、回访，每一步都看得见。")),
    kinds.WORKS: (
        gettext_lazy("老旧小区改造"),
        gettext_lazy("改什么、花多少钱、干到哪一步，居民监理说好才算好。"),
    ),
}
ROUTES = {kinds.WISH: "wishes:home", kinds.TOPIC: "wishes:topics", kinds.WORKS: "wishes:works"}
TABS = {kinds.WISH: "wishes", kinds.TOPIC: "topics", kinds.WORKS: "works"}


@resident("together.view")
@require_safe
def wishes(request: Any) -> HttpResponse:
    """Show the wish wall."""
    return _wall(request, kinds.WISH)


@resident("together.view")
@require_safe
def topics(request: Any) -> HttpResponse:
    """Show what is being talked over."""
    return _wall(request, kinds.TOPIC)


@resident("together.view")
@require_safe
def works(request: Any) -> HttpResponse:
    """Show renewal works."""
    return _wall(request, kinds.WORKS)


def _wall(request: Any, kind: str) -> HttpResponse:
    place = where(request)
    phase = str(request.GET.get("phase", ""))
    most = request.GET.get("by") == "most"
    after = str(request.GET.get("after", ""))[:90]
    counts = queries.phase_counts(area=place.code, kind=kind) if place.code else {}
    if phase not in phases.PHASES:
        phase = next((code for code in phases.PHASES if counts.get(code)), phases.ASKING)
    rows = (
        queries.wall(viewer=request.actor, area=place.code, kind=kind, phase=phase, most=most, after=after)
        if place.code
        else []
    )
    url = reverse(ROUTES[kind])
    heading, words = HEADS[kind]
    frame = {
        "where": place,
        "kind": kind,
        "heading": heading,
        "words": words,
        "url": url,
        "phases": [
            {
                "label": _(label),
                "url": f"{url}?phase={code}&place={place.code}",
                "current": code == phase,
                "count": counts.get(code, 0),
            }
            for code, label in phases.PHASES.items()
        ],
        "phase": phase,
        "most": most,
        "rows": rows_of(rows),
        "more": queries.key_of(rows[-1], most=most) if len(rows) == 30 else "",
        "map_url": _map_url(place, kind),
        "mine": visit.pass_id(request, "resident"),
    }
    return draw(request, "wishes/wall.html", frame, tab=TABS[kind])


def _map_url(place: Any, kind: str) -> str:
    shown = bool(place.code) and level_of(place.code) in (3, 4)
    return f"{reverse('wishes:map')}?place={place.code}&kind={kind}" if shown else ""


@resident("together.view")
@require_safe
def around(request: Any) -> JsonResponse:
    """Give the streets or communities of a place with how many items are on the way in each."""
    place = where(request)
    kind = str(request.GET.get("kind", ""))
    kind = kind if kind in ROUTES else kinds.WISH
    if not place.code or level_of(place.code) not in (3, 4):
        return JsonResponse({"type": "FeatureCollection", "features": []})
    names = dict(place.below)
    shapes = outlines(list(names))
    counts = queries.counts_below(area=place.code, codes=names, kind=kind)
    features = [
        {
            "type": "Feature",
            "geometry": shape.geometry,
            "properties": {
                "code": code,
                "name": names[code],
                "label": names[code],
                "at": shape.at,
                "value": counts.get(code, 0),
                "words": _("{n} 件").format(n=counts.get(code, 0)),
                "url": f"{reverse(ROUTES[kind])}?place={code}",
            },
        }
        for code, shape in shapes.items()
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@resident("initiative.propose")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Put up a wish or a topic: a title is enough; similar ones are offered for support first."""
    if request.method != "POST":
        return _form(request, request.GET, {}, 200)
    throttle.hit("initiative.propose", address_of(request), limit=POSTS, seconds=WINDOW)

    def save() -> str:
        post = request.POST
        made = actions.propose_initiative(
            actor=request.actor,
            idea=_idea(post),
            passed=visit.pass_id(request, "resident"),
            key=moves.key_of(request),
        )
        assert made.proposed_by is not None
        visit.remember(request, made.proposed_by)
        return reverse("wishes:mine") + "?new=1"

    return attempt(save, lambda facts, code: _form(request, request.POST, facts, code))


def _idea(post: Mapping[str, Any]) -> Idea:
    kind = str(post.get("kind", kinds.WISH))
    try:
        lon, lat = float(post.get("lon", "")), float(post.get("lat", ""))
        point: dict[str, Any] = {"lon": lon, "lat": lat, "datum": str(post.get("datum", "")) or "wgs84"}
    except ValueError:
        point = {}
    return Idea(
        title=str(post.get("title", "")),
        area=str(post.get("area", "")),
        text=str(post.get("text", "")),
        kind=kind if kind in (kinds.WISH, kinds.TOPIC) else "",
        place_text=str(post.get("place_text", "")),
        **point,
    )


def _form(request: Any, typed: Mapping[str, Any], facts: Mapping[str, Any], status: int) -> HttpResponse:
    place = where(request)
    asked = str(typed.get("area", ""))
    area = asked if is_region_code(asked) else (place.code if place.is_village else "")
    kind = str(typed.get("kind", kinds.WISH))
    frame = {
        "where": place,
        "areas": _areas(place, area),
        "area": area,
        "typed": typed,
        "kind": kind if kind in (kinds.WISH, kinds.TOPIC) else kinds.WISH,
        "kinds": [(kinds.WISH, _("提一个愿望")), (kinds.TOPIC, _("提一个要大家商量的议题"))],
        "similar": _similar_rows(request, typed, area),
        **facts,
    }
    return draw(
        request, "wishes/new.html", frame, tab="wishes" if kind != kinds.TOPIC else "topics", status=status
    )


def _areas(place: Any, chosen: str) -> list[tuple[str, str]]:
    """Return the communities to choose from: those of the street in view, or of the chosen one's street."""
    town = (
        place.code if place.code and level_of(place.code) == 4 else (chosen or place.code or "")[:9] + "000"
    )
    if not place.code or level_of(town) != 4 or not places.stands(town):
        return []
    return [("", _("请选择")), *((row.code, short_name(row.name)) for row in places.children(town))]


def _similar_rows(request: Any, typed: Mapping[str, Any], area: str) -> list[dict[str, Any]]:
    kind = str(typed.get("kind", kinds.WISH))
    title = str(typed.get("title", ""))[:60]
    if kind not in ROUTES or len(area) != 12 or not area.isdigit():
        return []
    try:
        return rows_of(queries.similar(viewer=request.actor, title=title, area=area, kind=kind))
    except Invalid:
        return []


@resident("initiative.propose")
@require_POST
def similar(request: Any) -> HttpResponse:
    """Show open items like the title being typed, to support instead; a part of the page."""
    rows = _similar_rows(request, request.POST, str(request.POST.get("area", "")))
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("wishes:new"))
    return render(request, "wishes/_similar.html", {"similar": rows})
