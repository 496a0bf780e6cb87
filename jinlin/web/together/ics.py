"""The public calendar of a place as iCalendar (RFC 5545): cancelled gatherings stay in it as cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from jinlin.gatherings import queries
from jinlin.kernel import clock
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import where

if TYPE_CHECKING:
    from jinlin.gatherings.models import Gathering

STATUS = {"open": "CONFIRMED", "held": "CONFIRMED", "cancelled": "CANCELLED", "planned": "TENTATIVE"}


@resident("together.view")
@require_safe
def calendar(request: Any) -> HttpResponse:
    """Give the calendar of the chosen place, to subscribe to."""
    place = where(request)
    rows = queries.calendar_rows(area=place.code) if place.code else []
    found = Calendar()
    found.add("prodid", "-//Jinlin//together//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _("{place}的活动和会议").format(place=place.name))
    for row in rows:
        found.add_component(_event(request, row))
    response = HttpResponse(found.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="together.ics"'
    return response


def _event(request: Any, row: Gathering) -> Event:
    event = Event()
    title = _("（已取消）{title}").format(title=row.title) if row.state == "cancelled" else row.title
    event.add("uid", f"{row.pk}@jinlin")
    event.add("sequence", row.version)
    event.add("dtstamp", clock.now())
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.ends_at)
    event.add("summary", title)
    event.add("location", f"{row.venue.name} {row.venue.address}" if row.venue else row.place_words)
    event.add("description", row.reason if row.state == "cancelled" else row.words)
    event.add("status", STATUS[row.state])
    event.add("url", request.build_absolute_uri(reverse("together:gathering", args=[row.pk])))
    return event
