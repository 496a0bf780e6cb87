"""Shapes of the living circle's answers; field for field the read-models of the room."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema

from jinlin.api.circle_things import GateRow


class Requirement(Schema):
    """One row of the standards table; marks: r read in the source, K to be checked, D decided here."""

    code: str
    name: str
    tier: str
    need: str
    minutes: float | None
    metres: float | None
    either: bool
    assessed: bool
    size: str
    serves: str
    rural: str
    mark_metres: str
    mark_size: str
    mark_serves: str
    mark_need: str
    source: str
    note: str


class StandardHead(Schema):
    """One edition of the table."""

    version: int
    name: str
    source: str
    valid_from: date
    valid_to: date | None
    is_current: bool


class Standard(Schema):
    """An edition with its rows."""

    head: StandardHead
    rows: list[Requirement]


class AssessmentRow(Schema):
    """One version of the results, or one on its way."""

    id: UUID
    area: str
    area_name: str
    label: str
    trigger: str
    state: str
    done: int
    total: int
    error: str
    profile: str
    moment: str
    day: date
    standard_version: int
    network: int | None
    network_as_of: date | None
    network_source: str
    network_licence: str
    engine: str
    ordered_at: datetime
    finished_at: datetime | None
    is_demo: bool


class Shares(Schema):
    """People in whole tens, or buildings, by what is known of them."""

    covered: int
    not_covered: int
    estimated_covered: int
    estimated_not_covered: int
    not_mapped: int
    no_data: int


class CategoryCover(Schema):
    """One facility in an area."""

    code: str
    name: str
    tier: str
    need: str
    people: Shares
    buildings: Shares
    covered_of_mapped: Decimal | None
    gap_people: int
    slow_gap_people: int
    facilities: int
    near_m: float | None
    detour: float | None
    has_data: bool


class Coverage(Schema):
    """The coverage of an area."""

    assessment: AssessmentRow | None
    area: str
    area_name: str
    rows: list[CategoryCover]
    basis: str
    basis_year: int | None


class Gap(Schema):
    """A facility that some people of a place cannot reach."""

    code: str
    name: str
    tier: str
    need: str
    place: str
    place_name: str
    compound_id: UUID | None
    people: int
    slow_people: int
    not_mapped_people: int
    nearest_m: float | None


class ComparedRow(Schema):
    """One facility before and after."""

    code: str
    name: str
    before_people: int
    after_people: int
    gained_people: int
    before_rate: Decimal | None
    after_rate: Decimal | None
    before_gap: int
    after_gap: int


class ComparedCompound(Schema):
    """One facility as a compound reaches it, where that changed."""

    compound_id: UUID
    name: str
    code: str
    category: str
    before_m: float | None
    after_m: float | None
    before_detour: float | None
    after_detour: float | None


class Comparison(Schema):
    """Two versions side by side; `differs`: what else changed besides the ground."""

    before: AssessmentRow
    after: AssessmentRow
    differs: list[str]
    rows: list[ComparedRow]
    compounds: list[ComparedCompound]


class CompoundRow(Schema):
    """A compound."""

    id: UUID
    name: str
    village: str
    kind: str
    kind_label: str
    walled: bool
    people: int
    gates: int
    missing: int | None
    is_demo: bool


class Reach(Schema):
    """One facility as the people of a compound reach it; in_5: people within five minutes."""

    code: str
    name: str
    tier: str
    need: str
    nearest: str
    metres: float | None
    minutes: float | None
    slow_minutes: float | None
    detour: float | None
    status: str
    failed: str
    people: Shares
    in_5: int
    in_10: int
    in_15: int


class Share(Schema):
    """A facility of a neighbour that would close a gap here if it were shared."""

    facility_id: UUID
    facility: str
    code: str
    category: str
    compound_id: UUID | None
    compound: str
    metres: float
    minutes: float
    people: int


class Compound(Schema):
    """A compound's circle."""

    row: CompoundRow
    geometry: dict[str, Any] | None
    assessment: AssessmentRow | None
    reach: list[Reach]
    missing: list[Reach]
    detours: list[Reach]
    could_share: list[Share]
    gates: list[GateRow]


class StudyRow(Schema):
    """A study; `answer` is empty until it is done."""

    id: UUID
    kind: str
    area: str
    area_name: str
    question: dict[str, Any]
    state: str
    done: int
    total: int
    error: str
    engine: str
    ordered_at: datetime
    finished_at: datetime | None
    answer: dict[str, Any]
    is_demo: bool


class MyRow(Schema):
    """One facility as it is reached from a spot."""

    code: str
    name: str
    tier: str
    need: str
    facility_id: UUID | None
    facility: str
    metres: float | None
    minutes: float | None
    slow_minutes: float | None
    open_now: bool | None
    status: str
    failed: str
    in_15: int


class Mine(Schema):
    """What is reached from a spot."""

    found: bool
    said: str
    compound_id: UUID | None
    compound: str
    village: str
    village_name: str
    network_as_of: str
    licence: str
    rows: list[MyRow]
