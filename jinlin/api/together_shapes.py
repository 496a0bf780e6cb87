"""Shapes of gatherings, rooms, bookings, offers and matches; no name and no number of anybody in any list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from jinlin.api.schemas import Given
from jinlin.gatherings.rules import words as w

GatheringKind = Literal[(*w.GATHERING_KINDS,)]  # type: ignore[valid-type]
Purpose = Literal[(*w.PURPOSES,)]  # type: ignore[valid-type]
OfferKind = Literal[(*w.OFFER_KINDS,)]  # type: ignore[valid-type]
Role = Literal[(*w.PART_ROLES,)]  # type: ignore[valid-type]


class AgendaItem(Schema):
    """A thing to talk about; what was said once the minutes are public."""

    id: UUID
    position: int
    title: str
    said: str
    outcome: str


class GatheringRow(Schema):
    """An activity or a meeting; `served` counts those checked in and those at the door."""

    id: UUID
    kind: str
    title: str
    state: str
    village: str
    place: str
    organisation: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    seats_taken: int
    waiting: int
    served: int | None
    reason: str
    version: int

    @staticmethod
    def resolve_place(row: Any) -> str:
        """Name the room, or the words of the place."""
        return row.venue.name if row.venue else row.place_words

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        """Name the host."""
        return str(row.organisation)

    @staticmethod
    def resolve_served(row: Any) -> int | None:
        """Give the figure once there is one."""
        return row.served if row.state == "held" else None


class GatheringPage(Schema):
    """A gathering with its agenda, and its minutes once they are public."""

    row: GatheringRow
    words: str
    agenda: list[AgendaItem]
    minutes: str


class SeatIn(Given):
    """Who signs up: a nickname and a phone, deleted seven days after."""

    nickname: str = Field(min_length=1, max_length=20)
    phone: str = Field("", max_length=32)
    role: Role = "resident"


class Seat(Schema):
    """One's own sign-up; `token` opens it again, `code` is said at the door, `place` is where in the waiting list."""

    id: UUID
    token: str
    gathering: UUID
    state: str
    number: int
    code: str
    place: int


class LinkIn(Given):
    """The secret part of one's own link, and a reason where one is asked."""

    token: str = Field("", max_length=40)
    reason: str = Field("", max_length=120)


class VenueRow(Schema):
    """A room and its rules; times of day in minutes after midnight."""

    id: UUID
    kind: str
    name: str
    address: str
    village: str
    capacity: int
    opens: int
    closes: int
    weekdays: str
    quiet: list[list[int]]
    longest: int
    days_ahead: int
    needs_approval: bool
    step_free: bool | None
    accessible_toilet: bool | None
    hearing_loop: bool | None
    house_rules: str
    is_open: bool


class BusySpan(Schema):
    """A span in which a room is taken, and the class of what for; never who."""

    starts_at: datetime
    ends_at: datetime
    purpose: str


class CalendarDay(Schema):
    """One day of a room."""

    day: date
    closed: str
    busy: list[BusySpan]


class BookingIn(Given):
    """A wish for a room, on half hours."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    heads: int = Field(ge=1, le=5000)
    purpose: Purpose
    words: str = Field("", max_length=200)
    nickname: str = Field("", max_length=20)
    phone: str = Field("", max_length=32)


class Booked(Schema):
    """A booking; `token` opens it again for whoever made it, "" for staff."""

    id: UUID
    token: str
    venue: UUID
    starts_at: datetime
    ends_at: datetime
    heads: int
    purpose: str
    state: str
    reason: str
    version: int


class BookingAnswerIn(Given):
    """The answer to a booking."""

    deed: Literal["confirm", "deny", "cancel"]
    reason: str = Field("", max_length=120)


class GatheringIn(Given):
    """What meets when and where: a room, or a community and words; no capacity means no limit."""

    kind: GatheringKind
    title: str = Field(min_length=1, max_length=60)
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    words: str = Field("", max_length=2000)
    place: str = Field("", max_length=15)
    venue_id: UUID | None = None
    place_words: str = Field("", max_length=80)
    capacity: int | None = Field(None, ge=1, le=20_000)
    is_public: bool = True
    agenda: list[str] = Field(default_factory=list, max_length=30)


class ArriveIn(Given):
    """Who came, by code or by sign-up; the phone's time where there was no network."""

    code: str = Field("", max_length=6)
    seat: UUID | None = None
    made_at: AwareDatetime | None = None


class DoorCountIn(Given):
    """People at the door."""

    walk_ins: int | None = Field(None, ge=-100_000, le=100_000)
    reason: str = Field("", max_length=120)


class FigureIn(Given):
    """The right number of those counted at the door, and why it differs."""

    walk_ins: int = Field(ge=0, le=100_000)
    reason: str = Field(min_length=1, max_length=120)


class StayIn(Given):
    """When somebody came and left after all, and why it differs."""

    seat: UUID
    came: AwareDatetime
    left: AwareDatetime
    reason: str = Field(min_length=1, max_length=120)


class StayRow(Schema):
    """When somebody came and left as it counts now; by number, names stay on the hosts' page."""

    seat: UUID
    number: int
    role: str
    came: datetime
    left: datetime | None
    corrected: int
    reason: str

    @staticmethod
    def resolve_seat(row: Any) -> UUID:
        """Name the sign-up."""
        found: UUID = row.seat.pk
        return found

    @staticmethod
    def resolve_number(row: Any) -> int:
        """Give the number in the order of signing up."""
        return int(row.seat.number)

    @staticmethod
    def resolve_role(row: Any) -> str:
        """Say as what they came."""
        return str(row.seat.role)


class SaidIn(Given):
    """What was said about an item."""

    item_id: UUID
    said: str = Field("", max_length=2000)
    outcome: Literal[("", *w.OUTCOMES)] = ""  # type: ignore[valid-type]
    case: str = Field("", max_length=20)


class MinutesIn(Given):
    """Minutes; a draft until published."""

    items: list[SaidIn] = Field(default_factory=list, max_length=30)
    words: str = Field("", max_length=4000)
    publish: bool = False


class OfferIn(Given):
    """A need or a resource."""

    side: Literal["need", "resource"]
    kind: OfferKind
    title: str = Field(min_length=1, max_length=40)
    place: str = Field(max_length=15)
    words: str = Field("", max_length=300)
    errand: Literal[("", *w.ERRANDS)] = ""  # type: ignore[valid-type]
    quantity: int = Field(1, ge=1, le=10_000)
    nickname: str = Field("", max_length=20)
    phone: str = Field("", max_length=32)
    names_poster: bool = False
    unit: UUID | None = None


class OfferRow(Schema):
    """A need or a resource as anybody reads it."""

    id: UUID
    side: str
    kind: str
    title: str
    words: str
    quantity: int
    left: int
    state: str
    organisation: str
    made_at: datetime
    expires_at: datetime

    @staticmethod
    def resolve_organisation(row: Any) -> str:
        """Name the unit, "" for a resident."""
        return str(row.organisation) if row.organisation else ""


class Posted(Schema):
    """One's own need or resource; `token` opens it again."""

    id: UUID
    token: str
    state: str


class TakerIn(Given):
    """Who takes a need on."""

    nickname: str = Field("", max_length=20)
    phone: str = Field("", max_length=32)
    unit: UUID | None = None


class Matched(Schema):
    """What came together; `token` opens it again for whoever took it on, "" for staff."""

    id: UUID
    token: str
    need: UUID
    resource: UUID | None
    quantity: int
    state: str


class MatchIn(Given):
    """A resource for a need."""

    resource: UUID
    quantity: int = Field(1, ge=1, le=10_000)


class FinishIn(Given):
    """What was done; an errand names its receipt."""

    receipt: str = Field("", max_length=80)
    words: str = Field("", max_length=200)
    token: str = Field("", max_length=40)


class ProjectRow(Schema):
    """A line of the third list."""

    id: UUID
    need: str
    resource: str
    kind: str
    organisation: str
    quantity: int
    state: str
    made_at: datetime


class FiguresRow(Schema):
    """A month of an area."""

    month: date
    activities: int
    served: int
    meetings: int
    met: int
    settled: int
    wishes: int
    errands: int
