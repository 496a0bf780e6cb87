"""Writes of grids and what lies in them: default grids, drawn grids, splits, micro-grids, compounds, buildings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape

from jinlin.audit.actions import Doer, record
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.geo import Datum, to_wgs84
from jinlin.kernel.text import clean
from jinlin.places import rules
from jinlin.places.actions.divisions import ImportReport
from jinlin.places.actions.files import Problem
from jinlin.places.actions.version import mark_changed
from jinlin.places.models import Building, Compound, Grid, MicroGrid, Region

SLIVER: Final = 0.02  # share of the smaller grid that two basic grids may overlap by
MAX_GRIDS: Final = 100_000
CHINA: Final = (73.0, 3.0, 136.0, 54.0)


def make_default_grids(*, within: str = "", actor: Doer | None = None) -> int:
    """Give every village without a grid its one default grid (serial 001, not drawn); returns how many were made."""
    rows = Region.objects.current().filter(level=5)
    if within:
        rows = rows.between("code", rules.code_range(within))
    have = set(Grid.objects.current().values_list("village", flat=True))
    today = clock.today()
    with transaction.atomic():
        fresh = [_default_grid(region, today) for region in rows if region.code not in have]
        Grid.objects.bulk_create(fresh, batch_size=1000)
        if fresh:
            mark_changed()
            _note(actor, "places.default_grids", _("默认网格 %(n)d 个") % {"n": len(fresh)})
    return len(fresh)


def _default_grid(region: Region, day: date) -> Grid:
    name = _("%(place)s第一网格") % {"place": rules.short_name(region.name)}
    return _new_grid(region, 1, name, day)


def _new_grid(region: Region, serial: int, name: str, day: date, **extra: Any) -> Grid:
    code = rules.grid_code(region.code, serial)
    return Grid(
        code=code,
        name=name,
        kind=rules.grid_kind(code),
        region=region,
        county=rules.county_of(region.code),
        town=rules.town_of(region.code),
        village=region.code,
        valid_from=day,
        **extra,
    )


def _note(actor: Doer | None, verb: str, purpose: str, obj: Any = None) -> None:
    if actor is not None:
        record(actor=actor, verb=verb, obj=obj, purpose=purpose)


def import_grids(
    geojson: Mapping[str, Any], *, datum: Datum = "wgs84", actor: Doer | None = None, note: str = ""
) -> ImportReport:
    """Bring drawn grids in from a GeoJSON FeatureCollection of (Multi)Polygons.

    Properties: `village` (12 digits) or `code` (15 digits), `name`, optional `kind` basic|exclusive. Grids without a
    code are numbered west to east, then north to south. A drawn grid takes the place of the undrawn default of its
    village. Invalid when the whole is no FeatureCollection; each wrong feature is refused with one sentence.
    """
    features = geojson.get("features") if isinstance(geojson, Mapping) else None
    if not isinstance(features, list) or not 0 < len(features) <= MAX_GRIDS:
        raise Invalid({"file": [_("文件不是 GeoJSON 的 FeatureCollection，或里面没有网格，请重新导出。")]})
    report = ImportReport(read=len(features))
    drawn: list[_Drawn] = []
    for at, feature in enumerate(features, start=1):
        try:
            drawn.append(_Drawn.read(at, feature, datum))
        except Invalid as error:
            report.problems.append(Problem(at, next(iter(error.fields.values()))[0]))
    with transaction.atomic():
        _write_drawn(drawn, report, note)
        report.refused = len(report.problems)
        if report.added or report.changed:
            mark_changed()
            _note(actor, "places.import_grids", _("导入网格 %(n)d 个") % {"n": report.added + report.changed})
    return report


class _Drawn:
    """One feature that passed the checks of shape and datum."""

    def __init__(self, line: int, area: Any, village: str, code: str, name: str, exclusive: bool) -> None:
        self.line = line
        self.area = area
        self.village = village
        self.code = code
        self.name = name
        self.exclusive = exclusive

    @classmethod
    def read(cls, line: int, feature: Any, datum: Datum) -> _Drawn:
        """Check one feature; Invalid with one sentence."""
        if not isinstance(feature, Mapping):
            raise Invalid({"row": [_("这一项不是 GeoJSON 的 Feature。")]})
        properties = feature.get("properties") or {}
        code = str(properties.get("code") or "")
        village = str(properties.get("village") or code[:12])
        if code and not rules.is_grid_code(code):
            raise Invalid({"code": [_("网格编码“%(code)s”不是 15 位，请改正或留空。") % {"code": code[:20]}]})
        if not rules.is_region_code(village) or rules.level_of(village) != 5:
            raise Invalid({"village": [_("没有写明属于哪个村或社区（12 位编码）。")]})
        kind = str(properties.get("kind") or (rules.grid_kind(code) if code else rules.BASIC))
        name = clean(str(properties.get("name") or ""), max_length=60, field="name")
        return cls(line, _area(feature.get("geometry"), datum), village, code, name, kind == rules.EXCLUSIVE)


def _area(geometry: Any, datum: Datum) -> Any:
    try:
        area = shape(geometry)
    except Exception as error:  # shapely raises many kinds for malformed geometry
        raise Invalid({"geometry": [_("图形读不出来，请检查坐标。")]}) from error
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise Invalid({"geometry": [_("网格必须是闭合的多边形。")]})
    if not area.is_valid:
        why = shapely.is_valid_reason(area)
        raise Invalid(
            {"geometry": [_("多边形自己交叉或不闭合（%(why)s），请在绘图软件里修好。") % {"why": why}]}
        )
    west, south, east, north = area.bounds
    if not (CHINA[0] <= west and east <= CHINA[2] and CHINA[1] <= south and north <= CHINA[3]):
        raise Invalid({"geometry": [_("坐标不像经纬度，请导出为经纬度（度）再导入。")]})
    if datum == "wgs84":
        return area
    return shapely.transform(area, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], datum)))


def _write_drawn(drawn: Iterable[_Drawn], report: ImportReport, note: str) -> None:
    by_village: defaultdict[str, list[_Drawn]] = defaultdict(list)
    for one in drawn:
        by_village[one.village].append(one)
    regions = {row.code: row for row in Region.objects.current().filter(code__in=list(by_village), level=5)}
    existing: defaultdict[str, dict[str, Grid]] = defaultdict(dict)
    for grid in Grid.objects.current().filter(village__in=list(by_village)):
        existing[grid.village][grid.code] = grid
    for village, several in by_village.items():
        region = regions.get(village)
        if region is None:
            for one in several:
                report.problems.append(
                    Problem(one.line, _("没有编码为 %(code)s 的村或社区。") % {"code": village})
                )
            continue
        _write_village(region, several, existing[village], report, note)


def _write_village(
    region: Region, several: list[_Drawn], existing: dict[str, Grid], report: ImportReport, note: str
) -> None:
    kept: list[_Drawn] = []
    standing = [
        shape(grid.geometry)
        for code, grid in existing.items()
        if grid.geometry and code not in {d.code for d in several}
    ]
    for one in several:
        others = [other.area for other in kept if not other.exclusive] + standing
        if not one.exclusive and any(_overlap(one.area, other) for other in others):
            report.problems.append(Problem(one.line, _("和同村另一个网格重叠，请改好边界。")))
            continue
        kept.append(one)
    _number(kept, set(existing))
    for one in kept:
        _put(region, one, existing.get(one.code), report, note)


def _overlap(one: Any, other: Any) -> bool:
    shared = one.intersection(other).area
    return bool(shared > SLIVER * min(one.area, other.area))


def _number(drawn: list[_Drawn], taken: set[str]) -> None:
    """Give serials west to east, then north to south; the undrawn default's 001 is free to take."""
    order = sorted(
        (one for one in drawn if not one.code),
        key=lambda one: (round(one.area.centroid.x, 3), -one.area.centroid.y),
    )
    used = {one.code for one in drawn if one.code} | {code for code in taken if not code.endswith("001")}
    for one in order:
        serial = 901 if one.exclusive else 1
        while rules.grid_code(one.village, serial) in used:
            serial += 1
        one.code = rules.grid_code(one.village, serial)
        used.add(one.code)


def _put(region: Region, one: _Drawn, grid: Grid | None, report: ImportReport, note: str) -> None:
    west, south, east, north = one.area.bounds
    name = one.name or _("%(place)s网格%(n)s") % {"place": rules.short_name(region.name), "n": one.code[-3:]}
    shaped: dict[str, Any] = {
        "name": name,
        "geometry": _plain(mapping(one.area)),
        "is_drawn": True,
        "note": note,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    if grid is None:
        fresh = _new_grid(
            region,
            int(one.code[-3:]),
            name,
            clock.today(),
            **{k: v for k, v in shaped.items() if k != "name"},
        )
        fresh.save(force_insert=True)
        report.added += 1
        return
    if all(getattr(grid, key) == value for key, value in shaped.items()):
        return
    for key, value in shaped.items():
        setattr(grid, key, value)
    grid.save(update_fields=list(shaped))
    report.changed += 1


def _plain(geometry: Any) -> Any:
    """Return tuples as lists, so that what is stored equals what is read back."""
    if isinstance(geometry, Mapping):
        return {key: _plain(value) for key, value in geometry.items()}
    return [_plain(one) for one in geometry] if isinstance(geometry, (list, tuple)) else geometry


def split_grid(
    *, actor: Doer, code: str, parts: list[Mapping[str, Any]], datum: Datum = "wgs84"
) -> list[Grid]:
    """Close a grid and make two or more from it; the old code stays in history and is never used again."""
    if len(parts) < 2:
        raise Invalid({"parts": [_("拆分至少要画出两个新网格。")]})
    with transaction.atomic():
        old = Grid.objects.current().select_for_update().filter(code=code).select_related("region").first()
        if old is None:
            raise NotFound("grid")
        areas = [_area(part.get("geometry"), datum) for part in parts]
        if any(_overlap(one, other) for at, one in enumerate(areas) for other in areas[:at]):
            raise RuleBroken("overlap", _("新画的网格互相重叠，请改好边界。"))
        old.valid_to = clock.today()
        old.save(update_fields=["valid_to"])
        taken = set(Grid.objects.filter(village=old.village).values_list("code", flat=True))
        drawn = [
            _Drawn(
                0,
                area,
                old.village,
                "",
                clean(str(part.get("name") or ""), max_length=60, field="name"),
                old.kind == rules.EXCLUSIVE,
            )
            for area, part in zip(areas, parts, strict=True)
        ]
        for one in drawn:
            serial = 901 if one.exclusive else 1
            while rules.grid_code(old.village, serial) in taken:
                serial += 1
            one.code = rules.grid_code(old.village, serial)
            taken.add(one.code)
        report = ImportReport()
        for one in drawn:
            _put(old.region, one, None, report, old.note)
        made = list(Grid.objects.current().filter(code__in=[one.code for one in drawn]).order_by("code"))
        Grid.objects.filter(pk__in=[grid.pk for grid in made]).update(split_from=old)
        mark_changed()
        record(actor=actor, verb="places.split_grid", obj=old, county=old.county)
    return made


def add_micro_grid(
    *, actor: Doer, grid_code: str, name: str, households: int = 0, kind: str = "ten_household"
) -> MicroGrid:
    """Make a micro-grid (十户联治 group) in a grid; its chosen head is a post in people."""
    name = clean(name, max_length=60, field="name", required=True)
    if not 0 <= households <= 1000:
        raise Invalid({"households": [_("户数请填 0 到 1000。")]})
    with transaction.atomic():
        grid = Grid.objects.current().select_for_update().filter(code=grid_code).first()
        if grid is None:
            raise NotFound("grid")
        count = MicroGrid.objects.filter(grid=grid).count()
        if count >= 99:
            raise RuleBroken("too_many_micro_grids", _("一个网格最多 99 个微网格，请先拆分网格。"))
        row = MicroGrid.objects.create(
            code=rules.micro_grid_code(grid.code, count + 1),
            grid=grid,
            kind=kind,
            county=grid.county,
            name=name,
            households=households,
            valid_from=clock.today(),
        )
        mark_changed()
        record(actor=actor, verb="places.add_micro_grid", obj=row, county=grid.county)
    return row


def add_compound(
    *,
    actor: Doer,
    grid_code: str,
    name: str,
    households: int = 0,
    lon: float | None = None,
    lat: float | None = None,
) -> Compound:
    """Make a compound (小区、大院) in a grid."""
    name = clean(name, max_length=60, field="name", required=True)
    with transaction.atomic():
        grid = Grid.objects.current().filter(code=grid_code).first()
        if grid is None:
            raise NotFound("grid")
        if Compound.objects.filter(county=grid.county, village=grid.village, name=name).exists():
            raise Invalid({"name": [_("这个社区里已有同名小区，请换个名字。")]})
        row = Compound.objects.create(
            name=name,
            grid=grid,
            county=grid.county,
            town=grid.town,
            village=grid.village,
            households=households,
            lon=lon,
            lat=lat,
        )
        mark_changed()
        record(actor=actor, verb="places.add_compound", obj=row, county=grid.county)
    return row


def add_building(*, actor: Doer, grid_code: str, name: str, compound: Compound | None = None) -> Building:
    """Make a building in a grid, numbered from 1 inside it."""
    name = clean(name, max_length=60, field="name", required=True)
    with transaction.atomic():
        grid = Grid.objects.current().select_for_update().filter(code=grid_code).first()
        if grid is None:
            raise NotFound("grid")
        count = Building.objects.filter(grid=grid).count()
        row = Building.objects.create(
            code=rules.building_code(grid.code, count + 1),
            grid=grid,
            compound=compound,
            county=grid.county,
            name=name,
            valid_from=clock.today(),
        )
        record(actor=actor, verb="places.add_building", obj=row, county=grid.county)
    return row
