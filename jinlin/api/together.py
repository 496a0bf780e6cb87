"""共治 for anybody: what is on, signing up, rooms, the three lists; the links people keep are the tokens here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from ninja import Path, Query, Router
from pydantic import Field

from jinlin.api import doors
from jinlin.api import together_shapes as shapes
from jinlin.api.gate import in_our_time, key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import Given
from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import AlreadySigned, BookingWish, Draft, Person, Taker
from jinlin.kernel import clock
from jinlin.kernel.origin import address_of

router = Router(tags=["together"])
Area = Annotated[str, Path(pattern="^[0-9]{12}$", description="12 digits of a county, street or community")]
VIEW, JOIN = doors.anyone("together.view"), doors.anyone("together.join")
MOST = 200


class Which(Given):
    """Which part of a long list; `after` is the last row's moment and id joined by ~."""

    kind: str = Field("", max_length=12)
    past: bool = False
    after: str = Field("", max_length=80)


class Side(Given):
    """Which of the lists."""

    side: Literal["need", "resource"] = "need"
    kind: str = Field("", max_length=10)
    after: str = Field("", max_length=80)


class Week(Given):
    """From which day a calendar is wanted."""

    first: date | None = None
    days: int = Field(7, ge=1, le=60)


class OwnToken(Given):
    """The secret part of one's own link."""

    token: str = Field("", max_length=40)


@router.get("/together/areas/{area}/gatherings", auth=VIEW, response=list[shapes.GatheringRow])
def area_gatherings(request: doors.Asked, area: Area, which: Query[Which]) -> Any:
    """Activities and meetings of an area: to come, soonest first, or past, newest first; cancelled ones stay."""
    if which.past:
        return queries.past(area=area, after=which.after)
    return queries.upcoming(area=area, kind=which.kind, after=which.after)


@router.get("/together/gatherings/{uuid:gathering_id}", auth=VIEW, response=shapes.GatheringPage)
def gathering(request: doors.Asked, gathering_id: UUID) -> Any:
    """One gathering with its agenda; what was said stands there once the minutes are public."""
    row = queries.gathering(gathering_id=gathering_id)
    return page_of(row, public=True)


def page_of(row: Any, *, public: bool) -> dict[str, Any]:
    """Return a gathering with its agenda; before the minutes are public only hosts read what was said."""
    items = queries.agenda(row)
    told = row.minutes_at is not None or not public
    agenda = [
        {
            "id": item.id,
            "position": item.position,
            "title": item.title,
            "said": item.said if told else "",
            "outcome": item.outcome if told else "",
        }
        for item in items
    ]
    return {"row": row, "words": row.words, "agenda": agenda, "minutes": row.minutes if told else ""}


@router.post("/together/gatherings/{uuid:gathering_id}/seats", auth=JOIN, response=shapes.Seat, **KEYED)
def sign_up(request: doors.Asked, gathering_id: UUID, who: shapes.SeatIn) -> Any:
    """Take the next seat, or the next place in the waiting list."""
    address = address_of(request)
    if request.actor.kind == "resident":
        actions.knock_to_sign_up(address, who.phone)
    person = Person(nickname=who.nickname, phone=who.phone, role=who.role)
    try:
        row = actions.sign_up(actor=request.actor, gathering_id=gathering_id, who=person, key=key_of(request))
    except AlreadySigned:
        if request.actor.kind == "resident":
            actions.knock_again(address)
        raise
    return _seat(row.pk)


def _seat(seat_id: UUID) -> dict[str, Any]:
    token = queries.link_token("seat", seat_id)
    found = queries.seat_by_link(attendance_id=seat_id, token=token)
    return {
        "id": seat_id,
        "token": token,
        "gathering": found.gathering.pk,
        "state": found.row.state,
        "number": found.row.number,
        "code": found.row.code,
        "place": found.place,
    }


@router.get("/together/seats/{uuid:seat_id}", auth=JOIN, response=shapes.Seat)
def own_seat(request: doors.Asked, seat_id: UUID, link: Query[OwnToken]) -> Any:
    """One's own sign-up, by its link."""
    queries.seat_by_link(attendance_id=seat_id, token=link.token)
    return _seat(seat_id)


@router.post("/together/seats/{uuid:seat_id}/withdraw", auth=JOIN, response=shapes.Seat, **KEYED)
def withdraw_seat(request: doors.Asked, seat_id: UUID, link: shapes.LinkIn) -> Any:
    """Leave again; the first one waiting gets the seat."""
    actions.withdraw(actor=request.actor, attendance_id=seat_id, token=link.token, key=key_of(request))
    return _seat(seat_id)


@router.get("/together/areas/{area}/venues", auth=VIEW, response=list[shapes.VenueRow])
def area_venues(request: doors.Asked, area: Area) -> Any:
    """The rooms of an area that may be booked, with their rules."""
    rows: QuerySet[Any] = queries.venues(area=area)
    return list(rows[:MOST])


@router.get("/together/venues/{uuid:venue_id}/calendar", auth=VIEW, response=list[shapes.CalendarDay])
def venue_calendar(request: doors.Asked, venue_id: UUID, week: Query[Week]) -> Any:
    """A room's days: busy or free and the class of what for, never who."""
    in_our_time(first=week.first)
    row = queries.venue(venue_id)
    return list(queries.calendar(venue=row, first=week.first or clock.today(), days=week.days))


@router.post("/together/venues/{uuid:venue_id}/bookings", auth=JOIN, response=shapes.Booked, **KEYED)
def book_venue(request: doors.Asked, venue_id: UUID, wish: shapes.BookingIn) -> Any:
    """Ask for a room; a taken time is refused with the nearest free ones in the sentence."""
    _knock(request)
    found = actions.book_venue(
        actor=request.actor, wish=BookingWish(venue_id=venue_id, **wish.model_dump()), key=key_of(request)
    )
    return booked(found, queries.link_token("booking", found.pk))


def booked(row: Any, token: str = "") -> dict[str, Any]:
    """Return a booking; its token goes to whoever made it."""
    names = ("starts_at", "ends_at", "heads", "purpose", "state", "reason", "version")
    return {
        "id": row.pk,
        "token": token,
        "venue": row.venue_id,
        **{name: getattr(row, name) for name in names},
    }


@router.post("/together/bookings/{uuid:booking_id}/cancel", auth=JOIN, response=shapes.Booked, **KEYED)
def give_room_back(request: doors.Asked, booking_id: UUID, link: shapes.LinkIn) -> Any:
    """Give a room back by one's own link; the time is free at once."""
    found = actions.cancel_booking(
        actor=request.actor, booking_id=booking_id, reason=link.reason, token=link.token, key=key_of(request)
    )
    return booked(found, link.token)


@router.get("/together/areas/{area}/offers", auth=VIEW, response=list[shapes.OfferRow])
def area_offers(request: doors.Asked, area: Area, which: Query[Side]) -> Any:
    """Needs or resources of an area that are open, newest first."""
    return queries.offers(area=area, side=which.side, kind=which.kind, after=which.after)


@router.get("/together/areas/{area}/projects", auth=VIEW, response=list[shapes.ProjectRow])
def area_projects(request: doors.Asked, area: Area) -> Any:
    """What came of needs and resources; volunteers stay unnamed."""
    return queries.projects(area=area)


@router.post("/together/offers", auth=JOIN, response=shapes.Posted, **KEYED)
def post_offer(request: doors.Asked, given: shapes.OfferIn) -> Any:
    """Put a need or a resource forward; it is published after somebody else has looked at it."""
    _knock(request)
    row = actions.post_offer(actor=request.actor, draft=Draft(**given.model_dump()), key=key_of(request))
    return {"id": row.pk, "token": queries.link_token("offer", row.pk), "state": row.state}


@router.post("/together/offers/{uuid:offer_id}/claim", auth=JOIN, response=shapes.Matched, **KEYED)
def claim_need(request: doors.Asked, offer_id: UUID, who: shapes.TakerIn) -> Any:
    """Take a micro-wish on; staff also errands and neighbours' needs. Whoever comes first."""
    _knock(request)
    row = actions.claim_need(
        actor=request.actor,
        need_id=offer_id,
        taker=Taker(who.nickname, who.phone, who.unit),
        key=key_of(request),
    )
    return matched(row, queries.link_token("match", row.pk))


def matched(row: Any, token: str = "") -> dict[str, Any]:
    """Return a match; its token goes to whoever took it on."""
    return {
        "id": row.pk,
        "token": token,
        "need": row.need_id,
        "resource": row.resource_id,
        "quantity": row.quantity,
        "state": row.state,
    }


@router.post("/together/matches/{uuid:match_id}/finish", auth=JOIN, response=shapes.Matched, **KEYED)
def finish_match(request: doors.Asked, match_id: UUID, done: shapes.FinishIn) -> Any:
    """Say that it is done: by one's own link, or staff; an errand names its receipt."""
    row = actions.finish_match(
        actor=request.actor,
        match_id=match_id,
        receipt=done.receipt,
        words=done.words,
        token=done.token,
        key=key_of(request),
    )
    return matched(row)


@router.post("/together/matches/{uuid:match_id}/confirm", auth=JOIN, response=shapes.Matched, **KEYED)
def confirm_match(request: doors.Asked, match_id: UUID, link: shapes.LinkIn) -> Any:
    """Confirm that the need is met: by the link of the need, or staff who didn't run it."""
    row = actions.confirm_match(actor=request.actor, match_id=match_id, token=link.token, key=key_of(request))
    return matched(row)


@router.post("/together/matches/{uuid:match_id}/drop", auth=JOIN, response=shapes.Matched, **KEYED)
def drop_match(request: doors.Asked, match_id: UUID, why: shapes.LinkIn) -> Any:
    """Say that it came to nothing; what was promised is free for others."""
    row = actions.drop_match(
        actor=request.actor, match_id=match_id, reason=why.reason, token=why.token, key=key_of(request)
    )
    return matched(row)


def _knock(request: doors.Asked) -> None:
    if request.actor.kind == "resident":
        actions.knock_to_post(address_of(request))
