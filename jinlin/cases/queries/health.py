"""Whether the room has what it needs to work."""

from __future__ import annotations

from jinlin.cases.models import SlaStage


def has_stages() -> bool:
    """Tell whether stage times are loaded (one query)."""
    return SlaStage.objects.filter(valid_to__isnull=True).exists()
