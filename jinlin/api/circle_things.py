"""Shapes of gates, facilities, changes and wishes; field for field the read-models of the room."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema


class GateRow(Schema):
    """A gate as it stands."""

    id: UUID
    name: str
    compound_id: UUID
    compound: str
    other_id: UUID | None
    other: str
    lon: float
    lat: float
    status: str
    status_label: str
    access: str
    access_label: str
    hours: str
    barrier_free: bool | None
    length_m: float
    source: str
    confidence: str
    confidence_label: str
    verified_on: date | None
    village: str
    waiting: bool
    is_live: bool
    is_demo: bool


class SharingRow(Schema):
    """An agreement."""

    id: UUID
    compounds: list[str]
    hours: str
    valid_from: date
    valid_to: date | None
    agreement: str
    holds: bool


class ChangeRow(Schema):
    """One change in a history; `facts`: what, before, after."""

    id: UUID
    kind: str
    subject: str
    subject_id: UUID
    verb: str
    state: str
    state_label: str
    at: datetime
    by_unit: str
    settled_at: datetime | None
    settled_unit: str
    words: str
    facts: list[tuple[str, str, str]]
    may_confirm: bool
    may_undo: bool


class GatePage(Schema):
    """A gate with its history."""

    row: GateRow
    rules: list[SharingRow]
    history: list[ChangeRow]


class Change(Schema):
    """A change that was made."""

    id: UUID
    kind: str
    thing: UUID
    verb: str
    state: str
    made_at: datetime


class Crossing(Schema):
    """A way that ends at a wall because nobody knows of a gate there."""

    id: UUID
    compound_id: UUID
    compound: str
    lon: float
    lat: float
    way: str


class Facility(Schema):
    """A facility as it stands."""

    id: UUID
    code: str
    category: str
    name: str
    compound_id: UUID | None
    compound: str
    hours: str
    status: str
    status_label: str
    public: bool
    accessible: bool | None
    source: str
    verified_on: date | None
    lon: float | None
    lat: float | None
    village: str
    shared_with: list[str]
    open_flags: int
    is_demo: bool


class FlagRow(Schema):
    """What somebody says is wrong."""

    id: UUID
    facility_id: UUID
    facility: str
    kind: str
    kind_label: str
    words: str
    at: datetime
    is_open: bool
    outcome: str
    outcome_label: str
    answer: str


class WishRow(Schema):
    """A wish that came out of a gap."""

    case_id: UUID
    code: str
    category: str
    place: str
    compound: str
    status: str
    nearest_m: float | None
    people: int | None
    at: datetime


class Wished(Schema):
    """A wish that was taken down, with what is known of the gap."""

    tracking: str
    status: str
    people: int | None


class Confidence(Schema):
    """How far results can be trusted, and what to map next."""

    network: int | None
    network_as_of: date | None
    network_source: str
    blocks: int
    blocks_mapped: int | None
    facilities: int
    facilities_verified_year: int
    categories_loaded: int
    categories_of: int
    gates: int
    gates_surveyed: int
    crossings: int
    next: list[str]


class Flagged(Schema):
    """What was said to be wrong is with the community now."""

    id: UUID
    kind: str
    made_at: datetime
