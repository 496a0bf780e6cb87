"""The grid worker's day and one case: every action is one form that also works without a network."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.cases.queries import case_detail, field_lists, grids_of, move_for, visible_case
from jinlin.cases.queries.rows import as_rows
from jinlin.circle import queries as circle
from jinlin.kernel.errors import Conflict, Invalid, JinlinError, NotAllowed, NotFound, RuleBroken
from jinlin.notices.queries import reminded
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.actions import open_contact
from jinlin.web import replying
from jinlin.web.access import permits
from jinlin.web.errors import wants_json
from jinlin.web.field import shown
from jinlin.web.moves import answer, form_for, perform
from jinlin.web.ui.offline import keep_offline

STAYS = (
    "accept",
    "note",
    "contact",
    "start",
    "categorise",
)  # after these the worker goes on with the same case


def circle_url(actor: Actor) -> str:
    """Return the page of gates and walls of the community somebody works in, "" for who has no such page."""
    if not access.may(actor, "circle.edit"):
        return ""
    return reverse("circle:gates", args=[circle.home_area(viewer=actor)])


@permits("field.view")
@require_safe
@keep_offline
def home(request: Any) -> HttpResponse:
    """Show today's list: to do, to verify, and what others have now; nearest first only inside the phone."""
    lists = field_lists(viewer=request.actor)
    late = sum(row.is_overdue for row in lists["todo"])
    marks = reminded(viewer=request.actor)
    counts = {name: len(rows) for name, rows in lists.items()}
    return render(
        request,
        "field/home.html",
        {
            "todo": [shown.todo_line(row, marks.get(row.id, "")) for row in lists["todo"]],
            "check": [shown.check_line(row) for row in lists["check"]],
            "elsewhere": [shown.day_line(row, holder=True) for row in lists["elsewhere"]],
            "grids": grids_of(request.actor),
            "late": late,
            "circle_url": circle_url(request.actor),
            "tabs": shown.tabs("home", counts, late=bool(late)),
        },
    )


@permits("field.view")
@require_safe
@keep_offline
def case(request: Any, tracking: str) -> HttpResponse:
    """Show one case with what can be done about it now."""
    return _case_page(request, tracking)


def _case_page(
    request: Any, tracking: str, refused: shown.Refused | None = None, status: int = 200
) -> HttpResponse:
    found = visible_case(viewer=request.actor, tracking=tracking)
    detail = case_detail(viewer=request.actor, case=found)
    first = detail.lines[0] if detail.lines else None
    claim = shown.claim_of(detail)
    words = {
        "detail": detail,
        "row": detail.row,
        "case": found,
        "tone": shown.tone(found.state),
        "paused": found.state in shown.PAUSED,
        "photos": shown.photos(first.photos) if first else [],
        "claim": claim,
        "claim_photos": shown.photos(claim.photos) if claim else [],
        "timeline": shown.timeline(detail.lines),
        "actions": shown.actions_of(detail, refused),
        "refused": refused,
        "purposes": shown.PURPOSES,
        "tabs": shown.tabs(""),
    }
    return render(request, "field/case.html", words, status=status)


@permits("case.move")
@require_http_methods(["GET", "HEAD", "POST"])
@keep_offline
def move(request: Any, tracking: str, verb: str) -> HttpResponse:
    """Ask what a move needs, or make it; the outbox gets JSON, a person a page that keeps what was filled in."""
    found = visible_case(viewer=request.actor, tracking=tracking)
    is_look = replying.looks(request, verb)
    if request.method != "POST" or is_look:
        asked = move_for(viewer=request.actor, case=found, verb=verb)
        if is_look and replying.wants_part(request):
            return replying.part(request, found)
        posted = request.POST.dict() if is_look else None
        words = {
            "case": found,
            "title": as_rows([found], request.actor)[0].title,
            "form": form_for(asked, case=found, defaults=posted, posted=posted),
            "notes": replying.notes_on(request, found) if is_look else (),
            "looked": is_look,
            "tabs": shown.tabs(""),
        }
        return render(request, "field/move.html", words)
    try:
        after = perform(request, verb, found.pk)
    except (Invalid, Conflict, RuleBroken, NotAllowed) as error:
        if wants_json(request):
            raise
        return _again(request, tracking, verb, error)
    done = _done(verb, after.title)
    if not wants_json(request):
        messages.success(request, done)
    name = "field:case" if verb in STAYS else "field:home"
    args = [tracking] if verb in STAYS else []
    return answer(request, reverse(name, args=args), done)


def _done(verb: str, title: str) -> str:
    sentences = {
        "accept": _("已接单：{title}"),
        "solve_on_spot": _("已当场解决：{title}"),
        "escalate": _("已上报：{title}"),
        "verify": _("核查已记下：{title}"),
    }
    return sentences.get(verb, _("已办：{title}")).format(title=title)


def _again(request: Any, tracking: str, verb: str, error: JinlinError) -> HttpResponse:
    """Show the case as it stands now with the sentence and what the person had filled in."""
    fields = error.fields if isinstance(error, Invalid) else {"": [str(error)]}
    back = shown.Refused(verb=verb, posted=request.POST.dict(), errors=fields)
    return _case_page(request, tracking, back, error.http_status)


@permits("contact.open")
@require_POST
def contact(request: Any, tracking: str) -> HttpResponse:
    """Open one contact for a purpose the resident can read later; never kept on the phone."""
    found = visible_case(viewer=request.actor, tracking=tracking)
    detail = case_detail(viewer=request.actor, case=found)
    wanted = _uuid(request.POST.get("contact", ""))
    known = {said.contact_id for said in detail.said if said.may_call}
    if wanted is None or wanted not in known or not detail.may_open_contact:
        raise NotFound(_("联系方式"))
    opened = open_contact(
        actor=request.actor, contact_id=wanted, purpose=request.POST.get("purpose", ""), subject=found
    )
    words = {"case": found, "opened": opened, "tabs": shown.tabs("")}
    response = render(request, "field/contact.html", words)
    response["Cache-Control"] = "no-store"
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
