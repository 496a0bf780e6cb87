"""Siting: nothing beats enumeration, nothing exceeds the certified bound, and what exists already counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinlin.circle.siting import Budget, Covers, Effort, choose, covers, exact
from jinlin.circle.siting.bound import certified
from jinlin.circle.siting.search import good_choice, greedy, swapped

SOLVERS = [False, pytest.param(True, marks=pytest.mark.skipif(not exact.available(), reason="no highspy"))]


def problem(sets: list[list[int]], people: list[float], covered: list[bool] | None = None) -> Covers:
    """Make covers of plain lists."""
    indptr = np.cumsum([0] + [len(rows) for rows in sets])
    rows = np.array([row for one in sets for row in one], np.int64)
    return covers(indptr, rows, np.array(people), covered=None if covered is None else np.array(covered))


def optimum(
    sets: list[list[int]], people: list[float], most: float, cost: list[float] | None = None
) -> float:
    """Try every affordable choice."""
    price = cost or [1.0] * len(sets)
    best = 0.0
    for size in range(len(sets) + 1):
        for some in itertools.combinations(range(len(sets)), size):
            if sum(price[site] for site in some) <= most + 1e-9:
                hit = {row for site in some for row in sets[site]}
                best = max(best, sum(people[row] for row in hit))
    return best


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[list[int]], list[float], int, list[float] | None]:
    rows = draw(st.integers(1, 14))
    row = st.integers(0, rows - 1)
    sets = draw(st.lists(st.lists(row, max_size=rows, unique=True), min_size=1, max_size=9))
    whole = draw(st.booleans())
    amount = st.integers(0, 500).map(float) if whole else st.floats(0, 500)
    people = draw(st.lists(amount, min_size=rows, max_size=rows))
    price = st.sampled_from([0.5, 0.1, 1.0, 2.0, 3.7])
    cost = draw(st.none() | st.lists(price, min_size=len(sets), max_size=len(sets)))
    return sets, people, draw(st.integers(0, 6)), cost


def test_greedy_takes_the_middle_and_a_swap_repairs_it() -> None:
    """F8: greedy 50, swap 60 = the optimum = everybody; the bound is not below."""
    it = problem([[0, 1, 2], [3, 4, 5], [1, 2, 3, 4]], [10.0] * 6)
    first = greedy(it, Budget(2))
    assert it.reached(first) == 50
    assert first[0] == 2
    assert it.reached(swapped(it, Budget(2), first)) == 60
    found = choose(it, Budget(2), solver=False)
    assert (found.newly, found.covered_share, found.bound) == (60, 1.0, 60)
    assert sorted(found.chosen) == [0, 1]


@pytest.mark.parametrize("solver", SOLVERS)
@settings(max_examples=50, deadline=None)
@given(case=cases())
def test_bound_is_never_below_the_optimum(
    solver: bool, case: tuple[list[list[int]], list[float], int, list[float] | None]
) -> None:
    sets, people, most, cost = case
    budget = Budget(most, None if cost is None else np.array(cost))
    found = choose(problem(sets, people), budget, Effort(rounds=200), solver=solver)
    best = optimum(sets, people, most, cost)
    assert found.newly <= best + 1e-6
    assert found.bound >= best - 1e-6 * max(best, 1)
    spent = sum((cost or [1.0] * len(sets))[site] for site in found.chosen)
    assert spent <= most + 1e-9
    hit = {row for site in found.chosen for row in sets[site]}
    assert found.newly == pytest.approx(sum(people[row] for row in hit))
    if solver and cost is None:
        assert found.newly == pytest.approx(best)


@settings(max_examples=60, deadline=None)
@given(case=cases(), seed=st.integers(0, 9))
def test_any_rent_certifies(
    case: tuple[list[list[int]], list[float], int, list[float] | None], seed: int
) -> None:
    sets, people, most, cost = case
    it = problem(sets, people)
    rent = np.random.default_rng(seed).uniform(-1, 2, len(it.people)) * it.people
    budget = Budget(most, None if cost is None else np.array(cost))
    assert certified(it, budget, rent) >= optimum(sets, people, most, cost) - 1e-9


def test_rows_of_the_same_sites_become_one_and_nobody_is_lost() -> None:
    it = problem([[0, 1, 2, 3], [2, 3, 4], [5]], [1, 2, 4, 8, 16, 32, 64], [False] * 5 + [True, False])
    assert sorted(it.people) == [3, 12, 16]
    assert (it.base, it.total) == (32, 127)
    assert [it.reached(np.array([site])) for site in range(3)] == [15, 28, 0]


def test_what_exists_counts_first() -> None:
    """Two of three rows are served: the site that would serve them again is worth nothing."""
    found = choose(problem([[0, 1], [2]], [30, 30, 10], [True, True, False]), Budget(2))
    assert list(found.chosen) == [1]
    assert (found.base, found.newly, found.covered_share, found.upper_bound_share) == (60, 10, 1.0, 1.0)
    assert found.gap == 0


def test_cost_decides_when_given() -> None:
    """One dear site for 100 people, or two cheap ones for 60 each."""
    it = problem([[0], [1], [2]], [100, 60, 60])
    assert choose(it, Budget(2)).newly == 160
    found = choose(it, Budget(0.3, np.array([0.3, 0.1, 0.2])))
    assert (found.newly, sorted(found.chosen)) == (120, [1, 2])


def test_bound_by_cost_fills_the_budget_with_a_part_of_a_site() -> None:
    """60 for 0.1, then two thirds of the 100 for 0.3: 126.67, rounded down to whole people."""
    it = problem([[0], [1], [2]], [100, 60, 60])
    assert choose(it, Budget(0.3, np.array([0.3, 0.1, 0.2])), solver=False).bound == 126


@pytest.mark.parametrize("sets", [[], [[]], [[], []]])
def test_nothing_to_choose_from(sets: list[list[int]]) -> None:
    found = choose(problem(sets, [5, 5], [True, False]), Budget(3))
    assert (len(found.chosen), found.newly, found.covered_share, found.gap) == (0, 0, 0.5, 0)


def test_no_people_have_no_share() -> None:
    found = choose(problem([[0]], [0]), Budget(1))
    assert (found.covered_share, found.upper_bound_share, found.newly) == (None, None, 0)


def test_sites_come_in_order_of_what_each_adds() -> None:
    found = choose(problem([[0], [0, 1], [2], [2]], [5, 5, 7]), Budget(4))
    assert list(found.chosen) == [1, 2]
    assert list(found.adds) == [10, 7]


def city(cells: int, sites: int, radius: float, side: float) -> Covers:
    """Scatter people and sites around forty centres, in metres, always the same."""
    from scipy.spatial import cKDTree

    random = np.random.default_rng(1)
    centre = random.uniform(0, side, (40, 2))
    spots = [
        centre[random.integers(0, 40, count)] + random.normal(0, side / 12, (count, 2))
        for count in (cells, sites)
    ]
    people = np.ceil(random.lognormal(3, 1, cells) / 10) * 10
    found = [sorted(rows) for rows in cKDTree(spots[0]).query_ball_point(spots[1], radius)]
    return problem(found, list(people))


def test_a_town_is_solved_within_two_per_cent() -> None:
    it = city(5_000, 500, 1_000, 9_000)
    found = choose(it, Budget(10), Effort(seconds=30), solver=False)
    assert found.gap <= 0.02
    assert found.newly >= it.reached(good_choice(it, Budget(10)))
    again = choose(it, Budget(10), Effort(seconds=30), solver=False)
    assert list(again.chosen) == list(found.chosen)
    assert again.bound == found.bound


@pytest.mark.skipif(not exact.available(), reason="no highspy")
def test_solver_agrees_with_the_bound_on_a_small_town() -> None:
    it = city(600, 60, 600, 5_000)
    plain, polished = (choose(it, Budget(5), Effort(seconds=30), solver=solver) for solver in (False, True))
    assert plain.newly <= polished.newly <= polished.bound <= plain.bound
    assert polished.gap == 0
    assert plain.gap <= 0.02
