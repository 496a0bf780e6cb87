"""Gatherings of an area: what is to come and to close, planning one, one of them with everything that can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Plan
from jinlin.gatherings.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import deed, draw, home_url
from jinlin.web.together.asked import choices, faces, moment, number, uuid_of
from jinlin.web.together.tones import gathering_row, when

if TYPE_CHECKING:
    from jinlin.gatherings.models import Gathering


@permits("gathering.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Send a viewer to the widest area of the posts held today."""
    return HttpResponseRedirect(home_url(request))


@permits("gathering.view")
@require_safe
def area(request: Any, area: str) -> HttpResponse:
    """Show what has to be closed, what is to come, and what has been."""
    queries.require_area(viewer=request.actor, area=area)
    after = str(request.GET.get("after", ""))[:80]
    coming = queries.upcoming(area=area, viewer=request.actor, after=after)
    frame = {
        "coming": [_row(row) for row in coming],
        "to_close": [_row(row) for row in queries.past(area=area, viewer=request.actor, to_close=True)],
        "past": [_row(row) for row in queries.past(area=area, viewer=request.actor, limit=10)],
        "more": queries.key_of(coming[-1], "starts_at") if len(coming) == 30 else "",
    }
    return draw(request, "gatherings/area.html", frame, area=area, tab="gatherings")


def _row(row: Gathering) -> dict[str, Any]:
    seats = f"{row.seats_taken}/{row.capacity}" if row.capacity else _("{n} 人报名").format(n=row.seats_taken)
    side = seats if row.state in ("planned", "open") else ""  # of what is over, who came is told
    shown = gathering_row(row) | {"url": reverse("gatherings:gathering", args=[row.pk]), "side": side}
    if row.waiting:
        shown["meta"].append(_("{n} 人候补").format(n=row.waiting))
    return shown


@permits("gathering.host")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, area: str) -> HttpResponse:
    """Plan a gathering in a community: kind, time, room and agenda on one page."""
    queries.require_area(viewer=request.actor, area=area, verb="gathering.host")

    def page(facts: Any, status: int) -> HttpResponse:
        frame = {**_form(area), "typed": request.POST or {"kind": "activity", "is_public": "1"}, **facts}
        return draw(request, "gatherings/plan.html", frame, area=area, tab="gatherings", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        plan = _plan(request.POST, area)
        found = actions.plan_gathering(actor=request.actor, plan=plan, key=moves.key_of(request))
        if request.POST.get("announce"):
            actions.announce_gathering(actor=request.actor, gathering_id=found.pk)
        return reverse("gatherings:gathering", args=[found.pk])

    return deed(request, save, page, said=_("安排好了。"))


@permits("gathering.host")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, gathering_id: UUID) -> HttpResponse:
    """Change a plan, its time, its room, its seats."""
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)

    def page(facts: Any, status: int) -> HttpResponse:
        frame = {**_form(row.village), "row": row, "typed": request.POST or _typed(row), **facts}
        return draw(request, "gatherings/plan.html", frame, area=row.village, tab="gatherings", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        actions.change_gathering(
            actor=request.actor,
            gathering_id=gathering_id,
            plan=_plan(request.POST, row.grid or row.village),
            expect=moves.expected(request),
            key=moves.key_of(request),
        )
        return reverse("gatherings:gathering", args=[gathering_id])

    return deed(request, save, page)


def _form(area: str) -> dict[str, Any]:
    rooms = [(str(row.pk), f"{row.name}（{row.capacity}）") for row in queries.venues(area=area)[:60]]
    return {
        "kinds": choices(w.GATHERING_KINDS),
        "rooms": [("", _("不用登记的场地")), *rooms],
        "times": faces(0, 1440),
        "today": clock.today().isoformat(),
    }


def _plan(post: Any, place: str) -> Plan:
    return Plan(
        kind=str(post.get("kind", "")),
        title=str(post.get("title", "")),
        starts_at=moment(post, "day", "from"),
        ends_at=moment(post, "day", "to"),
        words=str(post.get("words", "")),
        place=place,
        venue_id=uuid_of(post.get("venue"), "venue"),
        place_words=str(post.get("place_words", "")),
        capacity=number(post, "capacity"),
        is_public=bool(post.get("is_public")),
        agenda=str(post.get("agenda", "")).splitlines(),
    )


def _typed(row: Gathering) -> dict[str, Any]:
    begin, end = clock.local(row.starts_at), clock.local(row.ends_at)
    return {
        "kind": row.kind,
        "title": row.title,
        "day": begin.date().isoformat(),
        "from": f"{begin:%H:%M}",
        "to": "24:00" if end.date() > begin.date() else f"{end:%H:%M}",
        "words": row.words,
        "venue": str(row.venue_id or ""),
        "place_words": row.place_words,
        "capacity": row.capacity or "",
        "is_public": "1" if row.is_public else "",
    }


@permits("gathering.view")
@require_safe
def gathering(request: Any, gathering_id: UUID) -> HttpResponse:
    """Show one gathering with its list of names for those who host it."""
    return one(request, gathering_id, {}, 200)


def one(request: Any, gathering_id: UUID, facts: Any, status: int) -> HttpResponse:
    """Draw the page of one gathering (also again after a refused deed)."""
    row = queries.gathering(gathering_id=gathering_id, viewer=request.actor)
    queries.require_area(viewer=request.actor, area=row.village)
    hosts = access.may(request.actor, "gathering.host", row)
    names = queries.attendances(viewer=request.actor, row=row) if hosts else []
    frame = {
        "row": row,
        "when": when(row.starts_at, row.ends_at),
        "kind": _(w.GATHERING_KINDS[row.kind]),
        "state": _(w.GATHERING_STATES[row.state]),
        "agenda": queries.agenda(row),
        "hosts": hosts,
        "names": [(seat, _(w.SEATS[seat.state]), _(w.PART_ROLES[seat.role])) for seat in names],
        "to_tell": [
            seat for seat in names if seat.promoted_at and not seat.told_at and seat.state == "signed"
        ],
        "links": [
            (
                seat,
                request.build_absolute_uri(
                    reverse("together:host", args=[seat.pk, queries.host_token(seat)])
                ),
            )
            for seat in names
            if seat.role == "host" and seat.state != "withdrawn" and row.state in ("planned", "open")
        ],
        "history": queries.figure_history(row) if row.state == "held" else [],
        "begun": row.starts_at <= clock.now(),
        "roles": choices(w.PART_ROLES),
        "typed": request.POST,
        **facts,
    }
    return draw(
        request, "gatherings/gathering.html", frame, area=row.village, tab="gatherings", status=status
    )


DEEDS = ("announce", "cancel", "hold", "figure", "agenda", "enter", "told", "leave", "undo", "link")


@permits("gathering.host")
@require_POST
def do(request: Any, gathering_id: UUID, deed_name: str) -> HttpResponse:
    """Do one thing to a gathering: announce, cancel, hold, correct the figure, set the agenda, enter a name, …"""
    if deed_name not in DEEDS:
        raise NotFound("deed")
    post, key = request.POST, moves.key_of(request)
    about: dict[str, Any] = {"actor": request.actor, "gathering_id": gathering_id, "key": key}

    def save() -> str:
        if deed_name == "announce":
            actions.announce_gathering(**about)
        elif deed_name == "cancel":
            actions.cancel_gathering(**about, reason=str(post.get("reason", "")))
        elif deed_name == "hold":
            actions.hold_gathering(**about, walk_ins=number(post, "walk_ins"))
        elif deed_name == "figure":
            count = number(post, "walk_ins", empty=-1) or 0
            actions.correct_figure(**about, walk_ins=count, reason=str(post.get("reason", "")))
        elif deed_name == "agenda":
            actions.set_agenda(**about, items=_items(post))
        else:
            _to_somebody(request, deed_name, about)
        return reverse("gatherings:gathering", args=[gathering_id])

    return deed(request, save, lambda facts, status: one(request, gathering_id, facts, status))


def _to_somebody(request: Any, deed_name: str, about: dict[str, Any]) -> None:
    """Enter a name by hand, or note something about somebody on the list."""
    post = request.POST
    if deed_name == "enter":
        who = actions.Person(
            str(post.get("nickname", "")), str(post.get("phone", "")), str(post.get("role", "resident"))
        )
        actions.sign_up(**about, who=who)
        return
    seat = uuid_of(post.get("seat"), "seat")
    if seat is None:
        raise NotFound("seat")
    if deed_name == "link":
        actions.change_host_link(**about, attendance_id=seat)
        return
    action = {"told": actions.note_told, "leave": actions.note_leaving, "undo": actions.undo_arrival}[
        deed_name
    ]
    action(actor=request.actor, attendance_id=seat, key=about["key"])


def _items(post: Any) -> list[tuple[UUID | None, str]]:
    ids, titles = post.getlist("item"), post.getlist("title")
    return [
        (uuid_of(item, "agenda"), title)
        for item, title in zip(ids, titles, strict=False)
        if item or title.strip()
    ]
