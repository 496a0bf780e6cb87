"""The engine of early warning: days, the usual, neighbourhoods, the scan beside its naive self, lines, no look-ahead."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinlin.insight.scan import expected, lines
from jinlin.insight.scan.city import City
from jinlin.insight.scan.days import HOLIDAY, MAKE_UP, day_factors, day_kinds
from jinlin.insight.scan.night import Budget, prepare, score_days
from jinlin.insight.scan.series import Events, indexed, middles, without_repeats
from jinlin.insight.scan.tonight import Told, tonight
from jinlin.insight.scan.windows import Ground, Peak, damped, lasting, sudden
from jinlin.insight.scan.zones import Zones, zones_of

FIRST = date(2025, 3, 3)  # a Monday


# the naive scan: every centre, size and window, written as it is said


def _score(count: float, usual: float) -> float:
    return float(count * np.log(count / usual) - (count - usual)) if count > usual > 0 else 0.0


def naive(ground: Ground, day: int, *, is_lasting: bool) -> float:
    best = 0.0
    values = ground.weighed if is_lasting else ground.counts
    for centre in range(ground.zones.places):
        if not ground.counts[max(0, day - 13 if is_lasting else day - 2) : day + 1, centre].any():
            continue  # nothing happened here: whatever stands out around it does so from another centre
        for size in map(int, ground.zones.sizes):
            zone = ground.zones.zone(centre, size)
            for window in range(1, min(14 if is_lasting else 3, day + 1) + 1):
                back = slice(day + 1 - window, day + 1)
                if ground.counts[back][:, zone].sum() < ground.minimum:
                    continue
                by_day = values[back][:, zone].sum(axis=1)
                usual = ground.expected[back][:, zone].sum()
                seen = by_day.sum()
                if is_lasting:
                    seen, usual = seen - by_day.max(), usual * (window - 1) / window
                best = max(best, _score(seen, usual))
    return best


def grounds() -> st.SearchStrategy[Ground]:
    def make(seed: int, places: int, days: int, rate: float) -> Ground:
        rng = np.random.default_rng(seed)
        counts = rng.poisson(rate, (days, places)).astype(np.float64)
        usual = rng.gamma(2.0, rate / 2, (days, places)) + 0.01
        zones = zones_of(rng.random(places), rng.random(places), most=6)
        return Ground(counts, damped(counts), usual, zones, minimum=3)

    return st.builds(
        make, st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 18), st.sampled_from([0.05, 0.3, 2.0])
    )


@given(grounds())
@settings(max_examples=25, deadline=None)
def test_the_fast_scan_is_the_naive_one(ground: Ground) -> None:
    day = len(ground.counts) - 1
    assert lasting(ground, day).score == pytest.approx(naive(ground, day, is_lasting=True))
    assert sudden(ground, day).score == pytest.approx(naive(ground, day, is_lasting=False))


@given(grounds(), st.integers(0, 200), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_more_events_never_lower_a_score(ground: Ground, cell: int, more: int) -> None:
    day = len(ground.counts) - 1
    raised = ground.counts.copy()
    raised.ravel()[cell % raised.size] += more
    higher = Ground(raised, damped(raised), ground.expected, ground.zones, ground.minimum)
    for method in (lasting, sudden):
        assert method(higher, day).score >= method(ground, day).score - 1e-9


@given(grounds(), st.integers(2, 5))
@settings(max_examples=15, deadline=None)
def test_everything_times_k_scores_k_times(ground: Ground, times: int) -> None:
    day = len(ground.counts) - 1
    one = Ground(ground.counts, ground.weighed, ground.expected, ground.zones, 0)
    larger = Ground(times * one.counts, times * one.weighed, times * one.expected, one.zones, 0)
    for method in (lasting, sudden):
        assert method(larger, day).score == pytest.approx(times * method(one, day).score)


def test_a_place_that_was_told_adds_nothing() -> None:
    counts = np.zeros((5, 3))
    counts[:, 1] = 4
    zones = zones_of(np.array([0.0, 0.1, 0.2]), np.zeros(3))
    ground = Ground(counts, damped(counts), np.full((5, 3), 0.1), zones)
    assert lasting(ground, 4).score > 0
    assert lasting(ground, 4, np.array([False, True, False])) == Peak()
    beside = lasting(ground, 4, np.array([True, False, False]))
    assert (beside.centre, beside.size) == (1, 1)


def test_one_busy_day_does_not_last_but_is_sudden() -> None:
    counts = np.zeros((14, 2))
    counts[13, 0] = 20
    ground = Ground(counts, damped(counts), np.full((14, 2), 0.1), zones_of(np.zeros(2), np.arange(2.0)))
    assert lasting(ground, 13).score == 0
    found = sudden(ground, 13)
    assert (found.centre, found.size, found.window) == (0, 1, 1)


# days


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2025, 10, 1), HOLIDAY),  # National Day, a Wednesday
        (date(2025, 9, 28), MAKE_UP),  # a Sunday that is worked
        (date(2025, 10, 11), MAKE_UP),  # a Saturday that is worked
        (date(2025, 9, 27), 5),  # a plain Saturday
        (date(2025, 9, 24), 2),  # a plain Wednesday
        (date(2090, 10, 1), 6),  # no calendar is published for it
    ],
)
def test_kinds_of_day_in_china(day: date, kind: int) -> None:
    assert day_kinds(day, 1, chinese=True)[0] == kind
    assert day_kinds(day, 1)[0] == day.weekday()


def test_quiet_sundays_are_learnt_and_a_holiday_is_like_one() -> None:
    kinds = day_kinds(FIRST, 70)
    totals = np.where(kinds == 6, 0.0, 20.0)
    factors = day_factors(totals, kinds, 70)
    assert factors[0] == pytest.approx(1.15, abs=0.03)
    assert factors[6] < 0.15
    assert factors[HOLIDAY] == pytest.approx(factors[6])
    assert factors[MAKE_UP] == pytest.approx(factors[:5].mean())
    assert (day_factors(totals * 0, kinds, 70) == 1).all()


def test_learning_days_only() -> None:
    kinds, totals = day_kinds(FIRST, 70), np.arange(70.0)
    later = totals.copy()
    later[50:] *= 9
    assert (day_factors(totals, kinds, 50) == day_factors(later, kinds, 50)).all()


# the usual


def test_the_usual_is_the_mean_of_four_weeks_drawn_to_the_matter() -> None:
    counts = np.zeros((80, 4))
    counts[:, 0] = 2
    found = expected.usual(counts, np.ones(80), 50, 4)[79]
    assert 1.7 < found[0] < 2
    assert 0 < found[1] < 0.1
    assert found.sum() == pytest.approx(2, abs=0.05)
    counts[73:] = 50  # the last week is not the usual
    assert expected.usual(counts, np.ones(80), 50, 4)[79] == pytest.approx(found)


def test_a_season_is_last_years_and_a_surge_todays() -> None:
    totals = np.full(500, 10.0)
    assert expected.season(totals)[-1] == pytest.approx(1)
    totals[500 - 365 - 8 : 500 - 365 + 8] = 30
    assert 1.5 < expected.season(totals)[-1] <= 2
    assert (expected.season(totals)[:390] == 1).all()
    assert expected.surge(np.full(20, 30.0), np.full(20, 10.0))[-1] == pytest.approx(2.4)
    assert expected.surge(np.full(20, 3.0), np.full(20, 10.0))[-1] == 1


# neighbourhoods


def test_neighbours_by_distance_the_place_itself_first() -> None:
    zones = zones_of(np.array([30.0, 30.0, 30.0, np.nan]), np.array([114.0, 114.01, 114.03, np.nan]))
    assert [list(map(int, zones.zone(centre, 20))) for centre in range(4)] == [
        [0, 1, 2],
        [1, 0, 2],
        [2, 1, 0],
        [3],
    ]
    twins = zones_of(np.full(30, 30.0), np.full(30, 114.0))
    assert [int(row[0]) for row in twins.near] == list(range(30))
    assert all(len(set(row.tolist())) == 20 for row in twins.near)


# lines


def test_a_line_is_passed_about_as_often_as_allowed() -> None:
    rng = np.random.default_rng(4)
    passed = []
    for _round in range(60):
        scores = rng.exponential(1.0, 600) ** 2  # the root falls exponentially
        tail = lines.tail_of(scores[:300])
        limit = lines.line(tail, lines.common_width([tail]), 60)
        passed.append(len([peak for peak in lines.peaks(scores[300:], 50) if peak > limit]))
    assert 3 < np.mean(passed) < 7  # 300 days, 60 between two


def test_lines_fall_with_a_larger_budget_and_none_is_passed_without_one() -> None:
    tail = lines.tail_of(np.random.default_rng(1).exponential(1.0, 200))
    drawn = [lines.line(tail, 0.5, days) for days in (10, 30, 60, 120, float("inf"))]
    assert all(low < high for low, high in pairwise(drawn))
    assert drawn[-1] == float("inf")
    assert lines.line(lines.tail_of(np.zeros(90)), 0.5, 60) >= 0


# a whole city


def city(seed: int = 1, days: int = 120, reporter: bool = False, burst: bool = True) -> City:
    """Nine places on a line, three matters; in the last week eight events a day at places 3-5 of the first matter."""
    rng = np.random.default_rng(seed)
    day, matter, place = (
        rng.integers(0, days, 900),
        rng.choice(3, 900, p=[0.6, 0.35, 0.05]),
        rng.integers(0, 9, 900),
    )
    if burst:
        extra = np.repeat(np.arange(days - 7, days), 8)
        day, matter = np.append(day, extra), np.append(matter, np.zeros_like(extra))
        place = np.append(place, 3 + np.arange(len(extra)) % 3)
    who = np.arange(len(day)) if reporter else None
    events = Events(FIRST, days, ("a", "b", "c"), tuple("ABCDEFGHI"), day, matter, place, who)
    return City(events, np.full(9, 30.0), 114 + np.arange(9) / 100)


def test_a_rise_is_told_once_with_its_places() -> None:
    found = city().alarms(Budget(), 90, range(90, 120))
    rise = [alarm for alarm in found if alarm.matter == 0 and alarm.day >= 113]
    assert len(rise) == 1
    assert set(rise[0].places) & {3, 4, 5}
    assert rise[0].observed == sum(rise[0].seen) >= 5
    assert rise[0].observed > 2 * rise[0].expected
    assert rise[0].expected == pytest.approx(sum(rise[0].usual))
    assert rise[0].score > 1


@pytest.mark.parametrize("stop", [100, 115, 118])
def test_the_future_changes_no_alarm(stop: int) -> None:
    whole = city().alarms(Budget(2), 90, range(90, 120))
    events = city().events
    kept = events.day < stop
    cut = Events(
        FIRST, stop, events.matters, events.places, events.day[kept], events.matter[kept], events.place[kept]
    )
    early = City(cut, np.full(9, 30.0), 114 + np.arange(9) / 100).alarms(Budget(2), 90, range(90, stop))
    assert early == [alarm for alarm in whole if alarm.day < stop]


def test_what_was_told_does_not_hide_the_next() -> None:
    made = city(days=170, burst=False)
    for start in (95, 110, 145):  # the third after lines were drawn again
        extra = np.repeat(np.arange(start, start + 7), 5)
        events = made.events
        day = np.append(events.day, extra)
        matter = np.append(events.matter, np.ones_like(extra))
        place = np.append(events.place, np.arange(len(extra)) % 3 + (start % 5))
        grown = Events(FIRST, 170, events.matters, events.places, day, matter, place)
        made = City(grown, made.lat, made.lon)
    told = [alarm.day for alarm in made.alarms(Budget(), 90, range(90, 170)) if alarm.matter == 1]
    for start in (95, 110, 145):
        assert any(start <= day < start + 7 for day in told)


def test_the_order_of_rows_does_not_matter() -> None:
    made = city()
    mixed = np.random.default_rng(9).permutation(len(made.events.day))
    events = made.events
    other = Events(
        FIRST,
        120,
        events.matters,
        events.places,
        events.day[mixed],
        events.matter[mixed],
        events.place[mixed],
    )
    again = City(other, made.lat, made.lon)
    assert again.alarms(Budget(), 90, range(90, 120)) == made.alarms(Budget(), 90, range(90, 120))


def test_fewer_than_the_minimum_are_never_told() -> None:
    for minimum in (5, 12, 30):
        for alarm in city().alarms(Budget(5, minimum), 90, range(90, 120)):
            assert alarm.observed >= minimum


def test_a_larger_budget_tells_more() -> None:
    told = [len(city(burst=False).alarms(Budget(budget), 60, range(60, 120))) for budget in (0.2, 1, 5)]
    assert told == sorted(told)
    assert told[0] < told[-1]


def test_one_person_is_no_rise() -> None:
    made = city(reporter=True)
    who = np.where(made.events.day >= 113, -2, made.events.reporter)
    everybody = Events(**{**_fields(made.events), "reporter": np.where(who == -2, 7, who)})
    alone = City(without_repeats(everybody), made.lat, made.lon)
    assert not [alarm for alarm in alone.alarms(Budget(), 90, range(90, 120)) if alarm.day >= 113]
    assert made.alarms(Budget(), 90, range(90, 120))[-1].day >= 113


def _fields(events: Events) -> dict[str, Any]:
    return {name: getattr(events, name) for name in events.__dataclass_fields__}


def test_repeats_of_one_person_count_again_after_a_fortnight() -> None:
    day, zeros = np.array([0, 3, 13, 14, 20, 40]), np.zeros(6, np.int64)
    events = Events(FIRST, 50, ("a",), ("A",), day, zeros, zeros, zeros)
    assert without_repeats(events).day.tolist() == [0, 14, 40]
    unknown = Events(FIRST, 50, ("a",), ("A",), day, zeros, zeros, zeros - 1)
    assert len(without_repeats(unknown).day) == 6
    assert unknown.reporters(0, [0], range(15)) == 4
    assert events.reporters(0, [0], range(15)) == 1


def test_names_and_middles() -> None:
    names, index = indexed(["b", "a", "b"])
    assert (names, index.tolist()) == (("a", "b"), [1, 0, 1])
    lat, lon = middles(
        np.array([0, 0, 0, 1]), 3, np.array([1.0, 2.0, 9.0, 0.0]), np.array([5.0, 6.0, 7.0, 0.0])
    )
    assert (lat[0], lon[0]) == (2, 6)
    assert np.isnan(lat[1:]).all()


def test_a_night_from_kept_scores_is_the_night_from_all() -> None:
    made = city()
    first = tonight(made, [Budget()] * 3, {}, {})
    assert len(first.scores) == 120
    last = date(2025, 6, 30)
    kept = {day: scores for day, scores in first.scores.items() if day != last}
    again = tonight(made, [Budget()] * 3, kept, {})
    assert list(again.scores) == [last]
    for name, own in first.scores[last].items():
        assert again.scores[last][name] == pytest.approx(own, rel=1e-3, abs=1e-3)
    assert [(a.matter, a.places, a.method) for a in again.alarms] == [
        (a.matter, a.places, a.method) for a in first.alarms
    ]
    told = {"a": Told(dict.fromkeys("ABCDEFGHI", last), last)}
    assert [a.matter for a in tonight(made, [Budget()] * 3, kept, told).alarms] == [
        0
    ]  # goes on, nothing beside


def test_a_matter_without_events_scores_nothing() -> None:
    zones = Zones(np.arange(3)[:, None])
    matter = prepare(np.zeros((60, 3)), np.ones(60), zones, 50)
    assert all((scores == 0).all() for scores in score_days(matter, range(60)).values())
