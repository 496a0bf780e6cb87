"""Supply and demand, detours, seeds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from jinlin.circle import engines
from jinlin.circle.network import FAR
from jinlin.circle.reach import detour_ratio, metres, seeds, two_step, within
from tests.circle.graphs import built, entrances, line, loaded, random_edges


@pytest.mark.parametrize("name", loaded())
def test_supply_per_demand(name: str) -> None:
    """F3: R_X = 60/1000, R_Y = 35/700; A = 0.06, 0.06, 0.11, 0.11, 0.11; nothing is lost."""
    row = line(400, 400, 400, 400)
    pairs = within(row, entrances([(0, 0), (2, 0), (4, 1)]), 8000, engines.load(name))
    people = np.array([100, 200, 300, 0, 400])
    access = two_step(pairs, np.array([60, 35]), people)
    assert access.ratio.tolist() == pytest.approx([0.06, 0.05])
    assert access.score.tolist() == pytest.approx([0.06, 0.06, 0.11, 0.11, 0.11])
    assert (access.score * people).sum() == pytest.approx(95)


def test_demand_that_is_not_mapped_is_not_infinite() -> None:
    pairs = within(line(100, 5000, 100), entrances([(0, 0), (3, 1)]), 1000, engines.load("scipy"))
    access = two_step(pairs, np.array([10, 20]), np.array([5, 5, 0, 0]))
    assert access.ratio[0] == 1.0
    assert np.isnan(access.ratio[1])
    assert access.score.tolist() == [1.0, 1.0, 0.0, 0.0]


def test_bands_weigh_less_the_farther() -> None:
    pairs = within(line(100, 300), entrances([(0, 0)]), 8000, engines.load("scipy"))
    access = two_step(pairs, np.array([30]), np.array([10, 10, 10]), weights=[(100, 1.0), (300, 0.5)])
    assert access.ratio.tolist() == pytest.approx([1.5])
    assert access.score.tolist() == pytest.approx([1.5, 1.5, 0.0])


@pytest.mark.parametrize("seed", range(5))
def test_no_supply_is_lost(seed: int) -> None:
    """sum(A_i P_i) = sum(S_j) over facilities with somebody in reach."""
    rng = random.Random(seed)
    network = built(random_edges(rng, 60, "mixed"), 60)
    doors = entrances([(rng.randrange(60), facility) for facility in range(6)])
    people = np.array([rng.choice([0, 0, 10, 250]) for _node in range(60)])
    capacity = np.array([rng.randrange(1, 90) for _facility in range(6)])
    access = two_step(within(network, doors, 300, engines.load("scipy")), capacity, people)
    served = ~np.isnan(access.ratio)
    assert (access.score * people).sum() == pytest.approx(capacity[served].sum())


def test_detours() -> None:
    ratio = detour_ratio(np.array([2500, FAR, 100]), np.array([100.0, 100.0, 0.0]))
    assert ratio[0] == 2.5
    assert np.isnan(ratio[1:]).all()
    assert np.isnan(metres(np.array([FAR]))).all()


def test_doors_that_did_not_snap_are_left_out() -> None:
    found = seeds(np.array([7, -1, 3, 5]), np.array([1, 0, 0, 2]))
    assert (found.node.tolist(), found.facility.tolist(), found.facilities) == ([3, 7, 5], [0, 1, 2], 3)
