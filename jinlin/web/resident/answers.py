"""What a resident may do with a case: answer the follow-up, open it again, take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jinlin.cases.queries import refuse_own_work, visible_case
from jinlin.cases.queries.asking import move_for
from jinlin.cases.rules import words as w
from jinlin.kernel.errors import Conflict, Invalid, NotFound, gettext_noop
from jinlin.web import errors, moves
from jinlin.web.resident import proof
from jinlin.web.resident.proof import resident
from jinlin.web.resident.track import to_track

if TYPE_CHECKING:
    from jinlin.cases.models import Case

SAID = {
    "follow_up": gettext_noop("谢谢，您的回答已经记下"),
    "reopen": gettext_noop("已重新打开，会重新安排由谁来办"),
    "withdraw": gettext_noop("已撤回"),
}


def _page(
    request: Any,
    verb: str,
    case: Case,
    *,
    wrong: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    words = {
        "case": case,
        "verb": verb,
        "wrong": wrong or {},
        "typed": {
            name: value
            for name, value in request.POST.items()
            if name in ("solved", "satisfied", "words", "reason")
        },
        "solved": [(key, _(label)) for key, label in w.SOLVED.items()],
        "satisfied": [(str(key), _(label)) for key, label in w.SATISFIED.items()],
        "again": case.reopen_count > 0,
        "others": case.appeal_count > 1,
    }
    return render(request, f"resident/{verb}.html", words, status=status)


def _answer(request: Any, code: str, verb: str) -> HttpResponse:
    """Ask on GET, make the move on POST; what was typed stays when something is missing or the case has moved."""
    try:
        case = visible_case(viewer=request.actor, tracking=code)
    except NotFound:
        if errors.wants_json(request):
            raise
        return to_track(code)
    refuse_own_work(viewer=request.logged_in, case=case)
    if request.method != "POST":
        move_for(viewer=request.actor, case=case, verb=verb)
        return _page(request, verb, case)
    try:
        done = moves.perform(request, verb, case.pk)
    except (Invalid, Conflict) as error:
        if errors.wants_json(request):
            raise
        case = visible_case(viewer=request.actor, tracking=code)
        move_for(viewer=request.actor, case=case, verb=verb)
        wrong = error.fields if isinstance(error, Invalid) else {"": [str(error)]}
        return _page(request, verb, case, wrong=wrong, status=error.http_status)
    if verb == "withdraw" and done.is_open:  # neighbours go on with it; this person is out of it
        proof.forget(request, done.pk)
        return moves.answer(request, reverse("resident:track"), _(SAID[verb]))
    return moves.answer(request, reverse("resident:case", args=[case.shown_code]), _(SAID[verb]))


@resident("case.track")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, code: str) -> HttpResponse:
    """Two questions, asked apart: is it solved, and how did it go."""
    return _answer(request, code, "follow_up")


@resident("case.track")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Say that it is not fixed: free the first time, with what is new afterwards."""
    return _answer(request, code, "reopen")


@resident("case.track")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take back what one said."""
    return _answer(request, code, "withdraw")
