"""Rows out of CSV, parquet and GeoJSON, each with the number a person finds it by; refusals one by one, in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from django.utils.translation import gettext as _

from jinlin.circle.files.datums import NAMES
from jinlin.circle.opening import read_hours
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.geo import Datum
from jinlin.kernel.tables import Problem, read_bytes, read_table, unpack, wrong_file
from jinlin.kernel.text import clean, clean_point
from jinlin.places import queries as places
from jinlin.places.actions import ImportReport
from jinlin.places.rules import is_region_code

DATUMS: Final[tuple[Datum, ...]] = ("wgs84", "gcj02", "bd09")
MOST: Final = 2_000_000
Progress = Callable[[int, int], None]
YES: Final = frozenset({"1", "true", "yes", "y", "是", "有"})  # data
NO: Final = frozenset({"0", "false", "no", "n", "否", "无"})  # data


@dataclass(frozen=True)
class Origin:
    """Where a file comes from: county it is for, datum of its coordinates, who made it, when it was true."""

    county: str
    datum: Datum
    source: str
    as_of: date | None = None
    licence: str = ""
    is_demo: bool = False

    @property
    def day(self) -> date:
        """The day the file stands for; today when it was not said."""
        return self.as_of or clock.today()


@dataclass
class Read:
    """A row: its number in the file, its words by lower-case column name, its GeoJSON geometry if it has one."""

    line: int
    words: Mapping[str, Any]
    geometry: Any = None

    def text(self, name: str, most: int, *, required: bool = False) -> str:
        """Return a cleaned word; Invalid names the column."""
        value = self.words.get(name)
        try:
            return clean("" if value is None else str(value), max_length=most, field=name, required=required)
        except Invalid as error:
            words = {"column": name, "what": error.message}
            raise Invalid({name: [_("%(column)s 列：%(what)s") % words]}) from error

    def flag(self, name: str) -> bool | None:
        """Return yes, no, or None when nothing is said."""
        word = self.text(name, 10).lower()
        if word in ("", "none", "nan"):
            return None
        if word in YES | NO:
            return word in YES
        raise Invalid(
            {name: [_("%(column)s 列的“%(value)s”看不懂，请填 是 或 否。") % {"column": name, "value": word}]}
        )

    def whole(self, name: str, most: int, *, required: bool = False) -> int | None:
        """Return a whole number from 0 on."""
        word = self.text(name, 20, required=required)
        if not word:
            return None
        try:
            number = float(word)
        except ValueError:
            number = -1.0
        if not (number == int(number) and 0 <= number <= most) if number == number else True:
            words = {"column": name, "value": word, "most": most}
            raise Invalid({name: [_("%(column)s 列的“%(value)s”不对，请填 0 到 %(most)d 的整数。") % words]})
        return int(number)

    def choice(self, name: str, known: Iterable[str], fallback: str) -> str:
        """Return one of the known words."""
        word = self.text(name, 20).lower() or fallback
        if word not in known:
            words = {"column": name, "value": word, "known": "、".join(known)}
            raise Invalid({name: [_("%(column)s 列的“%(value)s”不认识，请填 %(known)s 之一。") % words]})
        return word

    def day(self, name: str) -> date | None:
        """Return a date."""
        word = self.text(name, 30)
        if not word:
            return None
        try:
            return date.fromisoformat(word[:10])
        except ValueError as error:
            raise Invalid({name: [_("%(column)s 列的日期请写成 2026-03-01。") % {"column": name}]}) from error

    def hours(self) -> str:
        """Return opening hours that can be read."""
        word = self.text("hours", 120)
        read_hours(word)
        return word

    def spot(self, datum: Datum) -> tuple[float, float]:
        """Return where the row is, in WGS 84: its lon and lat, or its Point."""
        self.same_datum(datum)
        lon, lat = self.words.get("lon"), self.words.get("lat")
        if isinstance(self.geometry, Mapping) and self.geometry.get("type") == "Point":
            found = [*list(self.geometry.get("coordinates") or ()), None, None]
            lon, lat = found[0], found[1]
        if lon in (None, "") or lat in (None, ""):
            raise Invalid({"lon": [_("没有坐标，请填写 lon、lat 两列（度）。")]})
        return clean_point(lon, lat, datum)

    def same_datum(self, datum: Datum) -> None:
        """Refuse a row that says another datum than the one the file was declared in."""
        said = str(self.words.get("datum") or self.words.get("coord_source") or "").strip().lower()
        if said and said not in NAMES[datum]:
            words = {"said": said, "datum": datum}
            raise Invalid(
                {"datum": [_("这一行写明坐标系是 %(said)s，导入时选的却是 %(datum)s，请先统一。") % words]}
            )


@dataclass
class Place:
    """The codes a point lies in."""

    county: str
    town: str
    village: str
    grid: str = ""

    def columns(self) -> dict[str, str]:
        """Return the columns of a row."""
        return {"county": self.county, "town": self.town, "village": self.village, "grid": self.grid}


def place_of(read: Read, lon: float, lat: float, county: str) -> Place:
    """Return where a point lies: by the drawn grids, else by the row's village; Invalid outside of the county."""
    hit = places.locate(lon, lat)
    if hit is not None:
        found = Place(hit.county, hit.town, hit.village, hit.code)
    else:
        code = read.text("village", 12)
        if not (is_region_code(code) and places.stands(code) and code[9:] != "000"):
            sentence = _("这个点不在任何已画的网格里，请在 village 列写明 12 位社区（村）编码。")
            raise Invalid({"village": [sentence]})
        found = Place(code[:6] + "000000", code[:9] + "000", code, places.default_grid_code(code))
    if found.county != county:
        where = places.area_name(found.county)
        raise Invalid({"lon": [_("这个点在%(where)s，不在所选的县（市、区）里。") % {"where": where}]})
    return found


@dataclass
class Table:
    """What a file holds, and which of its lines could not be read."""

    rows: list[Read]
    problems: list[Problem] = field(default_factory=list)


def read_file(path: Path | str | Mapping[str, Any], needed: tuple[str, ...] = ()) -> Table:
    """Return the rows of a CSV (plain or gzip), parquet or GeoJSON file, or of a GeoJSON dictionary."""
    if isinstance(path, Mapping):
        return _features(path)
    path = Path(path)
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        return _parquet(path, needed)
    if name.endswith((".geojson", ".json", ".geojson.gz")):
        try:
            return _features(json.loads(unpack(path.read_bytes()).decode("utf-8-sig")))
        except (OSError, ValueError, RecursionError) as error:
            raise wrong_file(_("文件不是有效的 GeoJSON，请重新导出（UTF-8 编码）。")) from error
    table = read_table(read_bytes(path))
    _require(table.columns, needed)
    rows = [
        Read(line, {name: cells[at] if at < len(cells) else "" for at, name in enumerate(table.columns)})
        for line, cells in table.rows
    ]
    return Table(rows, table.problems)


def _require(columns: Iterable[str], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in set(columns)]
    if missing:
        raise wrong_file(_("第 1 行没有这些列：%(names)s，请补上。") % {"names": "、".join(missing)})


def _parquet(path: Path, needed: tuple[str, ...]) -> Table:
    import pyarrow.parquet as pq  # noqa: PLC0415  slow to import

    try:
        found = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise wrong_file(_("文件不是有效的 parquet，请重新导出，或改用 CSV。")) from error
    _require([name.lower() for name in found.column_names], needed)
    rows = [{name.lower(): value for name, value in row.items()} for row in found.to_pylist()]
    return Table([Read(number, row) for number, row in enumerate(rows, 1)])


def _features(geojson: Any) -> Table:
    features = geojson.get("features") if isinstance(geojson, Mapping) else None
    if not isinstance(features, list) or not features:
        raise wrong_file(_("文件不是 GeoJSON 的 FeatureCollection，或里面没有内容，请重新导出。"))
    rows, problems = [], []
    for line, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, Mapping) else None
        if not isinstance(feature, Mapping) or not isinstance(properties or {}, Mapping):
            problems.append(Problem(line, _("第 %(line)d 行：不是 GeoJSON 的 Feature。") % {"line": line}))
            continue
        words = {str(name).lower(): value for name, value in (properties or {}).items()}
        rows.append(Read(line, words, feature.get("geometry")))
    return Table(rows, problems)


def checked(origin: Origin) -> Origin:
    """Return the origin when it can be used; Invalid says what is missing."""
    if origin.datum not in DATUMS:
        raise Invalid({"datum": [_("请写明坐标系：wgs84、gcj02 或 bd09；选错会偏 500 米。")]})
    code = origin.county
    if not (is_region_code(code) and code.endswith("000000") and code[4:6] != "00" and places.stands(code)):
        raise Invalid({"county": [_("请填写县（市、区）的 12 位区划代码，并先导入区划表。")]})
    clean(origin.source, max_length=200, field="source", required=True)
    return origin


def each_row(
    table: Table, report: ImportReport, take: Callable[[Read], str], progress: Progress | None
) -> None:
    """Let `take` have every row ("added", "changed" or "same"); what it refuses becomes a sentence with the number."""
    report.read += len(table.rows) + len(table.problems)
    report.problems += table.problems
    for done, row in enumerate(table.rows, 1):
        try:
            kind = take(row)
        except (Invalid, NotFound) as error:
            words = {"line": row.line, "what": error.message}
            report.problems.append(Problem(row.line, _("第 %(line)d 行：%(what)s") % words))
        else:
            report.added += kind == "added"
            report.changed += kind == "changed"
        if progress is not None:
            progress(done, len(table.rows))
    report.problems.sort(key=lambda problem: problem.line)
    report.refused = len(report.problems)


def updated(row: Any, values: Mapping[str, Any]) -> bool:
    """Give a row new values and save it; False when it had them all (coordinates to a decimetre)."""
    changed = [name for name, value in values.items() if not _equal(getattr(row, name), value)]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) < 1e-6
    return bool(old == new)
