"""At the door with a phone: a code, or a name on the list, or a count; the first and the last work without a network."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.rules import words as w
from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean_when
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import deed, draw
from jinlin.web.together.asked import number, uuid_of
from jinlin.web.ui.offline import keep_offline


@permits("gathering.host")
@keep_offline
@require_safe
def door(request: Any, gathering_id: UUID) -> HttpResponse:
    """Take arrivals by code and count walk-ins; no name stands on this page, so a phone may keep it."""
    return _page(request, gathering_id, {"code": str(request.GET.get("code", ""))[:6]}, 200)


def _page(request: Any, gathering_id: UUID, facts: Any, status: int) -> HttpResponse:
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)
    frame = {"row": row, "code": "", "typed": request.POST, "quick": (1, 5, 10), **facts}
    return draw(request, "gatherings/door.html", frame, area=row.village, tab="gatherings", status=status)


@permits("gathering.host")
@require_safe
def names(request: Any, gathering_id: UUID) -> HttpResponse:
    """Take arrivals by the list of names."""
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)
    listed = queries.attendances(viewer=request.actor, row=row)
    frame = {
        "row": row,
        "names": [(seat, _(w.SEATS[seat.state]), _(w.PART_ROLES[seat.role])) for seat in listed],
    }
    return draw(request, "gatherings/names.html", frame, area=row.village, tab="gatherings")


@permits("gathering.host")
@require_POST
def arrive(request: Any, gathering_id: UUID) -> HttpResponse:
    """Note an arrival by code or by name; the phone's time counts, for it may have been without a network."""
    post = request.POST
    by_name = bool(post.get("seat"))

    def save() -> str:
        actions.note_arrival(
            actor=request.actor,
            gathering_id=gathering_id,
            code=str(post.get("code", "")),
            attendance_id=uuid_of(post.get("seat"), "seat"),
            at=_made_at(request),
            key=moves.key_of(request),
        )
        return reverse("gatherings:names" if by_name else "gatherings:door", args=[gathering_id])

    again = lambda facts, status: _page(request, gathering_id, facts, status)  # noqa: E731
    return deed(request, save, again, said=_("到场登记好了。"))


@permits("gathering.host")
@require_http_methods(["POST"])
def walk_ins(request: Any, gathering_id: UUID) -> HttpResponse:
    """Add people who came without signing up."""

    def save() -> str:
        more = number(request.POST, "more", empty=0) or 0
        actions.count_walk_ins(
            actor=request.actor, gathering_id=gathering_id, more=more, key=moves.key_of(request)
        )
        return reverse("gatherings:door", args=[gathering_id])

    again = lambda facts, status: _page(request, gathering_id, facts, status)  # noqa: E731
    return deed(request, save, again, said=_("记上了。"))


def _made_at(request: Any) -> Any:
    """Return the phone's time of the tap; a clock that is far off must not keep anybody out."""
    text = request.headers.get("X-Made-At") or request.POST.get("made_at") or ""
    try:
        return clean_when(text, "made_at") if text else None
    except Invalid:
        return None
