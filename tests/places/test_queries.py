"""Points, words, names and search."""

from __future__ import annotations

import threading
import time
from datetime import date
from typing import Any

import pytest
import shapely
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from jinlin.kernel.errors import NotFound
from jinlin.places import actions, queries
from jinlin.places.queries import memory
from tests.places import HEAD, SHIPPED, collection, feature, square
from tests.places.conftest import COUNTY, EAST, TOWN, WEST

WEST_EDGE, SOUTH_EDGE, SIZE = 114.60, 33.60, 0.01
unit = st.floats(0, 1, allow_nan=False)


@pytest.fixture
def checkered(county: str) -> list[Any]:
    """A 6 x 6 board of grids in two villages, with a market (exclusive) in its middle and one hole."""
    features = [
        feature(square(WEST_EDGE + n * SIZE, SOUTH_EDGE + row * SIZE, SIZE), village=EAST if n > 2 else WEST)
        for n in range(6)
        for row in range(6)
        if (n, row) != (1, 1)
    ]
    market = square(WEST_EDGE + 3.25 * SIZE, SOUTH_EDGE + 3.25 * SIZE, SIZE / 2)
    features.append(feature(market, village=EAST, kind="exclusive", name="东市场"))
    report = actions.import_grids(collection(*features), datum="wgs84")
    assert report.counts() == {"read": 36, "added": 36, "changed": 0, "refused": 0}
    return [(g, shape(g.geometry)) for g in queries.grids_of(TOWN)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(unit, unit)
def test_every_point_is_found_where_it_is_drawn(checkered: list[Any], x: float, y: float) -> None:
    lon, lat = WEST_EDGE - SIZE + x * 8 * SIZE, SOUTH_EDGE - SIZE + y * 8 * SIZE
    point = shapely.Point(lon, lat)
    holding = [g for g, area in checkered if area.intersects(point)]
    hit = queries.locate(lon, lat)
    if not holding:
        assert hit is None
        return
    exclusive = [g.code for g in holding if g.kind == "exclusive"]
    basic = [g.code for g in holding if g.kind == "basic"]
    assert hit is not None
    assert hit.code == min(exclusive or basic)
    assert hit.basic == min(basic)
    assert (hit.county, hit.town) == (COUNTY, TOWN)
    assert queries.locate_many([lon], [lat]) == [hit]


def test_borders_and_corners_are_decided(checkered: list[Any]) -> None:
    for n in range(1, 6):
        lon, lat = WEST_EDGE + n * SIZE, SOUTH_EDGE + 0.5 * SIZE
        holding = sorted(g.code for g, area in checkered if area.intersects(shapely.Point(lon, lat)))
        assert queries.locate(lon, lat).code == holding[0]


@pytest.mark.parametrize("point", [(float("nan"), 33.6), (float("inf"), 0.0), (0.0, 0.0), (180.0, 90.0)])
def test_points_that_are_nowhere(checkered: list[Any], point: tuple[float, float]) -> None:
    assert queries.locate(*point) is None
    assert queries.locate_many([point[0]], [point[1]]) == [None]


def test_locating_asks_no_table_and_many_threads_agree(checkered: list[Any]) -> None:
    spots = [(WEST_EDGE + (n % 6 + 0.5) * SIZE, SOUTH_EDGE + (n // 6 + 0.5) * SIZE) for n in range(36)]
    wanted = [queries.locate(*spot) for spot in spots]
    with CaptureQueriesContext(connection) as asked:
        assert queries.locate_many(*zip(*spots, strict=True)) == wanted
    assert len(asked) == 0
    tree = memory.remembered("grids", dict)
    found: list[bool] = []

    def look() -> None:
        for _n in range(50):
            found.append(
                [
                    tree.best(tree.index.query(shapely.Point(s), predicate="intersects").tolist())
                    for s in spots
                ]
                == wanted
            )

    threads = [threading.Thread(target=look) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found)
    assert len(found) == 400


def test_a_rolled_back_change_is_forgotten(checkered: list[Any]) -> None:
    outside = (WEST_EDGE + 10.5 * SIZE, SOUTH_EDGE + 0.5 * SIZE)
    assert queries.locate(*outside) is None
    file = collection(feature(square(WEST_EDGE + 10 * SIZE, SOUTH_EDGE, SIZE), village=EAST))
    with transaction.atomic():
        actions.import_grids(file, datum="wgs84")
        assert queries.locate(*outside) is not None
        transaction.set_rollback(True)
    assert queries.locate(*outside) is None


@pytest.mark.django_db(transaction=True)
def test_a_committed_change_is_seen_at_once_here(county: str) -> None:
    assert queries.locate(WEST_EDGE, SOUTH_EDGE) is None
    actions.import_grids(collection(feature(square(WEST_EDGE, SOUTH_EDGE), village=EAST)), datum="wgs84")
    assert queries.locate(WEST_EDGE, SOUTH_EDGE) is not None
    started = time.perf_counter()
    for _n in range(200):
        queries.locate(WEST_EDGE + 0.001, SOUTH_EDGE + 0.001)
    assert (time.perf_counter() - started) / 200 < 0.005  # 30 us on a quiet machine
    memory.forget()


@pytest.fixture
def zhoukou(db: Any) -> None:
    """The shipped divisions."""
    actions.import_divisions(SHIPPED / "zhoukou_2023.csv.gz", as_of=date(2023, 6, 30))


def names(found: list[Any]) -> list[str]:
    return [row.name for row in found]


def test_search_by_name(zhoukou: None) -> None:
    assert names(queries.search_regions("淮阳")) == ["淮阳区"]
    assert names(queries.search_regions("淮阳县")) == ["淮阳区"]  # what people still say
    assert names(queries.search_regions("六一社区"))[0] == "六一社区居民委员会"
    first = queries.search_regions("城关")
    assert {row.level for row in first[:2]} == {4}
    assert names(queries.search_regions("川汇 七一路"))[0] == "七一路街道"
    inside = queries.search_regions("李庄", within="411603000000")
    assert inside
    assert all(row.code.startswith("411603") for row in inside)
    assert queries.search_regions("411602002000")[0].name == "七一路街道"
    assert queries.search_regions("4116")[0].name == "周口市"
    contained = queries.search_regions("回族")
    assert any(not row.name.startswith("回族") for row in contained)
    assert len(queries.search_regions("村", limit=7)) == 7


def test_search_survives_anything(zhoukou: None) -> None:
    for text in ("", "  ", "%", "_", "x\x00", "\ud800", "'; --", "长" * 500, "99", "不存在 李庄", "🙂"):
        assert queries.search_regions(text) == [], text


def test_search_takes_three_queries_at_most(zhoukou: None) -> None:
    for text in ("淮阳", "川汇 七一路", "周口市 淮阳 城关 北关", "411602", "大道"):
        with CaptureQueriesContext(connection) as asked:
            for row in queries.search_regions(text):
                assert row.parent_id is None or row.parent.name
        assert len(asked) <= 3, text


def test_words_to_a_place_with_its_columns(zhoukou: None) -> None:
    guess = queries.find_place_in_text("川汇区陈州街回族街道六一社区3号楼漏水")
    assert guess is not None
    assert (guess.code, guess.level) == ("411602001004", 5)
    assert (guess.county, guess.town, guess.village) == ("411602000000", "411602001000", "411602001004")
    assert queries.find_place_in_text("王庄村停电") is None
    with CaptureQueriesContext(connection) as asked:
        queries.find_place_in_text("太康县")
    assert len(asked) == 0


def test_every_village_is_found_by_its_full_address(zhoukou: None) -> None:
    """County, town and village written out: the right village, or (when its name is not single) its town."""
    rows = list(
        queries.region("411602000000")
        .children.model.objects.current()
        .filter(level=5)
        .select_related("parent__parent")
    )
    right = 0
    for row in rows[::7]:
        guess = queries.find_place_in_text(f"{row.parent.parent.name}{row.parent.name}{row.name}东头路灯坏了")
        assert guess is not None, row.name
        assert row.code.startswith(guess.code.rstrip("0")), (row, guess)
        right += guess.code == row.code
    assert right > 0.95 * len(rows[::7])


def test_drawn_grids_and_compounds_have_names_too(checkered: list[Any]) -> None:
    assert queries.find_place_in_text("东市场里有积水").code == EAST + "901"
    from jinlin.people.access import SYSTEM

    actions.add_compound(actor=SYSTEM, grid_code=EAST + "002", name="阳光花园")
    guess = queries.find_place_in_text("阳光花园门口")
    assert (guess.code, guess.grid, guess.village) == (EAST + "002", EAST + "002", EAST)


def test_the_tree(county: str) -> None:
    assert names(queries.children("")) == ["周口市"]
    assert names(queries.children(COUNTY)) == ["七一路街道"]
    assert names(queries.ancestors(EAST)) == ["周口市", "川汇区", "七一路街道", "东社区居民委员会"]
    assert queries.area_name(EAST) == "东社区"
    assert queries.area_name("411602002099") == ""
    assert queries.count_regions() == 5
    with pytest.raises(NotFound):
        queries.region("411602002099")
    with CaptureQueriesContext(connection) as asked:
        assert queries.area_names([EAST, WEST, TOWN, ""]) == {
            EAST: "东社区",
            WEST: "西社区",
            TOWN: "七一路街道",
        }
        assert queries.area_names([EAST, WEST]) == {EAST: "东社区", WEST: "西社区"}
    assert len(asked) <= 2


def test_names_change_with_the_edition(county: str) -> None:
    assert queries.area_name(TOWN) == "七一路街道"
    text = HEAD + f"{TOWN},{COUNTY},4,township,七一路街道办事处\n"
    actions.import_divisions(text.encode(), as_of=date(2024, 6, 30))
    text = HEAD + f"{TOWN},{COUNTY},4,township,八一路街道\n"
    actions.import_divisions(text.encode(), as_of=date(2025, 6, 30))
    assert queries.area_name(TOWN) == "八一路街道"
    assert [row.name for row in queries.history(TOWN)] == ["七一路街道办事处", "八一路街道"]
    assert queries.region(TOWN, date(2024, 1, 1)).name == "七一路街道办事处"
