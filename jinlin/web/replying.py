"""Looking a result over before it is sent: the same for desk and phone, on the move's own address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from jinlin.insight.queries.replying import ReplyNote, reply_notes

if TYPE_CHECKING:
    from jinlin.cases.models import Case

RESULTS: Final = frozenset(
    {"report_done", "answer", "solve_on_spot"}
)  # moves whose words a resident reads as the result
PLACE: Final = "reply-notes-"
MOST: Final = 3_000  # characters looked over


def looks(request: Any, verb: str) -> bool:
    """Say whether somebody wants the words looked over and nothing done yet."""
    return verb in RESULTS and request.method == "POST" and "look" in request.POST


def notes_on(request: Any, case: Case) -> tuple[ReplyNote, ...]:
    """Return the notes on the posted words."""
    return reply_notes(viewer=request.actor, case=case, words=str(request.POST.get("words", ""))[:MOST])


def wants_part(request: Any) -> bool:
    """Say whether only the notes are wanted: the page asks while somebody writes."""
    return str(request.headers.get("HX-Target", "")).startswith(PLACE)


def part(request: Any, case: Case) -> HttpResponse:
    """Answer with the notes alone."""
    response = render(request, "ui/reply_notes.html", {"notes": notes_on(request, case), "looked": True})
    response["Cache-Control"] = "no-store"
    return response
