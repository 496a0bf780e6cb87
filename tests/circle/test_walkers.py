"""Profiles and bands: fixtures F1, F6 and F13 of the design, by pencil."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.circle import engines
from jinlin.circle.network import FAR
from jinlin.circle.reach import detour_ratio, metres, nearest
from jinlin.circle.walkers import (
    PROFILES,
    TIERS,
    Band,
    Failed,
    failed_rule,
    longest_dm,
    minutes,
    passes,
    profile,
    scaled,
)
from tests.circle.graphs import entrances, line, network_of

FIFTEEN = Band("15", minutes=15)
FIVE = Band("5", minutes=5)


def walk(*lengths: float) -> int:
    """Return the decimetres from the first node of a row to a school at its end."""
    row = line(*lengths)
    return int(nearest(row, entrances([(len(lengths), 0)]), 100_000, engines.load("scipy")).near[0])


def test_the_wall() -> None:
    """F1: 250 m away, 1,200 m to walk; the round trip takes 40 minutes; planning and slow walkers fail."""
    there = walk(475, 250, 475)
    assert there == 12_000
    assert detour_ratio(np.array([there]), np.array([250.0])).tolist() == [4.8]
    assert 2 * minutes(np.array([there]), profile("planning"))[0] == 40
    met = {each.code: bool(passes(np.array([there]), FIFTEEN, each)[0]) for each in PROFILES}
    assert met == {"planning": False, "adult": True, "slow": False, "wheelchair": False}


def test_the_gate() -> None:
    """F1 with a gate of 250 m: every profile passes 15 minutes, slow just passes 5."""
    there = np.array([walk(250)])
    assert detour_ratio(there, np.array([250.0])).tolist() == [1.0]
    assert all(passes(there, FIFTEEN, each)[0] for each in PROFILES)
    assert passes(there, FIVE, profile("slow"))[0]
    assert not passes(there + 1, FIVE, profile("slow"))[0]


@pytest.mark.parametrize(
    ("metres_away", "tier", "failed"),
    [
        (550, 1, Failed.DISTANCE),
        (950, 2, Failed.TIME),
        (1050, 2, Failed.BOTH),
        (500, 1, Failed.NONE),
        (FAR / 10, 2, Failed.BOTH),
    ],
)
def test_two_rules(metres_away: float, tier: int, failed: Failed) -> None:
    """F6: a result says which rule fails; both must hold."""
    distance = np.array([int(metres_away * 10)])
    assert failed_rule(distance, TIERS[tier], profile("planning"))[0] == failed
    assert passes(distance, TIERS[tier], profile("planning"))[0] == (failed is Failed.NONE)


def test_a_standard_may_ask_for_either_rule() -> None:
    either = Band("x", 10, 500, either=True)
    assert passes(np.array([5500, 6500]), either, profile("planning")).tolist() == [True, False]
    assert failed_rule(np.array([FAR]), Band("none"), profile("adult")).tolist() == [Failed.NONE]


def test_wheelchair() -> None:
    """F13: 200 m with steps or 500 m without."""
    ways = [(0, 1, 200.0), (0, 2, 250.0), (2, 1, 250.0)]
    steps = np.array([True, False, False])
    near = {}
    for each in PROFILES:
        network = network_of(ways, passable=None if each.stairs else ~steps)
        near[each.code] = nearest(network, entrances([(1, 0)]), 12_000, engines.load("scipy")).near[:1]
    assert metres(near["adult"]).tolist() == [200.0]
    assert metres(near["wheelchair"]).tolist() == [500.0]
    chair = profile("wheelchair")
    met = [bool(passes(near["wheelchair"], Band("t", minutes=time), chair)[0]) for time in (5, 10, 15)]
    assert met == [False, False, True]


def test_limits_of_a_walker() -> None:
    assert scaled([500, 1200], profile("slow")) == [312.5, 750]
    assert scaled([500, 1200], profile("adult")) == [500, 1200]
    assert longest_dm(TIERS, PROFILES) == 12_000
    with pytest.raises(KeyError):
        profile("runner")


@given(st.lists(st.integers(0, 20_000) | st.just(FAR), min_size=1), st.sampled_from(TIERS))
def test_slower_walkers_never_pass_where_faster_fail(away: list[int], tier: Band) -> None:
    met = [
        passes(np.array(away), tier, walker)
        for walker in sorted(PROFILES, key=lambda each: each.metres_per_minute)
    ]
    for slower, faster in pairwise(met):
        assert (slower <= faster).all()


@given(st.lists(st.integers(0, 20_000), min_size=1), st.lists(st.integers(1, 5_000), min_size=1))
def test_slow_limits_are_never_longer(away: list[int], limits: list[int]) -> None:
    for adult, slow in zip(limits, scaled(limits, profile("slow")), strict=True):
        reached = [(np.array(away) <= limit * 10).sum() for limit in (slow, adult)]
        assert reached[0] <= reached[1]
