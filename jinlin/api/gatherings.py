"""共治 for those who work here: planning, the door, closing with a figure, minutes, answers to bookings, the figures."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from jinlin.api import doors
from jinlin.api import together_shapes as shapes
from jinlin.api.gate import in_our_time, key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import Given
from jinlin.api.together import Area, booked, matched, page_of
from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import ItemSaid, Plan
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound

router = Router(tags=["gatherings"])
VIEW, HOST = doors.staff("gathering.view"), doors.staff("gathering.host")
VENUES, OFFERS = doors.staff("venue.manage"), doors.staff("offer.manage")


class ComingGatherings(Given):
    """Which part of a long list."""

    after: str = Field("", max_length=80)


class Days(Given):
    """From which day."""

    first: date | None = None
    days: int = Field(7, ge=1, le=31)


class Span(Given):
    """From a day up to the day before another; this year by default."""

    since: date | None = None
    until: date | None = None


@router.get("/gatherings/areas/{area}", auth=VIEW, response=list[shapes.GatheringRow])
def hosted_gatherings(request: doors.Asked, area: Area, which: Query[ComingGatherings]) -> Any:
    """What is to come in an area, also what is not announced yet."""
    queries.require_area(viewer=request.actor, area=area)
    return queries.upcoming(area=area, viewer=request.actor, after=which.after)


@router.get("/gatherings/areas/{area}/figures", auth=VIEW, response=list[shapes.FiguresRow])
def area_figures(request: doors.Asked, area: Area, span: Query[Span]) -> Any:
    """Activities, people served, meetings, matters settled in parlours, month by month: counted, typed by nobody."""
    queries.require_area(viewer=request.actor, area=area)
    in_our_time(since=span.since, until=span.until)
    since = span.since or clock.today().replace(month=1, day=1)
    until = span.until or since.replace(year=since.year + 1)
    return list(queries.figures(area=area, since=since, until=until))


@router.get("/gatherings/areas/{area}/bookings", auth=VIEW, response=list[shapes.Booked])
def area_bookings(request: doors.Asked, area: Area, days: Query[Days]) -> Any:
    """Bookings of an area's rooms: requested and confirmed."""
    queries.require_area(viewer=request.actor, area=area)
    in_our_time(first=days.first)
    rows = queries.bookings(
        viewer=request.actor, area=area, first=days.first or clock.today(), days=days.days
    )
    return [booked(row) for row in rows]


@router.post("/gatherings", auth=HOST, response=shapes.GatheringRow, **KEYED)
def plan_gathering(request: doors.Asked, given: shapes.GatheringIn) -> Any:
    """Plan a gathering and hold its room."""
    row = actions.plan_gathering(actor=request.actor, plan=Plan(**given.model_dump()), key=key_of(request))
    return queries.gathering(gathering_id=row.pk, viewer=request.actor)


@router.get("/gatherings/{uuid:gathering_id}", auth=VIEW, response=shapes.GatheringPage)
def hosted_gathering(request: doors.Asked, gathering_id: UUID) -> Any:
    """One gathering as its hosts see it, with drafts of the minutes."""
    return page_of(queries.hosted(viewer=request.actor, gathering_id=gathering_id), public=False)


@router.put("/gatherings/{uuid:gathering_id}", auth=HOST, response=shapes.GatheringRow, **KEYED)
def change_gathering(request: doors.Asked, gathering_id: UUID, given: shapes.GatheringIn) -> Any:
    """Change a plan; more seats go to those waiting, in order."""
    plan = Plan(**given.model_dump())
    actions.change_gathering(actor=request.actor, gathering_id=gathering_id, plan=plan, key=key_of(request))
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.post("/gatherings/{uuid:gathering_id}/announce", auth=HOST, response=shapes.GatheringRow, **KEYED)
def announce_gathering(request: doors.Asked, gathering_id: UUID) -> Any:
    """Let everybody see it and sign up."""
    actions.announce_gathering(actor=request.actor, gathering_id=gathering_id, key=key_of(request))
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.post("/gatherings/{uuid:gathering_id}/cancel", auth=HOST, response=shapes.GatheringRow, **KEYED)
def cancel_gathering(request: doors.Asked, gathering_id: UUID, why: shapes.DoorCountIn) -> Any:
    """Cancel it for a reason everybody reads; it stays visible."""
    actions.cancel_gathering(
        actor=request.actor, gathering_id=gathering_id, reason=why.reason, key=key_of(request)
    )
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.post("/gatherings/{uuid:gathering_id}/arrivals", auth=HOST, response=shapes.GatheringRow, **KEYED)
def note_arrival(request: doors.Asked, gathering_id: UUID, who: shapes.ArriveIn) -> Any:
    """Note that somebody came, by code or by sign-up."""
    actions.note_arrival(
        actor=request.actor,
        gathering_id=gathering_id,
        code=who.code,
        attendance_id=who.seat,
        at=who.made_at,
        key=key_of(request),
    )
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.post("/gatherings/{uuid:gathering_id}/walk-ins", auth=HOST, response=shapes.GatheringRow, **KEYED)
def count_walk_ins(request: doors.Asked, gathering_id: UUID, count: shapes.DoorCountIn) -> Any:
    """Add people who came without signing up."""
    actions.count_walk_ins(
        actor=request.actor, gathering_id=gathering_id, more=count.walk_ins or 0, key=key_of(request)
    )
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.post("/gatherings/{uuid:gathering_id}/hold", auth=HOST, response=shapes.GatheringRow, **KEYED)
def hold_gathering(request: doors.Asked, gathering_id: UUID, count: shapes.DoorCountIn) -> Any:
    """Close it with the figure of those served; refused without one."""
    actions.hold_gathering(
        actor=request.actor, gathering_id=gathering_id, walk_ins=count.walk_ins, key=key_of(request)
    )
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.post("/gatherings/{uuid:gathering_id}/figure", auth=HOST, response=shapes.GatheringRow, **KEYED)
def correct_figure(request: doors.Asked, gathering_id: UUID, given: shapes.FigureIn) -> Any:
    """Correct the count at the door once it is held: another host than the one who gave it, with a reason."""
    actions.correct_figure(
        actor=request.actor, gathering_id=gathering_id, **given.model_dump(), key=key_of(request)
    )
    return queries.gathering(gathering_id=gathering_id, viewer=request.actor)


@router.get("/gatherings/{uuid:gathering_id}/stays", auth=HOST, response=list[shapes.StayRow])
def gathering_stays(request: doors.Asked, gathering_id: UUID) -> Any:
    """When those who came to help came and left, as it counts for their hours; no names."""
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)
    return queries.hosted_stays(viewer=request.actor, row=row)


@router.post("/gatherings/{uuid:gathering_id}/stays", auth=HOST, response=list[shapes.StayRow], **KEYED)
def correct_stay(request: doors.Asked, gathering_id: UUID, given: shapes.StayIn) -> Any:
    """Correct when somebody came and left: another host than the one who noted it, with a reason; hours follow."""
    row = queries.hosted(viewer=request.actor, gathering_id=gathering_id)
    stays = queries.hosted_stays(viewer=request.actor, row=row)
    if given.seat not in {one.seat.pk for one in stays}:
        raise NotFound("attendance")
    asked = given.model_dump()
    actions.correct_stay(actor=request.actor, attendance_id=asked.pop("seat"), **asked, key=key_of(request))
    return queries.hosted_stays(viewer=request.actor, row=row)


@router.post("/gatherings/{uuid:gathering_id}/minutes", auth=HOST, response=shapes.GatheringPage, **KEYED)
def write_minutes(request: doors.Asked, gathering_id: UUID, given: shapes.MinutesIn) -> Any:
    """Write the minutes, or publish them."""
    actions.write_minutes(
        actor=request.actor,
        gathering_id=gathering_id,
        items=[ItemSaid(**item.model_dump()) for item in given.items],
        words=given.words,
        publish=given.publish,
        key=key_of(request),
    )
    return page_of(queries.hosted(viewer=request.actor, gathering_id=gathering_id), public=False)


@router.post("/bookings/{uuid:booking_id}/answer", auth=VENUES, response=shapes.Booked, **KEYED)
def answer_booking(request: doors.Asked, booking_id: UUID, given: shapes.BookingAnswerIn) -> Any:
    """Confirm, deny or cancel a booking."""
    about: dict[str, Any] = {"actor": request.actor, "booking_id": booking_id, "key": key_of(request)}
    if given.deed == "confirm":
        return booked(actions.confirm_booking(**about))
    if given.deed == "deny":
        return booked(actions.deny_booking(**about, reason=given.reason))
    return booked(actions.cancel_booking(**about, reason=given.reason))


@router.post("/offers/{uuid:offer_id}/publish", auth=OFFERS, response=shapes.OfferRow, **KEYED)
def publish_offer(request: doors.Asked, offer_id: UUID) -> Any:
    """Let a need or a resource be seen; never by whoever posted it."""
    row = actions.publish_offer(actor=request.actor, offer_id=offer_id, key=key_of(request))
    return queries.offer(offer_id=row.pk, viewer=request.actor)


@router.post("/offers/{uuid:offer_id}/refuse", auth=OFFERS, response=shapes.OfferRow, **KEYED)
def refuse_offer(request: doors.Asked, offer_id: UUID, why: shapes.LinkIn) -> Any:
    """Don't publish it, for a reason the poster reads."""
    row = actions.refuse_offer(actor=request.actor, offer_id=offer_id, reason=why.reason, key=key_of(request))
    return queries.offer(offer_id=row.pk, viewer=request.actor)


@router.post("/offers/{uuid:offer_id}/match", auth=OFFERS, response=shapes.Matched, **KEYED)
def match_offers(request: doors.Asked, offer_id: UUID, given: shapes.MatchIn) -> Any:
    """Bring a need and a resource together."""
    row = actions.match_offers(
        actor=request.actor,
        need_id=offer_id,
        resource_id=given.resource,
        quantity=given.quantity,
        key=key_of(request),
    )
    return matched(row)
