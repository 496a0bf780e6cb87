"""The bench fills its counters with arrays; the same cases through the product's own way give the same counters."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bench._boards_fill import copied_county
from bench._histories import added_up, drawn, one_by_one, pattern
from jinlin.cases.queries.timelines import timelines
from jinlin.performance.actions import bulk
from jinlin.performance.actions.bulk import write_blocks
from jinlin.performance.actions.writing import add_rows
from jinlin.performance.models import Count
from jinlin.performance.rules import adding, cuts
from jinlin.performance.rules.adding import History
from jinlin.performance.rules.counting import Place
from jinlin.performance.rules.telling import replayed
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
    assert dict(added_up(lives, patterns).rows()) == kept
    assert list(history.rows()) == sorted(kept.items())
    Count.objects.all().delete()
    add_rows(Count, kept)
    by_moves = stored(Count)
    Count.objects.all().delete()
    assert write_blocks(Count, added_up(lives, patterns).blocks()) == len(by_moves)
    assert stored(Count) == by_moves


def test_a_copied_county_has_the_roll_ups_of_the_same_cases_there(world, tuesday) -> None:
    """The bench copies counties nobody looks into: its rows are those counting would have made."""
    other = "411625000000"
    lists = {"places": PLACES, "categories": ("", "ENV-01"), "channels": ("web",), "first": date(2025, 12, 1)}
    patterns = list(lived(world))
    lives = drawn(np.random.default_rng(3), 60, COUNTY, lists, patterns, 70)
    Count.objects.all().delete()
    write_blocks(Count, added_up(lives, patterns).blocks())
    copied = copied_county(COUNTY, other)
    Count.objects.filter(county=COUNTY).delete()
    found = stored(Count)
    Count.objects.all().delete()
    write_blocks(Count, added_up(replace(lives, county=other), patterns, below=False).blocks())
    assert copied == len(found) > 100
    assert found == stored(Count)


def test_chunks_add_up_to_the_same_rows(world, tuesday, monkeypatch) -> None:
    """However small the chunks, a history comes to the same rows, and the rows to the same table."""
    patterns = list(lived(world))
    lists = {"places": PLACES, "categories": ("", "ENV-01"), "channels": ("web",), "first": date(2025, 12, 1)}
    lives = drawn(np.random.default_rng(2), 150, COUNTY, lists, patterns, 40)
    whole = list(added_up(lives, patterns).rows())
    monkeypatch.setattr(adding, "CHUNK", 40)
    history = History(COUNTY)
    for place, flows in one_by_one(lives, patterns):
        history.take(place, flows)
    assert list(history.rows()) == whole
    monkeypatch.setattr(bulk, "BATCH", 30)
    Count.objects.all().delete()
    write_blocks(Count, added_up(lives, patterns).blocks())
    assert len(stored(Count)) == len(whole)
    assert stored(Count) == sorted(
        ({**row._asdict(), "day": date.fromisoformat(row.day), **many} for row, many in whole), key=str
    )


CODES = st.text(alphabet='A1-@"\\,{} 号', min_size=0, max_size=8)
ADDED = st.dictionaries(
    st.tuples(CODES, st.sampled_from(["2026-03-01", "2026-03-10"])),
    st.dictionaries(
        st.sampled_from(["opened", "ended", "typed"]), st.integers(-2, 3).filter(bool), min_size=1
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(changes=st.lists(ADDED, min_size=1, max_size=4))
def test_what_is_added_is_the_sum_whatever_the_codes_look_like(changes) -> None:
    with transaction.atomic():
        wanted: dict[tuple[str, str], Counter] = {}
        for many in changes:
            rows = {cuts.Row(COUNTY, 2, TOWN, day, "", code, ""): dict(n) for (code, day), n in many.items()}
            add_rows(Count, rows)
            for key, n in many.items():
                wanted.setdefault(key, Counter()).update(n)
        found = {
            (row.line, row.day.isoformat()): {
                name: n for name in ("opened", "ended", "typed") if (n := getattr(row, name)) is not None
            }
            for row in Count.objects.all()
        }
        transaction.set_rollback(True)
    assert found == {key: {name: n for name, n in sums.items() if n} for key, sums in wanted.items()}
