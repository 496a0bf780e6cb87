"""Outlines of published units: read from GeoJSON, matched by code and edition, kept in WGS84."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape

from jinlin.audit.actions import Doer, record
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.geo import Datum
from jinlin.kernel.tables import Problem, wrong_file
from jinlin.kernel.text import clean
from jinlin.places import rules
from jinlin.places.actions.divisions import ImportReport, Progress
from jinlin.places.actions.drawn import DATUMS, plain, read_raw, to_datum
from jinlin.places.actions.version import mark_changed
from jinlin.places.models import Boundary, Region
from jinlin.places.queries.outlines import known_outlines
from jinlin.places.rules.shapes import overlapping_pairs

MOST: Final = 60_000  # outlines in one file; Henan has 55,164 units of all levels
SAME: Final = 2e-6  # degrees, 20 cm
CLEARLY: Final = (
    0.75  # another datum fits that much better: sources differ by 1-4 % of an area, datums by 4-10 %
)
_CODES: Final = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}")
_SAYS: Final = {  # how files name a datum
    "wgs84": re.compile(r"wgs[-_ ]?84|epsg:{1,2}4326|cgcs2000|epsg:{1,2}4490", re.I),
    "gcj02": re.compile(r"gcj[-_ ]?02", re.I),
    "bd09": re.compile(r"bd[-_ ]?09", re.I),
}
_PROJECTED: Final = re.compile(r"epsg:{1,2}(?!4326\b|4490\b|4979\b|4258\b)\d+", re.I)


@dataclass(slots=True)
class _Outline:
    """One feature that passed the checks of shape and codes."""

    line: int
    raw: Any  # as the file has it
    area: Any  # in WGS84
    code: str
    name: str
    region: Region | None = None


def import_boundaries(
    geojson: Mapping[str, Any],
    *,
    datum: Datum,
    source: str = "",
    as_of: date | None = None,
    sure: bool = False,
    actor: Doer | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring outlines of divisions in from a FeatureCollection of (Multi)Polygons in the stated datum.

    A feature is for the unit of its `code`, `adcode_<year>` (newest first) or `adcode` (6, 9 or 12 digits) that stood
    on `as_of` (default: today; a code that is gone leads to its only successor). Wrong features are refused with one
    sentence; the others go in together. Running it again changes nothing. Invalid when the file as a whole is no
    FeatureCollection, says itself that it is in another datum or in metres, or fits what is known of these places
    clearly better by another datum; the last is left to the caller's judgement with `sure`.
    """
    features = _features(geojson, datum, source)
    report = ImportReport(read=len(features))
    outlines: list[_Outline] = []
    for line, feature in enumerate(features, start=1):
        try:
            outlines.append(_read(line, feature, datum))
        except Invalid as error:
            _refuse(report, line, error.message)
        if progress is not None:
            progress(line, len(features))
    outlines = _Matching(outlines, as_of, report).run()
    if not sure:
        _check_datum(outlines, datum)
    with transaction.atomic():
        _keep(outlines, datum, source[:300], report)
        report.problems.sort(key=lambda problem: problem.line)
        report.refused = len(report.problems)
        if report.added or report.changed:
            mark_changed()
            if actor is not None:
                n = report.added + report.changed
                purpose = _("导入边界 %(n)d 个，来源 %(source)s") % {"n": n, "source": source[:60]}
                record(actor=actor, verb="places.import_boundaries", obj=None, purpose=purpose)
    return report


def _refuse(report: ImportReport, line: int, sentence: str) -> None:
    report.problems.append(
        Problem(line, _("第 %(line)d 个边界：%(what)s") % {"line": line, "what": sentence})
    )


def _features(geojson: Any, datum: str, source: str) -> list[Any]:
    features = geojson.get("features") if isinstance(geojson, Mapping) else None
    if not isinstance(features, list) or not features:
        raise wrong_file(_("文件不是 GeoJSON 的 FeatureCollection，或里面没有边界，请重新导出。"))
    if len(features) > MOST:
        raise wrong_file(_("文件太大，请分成几个文件导入。"))
    if datum not in DATUMS:
        raise Invalid({"datum": [_("坐标系不认识，请使用 wgs84、gcj02 或 bd09。")]})
    crs = str(geojson.get("crs") or "")
    if _PROJECTED.search(crs):
        raise wrong_file(_("文件用的是投影坐标（米），请导出为经纬度（度）再导入。"))
    told = " ".join(str(geojson.get(key) or "") for key in ("datum", "name")) + " " + source
    stated = [name for name, pattern in _SAYS.items() if pattern.search(told)]
    if stated and datum not in stated:
        words = {"stated": "、".join(stated), "datum": datum}
        raise wrong_file(_("文件写明坐标系是 %(stated)s，选择的却是 %(datum)s，请核对后再导入。") % words)
    return features


def _read(line: int, feature: Any, datum: Datum) -> _Outline:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        raise Invalid({"row": [_("这一项不是 GeoJSON 的 Feature，或没有属性。")]})
    code = _code(properties)
    name = clean(str(properties.get("name") or ""), max_length=60, field="name")
    raw = read_raw(feature.get("geometry"))
    return _Outline(line, raw, to_datum(raw, datum), code, name)


def _code(properties: Mapping[str, Any]) -> str:
    dated = sorted((key for key in properties if re.fullmatch(r"adcode_\d{4}", str(key))), reverse=True)
    given = next((properties[key] for key in ("code", *dated, "adcode") if properties.get(key)), "")
    code = str(given).strip()
    whole = code.ljust(12, "0")
    if not _CODES.fullmatch(code) or not rules.is_region_code(whole):
        if not code:
            raise Invalid({"code": [_("没有写明是哪里，请在 code 或 adcode 填写区划编码。")]})
        raise Invalid({"code": [_("区划编码“%(code)s”不对，应为 6、9 或 12 位数字。") % {"code": code[:20]}]})
    return whole


class _Matching:
    """From codes to rows of the tree: the unit of the day, or the only one that took its place."""

    def __init__(self, outlines: list[_Outline], as_of: date | None, report: ImportReport) -> None:
        self.outlines = outlines
        self.as_of = as_of
        self.report = report
        self.versions: defaultdict[str, list[Region]] = defaultdict(list)
        codes = {one.code for one in outlines}
        rows = Region.objects.filter(code__in=codes).select_related("replaced_by").order_by("valid_from")
        for row in rows:
            self.versions[row.code].append(row)

    def run(self) -> list[_Outline]:
        """Return the outlines that belong to a unit and overlap no earlier one of their level."""
        kept: list[_Outline] = []
        taken: dict[Any, int] = {}
        for one in self.outlines:
            sentence = self._fault(one, taken)
            if sentence:
                _refuse(self.report, one.line, sentence)
            else:
                assert one.region is not None
                taken[one.region.pk] = one.line
                kept.append(one)
        return self._apart(kept)

    def _fault(self, one: _Outline, taken: Mapping[Any, int]) -> str:
        versions = self.versions[one.code]
        if not versions:
            words = {"code": one.code, "name": one.name or _("未写名称")}
            return (
                _("没有编码为 %(code)s 的区划（%(name)s），请先导入含它的区划表，旧编码请导入旧表。") % words
            )
        one.region = self._standing(versions)
        if one.region is None:
            return _("%(code)s 在那一天没有对应的区划，请核对日期。") % {"code": one.code}
        if one.name and rules.stem(one.name, one.region.level) not in {row.stem for row in versions}:
            words = {"code": one.code, "here": one.region.name, "there": one.name}
            return _("%(code)s 在区划表里是“%(here)s”，文件里却是“%(there)s”，请核对编码。") % words
        if one.region.pk in taken:
            return _("与第 %(line)d 个是同一个区划，请只保留一个。") % {"line": taken[one.region.pk]}
        return ""

    def _standing(self, versions: Sequence[Region]) -> Region | None:
        if self.as_of is not None:
            return next((row for row in reversed(versions) if _holds(row, self.as_of)), None)
        last = versions[-1]
        heir = last.replaced_by
        if last.valid_to is None or heir is None or heir.valid_to is not None or heir.level != last.level:
            return last
        alone = Region.objects.filter(replaced_by=heir, level=heir.level).count() == 1
        if alone:
            words = {"old": last.code, "new": heir.code, "name": heir.name}
            self.report.notes.append(_("%(old)s 已改为 %(new)s（%(name)s），边界记在新编码下。") % words)
        return heir if alone else last

    def _apart(self, outlines: list[_Outline]) -> list[_Outline]:
        by_level: defaultdict[int, list[_Outline]] = defaultdict(list)
        for one in outlines:
            by_level[rules.level_of(one.code)].append(one)
        refused: set[int] = set()
        for several in by_level.values():
            for i, j in overlapping_pairs([one.area for one in several]):
                if several[i].line not in refused and several[j].line not in refused:
                    refused.add(several[j].line)
                    words = {"line": several[i].line}
                    _refuse(self.report, several[j].line, _("与第 %(line)d 个重叠，请改好边界。") % words)
        return [one for one in outlines if one.line not in refused]


def _holds(row: Region, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to > day)


def _check_datum(outlines: Sequence[_Outline], datum: Datum) -> None:
    """Refuse a file that lies clearly better on what is known of its places when read by another datum."""
    known = known_outlines([one.code for one in outlines])
    pairs = [(one, shape(dict(known[one.code])).buffer(0)) for one in outlines if one.code in known]
    if not pairs:
        return
    off = {other: sum(_off(to_datum(one.raw, other), home) for one, home in pairs) for other in DATUMS}
    better = min(DATUMS, key=lambda other: off[other])
    if better != datum and off[better] < CLEARLY * off[datum]:
        words = {"datum": datum, "better": better}
        raise wrong_file(
            _(
                "按 %(datum)s 读，边界与已知轮廓明显错开；按 %(better)s 读则吻合，请核对坐标系。"
                "确认无误可加 --sure 再导入。"
            )
            % words
        )


def _off(area: Any, home: Any) -> float:
    return float(area.symmetric_difference(home).area / home.area)


def _same(geometry: Any, area: Any) -> bool:
    """Say whether an outline is the kept one: files of one origin differ in the last digit of their conversion."""
    return bool(shape(geometry).equals_exact(area, SAME))


def _keep(outlines: Sequence[_Outline], datum: str, source: str, report: ImportReport) -> None:
    """Write what is new or different; boxes stand in the unit's own row, so that lists needn't read shapes."""
    regions = [one.region for one in outlines]
    old = {row.region_id: row for row in Boundary.objects.filter(region__in=regions)}
    now = clock.now()
    fresh: list[Boundary] = []
    for one in outlines:
        region = one.region
        geometry = plain(one.area)
        before = old.get(region.pk) if region else None
        if region is None or (before is not None and _same(before.geometry, one.area)):
            continue
        west, south, east, north = one.area.bounds
        Region.objects.filter(pk=region.pk).update(west=west, south=south, east=east, north=north)
        facts = {"geometry": geometry, "datum": datum, "source": source, "imported_at": now}
        if before is None:
            fresh.append(Boundary(region=region, **facts))
            report.added += 1
        else:
            Boundary.objects.filter(pk=before.pk).update(**facts)
            report.changed += 1
    Boundary.objects.bulk_create(fresh, batch_size=200)
