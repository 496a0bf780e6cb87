"""What the demo world is made of, without a database: shapes that fit, sentences for every leaf, plans by seed."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
import shapely
from PIL import Image

import jinlin.orgs
from jinlin.cases.rules.words import EXITS
from jinlin.demo import hours, land, matters, plans
from jinlin.demo.pictures import SIZE, picture
from jinlin.demo.plans import Place, Planner
from jinlin.demo.scene import PHONE
from jinlin.demo.street import outline

UNTIL = datetime(2026, 3, 11, 7, 0, tzinfo=UTC)
LEAVES = [
    row["code"]
    for row in csv.DictReader(
        (Path(jinlin.orgs.__file__).parent / "data" / "categories.csv").open(encoding="utf-8")
    )
    if row["parent"]
]


@pytest.fixture(scope="module")
def cells():
    return land.tessellate(outline(), 12, Random(1))


def planner(seed=1):
    area = shapely.box(114.64, 33.62, 114.65, 33.63)
    street = [Place(f"411602002{n:03d}001", area) for n in range(1, 13)]
    return Planner(Random(seed), UNTIL, 90, street, ["411602001001"], ["411681100201"])


def test_cells_fit_without_gap_or_overlap(cells):
    basic = [cell.area for cell in cells if not cell.exclusive]
    whole = shapely.union_all(basic)
    assert all(area.is_valid and area.geom_type == "Polygon" for area in basic)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert sum(area.area for area in basic) == pytest.approx(whole.area, rel=1e-9)
    assert outline().buffer(1e-6).contains(whole)


def test_every_community_has_three_or_four_and_the_first_a_market(cells):
    count = Counter(cell.community for cell in cells if not cell.exclusive)
    assert set(count) == set(range(12))
    assert set(count.values()) <= {3, 4}
    market = [cell for cell in cells if cell.exclusive]
    assert [cell.community for cell in market] == [0]
    assert any(cell.area.contains(market[0].area) for cell in cells if not cell.exclusive)


def test_the_same_seed_draws_the_same(cells):
    again = land.tessellate(outline(), 12, Random(1))
    assert [cell.area.wkt for cell in again] == [cell.area.wkt for cell in cells]
    assert land.tessellate(outline(), 12, Random(2))[0].area.wkt != cells[0].area.wkt


def test_every_leaf_has_its_sentences():
    table = matters.matters()
    assert sorted(table) == sorted(LEAVES)
    for row in table.values():
        assert row.words, row.code
        assert all(4 <= len(said.replace("{w}", "")) <= 40 for said in row.words), row.code
        assert row.ways
        assert row.done
        assert row.answered
        assert "{" not in row.sentence(Random(1), "南门口")


def test_frequencies_follow_the_published_ones():
    rows = matters.matters().values()
    said, found = sum(row.said for row in rows), sum(row.patrol for row in rows)
    table = matters.matters()
    assert table["NEI-01"].said / said == pytest.approx(0.075, abs=0.015)
    assert table["HSG-01"].said / said == pytest.approx(0.062, abs=0.015)
    assert table["ENV-05"].patrol / found == pytest.approx(474 / 971, abs=0.03)
    assert table["ENV-04"].patrol / found == pytest.approx(128 / 971, abs=0.03)


def test_no_number_anybody_may_own():
    texts = [text for row in matters.matters().values() for text in (*row.words, row.done, row.answer)]
    texts += [part for rows in matters.EXITS.values() for row in rows for part in row]
    assert not [text for text in texts if re.search(r"\d{6}", text)]
    assert PHONE.startswith("10")
    assert len(PHONE) == 11
    assert set(matters.EXITS) == set(EXITS)


def test_full_size_covers_every_leaf_turn_and_exit():
    drawn = planner().draw(900)
    assert len(drawn) == 900
    assert {plan.matter.code for plan in drawn} == set(LEAVES)
    turns = Counter(plan.turn for plan in drawn)
    assert all(turns[turn] >= 1 for turn, _leaf, _n in plans.TURNS)
    assert all(turns[f"exit:{code}"] == 3 for code in EXITS)
    assert {plan.stall for plan in drawn} >= {stall for stall, *_rest in plans.WAITING}
    assert drawn == sorted(drawn, key=lambda plan: plan.at)
    assert all(plan.at < UNTIL for plan in drawn)


def test_plans_are_the_same_for_a_seed():
    def told(seed):
        return [(p.matter.code, p.at, p.spot.place, p.way, p.turn) for p in planner(seed).draw(300)]

    assert told(7) == told(7)
    assert told(7) != told(8)


@pytest.mark.parametrize("amount", [0.1, 1, 7.9, 30])
def test_office_hours_backwards_and_forwards(amount):
    monday = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00
    for moment in (monday, UNTIL, datetime(2026, 3, 8, 5, 0, tzinfo=UTC)):
        start = hours.office_ago(moment, amount)
        assert start < moment
        assert hours.in_office(start, amount) <= moment.astimezone(start.tzinfo)


def test_pictures_are_drawn_and_marked():
    image = Image.open(BytesIO(picture(Random(3))))
    assert image.size == SIZE
    red = sum(
        1
        for r, g, b in image.crop((24, 24, 344, 174)).get_flattened_data()
        if r > 150 and g < 110 and b < 110
    )
    assert red > 2000
