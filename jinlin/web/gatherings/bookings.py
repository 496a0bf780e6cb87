"""The booking calendar of an area with answers, its rooms and their rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import VenueFacts
from jinlin.gatherings.rules import words as w
from jinlin.gatherings.rules.slots import clock_face, minute_of
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import deed, draw
from jinlin.web.together.asked import choices, number, week_of
from jinlin.web.together.tones import booking_row, venue_row

if TYPE_CHECKING:
    from jinlin.gatherings.models import Venue

YES_NO = {"yes": True, "no": False}


@permits("gathering.view")
@require_safe
def bookings(request: Any, area: str) -> HttpResponse:
    """Show requests to answer, then the week of every room of the area."""
    return _page(request, area, {}, 200)


def _page(request: Any, area: str, facts: Any, status: int) -> HttpResponse:
    queries.require_area(viewer=request.actor, area=area)
    first = week_of(str(request.GET.get("week", "")))
    rows = queries.bookings(viewer=request.actor, area=area, first=first)
    days = [first + timedelta(days=step) for step in range(7)]
    frame = {
        "asked": [booking_row(row) for row in queries.bookings_to_answer(viewer=request.actor, area=area)],
        "days": [
            (day, [booking_row(row) for row in rows if clock.local(row.starts_at).date() == day])
            for day in days
        ],
        "venues": [
            venue_row(row) | {"url": reverse("gatherings:venue", args=[row.pk]), "open": row.is_open}
            for row in queries.venues(area=area, every=True)[:100]
        ],
        "earlier": (first - timedelta(days=7)).isoformat(),
        "later": (first + timedelta(days=7)).isoformat(),
        **facts,
    }
    return draw(request, "gatherings/bookings.html", frame, area=area, tab="bookings", status=status)


@permits("venue.manage")
@require_POST
def answer(request: Any, booking_id: UUID) -> HttpResponse:
    """Confirm, deny or cancel a booking, the last two with a reason."""
    row = queries.booking(viewer=request.actor, booking_id=booking_id)
    about = {"actor": request.actor, "booking_id": booking_id, "key": moves.key_of(request)}
    reason, what = str(request.POST.get("reason", "")), str(request.POST.get("deed", ""))

    def save() -> str:
        if what == "confirm":
            actions.confirm_booking(**about)
        elif what == "deny":
            actions.deny_booking(**about, reason=reason)
        elif what == "cancel":
            actions.cancel_booking(**about, reason=reason)
        else:
            raise NotFound("deed")
        return reverse("gatherings:bookings", args=[row.village])

    return deed(
        request, save, lambda facts, status: _page(request, row.village, facts, status), said=_("已答复。")
    )


@permits("venue.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new_venue(request: Any, area: str) -> HttpResponse:
    """Offer a room to the neighbours."""
    queries.require_area(viewer=request.actor, area=area, verb="venue.manage")

    def page(facts: Any, status: int) -> HttpResponse:
        typed = request.POST or _blank()
        frame = {**_form(), "typed": typed, "days": _days(typed), **facts}
        return draw(request, "gatherings/venue.html", frame, area=area, tab="bookings", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        facts = _facts(request.POST)
        row = actions.open_venue(actor=request.actor, place=area, facts=facts, key=moves.key_of(request))
        return reverse("gatherings:venue", args=[row.pk])

    return deed(request, save, page, said=_("场地已登记，居民可以预订了。"))


@permits("venue.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def venue(request: Any, venue_id: UUID) -> HttpResponse:
    """Change a room's rules, or close it for a day."""
    row = queries.venue(venue_id)
    queries.require_area(viewer=request.actor, area=row.village, verb="venue.manage")

    def page(facts: Any, status: int) -> HttpResponse:
        typed = request.POST if request.POST.get("deed") == "rules" else _typed(row)
        closed = [day for day in queries.calendar(venue=row, first=clock.today(), days=60) if day.closed]
        frame = {**_form(), "venue": row, "typed": typed, "days": _days(typed), "closed": closed, **facts}
        return draw(request, "gatherings/venue.html", frame, area=row.village, tab="bookings", status=status)

    if request.method != "POST":
        return page({}, 200)
    post, key = request.POST, moves.key_of(request)

    def save() -> str:
        if post.get("deed") == "close":
            reason = str(post.get("reason", ""))
            actions.close_day(
                actor=request.actor, venue_id=venue_id, day=_day(post.get("day")), reason=reason, key=key
            )
        else:
            facts, is_open = _facts(post), bool(post.get("is_open"))
            actions.change_venue(
                actor=request.actor, venue_id=venue_id, facts=facts, is_open=is_open, key=key
            )
        return reverse("gatherings:venue", args=[venue_id])

    return deed(request, save, page)


def _form() -> dict[str, Any]:
    return {
        "kinds": choices(w.VENUE_KINDS),
        "times": [(clock_face(minute), clock_face(minute)) for minute in range(0, 1441, 30)],
        "known": [("", _("不清楚")), ("yes", _("有")), ("no", _("没有"))],
        "today": clock.today().isoformat(),
    }


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Invalid({"day": [_("请选择日期。")]}) from None


def _blank() -> dict[str, Any]:
    return {
        "kind": "parlour",
        "opens": "08:00",
        "closes": "21:00",
        "weekdays": "1111111",
        "quiet": "12:30-14:00",
        "longest": 240,
        "days_ahead": 60,
        "needs_approval": "1",
    }


def _typed(row: Venue) -> dict[str, Any]:
    known = {True: "yes", False: "no", None: ""}
    return {
        "name": row.name,
        "kind": row.kind,
        "address": row.address,
        "capacity": row.capacity,
        "opens": clock_face(row.opens),
        "closes": clock_face(row.closes),
        "weekdays": row.weekdays,
        "quiet": "、".join(f"{clock_face(since)}-{clock_face(until)}" for since, until in row.quiet),
        "longest": row.longest,
        "days_ahead": row.days_ahead,
        "needs_approval": "1" if row.needs_approval else "",
        "step_free": known[row.step_free],
        "accessible_toilet": known[row.accessible_toilet],
        "hearing_loop": known[row.hearing_loop],
        "house_rules": row.house_rules,
        "is_open": "1" if row.is_open else "",
    }


def _days(typed: Any) -> list[tuple[str, str, bool]]:
    chosen = set(typed.getlist("weekday")) if hasattr(typed, "getlist") else None
    mask = str(typed.get("weekdays", ""))
    names = (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))
    return [
        (str(at), name, (str(at) in chosen) if chosen is not None else mask[at : at + 1] == "1")
        for at, name in enumerate(names)
    ]


def _facts(post: Any) -> VenueFacts:
    chosen = set(post.getlist("weekday"))
    return VenueFacts(
        name=str(post.get("name", "")),
        kind=str(post.get("kind", "")),
        address=str(post.get("address", "")),
        capacity=number(post, "capacity", empty=0) or 0,
        opens=_minute(post, "opens"),
        closes=_minute(post, "closes"),
        weekdays="".join("1" if str(at) in chosen else "0" for at in range(7)),
        quiet=_quiet(str(post.get("quiet", ""))),
        longest=number(post, "longest", empty=0) or 0,
        days_ahead=number(post, "days_ahead", empty=0) or 0,
        needs_approval=bool(post.get("needs_approval")),
        step_free=YES_NO.get(str(post.get("step_free", ""))),
        accessible_toilet=YES_NO.get(str(post.get("accessible_toilet", ""))),
        hearing_loop=YES_NO.get(str(post.get("hearing_loop", ""))),
        house_rules=str(post.get("house_rules", "")),
    )


def _minute(post: Any, field: str) -> int:
    found = minute_of(str(post.get(field, "")))
    if found is None:
        raise Invalid({field: [_("请选整点或半点。")]})
    return found


def _quiet(text: str) -> tuple[tuple[int, int], ...]:
    """Read "12:30-14:00、22:00-24:00"; Invalid for what is no span of half hours."""
    spans = []
    for part in text.replace("，", "、").replace(",", "、").split("、"):
        if part.strip():
            since, _dash, until = part.replace("–", "-").partition("-")
            ends = (minute_of(since), minute_of(until))
            if ends[0] is None or ends[1] is None:
                raise Invalid({"quiet": [_("安静时段请写成 12:30-14:00，整点或半点。")]})
            spans.append((ends[0], ends[1]))
    return tuple(spans)
