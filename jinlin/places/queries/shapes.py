"""Shapes of grids for maps; only what has been drawn."""

from __future__ import annotations

from jinlin.places import rules
from jinlin.places.models import Grid


def drawn_grids(within: str = "", *, limit: int = 500) -> list[Grid]:
    """Return the drawn grids standing today inside a region, or anywhere for "", in code order (one query)."""
    rows = Grid.objects.current().filter(is_drawn=True, geometry__isnull=False)
    if within:
        rows = rows.between("code", rules.code_range(within))
    return list(rows.order_by("code")[:limit])
