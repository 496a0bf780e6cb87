"""The region tree and the grids below it; one or two queries each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jinlin.kernel.errors import NotFound
from jinlin.places import rules
from jinlin.places.models import Compound, Grid, MicroGrid, Region
from jinlin.places.queries import memory

VILLAGE = 5


def region(code: str, on: date | None = None) -> Region:
    """Return a unit by its code, today or on a day; NotFound when there is none (one query)."""
    rows = Region.objects.filter(code=code).select_related("parent", "replaced_by")
    found = (rows.on(on) if on else rows.current()).first()
    if found is None:
        raise NotFound("region")
    return found  # type: ignore[no-any-return]


def history(code: str) -> list[Region]:
    """Return every version of a code, oldest first (one query)."""
    return list(Region.objects.filter(code=code).select_related("replaced_by").order_by("valid_from"))


def children(code: str) -> list[Region]:
    """Return the units directly below a code, in code order; the roots for "" (one query)."""
    rows = Region.objects.current()
    if not code:
        return list(rows.filter(parent=None).order_by("code"))
    return list(rows.filter(parent__code=code, parent__valid_to__isnull=True).order_by("code"))


def ancestors(code: str) -> list[Region]:
    """Return the unit itself and everything above it that is here, widest first (one query)."""
    codes = (code[:12], *rules.lineage(code[:12]))
    return list(Region.objects.current().filter(code__in=codes).order_by("level"))


def first_county() -> Region | None:
    """Return the county with the lowest code, None on a node without divisions (one query)."""
    return Region.objects.current().filter(level=3).order_by("code").first()


def count_regions() -> int:
    """Return how many units stand today (one query)."""
    return int(Region.objects.current().count())


def grid(code: str) -> Grid:
    """Return a grid standing today by its 15 digits; NotFound when there is none (one query)."""
    found = Grid.objects.current().filter(code=code).first()
    if found is None:
        raise NotFound("grid")
    return found  # type: ignore[no-any-return]


def grids_of(region_code: str) -> list[Grid]:
    """Return the grids standing in a village, town or county, in code order (one query)."""
    level = rules.level_of(region_code)
    column = {3: "county", 4: "town", 5: "village"}.get(level)
    rows = Grid.objects.current()
    if column is None:
        low, high = rules.code_range(region_code)
        return list(rows.filter(county__gte=low, county__lt=high).order_by("code"))
    return list(rows.filter(**{column: region_code}).order_by("code"))


def grid_names(region_code: str) -> dict[str, str]:
    """Return code and name of the grids standing in an area, in code order: no shapes (one query)."""
    low, high = rules.code_range(region_code)
    rows = Grid.objects.current().filter(code__gte=low, code__lt=high).order_by("code")
    return dict(rows.values_list("code", "name"))


def default_grid_of(village_code: str) -> Grid | None:
    """Return the grid of a village that has exactly one basic grid, else None (one query)."""
    rows = list(Grid.objects.current().filter(village=village_code, kind="basic").order_by("code")[:2])
    return rows[0] if len(rows) == 1 else None


def default_grid_code(village_code: str) -> str:
    """Return the code of the only basic grid of a village, else "" (one query; none when asked before)."""
    known = memory.remembered("default-grids", dict[str, str])
    found = known.get(village_code)
    if found is None:
        grid = default_grid_of(village_code)
        found = grid.code if grid else ""
        if grid:
            known[village_code] = found
    return found


def stands(code: str) -> bool:
    """Tell whether a region or grid of this code stands today (one query; none when asked before)."""
    known = memory.remembered("standing", set[str])
    if code not in known:
        kind = Grid if len(code) == 15 else Region
        if not kind.objects.current().filter(code=code).exists():
            return False  # not remembered: anybody may type codes
        known.add(code)
    return True


def micro_grids_of(grid_code: str) -> list[MicroGrid]:
    """Return the micro-grids standing in a grid (one query)."""
    return list(MicroGrid.objects.current().filter(grid__code=grid_code).order_by("code"))


def compounds_of(region_code: str) -> list[Compound]:
    """Return the compounds of a village (one query)."""
    return list(
        Compound.objects.filter(county=rules.county_of(region_code), village=region_code).order_by("name")
    )


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Return short names by region or grid code (at most two queries; none when asked before)."""
    wanted = {code for code in codes if code}
    known = memory.names()
    missing = wanted - known.keys()
    regions = [code for code in missing if len(code) == 12]
    grids = [code for code in missing if len(code) == 15]
    if regions:
        rows = Region.objects.filter(code__in=regions).order_by("valid_from").values_list("code", "name")
        known.update((code, rules.short_name(name)) for code, name in rows)
    if grids:
        known.update(_grid_names(grids))
    return {code: known[code] for code in wanted if code in known}


def _grid_names(codes: list[str]) -> dict[str, str]:
    rows = Grid.objects.filter(code__in=codes).values_list("code", "name")
    return {code: rules.short_name(name) for code, name in rows}


def area_name(code: str) -> str:
    """Return the short name of a region or grid, "" when unknown."""
    return area_names((code,)).get(code, "")
