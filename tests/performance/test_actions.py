"""Counters kept by the moves: equal to what the timelines say, whatever random people do."""

from __future__ import annotations

import pytest

from jinlin.performance.actions import check_counters, rebuild_counters
from jinlin.performance.models import Count, OpenCount
from tests.world import COUNTY

pytestmark = pytest.mark.django_db


def county(**only):
    """The row of the whole county by day."""
    return Count.objects.get(county=COUNTY, cut=0, area=COUNTY, **only)


def test_a_report_is_counted_everywhere(world, tuesday) -> None:
    world.report()
    rows = Count.objects.filter(opened=1)
    assert rows.count() == 24
    assert OpenCount.objects.filter(n=1).count() == 6
    assert county().reported == 1
    assert not check_counters().wrong


def test_a_long_way_is_counted_as_it_was(world, tuesday) -> None:
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运")
    world.do("county", "verify", case, passed=True)
    world.do("resident" if False else world.resident(case), "follow_up", case, solved="yes", satisfied=4)
    row = county()
    assert (row.reported, row.registered, row.dispatched, row.handled, row.ended) == (1, 1, 1, 1, 1)
    assert (row.solved_yes, row.satisfied_4, row.contact_wanted, row.contact_in_time) == (1, 1, 1, 1)
    assert (row.close_done, row.close_should, row.close_late) == (1, 1, None)
    assert not OpenCount.objects.exclude(n=None).exists()
    verdict = check_counters()
    assert not verdict.differences
    before = list(Count.objects.order_by("pk").values())
    rebuild_counters()
    assert not check_counters().wrong
    after = [row for row in Count.objects.order_by("pk").values()]
    values = lambda rows: [{k: v for k, v in row.items() if v} for row in rows if any(isinstance(v, int) and v and k != "cut" for k, v in row.items())]
    assert values(before) == values(after)
