"""Making a move: its form in a dialog or on a page, and what happens when it is sent, stale ones included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.cases import queries as cases
from jinlin.cases.rules import moves as m
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.web import moves, replying
from jinlin.web.access import permits
from jinlin.web.desk import pickers
from jinlin.web.desk.detail import context_of, move_url
from jinlin.web.desk.filters import QUERY_MAX
from jinlin.web.desk.frame import is_fragment, show
from jinlin.web.errors import answer as answer_error
from jinlin.web.errors import wants_json

if TYPE_CHECKING:
    from jinlin.cases.models import Case


@permits("case.move")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Any, code: str, verb: str) -> HttpResponse:
    """Ask what a move needs, or make it; somebody who may not is told so by the right status."""
    case = cases.visible_case(viewer=request.actor, tracking=code)
    if verb not in m.BY_VERB:
        raise NotFound(_("这一步"))
    is_look = replying.looks(request, verb)
    if request.method == "POST" and not is_look:
        return _made(request, case, verb)
    try:
        step = cases.move_for(viewer=request.actor, case=case, verb=verb)
    except RuleBroken as error:
        return _told(request, case, verb, error)
    if is_look and replying.wants_part(request):
        return replying.part(request, case)
    return _form(request, case, step)


def _form(request: Any, case: Case, step: m.Move, error: Invalid | None = None) -> HttpResponse:
    is_look = replying.looks(request, step.verb)
    posted = request.POST if error is not None or is_look else None
    fields = error.fields if error is not None else {}
    asked = pickers.ask(request.actor, case, step, posted=posted, errors=fields)
    context = {
        "asked": asked,
        "case": case,
        "code": case.shown_code,
        "errors": fields,
        "back": _back(request),
        "url": move_url(case, step.verb),
        "is_result": step.verb in replying.RESULTS,
        "notes": replying.notes_on(request, case) if is_look else (),
        "looked": is_look,
    }
    template = "desk/parts/ask.html" if is_fragment(request) else "desk/ask.html"
    response = show(request, template, context, status=422 if error is not None else 200)
    if error is not None and is_fragment(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#move-body", "innerHTML"
    return response


def _back(request: Any) -> str:
    query = request.GET.urlencode() if request.method in ("GET", "HEAD") else request.POST.get("back", "")
    return str(query)[:QUERY_MAX]


def _made(request: Any, case: Case, verb: str) -> HttpResponse:
    try:
        done = moves.perform(request, verb, case.pk)
    except Invalid as error:
        if wants_json(request) or error.fields.keys() <= {"key", "made_at", "at"}:
            return answer_error(request, error)
        return _form(request, case, cases.move_for(viewer=request.actor, case=case, verb=verb), error)
    except (Conflict, RuleBroken) as error:
        return _told(request, case, verb, error)
    return _done(request, done, verb)


def _done(request: Any, case: Case, verb: str) -> HttpResponse:
    """Show the case as it stands now, or the list when it has left the sight of whoever moved it."""
    sentence = _("“%(move)s”已完成：%(code)s") % {"move": _(m.BY_VERB[verb].label), "code": case.shown_code}
    query = _back(request)
    tail = f"?{query}" if query else ""
    try:
        fresh = cases.visible_case(viewer=request.actor, tracking=case.tracking)
    except NotFound:
        messages.success(request, sentence)
        return _go(request, f"/desk/{tail}", sentence)
    if is_fragment(request) and not wants_json(request):
        return show(request, "desk/parts/case.html", context_of(request, fresh, note=sentence, swap_row=True))
    messages.success(request, sentence)
    return _go(request, f"/desk/case/{case.tracking}{tail}", sentence)


def _go(request: Any, url: str, sentence: str) -> HttpResponse:
    if wants_json(request):
        return moves.answer(request, url, sentence)
    if is_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def _told(request: Any, case: Case, verb: str, error: Conflict | RuleBroken) -> HttpResponse:
    """Say who did what when, keep what was typed in sight, and show the fresh case beside it (409)."""
    if wants_json(request):
        return answer_error(request, error)
    try:
        fresh = cases.visible_case(viewer=request.actor, tracking=case.tracking)
    except NotFound:  # it has left this desk meanwhile; the sentence still says who did it
        return answer_error(request, error)
    typed = [
        (_(need.label), request.POST[need.name])
        for need in m.BY_VERB[verb].needs
        if need.kind == "words" and request.POST.get(need.name, "").strip()
    ]
    context = context_of(request, fresh, stale=str(error), typed=typed, swap_row=True)
    template = "desk/parts/case.html" if is_fragment(request) else "desk/case.html"
    response = show(request, template, context, status=error.http_status)
    if is_fragment(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#detail", "innerHTML"
    return response
