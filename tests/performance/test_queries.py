"""Boards: numbers that are those of the lists behind them, doors that stay shut, few queries, small numbers untold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.cases.queries import Filters as ListFilters
from jinlin.cases.queries import case_list
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.people.access import ANYONE
from jinlin.performance.queries import (
    MAP_MEASURES,
    Filters,
    board,
    figures,
    home_area,
    map_areas,
    read_filters,
)
from jinlin.performance.queries.drills import Drills
from jinlin.performance.queries.figures import figures_of
from jinlin.performance.queries.parts import shares_of
from jinlin.performance.queries.scope import Teller, scope_of
from tests.world import CITY, COUNTY, FAR, GRID, OTHER, SIBLING, TOWN, VILLAGE

pytestmark = pytest.mark.django_db


def filled(world, now):
    """A town with some of everything: closed, open, due today, overdue, at a department, divided by source."""
    with clock.fixed(now - timedelta(days=12)):
        for place in (VILLAGE, VILLAGE, SIBLING):
            world.report("路灯不亮", place=place, category="FAC-02")
    with clock.fixed(now - timedelta(days=1)):
        done = world.report("门口的纸箱", category="ENV-01", channel="patrol")
        world.report("东风的路面", place=FAR, category="FAC-03")
        world.do("grid", "solve_on_spot", done)
    world.to_department()
    world.report("刚看到的井盖", category="FAC-01")
    world.report("只说了是哪条街", place=TOWN)


def every_drill(found):
    """Every number of a board that leads to a list, as (what, number, query)."""
    now, flow = found.now, found.flow
    yield from (("open", now.open), ("due_today", now.due_today), ("overdue", now.overdue))
    yield from ((one.code, one.open) for one in (*now.waiting, *now.states, *flow.exits, *flow.ends))
    yield from (("opened", flow.opened), ("reported", flow.reported), ("closed", flow.closed))
    yield from (("self_handled", flow.self_handled), ("direct", flow.direct), ("beyond", flow.beyond))
    yield from ((one.code, one.count) for one in (*found.categories, *found.channels))
    for child in found.children:
        for name in ("open", "due_today", "overdue", "reported", "closed"):
            yield f"{child.name} {name}", getattr(child, name)


@pytest.mark.parametrize(("who", "area"), [("county", COUNTY), ("town", TOWN), ("village", VILLAGE)])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(category="FAC"),
        Filters(category="ENV-01", channel="web"),
        Filters(line="CMB"),
        Filters(line="@grid", category="FAC-02"),
        Filters(line="@town"),
        Filters(channel="patrol"),
        Filters(since=date(2026, 2, 1), until=date(2026, 3, 9)),
    ],
)
def test_numbers_are_those_of_the_lists_behind_them(world, tuesday, who, area, filters) -> None:
    filled(world, tuesday)
    viewer = world.actor(who)
    found = board(viewer=viewer, area=area, filters=filters)
    led = 0
    for what, counted in every_drill(found):
        if "of" in counted.drill:  # `test_behind` goes there
            continue
        led += 1
        query = dict(counted.drill)
        view = query.pop("view")
        rows = case_list(viewer=viewer, view=view, filters=ListFilters(**query)).rows
        assert len(rows) == counted.value, (what, counted)
    assert led > 5


def test_a_rate_leads_to_what_keeps_it_from_being_better(world, tuesday) -> None:
    with clock.fixed(tuesday - timedelta(days=12)):
        late = world.report("路灯不亮", category="FAC-02")
        world.do("grid", "accept", late)
    for _one in range(9):
        world.do("grid", "solve_on_spot", world.report("纸箱"))
    viewer = world.actor("county")
    figure = board(viewer=viewer, area=COUNTY).figure("close_rate")
    assert (figure.denominator, figure.numerator) == (10, 9)
    query = dict(figure.drill)
    rows = case_list(viewer=viewer, view=query.pop("view"), filters=ListFilters(**query)).rows
    assert [row.tracking for row in rows] == [late.tracking]


def test_a_board_tells_what_is_so(world, tuesday) -> None:
    filled(world, tuesday)
    found = board(viewer=world.actor("county"), area=COUNTY)
    assert (found.now.open.value, found.flow.reported.value, found.flow.closed.value) == (7, 8, 1)
    assert found.now.overdue.value
    assert {child.name for child in found.children} == {"柳河街道", "东风街道"}
    assert sum(child.open.value or 0 for child in found.children) == 7
    assert found.rest is None
    waiting = {one.code: one.open.value for one in found.now.waiting}
    assert waiting["CMB"] == 1
    assert sum(waiting.values()) == 7
    assert found.categories[0].code == "FAC-02"
    assert sum(point.counts["reported"] for point in found.trend.points) == 8
    assert found.now.coming[0] == (clock.today(), found.now.due_today)
    assert {stage.stage: stage.waiting for stage in found.funnel}["resolve"] == 1


def test_what_lies_in_no_child_is_told_apart(world, tuesday) -> None:
    filled(world, tuesday)
    found = board(viewer=world.actor("town"), area=TOWN)
    assert found.rest is not None
    assert (found.rest.open.value, found.rest.reported.value) == (1, 1)
    assert sum(child.open.value for child in found.children) + 1 == found.now.open.value
    village = board(viewer=world.actor("village"), area=VILLAGE)
    (grid,) = village.children
    assert grid.code == GRID
    assert grid.open.value == village.now.open.value


def test_a_map_tells_what_the_table_tells(world, tuesday) -> None:
    """A map reads only what its one number is made of; the number is the same, filtered or told in tens."""
    filled(world, tuesday)
    told = set()
    for who, area in (
        ("county", COUNTY),
        ("town", TOWN),
        ("village", VILLAGE),
        ("city", CITY),
        ("province", COUNTY),
    ):
        for filters in (Filters(), Filters(category="FAC-02")):
            viewer = world.actor(who)
            table = board(viewer=viewer, area=area, filters=filters).children
            for measure in MAP_MEASURES:
                drawn = map_areas(viewer=viewer, area=area, by=measure.code, filters=filters)
                for child, one in zip(table, drawn, strict=True):
                    figure = None if measure.is_count else replace(child.figure(measure.code), behind=None)
                    count = getattr(child, measure.code).value if measure.is_count else 0
                    assert (one.code, one.name, one.count, one.figure) == (
                        child.code,
                        child.name,
                        count,
                        figure,
                    )
                    told.add(count)
    assert {0, 1, 5, None} <= told


def test_a_board_reads_only_the_rates_that_are_asked_of_the_areas_below(world, tuesday) -> None:
    filled(world, tuesday)
    viewer = world.actor("town")
    whole = board(viewer=viewer, area=TOWN)
    narrow = board(viewer=viewer, area=TOWN, rates_below=("close_rate",))
    assert whole.rest
    assert narrow.rest
    for child, one in zip((*whole.children, whole.rest), (*narrow.children, narrow.rest), strict=True):
        assert one.figures == (child.figure("close_rate"),)
        assert replace(one, figures=()) == replace(child, figures=())
    assert replace(narrow, children=(), rest=None) == replace(whole, children=(), rest=None)


def test_a_city_adds_up_its_counties(world, tuesday) -> None:
    filled(world, tuesday)
    world.report("南顿的桥", place="411681100201", category="FAC-03")
    for filters in (Filters(), Filters(category="FAC-03"), Filters(category="FAC-03", channel="web")):
        city = board(viewer=world.actor("city"), area=CITY, filters=filters)
        parts = {child.code: child for child in city.children}
        assert set(parts) == {COUNTY, OTHER}
        assert parts[OTHER].open.value == parts[OTHER].reported.value == 1
        assert city.now.open.value == sum(child.open.value for child in parts.values())
        assert city.flow.reported.value == sum(child.reported.value for child in parts.values())
        assert city.now.open.drill["of"] == "open", "a city reads its own orders in lists"


def test_last_year_is_the_same_days_of_the_year_before(world, tuesday) -> None:
    with clock.fixed(tuesday - timedelta(days=365)):
        for _one in range(10):
            world.report("路灯不亮", category="FAC-02")
    found = board(viewer=world.actor("county"), area=COUNTY)
    before = {one.code: one for one in found.last_year}
    assert before["register_rate"].n == 10
    assert found.figure("register_rate").no_data


def test_days_and_months_add_up_alike(world, tuesday) -> None:
    for days in (0, 3, 9, 20, 31, 40, 45, 75):
        with clock.fixed(tuesday - timedelta(days=days)):
            world.report("路灯不亮", category="FAC-02")
    viewer = world.actor("county")
    for since, until, n in (
        (date(2026, 1, 10), date(2026, 3, 10), 7),
        (date(2026, 1, 24), date(2026, 2, 28), 4),
        (date(2026, 2, 1), date(2026, 2, 28), 2),
        (date(2025, 12, 1), date(2026, 3, 10), 8),
    ):
        for filters in (Filters(since, until), Filters(since, until, category="FAC")):
            found = board(viewer=viewer, area=COUNTY, filters=filters)
            assert found.flow.reported.value == n, (since, until)
            assert sum(point.counts["reported"] for point in found.trend.points) >= n
            assert not found.widened
    crossed = board(viewer=viewer, area=COUNTY, filters=Filters(since, until, category="FAC", channel="web"))
    assert crossed.widened is not False or crossed.filters.since == date(2025, 12, 1)


def test_a_cross_of_filters_is_told_by_whole_months(world, tuesday) -> None:
    world.report("路灯不亮", category="FAC-02")
    asked = Filters(date(2026, 3, 5), date(2026, 3, 8), category="FAC-02", channel="web")
    found = board(viewer=world.actor("county"), area=COUNTY, filters=asked)
    assert found.widened
    assert (found.filters.since, found.filters.until) == (date(2026, 3, 1), date(2026, 3, 31))
    assert found.flow.reported.value == 1


def test_a_department_sees_its_own_line_only(world, tuesday) -> None:
    filled(world, tuesday)
    found = board(viewer=world.actor("dept"), area=COUNTY, filters=Filters(line="HCB"))
    assert found.locked_line
    assert found.filters.line == "CMB"
    assert found.now.open.value == 1
    assert found.now.open.drill["line"] == "CMB"
    assert board(viewer=world.actor("dept2"), area=COUNTY).now.open.value == 0


@pytest.mark.parametrize(
    ("who", "area"),
    [
        ("leader", COUNTY),
        ("county2", COUNTY),
        ("county", CITY),
        ("county", OTHER),
        ("county", "411602999000"),
        ("county", "411602abcdef"),
        ("county", GRID),
    ],
)
def test_only_the_own_block(world, tuesday, who: str, area: str) -> None:
    for read in (board, map_areas, figures):
        with pytest.raises(NotFound):
            read(viewer=world.actor(who), area=area)


def test_only_those_who_look_at_boards(world, tuesday) -> None:
    for actor in (world.actor("grid"), world.actor("admin"), ANYONE):
        with pytest.raises((NotAllowed, NotFound)):
            board(viewer=actor, area=COUNTY)
        with pytest.raises(NotAllowed):
            home_area(viewer=actor)
    assert home_area(viewer=world.actor("leader")) == TOWN


def test_the_province_reads_tens_and_nothing_below_ten(world, tuesday) -> None:
    filled(world, tuesday)
    for _one in range(7):
        world.report("路灯不亮", category="FAC-02")
    viewer = world.actor("province")
    found = board(viewer=viewer, area=COUNTY)
    assert (found.masked, found.now.open.value, found.flow.reported.value) == (True, 10, 20)
    for what, counted in every_drill(found):
        assert counted.drill is None, what
        assert counted.value is None or counted.value % 10 == 0, what
    numbers = [
        n
        for figure in (*found.figures, *(one for child in found.children for one in child.figures))
        for n in (figure.numerator, figure.denominator, figure.n)
    ]
    numbers += [
        n
        for stage in found.funnel
        for n in (stage.should, stage.done, stage.in_time, stage.late, stage.waiting)
    ]
    numbers += [n for point in found.trend.points for n in point.counts.values()]
    numbers += [one.value for _day, one in found.now.coming]
    assert not [n for n in numbers if n is not None and n % 10]
    assert all(figure.value is None or figure.value == int(figure.value) for figure in found.figures)
    assert board(viewer=world.actor("county"), area=COUNTY).now.open.value == 14


@pytest.mark.parametrize(
    ("sums", "code", "told"),
    [
        ({"reported": 20, "direct": 1}, "direct_answer_rate", None),  # 5 % of about 20: one
        ({"reported": 20, "direct": 19}, "direct_answer_rate", None),  # one is left
        ({"reported": 20, "direct": 0}, "direct_answer_rate", 0),
        ({"reported": 20, "direct": 20}, "direct_answer_rate", 100),
        ({"reported": 40, "direct": 20}, "direct_answer_rate", 50),
        # 90 % and 87 % of a hundred would tell the three late ones
        ({"close_should": 100, "close_done": 90, "close_late": 3}, "close_rate", 90),
        ({"close_should": 100, "close_done": 90, "close_late": 3}, "intime_close_rate", None),
        ({"close_should": 100, "close_done": 90, "close_late": 30}, "intime_close_rate", 60),
        ({"solved_yes": 50, "solved_partly": 4}, "solution_rate", None),
    ],
)
def test_no_rate_betrays_a_count_below_ten(sums, code: str, told: int | None) -> None:
    masked, whole = (figures_of(sums, Teller(masked), only=(code,))[0] for masked in (True, False))
    assert masked.value == told
    assert masked.too_few is (told is None)
    assert whole.value is not None
    silent = {"solved_yes": 90, "unanswered": 4}
    asked = [figures_of(silent, Teller(masked), only=("solution_rate",))[0] for masked in (True, False)]
    assert [one.no_answer_share for one in asked] == [None, Decimal("4.26")]


def test_no_mix_betrays_a_count_below_ten(world, tuesday) -> None:
    """97 and 3 are told as 100 and "few": not as 97 per cent, which would leave three."""
    drills = Drills(scope_of(viewer=world.actor("province"), area=COUNTY), Filters())
    parts = shares_of({"ENV-01": 97, "FAC-02": 3}, "category", Teller(True), drills)
    assert [(one.count.value, one.share) for one in parts] == [(100, Decimal(100)), (None, None)]


def test_queries_stay_few_and_the_same(world, tuesday) -> None:
    filled(world, tuesday)
    for who, area in (
        ("county", COUNTY),
        ("city", CITY),
        ("town", TOWN),
        ("village", VILLAGE),
        ("province", CITY),
    ):
        viewer = world.actor(who)
        for filters in (Filters(), Filters(category="FAC", line="CMB", channel="web")):
            with CaptureQueriesContext(connection) as asked:
                board(viewer=viewer, area=area, filters=replace(filters, since=date(2025, 3, 5)))
            texts = [query["sql"][:90] for query in asked if "orgs_orgsversion" not in query["sql"]]
            assert len(texts) <= 12, texts


def test_nobody_can_ask_for_what_does_not_exist(tuesday) -> None:
    with pytest.raises(Invalid) as refused:
        read_filters(
            {"from": "gestern", "to": "2026-13-01", "line": "X", "category": "NO-01", "source": "tv"}
        )
    assert set(refused.value.fields) == {"from", "to", "line", "category", "source"}
    assert all(sentence.endswith("。") for many in refused.value.fields.values() for sentence in many)
    with pytest.raises(Invalid):
        read_filters({"from": "2026-03-10", "to": "2026-03-01"})
    for query in ({"from": "2026-03-11"}, {"from": "2016-03-09"}, {"from": "2016-03-09", "to": "2026-03-10"}):
        with pytest.raises(Invalid):  # nothing happened yet, or more than ten years
            read_filters(query)
    assert read_filters({"from": "2026-03-12", "to": "2026-03-12"}, ahead=True).since == date(2026, 3, 12)
    assert read_filters({"from": "2016-03-10", "to": "2099-03-10"}).since == date(2016, 3, 10)
    found = read_filters({"from": "2026-03-01", "to": "2026-03-10", "line": "@grid", "source": "web"})
    assert found == Filters(date(2026, 3, 1), date(2026, 3, 10), "@grid", "", "web")
