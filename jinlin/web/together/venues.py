"""Rooms near me: what they are, when they are free, booking one, giving it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import BookingWish
from jinlin.gatherings.rules import words as w
from jinlin.gatherings.rules.slots import clock_face
from jinlin.kernel import clock
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, choices, faces, keep, moment, number, week_of, where
from jinlin.web.together.frame import draw
from jinlin.web.together.tones import booking_row, venue_row, when


@resident("together.view")
@require_safe
def venues(request: Any) -> HttpResponse:
    """List the rooms of the chosen place."""
    place = where(request)
    rows = [venue_row(row) for row in queries.venues(area=place.code)[:100]] if place.code else []
    return draw(request, "together/venues.html", {"where": place, "rows": rows}, tab="venues")


@resident("together.join")
@sensitive_post_parameters("phone", "nickname", "words")
@require_http_methods(["GET", "HEAD", "POST"])
def venue(request: Any, venue_id: UUID) -> HttpResponse:
    """Show a room's rules and week, busy or free; ask for it with a nickname and a phone."""
    row = queries.venue(venue_id)

    def page(facts: Any, status: int) -> HttpResponse:
        first = week_of(str(request.GET.get("week", "")) or str(request.POST.get("day", "")))
        frame = {
            "venue": row,
            "shown": venue_row(row),
            "quiet": [f"{clock_face(since)}–{clock_face(until)}" for since, until in row.quiet],
            "days": [_day(day) for day in queries.calendar(venue=row, first=first)],
            "earlier": (first - timedelta(days=7)).isoformat() if first > clock.today() else "",
            "later": (first + timedelta(days=7)).isoformat(),
            "starts": faces(row.opens, row.closes - 30),
            "ends": faces(row.opens + 30, row.closes),
            "purposes": choices(w.PURPOSES),
            "today": clock.today().isoformat(),
            "typed": request.POST or {"day": request.GET.get("day", "")},
            **facts,
            "free": [_free(span) for span in facts.get("free", ())],
        }
        return draw(request, "together/venue.html", frame, tab="venues", status=status)

    if request.method != "POST":
        return page({}, 200)
    post = request.POST

    def save() -> str:
        actions.knock_to_post(address_of(request))
        wish = BookingWish(
            venue_id=venue_id,
            starts_at=moment(post, "day", "from"),
            ends_at=moment(post, "day", "to"),
            heads=number(post, "heads", empty=0) or 0,
            purpose=str(post.get("purpose", "")),
            words=str(post.get("words", "")),
            nickname=str(post.get("nickname", "")),
            phone=str(post.get("phone", "")),
        )
        found = actions.book_venue(actor=request.actor, wish=wish, key=moves.key_of(request))
        token = queries.link_token("booking", found.pk)
        keep(request, "booking", found.pk, token, row.name)
        return reverse("together:booking", args=[found.pk, token])

    return attempt(save, page)


def _free(span: Any) -> dict[str, str]:
    begin, end = clock.local(span[0]), clock.local(span[1])
    return {
        "day": begin.date().isoformat(),
        "from": f"{begin:%H:%M}",
        "to": f"{end:%H:%M}",
        "words": when(*span),
    }


def _day(day: queries.CalendarDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "is_past": day.day < clock.today(),
        "closed": day.closed,
        "busy": [
            {
                "from": clock.local(one.starts_at),
                "to": clock.local(one.ends_at),
                "purpose": _(w.PURPOSES[one.purpose]),
            }
            for one in day.busy
        ],
    }


@resident("together.join")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: Any, booking_id: UUID, token: str) -> HttpResponse:
    """Show one's own booking: asked for, confirmed or not and why; give it back by one button."""
    found = queries.booking_by_link(booking_id=booking_id, token=token)

    def page(facts: Any, status: int) -> HttpResponse:
        link = request.build_absolute_uri(reverse("together:booking", args=[booking_id, token]))
        over = found.ends_at <= clock.now()
        frame = {
            "booking": found,
            "shown": booking_row(found),
            "link": link,
            "may_cancel": found.state in ("requested", "confirmed") and not over,
            **facts,
        }
        return draw(request, "together/booking.html", frame, tab="venues", status=status)

    if request.method != "POST":
        keep(request, "booking", booking_id, token, found.venue.name)
        return page({}, 200)

    def save() -> str:
        actions.cancel_booking(
            actor=request.actor, booking_id=booking_id, token=token, key=moves.key_of(request)
        )
        messages.success(request, _("已取消，这段时间让给别人用了。"))
        return reverse("together:booking", args=[booking_id, token])

    return attempt(save, page)
