"""吹哨报到 on the desk: the calls in sight, a new one, one whole with its answers and judgements."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases.actions import whistling
from jinlin.cases.actions.whistling import Call
from jinlin.cases.queries import whistles
from jinlin.cases.rules import whistle as rules
from jinlin.kernel.errors import Invalid
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.areas import home_area
from jinlin.places import queries as places
from jinlin.places.rules import short_name
from jinlin.web.access import permits
from jinlin.web.desk.frame import show
from jinlin.web.manage.forms import key_of
from jinlin.web.posted import write

CURRENT: Final = "whistle"


@permits("whistle.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show a view of the calls in sight."""
    view = str(request.GET.get("view", ""))
    view = view if view in whistles.VIEWS else "open"
    words = {
        "rows": whistles.whistles(viewer=request.actor, view=view),
        "tabs": [
            {"label": _(label), "url": f"?view={key}", "current": key == view}
            for key, label in whistles.VIEWS.items()
        ],
        "kinds": dict(whistles.kinds()),
        "may_call": access.may(request.actor, "whistle.call"),
    }
    return show(request, "desk/whistle/list.html", words, current=CURRENT)


@permits("whistle.call")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Call units to a place of one's own township."""
    if request.method != "POST":
        return _form(request, {}, 200)
    post = request.POST

    def save() -> object:
        call = Call(
            kind=post.get("kind", ""),
            topic=post.get("topic", ""),
            words=post.get("words", ""),
            place=post.get("place", ""),
            units=[_id(text, "units") for text in post.getlist("units")],
        )
        return whistling.blow_whistle(actor=request.actor, call=call, key=key_of(request))

    return write(
        request,
        save,
        back=reverse("desk:whistles") + "?view=called",
        again=lambda errors, status: _form(request, errors, status),
        said=_("哨已吹响，叫到的单位会收到消息。"),
    )


def _form(request: Any, errors: Any, status: int) -> HttpResponse:
    area = home_area(viewer=request.actor, verb="whistle.call")
    units = orgs.search_units(county=area[:6] + "000000", regions=[area], limit=200)
    words = {
        "errors": errors,
        "typed": request.POST,
        "chosen": request.POST.getlist("units"),
        "kinds": whistles.kinds(),
        "places": [(row.code, short_name(row.name)) for row in places.children(area)],
        "units": [(str(row.pk), row.name) for row in units if row.pk not in request.actor.units],
    }
    return show(request, "desk/whistle/new.html", words, status=status, current=CURRENT)


@permits("whistle.view")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: Any, whistle: UUID) -> HttpResponse:
    """Show one call; answer it, note who came, judge, end."""
    if request.method != "POST":
        return _page(request, whistle, {}, 200)
    return write(
        request,
        lambda: _deed(request, whistle),
        back=reverse("desk:whistle", args=[whistle]),
        again=lambda errors, status: _page(request, whistle, errors, status),
    )


def _deed(request: Any, whistle: UUID) -> object:
    post, actor, key = request.POST, request.actor, key_of(request)
    deed = post.get("deed", "")
    if deed == "answer":
        return whistling.answer_whistle(actor=actor, whistle=whistle, answer=post.get("answer", ""), key=key)
    if deed == "needed":
        return whistling.judge_call(actor=actor, whistle=whistle, needed=post.get("needed", ""), key=key)
    if deed == "end":
        return whistling.end_whistle(actor=actor, whistle=whistle, key=key)
    unit = _id(post.get("unit", ""), "unit")
    if deed == "arrive":
        words = post.get("on_site", "")
        return whistling.note_arrival(actor=actor, whistle=whistle, unit=unit, words=words, key=key)
    return whistling.judge_unit(
        actor=actor, whistle=whistle, unit=unit, solved=post.get("solved", ""), key=key
    )


def _page(request: Any, whistle: UUID, errors: Any, status: int) -> HttpResponse:
    row = whistles.whistle(viewer=request.actor, whistle=whistle)
    units = request.actor.units
    own = next((reply for reply in row.replies if reply.unit in units), None)
    words = {
        "row": row,
        "kind": dict(whistles.kinds())[row.kind],
        "errors": errors,
        "typed": request.POST,
        "judged": [(key, _(label)) for key, label in rules.JUDGED.items()],
        "labels": {key: _(label) for key, label in rules.JUDGED.items()},
        "is_caller": row.caller_unit in units and access.may(request.actor, "whistle.call"),
        "own": own if access.may(request.actor, "whistle.answer") else None,
    }
    return show(request, "desk/whistle/one.html", words, status=status, current=CURRENT)


def _id(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid({field: [_("请从列表中选择单位。")]}) from None
