"""What this room tells the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class InitiativeMoved:
    """An item went from one stage to another (verb of `rules.moves`); its followers read it on their own page."""

    initiative_id: UUID
    county: str
    village: str
    kind: str
    verb: str
    source: str
    target: str
    at: datetime


@dataclass(frozen=True)
class ReviewDue:
    """The day to look at a resolution again has come; told exactly once."""

    resolution_id: UUID
    county: str
    unit: UUID
    review_on: date


@dataclass(frozen=True)
class ResolutionReviewed:
    """Somebody looked at a resolution again: nobody need be reminded any more."""

    resolution_id: UUID
    county: str


ALL: tuple[type, ...] = (InitiativeMoved, ReviewDue, ResolutionReviewed)
