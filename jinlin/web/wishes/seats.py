"""The residents' supervisor on the site: conflict statement, a round with the checklist, rechecks, the signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jinlin.initiatives import actions, queries
from jinlin.initiatives.actions import Finding, Rounds
from jinlin.initiatives.rules import site as s
from jinlin.kernel.errors import Invalid, JinlinError, NotFound
from jinlin.web import moves
from jinlin.web.errors import wants_json
from jinlin.web.public.photos import picture
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, choices, uuid_of
from jinlin.web.together.frame import draw
from jinlin.web.ui.offline import keep_offline
from jinlin.web.wishes import visit
from jinlin.web.wishes.shown import item_frame


@resident("initiative.seat")
@never_cache
@keep_offline
@require_safe
def site(request: Any) -> HttpResponse:
    """Show the site to a supervisor: what to look at, what is open."""
    return _page(request, {}, 200)


def _page(request: Any, facts: Any, status: int) -> HttpResponse:
    seat = visit.current(request, "supervisor")
    if seat is None or seat.initiative is None:
        raise NotFound("pass", _("请用社区给您的监理链接打开这个页面。"))
    page = queries.page(viewer=request.actor, item=seat.initiative)
    frame = {
        **item_frame(page),
        "seat": seat,
        "photos_at": "/together/site/photo/" if seat.conflict == "none" else "",
        "checklist": [(code, _(words)) for code, words in s.CHECKLIST.items()],
        "answers": choices(s.ANSWERS),
        "severities": choices(s.SEVERITIES),
        "typed": request.POST,
        **facts,
    }
    return draw(request, "wishes/site.html", frame, tab="works", status=status)


@resident("initiative.seat")
@require_safe
def photo(request: Any, file_id: UUID) -> HttpResponse:
    """Send a picture of the site in full to a supervisor of it."""
    seat = visit.current(request, "supervisor")
    return picture(queries.seat_photo(seat=seat, file_id=file_id), thumb=False)


@resident("initiative.seat")
@require_safe
def thumb(request: Any, file_id: UUID) -> HttpResponse:
    """Send a picture of the site small to a supervisor of it."""
    seat = visit.current(request, "supervisor")
    return picture(queries.seat_photo(seat=seat, file_id=file_id), thumb=True)


@resident("initiative.seat")
@require_POST
def act(request: Any, deed: str) -> HttpResponse:
    """Declare, record a round (also from the outbox of a phone that was offline), recheck, sign."""
    deeds = {"declare": _declare, "round": _round, "recheck": _recheck, "sign": _sign}
    passed = visit.pass_id(request, "supervisor")
    if deed not in deeds or passed is None:
        raise NotFound("deed")
    if wants_json(request):
        return _for_outbox(request, deeds[deed], passed)

    def save() -> str:
        messages.success(request, deeds[deed](request, passed))
        return reverse("wishes:site")

    return attempt(save, lambda facts, code: _page(request, facts, code))


def _for_outbox(request: Any, deed: Any, passed: UUID) -> HttpResponse:
    try:
        said = deed(request, passed)
    except JinlinError as error:
        wrong = error.fields if isinstance(error, Invalid) else {}
        body = {"ok": False, "code": error.code, "message": str(error), "errors": wrong}
        return JsonResponse(body, status=error.http_status, json_dumps_params={"ensure_ascii": False})
    return moves.answer(request, reverse("wishes:site"), said)


def _declare(request: Any, passed: UUID) -> str:
    conflict = str(request.POST.get("conflict", ""))
    if conflict not in ("yes", "no"):
        raise Invalid({"conflict": [_("请选择有没有利害关系。")]})
    actions.declare_no_conflict(
        actor=request.actor,
        passed=passed,
        conflict=conflict == "yes",
        words=str(request.POST.get("words", "")),
        key=moves.key_of(request),
    )
    return _("已声明。")


def _round(request: Any, passed: UUID) -> str:
    post = request.POST
    photos = moves.store_photos(request)
    text = str(post.get("text", "")).strip()
    photo = photos[0] if photos else None
    finding = Finding(text, str(post.get("severity", "")), photo) if text else None
    actions.record_round(
        actor=request.actor,
        passed=passed,
        rounds=Rounds(
            checked={code: str(post.get(f"check_{code}", "unseen")) for code in s.CHECKLIST},
            words=str(post.get("words", "")),
            photo=None if finding else photo,
            finding=finding,
            made_at=moves.made_at(request),
        ),
        key=moves.key_of(request),
    )
    return _("这一轮已经记下。")


def _recheck(request: Any, passed: UUID) -> str:
    finding = uuid_of(request.POST.get("finding"), "finding")
    if finding is None:
        raise NotFound("finding")
    actions.recheck_finding(
        actor=request.actor,
        finding_id=finding,
        agreed=request.POST.get("agreed") == "yes",
        words=str(request.POST.get("words", "")),
        passed=passed,
        key=moves.key_of(request),
    )
    return _("复查已经记下。")


def _sign(request: Any, passed: UUID) -> str:
    actions.sign_acceptance(
        actor=request.actor,
        passed=passed,
        words=str(request.POST.get("words", "")),
        key=moves.key_of(request),
    )
    return _("已签字。")
