"""Writes of grids: the default grid of a village, drawn grids, splits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape

from jinlin.audit.actions import Doer, record
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.geo import Datum
from jinlin.kernel.idempotency import once
from jinlin.kernel.tables import Problem
from jinlin.kernel.text import clean
from jinlin.places import rules
from jinlin.places.actions.divisions import ImportReport, Progress
from jinlin.places.actions.drawn import Drawn, datum_faults, features_of, plain, read_area, read_feature
from jinlin.places.actions.moving import move_contents
from jinlin.places.actions.version import mark_changed
from jinlin.places.models import Grid, Region
from jinlin.places.rules.shapes import numbering, overlapping_pairs

_BATCH = 1000


def make_default_grids(
    *, within: str = "", actor: Doer | None = None, progress: Progress | None = None
) -> int:
    """Give every village without a grid its one default grid (serial 001, not drawn); returns how many were made."""
    rows = Region.objects.current().filter(level=5)
    if within:
        rows = rows.between("code", rules.code_range(within))
    today = clock.today()
    with transaction.atomic():
        have = set(Grid.objects.values_list("village", flat=True))
        fresh = [_default_grid(region, today) for region in rows if region.code not in have]
        for start in range(0, len(fresh), _BATCH):
            Grid.objects.bulk_create(fresh[start : start + _BATCH])
            if progress is not None:
                progress(min(start + _BATCH, len(fresh)), len(fresh))
        if fresh:
            mark_changed()
            _note(actor, "places.default_grids", _("默认网格 %(n)d 个") % {"n": len(fresh)})
    return len(fresh)


def _default_grid(region: Region, day: date) -> Grid:
    name = _("%(place)s第一网格") % {"place": rules.short_name(region.name)}
    return _new_grid(region, rules.grid_code(region.code, 1), name, day)


def _new_grid(region: Region, code: str, name: str, day: date, **extra: Any) -> Grid:
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


def _note(actor: Doer | None, verb: str, purpose: str) -> None:
    if actor is not None:
        record(actor=actor, verb=verb, obj=None, purpose=purpose)


def import_grids(
    geojson: Mapping[str, Any],
    *,
    datum: Datum = "wgs84",
    actor: Doer | None = None,
    note: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Bring drawn grids in from a GeoJSON FeatureCollection of (Multi)Polygons in the stated datum.

    Properties: `village` (12 digits) or `code` (15 digits), `name`, optional `kind` basic|exclusive. A feature is the
    grid of its code, else the grid of its village with the same shape or name, else a new one, numbered west to east
    and north to south. The first drawn grid takes the place of the undrawn default of its village. Wrong features
    are refused with one sentence; the others go in together. Running it again changes nothing. Invalid when the whole
    is no FeatureCollection.
    """
    features = features_of(geojson, datum)
    note = clean(note, max_length=200, field="note")
    report = ImportReport(read=len(features))
    drawn: list[Drawn] = []
    for at, feature in enumerate(features, start=1):
        try:
            drawn.append(read_feature(at, feature, datum))
        except Invalid as error:
            _refuse(report, at, error.message)
        if progress is not None:
            progress(at, len(features))
    outside = datum_faults(drawn, datum)
    for line, sentence in outside.items():
        _refuse(report, line, sentence)
    with transaction.atomic():
        _Drawing([one for one in drawn if one.line not in outside], report, note).run()
        report.problems.sort(key=lambda problem: problem.line)
        report.refused = len(report.problems)
        if report.added or report.changed:
            mark_changed()
            _note(actor, "places.import_grids", _("导入网格 %(n)d 个") % {"n": report.added + report.changed})
    return report


def _refuse(report: ImportReport, line: int, sentence: str) -> None:
    report.problems.append(
        Problem(line, _("第 %(line)d 个网格：%(what)s") % {"line": line, "what": sentence})
    )


class _Drawing:
    """The drawn grids of one file meeting those that stand."""

    def __init__(self, drawn: list[Drawn], report: ImportReport, note: str) -> None:
        self.drawn = drawn
        self.report = report
        self.note = note
        villages = {one.village for one in drawn}
        self.regions = {row.code: row for row in Region.objects.current().filter(code__in=villages, level=5)}
        self.standing: dict[str, Grid] = {}
        self.fresh: list[Grid] = []
        self.used: defaultdict[str, set[str]] = defaultdict(set)
        for grid in Grid.objects.filter(village__in=villages).order_by("code"):
            self.used[grid.village].add(grid.code)
            if grid.valid_to is None:
                self.standing[grid.code] = grid

    def run(self) -> None:
        self._keep(self._in_a_village)
        self._recognise()
        self._keep(self._not_twice())
        self._refuse_overlaps()
        self._number()
        for one in self.drawn:
            self._put(one)
        Grid.objects.bulk_create(self.fresh, batch_size=500)

    def _keep(self, fault: Any) -> None:
        kept = []
        for one in self.drawn:
            sentence = fault(one)
            if sentence:
                _refuse(self.report, one.line, sentence)
            else:
                kept.append(one)
        self.drawn = kept

    def _in_a_village(self, one: Drawn) -> str:
        if one.village not in self.regions:
            return _("没有编码为 %(code)s 的村或社区，请先导入区划。") % {"code": one.village}
        if one.code in self.used[one.village] and one.code not in self.standing:
            return _("网格 %(code)s 已撤销，编码不再使用，请换一个或留空。") % {"code": one.code}
        return ""

    def _recognise(self) -> None:
        """Give a feature without a code that of the grid with its shape, else with its name, in the village."""
        shapes = {(g.village, str(g.geometry)): g.code for g in self.standing.values() if g.geometry}
        names = {(g.village, g.name): g.code for g in self.standing.values() if g.is_drawn}
        given = {one.code for one in self.drawn}
        for one in self.drawn:
            found = shapes.get((one.village, str(plain(one.area)))) or names.get((one.village, one.name))
            if not one.code and found and found not in given and rules.grid_kind(found) == one.kind:
                one.code = found
                given.add(found)

    def _not_twice(self) -> Any:
        seen: dict[str, int] = {}

        def fault(one: Drawn) -> str:
            if one.code and one.code in seen:
                words = {"code": one.code, "line": seen[one.code]}
                return _("编码 %(code)s 与第 %(line)d 个网格重复，请只保留一个。") % words
            seen[one.code] = one.line
            return ""

        return fault

    def _refuse_overlaps(self) -> None:
        """Basic grids tile the ground: what overlaps a standing grid or an earlier one of the file is refused."""
        basic = [one for one in self.drawn if one.kind == rules.BASIC]
        replaced = {one.code for one in basic}
        old = [grid for grid in self._basic_nearby(basic) if grid.code not in replaced]
        areas = [_shape_of(grid) for grid in old] + [one.area for one in basic]
        refused: dict[int, str] = {}
        for i, j in overlapping_pairs(areas):
            if j < len(old) or i - len(old) in refused:
                continue
            other = old[i].code if i < len(old) else _("第 %(line)d 个") % {"line": basic[i - len(old)].line}
            refused.setdefault(j - len(old), other)
        lines = {basic[n].line: other for n, other in refused.items()}
        self._keep(
            lambda one: (
                _("与基本网格 %(other)s 重叠，请改好边界。") % {"other": lines[one.line]}
                if one.line in lines
                else ""
            )
        )

    def _basic_nearby(self, basic: Sequence[Drawn]) -> Iterable[Grid]:
        if not basic:
            return []
        boxes = [one.area.bounds for one in basic]
        return (
            Grid.objects.current()
            .filter(kind=rules.BASIC, geometry__isnull=False)
            .filter(east__gte=min(b[0] for b in boxes), north__gte=min(b[1] for b in boxes))
            .filter(west__lte=max(b[2] for b in boxes), south__lte=max(b[3] for b in boxes))
            .order_by("code")
        )

    def _number(self) -> None:
        """Give free serials in the order of numbering; an undrawn default's 001 is free to take."""
        given = {one.code for one in self.drawn if one.code}
        for code, grid in self.standing.items():
            if not grid.is_drawn and code not in given:
                self.used[grid.village].discard(code)
        for code in given:
            self.used[code[:12]].add(code)
        unnumbered: defaultdict[tuple[str, str], list[Drawn]] = defaultdict(list)
        for one in (one for one in self.drawn if not one.code):
            unnumbered[one.village, one.kind].append(one)
        for (village, kind), several in unnumbered.items():
            for n in numbering([one.area for one in several]):
                several[n].code = next_code(village, kind, self.used[village])

    def _put(self, one: Drawn) -> None:
        region = self.regions[one.village]
        grid = self.standing.get(one.code)
        west, south, east, north = one.area.bounds
        name = _("%(place)s网格%(n)s") % {"place": rules.short_name(region.name), "n": one.code[-3:]}
        if one.name or (grid is not None and grid.is_drawn):
            name = one.name or grid.name  # type: ignore[union-attr]
        shaped: dict[str, Any] = {"name": name, "geometry": plain(one.area), "is_drawn": True}
        shaped |= {"west": west, "south": south, "east": east, "north": north}
        if self.note or grid is None:
            shaped["note"] = self.note
        if grid is None:
            shaped.pop("name")
            self.fresh.append(_new_grid(region, one.code, name, clock.today(), **shaped))
            self.report.added += 1
        elif any(getattr(grid, key) != value for key, value in shaped.items()):
            Grid.objects.filter(pk=grid.pk).update(**shaped)
            self.report.changed += 1


def next_code(village: str, kind: str, used: set[str]) -> str:
    """Return the first free grid code of a kind in a village and mark it used; RuleBroken when all are used."""
    for serial in range(rules.FIRST_SERIAL[kind], rules.LAST_SERIAL[kind] + 1):
        code = rules.grid_code(village, serial)
        if code not in used:
            used.add(code)
            return code
    raise RuleBroken("no_free_serial", _("这个村（社区）的网格编号已用完，请联系管理员。"))


@once("places.split_grid")
def split_grid(
    *,
    actor: Doer,
    code: str,
    parts: Sequence[Mapping[str, Any]],
    datum: Datum = "wgs84",
    key: str | None = None,
) -> Grid:
    """Close a grid and make two (or more) from it; returns the closed grid, whose `parts` are the new ones.

    Each part has `geometry` (left out for all, if the grid is not drawn) and `name`. The old code stays in history
    and is never used again. Micro-grids and buildings get codes under the part they lie in (without a point: the
    first); compounds move along. Invalid for wrong shapes, NotFound for a grid that is not standing.
    """
    if not 2 <= len(parts) <= 20:
        raise Invalid({"parts": [_("拆分至少要有两个新网格。")]})
    old = Grid.objects.current().select_for_update().select_related("region").filter(code=code).first()
    if old is None:
        raise NotFound("grid")
    areas = _areas_of_parts(old, parts, datum)
    used = set(Grid.objects.filter(village=old.village).values_list("code", flat=True))
    order = numbering(areas) if areas else range(len(parts))
    made: list[Grid] = []
    for n in order:
        name = clean(str(parts[n].get("name") or ""), max_length=60, field="name")
        part_code = next_code(old.village, old.kind, used)
        name = name or _("%(place)s网格%(n)s") % {
            "place": rules.short_name(old.region.name), "n": part_code[-3:],
        }  # fmt: skip
        made.append(_part(old, part_code, name, areas[n] if areas else None))
    Grid.objects.filter(pk=old.pk).update(valid_to=clock.today(), replaced_by=made[0])
    move_contents(old, made)
    mark_changed()
    record(actor=actor, verb="places.split_grid", obj=old, county=old.county)
    old.refresh_from_db()
    closed: Grid = old
    return closed


def _shape_of(grid: Grid) -> Any:
    geometry: Any = grid.geometry
    return shape(geometry)


def _areas_of_parts(old: Grid, parts: Sequence[Mapping[str, Any]], datum: Datum) -> list[Any]:
    """Return the parts' polygons (none for an undrawn grid): inside the old grid and apart from each other."""
    if not any(part.get("geometry") for part in parts) and not old.is_drawn:
        return []
    areas = [read_area(part.get("geometry"), datum) for part in parts]
    if overlapping_pairs(areas):
        raise Invalid({"parts": [_("新画的网格互相重叠，请改好边界。")]})
    if old.geometry:
        whole = _shape_of(old)
        if any(area.difference(whole).area > 0.02 * area.area for area in areas):
            raise Invalid({"parts": [_("新画的网格超出了原网格的边界，请改好边界。")]})
    return areas


def _part(old: Grid, code: str, name: str, area: Any) -> Grid:
    extra: dict[str, Any] = {"note": old.note, "split_from": old}
    if area is not None:
        west, south, east, north = area.bounds
        extra |= {"geometry": plain(area), "is_drawn": True}
        extra |= {"west": west, "south": south, "east": east, "north": north}
    grid = _new_grid(old.region, code, name, clock.today(), **extra)
    grid.save(force_insert=True)
    return grid
