"""The venture office: rounds from the call to the close, seats for reviewers, who reviews what, who applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.initiatives import actions
from jinlin.initiatives.actions import Call
from jinlin.initiatives.queries import number, secret_of
from jinlin.initiatives.queries import ventures as reads
from jinlin.initiatives.rules.guards import REVIEWERS
from jinlin.initiatives.rules.money import yuan
from jinlin.kernel.errors import NotFound
from jinlin.people import areas
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.initiatives.frame import area_words, draw
from jinlin.web.together.asked import attempt, uuid_of
from jinlin.web.wishes.fields import day, fen, whole
from jinlin.web.wishes.shown import rows_of

if TYPE_CHECKING:
    from jinlin.initiatives.models import Initiative


@permits("venture.run")
@require_http_methods(["GET", "HEAD", "POST"])
def rounds(request: Any) -> HttpResponse:
    """List the rounds; call a new one out."""
    if request.method != "POST":
        return _rounds_page(request, {}, {}, 200)

    def save() -> str:
        post = request.POST
        opens, closes, review = (
            day(post, name, required=True) for name in ("opens_on", "closes_on", "review_until")
        )
        assert opens is not None
        assert closes is not None
        assert review is not None
        call = Call(
            name=str(post.get("name", "")),
            area=areas.home_area(viewer=request.actor, verb="venture.run"),
            call=str(post.get("call", "")),
            opens_on=opens,
            closes_on=closes,
            review_until=review,
            cap_fen=fen(post, "cap_fen"),
            needs=str(post.get("needs", "")),
            fund_source=str(post.get("fund_source", "")),
            criteria=_criteria(post),
        )
        made = actions.call_round(actor=request.actor, call=call, key=moves.key_of(request))
        messages.success(request, _("征集已公告。"))
        return reverse("initiatives:round", args=[made.pk])

    return attempt(save, lambda facts, code: _rounds_page(request, request.POST, facts, code))


def _criteria(post: Any) -> list[tuple[str, int]]:
    rows = zip(post.getlist("criterion"), post.getlist("weight"), strict=False)
    return [(name.strip(), whole({"criteria": weight}, "criteria")) for name, weight in rows if name.strip()]


def _rounds_page(
    request: Any, typed: Mapping[str, Any], facts: Mapping[str, Any], status: int
) -> HttpResponse:
    area = areas.home_area(viewer=request.actor, verb="venture.run")
    frame = {
        "area_name": area_words(area),
        "rows": [
            {
                "url": reverse("initiatives:round", args=[row.pk]),
                "title": row.name,
                "meta": [f"{row.opens_on} – {row.closes_on}", _("申报 %(n)d 项") % {"n": row.entries_count}],
                "badge": _("结果已公开")
                if row.closed_at
                else _("正在申报")
                if reads.is_open(row)
                else _("评审中"),
                "tone": "done" if row.closed_at else "action",
            }
            for row in reads.rounds(area=area)
        ],
        "cap": yuan(number("venture_cap_fen", area[:6] + "000000")).replace(",", ""),
        "typed": typed,
        **facts,
    }
    return draw(request, "initiatives/rounds.html", frame, tab="ventures", status=status)


@permits("venture.run")
@require_safe
def the_round(request: Any, round_id: UUID) -> HttpResponse:
    """Show a round as its office runs it."""
    return _round_page(request, round_id, {}, 200)


def _round_page(request: Any, round_id: UUID, facts: Mapping[str, Any], status: int) -> HttpResponse:
    row, projects, seats, reviews = reads.office(viewer=request.actor, round_id=round_id)
    scores = reads.scores_of(row, projects)
    by_project: dict[UUID, list[Any]] = {project.pk: [] for project in projects}
    for review in reviews:
        by_project.setdefault(review.initiative_id, []).append(review)
    frame = {
        "round": row,
        "is_open": reads.is_open(row),
        "cap": yuan(row.cap_fen),
        "seats": [
            {
                "seat": seat,
                "link": request.build_absolute_uri(reverse("wishes:own", args=[seat.pk, secret_of(seat.pk)])),
            }
            for seat in seats
        ],
        "projects": [
            {
                **shown,
                "asked": yuan(shown["row"].asked_fen),
                "reviews": by_project[shown["row"].pk],
                "handed": sum(bool(one.submitted_at) for one in by_project[shown["row"].pk]),
                "score": scores.get(shown["row"].pk),
                "free": [
                    seat
                    for seat in seats
                    if seat.pk not in {one.reviewer_id for one in by_project[shown["row"].pk]}
                ],
            }
            for shown in rows_of(projects, inner=True)
        ],
        "needed": REVIEWERS,
        **facts,
    }
    return draw(request, "initiatives/round.html", frame, tab="ventures", status=status)


@permits("venture.run")
@require_POST
def act(request: Any, round_id: UUID, deed: str) -> HttpResponse:
    """Make a seat, give a project to a seat, close the review, open who applied for a stated purpose."""
    deeds = {"reviewer": _reviewer, "assign": _assign, "close": _close, "sheet": _sheet}
    if deed not in deeds:
        raise NotFound("deed")
    facts: dict[str, Any] = {}

    def save() -> str:
        messages.success(request, deeds[deed](request, round_id, facts))
        return reverse("initiatives:round", args=[round_id])

    answer = attempt(save, lambda wrong, code: _round_page(request, round_id, wrong, code))
    return _round_page(request, round_id, facts, 200) if facts else answer


def _reviewer(request: Any, round_id: UUID, _facts: dict[str, Any]) -> str:
    seat = actions.invite_reviewer(actor=request.actor, round_id=round_id, key=moves.key_of(request))
    return _("%(alias)s的链接在下面，请当面或用可靠的方式交给本人。") % {"alias": seat.alias}


def _assign(request: Any, _round_id: UUID, _facts: dict[str, Any]) -> str:
    item, seat = uuid_of(request.POST.get("item"), "item"), uuid_of(request.POST.get("seat"), "seat")
    if item is None or seat is None:
        raise NotFound("initiative")
    actions.assign_review(actor=request.actor, initiative_id=item, seat_id=seat, key=moves.key_of(request))
    return _("已派。")


def _close(request: Any, round_id: UUID, _facts: dict[str, Any]) -> str:
    actions.close_round(actor=request.actor, round_id=round_id, key=moves.key_of(request))
    return _("评审已结束，分数和理由可以看了。")


def _sheet(request: Any, _round_id: UUID, facts: dict[str, Any]) -> str:
    item_id = uuid_of(request.POST.get("item"), "item")
    if item_id is None:
        raise NotFound("initiative")
    item: Initiative = actions.open_sheet(
        actor=request.actor,
        initiative_id=item_id,
        purpose=str(request.POST.get("purpose", "")),
        key=moves.key_of(request),
    )
    facts["sheet"] = reads.sheet(viewer=request.actor, item=item)
    facts["sheet_of"] = item.alias
    return _("已记录打开的用途。")
