"""What this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class ContactOpened:
    """Somebody opened a sealed contact; the audit row is already written."""

    contact_id: UUID
    unit: UUID | None
    at: datetime
