"""The bench fills its counters with arrays; the same cases through the product's own way give the same counters."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bench._histories import cells_of, drawn, one_by_one, pattern
from jinlin.cases.queries.timelines import timelines
from jinlin.performance.actions.bulk import write_rows
from jinlin.performance.actions.writing import add_rows
from jinlin.performance.models import Count
from jinlin.performance.rules import cuts
from jinlin.performance.rules.adding import History
from jinlin.performance.rules.counting import Place, replayed
from tests.performance.test_actions import stored
from tests.world import COUNTY, GRID, GRID2, SIBLING, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
PLACES = (
    Place(TOWN, VILLAGE, GRID, "", ""),
    Place(TOWN, SIBLING, GRID2, "", ""),
    Place(TOWN, "", "", "", ""),
)


def lived(world):
    """Real cases of several kinds, and what each was counted as."""
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运")
    world.do("county", "verify", case, passed=True)
    world.do(world.resident(case), "follow_up", case, solved="partly", satisfied=2)
    world.do("grid", "solve_on_spot", world.report("门口的纸箱"))
    world.report("没人接的一件")
    for _county, lines in timelines():
        told = replayed(lines)
        yield pattern(told.flows, told.stands.opened)


def test_bulk_and_one_by_one_give_the_same_rows(world, tuesday) -> None:
    patterns = list(lived(world))
    lists = {
        "places": PLACES,
        "categories": ("", "ENV-01", "FAC-02"),
        "channels": ("web", "hotline"),
        "first": date(2025, 11, 3),
    }
    lives = drawn(np.random.default_rng(1), 200, COUNTY, lists, patterns, 90)
    rows: cuts.Rows = {}
    history = History(COUNTY)
    for place, flows in one_by_one(lives, patterns):
        cuts.spread(rows, COUNTY, place, flows)
        history.take(place, flows)
    kept = cuts.without_zeros(rows)
    assert dict(cells_of(lives, patterns).rows()) == kept
    assert dict(history.arrays().rows()) == kept
    Count.objects.all().delete()
    add_rows(Count, kept)
    by_moves = stored(Count)
    Count.objects.all().delete()
    assert write_rows(Count, cells_of(lives, patterns).rows()) == len(by_moves)
    assert stored(Count) == by_moves
