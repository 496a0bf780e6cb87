"""Outlines of divisions: matched by code and edition, checked for shape and datum, shown without gaps."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner, Result
from django.db import connection
from django.test.utils import CaptureQueriesContext
from shapely import unary_union
from shapely.geometry import mapping, shape

from jinlin.audit.models import AuditEntry
from jinlin.cli.import_places import group
from jinlin.kernel.errors import Invalid
from jinlin.kernel.geo import from_wgs84
from jinlin.people.access import SYSTEM
from jinlin.places import actions
from jinlin.places.models import Boundary
from jinlin.places.queries.outlines import known_outlines, outlines, published
from tests.places import IN_2016, IN_2023, SHIPPED, collection, feature, shared, square
from tests.places.conftest import CITY, COUNTY, TOWN

pytestmark = pytest.mark.django_db
HUAIYANG = "411603000000"


def load(*features: Any, datum: Any = "wgs84", **more: Any) -> Any:
    return actions.import_boundaries(collection(*features), datum=datum, **more)


def shifted(geometry: Any, datum: Any) -> Any:
    rings = [[list(from_wgs84(lon, lat, datum)) for lon, lat in ring] for ring in geometry["coordinates"]]
    return {"type": "Polygon", "coordinates": rings}


def problem(report: Any) -> str:
    assert report.refused == len(report.problems) == 1
    return str(report.problems[0].sentence)


@pytest.mark.parametrize("name", ["code", "adcode", "adcode_2023"])
@pytest.mark.parametrize("value", ["411602", 411602, "411602000000"])
def test_a_unit_is_found_by_any_of_its_codes(county: str, name: str, value: Any) -> None:
    report = load(feature(dict(published()[COUNTY]), name="川汇区", **{name: value}))
    assert report.counts() == {"read": 1, "added": 1, "changed": 0, "refused": 0}
    row = Boundary.objects.get(region__code=COUNTY)
    assert (row.datum, row.region.name) == ("wgs84", "川汇区")
    assert row.region.west < row.region.east


def test_again_changes_nothing_and_another_shape_is_a_change(county: str) -> None:
    one, other = feature(square(114.6, 33.6), code=TOWN), feature(square(114.6, 33.6, 0.02), code=TOWN)
    load(one)
    assert load(one).counts() == {"read": 1, "added": 0, "changed": 0, "refused": 0}
    assert load(other).counts() == {"read": 1, "added": 0, "changed": 1, "refused": 0}
    assert shape(dict(outlines([TOWN])[TOWN].geometry)).equals_exact(shape(other["geometry"]), 1e-7)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_other_datums_are_stored_as_wgs84(county: str, datum: Any) -> None:
    wanted = square(114.6, 33.6)
    load(feature(shifted(wanted, datum), code=TOWN), datum=datum)
    kept = Boundary.objects.get().geometry
    assert shape(kept).equals_exact(shape(wanted), 1e-6)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        ("nothing", "不是 GeoJSON 的 Feature"),
        (feature(square(114, 33)), "没有写明是哪里"),
        (feature(square(114, 33), code="4116021"), "应为 6、9 或 12 位"),
        (feature(square(114, 33), code="999999"), "应为 6、9 或 12 位"),
        (feature(square(114, 33), code="410100"), "没有编码为 410100000000 的区划"),
        (feature(square(114, 33), code=TOWN, name="荷花路街道"), "请核对编码"),
        (feature(None, code=TOWN), "必须是多边形"),
        (feature({"type": "Point", "coordinates": [114, 33]}, code=TOWN), "必须是多边形"),
        (feature(square(3_720_000, 500_000), code=TOWN), "不像经纬度"),
        (feature(square(33.6, 114.6), code=TOWN), "好像填反了"),
        (
            feature({"type": "Polygon", "coordinates": [[[114, 33], [115, 34], [115, 33], [114, 34], [114, 33]]]}, code=TOWN),
            "自己交叉",
        ),
        (feature({"type": "Polygon", "coordinates": [[[114, 33], [115, 34], [115, 33]]]}, code=TOWN), "没有闭合"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_row(county: str, one: Any, words: str) -> None:
    report = load(feature(square(114.6, 33.6), code=COUNTY), one, sure=True)
    assert report.counts() == {"read": 2, "added": 1, "changed": 0, "refused": 1}
    assert report.problems[0].line == 2
    assert "第 2 个边界" in problem(report)
    assert words in problem(report)


def test_twice_the_same_unit_and_overlaps(county: str) -> None:
    report = load(
        feature(square(114.6, 33.6), code="411602002001"),
        feature(square(114.7, 33.6), code="411602002001"),
        feature(square(114.605, 33.6), code="411602002002"),
    )
    assert report.counts() == {"read": 3, "added": 1, "changed": 0, "refused": 2}
    assert "与第 1 个是同一个区划" in report.problems[0].sentence
    assert "与第 1 个重叠" in report.problems[1].sentence


@pytest.mark.parametrize(
    ("extra", "source", "words"),
    [
        ({"name": "counties_gcj02"}, "", "文件写明坐标系是 gcj02"),
        ({"datum": "BD-09"}, "", "文件写明坐标系是 bd09"),
        ({}, "outlines_gcj02.geojson", "文件写明坐标系是 gcj02"),
        ({"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}}, "", "投影坐标"),
        ({"crs": {"properties": {"name": "EPSG:3857"}}}, "", "投影坐标"),
        ({"features": []}, "", "没有边界"),
    ],
)
def test_a_file_that_says_otherwise_is_refused_whole(
    county: str, extra: Any, source: str, words: str
) -> None:
    whole = collection(feature(square(114.6, 33.6), code=TOWN)) | extra
    with pytest.raises(Invalid, match=words):
        actions.import_boundaries(whole, datum="wgs84", source=source)
    assert not Boundary.objects.exists()


def test_degrees_said_in_full_pass(county: str) -> None:
    whole = collection(feature(square(114.6, 33.6), code=TOWN))
    whole |= {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}}
    assert actions.import_boundaries(whole, datum="wgs84").added == 1


def test_a_wrong_datum_is_seen_where_the_place_is_known(county: str) -> None:
    one = feature(shifted(published()[COUNTY], "gcj02"), code=COUNTY)
    for wrong in ("wgs84", "bd09"):
        with pytest.raises(Invalid, match="按 gcj02 读则吻合"):
            load(one, datum=wrong)
    assert not Boundary.objects.exists()
    assert load(one, datum="gcj02").added == 1
    assert load(feature(dict(published()[COUNTY]), code=COUNTY), datum="gcj02", sure=True).changed == 1


def test_a_gone_code_leads_to_its_only_successor() -> None:
    for text, day in ((IN_2016, date(2016, 7, 31)), (IN_2023, date(2023, 6, 30))):
        actions.import_divisions(text.encode(), as_of=day)
    home = dict(published()[HUAIYANG])
    report = load(feature(home, adcode="411626", name="淮阳县"))
    assert (report.added, report.refused) == (1, 0)
    assert "411626000000 已改为 411603000000" in report.notes[0]
    assert Boundary.objects.get().region.code == HUAIYANG
    report = load(feature(home, adcode="411626"), as_of=date(2020, 1, 1))
    assert report.added == 1
    assert Boundary.objects.get(region__code="411626000000").region.valid_to == date(2023, 6, 30)
    assert "那一天" in problem(load(feature(home, adcode="411626"), as_of=date(2024, 1, 1)))


def test_imported_outlines_go_before_shipped_ones_and_make_those_above(county: str) -> None:
    assert outlines([COUNTY])[COUNTY].geometry == published()[COUNTY]
    load(feature(square(114.6, 33.6), code=COUNTY), sure=True)
    assert shape(dict(outlines([COUNTY])[COUNTY].geometry)).equals_exact(shape(square(114.6, 33.6)), 1e-7)
    load(
        feature(square(114.6, 33.6), code="411602002001"), feature(square(114.61, 33.6), code="411602002002")
    )
    town = shape(known_outlines([TOWN])[TOWN])
    assert town.equals(shape(square(114.6, 33.6)).union(shape(square(114.61, 33.6))))
    whole = unary_union([shape(dict(one)).buffer(0) for code, one in published().items() if code != COUNTY])
    assert shape(known_outlines([CITY])[CITY]).area == pytest.approx(whole.area, rel=0.01)


def test_many_points_become_fewer_without_gaps(county: str) -> None:
    def wavy(west: float, code: str) -> Any:
        lines = shape(square(west, 33.6)).segmentize(0.00001)
        return feature(json.loads(json.dumps(mapping(lines))), code=code)

    load(wavy(114.6, "411602002001"), wavy(114.61, "411602002002"))
    found = outlines(["411602002001", "411602002002"])
    left, right = (shape(dict(one.geometry)) for one in found.values())
    assert len(left.exterior.coords) < 20
    assert left.intersection(right).length == pytest.approx(0.01)


def test_the_import_is_written_down_and_needs_few_queries(county: str) -> None:
    load(feature(square(114.6, 33.6), code=TOWN), actor=SYSTEM, source="测绘院")
    assert "测绘院" in AuditEntry.objects.get(verb="places.import_boundaries").purpose
    with CaptureQueriesContext(connection) as asked:
        outlines([TOWN, "411602003000"])
        outlines([TOWN, "411602003000"])
    assert len(asked) <= 3


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["boundaries", *words])


def counts(result: Result) -> list[int]:
    return list(json.loads(result.stdout.strip().splitlines()[-1]).values())


def test_the_command(county: str, tmp_path: Path) -> None:
    file = tmp_path / "outlines.geojson"
    body = json.dumps(collection(feature(square(114.6, 33.6), code=TOWN), feature(None, code=COUNTY)))
    file.write_text(body, encoding="utf-8")
    result = run(str(file))
    assert (result.exit_code, counts(result)) == (1, [0, 0, 0, 0])
    assert "--datum" in result.stderr
    assert run(str(file), "--datum", "utm").exit_code == 2
    result = run(str(file), "--datum", "wgs84", "--report", str(tmp_path / "refused.csv"))
    assert (result.exit_code, counts(result)) == (0, [2, 1, 0, 1])
    assert "第 2 个边界" in result.stderr
    assert "2/2" in result.stderr
    assert (tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()[1].startswith("2,")
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(body.encode()))
    assert counts(run(str(packed), "--datum", "wgs84")) == [2, 0, 0, 1]
    assert Boundary.objects.get().source == "outlines.geojson"


def test_a_file_of_which_nothing_was_taken_is_no_success(county: str, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.geojson"
    away = [feature(square(114.6 + at, 33.6), code=code) for at, code in enumerate(("420102", "420103"))]
    file.write_text(json.dumps(collection(*away)), encoding="utf-8")
    result = run(str(file), "--datum", "wgs84")
    assert (result.exit_code, counts(result)) == (1, [2, 0, 0, 2])
    assert "jinlin import divisions" in result.stderr
    assert not Boundary.objects.exists()


def test_a_broken_file_ends_with_counts_and_one(tmp_path: Path) -> None:
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    result = run(str(bad), "--datum", "wgs84")
    assert (result.exit_code, counts(result)) == (1, [0, 0, 0, 0])
    assert "GeoJSON" in result.stderr


@pytest.mark.parametrize("datum", ["gcj02", "wgs84"])
def test_published_county_files_load(datum: str) -> None:
    file = shared(f"boundary_zhoukou_counties_{datum}.geojson.gz")
    actions.import_divisions(SHIPPED / "zhoukou_2023.csv.gz", as_of=date(2023, 6, 30))
    other = "wgs84" if datum == "gcj02" else "gcj02"
    assert run(str(file), "--datum", other).exit_code == 1
    assert counts(run(str(file), "--datum", datum)) == [10, 10, 0, 0]
    assert counts(run(str(file), "--datum", datum)) == [10, 0, 0, 0]
    again = shared(f"boundary_zhoukou_counties_{other}.geojson.gz")
    assert counts(run(str(again), "--datum", other)) == [10, 0, 0, 0], (
        "one outline, whatever the datum of the file"
    )


def test_two_names_never_share_a_point(county: str) -> None:
    whole, inside = square(114.6, 33.6, 0.02), square(114.608, 33.608, 0.004)
    actions.import_grids(
        collection(
            feature(whole, village="411602002001", name="大网格"),
            feature(inside, village="411602002001", name="市场", kind="exclusive"),
        ),
        datum="wgs84",
    )
    basic, market = (
        outlines(["411602002001001", "411602002001901"])[code].at
        for code in ("411602002001001", "411602002001901")
    )
    assert shape(inside).contains(shapely.Point(market))
    assert not shape(inside).intersects(shapely.Point(basic))
    assert shape(whole).contains(shapely.Point(basic))
