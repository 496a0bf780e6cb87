"""Tiles: whatever the borders, a tile's figures are the whole's, bit for bit; a halo too small is seen to fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinlin.circle import engines, reach, tiles
from jinlin.circle.engines import Engine
from jinlin.circle.gates import Gates, score, searched
from jinlin.circle.gates.engine import load as load_openings
from jinlin.circle.network import Network, from_edges
from tests.circle.graphs import entrances, line, network_of

Town = tuple[Network, Any, reach.Seeds, Any, int]
BOTH = [name for name in ("scipy", "numba") if name in engines.available()]


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engines.load(request.param)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw a network, counties at random (not even connected), doors of facilities with several entrances, people."""
    count = draw(st.integers(2, 16))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.sampled_from([0.1, 1, 40, 100, 100, 250.5]))
    edges = draw(st.lists(edge.filter(lambda one: one[0] != one[1]), min_size=1, max_size=26))
    more = {}
    if draw(st.booleans()):
        one = st.lists(st.sampled_from([False, False, True]), min_size=len(edges), max_size=len(edges))
        more["oneway"] = np.array(draw(one), bool)
    county = np.array(draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    doors = entrances(draw(st.lists(st.tuples(node, st.integers(0, 3)), min_size=1, max_size=7)))
    people = np.array(
        draw(st.lists(st.sampled_from([0.0, 10.0, 33.3, 70.1]), min_size=count, max_size=count))
    )
    return network_of(edges, count, **more), county, doors, people, draw(st.sampled_from([400, 1000, 2500]))


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=50, deadline=None)
@given(town=towns())
def test_nearest_and_counts_of_tiles_equal_the_whole(name: str, town: Town) -> None:
    net, county, doors, _people, limit = town
    search = engines.load(name)
    whole = reach.nearest(net, doors, limit, search)
    tiled = tiles.nearest(net, county, doors, limit, search)
    assert tiled.near.tolist() == whole.near.tolist()
    if name == "numba":  # scipy names any of the facilities that are equally near on one-way networks
        assert tiled.label.tolist() == whole.label.tolist()
    limits = [limit, limit // 2]
    assert (
        tiles.counts(net, county, doors, limits, search) == reach.counts(net, doors, limits, search)
    ).all()


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=50, deadline=None)
@given(town=towns())
def test_access_of_tiles_equals_the_whole(name: str, town: Town) -> None:
    net, county, doors, people, limit = town
    search, capacity = engines.load(name), np.array([7.0, 11.0, 13.0, 17.3][: doors.facilities])
    for weights in ((), ((limit / 20, 1.0), (limit / 10, 0.3))):
        whole = reach.two_step(reach.within(net, doors, limit, search), capacity, people, weights)
        supply = tiles.Supply(doors, capacity, people, weights)
        assert tiles.two_step(net, county, supply, limit, search).tolist() == whole.score.tolist()


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=40, deadline=None)
@given(town=towns(), some=st.lists(st.tuples(st.integers(0, 15), st.integers(1, 15)), min_size=1, max_size=5))
def test_gates_of_tiles_equal_the_whole(name: str, town: Town, some: list[tuple[int, int]]) -> None:
    net, county, doors, people, limit = town
    u, step = (np.array(column, np.int32) for column in zip(*some, strict=True))
    u = u % net.size
    gates = Gates(u, (u + 1 + step % max(net.size - 1, 1)) % net.size, np.full(len(u), 30, np.int32))
    search, openings = engines.load(name), load_openings(name)
    layers = searched(net, [doors, doors], people, limit, search)
    whole = score(net, layers, gates, openings)
    tiled = tiles.scores(net, county, gates, tiles.Asked([doors, doors], people, limit), search, openings)
    for part, same in ((tiled.newly, whole.newly), (tiled.saved_dm, whole.saved_dm)):
        assert part.tolist() == same.tolist()
    assert tiled.settled.tolist() == whole.settled.tolist()


def access_line() -> tuple[Network, Any, tiles.Supply]:
    """F7: 100 people in county A, 1,200 m, facility S = 12 in county B, 1,200 m, 300 people."""
    supply = tiles.Supply(entrances([(1, 0)]), np.array([12.0]), np.array([100.0, 0.0, 300.0]))
    return line(1200, 1200), np.array(["A", "B", "B"]), supply


def test_a_halo_of_one_limit_is_too_small_for_access(engine: Engine) -> None:
    """F7: the whole gives 0.03; a tile of A with one limit of halo alone would give 0.12."""
    net, county, supply = access_line()
    assert tiles.two_step(net, county, supply, 12_000, engine).tolist() == [0.03, 0.03, 0.03]
    home = county == "A"
    small = tiles.cut(net, home, tiles.halo(net, home, 12_000, engine))
    pairs = reach.within(small.network, small.seeds(supply.doors), 12_000, engine)
    wrong = reach.two_step(pairs, supply.capacity, supply.people[small.node])
    assert wrong.score[small.home].tolist() == [0.12]


def test_a_far_entrance_brings_its_people_along(engine: Engine) -> None:
    """The park has a second gate 5 km away; the people there share it with ours."""
    net = line(100, 5000, 100)
    supply = tiles.Supply(entrances([(1, 0), (2, 0)]), np.array([40.0]), np.array([100.0, 0, 0, 300.0]))
    found = tiles.two_step(net, np.array(["A", "B", "C", "C"]), supply, 1000, engine)
    assert found.tolist() == [0.1, 0.1, 0.1, 0.1]


def test_gates_need_a_halo_of_two_limits(engine: Engine) -> None:
    """The people at 1 have a school 900 m away on the far side; with one limit of halo the gate at 2-3 would claim them."""
    net = network_of([(0, 1, 900), (1, 2, 900)], 4)
    doors, people = entrances([(0, 0), (3, 1)]), np.array([0.0, 50.0, 20.0, 0.0])
    gate = Gates(np.array([2], np.int32), np.array([3], np.int32), np.array([500], np.int32))
    county, asked = np.array(["B", "B", "A", "A"]), tiles.Asked([doors], people, 10_000)
    found = tiles.scores(net, county, gate, asked, engine, load_openings("scipy"))
    assert (found.people[0], found.metres[0]) == (20, 20 * 950)
    home = np.array([False, False, True, True])
    small = tiles.cut(net, home, tiles.halo(net, home, 10_000, engine))
    layers = searched(small.network, [small.seeds(doors)], people[small.node], 10_000, engine)
    some = Gates(small.local(gate.u), small.local(gate.v), gate.length_dm)
    assert score(small.network, layers, some, load_openings("scipy")).people[0] == 70


def test_halo_ends_where_the_limit_ends(engine: Engine) -> None:
    net = line(100, 100, 100, 100)
    home = np.array([True, False, False, False, False])
    assert tiles.halo(net, home, 2000, engine).tolist() == [True, True, True, False, False]
    assert tiles.halo(net, home, 1999, engine).tolist() == [True, True, False, False, False]
    assert tiles.halo(net, ~home, 1000, engine).all()


def test_halo_by_distance_holds_the_halo_on_foot_even_with_impossible_lengths(engine: Engine) -> None:
    random = np.random.default_rng(4)
    lon, lat = 114.6 + random.uniform(0, 0.05, 200), 33.6 + random.uniform(0, 0.05, 200)
    u, v = random.integers(0, 200, 500), random.integers(0, 200, 500)
    kept = u != v
    for factor in (1.3, 0.2):
        straight = np.hypot((lon[u] - lon[v]) * 92_600, (lat[u] - lat[v]) * 111_195)
        net = from_edges(np.arange(200), lon, lat, u[kept], v[kept], straight[kept] * factor)
        assert (tiles.stretch(net) > 1.5) == (factor < 1)
        home = lon < 114.61
        on_foot = tiles.halo(net, home, 12_000, engine)
        assert (tiles.halo_by_distance(net, home, 12_000) | ~on_foot).all()


def test_a_county_too_large_is_cut_into_its_townships() -> None:
    county = np.array(["A", "A", "A", "B", "B"])
    town = np.array(["A1", "A2", "A2", "B1", "B2"])
    assert tiles.codes(county, town, most=2).tolist() == ["A1", "A2", "A2", "B", "B"]
