"""Drawn grids, default grids, splits, and what lies in a grid."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.geo import from_wgs84
from jinlin.people.access import SYSTEM
from jinlin.places import actions, queries
from jinlin.places.models import Building, Compound, Grid, MicroGrid
from jinlin.places.queries.outlines import published
from tests.places import collection, feature, square
from tests.places.conftest import COUNTY, EAST, TOWN, WEST

HERE = (114.64, 33.62)  # in the middle of 川汇区


def bring(*features: Any, datum: Any = "wgs84") -> actions.ImportReport:
    return actions.import_grids(collection(*features), datum=datum)


def beside(n: int, row: int = 0, size: float = 0.01) -> dict[str, Any]:
    """The n-th square eastwards, `row` rows to the south."""
    return square(HERE[0] + n * size, HERE[1] - row * size, size)


def shift(area: Any, datum: Any) -> Any:
    return shapely.transform(area, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], datum)))


def sentences(report: actions.ImportReport) -> str:
    return "\n".join(problem.sentence for problem in report.problems)


def test_default_grids_are_made_once(county: str) -> None:
    assert actions.make_default_grids(within=county) == 2
    assert actions.make_default_grids() == 0
    grid = queries.grid(EAST + "001")
    assert (grid.name, grid.kind, grid.is_drawn) == ("东社区第一网格", "basic", False)
    assert (grid.county, grid.town, grid.village) == (COUNTY, TOWN, EAST)
    assert queries.default_grid_of(EAST) == grid


def test_numbers_run_west_to_east_and_north_to_south(county: str) -> None:
    cells = [(1, 1), (0, 0), (1, 0), (0, 1)]
    report = bring(*(feature(beside(n, row), village=EAST, name=f"{n}{row}") for n, row in cells))
    assert report.counts() == {"read": 4, "added": 4, "changed": 0, "refused": 0}
    names = {g.name: g.code[-3:] for g in queries.grids_of(EAST)}
    assert names == {"00": "001", "10": "002", "01": "003", "11": "004"}


def test_the_first_drawn_grid_takes_the_place_of_the_default(county: str) -> None:
    actions.make_default_grids()
    report = bring(feature(beside(1), village=EAST), feature(beside(0), village=EAST))
    assert report.counts() == {"read": 2, "added": 1, "changed": 1, "refused": 0}
    first, second = queries.grids_of(EAST)
    assert first.is_drawn
    assert second.is_drawn
    assert first.west < second.west
    assert (first.code[-3:], second.code[-3:]) == ("001", "002")
    assert queries.locate(HERE[0] + 0.005, HERE[1] + 0.005).code == first.code


def test_drawing_twice_changes_nothing(county: str) -> None:
    file = [feature(beside(n), village=EAST) for n in range(3)]
    file.append(feature(square(HERE[0], HERE[1], 0.002), village=EAST, kind="exclusive", name="市场"))
    assert bring(*file).added == 4
    before = list(Grid.objects.order_by("code").values_list("code", "name", "geometry"))
    assert bring(*file).counts() == {"read": 4, "added": 0, "changed": 0, "refused": 0}
    assert list(Grid.objects.order_by("code").values_list("code", "name", "geometry")) == before
    assert [g.code[-3:] for g in queries.grids_of(EAST)] == ["001", "002", "003", "901"]
    moved = feature(square(HERE[0], HERE[1], 0.003), village=EAST, kind="exclusive", name="市场")
    assert bring(moved).counts() == {"read": 1, "added": 0, "changed": 1, "refused": 0}


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_other_datums_are_converted(county: str, datum: Any) -> None:
    there = shift(shape(beside(0)), datum)
    ring = [list(point) for point in there.exterior.coords]
    bring(feature({"type": "Polygon", "coordinates": [ring]}, village=EAST), datum=datum)
    stored = shape(queries.grids_of(EAST)[0].geometry)
    assert stored.symmetric_difference(shape(beside(0))).area < 1e-6 * stored.area


def test_a_wrong_datum_that_leaves_the_county_is_named(county: str) -> None:
    outline = shape(dict(published()[COUNTY]))
    east = max(outline.exterior.coords)  # the easternmost point of the county
    spot = max(getattr(outline.buffer(-0.0015), "geoms", [outline]), key=lambda part: part.area).exterior
    inside = spot.interpolate(spot.project(shape({"type": "Point", "coordinates": east})))
    truth = shape(square(inside.x - 0.0005, inside.y - 0.0005, 0.001))
    shifted = shift(truth, "gcj02")
    geometry = {"type": "Polygon", "coordinates": [[list(p) for p in shifted.exterior.coords]]}
    report = bring(feature(geometry, village=EAST), datum="wgs84")
    assert report.refused == 1
    assert "按 wgs84 读" in sentences(report)
    assert "按 gcj02 读则在其内" in sentences(report)
    assert bring(feature(geometry, village=EAST), datum="gcj02").added == 1


def test_basic_grids_may_not_overlap(county: str) -> None:
    wide = square(HERE[0] + 0.005, HERE[1], 0.01)
    report = bring(
        feature(beside(0), village=EAST),
        feature(wide, village=WEST),
        feature(square(HERE[0] + 0.00998, HERE[1], 0.005), village=WEST, name="只搭上一条缝"),
        feature(wide, village=WEST, kind="exclusive"),
    )
    assert report.counts() == {"read": 4, "added": 3, "changed": 0, "refused": 1}
    assert "第 2 个网格：与基本网格 第 1 个 重叠" in sentences(report)
    again = bring(feature(wide, village=WEST))
    assert f"与基本网格 {EAST}001 重叠" in sentences(again)


@pytest.mark.parametrize(
    ("properties", "geometry", "words"),
    [
        ({"village": EAST}, None, "必须是多边形"),
        ({"village": EAST}, {"type": "Polygon", "coordinates": [beside(0)["coordinates"][0][:-1]]}, "没有闭合"),
        (
            {"village": EAST},
            {"type": "Polygon", "coordinates": [[[114.6, 33.6], [114.7, 33.7], [114.7, 33.6], [114.6, 33.7], [114.6, 33.6]]]},
            "自己交叉",
        ),
        ({"village": EAST}, square(33.62, 114.64), "填反了"),
        ({"village": EAST}, square(500_000, 3_700_000, 100), "不像经纬度"),
        ({"village": EAST}, square(116.4, 39.9), "很远"),
        ({}, beside(0), "哪个村"),
        ({"village": TOWN}, beside(0), "哪个村"),
        ({"village": "411602002099"}, beside(0), "没有编码为"),
        ({"code": "4116"}, beside(0), "15 位"),
        ({"code": EAST + "900"}, beside(0), "15 位"),
        ({"code": EAST + "001", "village": WEST}, beside(0), "不属于"),
        ({"code": EAST + "001", "kind": "exclusive"}, beside(0), "类型不对"),
        ({"village": EAST, "kind": "fancy"}, beside(0), "类型不对"),
        ({"village": EAST, "name": "a\x00b"}, beside(0), "控制字符"),
    ],
)  # fmt: skip
def test_each_wrong_feature_has_its_sentence(county: str, properties: Any, geometry: Any, words: str) -> None:
    report = bring(feature(geometry, **properties))
    assert report.counts() == {"read": 1, "added": 0, "changed": 0, "refused": 1}
    assert sentences(report).startswith("第 1 个网格：")
    assert words in sentences(report)
    assert not Grid.objects.exists()


def test_a_code_twice_and_things_that_are_no_feature(county: str) -> None:
    code = EAST + "005"
    report = bring(feature(beside(0), code=code), feature(beside(3), code=code), "x", None)
    assert report.counts() == {"read": 4, "added": 1, "changed": 0, "refused": 3}
    assert [p.line for p in report.problems] == [2, 3, 4]
    assert "重复" in report.problems[0].sentence


@pytest.mark.parametrize("whole", [{}, [], None, {"features": []}, {"type": "Feature"}, {"features": "x"}])
def test_what_is_no_collection(county: str, whole: Any) -> None:
    with pytest.raises(Invalid):
        actions.import_grids(whole, datum="wgs84")


def test_a_file_that_states_another_datum(county: str) -> None:
    file = collection(feature(beside(0), village=EAST)) | {"datum": "GCJ-02"}
    with pytest.raises(Invalid) as caught:
        actions.import_grids(file, datum="wgs84")
    assert "gcj02" in str(caught.value)


def test_reading_files(tmp_path: Path) -> None:
    good = tmp_path / "a.geojson"
    good.write_bytes(gzip.compress(json.dumps(collection(feature(None))).encode("utf-8-sig")))
    assert actions.read_geojson(good)["features"]
    for raw in (b"{", b"[]", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b""):
        bad = tmp_path / "b.geojson"
        bad.write_bytes(raw)
        with pytest.raises(Invalid):
            actions.read_geojson(bad)


def halves() -> list[dict[str, Any]]:
    west, south = HERE
    left = [
        [west, south],
        [west + 0.005, south],
        [west + 0.005, south + 0.01],
        [west, south + 0.01],
        [west, south],
    ]
    right = [[x + 0.005, y] for x, y in left]
    return [
        {"geometry": {"type": "Polygon", "coordinates": [right]}, "name": "东半"},
        {"geometry": {"type": "Polygon", "coordinates": [left]}, "name": "西半"},
    ]


def test_a_split_closes_the_old_and_makes_two(county: str, tuesday: Any) -> None:
    bring(feature(beside(0), village=EAST))
    code = EAST + "001"
    compound = actions.add_compound(
        actor=SYSTEM, grid_code=code, name="东园", lon=HERE[0] + 0.008, lat=HERE[1] + 0.005
    )
    actions.add_building(
        actor=SYSTEM,
        grid_code=code,
        name="1号楼",
        compound=compound,
        lon=HERE[0] + 0.008,
        lat=HERE[1] + 0.005,
    )
    actions.add_building(actor=SYSTEM, grid_code=code, name="老楼")
    actions.add_micro_grid(actor=SYSTEM, grid_code=code, name="一组", households=12)
    old = actions.split_grid(actor=SYSTEM, code=code, parts=halves(), key="split-once-1")
    again = actions.split_grid(actor=SYSTEM, code=code, parts=halves(), key="split-once-1")
    assert again.pk == old.pk
    assert old.valid_to == old.replaced_by.valid_from
    west, east = old.parts.order_by("code")
    assert [(g.code[-3:], g.name) for g in (west, east)] == [("002", "西半"), ("003", "东半")]
    assert queries.locate(HERE[0] + 0.008, HERE[1] + 0.005).code == east.code
    with pytest.raises(NotFound):
        queries.grid(code)
    assert Compound.objects.get().grid == east
    moved = {b.name: b.code for b in Building.objects.current()}
    assert moved == {"1号楼": east.code + "B00001", "老楼": west.code + "B00001"}
    assert Building.objects.filter(valid_to__isnull=False, replaced_by__isnull=False).count() == 2
    assert MicroGrid.objects.current().get().code == west.code + "01"
    bring(feature(beside(2), village=EAST))
    assert queries.grids_of(EAST)[-1].code[-3:] == "004"  # 001 is never used again


def test_splits_that_are_refused(county: str) -> None:
    bring(feature(beside(0), village=EAST))
    code = EAST + "001"
    one, two = halves()
    for parts in ([one], [one, one], [one, {"geometry": beside(2)}], [one, {"name": "没有图形"}]):
        with pytest.raises(Invalid):
            actions.split_grid(actor=SYSTEM, code=code, parts=parts)
    with pytest.raises(NotFound):
        actions.split_grid(actor=SYSTEM, code=EAST + "009", parts=[one, two])
    assert queries.grid(code).valid_to is None
    actions.split_grid(actor=SYSTEM, code=code, parts=[one, two], key="another-key-1")
    with pytest.raises(Conflict):
        actions.split_grid(actor=SYSTEM, code=code, parts=[two, one], key="another-key-1")


def test_a_default_grid_splits_without_shapes(county: str) -> None:
    actions.make_default_grids()
    old = actions.split_grid(actor=SYSTEM, code=EAST + "001", parts=[{"name": "南片"}, {"name": "北片"}])
    assert [g.name for g in old.parts.order_by("code")] == ["南片", "北片"]
    assert queries.default_grid_of(EAST) is None
    assert actions.make_default_grids() == 0


def test_micro_grids_compounds_and_buildings(county: str) -> None:
    actions.make_default_grids()
    code = EAST + "001"
    first = actions.add_micro_grid(
        actor=SYSTEM, grid_code=code, name="一组", households=12, key="micro-key-1"
    )
    assert (
        actions.add_micro_grid(actor=SYSTEM, grid_code=code, name="一组", households=12, key="micro-key-1")
        == first
    )
    assert (first.code, first.kind) == (code + "01", "ten_household")
    assert actions.add_micro_grid(actor=SYSTEM, grid_code=code, name="二组").code == code + "02"
    compound = actions.add_compound(
        actor=SYSTEM, grid_code=code, name="阳光花园", geometry=square(*HERE, 0.002)
    )
    assert compound.lon == pytest.approx(HERE[0] + 0.001)
    building = actions.add_building(actor=SYSTEM, grid_code=code, name="1号楼", compound=compound)
    assert building.code == code + "B00001"
    assert [m.name for m in queries.micro_grids_of(code)] == ["一组", "二组"]
    assert queries.compounds_of(EAST) == [compound]
    with pytest.raises(Invalid):
        actions.add_compound(actor=SYSTEM, grid_code=code, name="阳光花园")
    with pytest.raises(Invalid):
        actions.add_building(actor=SYSTEM, grid_code=WEST + "001", name="2号楼", compound=compound)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "长" * 61},
        {"name": "x\x00"},
        {"households": -1},
        {"households": 10**9},
        {"kind": "x"},
    ],
)
def test_micro_grids_that_are_refused(county: str, given: dict[str, Any]) -> None:
    actions.make_default_grids()
    with pytest.raises(Invalid):
        actions.add_micro_grid(actor=SYSTEM, grid_code=EAST + "001", **({"name": "组"} | given))
    with pytest.raises(NotFound):
        actions.add_micro_grid(actor=SYSTEM, grid_code=EAST + "777", name="组")
