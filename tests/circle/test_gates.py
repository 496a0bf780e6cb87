"""Gates: every score equals a full recomputation, with and without numba, and several gates are never just added up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinlin.circle import engines, reach
from jinlin.circle.gates import Gates, Layers, gain, opened_all, pairs, plan, rank, score, stacked
from jinlin.circle.gates.auto import Proposal, propose
from jinlin.circle.gates.engine import NO_GATE, Engine, load
from jinlin.circle.gates.layers import arcs_of
from jinlin.circle.network import Network, from_edges
from jinlin.circle.sharing import Passage, opened

SCIPY = engines.load("scipy")
BOTH = [name for name in ("scipy", "numba") if name in engines.available()]


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Engine:
    return load(request.param)


def network(count: int, edges: list[tuple[int, int, float]], oneway: list[bool] | None = None) -> Network:
    """Make a network of nodes 0..count-1 on a grid of about 100 m, walked lengths in metres."""
    spot = np.arange(count)
    lon, lat = 114.6 + (spot % 7) * 0.001, 33.6 + (spot // 7) * 0.001
    u, v, length = (np.array(column) for column in zip(*edges, strict=True)) if edges else ([], [], [])
    one = None if oneway is None else np.array(oneway, bool)
    return from_edges(
        spot, lon, lat, np.array(u, np.int64), np.array(v, np.int64), np.array(length), oneway=one
    )


def layers(net: Network, doors: list[list[int]], people: list[float], limit_m: float) -> Layers:
    """Search each category from its doors."""
    limit = round(limit_m * 10)
    found = [reach.nearest(net, reach.seeds(np.array(some, np.int32)), limit, SCIPY) for some in doors]
    return stacked(found, np.array(people, np.float64), limit)


def gates(*some: tuple[int, int, float]) -> Gates:
    u, v, length = zip(*some, strict=True)
    return Gates(
        np.array(u, np.int32), np.array(v, np.int32), np.array([round(10 * m) for m in length], np.int32)
    )


def recomputed(
    net: Network, doors: list[list[int]], old: Layers, some: Gates
) -> tuple[Layers, np.ndarray, np.ndarray]:
    """Open the gates in the network and search everything anew."""
    ways = [Passage(*some.one(k)) for k in range(len(some))]
    after = layers(opened(net, ways), doors, old.people.tolist(), old.limit_dm / 10)
    return after, *gain(old, after)


@st.composite
def towns(draw: st.DrawFn) -> tuple[Network, list[list[int]], list[float], Gates, float]:
    """Draw a network with ties, islands and one-way streets, facilities, people and gates."""
    count = draw(st.integers(2, 14))
    node = st.integers(0, count - 1)
    length = st.sampled_from([0.1, 1, 50, 100, 100, 200, 350.5])
    edges = draw(st.lists(st.tuples(node, node, length), max_size=24))
    oneway = draw(
        st.none() | st.lists(st.sampled_from([False, False, True]), min_size=len(edges), max_size=len(edges))
    )
    net = network(count, edges, oneway)
    doors = draw(st.lists(st.lists(node, max_size=4), min_size=1, max_size=3))
    people = draw(st.lists(st.integers(0, 90).map(float), min_size=count, max_size=count))
    pair = st.tuples(node, node, st.sampled_from([0.1, 10, 20, 100, 300])).filter(
        lambda one: one[0] != one[1]
    )
    some = draw(st.lists(pair, min_size=1, max_size=5))
    return net, doors, people, gates(*some), draw(st.sampled_from([100, 350, 1000]))


Town = tuple[Network, list[list[int]], list[float], Gates, float]


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=60, deadline=None)
@given(town=towns())
def test_every_gate_scores_as_a_full_recomputation(name: str, town: Town) -> None:
    net, doors, people, some, limit = town
    old = layers(net, doors, people, limit)
    before = old.near.copy()
    scores = score(net, old, some, load(name))
    assert (old.near == before).all()
    for k in range(len(some)):
        after, newly, saved = recomputed(net, doors, old, some.of(np.array([k])))
        assert scores.newly[k].tolist() == newly.tolist()
        assert scores.saved_dm[k].tolist() == saved.tolist()
        assert (after.near <= old.near).all(), "opening a gate never lengthens a distance"
        assert (scores.settled[k] == 0) == (after.near == old.near).all()


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=50, deadline=None)
@given(town=towns())
def test_gates_opened_together_are_exact(name: str, town: Town) -> None:
    net, doors, people, some, limit = town
    old = layers(net, doors, people, limit)
    after = opened_all(net, old, some, load(name))
    assert (after.near == recomputed(net, doors, old, some)[0].near).all()


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=40, deadline=None)
@given(town=towns())
def test_a_pair_is_scored_anew_and_leaves_nothing_behind(name: str, town: Town) -> None:
    net, doors, people, some, limit = town
    old = layers(net, doors, people, limit)
    before, scores = old.near.copy(), score(net, old, some, load(name))
    for pair in pairs(net, old, some, scores, load(name)):
        two = some.of(np.array([pair.first, pair.second]))
        _after, newly, saved = recomputed(net, doors, old, two)
        assert (pair.people, pair.metres) == (newly.sum(), pytest.approx(saved.sum() / 10))
        alone = scores.people[pair.first] + scores.people[pair.second]
        assert pair.more_people == newly.sum() - alone
    assert (old.near == before).all()


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=40, deadline=None)
@given(town=towns())
def test_what_is_worth_more_together_is_found(name: str, town: Town) -> None:
    """No pair that covers more than the sum stays hidden."""
    net, doors, people, some, limit = town
    old = layers(net, doors, people, limit)
    scores = score(net, old, some, load(name))
    found = {frozenset((pair.first, pair.second)) for pair in pairs(net, old, some, scores, load(name))}
    for one in range(len(some)):
        for other in range(one):
            newly = recomputed(net, doors, old, some.of(np.array([one, other])))[1]
            if newly.sum() > scores.people[one] + scores.people[other]:
                assert frozenset((one, other)) in found


@settings(max_examples=60, deadline=None)
@given(town=towns())
@pytest.mark.skipif("numba" not in BOTH, reason="numba is not installed")
def test_engines_agree_to_the_last_bit(town: Town) -> None:
    net, doors, people, some, limit = town
    old = layers(net, doors, people, limit)
    first, second = (score(net, old, some, load(name)) for name in BOTH)
    assert (first.newly == second.newly).all()
    assert (first.saved_dm == second.saved_dm).all()
    assert (first.settled == second.settled).all()
    limits = np.full(len(some), 250, np.int32)
    ends = (some.u, some.v)
    far = [load(name).apart(arcs_of(net), ends, limits) for name in BOTH]
    assert (far[0] == far[1]).all()
    for name in BOTH:
        near = old.near.copy()
        nodes, rows = load(name).commit(arcs_of(net), near, some.one(0), old.beyond, NO_GATE)
        assert (near <= old.near).all()
        near[nodes[::-1]] = rows[::-1]
        assert (near == old.near).all()


def test_the_wall(engine: Engine) -> None:
    """F1: 1,200 m around the wall; a gate of 250 m beside the school saves each of 100 people 950 m."""
    net = network(4, [(0, 1, 475), (1, 2, 250), (2, 3, 475)])
    old = layers(net, [[3]], [100, 0, 0, 0], 1200)
    assert old.near[0, 0] == 12_000
    scores = score(net, old, gates((0, 3, 250)), engine)
    assert (scores.people[0], scores.metres[0]) == (0, 95_000)
    closer = score(net, old.within(11_999), gates((0, 3, 250)), engine)
    assert (closer.people[0], closer.metres[0]) == (100, pytest.approx(94_990))


def two_gates() -> tuple[Network, Layers, Gates]:
    """F4: P 0 (100 people), M 1 (10), F 2; both 2,000 m from F; gate 1 P-M 100 m, gate 2 M-F 100 m; limit 1,200."""
    net = network(3, [(0, 2, 2000), (1, 2, 2000)])
    return net, layers(net, [[2]], [100, 10, 0], 1200), gates((0, 1, 100), (1, 2, 100))


def test_two_gates_in_a_row_are_worth_more_than_their_sum(engine: Engine) -> None:
    """F4: people 0, 10, together 110; person-metres 0, 11,000, together 111,000."""
    net, old, some = two_gates()
    scores = score(net, old, some, engine)
    assert scores.people.tolist() == [0, 10]
    assert scores.metres.tolist() == [0, 11_000]
    (pair,) = pairs(net, old, some, scores, engine)
    assert {pair.first, pair.second} == {0, 1}
    assert (pair.people, pair.metres) == (110, 111_000)
    assert (pair.more_people, pair.more_metres) == (100, 100_000)
    for order in ([0, 1], [1, 0]):
        newly, saved = gain(old, opened_all(net, old, some.of(np.array(order)), engine))
        assert (newly.sum(), saved.sum()) == (110, 1_110_000)


def test_a_plan_takes_the_pair_whole(engine: Engine) -> None:
    """F4 beside a gate for 30 people: greedy alone would take the 30 first and stop at two gates with 40 people."""
    net = network(5, [(0, 2, 2000), (1, 2, 2000), (3, 4, 2000), (4, 2, 100)])
    old = layers(net, [[2]], [100, 10, 0, 30, 0], 1200)
    some = gates((0, 1, 100), (1, 2, 100), (3, 4, 100))
    steps = plan(net, old, some, 2, engine)
    assert {step.gate for step in steps} == {0, 1}
    assert sum(step.newly.sum() for step in steps) == 110
    steps = plan(net, old, some, 5, engine)
    assert sorted(step.gate for step in steps) == [0, 1, 2]
    assert sum(step.newly.sum() for step in steps) == 140


def test_nothing_to_gain_touches_nothing(engine: Engine) -> None:
    """F12: distances differ by no more than the gate's length, so no node is settled."""
    net = network(3, [(0, 1, 100), (1, 2, 100)])
    old = layers(net, [[0]], [5, 5, 5], 1000)
    before = old.near.copy()
    scores = score(net, old, gates((0, 2, 200), (0, 1, 100), (1, 2, 300)), engine)
    assert scores.settled.tolist() == [0, 0, 0]
    assert not scores.newly.any()
    assert not scores.saved_dm.any()
    assert (old.near == before).all()
    nodes, _rows = engine.commit(arcs_of(net), old.near, (0, 2, 2000), old.beyond, NO_GATE)
    assert len(nodes) == 0
    assert (old.near == before).all()


def test_a_gate_joins_an_island(engine: Engine) -> None:
    net = network(4, [(0, 1, 100), (2, 3, 100)])
    scores = score(net, layers(net, [[0]], [1, 2, 4, 8], 250), gates((1, 2, 50)), engine)
    assert (scores.people[0], scores.metres[0]) == (12, 4 * 100 + 8 * 0)


def test_one_way_streets_are_walked_towards_the_facility(engine: Engine) -> None:
    """1 -> 0 only: people at 1 reach the facility at 0, people at 0 would not reach one at 1."""
    net = network(3, [(1, 0, 100), (1, 2, 900)], [True, False])
    scores = score(net, layers(net, [[0], [1]], [1, 10, 100], 500), gates((0, 2, 10)), engine)
    assert scores.newly[0].tolist() == [100, 0]


def test_ranking_is_by_people_then_metres_then_length() -> None:
    net = network(4, [(0, 1, 1000), (1, 2, 1000), (2, 3, 50)])
    old = layers(net, [[0]], [0, 0, 10, 0], 1500)
    some = gates((0, 3, 100), (0, 3, 90), (1, 3, 400), (0, 1, 999))
    assert rank(score(net, old, some), some).tolist() == [1, 0, 2, 3]


def test_layers_must_reach_as_far_as_the_question() -> None:
    net = network(2, [(0, 1, 100)])
    near = reach.nearest(net, reach.seeds(np.array([0], np.int32)), 500, SCIPY)
    with pytest.raises(ValueError, match="500"):
        stacked([near], np.ones(2), 600)


def walled() -> tuple[Network, list[list[int]]]:
    """Two straight streets of 40 nodes, 30 m apart, that meet at one end only; the facility at that end."""
    count = 40
    step = 30 / 111_195
    lon = 114.6 + np.tile(np.arange(count) * step / np.cos(np.radians(33.6)), 2)
    lat = 33.6 + np.repeat([0, step], count)
    u = np.array([*range(count - 1), *range(count, 2 * count - 1), 0])
    v = np.array([*range(1, count), *range(count + 1, 2 * count), count])
    return from_edges(np.arange(2 * count), lon, lat, u, v, np.full(len(u), 30.0)), [[count]]


def test_gates_are_proposed_across_the_wall_only(engine: Engine) -> None:
    """The facility stands at the far end of the upper street; the lower one is 30 m away and up to 2.4 km on foot."""
    net, _doors = walled()
    old = layers(net, [[79]], [1.0] * 80, 3000)
    found = propose(net, old, engine=engine)
    assert len(found) > 3
    assert all(u < 40 <= v for u, v in zip(found.u.tolist(), found.v.tolist(), strict=True))
    walked = 30 * (found.u + 1 + found.v - 40)
    assert (walked > 300).all()
    assert (found.length_dm <= 600).all()
    best = rank(score(net, old, found, engine), found)[0]
    assert found.u[best] == 39
    again = propose(net, old, engine=engine)
    assert again.u.tolist() == found.u.tolist()
    assert len(propose(net, old, Proposal(most=2), engine)) == 2


def test_no_gate_is_proposed_where_all_is_well(engine: Engine) -> None:
    net = network(4, [(0, 1, 20), (1, 2, 20), (2, 3, 20)])
    assert len(propose(net, layers(net, [[0]], [1] * 4, 500), engine=engine)) == 0
