"""What this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class OrganisationClosed:
    """An organisation ends on a day; whoever holds its open cases has to move them."""

    unit: UUID
    region_code: str
    at: datetime


@dataclass(frozen=True)
class CatalogueChanged:
    """The dispatch catalogue or a duty list of an area changed; proposals made from now on follow the new text."""

    category: str
    region_code: str
    at: datetime
