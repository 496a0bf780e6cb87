"""The board: numbers that match their lists, doors that stay shut, small numbers that are not told, filters in the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from jinlin.cases.queries import case_list
from jinlin.kernel import clock
from jinlin.performance.queries import MAP_MEASURES, Counted, Share, board, home_area
from jinlin.places.queries.outlines import outlines, published
from jinlin.web.board import address
from jinlin.web.board.drawn import MOST_BARS, _shares, branches
from jinlin.web.desk.filters import chosen
from tests.world import CITY, COUNTY, FAR, GRID, OTHER, SIBLING, SQUARE, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
INSIDE = {"lon": (SQUARE[0] + SQUARE[2]) / 2, "lat": (SQUARE[1] + SQUARE[3]) / 2}
PAGES = ("", "/areas.geojson", "/daily", "/bulletin", "/bulletin.xlsx")


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


def page_of(world, who: str, url: str) -> str:
    answer = world.client(who).get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def counts_of(found: Any) -> Iterator[tuple[str, Counted]]:
    """Every number of a board that may lead to cases."""
    yield from (("open", found.now.open), ("due", found.now.due_today), ("overdue", found.now.overdue))
    yield from (
        (f"flow {name}", getattr(found.flow, name)) for name in ("reported", "closed", "reopened", "returned")
    )
    for row in (*found.now.waiting, *found.now.states):
        yield f"waiting {row.code}", row.open
    for share in (*found.categories, *found.channels, *branches(found)):
        yield f"share {share.code}", share.count
    for child in found.children:
        for name in ("open", "due_today", "overdue", "reported", "closed"):
            yield f"{child.name} {name}", getattr(child, name)


def test_home_goes_to_the_widest_area_and_keeps_the_filters(world, tuesday) -> None:
    for who, area in (("county", COUNTY), ("leader", TOWN), ("city", CITY), ("village", VILLAGE)):
        answer = world.client(who).get("/board/?category=ENV")
        assert (answer.status_code, answer["Location"]) == (302, f"/board/{area}?category=ENV")
    assert world.client().get("/board/")["Location"].startswith("/login?next=")
    assert world.client("grid").get("/board/").status_code == 403


@pytest.mark.parametrize("who", ["county", "town", "village", "leader", "supervisor"])
def test_every_number_is_that_of_the_list_behind_it(world, tuesday, who: str) -> None:
    filled(world, tuesday)
    world.to_department()
    viewer = world.actor(who)
    found = board(viewer=viewer, area=home_area(viewer=viewer))
    assert found.now.open.value
    assert found.now.overdue.value
    led = 0
    for name, count in counts_of(found):
        if "of" in count.drill:
            continue
        query = QueryDict(mutable=True)
        query.update(count.drill)
        picked = chosen(viewer, query)
        assert picked.errors == {}, name
        assert picked.view == count.drill["view"], name
        rows = case_list(viewer=viewer, view=picked.view, filters=picked.filters, limit=500).rows
        assert len(rows) == count.value, (name, count)
        led += bool(count.value)
    assert led > 5


def test_links_of_the_page_open_the_lists(world, tuesday) -> None:
    filled(world, tuesday)
    page = page_of(world, "county", f"/board/{COUNTY}")
    links = set(re.findall(r'href="(/desk/\?[^"]+)"', page))
    assert any("view=overdue" in link for link in links)
    client = world.client("county")
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_what_lies_in_no_child_is_counted_apart(world, tuesday) -> None:
    world.report("只说了是哪条街", place=TOWN)
    assert "没有定到下一级" in page_of(world, "town", f"/board/{TOWN}")


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
    for page in PAGES:
        assert client.get(f"/board/{area}{page}").status_code == status, page


def test_nobody_is_led_where_lists_would_not_match(world, tuesday) -> None:
    filled(world, tuesday)
    world.to_department()
    for who, area in (("city", CITY), ("province", COUNTY)):
        assert "/desk/?" not in page_of(world, who, f"/board/{area}"), who


def test_a_department_sees_its_own_line_only(world, tuesday) -> None:
    filled(world, tuesday)
    world.to_department()
    page = page_of(world, "dept", f"/board/{COUNTY}")
    assert "只统计本部门承办的事项" in page
    assert board(viewer=world.actor("dept"), area=COUNTY).now.open.value == 1
    assert board(viewer=world.actor("dept2"), area=COUNTY).now.open.value == 0
    assert 'name="line"' not in page


def test_the_province_reads_no_small_number(world, tuesday) -> None:
    filled(world, tuesday)
    world.to_department()
    client = world.client("province")
    page = client.get(f"/board/{COUNTY}").content.decode()
    assert "&lt;10" in page
    told = re.findall(r'class="(?:num|figure|bars-n)[^"]*">\s*(\d+)\s*<', page)
    told += re.findall(r'"numbers": \[([^\]]*)\]', page)[0].split(", ")
    numbers = {int(n) for n in told if n.isdigit()}
    assert not [n for n in numbers if 0 < n < 10 or n % 10]
    shapes = client.get(f"/board/{CITY}/areas.geojson").json()
    assert {feature["properties"].get("value") for feature in shapes["features"]} <= {None, 0}
    few = [feature for feature in shapes["features"] if feature["properties"].get("lack") == "few"]
    assert [feature["properties"]["words"] for feature in few] == ["<10"]
    for paper in ("/daily", "/bulletin"):
        assert not re.findall(
            r"(?<![\d.])[1-9] [件次]", client.get(f"/board/{COUNTY}{paper}").content.decode()
        )


def test_what_is_not_told_has_no_sum() -> None:
    few = [Share(str(n), "类", Counted(None), None) for n in range(MOST_BARS + 2)]
    (numbers, _parts) = _shares(few, "类别")["series"]
    assert numbers["numbers"] == [None] * (MOST_BARS + 1), "nobody says 0 of what there is some"


def test_shapes_carry_one_measure_and_nothing_else(world, tuesday) -> None:
    world.report("井盖坏了，住在三号楼的人说的", **INSIDE)
    body = world.client("village").get(f"/board/{VILLAGE}/areas.geojson")
    assert body["Content-Type"].startswith("application/geo+json")
    (feature,) = body.json()["features"]
    told = dict(feature["properties"])
    at = told.pop("at")
    assert told == {
        "code": GRID,
        "name": told["name"],
        "label": told["label"],
        "url": "",
        "value": 1,
        "words": "1",
    }
    assert SQUARE[0] < at[0] < SQUARE[2]
    assert feature["geometry"]["type"] == "Polygon"
    town = world.client("town").get(f"/board/{TOWN}/areas.geojson?by=overdue").json()
    assert [row["properties"]["code"] for row in town["features"]] == [VILLAGE]
    assert town["features"][0]["properties"]["url"] == f"/board/{VILLAGE}?by=overdue"


def test_the_map_takes_every_measure(world, tuesday) -> None:
    filled(world, tuesday)
    client = world.client("county")
    for measure in MAP_MEASURES:
        code, label = measure.code, measure.label
        page = page_of(world, "county", f"/board/{COUNTY}?by={code}")
        assert f'<option value="{code}" selected>{label}</option>' in page
        shapes = client.get(f"/board/{COUNTY}/areas.geojson?by={code}").json()["features"]
        inner = [feature["properties"] for feature in shapes if "code" in feature["properties"]]
        assert len(inner) == 1, "one of two towns has a drawn grid"
        if not measure.is_count:
            assert (inner[0]["value"] is None) == (inner[0].get("lack") in ("few", "none"))
        grounds = [feature for feature in shapes if feature["properties"].get("home")]
        assert len(grounds) <= 1


def test_counties_have_published_outlines(world, tuesday) -> None:
    assert len(published()) == 10
    assert set(outlines([COUNTY, OTHER])) == {COUNTY, OTHER}
    assert outlines([]) == {}


def test_without_shapes_the_page_says_what_to_do(world, tuesday) -> None:
    page = page_of(world, "town2", "/board/411602002000")
    assert "这里还没有图形" in page
    assert "jinlin import boundaries" in page
    assert "data-map=" not in page


def test_empty_boards_say_so_and_show_no_hundred_percent(world, tuesday) -> None:
    for who, area in (("village2", SIBLING), ("county2", OTHER)):
        page = page_of(world, who, f"/board/{area}")
        assert "暂无数据" in page
        assert "现在没有在办的事项" in page
        assert "100%" not in page


@pytest.mark.parametrize("page", PAGES)
def test_queries_stay_few_however_much_there_is(world, tuesday, page: str) -> None:
    url = f"/board/{COUNTY}{page}"
    client = world.client("county")
    client.get(url)
    asked = []
    for _round in range(2):
        filled(world, tuesday)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        asked.append([query["sql"][:90] for query in seen if "SAVEPOINT" not in query["sql"]])
    assert len(asked[0]) == len(asked[1])
    if not page.endswith("xlsx"):  # it also counts and writes down who took it
        assert len(asked[0]) <= 12, asked[0]


def test_filters_narrow_and_stay_in_the_address(world, tuesday) -> None:
    filled(world, tuesday)
    url = f"/board/{COUNTY}?category=ENV&source=web"
    page = page_of(world, "county", url)
    assert '<option value="ENV" selected>' in page
    assert '<option value="web" selected>' in page
    deeper = re.search(rf'href="(/board/{TOWN}\?[^"]+)"', page)
    assert deeper
    assert parse_qs(urlsplit(deeper[1].replace("&amp;", "&")).query) == {
        "category": ["ENV"],
        "source": ["web"],
    }
    found = board(
        viewer=world.actor("county"), area=COUNTY, filters=address.read(COUNTY, {"category": "ENV"}).filters
    )
    assert found.flow.reported.value == 1
    assert found.now.open.value == 0


@pytest.mark.parametrize(
    "query",
    ["from=abc", "from=2026-13-01", "from=2026-03-10&to=2026-03-01", "category=NOPE", "line=NOPE", "source=NOPE", "by=NOPE"],
)  # fmt: skip
def test_nonsense_in_the_address_is_told(world, tuesday, query: str) -> None:
    answer = world.client("county").get(f"/board/{COUNTY}?{query}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "data-error-summary" in page
    assert "<h1>" in page
    assert world.client("county").get(f"/board/{COUNTY}/areas.geojson?{query}").status_code == 422


def test_periods_are_offered_and_marked(world, tuesday) -> None:
    page = page_of(world, "county", f"/board/{COUNTY}?from=2026-03-01&to=2026-03-10")
    assert re.search(r'<a href="[^"]+" aria-current="true">本月</a>', page)
    assert "3月1日至3月10日（10 天）" in page


def test_a_screen_asks_again_and_hears_only_of_changes(world, tuesday) -> None:
    client = world.client("county")
    first = client.get(f"/board/{COUNTY}")
    tag = first["ETag"]
    assert first["Cache-Control"] == "no-store"
    assert re.search(r"hx-headers='\{\"If-None-Match\": ", first.content.decode())
    again = client.get(f"/board/{COUNTY}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    world.report("新的一件")
    changed = client.get(f"/board/{COUNTY}", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    assert client.get(f"/board/{COUNTY}?by=overdue")["ETag"] != changed["ETag"]


def test_own_last_year_and_never_a_rank(world, tuesday) -> None:
    filled(world, tuesday)
    page = page_of(world, "county", f"/board/{COUNTY}")
    assert "去年同期" in page
    for word in ("排名", "名次", "第一名", "末位"):
        assert word not in page
    names = re.findall(r'<th scope="row"><a href="/board/\d+">([^<]+)</a>', page)
    assert names == ["柳河街道", "东风街道"], "in the order of their codes"


def test_no_words_of_a_person_on_any_page(world, tuesday) -> None:
    case = world.to_department("王老师家门口的井盖坏了", phone="13800138000")
    for who in ("county", "leader", "supervisor", "dept"):
        area = home_area(viewer=world.actor(who))
        for page in ("", "/daily", "/bulletin"):
            text = page_of(world, who, f"/board/{area}{page}")
            assert not [
                word for word in ("王老师", "13800138000", case.tracking, case.shown_code) if word in text
            ]


def test_where_days_are_not_kept_the_sum_is_that_of_the_rows_and_the_page_says_so(world, tuesday) -> None:
    filled(world, tuesday)
    with clock.fixed(tuesday - timedelta(days=31)):
        world.do("grid", "solve_on_spot", world.report("上个月的纸箱", category="ENV-01"))
    page = page_of(world, "county", f"/board/{COUNTY}?category=ENV&from=2026-03-09&to=2026-03-10")
    found = board(
        viewer=world.actor("county"),
        area=COUNTY,
        filters=address.read(COUNTY, {"category": "ENV", "from": "2026-03-09"}).filters,
    )
    assert found.below_filters.since == date(2026, 3, 1)
    assert "各地的受理、办结和比率按整月统计：3月1日至3月10日（10 天）" in page
    assert "整月里还没到期的也算进了应办、应结" in page
    rows = re.findall(
        r"<tr[^>]*><th scope=\"row\">.*?</tr>", page.split('id="board-table"')[1].split("</section>")[0]
    )
    cells = [[int(n) for n in re.findall(r">(\d+)<", re.sub(r"<th.*?</th>", "", row))] for row in rows]
    assert [sum(column) for column in zip(*cells[:-1], strict=True)] == cells[-1]


def test_a_wrong_address_is_answered_with_one_sentence_once(world: Any, client: Any) -> None:
    wrong = world.client("county").get(f"/board/{COUNTY}/cases?of=nothing")
    assert wrong.status_code == 422
    assert wrong.content.decode().count("没有这个数字，请从看板上点开。") == 1
    typed = client.get("/report")
    assert (typed.status_code, typed["Allow"]) == (405, "POST")
    assert "这个网址不能直接打开，请从首页进入。" in typed.content.decode()
