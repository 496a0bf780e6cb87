"""The blind room: a reviewer sees an alias and a text, and own reviews only; nothing here reads who applies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.initiatives import actions
from jinlin.initiatives.queries import ventures as reads
from jinlin.initiatives.rules.money import yuan
from jinlin.initiatives.rules.reviewing import RECOMMENDATIONS
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, choices
from jinlin.web.together.frame import draw
from jinlin.web.wishes import visit
from jinlin.web.wishes.fields import whole


def _seat(request: Any) -> Any:
    seat = visit.current(request, "reviewer")
    if seat is None:
        raise NotFound("pass", _("请用征集办公室给您的评审链接打开这个页面。"))
    return seat


@resident("initiative.seat")
@never_cache
@require_safe
def papers(request: Any) -> HttpResponse:
    """List the projects given to this seat, by alias."""
    seat = _seat(request)
    rows = [
        {
            "url": reverse("wishes:review-paper", args=[paper.review_id]),
            "title": f"{paper.alias} {paper.title}",
            "meta": [paper.round_name, _("申请 %(n)s 元") % {"n": yuan(paper.asked_fen)}],
            "badge": _("已评") if paper.is_submitted else _("待评"),
            "tone": "done" if paper.is_submitted else "action",
        }
        for paper in reads.papers(seat)
    ]
    return draw(request, "wishes/papers.html", {"seat": seat, "rows": rows}, tab="ventures")


@resident("initiative.seat")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Any, review_id: UUID) -> HttpResponse:
    """Ask for the conflict statement, then show the project and take scores with reasons."""
    seat = _seat(request)
    if request.method != "POST":
        return _page(request, seat, review_id, {}, 200)

    def save() -> str:
        if "conflict" in request.POST or "scores" not in request.POST:
            return _declare(request, review_id, seat.pk)
        criteria = reads.paper(seat, review_id).criteria
        actions.submit_review(
            actor=request.actor,
            review_id=review_id,
            passed=seat.pk,
            scores={
                one.code: whole(request.POST, one.code) if request.POST.get(one.code) else -1
                for one in criteria
            },
            recommendation=str(request.POST.get("recommendation", "")),
            words=str(request.POST.get("words", "")),
            key=moves.key_of(request),
        )
        messages.success(request, _("评审已交，结束前可以再改。"))
        return reverse("wishes:review")

    return attempt(save, lambda facts, code: _page(request, seat, review_id, facts, code))


def _declare(request: Any, review_id: UUID, seat_id: UUID) -> str:
    conflict = str(request.POST.get("conflict", ""))
    if conflict not in ("yes", "no"):
        raise Invalid({"conflict": [_("请选择有没有利害关系。")]})
    actions.declare_conflict(
        actor=request.actor,
        review_id=review_id,
        passed=seat_id,
        conflict=conflict == "yes",
        words=str(request.POST.get("words", "")),
        key=moves.key_of(request),
    )
    if conflict == "yes":
        messages.success(request, _("已声明，这个项目会换人评审。"))
        return reverse("wishes:review")
    return reverse("wishes:review-paper", args=[review_id])


def _page(request: Any, seat: Any, review_id: UUID, facts: Any, status: int) -> HttpResponse:
    found = reads.paper(seat, review_id)
    frame = {
        "seat": seat,
        "paper": found,
        "asked": yuan(found.asked_fen),
        "criteria": [
            {
                "one": one,
                "value": request.POST.get(one.code, found.scores.get(one.code, "")),
                "errors": facts.get("wrong", {}).get(one.code, []),
            }
            for one in found.criteria
        ],
        "recommendations": choices(RECOMMENDATIONS),
        "typed": request.POST,
        **facts,
    }
    return draw(request, "wishes/review.html", frame, tab="ventures", status=status)
