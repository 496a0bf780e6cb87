"""The board: numbers that match their lists, doors that stay shut, small numbers that are not told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.cases import queries
from jinlin.cases.queries import Filters, board, case_list
from jinlin.cases.queries.rows import DRILLS
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.places.queries.outlines import outlines, published
from tests.world import CITY, COUNTY, FAR, GRID, OTHER, SIBLING, SQUARE, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
INSIDE = {"lon": (SQUARE[0] + SQUARE[2]) / 2, "lat": (SQUARE[1] + SQUARE[3]) / 2}


def filled(world, now):
    """A town with some of everything: closed, open, due today, overdue."""
    with clock.fixed(now - timedelta(days=12)):
        for place in (VILLAGE, VILLAGE, SIBLING):
            world.report("路灯不亮", place=place, category="FAC-02")
    with clock.fixed(now - timedelta(days=1)):
        done = world.report("门口的纸箱", category="ENV-01")
        world.report("东风的路面", place=FAR, category="FAC-03")
        world.do("grid", "solve_on_spot", done)
    world.report("刚看到的井盖", category="FAC-01")


def test_home_goes_to_the_widest_area(world, tuesday) -> None:
    for who, area in (("county", COUNTY), ("leader", TOWN), ("city", CITY), ("village", VILLAGE)):
        answer = world.client(who).get("/board/")
        assert (answer.status_code, answer["Location"]) == (302, f"/board/{area}")
    assert world.client().get("/board/")["Location"].startswith("/login?next=")
    assert world.client("grid").get("/board/").status_code == 403


def test_numbers_are_those_of_the_lists_behind_them(world, tuesday) -> None:
    filled(world, tuesday)
    viewer = world.actor("county")
    found = board(viewer=viewer, area=COUNTY)
    assert found.total.open == 5
    assert found.total.overdue
    views = {"open": "open", "due_today": "due_today", "overdue": "overdue"} | {
        name: name for name in ("closed_week", "reported_week")
    }
    for child in (found.total, *found.children):
        for measure, view in views.items():
            rows = case_list(viewer=viewer, view=view, filters=Filters(place=child.code)).rows
            assert len(rows) == getattr(child, measure), (child.name, measure)
    assert {child.name for child in found.children} == {"柳河街道", "东风街道"}
    assert set(DRILLS) < set(views.values())


def test_what_lies_in_no_child_is_counted_apart(world, tuesday) -> None:
    world.report("只说了是哪条街", place=TOWN)
    found = board(viewer=world.actor("town"), area=TOWN)
    assert found.rest is not None
    assert found.rest.open == 1
    assert sum(child.open or 0 for child in found.children) + found.rest.open == found.total.open


@pytest.mark.parametrize(
    ("who", "area", "status"),
    [
        ("leader", COUNTY, 404),
        ("leader", VILLAGE, 200),
        ("county2", COUNTY, 404),
        ("county", CITY, 404),
        ("county", OTHER, 404),
        ("supervisor", COUNTY, 200),
        ("dept", COUNTY, 200),
        ("province", CITY, 200),
        ("province", COUNTY, 200),
        ("county", "411602999000", 404),
        ("county", "411602abcdef", 404),
        ("county", GRID, 404),
        ("grid", COUNTY, 403),
        ("admin", COUNTY, 403),
    ],
)
def test_only_the_own_block(world, tuesday, who: str, area: str, status: int) -> None:
    client = world.client(who)
    assert client.get(f"/board/{area}").status_code == status
    assert client.get(f"/board/{area}/areas.geojson").status_code == status


def test_links_lead_only_where_the_lists_match(world, tuesday) -> None:
    filled(world, tuesday)
    page = world.client("county").get(f"/board/{COUNTY}").content.decode()
    assert f'/desk/?view=open&amp;place={TOWN}"' in page
    assert f'/desk/?view=overdue&amp;place={COUNTY}"' in page
    for who, area in (("dept", COUNTY), ("city", CITY), ("province", COUNTY)):
        assert "/desk/?" not in world.client(who).get(f"/board/{area}").content.decode(), who


def test_the_province_reads_no_small_number(world, tuesday) -> None:
    filled(world, tuesday)
    client = world.client("province")
    page = client.get(f"/board/{COUNTY}").content.decode()
    assert "&lt;10" in page
    numbers = {int(n) for n in re.findall(r'class="(?:num|figure)[^"]*">\s*(\d+)\s*<', page)}
    assert not [n for n in numbers if 0 < n < 10 or n % 10]
    shapes = client.get(f"/board/{CITY}/areas.geojson").json()
    assert {feature["properties"]["open"] for feature in shapes["features"]} <= {None, 0}


def test_counts_from_ten_on_are_tens(world, tuesday) -> None:
    for _one in range(14):
        world.report("路灯不亮", category="FAC-02")
    viewer = world.actor("province")
    found = board(viewer=viewer, area=COUNTY)
    assert (found.masked, found.may_drill, found.total.open) == (True, False, 10)
    assert board(viewer=world.actor("county"), area=COUNTY).total.open == 14


def test_shapes_carry_counts_and_nothing_else(world, tuesday) -> None:
    world.report("井盖坏了，住在三号楼的人说的", **INSIDE)
    body = world.client("village").get(f"/board/{VILLAGE}/areas.geojson")
    assert body["Content-Type"].startswith("application/geo+json")
    (feature,) = body.json()["features"]
    assert feature["properties"] == {
        "code": GRID,
        "name": feature["properties"]["name"],
        "open": 1,
        "overdue": 0,
        "url": "",
        "at": feature["properties"]["at"],
    }
    assert SQUARE[0] < feature["properties"]["at"][0] < SQUARE[2]
    assert feature["geometry"]["type"] == "Polygon"
    town = world.client("town").get(f"/board/{TOWN}/areas.geojson").json()
    assert [row["properties"]["code"] for row in town["features"]] == [VILLAGE]
    assert town["features"][0]["properties"]["url"] == f"/board/{VILLAGE}"


def test_counties_have_published_outlines(world, tuesday) -> None:
    assert len(published()) == 10
    assert set(outlines([COUNTY, OTHER])) == {COUNTY, OTHER}
    assert outlines([]) == {}


def test_without_shapes_the_page_says_so(world, tuesday) -> None:
    page = world.client("town2").get("/board/411602002000").content.decode()
    assert "这里还没有图形" in page
    assert "data-map=" not in page


def test_queries_stay_few(world, tuesday) -> None:
    filled(world, tuesday)
    client = world.client("county")
    for url in (f"/board/{COUNTY}", f"/board/{COUNTY}/areas.geojson"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        assert len(asked) <= 12, [query["sql"][:80] for query in asked]


def test_the_counters_are_read_in_six_queries(world, tuesday) -> None:
    viewer = world.actor("county")
    with CaptureQueriesContext(connection) as asked:
        board(viewer=viewer, area=COUNTY)
    assert len(asked) <= 6


def test_days_and_what_is_coming(world, tuesday) -> None:
    filled(world, tuesday)
    found = board(viewer=world.actor("county"), area=COUNTY, weeks=2)
    assert sum(reported or 0 for _day, reported, _closed in found.days) == 6
    assert sum(closed or 0 for _day, _reported, closed in found.days) == 1
    assert found.coming[0][0] == clock.today()
    assert found.coming[0][1] == found.total.due_today
    page = world.client("county").get(f"/board/{COUNTY}?by=overdue").content.decode()
    assert 'data-value="overdue"' in page


def test_no_words_of_a_person_on_the_board(world, tuesday) -> None:
    world.report("王老师家门口的井盖坏了", phone="13800138000")
    for who in ("county", "leader", "supervisor"):
        area = queries.home_area(world.actor(who))
        page = world.client(who).get(f"/board/{area}").content.decode()
        assert "王老师" not in page
        assert "13800138000" not in page


def test_strangers_are_told_nothing(world, tuesday) -> None:
    with pytest.raises(NotFound):
        board(viewer=world.actor("county2"), area=COUNTY)
