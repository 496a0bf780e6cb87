"""The door on the phone of a resident who hosts: a code or a count, by a link and without an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jinlin.gatherings import actions, queries
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, number
from jinlin.web.together.frame import draw
from jinlin.web.together.tones import gathering_row


@resident("together.join")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def host(request: Any, seat_id: UUID, token: str) -> HttpResponse:
    """Take arrivals by code and count walk-ins; no name stands here, and the link ends with the gathering."""

    def page(facts: Any, status: int) -> HttpResponse:
        seat = queries.hosting_by_link(seat_id=seat_id, token=token)
        row = seat.gathering
        frame = {"row": row, "shown": gathering_row(row), "quick": (1, 5, 10), "typed": request.POST, **facts}
        return draw(request, "together/host.html", frame, tab="gatherings", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        about: dict[str, Any] = {
            "actor": request.actor,
            "seat_id": seat_id,
            "token": token,
            "key": moves.key_of(request),
        }
        if "more" in request.POST:
            actions.count_walk_ins_by_link(**about, more=number(request.POST, "more", empty=0) or 0)
            messages.success(request, _("记上了。"))
        else:
            actions.note_arrival_by_link(**about, code=str(request.POST.get("code", "")))
            messages.success(request, _("到场登记好了。"))
        return reverse("together:host", args=[seat_id, token])

    return attempt(save, page)
