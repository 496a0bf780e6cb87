"""Writes of what lies in a grid: micro-grids (neighbour groups), compounds, buildings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from shapely.geometry import shape

from jinlin.audit.actions import Doer, record
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_point
from jinlin.places import rules
from jinlin.places.actions.drawn import plain, read_area
from jinlin.places.actions.version import mark_changed
from jinlin.places.models import Building, Compound, Grid, MicroGrid


@once("places.add_micro_grid")
def add_micro_grid(
    *,
    actor: Doer,
    grid_code: str,
    name: str,
    households: int = 0,
    kind: str = "ten_household",
    key: str | None = None,
) -> MicroGrid:
    """Make a micro-grid (十户联治 group) in a grid, numbered from 01; its chosen head is a post in people."""
    name = clean(name, max_length=60, field="name", required=True)
    if kind not in MicroGrid.Kind.values:
        raise Invalid({"kind": [_("请选择微网格的类型。")]})
    grid = _locked(grid_code)
    count = MicroGrid.objects.filter(grid=grid).count()
    if count >= 99:
        raise RuleBroken("too_many_micro_grids", _("一个网格最多 99 个微网格，请先拆分网格。"))
    row = MicroGrid.objects.create(
        code=rules.micro_grid_code(grid.code, count + 1),
        grid=grid,
        kind=kind,
        county=grid.county,
        name=name,
        households=_households(households, 1000),
        valid_from=clock.today(),
    )
    mark_changed()
    record(actor=actor, verb="places.add_micro_grid", obj=row, county=grid.county)
    return row


@once("places.add_compound")
def add_compound(
    *,
    actor: Doer,
    grid_code: str,
    name: str,
    households: int = 0,
    lon: float | None = None,
    lat: float | None = None,
    geometry: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Compound:
    """Make a compound (小区、大院) in a grid: a WGS84 point, an outline (GeoJSON, WGS84), both or neither."""
    name = clean(name, max_length=60, field="name", required=True)
    place = _place(lon, lat)
    grid = _locked(grid_code)
    if Compound.objects.filter(county=grid.county, village=grid.village, name=name).exists():
        raise Invalid({"name": [_("这个社区里已有同名小区，请换个名字。")]})
    if geometry is not None:
        area = read_area(geometry, "wgs84")
        place |= dict(zip(("west", "south", "east", "north"), area.bounds, strict=True))
        place["geometry"] = plain(area)
        if lon is None:
            centre = area.representative_point()
            place |= {"lon": centre.x, "lat": centre.y}
    row = Compound.objects.create(
        name=name,
        grid=grid,
        county=grid.county,
        town=grid.town,
        village=grid.village,
        households=_households(households, 100_000),
        **place,
    )
    mark_changed()
    record(actor=actor, verb="places.add_compound", obj=row, county=grid.county)
    return row


@once("places.redraw_compound")
def redraw_compound(
    *,
    actor: Doer,
    compound: Compound,
    geometry: Mapping[str, Any],
    households: int | None = None,
    key: str | None = None,
) -> Compound | None:
    """Give a compound another outline (GeoJSON, WGS84); returns None when it already has this one."""
    row = Compound.objects.select_for_update().get(pk=compound.pk)
    area = read_area(geometry, "wgs84")
    count = row.households if households is None else _households(households, 100_000)
    if (
        row.geometry is not None
        and count == row.households
        and shape(dict(row.geometry)).equals_exact(area, 2e-6)
    ):
        return None
    row.west, row.south, row.east, row.north = area.bounds
    centre = area.representative_point()
    row.geometry, row.households, row.lon, row.lat = plain(area), count, centre.x, centre.y
    row.save()
    mark_changed()
    record(actor=actor, verb="places.redraw_compound", obj=row, county=row.county)
    return row


@once("places.add_building")
def add_building(
    *,
    actor: Doer,
    grid_code: str,
    name: str,
    compound: Compound | None = None,
    lon: float | None = None,
    lat: float | None = None,
    key: str | None = None,
) -> Building:
    """Make a building in a grid, numbered from 00001 inside it; a compound must stand in the same grid."""
    name = clean(name, max_length=60, field="name", required=True)
    place = _place(lon, lat)
    grid = _locked(grid_code)
    if compound is not None and compound.grid_id != grid.pk:
        raise Invalid({"compound": [_("这个小区不在所选网格里，请重新选择。")]})
    count = Building.objects.filter(grid=grid).count()
    if count >= 99_999:
        raise RuleBroken("too_many_buildings", _("这个网格的楼栋编号已用完，请先拆分网格。"))
    row = Building.objects.create(
        code=rules.building_code(grid.code, count + 1),
        grid=grid,
        compound=compound,
        county=grid.county,
        name=name,
        valid_from=clock.today(),
        **place,
    )
    mark_changed()
    record(actor=actor, verb="places.add_building", obj=row, county=grid.county)
    return row


def _locked(code: str) -> Grid:
    grid: Grid | None = Grid.objects.current().select_for_update().filter(code=code).first()
    if grid is None:
        raise NotFound("grid")
    return grid


def _households(count: int, most: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= most:
        raise Invalid({"households": [_("户数请填 0 到 %(most)d 的整数。") % {"most": most}]})
    return count


def _place(lon: float | None, lat: float | None) -> dict[str, Any]:
    if lon is None and lat is None:
        return {}
    x, y = clean_point(lon, lat)
    return {"lon": x, "lat": y}
