"""Codes, names, histories and shapes: no database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from jinlin.places import rules
from jinlin.places.rules.history import Coverage, Seen, Version, observe
from jinlin.places.rules.shapes import ShapeFault, numbering, overlapping_pairs, read_polygon
from jinlin.places.rules.wording import find, gather
from tests.places import square


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("410000000000", 1, ""),
        ("411600000000", 2, "410000000000"),
        ("411602000000", 3, "411600000000"),
        ("411602002000", 4, "411602000000"),
        ("411602002001", 5, "411602002000"),
        ("411602002001001", 6, "411602002001"),
        ("41160200200100107", 7, "411602002001001"),
        ("441900003000", 4, "441900000000"),  # Dongguan has no counties
    ],
)
def test_level_and_parent(code: str, level: int, parent: str) -> None:
    assert rules.level_of(code) == level
    assert rules.parent_code(code) == parent


@pytest.mark.parametrize(
    "code",
    ["", "4116", "41160200000", "4116020000000", "990000000000", "411602000001", "410002000000", "410000001000",
     "4.11602E+11", "４１１６０２００００００", "411602-00000", "41160200200a"],
)  # fmt: skip
def test_what_is_no_region_code(code: str) -> None:
    assert not rules.is_region_code(code)
    with pytest.raises(ValueError):
        rules.level_of(code if len(code) not in (15, 17) else "x")


def test_ranges_hold_exactly_what_lies_inside() -> None:
    assert rules.code_range("411602000000") == ("411602", "411603")
    assert rules.code_range("419000000000") == ("4190", "4191")
    assert rules.code_range("411602002001") == ("411602002001", "411602002002")
    assert rules.code_range("411602002001001") == ("411602002001001", "411602002001002")
    low, high = rules.code_range("411699000000")
    assert (low, high) == ("411699", "411700")


digits = st.integers(0, 999)


@given(digits, digits, digits, digits)
def test_a_range_agrees_with_contains(county: int, town: int, village: int, grid: int) -> None:
    code = f"4116{county % 99 + 1:02d}{town % 999 + 1:03d}{village % 999 + 1:03d}"
    inner = f"{code}{grid % 899 + 1:03d}"
    for outer in (*rules.lineage(code), code, inner, "411602000000"):
        low, high = rules.code_range(outer)
        assert (low <= inner < high) == rules.contains(outer, inner)


def test_kinds_and_statistical_units() -> None:
    assert rules.kind_of("411602002001") == "residents_committee"
    assert rules.kind_of("411602002201") == "village_committee"
    assert rules.kind_of("411602002401") == "quasi_residents_committee"
    assert rules.kind_of("411602002501") == "quasi_village_committee"
    statistical = ["411671000000", "411601000000", "419000000000", "410221401498", "411623500000"]
    assert all(rules.is_statistical_only(code) for code in statistical)
    assert not any(
        rules.is_statistical_only(code) for code in ("411602000000", "411681000000", "419001000000")
    )


def test_grid_codes() -> None:
    assert rules.grid_code("411602002001", 1) == "411602002001001"
    assert rules.grid_kind("411602002001899") == "basic"
    assert rules.grid_kind("411602002001901") == "exclusive"
    assert rules.building_code("411602002001001", 7) == "411602002001001B00007"
    for serial in (0, 900, 1000):
        with pytest.raises(ValueError):
            rules.grid_code("411602002001", serial)
    with pytest.raises(ValueError):
        rules.grid_code("411602002000", 1)
    assert not rules.is_grid_code("411602002001900")
    assert not rules.is_micro_grid_code("41160200200100100")


@pytest.mark.parametrize(
    ("name", "level", "short", "core"),
    [
        ("六一社区居民委员会", 5, "六一社区", "六一"),
        ("李庄村民委员会", 5, "李庄村", "李庄"),
        ("李庄村委会", 5, "李庄村", "李庄"),
        ("李庄村村委会", 5, "李庄村", "李庄"),
        ("富甲社区居委会", 5, "富甲社区", "富甲"),
        ("新站行政村", 5, "新站村", "新站"),
        ("荷花路街道办事处", 4, "荷花路街道", "荷花路"),
        ("城关回族镇", 4, "城关回族镇", "城关"),
        ("城南办事处", 4, "城南", "城南"),
        ("淮阳县", 3, "淮阳县", "淮阳"),
        ("淮阳区", 3, "淮阳区", "淮阳"),
        ("周口市", 2, "周口市", "周口"),
    ],
)
def test_names(name: str, level: int, short: str, core: str) -> None:
    assert rules.short_name(name) == short
    assert rules.stem(name, level) == core


A, B, C = date(2016, 7, 31), date(2020, 6, 30), date(2023, 6, 30)


def _after(order: list[tuple[date, str | None]]) -> list[tuple[str, date, date | None]]:
    """Observe one code in an order of editions; the dates known grow as they come in."""
    versions: list[Version] = []
    known: set[date] = set()
    for day, name in order:
        known.add(day)
        seen = Seen("411602002201", name, name, 5) if name else None
        versions = observe(versions, seen, day, sorted(known))
    return sorted((v.name, v.valid_from, v.valid_to) for v in versions if v.valid_from != v.valid_to)


@given(
    st.lists(st.sampled_from(["甲", "乙", None]), min_size=3, max_size=3),
    st.permutations([A, B, C]),
    st.lists(st.sampled_from([A, B, C]), max_size=3),
)
def test_history_does_not_depend_on_the_order(
    names: list[str | None], order: list[date], again: list[date]
) -> None:
    said = dict(zip((A, B, C), names, strict=True))
    straight = _after([(day, said[day]) for day in (A, B, C)])
    assert _after([(day, said[day]) for day in [*order, *again]]) == straight
    for name, start, end in straight:
        assert all(said[day] == name for day in (A, B, C) if start <= day and (end is None or day < end))


def test_a_correction_of_the_same_day_renames() -> None:
    assert _after([(A, "甲"), (A, "乙")]) == [("乙", A, None)]


def test_coverage_asks_root_and_depth() -> None:
    coverage = Coverage([(A, "411600000000", 5), (C, "410000000000", 3), (B, "371082000000", 5)])
    assert coverage.dates("411602002201", 5) == [A]
    assert coverage.dates("411602000000", 3) == [A, C]
    assert coverage.dates("371082001203", 5) == [B]


def test_numbering_runs_west_to_east_in_rows_from_the_north() -> None:
    cells = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1.1), (2, 0.95)]  # the upper row is drawn by hand
    areas = [box(x, y, x + 1, y + 1) for x, y in cells]
    assert numbering(areas) == [3, 4, 5, 0, 1, 2]
    assert numbering([]) == []


def test_slivers_are_forgiven() -> None:
    areas = [box(0, 0, 1, 1), box(0.995, 0, 2, 1), box(1.9, 0, 3, 1)]
    assert overlapping_pairs(areas) == [(1, 2)]


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "no_polygon"),
        ({"type": "Point", "coordinates": [1, 2]}, "no_polygon"),
        ({"type": "Polygon", "coordinates": []}, "no_polygon"),
        ({"type": "Polygon", "coordinates": "x"}, "no_polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, "not_closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "no_polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1], [0, 0]]]}, "not_numbers"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, float("nan")], [1, 1], [0, 0]]]}, "not_numbers"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crossing"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "no_polygon"),
    ],
)
def test_shapes_that_are_no_grid(geometry: object, code: str) -> None:
    with pytest.raises(ShapeFault) as caught:
        read_polygon(geometry)
    assert caught.value.code == code


def test_a_third_coordinate_is_dropped() -> None:
    ring = [[*point, 12.5] for point in square(0, 0)["coordinates"][0]]
    assert not read_polygon({"type": "Polygon", "coordinates": [ring]}).has_z


NAMES = gather(
    [
        ("411600000000", "周口市", 2),
        ("411602000000", "川汇区", 3),
        ("411603000000", "淮阳区", 3),
        ("411602002000", "七一路街道", 4),
        ("411603100000", "城关回族镇", 4),
        ("411602002001", "六一社区居民委员会", 5),
        ("411602002201", "李庄村民委员会", 5),
        ("411603100201", "李庄村民委员会", 5),
        ("411603100202", "王庄村民委员会", 5),
        ("411603100203", "王庄村民委员会", 5),
    ],
    [("411602002001001", "阳光花园小区"), ("411603100201001", "东关第二网格")],
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("川汇区七一路街道六一社区3号楼漏水", "411602002001"),
        ("六一社区门口积水", "411602002001"),
        ("李庄村路灯不亮", None),  # two counties have one
        ("淮阳区李庄村路灯不亮", "411603100201"),
        ("淮阳李庄村路灯不亮", "411603100201"),
        ("七一路街道李庄", "411602002201"),
        ("李庄有人吵架", None),
        ("大李庄村有人吵架", None),
        ("淮阳区城关回族镇王庄村", "411603100000"),  # two of them in one town: the town is sure
        ("王庄村停水", "411603100000"),
        ("淮阳路上有坑", None),
        ("周口市淮阳区", "411603000000"),
        ("阳光花园小区东门", "411602002001001"),
        ("淮阳区阳光花园小区", "411603000000"),  # the named county decides against a name from elsewhere
        ("川汇区和淮阳区交界", None),
        ("", None),
        ("没有地名", None),
    ],
)
def test_words_to_places(text: str, code: str | None) -> None:
    found = find(text, NAMES)
    assert (found[0] if found else None) == code


def test_words_inside_an_area() -> None:
    assert find("李庄村路灯不亮", NAMES, "411603000000") == ("411603100201", "李庄村")
    assert find("六一社区", NAMES, "411603000000") is None
    assert find("川汇区李庄村", NAMES, "411602000000") == ("411602002201", "李庄村")


@given(st.text(max_size=80))
def test_any_words_are_read(text: str) -> None:
    find(text, NAMES)
    find(text + "淮阳区城关回族镇" + text, NAMES, "411600000000")
