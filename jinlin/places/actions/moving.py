"""What lies in a grid follows its ground when the grid is split; codes are closed and made anew, never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import shapely
from shapely.geometry import shape

from jinlin.kernel import clock
from jinlin.places import rules
from jinlin.places.models import Building, Compound, Grid, MicroGrid


def move_contents(old: Grid, parts: Sequence[Grid]) -> None:
    """Move compounds, buildings and micro-grids of a closed grid to its parts; call inside the split's transaction."""
    home = _home_of(parts)
    for compound in Compound.objects.filter(grid=old):
        Compound.objects.filter(pk=compound.pk).update(grid=home(compound.lon, compound.lat))
    _renumber(Building, old, home, rules.building_code)
    _renumber(MicroGrid, old, home, rules.micro_grid_code)


def _home_of(parts: Sequence[Grid]) -> Callable[[float | None, float | None], Grid]:
    areas = [shape(part.geometry) if part.geometry else None for part in parts]

    def home(lon: float | None, lat: float | None) -> Grid:
        if lon is None or lat is None:
            return parts[0]
        point = shapely.Point(lon, lat)
        return next(
            (
                part
                for part, area in zip(parts, areas, strict=True)
                if area is not None and area.intersects(point)
            ),
            parts[0],
        )

    return home


def _renumber(
    model: type[Building] | type[MicroGrid],
    old: Grid,
    home: Callable[[float | None, float | None], Grid],
    code_of: Callable[[str, int], str],
) -> None:
    """Close each row under the old grid and make its successor under the part where it lies."""
    today, serials = clock.today(), dict[str, int]()
    rows: list[Any] = list(model.objects.current().filter(grid=old).order_by("code"))
    for row in rows:
        grid = home(getattr(row, "lon", None), getattr(row, "lat", None))
        serials[grid.code] = serials.get(grid.code, 0) + 1
        kept = {
            field.attname: getattr(row, field.attname)
            for field in model._meta.concrete_fields
            if field.attname not in ("id", "code", "grid_id", "valid_from", "valid_to", "replaced_by_id")
        }
        new = model(code=code_of(grid.code, serials[grid.code]), grid=grid, valid_from=today, **kept)
        new.save(force_insert=True)
        model.objects.filter(pk=row.pk).update(valid_to=today, replaced_by=new)
