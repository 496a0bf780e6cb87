"""Correcting when somebody came and left: by another host than the one who noted it, with a reason; both stay readable."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.gatherings import actions, queries
from jinlin.gatherings.rules import service
from jinlin.gatherings.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import deed, draw
from jinlin.web.together.asked import moment, uuid_of
from jinlin.web.together.tones import when

if TYPE_CHECKING:
    from jinlin.gatherings.models import Gathering


@permits("gathering.host")
@require_http_methods(["GET", "HEAD", "POST"])
def stays(request: Any, gathering_id: UUID) -> HttpResponse:
    """Show the times that count for each who came; correct one of them."""
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)

    def page(facts: Any, status: int) -> HttpResponse:
        held = queries.hosted_stays(viewer=request.actor, row=row)
        frame = {
            "row": row,
            "when": when(row.starts_at, row.ends_at),
            "stays": [_shown(one, request.POST, facts.get("wrong", {})) for one in held],
            **facts,
        }
        return draw(
            request, "gatherings/stays.html", frame, area=row.village, tab="gatherings", status=status
        )

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        seat = uuid_of(request.POST.get("seat"), "seat")
        if seat is None:
            raise NotFound("seat")
        came, left = _times(request.POST, row)
        actions.correct_stay(
            actor=request.actor,
            attendance_id=seat,
            came=came,
            left=left,
            reason=str(request.POST.get("reason", "")),
            key=moves.key_of(request),
        )
        return reverse("gatherings:stays", args=[gathering_id])

    return deed(request, save, page, said=_("更正好了，前后的时间都留着。"))


def _shown(one: queries.HostedStay, post: Any, wrong: Any) -> dict[str, Any]:
    """Return a stay with its form: the times as they count, or what was just typed with what was wrong."""
    is_typed = str(one.seat.pk) == str(post.get("seat", ""))
    times = {"came": one.came, "left": one.left}
    known = {name: f"{clock.local(at):%H:%M}" if at else "" for name, at in times.items()}
    ending = "" if is_typed else f"-{one.seat.number}"
    return {
        "stay": one,
        "role": _(w.PART_ROLES[one.seat.role]),
        "is_typed": is_typed,
        "typed": post if is_typed else known,
        "wrong": wrong if is_typed else {},
        "ids": {name: f"f-{name}{ending}" for name in ("came", "left", "reason")},
    }


def _times(post: Any, row: Gathering) -> tuple[datetime, datetime]:
    """Return the posted times of day as moments, on the days that keep the stay closest to the gathering.

    A gathering may last over midnight, and helping begins before it and ends after it. What fits no day stays on the
    first one, where the action refuses it.
    """
    begin, end = row.starts_at, row.ends_at
    first, last = clock.local(begin).date(), clock.local(end).date()
    asked = {"day": first.isoformat(), **{name: post.get(name, "") for name in ("came", "left")}}
    came, left = moment(asked, "day", "came"), moment(asked, "day", "left")
    days = [timedelta(days=n) for n in range(-1, (last - first).days + 2)]
    pairs = [(came + ahead, left + behind) for ahead in days for behind in days]
    fitting = [pair for pair in pairs if service.is_beside(*pair, begin, end)]
    return min(fitting, key=lambda pair: service.outside(pair, begin, end), default=(came, left))
