"""Covered, a gap, or not known: fixture F11 and the rates that may be published."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from jinlin.circle.coverage import Coverage, Gap, Status, coverage, gaps, percent, statuses
from jinlin.circle.network import FAR

DISTANCES = np.array([4000, 6000, 100])
PEOPLE = np.array([100, 200, 50])
MAPPED = np.array([True, True, False])


def test_not_mapped_is_not_a_gap() -> None:
    """F11: 100 covered, 200 not, 50 not mapped."""
    found = coverage(statuses(DISTANCES, 5000, mapped=MAPPED), PEOPLE)
    shares = [found.share(status) for status in (Status.COVERED, Status.NOT_COVERED, Status.NOT_MAPPED)]
    assert shares == [Decimal("28.57"), Decimal("57.14"), Decimal("14.29")]
    assert found.of_mapped == Decimal("33.33")
    assert found.gap_people == 200


def test_a_category_without_a_list_is_in_no_rate() -> None:
    status = statuses(DISTANCES, 5000, mapped=MAPPED, loaded=False)
    assert set(status.tolist()) == {Status.NO_DATA}
    found = coverage(status, PEOPLE)
    assert (found.share(Status.COVERED), found.of_mapped, found.gap_people) == (None, None, 0)
    assert gaps({"EDU-KG": status}, {"EDU-KG": DISTANCES}, PEOPLE) == []


def test_an_empty_list_that_was_loaded_is_a_gap() -> None:
    status = statuses(np.full(3, FAR), 5000, mapped=MAPPED)
    assert coverage(status, PEOPLE).of_mapped == Decimal("0.00")


def test_estimates_do_not_count_as_covered() -> None:
    status = statuses(DISTANCES, 5000, mapped=np.ones(3, bool), estimated=np.array([True, True, False]))
    assert status.tolist() == [Status.ESTIMATED_COVERED, Status.ESTIMATED_NOT_COVERED, Status.COVERED]
    assert coverage(status, PEOPLE).of_mapped == Decimal("14.29")


def test_by_building_and_by_population_are_two_rates() -> None:
    status = statuses(DISTANCES, 5000, mapped=MAPPED)
    assert (coverage(status).of_mapped, coverage(status, PEOPLE).of_mapped) == (
        Decimal("50.00"),
        Decimal("33.33"),
    )


def test_rates_round_half_up_and_nothing_of_nothing() -> None:
    assert percent(1, 8) == Decimal("12.50")
    assert percent(12345, 1_000_000) == Decimal("1.23")
    assert percent(0.00125, 1) == Decimal("0.13")
    assert percent(0, 0) is None
    assert Coverage((0.0,) * 6).of_mapped is None


def test_gaps_stand_by_people() -> None:
    near = {"a": np.array([FAR, 7000, 100]), "b": np.array([9000, 100, FAR])}
    found = {name: statuses(row, 5000, mapped=np.ones(3, bool)) for name, row in near.items()}
    assert gaps(found, near, PEOPLE, top=3) == [
        Gap(1, "a", 200, 700.0),
        Gap(0, "a", 100, None),
        Gap(0, "b", 100, 900.0),
    ]
