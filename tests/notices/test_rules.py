"""Rungs, quiet hours and half-days, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.cases.rules import ladder, oversight
from jinlin.cases.rules.deadlines import DEFAULT, UNITS, due_at
from jinlin.cases.rules.ladder import Facts, Responsible, RungRule, Running
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.notices.rules import Quiet, group_of, is_quiet, slot_at, urgent_slot

HALF = RungRule("half", "share", 0.5, tells=("handler",))
MOST = RungRule("most", "share", 0.8, tells=("handler", "desk"))
DUE = RungRule("due", "after", 0, tells=("handler", "desk"))
LEADER = RungRule("leader", "after", 1, tells=("leader",))
SUPERVISE = RungRule("supervise", "after", 3, tells=("above",), does="supervision")
ALL = (HALF, MOST, DUE, LEADER, SUPERVISE)
A, B, C, D = (UUID(int=n) for n in range(1, 5))
DESKS = ((5, A), (4, B), (3, C), (2, D))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL)


def running(start: str, amount: float, unit: str, **more) -> Running:
    begun = at(start)
    return Running("resolve", amount, unit, begun, due_at(begun, amount, unit).at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        ("2026-03-10 21:00", ()),
        ("2026-03-10 22:00", ("half",)),
        ("2026-03-11 05:12", ("half", "most")),
        ("2026-03-11 10:00", ("half", "most", "due")),
        ("2026-03-12 18:00", ("half", "most", "due", "leader")),
        ("2026-03-16 18:00", ("half", "most", "due", "leader", "supervise")),
    ],
)
def test_clock_hours_run_through_the_night(now: str, reached: tuple[str, ...]) -> None:
    assert (
        ladder.look(running("2026-03-10 10:00", 24, "clock_hour"), ALL, at(now), DEFAULT).reached == reached
    )


def test_the_new_year_stops_the_ladder() -> None:
    """Spring Festival 2026 is 15 to 23 February; Saturday 28 February is a make-up working day."""
    seen = running("2026-02-12 10:00", 1, "working_day")
    assert seen.due_at == at("2026-02-13 18:00")
    assert ladder.look(seen, ALL, at("2026-02-23 23:00"), DEFAULT).reached[-1] in ("due", "leader")
    assert "supervise" not in ladder.look(seen, ALL, at("2026-02-23 23:00"), DEFAULT).reached


@given(
    st.sampled_from(UNITS),
    st.integers(1, 40),
    st.integers(0, 60 * 24 * 1060),
    st.integers(0, 24 * 90),
    st.integers(1, 24 * 20),
)
def test_rungs_are_never_taken_back_and_the_next_look_misses_none(unit, amount, begun, hours, more) -> None:
    begun = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=begun)
    seen = Running("resolve", amount, unit, begun, due_at(begun, amount, unit).at)
    now = begun + timedelta(hours=hours)
    first = ladder.look(seen, ALL, now, DEFAULT)
    later = ladder.look(seen, ALL, now + timedelta(hours=more), DEFAULT)
    assert set(first.reached) <= set(later.reached)
    if first.next_at is not None:
        assert first.next_at > now
        just_before = first.next_at - timedelta(seconds=2)
        if just_before > now:
            assert ladder.look(seen, ALL, just_before, DEFAULT).reached == first.reached
        assert len(ladder.look(seen, ALL, first.next_at, DEFAULT).reached) > len(first.reached)
    else:
        assert set(first.reached) == {rung.code for rung in ALL}


def test_only_the_highest_rung_reaches_each_ear() -> None:
    found = ladder.highest(("half", "most", "due", "leader", "supervise"), ALL)
    assert {who: rung.code for who, rung in found.items()} == {
        "handler": "due",
        "desk": "due",
        "leader": "leader",
        "above": "supervise",
        "supervision": "supervise",
    }


def facts(**more) -> Facts:
    base = {"county": "c", "town": "t", "village": "v", "grid": "g", "level": 3, "holder_unit": UUID(int=9)}
    rest = {"sender_unit": C, "sender_level": 3, "handler_unit": None}
    return Facts(**{**base, **rest, **more})


@pytest.mark.parametrize(
    ("stage", "more", "unit", "level", "grid"),
    [
        ("resolve", {}, UUID(int=9), 3, ""),
        ("accept", {"level": 6, "holder_unit": A}, A, 6, "g"),
        ("rule", {}, C, 3, ""),
        ("verify", {"handler_unit": UUID(int=9)}, A, 5, ""),
        ("follow_up", {"handler_unit": A}, B, 4, ""),
    ],
)
def test_who_lets_a_stage_wait(stage, more, unit, level, grid) -> None:
    assert ladder.responsible(stage, facts(**more), DESKS) == Responsible(unit, level, grid)


def test_no_desk_is_told_above_itself() -> None:
    assert ladder.told("above", Responsible(C, 3), DESKS) == D
    assert ladder.told("above", Responsible(D, 2), DESKS) is None
    assert ladder.told("above", Responsible(UUID(int=9), 2), DESKS) == D
    assert ladder.told("leader", Responsible(A, 6, "g"), DESKS) == B
    assert ladder.told("leader", Responsible(UUID(int=9), 3), DESKS) == UUID(int=9)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-03-10 08:29", ""),
        ("2026-03-10 08:30", "2026-03-10/1"),
        ("2026-03-10 12:00", ""),
        ("2026-03-10 14:30", "2026-03-10/2"),
        ("2026-03-10 18:30", ""),
        ("2026-03-10 23:00", ""),
        ("2026-03-14 10:00", ""),  # a Saturday
        ("2025-10-01 10:00", ""),  # National Day
        ("2025-10-08 10:00", ""),
        ("2025-10-11 10:00", "2025-10-11/1"),  # a make-up Saturday
    ],
)
def test_half_days(now: str, slot: str) -> None:
    assert slot_at(at(now), Quiet(), DEFAULT) == slot


@pytest.mark.parametrize(
    ("starts", "ends", "now", "quiet"),
    [
        (time(20), time(8), "2026-03-10 20:00", True),
        (time(20), time(8), "2026-03-10 07:59", True),
        (time(20), time(8), "2026-03-10 08:00", False),
        (time(12), time(14), "2026-03-10 13:00", True),
        (time(12), time(14), "2026-03-10 14:00", False),
    ],
)
def test_quiet_hours(starts: time, ends: time, now: str, quiet: bool) -> None:
    assert is_quiet(at(now), Quiet(starts, ends), DEFAULT) is quiet
    assert urgent_slot(at(now), DEFAULT).startswith("2026-03-10 ")


def test_days_off_may_be_no_quiet_days() -> None:
    assert is_quiet(at("2026-03-14 10:00"), Quiet(), DEFAULT)
    assert not is_quiet(at("2026-03-14 10:00"), Quiet(days_off=False), DEFAULT)


def test_every_rung_has_a_heading() -> None:
    assert {group_of(code) for code in ladder.RUNGS} == {"late", "coming", "asked"}


def test_nobody_supervises_the_own_unit_or_upwards() -> None:
    with pytest.raises(RuleBroken):
        oversight.check_opener(opener_level=3, opener_unit=A, unit=A, unit_level=3)
    with pytest.raises(RuleBroken):
        oversight.check_opener(opener_level=3, opener_unit=A, unit=B, unit_level=2)
    oversight.check_opener(opener_level=2, opener_unit=D, unit=C, unit_level=3)
    with pytest.raises(RuleBroken):
        oversight.check_state(oversight.DONE, oversight.WAITING)
