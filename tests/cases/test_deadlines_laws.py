"""What holds of every due time: laws over random periods, the calendar against a second opinion, a walk day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
import holidays
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bench.clocks import naive_due, periods
from jinlin.cases.rules.deadlines import (
    CHINA,
    DEFAULT,
    PUBLISHED,
    UNITS,
    Unit,
    WorkCalendar,
    advance,
    due_after,
    due_at,
    explain,
    left,
    plain,
    remaining,
    sentence,
)
from tests.cases.test_deadlines import SEASONS

DAY = timedelta(days=1)
LOCAL = WorkCalendar(
    spans=SEASONS.spans,
    hours_from=SEASONS.hours_from,
    overrides={
        date(2026, 5, 4): True,
        date(2026, 5, 7): False,
        date(2025, 10, 8): True,
        date(2026, 1, 5): False,
    },
)
moments = st.datetimes(datetime(2014, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001  the zone follows
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=CHINA)
)
hour_units: Any = st.sampled_from(["clock_hour", "working_hour"])
units: Any = st.sampled_from(UNITS)
calendars = st.sampled_from([DEFAULT, LOCAL])
quarters = st.integers(0, 800).map(lambda n: n / 4)
days = st.integers(0, 90)
lengths = st.integers(0, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def timed(draw: Any) -> tuple[datetime, float, Unit, WorkCalendar]:
    """Draw a period."""
    unit = draw(units)
    amount = draw(days if unit.endswith("day") else quarters)
    return draw(moments), amount, unit, draw(calendars)


@st.composite
def paused(draw: Any) -> tuple[tuple[datetime, float, Unit, WorkCalendar], list[tuple[datetime, datetime]]]:
    """Draw a period and up to four pauses around it, which may overlap."""
    period = draw(timed())
    gaps = st.integers(-5 * 24 * 60, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
    begins = [period[0] + draw(gaps) for _n in range(draw(st.integers(0, 4)))]
    return period, [(begin, begin + draw(lengths)) for begin in begins]


@given(timed(), lengths)
def test_due_grows_with_start(period: Any, later: timedelta) -> None:
    start, amount, unit, calendar = period
    assert (
        start <= due_at(start, amount, unit, calendar).at <= due_at(start + later, amount, unit, calendar).at
    )


@given(timed(), days)
def test_due_grows_with_amount(period: Any, more: int) -> None:
    start, amount, unit, calendar = period
    assert due_at(start, amount, unit, calendar).at <= due_at(start, amount + more, unit, calendar).at


@given(moments, quarters, quarters, hour_units, calendars)
def test_hours_add_up_over_splits(
    start: datetime, a: float, b: float, unit: Unit, calendar: WorkCalendar
) -> None:
    """A period of no length asks for no office hours, so it is left out."""
    assume(a and b)
    first = due_at(start, a, unit, calendar).at
    assert due_at(first, b, unit, calendar).at == due_at(start, a + b, unit, calendar).at


@given(moments, st.integers(1, 60), st.integers(1, 60), calendars)
def test_working_days_add_up_over_splits(start: datetime, a: int, b: int, calendar: WorkCalendar) -> None:
    """Calendar days don't, and needn't: the first part may be moved over a holiday, the whole only at its end."""
    first, second = (
        due_at(start, a, "working_day", calendar),
        due_after(start, a, "working_day", calendar, (), b),
    )
    whole = due_at(start, a + b, "working_day", calendar)
    assert due_at(first.at, b, "working_day", calendar).at == whole.at
    assert second == whole


@given(paused(), st.integers(0, 30))
def test_due_never_falls_into_a_pause(facts: Any, extended: int) -> None:
    period, pauses = facts
    due = due_after(*period, pauses, extended).at
    assert not any(begin <= due < end for begin, end in pauses)


@given(paused(), st.integers(0, 30), st.randoms(use_true_random=False))
def test_recomputing_changes_nothing(facts: Any, extended: int, rng: Any) -> None:
    """The same facts in another order, cut into pieces or told twice give the same due moment."""
    period, pauses = facts
    due = due_after(*period, pauses, extended)
    assert due_after(*period, pauses, extended) == due
    told = [
        part
        for begin, end in pauses
        for part in ((begin, begin + (end - begin) / 2), (begin + (end - begin) / 2, end))
    ]
    told += pauses
    rng.shuffle(told)
    assert due_after(*period, told, extended) == due
    assert explain(*period, told, extended).due == due.at


@given(paused(), moments, lengths)
def test_a_pause_never_brings_the_due_forward(facts: Any, begin: datetime, length: timedelta) -> None:
    period, pauses = facts
    assert due_after(*period, pauses).at <= due_after(*period, [*pauses, (begin, begin + length)]).at


@given(
    moments, st.integers(1, 400).map(lambda n: n / 4), hour_units, calendars, st.floats(0.01, 0.99), lengths
)
def test_hours_go_on_from_what_was_left(
    start: datetime, amount: float, unit: Unit, calendar: WorkCalendar, share: float, length: timedelta
) -> None:
    """One pause: what was left at its beginning runs on from its end."""
    due = due_at(start, amount, unit, calendar).at
    begin = start + timedelta(minutes=int((due - start) / timedelta(minutes=1) * share))
    end = begin + length
    assume(start < begin < due)
    found = due_after(start, amount, unit, calendar, [(begin, end)]).at
    assert found == advance(end, left(begin, due, unit, calendar), unit, calendar).at


@given(moments, quarters, units, calendars)
def test_left_and_advance_are_each_others_inverse(
    start: datetime, hours: float, unit: Unit, calendar: WorkCalendar
) -> None:
    due = advance(start, hours * 3600, unit, calendar)
    assert left(start, due.at, unit, calendar) == hours * 3600
    assert left(due.at, start, unit, calendar) == 0


@given(paused(), st.integers(0, 30), lengths)
def test_what_remains_shrinks_to_nothing(facts: Any, extended: int, later: timedelta) -> None:
    period, pauses = facts
    start = period[0]
    due = due_after(*period, pauses, extended).at
    there, then = (remaining(now, *period, pauses, extended) for now in (start, start + later))
    assert there >= then >= 0
    assert remaining(due, *period, pauses, extended) == 0
    if period[2] == "working_day" and period[1]:
        assert there == period[1] + extended
    elif period[2] != "calendar_day" and not extended:
        assert there == period[1] * 3600


@given(paused(), st.integers(0, 20))
def test_the_working_accounts_for_every_day(facts: Any, extended: int) -> None:
    period, pauses = facts
    start, amount, unit, calendar = period
    working = explain(*period, pauses, extended)
    assert working.due == due_after(*period, pauses, extended).at
    tiled = [
        run.first + DAY * n
        for run in (*working.runs, *working.extension)
        for n in range((run.last - run.first).days + 1)
    ]
    assert (
        tiled == [tiled[0] + DAY * n for n in range(len(tiled))] if tiled and unit != "calendar_day" else True
    )
    if unit == "working_day" and amount:
        assert len(working.counted) == amount + extended
        assert all(map(calendar.is_workday, working.counted))
        assert working.counted == due_after(*period, pauses, extended).counted
        assert (tiled[0], tiled[-1]) == (start.date(), working.due.date())
    if unit == "calendar_day" and amount:
        assert sum(run.days for run in working.runs if run.counts) == amount
        assert calendar.is_workday(working.due.date())
    if unit == "working_hour":
        assert sum(piece.seconds for piece in working.pieces) == amount * 3600
        assert {piece.day for piece in working.pieces} <= set(working.counted)
    assert sentence(working).endswith("。")
    assert plain(working).endswith("。")


@given(moments, st.integers(0, 100).map(lambda n: n / 4), units)
@example(datetime(2025, 9, 28, 9, tzinfo=CHINA), 5, "working_day")
def test_the_tables_agree_with_a_walk_day_by_day(start: datetime, amount: float, unit: Unit) -> None:
    assume(start.year < 2026)
    if unit.endswith("day"):
        amount = int(amount)
    assert due_at(start, amount, unit).at == naive_due(start, amount, unit)


def test_the_bench_asks_what_both_can_answer() -> None:
    for period in periods(400, 3):
        assert due_at(*period).at == naive_due(*period)


def test_every_published_day_is_worked_as_announced() -> None:
    day = date(PUBLISHED.start, 1, 1)
    while day.year in PUBLISHED:
        assert DEFAULT.is_workday(day) == chinese_calendar.is_workday(day), day
        day += DAY


def differing(calendar: WorkCalendar) -> list[date]:
    """Return the days of 2015 to 2026 on which the package `holidays` is of another opinion."""
    second: Any = holidays.country_holidays("CN", years=range(2015, 2027))
    every = (date(2015, 1, 1) + DAY * n for n in range((date(2027, 1, 1) - date(2015, 1, 1)).days))
    return [day for day in every if calendar.is_workday(day) != second.is_working_day(day)]


def test_a_second_opinion_on_twelve_years_of_days() -> None:
    """Both packages read the notices of the State Council (among them 国办发明电〔2020〕1号 of 27 January 2020, which
    prolonged Spring Festival, and the parade day of 3 September 2015); no day differs. A day that does in a later release
    belongs here by name, with the notice that decides it."""
    assert differing(DEFAULT) == []
    assert differing(WorkCalendar(overrides={date(2025, 9, 28): False})) == [date(2025, 9, 28)], "it bites"


@pytest.mark.parametrize("year", [2027, 2050, 2003])
def test_years_nobody_has_announced_are_plain_weeks(year: int) -> None:
    assert [DEFAULT.is_workday(date(year, 6, 1) + DAY * n) for n in range(7)].count(True) == 5
    working = explain(datetime(year, 6, 1, 9, tzinfo=CHINA), 5, "working_day")
    assert working.unpublished == (year,)
    assert not explain(datetime(year, 6, 1, 9, tzinfo=CHINA), 5, "clock_hour").unpublished, (
        "days don't matter to it"
    )
