"""What this room tells the others: a wish that came out of a gap, for the room of wishes to take up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class GapWished:
    """Somebody wished for what a place lacks; the case carries the words, this carries the gap."""

    case_id: UUID
    county: str
    village: str
    category: str
    status: str
    people: int | None
    version: str = ""  # of the assessment the gap was read from


ALL: tuple[type, ...] = (GapWished,)
