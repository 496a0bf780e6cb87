"""The cases behind any number of a board: their sum is the number, and nobody is shown a case by it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.performance.queries import Asked, Filters, behind, board, read_filters
from jinlin.performance.queries import behind as page
from jinlin.performance.queries.drills import REST
from tests.world import CITY, COUNTY, GRID, OTHER, SIBLING, TOWN, VILLAGE

pytestmark = pytest.mark.django_db


def lived(world, now):
    """A town with some of everything that no list of the desk can tell: sent back, reworked, late, reopened, joined."""
    with clock.fixed(now - timedelta(days=40)):
        old = world.report("老路灯", category="FAC-02")
        world.do("grid", "solve_on_spot", old)
    with clock.fixed(now - timedelta(days=12)):
        world.report("路灯不亮", category="FAC-02")
        back = world.report("楼道灯", category="FAC-02")
        world.do("grid", "accept", back)
        for desk in ("grid", "village", "town"):
            world.do(desk, "escalate", back, reason="需要部门处理")
        world.do("county", "dispatch", back, to_unit=world.unit("CMB"))
        world.do("dept", "object", back, reason="不归我们管")
    with clock.fixed(now - timedelta(days=3)):
        again = world.to_department()
        world.do("dept", "report_done", again, words="已清运", claim="solved")
        world.do("county", "verify", again, passed=False, words="还有一堆")
        world.do("dept", "report_done", again, words="这回清了", claim="solved")
        world.do("county", "verify", again, passed=True)
        world.do(world.resident(again), "follow_up", again, solved="partly", satisfied=2)
    world.do(world.resident(old), "reopen", old, reason="又不亮了")
    world.report("只说了是哪条街", place=TOWN)
    world.report("隔壁的纸箱", place=SIBLING, category="ENV-01", channel="patrol")
    world.report("还没定类别", category=None)


def numbers_of(found):
    """Every number of a board that leads to its own page, as (what, number, column, address)."""
    for name in ("dispatched", "returned", "reworked", "reopened", "extended", "joined"):
        yield name, getattr(found.flow, name).value, 0, getattr(found.flow, name).drill
    for stage in found.funnel:
        yield from (
            (f"{stage.stage} {name}", getattr(stage, name), 0, led) for name, led in stage.drills.items()
        )
    for point in found.trend.points[-3:]:
        yield from ((f"{point.day} {name}", n, 0, point.drills[name]) for name, n in point.counts.items())
    yield from parts_of(found.figures)
    counted = [(str(day), one) for day, one in found.now.coming]
    counted += [(one.code, one.open) for one in (*found.now.waiting, *found.now.states)]
    counted += [(one.code, one.count) for one in (*found.categories, *found.channels)]
    for child in (*found.children, *filter(None, [found.rest])):
        counted += [(name, getattr(child, name)) for name in ("open", "overdue", "reported", "closed")]
    yield from ((what, one.value, 0, one.drill) for what, one in counted)


def parts_of(figures):
    for figure in (one for one in figures if one.behind and one.denominator):
        plain = figure.code == "ledger_age"
        yield figure.code, figure.n if plain else figure.numerator, 0, figure.behind
        if figure.unit in ("%", "个"):
            yield figure.code, figure.denominator, 1, figure.behind


@pytest.mark.parametrize(
    ("who", "area"),
    [("county", COUNTY), ("town", TOWN), ("village", VILLAGE), ("dept", COUNTY), ("city", CITY)],
)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(category="ENV"),
        Filters(line="CMB"),
        Filters(line="@grid", channel="web"),
        Filters(since=date(2026, 1, 20), until=date(2026, 3, 9)),
    ],
)
def test_every_number_is_the_sum_of_its_cases(world, tuesday, who, area, filters) -> None:
    lived(world, tuesday)
    viewer = world.actor(who)
    told = set()
    for what, n, column, drill in numbers_of(board(viewer=viewer, area=area, filters=filters)):
        assert not n or drill, f"{what} leads nowhere"
        if not n or "of" not in drill:
            continue
        asked = Asked(drill["of"], drill.get("part", ""), drill.get("bare") == "1")
        found = behind(
            viewer=viewer, area=drill["area"], asked=asked, filters=read_filters(drill, ahead=True)
        )
        assert found.sums[column] == n, (what, drill)
        assert len(found.amounts) + found.hidden > 0
        told.add(what)
    assert told or who == "village"


def test_who_sees_fewer_cases_is_told_how_many_more_were_counted(world, tuesday) -> None:
    lived(world, tuesday)
    whole = behind(viewer=world.actor("county"), area=COUNTY, asked=Asked("dispatched"))
    assert (whole.hidden, whole.sums) == (0, (Decimal(2),))
    city = behind(viewer=world.actor("city"), area=CITY, asked=Asked("opened"))
    assert city.hidden > len(city.amounts)


def test_who_is_told_tens_gets_no_list(world, tuesday) -> None:
    lived(world, tuesday)
    found = behind(viewer=world.actor("province"), area=COUNTY, asked=Asked("opened"))
    assert (found.masked, found.sums, found.amounts, found.hidden) == (True, (), {}, 0)


def test_a_department_gets_its_own_line_only(world, tuesday) -> None:
    lived(world, tuesday)
    asked = behind(
        viewer=world.actor("dept"), area=COUNTY, asked=Asked("handled"), filters=Filters(line="HCB")
    )
    assert asked.filters.line == "CMB"


def test_too_many_to_replay_are_not_replayed(world, tuesday, monkeypatch) -> None:
    lived(world, tuesday)
    monkeypatch.setattr(__import__(page.__module__, fromlist=["MOST"]), "MOST", 2)
    found = behind(viewer=world.actor("county"), area=COUNTY, asked=Asked("dispatched"))
    assert (found.too_many, found.amounts) == (True, {})
    assert not behind(viewer=world.actor("county"), area=COUNTY, asked=Asked("in_signed")).too_many


@pytest.mark.parametrize(
    "of", ["people_uncovered", "nonsense", "in_closed", "waiting_close", "x_done_in_time", "' OR 1=1"]
)
def test_a_number_that_stands_on_no_board_is_refused(world, tuesday, of) -> None:
    with pytest.raises(Invalid):
        behind(viewer=world.actor("county"), area=COUNTY, asked=Asked(of))


def test_areas_outside_are_refused(world, tuesday) -> None:
    lived(world, tuesday)
    with pytest.raises(NotFound):
        behind(viewer=world.actor("county"), area=OTHER, asked=Asked("opened"))
    with pytest.raises(Invalid):
        behind(viewer=world.actor("village"), area=VILLAGE, asked=Asked("opened", part=SIBLING))
    inside = behind(viewer=world.actor("village"), area=VILLAGE, asked=Asked("opened", part=GRID))
    rest = behind(viewer=world.actor("village"), area=VILLAGE, asked=Asked("opened", part=REST))
    assert inside.sums > rest.sums == (Decimal(0),)


def test_it_asks_few_questions_however_many_cases(world, tuesday) -> None:
    lived(world, tuesday)
    viewer = world.actor("county")
    asked = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            behind(viewer=viewer, area=COUNTY, asked=Asked("close_rate"))
        asked.append(len(seen))
        for _one in range(5):
            world.report("纸箱")
    assert asked[0] == asked[1] <= 8


def test_a_rate_of_a_child_leads_to_the_cases_of_that_child(world, tuesday) -> None:
    lived(world, tuesday)
    viewer = world.actor("town")
    child = next(one for one in board(viewer=viewer, area=TOWN).children if one.code == VILLAGE)
    drill = child.figure("reopen_rate").behind
    assert drill["part"] == VILLAGE
    found = behind(viewer=viewer, area=drill["area"], asked=Asked(drill["of"], drill["part"]))
    assert found.sums == (child.figure("reopen_rate").numerator, Decimal(child.figure("reopen_rate").n))
