"""No subtraction from a total leaves a count below five."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jinlin.insight.rules.floors import told_parts
from jinlin.insight.rules.words import FLOOR

COUNTS = st.lists(st.integers(0, 12), max_size=6)


@settings(max_examples=200, deadline=None)
@given(COUNTS, st.integers(0, 12))
def test_what_is_left_out_is_nothing_or_at_least_the_floor(counts: list[int], rest: int) -> None:
    told = told_parts(counts, rest)
    assert all(shown in (None, count) for shown, count in zip(told, counts, strict=True))
    assert all(shown is None or shown == 0 or shown >= FLOOR for shown in told)
    left = sum(counts) + rest - sum(shown or 0 for shown in told)
    assert left == 0 or left >= FLOOR or not any(told)


def test_nothing_is_left_out_without_need() -> None:
    assert told_parts([12, 7, 0]) == (12, 7, 0)
    assert told_parts([12, 7, 4]) == (12, None, None)
    assert told_parts([12, 7, 4, 2]) == (12, 7, None, None)
    assert told_parts([12, 7], rest=3) == (12, None)
