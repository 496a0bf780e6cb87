"""Saying it: one page, words first; a neighbour's open case of the same matter is offered before it is said twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jinlin.cases.actions import join_case, report_case
from jinlin.cases.queries import PublicCase
from jinlin.insight.queries.alike import nearest_open
from jinlin.kernel import clock, throttle
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.kernel.origin import address_of
from jinlin.web import errors, moves
from jinlin.web.resident import draft as drafts
from jinlin.web.resident import place_pick, proof
from jinlin.web.resident import suggest as suggesting
from jinlin.web.resident.draft import Draft
from jinlin.web.resident.proof import resident
from jinlin.web.ui.offline import keep_offline

if TYPE_CHECKING:
    from jinlin.cases.models import Appeal

REPORTS, WINDOW = 30, 600  # public posts from one address in ten minutes: a compound may share it
JOIN = "join-case"
LOOKS = 120  # looks at what neighbours reported, in the same time: a form asks when somebody stops typing
SAID_MOST = 1000  # letters of a draft that are compared
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Similar:
    """A neighbour's open case to join; the signed ticket proves that we offered it."""

    case: PublicCase
    ticket: str
    mine: bool


def similar_to(request: Any, draft: Draft) -> tuple[Similar, ...]:
    """Return open cases of the same matter in the same village, those that tell the same first (at most 7 queries)."""
    village = drafts.village_of(draft) if draft.category else ""
    said = draft.values.get("text", "")[:SAID_MOST]
    found = nearest_open(category=draft.category, village=village, title="", text=said) if village else ()
    mine = request.actor.cases
    return tuple(Similar(row, signing.dumps(str(row.id), salt=JOIN), row.id in mine) for row in found)


def form_page(
    request: HttpRequest,
    draft: Draft,
    *,
    wrong: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
    similar: Sequence[Similar] = (),
    pick: place_pick.Pick | None = None,
) -> HttpResponse:
    """Draw the form with everything typed so far."""
    words = {
        "draft": draft,
        "wrong": wrong or {},
        "pick": pick or place_pick.pick(draft.place, is_open="place_next" in (wrong or {})),
        "common": drafts.common_choices(),
        "all_matters": drafts.all_choices(),
        "suggestion": suggesting.of_draft(draft),
        "similar": similar,
        "asks": bool(similar),
    }
    return render(request, "resident/home.html", words, status=status)


@resident("case.report")
@keep_offline
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the form; a poster's code may name the place (?place=)."""
    return form_page(request, drafts.read(request.GET))


@resident("case.report")
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take a report: once per tap, kept on every error; a look at similar cases comes first where there are any."""
    draft = drafts.read(request.POST)
    try:
        knock(request)
        drafts.take_photos(request, draft)
        if not errors.wants_json(request) and not request.POST.get("similar_seen"):
            similar = similar_to(request, draft)
            if similar:
                return form_page(request, draft, similar=similar)
        appeal = report_case(
            actor=request.actor,  # type: ignore[attr-defined]
            said=draft.said(),
            caller=draft.caller(),
            at=when(request),
            key=moves.key_of(request),
        )
    except JinlinError as error:
        return refused(request, draft, error)
    return thanks(request, appeal, _("收到了，请记下查询码"))


@resident("case.report")
@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Join a neighbour's open case with one's own words, photos and number; only a case we offered."""
    draft = drafts.read(request.POST)
    try:
        knock(request)
        case_id = _offered(request.POST.get("ticket", ""))
        drafts.take_photos(request, draft)
        appeal = join_case(
            actor=request.actor,  # type: ignore[attr-defined]
            case_id=case_id,
            said=draft.said(),
            caller=draft.caller(),
            at=when(request),
            key=moves.key_of(request),
        )
    except JinlinError as error:
        return refused(request, draft, error)
    return thanks(request, appeal, _("已加入邻居反映的这件事"))


@resident("case.report")
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Show open cases like the one being written: a part of the page for HTMX, the whole form otherwise."""
    draft = drafts.read(request.POST)
    try:
        throttle.hit("similar", address_of(request), limit=LOOKS, seconds=WINDOW)
    except JinlinError as error:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)  # nobody asked to see it: the form goes on without
        return refused(request, draft, error)
    found = similar_to(request, draft)
    if request.headers.get("HX-Request"):
        return render(request, "resident/_similar.html", {"similar": found, "asks": False})
    return form_page(request, draft, similar=found)


@resident("case.report")
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Go a step through the tree of places; everything typed stays."""
    code, find = place_pick.asked(request.POST)
    found = place_pick.pick(code, find=find, is_open=True)
    if request.headers.get("HX-Request"):
        return render(request, "resident/_place.html", {"pick": found})
    draft = drafts.read(request.POST)
    draft.place = found.code
    return form_page(request, draft, pick=found)


def knock(request: HttpRequest) -> None:
    """Count a post against the limit of its address."""
    throttle.hit("report", address_of(request), limit=REPORTS, seconds=WINDOW)


def _offered(ticket: str) -> UUID:
    try:
        return UUID(signing.loads(ticket, salt=JOIN, max_age=int(MONTH.total_seconds())))
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid({"ticket": [_("这件事的链接已经过期，请重新提交您的情况。")]}) from None


def when(request: HttpRequest) -> datetime | None:
    """Return the time of the tap; a phone whose clock is far off must not keep anybody from reporting."""
    try:
        made_at = moves.made_at(request)
    except Invalid:
        return None
    return made_at if made_at and clock.now() - made_at < MONTH else None


def refused(request: HttpRequest, draft: Draft, error: JinlinError) -> HttpResponse:
    """Answer a report that was not taken: the form again with every word, or JSON with the page's field names."""
    wrong = drafts.shown_errors(error) if isinstance(error, Invalid) else {"": [str(error)]}
    if errors.wants_json(request):
        body = {"ok": False, "code": error.code, "message": str(error), "errors": wrong}
        return JsonResponse(body, status=error.http_status, json_dumps_params={"ensure_ascii": False})
    return form_page(request, draft, wrong=wrong, status=error.http_status)


def thanks(request: Any, appeal: Appeal, message: str) -> HttpResponse:
    """Remember whose it is and lead to the page with the tracking code."""
    proof.remember(request, appeal.case_id, [appeal.pk])
    url = reverse("resident:done", args=[appeal.case.shown_code])
    return moves.answer(request, url, message)
