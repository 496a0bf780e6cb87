"""Reads drawn grids out of GeoJSON and checks each by itself: shape, datum, codes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape

from jinlin.kernel.errors import Invalid
from jinlin.kernel.geo import CHINA, Datum, inside, to_wgs84
from jinlin.kernel.tables import read_bytes, wrong_file
from jinlin.kernel.text import clean
from jinlin.places import rules
from jinlin.places.queries.outlines import known_outlines
from jinlin.places.rules.shapes import ShapeFault, read_polygon

MOST_GRIDS: Final = 100_000
NEAR: Final = 0.002  # degrees, some 200 m: how far a county's simplified outline may be off
FAR: Final = 0.2  # degrees, some 20 km: no border is off by that much
DATUMS: Final[tuple[Datum, ...]] = ("wgs84", "gcj02", "bd09")


@dataclass(slots=True)
class Drawn:
    """One feature that passed the checks of shape, datum and codes; `code` is empty until it is numbered."""

    line: int
    area: Any
    raw: Any  # as the file has it, before the datum was converted
    village: str
    code: str
    name: str
    kind: str


def read_geojson(path: Path | str) -> dict[str, Any]:
    """Return a GeoJSON file (plain or gzip) as a dictionary; Invalid if it is none."""
    try:
        found = json.loads(read_bytes(path).decode("utf-8-sig"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise wrong_file(_("文件不是有效的 GeoJSON，请重新导出（UTF-8 编码）。")) from error
    if not isinstance(found, dict):
        raise wrong_file(_("文件不是有效的 GeoJSON，请重新导出（UTF-8 编码）。"))
    return found


def _no_number(word: str) -> float:
    raise ValueError(word)


def features_of(geojson: Any, datum: Datum) -> list[Any]:
    """Return the features; Invalid if it is no FeatureCollection or states another datum than `datum`."""
    features = geojson.get("features") if isinstance(geojson, Mapping) else None
    if not isinstance(features, list) or not features:
        raise wrong_file(_("文件不是 GeoJSON 的 FeatureCollection，或里面没有网格，请重新导出。"))
    if len(features) > MOST_GRIDS:
        raise wrong_file(_("文件太大，请分成几个文件导入。"))
    if datum not in DATUMS:
        raise Invalid({"datum": [_("坐标系不认识，请使用 wgs84、gcj02 或 bd09。")]})
    stated = str(geojson.get("datum") or datum).lower().replace("-", "")
    if stated != datum:
        words = {"stated": stated[:20], "datum": datum}
        raise wrong_file(_("文件写明坐标系是 %(stated)s，选择的却是 %(datum)s，请核对后再导入。") % words)
    return features


def read_feature(line: int, feature: Any, datum: Datum) -> Drawn:
    """Return one checked feature; Invalid with one sentence."""
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties") or {}, Mapping):
        raise Invalid({"row": [_("这一项不是 GeoJSON 的 Feature。")]})
    properties = feature.get("properties") or {}
    code = str(properties.get("code") or "").strip()
    if code and not rules.is_grid_code(code):
        raise Invalid(
            {"code": [_("网格编码“%(code)s”不对，应为 15 位，可以留空由系统编号。") % {"code": code[:20]}]}
        )
    village = str(properties.get("village") or code[:12]).strip()
    if not rules.is_region_code(village) or rules.level_of(village) != 5:
        raise Invalid({"village": [_("没有写明属于哪个村或社区，请在 village 填写 12 位编码。")]})
    if code and code[:12] != village:
        words = {"code": code, "village": village}
        raise Invalid({"village": [_("网格编码 %(code)s 不属于 %(village)s，请改正其中一个。") % words]})
    kind = str(properties.get("kind") or (rules.grid_kind(code) if code else rules.BASIC))
    if kind not in rules.FIRST_SERIAL or (code and kind != rules.grid_kind(code)):
        raise Invalid(
            {"kind": [_("类型不对：基本网格写 basic（001-899），专属网格写 exclusive（901-999）。")]}
        )
    name = clean(str(properties.get("name") or ""), max_length=60, field="name")
    raw = read_raw(feature.get("geometry"))
    return Drawn(line, to_datum(raw, datum), raw, village, code, name, kind)


def read_area(geometry: Any, datum: Datum) -> Any:
    """Return the polygon of a GeoJSON geometry in WGS84; Invalid with the sentence of its fault."""
    return to_datum(read_raw(geometry), datum)


def read_raw(geometry: Any) -> Any:
    """Return the polygon of a GeoJSON geometry as it stands there; Invalid for a bad shape or other units."""
    try:
        area = read_polygon(geometry)
    except ShapeFault as fault:
        raise Invalid({"geometry": [_sentence(fault.code)]}) from fault
    west, south, east, north = area.bounds
    if not (inside(CHINA, west, south) and inside(CHINA, east, north)):
        if inside(CHINA, south, west) and inside(CHINA, north, east):
            raise Invalid({"geometry": [_("经度和纬度好像填反了，请对调后再导入。")]})
        raise Invalid({"geometry": [_("坐标不像经纬度，请导出为经纬度（度）再导入。")]})
    return area


def _sentence(code: str) -> str:
    return {
        "no_polygon": _("图形必须是多边形，请检查图形。"),
        "not_closed": _("多边形没有闭合，请让最后一个点与第一个点相同。"),
        "not_numbers": _("坐标里有不是数字的内容，请检查图形。"),
        "crossing": _("多边形自己交叉，请在绘图软件里修好。"),
        "too_many": _("多边形的点太多，请先简化再导入。"),
    }[code]


def to_datum(area: Any, datum: Datum) -> Any:
    """Return a polygon of a datum in WGS84."""
    if datum == "wgs84":
        return area
    return shapely.transform(
        area, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], datum))
    )


def datum_faults(drawn: Sequence[Drawn], datum: Datum) -> dict[int, str]:
    """Return {line: sentence} for grids outside the outline of their county, where an outline is known.

    Refused are grids that lie far off, and grids a little outside if another datum would bring all grids that the
    file has in that county home. Others pass: published outlines are simplified, and townships change county.
    """
    by_county: defaultdict[str, list[Drawn]] = defaultdict(list)
    for one in drawn:
        by_county[rules.county_of(one.village)].append(one)
    faults: dict[int, str] = {}
    known = known_outlines(list(by_county))
    for county, several in by_county.items():
        outline = known.get(county)
        if outline is not None:
            faults |= _outside(shape(dict(outline)), several, datum)
    return faults


def _outside(home: Any, drawn: Sequence[Drawn], datum: Datum) -> dict[int, str]:
    off = {one.line: home.distance(one.area.representative_point()) for one in drawn}
    if max(off.values()) <= NEAR:
        return {}
    words = {"datum": datum, "better": _better_datum(home, drawn, datum)}
    if words["better"]:
        sentence = (
            _("按 %(datum)s 读，网格落在所属县区范围之外；按 %(better)s 读则在其内，请核对坐标系。") % words
        )
        return {line: sentence for line, degrees in off.items() if degrees > NEAR}
    sentence = _("网格离所属县区很远，请核对 village 编码和坐标系（现为 %(datum)s）。") % words
    return {line: sentence for line, degrees in off.items() if degrees > FAR}


def _better_datum(home: Any, drawn: Sequence[Drawn], datum: Datum) -> str:
    for other in DATUMS:
        if other != datum and all(
            home.distance(to_datum(one.raw, other).representative_point()) <= NEAR / 4 for one in drawn
        ):
            return other
    return ""


def plain(area: Any) -> Any:
    """Return a polygon as GeoJSON with lists and seven decimals (a centimetre), equal to what is read back."""
    return _lists(mapping(shapely.transform(area, lambda points: np.round(points, 7))))


def _lists(geometry: Any) -> Any:
    if isinstance(geometry, Mapping):
        return {key: _lists(value) for key, value in geometry.items()}
    return [_lists(one) for one in geometry] if isinstance(geometry, list | tuple) else geometry
