"""The golden loop through the actions: one thing said once, until it is closed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from jinlin.cases.models import Case
from jinlin.cases.queries import case_list, story
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, RuleBroken
from jinlin.people.models import Post
from jinlin.performance.actions import check_counters
from jinlin.performance.models import OpenCount
from tests.world import COUNTY


def test_golden_loop(world: Any, tuesday: Any) -> None:
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运垃圾", claim="solved")
    world.do("grid", "verify", case, passed=True, on_spot=True)
    me = world.resident(case)
    world.do(me, "follow_up", case, solved="partly", words="还剩一点")
    assert Case.unscoped.get(pk=case.pk).state == "rework"
    world.do("dept", "report_done", case, words="已全部清完", claim="solved")
    world.do("grid", "verify", case, passed=True)
    world.do(me, "follow_up", case, solved="yes", satisfied=5)
    case = Case.unscoped.get(pk=case.pk)
    assert (case.state, case.end_kind, case.is_open, case.rework_count) == ("closed", "solved", False, 1)
    told = story(viewer=me, case=case)
    assert told.lines[0].label == "已收到您反映的事"
    assert not OpenCount.objects.exclude(n=None).exists()
    assert not check_counters().wrong


def test_dynamic_follow_up_comes_back_and_opens_again(world: Any) -> None:
    with clock.fixed(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        first = world.report("路灯又不亮", category="FAC-02")
        world.do("grid", "solve_on_spot", first)
        case = world.report("路灯不亮", category="FAC-02")
        world.do("grid", "accept", case)
        world.do("grid", "escalate", case, reason="要换灯")
        world.do("village", "solve_here", case, words="换了灯泡")
        world.do(world.resident(case), "follow_up", case, solved="yes", satisfied=4)
        case = Case.unscoped.get(pk=case.pk)
        assert case.next_visit_on == date(2026, 3, 17)
        with pytest.raises(RuleBroken):
            world.do("town", "revisit", case, solved="yes")
    with clock.fixed(datetime(2026, 3, 17, 2, tzinfo=UTC)):
        assert [row.id for row in case_list(viewer=world.actor("town"), view="revisit").rows] == [case.pk]
        with pytest.raises(NotAllowed):
            world.do("village", "revisit", case, solved="yes")  # the desk that solved it
        case = world.do("town", "revisit", case, solved="yes", words="还亮着")
        assert (case.state, case.next_visit_on) == ("closed", date(2026, 4, 9))
    with clock.fixed(datetime(2026, 4, 9, 2, tzinfo=UTC)):
        case = world.do("town", "revisit", case, solved="no", words="又灭了")
        assert (case.state, case.is_open, case.reopen_count) == ("reopened", True, 1)


def test_words_without_a_place_go_where_nearly_everybody_works(world: Any) -> None:
    assert world.report("路口的井盖翘起来了", place="").county == COUNTY


def test_words_without_a_place_are_asked_for_one_where_several_counties_work(world: Any) -> None:
    Post.objects.filter(place__startswith=COUNTY[:6]).exclude(role="county_clerk").delete()
    with pytest.raises(Invalid):
        world.report("路口的井盖翘起来了", place="")
