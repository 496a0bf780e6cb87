"""What this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class GatheringHeld:
    """A gathering was held and counted."""

    gathering_id: UUID
    county: str
    village: str
    kind: str
    served: int
    at: datetime


@dataclass(frozen=True)
class GatheringCancelled:
    """A gathering will not be held; it stays visible with its reason."""

    gathering_id: UUID
    county: str
    village: str
    at: datetime


@dataclass(frozen=True)
class SeatGiven:
    """Somebody on the waiting list has a seat now; the host tells them."""

    gathering_id: UUID
    attendance_id: UUID
    county: str
    at: datetime


@dataclass(frozen=True)
class MinutesPublished:
    """The minutes of a gathering can be read by everybody who may see it."""

    gathering_id: UUID
    county: str
    village: str
    at: datetime


@dataclass(frozen=True)
class OfferMatched:
    """A need and a resource came together; a match of two units can become a co-building project."""

    match_id: UUID
    need_id: UUID
    resource_id: UUID | None
    county: str
    village: str
    kind: str
    unit: UUID | None
    at: datetime


ALL: tuple[type, ...] = (GatheringHeld, GatheringCancelled, SeatGiven, MinutesPublished, OfferMatched)
