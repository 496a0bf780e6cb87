"""Shapes that several operations answer with; field for field the read-models of the rooms."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

Datum = Literal["wgs84", "gcj02", "bd09"]
MAX_PHOTOS = 6


class Given(BaseModel):
    """What comes in: a name that is not listed is refused, so that a typing error can't pass in silence.

    Not ninja's Schema, which reads what is forbidden twice over at every level and lets attributes stand for fields.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Written(Given):
    """What every write may carry beside its own fields."""

    made_at: datetime | None = Field(
        None, description="Time on the person's own device; a later one than ours is refused."
    )


class CaseRow(Schema):
    """One line of a list; no contact, and only the category where the texts may not be read."""

    id: UUID
    tracking: str
    code: str
    title: str
    category: str
    category_code: str
    state: str
    state_label: str
    place: str
    holder: str
    level: int
    due_at: datetime | None
    is_overdue: bool
    asks_date: bool
    opened_at: datetime
    closed_at: datetime | None
    end_label: str
    risk: int
    sla_class: str
    channel: str
    appeal_count: int
    rework_count: int
    supervised: int
    meet_by: datetime | None
    pending: str
    version: int
    lon: float | None
    lat: float | None


class Line(Schema):
    """One step of the timeline; `note` is empty for those who may not read internal notes."""

    seq: int
    at: datetime
    made_at: datetime
    verb: str
    label: str
    who: str
    to_state: str
    target: str
    words: str
    note: str
    reason: str
    photos: list[UUID]


class Unit(Schema):
    """An organisation a case may go to."""

    id: UUID
    name: str
    kind: str
    line: str
    level: int
    region_code: str


class Proposal(Schema):
    """Who should lead and assist by the catalogue and the duty lists, with the reason; a person confirms it."""

    lead: Unit | None
    assists: list[Unit]
    others: list[Unit]
    reason: str
    how: str


class Look(Schema):
    """One time somebody opened a person's data: when, why, which department."""

    at: datetime
    purpose: str
    department: str
    fields: list[str]
