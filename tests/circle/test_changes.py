"""What-if of facilities and gates on labelled layers: equal to a new search, and taken back without a trace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinlin.circle import changes, engines
from jinlin.circle.network import FAR, Network
from jinlin.circle.reach import Layer, Seeds, nearest, seeds
from jinlin.circle.sharing import Passage, opened
from tests.circle.graphs import line, network_of

FIRST = engines.load(engines.available()[0])
BOTH = [name for name in ("scipy", "numba") if name in engines.available()]

Door = tuple[int, int, int]  # node, offset in decimetres, facility
Town = tuple[Network, list[Door], int]


def doors_of(rows: list[Door]) -> Seeds:
    node, offset, facility = np.array(rows, np.int32).reshape(-1, 3).T
    return seeds(node, facility, offset)


def layer_of(net: Network, rows: list[Door], limit_dm: int) -> Layer:
    return nearest(net, doors_of(rows), limit_dm, FIRST)


def same(one: Layer, other: Layer) -> bool:
    return bool((one.near == other.near).all() and (one.label == other.label).all())


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw a network with ties, islands and one-way streets, and the doors of up to five facilities."""
    count = draw(st.integers(2, 14))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.sampled_from([0.1, 1, 50, 100, 100, 200, 350.5]))
    edges = draw(st.lists(edge.filter(lambda one: one[0] != one[1]), min_size=1, max_size=24))
    more = {}
    if draw(st.booleans()):
        one = st.lists(st.sampled_from([False, False, True]), min_size=len(edges), max_size=len(edges))
        more["oneway"] = np.array(draw(one), bool)
    door = st.tuples(node, st.sampled_from([0, 0, 0, 5, 1000]), st.integers(0, 4))
    rows = draw(st.lists(door, min_size=1, max_size=8))
    return network_of(edges, count, **more), rows, draw(st.sampled_from([1000, 3500, 10_000]))


def check(net: Network, layer: Layer, expected: Layer, before: changes.Before, start: Layer) -> None:
    """The layer equals a new search; what was written over brings the first one back."""
    assert layer.near.tolist() == expected.near.tolist()
    if FIRST.name == "numba":  # scipy names any of the facilities that are equally near on one-way networks
        assert layer.label.tolist() == expected.label.tolist()
    assert net.size == len(layer.near)
    before.restore(layer)
    assert same(layer, start)


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=60, deadline=None)
@given(town=towns(), pick=st.integers(0, 7))
def test_opening_and_closing_a_facility(name: str, town: Town, pick: int) -> None:
    net, rows, limit = town
    facility = rows[pick % len(rows)][2]
    left = [row for row in rows if row[2] != facility]
    own = [row for row in rows if row[2] == facility]
    whole, fewer = layer_of(net, rows, limit), layer_of(net, left, limit)
    layer, engine = changes.copied(fewer), changes.load(name)
    check(net, layer, whole, changes.add_facility(net, layer, doors_of(own), engine), fewer)
    layer = changes.copied(whole)
    check(net, layer, fewer, changes.close_facility(net, layer, facility, doors_of(left), engine), whole)


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=40, deadline=None)
@given(town=towns(), pick=st.integers(0, 7), to=st.integers(0, 13))
def test_moving_a_facility(name: str, town: Town, pick: int, to: int) -> None:
    net, rows, limit = town
    facility = rows[pick % len(rows)][2]
    left = [row for row in rows if row[2] != facility]
    moved = [(to % net.size, 0, facility)]
    start = layer_of(net, rows, limit)
    layer, engine = changes.copied(start), changes.load(name)
    before = changes.move_facility(net, layer, doors_of(moved), doors_of(left), engine)
    check(net, layer, layer_of(net, left + moved, limit), before, start)


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=60, deadline=None)
@given(town=towns(), u=st.integers(0, 13), v=st.integers(0, 13), length=st.sampled_from([1, 500, 1000, 3000]))
def test_opening_and_closing_a_gate(name: str, town: Town, u: int, v: int, length: int) -> None:
    net, rows, limit = town
    gate = (u % net.size, v % net.size, length)
    if gate[0] == gate[1]:
        return
    engine = changes.load(name)
    shut = changes.without(net, (np.array([gate[0]], np.int32), np.array([gate[1]], np.int32)))
    wide = opened(shut, [Passage(*gate)])
    closed, through = layer_of(shut, rows, limit), layer_of(wide, rows, limit)
    layer = changes.copied(closed)
    check(net, layer, through, changes.open_gate(wide, layer, gate, engine), closed)
    layer = changes.copied(through)
    ends = np.array(gate[:1], np.int32), np.array(gate[1:2], np.int32)
    check(net, layer, closed, changes.close_gates(shut, layer, ends, doors_of(rows), engine), through)


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=40, deadline=None)
@given(town=towns(), some=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), min_size=1, max_size=5))
def test_closing_several_ways_at_once(name: str, town: Town, some: list[tuple[int, int]]) -> None:
    net, rows, limit = town
    u, v = (np.array(column, np.int32) % net.size for column in zip(*some, strict=True))
    shut = changes.without(net, (u, v))
    start = layer_of(net, rows, limit)
    layer = changes.copied(start)
    before = changes.close_gates(shut, layer, (u, v), doors_of(rows), changes.load(name))
    check(net, layer, layer_of(shut, rows, limit), before, start)


@pytest.mark.parametrize("name", BOTH)
def test_the_wall_opens_and_closes(name: str) -> None:
    """F1: 1,200 m around the wall, 250 m through the gate, 1,200 m again when it is locked at night."""
    net = line(475, 250, 475)
    rows: list[Door] = [(3, 0, 0)]
    layer = changes.copied(layer_of(net, rows, 12_000))
    assert layer.near[0] == 12_000
    changes.open_gate(opened(net, [Passage(0, 3, 2500)]), layer, (0, 3, 2500), changes.load(name))
    assert layer.near.tolist() == [2500, 7250, 4750, 0]
    ends = np.array([0], np.int32), np.array([3], np.int32)
    changes.close_gates(net, layer, ends, doors_of(rows), changes.load(name))
    assert layer.near.tolist() == [12_000, 7250, 4750, 0]


def test_the_last_facility_leaves_nobody_anything() -> None:
    net = line(100, 100)
    layer = changes.copied(layer_of(net, [(1, 0, 0)], 5000))
    changes.close_facility(net, layer, 0, doors_of([]), changes.load("scipy"))
    assert layer.near.tolist() == [FAR] * 3
    assert layer.label.tolist() == [-1] * 3


def test_a_way_taken_out_leaves_the_others() -> None:
    net = line(100, 200)
    shut = changes.without(net, (np.array([1], np.int32), np.array([0], np.int32)))
    assert shut.edges == 1
    assert shut.parallel == 0
    assert shut.indices.tolist() == [2, 1]
