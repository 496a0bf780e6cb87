"""Counters kept by the moves: equal to what the timelines say, whatever random people do."""

from __future__ import annotations

from collections import Counter

import pytest

from jinlin.performance.actions import check_counters, rebuild_counters
from jinlin.performance.models import KEY, Count, OpenCount
from jinlin.performance.rules.measures import FLOWS
from tests.world import COUNTY

pytestmark = pytest.mark.django_db


def county() -> Counter[str]:
    """What is counted of the whole county, all days together."""
    sums: Counter[str] = Counter()
    for row in Count.objects.filter(county=COUNTY, cut=0, area=COUNTY).values(*FLOWS):
        sums.update({name: n for name, n in row.items() if n})
    return sums


def test_a_report_is_counted_everywhere(world, tuesday) -> None:
    world.report()
    rows = Count.objects.filter(opened=1)
    assert rows.count() == 25
    assert OpenCount.objects.filter(n=1).count() == 8
    assert county()["reported"] == 1
    assert not check_counters().wrong


def test_a_long_way_is_counted_as_it_was(world, tuesday) -> None:
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运")
    world.do("county", "verify", case, passed=True)
    world.do(world.resident(case), "follow_up", case, solved="yes", satisfied=4)
    row = county()
    assert [row[name] for name in ("reported", "registered", "dispatched", "handled", "ended")] == [1] * 5
    assert [row[name] for name in ("solved_yes", "satisfied_4", "contact_wanted", "contact_in_time")] == [
        1
    ] * 4
    assert (row["close_done"], row["close_should"], row["close_late"]) == (1, 1, 0)
    assert row["touched"] == 4  # village, town, county, 城管
    assert not OpenCount.objects.exclude(n=None).exists()
    assert not check_counters().differences


def stored(model) -> list[dict[str, object]]:
    """Every row that counts something."""
    rows = [{name: n for name, n in row.items() if n is not None} for row in model.objects.values()]
    return sorted((row for row in rows if len(row) > len(KEY)), key=str)


def test_rebuilt_rows_are_the_kept_ones(world, tuesday) -> None:
    case = world.to_department()
    world.do("dept", "ask", case, kind="extension", reason="等配件", days=2)
    world.do("county", "decide", case, granted=True, reason="同意")
    world.report("没说类别的一件")
    kept = [stored(model) for model in (Count, OpenCount)]
    told: list[tuple[int, int]] = []
    verdict = rebuild_counters(told=lambda done, total: told.append((done, total)))
    assert [stored(model) for model in (Count, OpenCount)] == kept
    assert told[-1] == (verdict.lines, verdict.lines)
    assert verdict.rows == sum(map(len, kept))
