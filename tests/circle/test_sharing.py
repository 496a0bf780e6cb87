"""Who may use what and when: fixture F10, opening hours, agreements with dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from jinlin.circle import engines
from jinlin.circle.network import FAR
from jinlin.circle.opening import ALWAYS, Moment, read_hours
from jinlin.circle.reach import nearest
from jinlin.circle.sharing import (
    PUBLIC,
    Instant,
    Passage,
    SharingRule,
    Use,
    at_homes,
    layers_by_class,
    opened,
)
from jinlin.kernel.refusal import DirtyInput
from tests.circle.graphs import entrances, line, loaded, network_of

NOON, NINE = Instant(Moment("noon", 2, 12 * 60)), Instant(Moment("nine", 2, 21 * 60))
SHARED = SharingRule(frozenset({"B"}), read_hours("07:00-20:00"))
CANTEEN = Use(public=False, owners=frozenset({"A"}), rules=(SHARED,))
LIMIT = 12_000


@pytest.mark.parametrize("name", loaded())
@pytest.mark.parametrize(("instant", "expected"), [(NOON, [1000, 3000, FAR]), (NINE, [1000, FAR, FAR])])
def test_a_shared_canteen(name: str, instant: Instant, expected: list[int]) -> None:
    """F10: canteen of A, shared with B from 7 to 20; C lives nearer than B and never eats there."""
    star = network_of([(0, 1, 100), (0, 2, 300), (0, 3, 200)])
    layers = layers_by_class(
        star,
        entrances([(0, 0)]),
        ([CANTEEN], []),
        ["A", "B", "C"],
        instant,
        limit_dm=LIMIT,
        engine=engines.load(name),
    )
    assert at_homes(layers, np.array([1, 2, 3]), ["A", "B", "C"]).tolist() == expected
    assert (layers[PUBLIC].near == FAR).all()


@pytest.mark.parametrize("name", loaded())
def test_a_gate_for_two_is_no_way_through_for_the_third(name: str) -> None:
    """F10: C (0) - gate - A's yard (1) - school (2), public; round the wall it is 900 m."""
    around = network_of([(1, 2, 100), (0, 3, 450), (3, 2, 450)])
    gate = Passage(0, 1, 20, Use(public=False, owners=frozenset({"A", "B"})))
    layers = layers_by_class(
        around,
        entrances([(2, 0)]),
        ([Use()], [gate]),
        ["A", "B", "C"],
        NOON,
        limit_dm=LIMIT,
        engine=engines.load(name),
    )
    home = np.array([0, 0, 0, 1, -1])
    assert at_homes(layers, home, ["A", "B", "C", "C", "A"]).tolist() == [1020, 1020, 9000, 1000, FAR]


@pytest.mark.parametrize("name", loaded())
def test_several_gates_and_doors_equal_a_search_of_everything(name: str) -> None:
    """What a class gains by repair is what a full search on its own network says."""
    engine = engines.load(name)
    row = line(*[300] * 12)
    own = Use(public=False, owners=frozenset({"A"}))
    gates = [Passage(0, 6, 40, own), Passage(6, 12, 10, own), Passage(3, 9, 70)]
    doors = entrances([(12, 0), (5, 1), (8, 1)])
    layers = layers_by_class(
        row, doors, ([Use(), own], gates), ["A", "B"], NOON, limit_dm=20_000, engine=engine
    )
    whole = nearest(opened(row, gates), doors, 20_000, engine).near
    assert layers["A"].near.tolist() == whole.tolist()
    assert layers["B"].near.tolist() == layers[PUBLIC].near.tolist() != whole.tolist()


def test_gates_open_on_one_way_networks_too() -> None:
    network = network_of([(0, 1, 10), (1, 2, 10)], oneway=np.array([True, False]))
    after = opened(network, [Passage(0, 2, 50)])
    assert after.directed
    assert after.indices.tolist() == [1, 2, 2, 0, 1]
    assert opened(network, []) is network


def test_agreements_have_dates() -> None:
    rule = SharingRule(frozenset({"B"}), ALWAYS, date(2026, 3, 1), date(2026, 3, 31))
    use = Use(public=False, rules=(rule,))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [use.allows("B", NOON.moment, day) for day in days] == [False, True, True, False]
    assert use.allows("B", NOON.moment)


@pytest.mark.parametrize(
    ("hours", "weekday", "minute", "is_open"),
    [
        ("", 6, 0, True),
        ("24/7", 6, 1439, True),
        ("07:00-20:00", 0, 7 * 60, True),
        ("07:00-20:00", 0, 20 * 60, False),
        ("Mo-Fr 08:00-18:00; Sa 09:00-12:00", 5, 9 * 60, True),
        ("Mo-Fr 08:00-18:00; Sa 09:00-12:00", 6, 9 * 60, False),
        ("08:00-11:30,14:00-18:00", 1, 12 * 60, False),
        ("22:00-06:00", 0, 5 * 60, True),
        ("Sa 22:00-06:00", 6, 5 * 60, True),
        ("Sa 22:00-06:00", 5, 5 * 60, False),
        ("Fr-Mo 10:00-11:00", 6, 10 * 60, True),
        ("07:00-20:00; Su off", 6, 10 * 60, False),
    ],
)
def test_hours(hours: str, weekday: int, minute: int, is_open: bool) -> None:
    assert read_hours(hours).open_at(Moment("x", weekday, minute)) is is_open


@pytest.mark.parametrize("hours", ["sunrise-sunset", "7-20", "25:00-26:00", "Xx 07:00-08:00", "07:60-08:00"])
def test_hours_nobody_can_read_are_refused(hours: str) -> None:
    with pytest.raises(DirtyInput, match=hours):
        read_hours(hours)
