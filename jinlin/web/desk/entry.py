"""Typing in what came by telephone, letter or visit; the caller's contact is sealed as it is saved."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases import queries as cases
from jinlin.cases.actions import Caller, Said, Source, report_case
from jinlin.cases.rules import words as w
from jinlin.cases.rules.tracking import county_of, typed_code
from jinlin.insight.queries import suggested
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.desk.frame import show

CHANNELS: Final = ("hotline", "visit", "letter", "parlour")
FIELDS: Final = (
    *("channel", "text", "title", "kind", "category", "place", "where", "place_text"),
    *("name", "phone", "address", "do_not_contact"),
)
PLACES_SHOWN: Final = 12
READ: Final = 1_000  # characters of what was said that a suggestion reads


@permits("case.enter")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Show the entry form, look a place up, or save what was heard."""
    if request.method != "POST":
        return _page(request, {"channel": "hotline", "kind": "help"})
    if "find" in request.POST:  # without scripts the look-up goes through the same form
        return _page(request, request.POST)
    try:
        appeal = report_case(
            actor=request.actor,
            said=_said(request),
            caller=_caller(request),
            source=Source(channel=_channel(request)),
            default_place=_own_place(request.actor),
            at=moves.made_at(request),
            key=moves.key_of(request),
        )
    except Invalid as error:
        return _page(request, request.POST, errors=error.fields, status=422)
    url = f"/desk/new?done={appeal.case.tracking}"
    return HttpResponseRedirect(url)


@permits("case.enter")
@require_safe
def places_found(request: Any) -> HttpResponse:
    """Return the places that fit the words typed so far, as radio buttons."""
    context = {"found": _places(request.actor, request.GET), "values": request.GET}
    return show(request, "desk/parts/places.html", context)


@permits("case.enter")
@require_safe
def hints(request: Any) -> HttpResponse:
    """Return the categories that what was said speaks of, and open cases of the chosen matter at the chosen place."""
    return show(request, "desk/parts/hints.html", _hints(request.actor, request.GET))


def _hints(actor: Actor, asked: Any) -> dict[str, Any]:
    text = _tidy(asked.get("text", "")[:READ], READ)
    category, place = asked.get("category", ""), asked.get("place", "")
    village = place[:12] if place.isdigit() and len(place) in (12, 15) else ""
    return {
        "suggestion": suggested(county=_county(actor, place), text=text),
        "category": category,
        "nearby": cases.open_nearby(category=category, village=village),
    }


def _county(actor: Actor, place: str) -> str:
    known = place if place.isdigit() and len(place) in (12, 15) else _own_place(actor)
    return f"{known[:6]}000000" if known else ""


def _channel(request: Any) -> str:
    channel = str(request.POST.get("channel", ""))
    if channel not in CHANNELS:
        raise Invalid({"channel": [_("请选择是来电、来访还是来信。")]})
    return channel


def _said(request: Any) -> Said:
    post = request.POST
    photos = moves.store_photos(request) if request.FILES else ()
    return Said(
        text=post.get("text", ""),
        title=post.get("title", ""),
        kind=post.get("kind", "help"),
        category=post.get("category", ""),
        place=post.get("place", ""),
        place_text=post.get("place_text", ""),
        photos=photos,
    )


def _caller(request: Any) -> Caller:
    post = request.POST
    return Caller(
        phone=post.get("phone", ""),
        name=post.get("name", ""),
        address=post.get("address", ""),
        do_not_contact=bool(post.get("do_not_contact")),
    )


def _own_place(actor: Actor) -> str:
    """Return where a matter goes when nothing tells where: the desk's own region, from the county down."""
    return next((post.place[:12] for post in actor.posts if post.level >= 3), "")


def _tidy(text: str, most: int) -> str:
    try:
        return clean(text[:most], max_length=most, field="text", multiline=True)
    except Invalid:
        return ""


def _places(actor: Actor, asked: Any) -> list[tuple[str, str, str]]:
    """Return (code, name, what it lies in): what was searched, else the areas right below the desk."""
    own = next((post.place[:12] for post in actor.posts if post.place), "")
    words = _tidy(asked.get("where", ""), 40)
    if words:
        rows = places.search_regions(words, within=own, limit=PLACES_SHOWN * 2)
        fit = [row for row in rows if row.level >= 4][:PLACES_SHOWN]
        return [(row.code, row.name, row.parent.name if row.parent else "") for row in fit]
    found = places.children(own) if own and _below(actor) < 5 else []
    rows_below = [(row.code, row.name, "") for row in found if row.level >= 4]
    return rows_below or ([(own, places.area_name(own), "")] if _below(actor) >= 5 else [])


def _below(actor: Actor) -> int:
    return min((post.level for post in actor.posts), default=5)


def _page(request: Any, values: Any, *, errors: Any = None, status: int = 200) -> HttpResponse:
    found = _places(request.actor, values)
    place = values.get("place", "")
    if place.isdigit() and len(place) in (12, 15) and place not in {row[0] for row in found}:
        found = [(place, places.area_name(place) or place, ""), *found]
    tree = orgs.categories()
    context = {
        "values": {name: values.get(name, "") for name in FIELDS},
        "errors": errors or {},
        "channels": [(key, _(w.CHANNELS[key])) for key in CHANNELS],
        "kinds": [(key, _(label)) for key, label in w.APPEAL_KINDS.items()],
        "groups": [(root.label, tree.children(root.code)) for root in tree.roots],
        "found": found,
        "done": _done(request),
        **_hints(request.actor, values),
    }
    return show(request, "desk/new.html", context, status=status, current="new")


def _done(request: Any) -> dict[str, Any] | None:
    """Return the code just made, to be read out, and whether this desk can follow it."""
    code = typed_code(request.GET.get("done", ""))
    if request.method == "POST" or not county_of(code):
        return None
    shown = "-".join(code[at : at + 4] for at in range(0, 12, 4))
    try:
        case = cases.visible_case(viewer=request.actor, tracking=code)
    except NotFound:
        return {"code": shown, "tracking": code, "url": "", "callable": False}
    return {"code": shown, "tracking": code, "url": f"/desk/case/{code}", "callable": case.callable}
