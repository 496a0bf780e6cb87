"""What this room announces: that somebody has something to look at, never about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class MediatorReminded:
    """A day of a file of this mediator has come near; `ref` is the reminder's id, which says nothing to anybody else."""

    account_id: UUID
    ref: UUID
    county: str
    at: datetime


ALL: tuple[type, ...] = (MediatorReminded,)
