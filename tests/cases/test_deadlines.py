"""Due times by table: every row was worked out by hand from the State Council's notices and the rules of ADR 0004."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jinlin.cases.rules.deadlines import (
    CHINA,
    DEFAULT,
    Spans,
    Unit,
    WorkCalendar,
    due_after,
    due_at,
    explain,
    plain,
    remaining,
    sentence,
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def pauses(*texts: str) -> list[tuple[datetime, datetime]]:
    """Read pauses written as 2026-03-10T11:00/2026-03-11T09:00."""
    return [tuple(map(local, text.split("/"))) for text in texts]  # type: ignore[misc]


WORKING_DAYS = """
2025-09-28T09:00   5  2025-10-11  the example of the field: a make-up Sunday, the long holiday, a make-up Saturday
2025-01-24T10:00   3  2025-02-05  Sunday 26 January is a make-up day
2025-01-27T17:00   5  2025-02-10  Spring Festival of 2025, make-up Saturday 8 February
2024-12-31T16:00   1  2025-01-02  New Year of 2025, one day
2023-12-29T09:00   2  2024-01-03  New Year of 2024 with the weekend before it
2025-12-31T09:00   1  2026-01-04  New Year of 2026, make-up Sunday
2016-12-30T09:00   1  2017-01-03  New Year of 2017, the Monday after
2020-01-23T09:00   1  2020-02-03  Spring Festival of 2020, prolonged by the notice of 27 January
2024-02-09T09:00   1  2024-02-18  Spring Festival of 2024, make-up Sunday
2023-01-20T09:00   2  2023-01-29  Spring Festival of 2023, make-up Saturday and Sunday on end
2026-02-13T09:00   3  2026-02-25  Spring Festival of 2026, nine days
2026-02-27T09:00   2  2026-03-02  its second make-up Saturday
2024-09-13T09:00   1  2024-09-14  make-up Saturday before Mid-autumn
2024-09-14T09:00   2  2024-09-19  begun on a make-up Saturday
2023-09-28T09:00   3  2023-10-09  two make-up days after the long holiday of 2023
2026-04-30T09:00  15  2026-05-25  Labour Day of 2026 inside three weeks
2015-09-02T09:00   2  2015-09-07  the parade of 2015, a holiday of that year only
2024-02-28T09:00   3  2024-03-04  across a leap day
2024-02-29T09:00   1  2024-03-01  begun on a leap day
2023-02-28T09:00   1  2023-03-01  no leap day
2020-02-28T09:00   1  2020-03-02  the leap day is a Saturday
2026-03-14T10:00   1  2026-03-16  begun on a Saturday
2026-03-13T23:59   1  2026-03-16  begun late in the evening
2026-03-16T00:00   1  2026-03-17  begun at midnight
2026-12-31T09:00   1  2027-01-01  beyond the published calendar: plain weekdays
2003-09-30T09:00   1  2003-10-01  before the known calendars: plain weekdays
"""
WORKING_HOURS = """
2026-03-10T08:30   7     2026-03-10T18:00  a whole day ends at closing, not at the next opening
2026-03-10T08:30   3.5   2026-03-10T12:00  a morning ends at noon
2026-03-10T08:30   3.75  2026-03-10T14:45  over lunch
2026-03-10T12:30   1     2026-03-10T15:30  begun at lunch
2026-03-10T18:00   1     2026-03-11T09:30  begun at closing
2026-03-10T06:00   2     2026-03-10T10:30  begun before opening
2026-03-10T11:50   0.25  2026-03-10T14:35  a quarter of an hour
2026-03-13T17:00   2     2026-03-16T09:30  over a weekend
2025-09-26T16:30   4     2025-09-28T11:00  on a make-up Sunday
2025-09-30T17:00   2     2025-10-09T09:30  over the long holiday
2026-02-14T17:30   1     2026-02-24T09:00  begun on a make-up Saturday
2026-03-10T10:00   35    2026-03-17T10:00  five days of seven hours
2024-02-29T17:00   2     2024-03-01T09:30  over the end of a leap February
"""
CALENDAR_DAYS = """
2025-09-28T09:00   3  2025-10-09  ends in the holiday, moved
2025-09-28T09:00   6  2025-10-09  ends on a Saturday of the holiday, moved as far
2025-09-23T09:00   7  2025-09-30  ends on a working day
2026-03-10T09:00  15  2026-03-25  a fortnight and a day
2026-03-10T09:00  30  2026-04-09  the petition's thirty days
2026-03-10T09:00   4  2026-03-16  ends on a Saturday
2025-09-26T09:00   2  2025-09-28  ends on a make-up Sunday, which is worked
2024-02-01T09:00  28  2024-02-29  ends on a leap day
2023-02-01T09:00  28  2023-03-01  a year without one
2024-01-01T09:00  60  2024-03-01  sixty days with a leap day
2025-01-01T09:00  60  2025-03-03  sixty days without one, ending on a Sunday
2026-01-31T09:00   1  2026-02-02  ends on a Sunday
2025-12-02T09:00  30  2026-01-04  ends on New Year's Day
2026-02-01T09:00  14  2026-02-24  ends on the first day of Spring Festival
"""
CLOCK_HOURS = """
2026-03-10T10:00   2     2026-03-10T12:00  first contact of an urgent case
2026-03-13T17:00  24     2026-03-14T17:00  runs on a Saturday
2025-09-30T23:00  24     2025-10-01T23:00  runs on a holiday
2024-02-28T10:00  48     2024-03-01T10:00  over a leap day
2023-02-28T10:00  24     2023-03-01T10:00  no leap day
2025-12-31T23:30   2     2026-01-01T01:30  over New Year
2026-03-10T10:00   0.25  2026-03-10T10:15  a quarter of an hour
1986-05-03T20:00  10     1986-05-04T07:00  summer time of 1986 to 1991 began that night: elapsed hours are kept
1991-09-14T20:00  10     1991-09-15T05:00  and ended that night for the last time
"""
STAGES: tuple[tuple[Unit, str], ...] = (
    ("working_day", WORKING_DAYS),
    ("working_hour", WORKING_HOURS),
    ("calendar_day", CALENDAR_DAYS),
    ("clock_hour", CLOCK_HOURS),
)


def rows() -> list[Any]:
    """Read the tables: start, amount, due (18:00 when only a day is written), why."""
    found = []
    for unit, table in STAGES:
        for line in table.strip().splitlines():
            start, amount, due, why = line.split(maxsplit=3)
            due += "T18:00" if len(due) == 10 else ""
            found.append(pytest.param(start, float(amount), unit, due, id=f"{unit} {start} {amount}: {why}"))
    return found


@pytest.mark.parametrize(("start", "amount", "unit", "due"), rows())
def test_due(start: str, amount: float, unit: Unit, due: str) -> None:
    assert due_at(local(start), amount, unit).at.replace(tzinfo=None) == datetime.fromisoformat(due)
    working = explain(local(start), amount, unit)
    assert working.due == due_at(local(start), amount, unit).at
    assert sentence(working)
    assert plain(working)


@pytest.mark.parametrize("unit", ["clock_hour", "working_hour", "working_day", "calendar_day"])
@pytest.mark.parametrize("start", ["2026-03-10T10:00", "2026-03-14T23:00", "2025-10-01T00:00"])
def test_a_period_of_no_length_ends_when_it_starts(start: str, unit: Unit) -> None:
    assert due_at(local(start), 0, unit).at == local(start)
    over = pauses(f"{start}/2026-03-20T10:00")
    assert due_after(local(start), 0, unit, pauses=over).at == local("2026-03-20T10:00")


def test_milestones_of_one_leaf_start_together() -> None:
    """Illegal building (domain 4.2): stop work 4 working hours, penalty 7 working days, removal 20."""
    start = local("2026-03-10T10:00")
    stages: list[tuple[float, Unit]] = [(4, "working_hour"), (7, "working_day"), (20, "working_day")]
    assert [due_at(start, *stage).at for stage in stages] == [
        local("2026-03-10T16:30"),
        local("2026-03-19T18:00"),
        local("2026-04-08T18:00"),
    ]


def test_a_reopened_case_starts_anew() -> None:
    first = due_after(
        local("2026-03-10T10:00"), 5, "working_day", pauses=pauses("2026-03-12T10:00/2026-03-16T09:00")
    )
    assert first.at == local("2026-03-19T18:00")
    again = due_after(
        local("2026-04-02T15:00"), 5, "working_day", pauses=pauses("2026-03-12T10:00/2026-03-16T09:00")
    )
    assert again.at == local("2026-04-10T18:00"), "an old pause means nothing to a new run"


# unit, amount, extension, due, pauses; all from Tuesday 10 March 2026, 10:00
PAUSED = """
working_hour  4  0  2026-03-11T12:00  2026-03-10T11:00/2026-03-11T09:00
working_hour  4  0  2026-03-10T16:30  2026-03-10T12:00/2026-03-10T14:30
working_hour  4  0  2026-03-11T10:00  2026-03-10T16:30/2026-03-11T10:00
working_hour  4  0  2026-03-11T08:30  2026-03-10T16:30/2026-03-10T20:00
working_hour  4  0  2026-03-10T16:30  2026-03-09T10:00/2026-03-10T09:00
working_hour  4  0  2026-03-10T17:30  2026-03-10T09:00/2026-03-10T11:00
working_hour  4  0  2026-03-10T16:30  2026-03-10T17:00/2026-03-12T10:00
working_hour  4  0  2026-03-10T18:00  2026-03-10T15:00/2026-03-10T16:00 2026-03-10T11:00/2026-03-10T11:30
working_hour  4  0  2026-03-11T09:30  2026-03-10T11:00/2026-03-10T15:00 2026-03-10T14:00/2026-03-10T16:00
working_hour  7  0  2026-03-16T10:00  2026-03-10T18:00/2026-03-13T18:00
working_hour  2  0  2026-03-12T08:30  2026-03-10T12:00/2026-03-11T19:00
working_hour  4  1  2026-03-11T18:00
working_hour  4  1  2026-03-16T18:00  2026-03-11T09:00/2026-03-14T09:00
clock_hour   24  0  2026-03-12T22:00  2026-03-10T20:00/2026-03-12T08:00
clock_hour   24  0  2026-03-11T12:00  2026-03-11T10:00/2026-03-11T12:00
clock_hour   24  0  2026-03-11T10:00  2026-03-11T10:01/2026-03-11T12:00
clock_hour   24  2  2026-03-13T18:00
working_day   5  0  2026-03-19T18:00  2026-03-12T10:00/2026-03-16T09:00
working_day   5  0  2026-03-17T18:00  2026-03-12T12:00/2026-03-12T14:00
working_day   5  0  2026-03-18T18:00  2026-03-12T17:00/2026-03-13T09:00
working_day   5  0  2026-03-20T18:00  2026-03-17T17:00/2026-03-20T12:00
working_day   5  0  2026-03-17T18:00  2026-03-12T09:00/2026-03-12T18:00
working_day   5  0  2026-03-18T18:00  2026-03-12T18:00/2026-03-13T08:00
working_day   5  0  2026-03-17T18:00  2026-03-14T00:00/2026-03-15T23:00
working_day   5  0  2026-03-17T18:00  2026-03-10T11:00/2026-03-11T09:00
working_day   5  5  2026-03-24T18:00
working_day   5  2  2026-03-20T18:00  2026-03-18T09:00/2026-03-19T09:00
working_day   5  2  2026-03-23T18:00  2026-03-16T09:00/2026-03-18T09:00
working_day  15 15  2026-04-22T18:00
calendar_day 15  0  2026-03-30T18:00  2026-03-12T10:00/2026-03-17T10:00
calendar_day 15  0  2026-03-27T18:00  2026-03-14T00:00/2026-03-16T00:00
calendar_day  4  0  2026-03-17T18:00  2026-03-15T09:00/2026-03-17T09:00
calendar_day  4  3  2026-03-19T18:00
"""


@pytest.mark.parametrize("line", PAUSED.strip().splitlines())
def test_due_with_pauses_and_extensions(line: str) -> None:
    unit, amount, extended, due, *paused = line.split()
    facts: Any = (local("2026-03-10T10:00"), float(amount), unit, DEFAULT, pauses(*paused), int(extended))
    assert due_after(*facts).at == local(due)
    assert due_after(*facts) == due_after(*facts)
    assert explain(*facts).due == local(due)


def test_a_pause_over_the_long_holiday() -> None:
    paused = pauses("2025-09-29T09:00/2025-10-09T09:00")
    due = due_after(local("2025-09-28T09:00"), 5, "working_day", pauses=paused)
    assert due.at == local("2025-10-14T18:00")
    assert due.counted == tuple(date(2025, 10, day) for day in (9, 10, 11, 13, 14))


SUMMER: Spans = ((time(9), time(12)), (time(15), time(18, 30)))
SEASONS = WorkCalendar(hours_from=((date(2026, 5, 1), SUMMER), (date(2026, 10, 1), DEFAULT.spans)))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-04-30T17:00", 2, "working_hour", "2026-05-06T10:00"),
        ("2026-09-30T18:00", 1, "working_hour", "2026-10-08T09:00"),
        ("2026-04-29T10:00", 1, "working_day", "2026-04-30T18:00"),
        ("2026-04-30T10:00", 1, "working_day", "2026-05-06T18:30"),
        ("2026-09-29T10:00", 1, "calendar_day", "2026-09-30T18:30"),
        ("2026-09-30T10:00", 1, "calendar_day", "2026-10-08T18:00"),
        ("2026-04-01T08:30", 7 * 21 + 6.5 * 2 + 3, "working_hour", "2026-05-08T12:00"),
    ],
)
def test_office_hours_hold_from_a_day_on(start: str, amount: float, unit: Unit, due: str) -> None:
    assert due_at(local(start), amount, unit, SEASONS).at == local(due)


def test_local_days_win_over_the_national_ones() -> None:
    calendar = WorkCalendar(
        overrides={
            date(2026, 3, 11): False,
            date(2026, 3, 14): True,
            date(2026, 10, 1): True,
            date(2026, 3, 12): True,
        },
        notes={date(2026, 3, 11): "全市停水"},
    )
    assert due_at(local("2026-03-10T10:00"), 1, "working_day", calendar).at == local("2026-03-12T18:00")
    assert due_at(local("2026-03-13T17:00"), 2, "working_hour", calendar).at == local("2026-03-14T09:30")
    assert due_at(local("2026-03-10T10:00"), 1, "calendar_day", calendar).at == local("2026-03-12T18:00")
    assert due_at(local("2026-09-30T10:00"), 1, "working_day", calendar).at == local("2026-10-01T18:00")
    working = explain(local("2026-03-10T10:00"), 3, "working_day", calendar)
    assert [(run.why, run.names) for run in working.runs if run.why.startswith("local")] == [
        ("local_off", ("全市停水",)),
        ("local_work", ()),
    ], "12 March is a working day anyway"
    assert "3月11日（周三）本地不上班（全市停水）" in sentence(working)
    assert "3月14日（周六）本地上班" in sentence(working)


def test_a_local_day_out_of_reach_stops_no_clock() -> None:
    far = WorkCalendar(
        overrides={date(1900, 1, 1): True, date(9000, 1, 1): False},
        hours_from=((date(1900, 1, 1), SUMMER), (date(9000, 1, 1), DEFAULT.spans)),
    )
    assert due_at(local("2026-03-10T10:00"), 1, "working_day", far).at == local("2026-03-11T18:30")


def test_zones() -> None:
    there = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)  # 01:00 on 11 March in China
    assert due_at(there, 1, "working_day").at == local("2026-03-12T18:00")
    berlin = WorkCalendar(zone=ZoneInfo("Europe/Berlin"))
    start = datetime(2026, 3, 28, 20, tzinfo=berlin.zone)
    assert due_at(start, 10, "clock_hour", berlin).at == datetime(2026, 3, 29, 7, tzinfo=berlin.zone)


@pytest.mark.parametrize(
    ("start", "amount", "unit"),
    [
        (local("2026-03-10T10:00"), 1.5, "working_day"),
        (local("2026-03-10T10:00"), 0.5, "calendar_day"),
        (local("2026-03-10T10:00"), float("nan"), "clock_hour"),
        (local("2026-03-10T10:00"), float("inf"), "working_day"),
        (local("2026-03-10T10:00"), -1, "working_hour"),
        (local("2026-03-10T10:00"), 1, "week"),
        (local("2026-03-10T10:00").replace(tzinfo=None), 1, "working_hour"),
        (local("1948-03-10T10:00"), 1, "working_day"),
        (local("2149-12-01T10:00"), 90, "working_day"),
        (local("2149-12-01T10:00"), 90, "calendar_day"),
        (local("2149-12-01T10:00"), 900, "working_hour"),
        (local("2149-12-01T10:00"), 9000, "clock_hour"),
        (datetime.max.replace(tzinfo=UTC), 1, "clock_hour"),
    ],
)
def test_refused(start: datetime, amount: float, unit: Any) -> None:
    with pytest.raises(ValueError):
        due_at(start, amount, unit)
    with pytest.raises(ValueError):
        explain(start, amount, unit)


@pytest.mark.parametrize(
    "spans",
    [
        (),
        ((time(9), time(9)),),
        ((time(14), time(18)), (time(8), time(12))),
        ((time(8), time(13)), (time(12), time(18))),
    ],
)
def test_office_hours_must_make_sense(spans: Spans) -> None:
    with pytest.raises(ValueError):
        due_at(local("2026-03-10T10:00"), 1, "working_hour", WorkCalendar(spans=spans))


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError):
        due_after(
            local("2026-03-10T10:00"), 1, "working_hour", pauses=pauses("2026-03-11T10:00/2026-03-10T10:00")
        )


def test_what_is_left() -> None:
    start = local("2026-03-10T10:00")
    assert remaining(start, start, 5, "working_day") == 5
    assert remaining(local("2026-03-12T17:59"), start, 5, "working_day") == 4
    assert remaining(local("2026-03-12T18:00"), start, 5, "working_day") == 3
    assert remaining(local("2026-03-18T00:00"), start, 5, "working_day") == 0
    paused = pauses("2026-03-12T10:00/2026-03-16T09:00")
    assert remaining(local("2026-03-12T10:00"), start, 5, "working_day", pauses=paused) == 4
    assert remaining(local("2026-03-16T09:00"), start, 5, "working_day", pauses=paused) == 4
    assert remaining(local("2026-03-10T11:00"), start, 4, "working_hour") == 3 * 3600
    assert remaining(local("2026-03-10T11:00"), start, 24, "clock_hour") == 23 * 3600
    assert remaining(local("2026-03-20T12:00"), start, 15, "calendar_day") == 6
    assert remaining(local("2026-03-17T12:00"), start, 5, "working_day", extended_days=2) == 3


def test_a_calendar_is_cheap_to_keep_in_a_cache() -> None:
    calendar = WorkCalendar(overrides={date(2026, 3, 11): False})
    assert due_at(local("2026-03-10T10:00"), 1, "working_day", calendar)
    packed = pickle.dumps(calendar)
    assert len(packed) < 1000, "tables stay out of it"
    again = pickle.loads(packed)  # noqa: S301  our own bytes
    assert again == calendar
    assert again.days is calendar.days
    assert due_at(local("2026-03-10T10:00"), 1, "working_day", again).at == local("2026-03-12T18:00")


def test_the_example_is_explained_day_by_day() -> None:
    working = explain(local("2025-09-28T09:00"), 5, "working_day")
    assert working.counted == (
        date(2025, 9, 29),
        date(2025, 9, 30),
        date(2025, 10, 9),
        date(2025, 10, 10),
        date(2025, 10, 11),
    )
    assert [(run.first.day, run.last.day, run.why, run.names) for run in working.runs] == [
        (28, 28, "start", ()),
        (29, 30, "counted", ()),
        (1, 8, "holiday", ("国庆节", "中秋节")),
        (9, 10, "counted", ()),
        (11, 11, "make_up", ("国庆节",)),
    ]
    assert sentence(working) == (
        "2025年9月28日（周日）09:00 起 5 个工作日，当日不计：计入9月29、30日，10月9、10、11日；"
        "10月1日至8日国庆节、中秋节放假；10月11日（周六）调休上班；2025年10月11日（周六）18:00 下班时到期。"
    )
    assert plain(working) == (
        "最迟 10月11日（周六）18:00：按 5 个工作日计算，从第二天算起，周末不算；"
        "10月1日至8日国庆节、中秋节放假；10月11日（周六）调休上班。"
    )
    told = working.as_json()
    assert (told["due"], told["runs"][2]["why"]) == ("2025-10-11T18:00:00+08:00", "holiday")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            ("2025-09-28T09:00", 6, "calendar_day"),
            "10月4日（周六）逢国庆节、中秋节放假，顺延到下一个工作日10月9日（周四）",
        ),
        (("2026-03-10T09:00", 4, "calendar_day"), "3月14日（周六）不上班，顺延到下一个工作日3月16日（周一）"),
        (("2025-09-26T16:30", 4, "working_hour"), "9月26日 16:30—18:00、9月28日 08:30—11:00"),
        (("2026-03-10T20:00", 40, "working_hour"), "其间 31.5 小时"),
        (("2026-03-10T10:00", 24, "clock_hour"), "连续计算，夜间和节假日也计"),
        (("2026-03-10T10:00", 0, "working_day"), "期限为零"),
        (("2026-12-30T10:00", 3, "working_day"), "2027 年全国放假安排尚未公布"),
        (("2003-12-30T10:00", 1, "working_day"), "2003 年没有全国放假安排的数据"),
        (
            ("2026-03-10T10:00", 20, "working_day"),
            "计入3月11、12、13、16至20、23至27、30、31日，4月1、2、3、7、8日",
        ),
        (("2026-03-10T10:00", 60, "working_day"), "计入3月11日至6月5日之间的 60 个工作日"),
        (("2026-03-10T10:00", 5, "working_day", "2026-03-12T10:00/2026-03-16T09:00"), "暂停，其间不计"),
    ],
)
def test_words_name_what_was_counted_and_why(facts: tuple[Any, ...], words: str) -> None:
    start, amount, unit, *paused = facts
    assert words in sentence(explain(local(start), amount, unit, pauses=pauses(*paused)))


def test_an_extension_shows_its_days() -> None:
    working = explain(local("2026-03-10T10:00"), 5, "working_day", extended_days=5)
    assert (working.base_due, working.due) == (local("2026-03-17T18:00"), local("2026-03-24T18:00"))
    assert "经批准延长 5 个工作日：计入3月18、19、20、23、24日；周末 2 天不计" in sentence(working)
    assert "已批准延长 5 个工作日" in plain(working)
