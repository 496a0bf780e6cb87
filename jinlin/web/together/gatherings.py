"""Activities and meetings near me: find one, sign up with a nickname and a phone, keep a link, leave again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import AlreadySigned, Person
from jinlin.gatherings.rules import words as w
from jinlin.kernel import clock, throttle
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, choices, keep, uuid_of, where
from jinlin.web.together.frame import draw
from jinlin.web.together.tones import gathering_row

if TYPE_CHECKING:
    from jinlin.gatherings.models import Gathering


@resident("together.view")
@require_safe
def gatherings(request: Any) -> HttpResponse:
    """List what is to come in the chosen place, soonest first, and what has been."""
    place = where(request)
    kind = str(request.GET.get("kind", ""))
    kind = kind if kind in w.GATHERING_KINDS else ""
    over = request.GET.get("when") == "past"
    after = str(request.GET.get("after", ""))[:80]
    rows: list[Gathering] = []
    if place.code:
        rows = (
            queries.past(area=place.code, after=after)
            if over
            else queries.upcoming(area=place.code, kind=kind, after=after)
        )
    more = queries.key_of(rows[-1], "starts_at") if len(rows) == 30 else ""
    frame = {
        "where": place,
        "rows": [gathering_row(row) for row in rows],
        "kinds": choices(w.GATHERING_KINDS),
        "kind": kind,
        "over": over,
        "more": more,
    }
    return draw(request, "together/gatherings.html", frame, tab="gatherings")


@resident("together.view")
@require_safe
def gathering(request: Any, gathering_id: UUID) -> HttpResponse:
    """Show one gathering: when, where, its agenda, whether there are seats, its minutes once they are public."""
    return _page(request, gathering_id, {}, 200)


def _page(request: Any, gathering_id: UUID, facts: Any, status: int) -> HttpResponse:
    row = queries.gathering(gathering_id=gathering_id)
    frame = {
        "row": row,
        "shown": gathering_row(row),
        "kind": _(w.GATHERING_KINDS[row.kind]),
        "state": _(w.GATHERING_STATES[row.state]),
        "agenda": [
            (item, _(w.OUTCOMES[item.outcome]) if item.outcome else "") for item in queries.agenda(row)
        ],
        "may_sign": row.state == "open" and row.ends_at > clock.now(),
        "is_full": row.seats_left == 0,
        "roles": choices(w.PART_ROLES, ("resident", "volunteer")),
        "typed": request.POST,
        "book": request.session.get("together_book"),
        **facts,
    }
    return draw(request, "together/gathering.html", frame, tab="gatherings", status=status)


@resident("together.join")
@sensitive_post_parameters("phone", "nickname")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: Any, gathering_id: UUID) -> HttpResponse:
    """Take a seat or a place in the waiting list; the answer is one's own page, by a link to keep."""
    if request.method != "POST":
        return _page(request, gathering_id, {}, 200)
    post = request.POST
    address = address_of(request)

    def save() -> str:
        book_id, book_token = _book_of(request) if post.get("hours") else (None, "")
        who = Person(
            nickname=str(post.get("nickname", "")),
            phone=str(post.get("phone", "")),
            role=str(post.get("role", "")) or "resident",
            book_id=book_id,
            book_token=book_token,
        )
        try:
            with throttle.owing():
                actions.knock_to_sign_up(address, who.phone)
                seat = actions.sign_up(
                    actor=request.actor, gathering_id=gathering_id, who=who, key=moves.key_of(request)
                )
        except AlreadySigned:
            actions.knock_again(address)
            raise
        token = queries.link_token("seat", seat.pk)
        keep(request, "seat", seat.pk, token, queries.gathering(gathering_id=gathering_id).title)
        return reverse("together:seat", args=[seat.pk, token])

    return attempt(save, lambda facts, status: _page(request, gathering_id, facts, status))


def _book_of(request: Any) -> tuple[UUID | None, str]:
    """Return the volunteer's book of this visit, opened before (see `hours`)."""
    known = request.session.get("together_book") or ("", "")
    return uuid_of(known[0], "hours"), str(known[1])


@resident("together.join")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: Any, seat_id: UUID, token: str) -> HttpResponse:
    """Show one's own sign-up: seat or place in the list, the code for the door; leave it by one button."""
    found = queries.seat_by_link(attendance_id=seat_id, token=token)

    def page(facts: Any, status: int) -> HttpResponse:
        row = queries.seat_by_link(attendance_id=seat_id, token=token)
        address = request.build_absolute_uri(reverse("together:seat", args=[seat_id, token]))
        door = reverse("gatherings:door", args=[row.gathering.pk]) + f"?code={row.row.code}"
        picture = segno.make(request.build_absolute_uri(door), micro=False)
        frame = {
            "seat": row,
            "row": row.gathering,
            "shown": gathering_row(row.gathering),
            "state": _(w.SEATS[row.row.state]),
            "picture": picture.svg_data_uri(scale=5, border=2),
            "link": address,
            "may_leave": row.row.state in ("signed", "waiting")
            and row.gathering.state in ("planned", "open"),
            **facts,
        }
        return draw(request, "together/seat.html", frame, tab="gatherings", status=status)

    if request.method != "POST":
        keep(request, "seat", seat_id, token, found.gathering.title)
        return page({}, 200)

    def save() -> str:
        actions.withdraw(actor=request.actor, attendance_id=seat_id, token=token, key=moves.key_of(request))
        messages.success(request, _("已退出，名额让给了下一位。您的称呼和电话已删除。"))
        return reverse("together:gathering", args=[found.gathering.pk])

    return attempt(save, page)
