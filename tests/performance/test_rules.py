"""Formulas by the golden vectors of official bulletins, the rules of counting by small histories; no database."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.cases.rules.standing import (
    NOWHERE,
    Happening,
    Standing,
    changed,
    facts_of,
    happening,
    kept,
    read,
    standing,
)
from jinlin.performance.rules import cuts, measures
from jinlin.performance.rules.adding import History
from jinlin.performance.rules.counting import Gauge, Place, counted
from jinlin.performance.rules.indicators import (
    BY_CODE,
    FEW,
    INDICATORS,
    PEOPLE,
    RATE,
    composite,
    computed,
    half_up,
    median_minutes,
    share,
)
from jinlin.performance.rules.named import named, spelled
from jinlin.performance.rules.telling import replayed


def value(code: str, **sums: int) -> Decimal | None:
    return computed(BY_CODE[code], sums).value


@pytest.mark.parametrize(
    ("number", "told", "expected"),
    [
        (1, value("close_rate", close_should=972, close_done=911), "93.72"),
        (2, value("intime_close_rate", close_should=972, close_done=911, close_late=911 - 737), "75.82"),
        (3, share(953, 996), "95.68"),
        (4, value("close_rate", close_should=24932, close_done=23974), "96.16"),
        (
            5,
            value("intime_close_rate", close_should=24932, close_done=23974, close_late=23974 - 22345),
            "89.62",
        ),
        (6, share(14765, 26898), "54.89"),
        (6, share(11863, 26898), "44.10"),
        (7, value("direct_answer_rate", reported=96700, direct=72500), "74.97"),
        (9, value("intime_dispose_rate", resolve_should=601, resolve_done=601, resolve_late=4), "99.33"),
        (9, half_up(share(601, 2877)).quantize(Decimal("0.1")), "20.9"),
    ],
)
def test_golden_vectors(number: int, told: Decimal, expected: str) -> None:
    """domain.md 5.3, recomputed from official bulletins."""
    assert told == Decimal(expected), number


PANJIN = {"close_rate": 200, "satisfaction_rate": 300, "intime_close_rate": 250, "response_rate": 250}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("98.06", "99.00", "100", "100"), "99.3"),
        (("98.44", "98.37", "100", "100"), "99.2"),
        (("97.95", "98.44", "100", "99.96"), "99.1"),
        (("96.21", "94.01", "100", "100"), "97.4"),
        (("99.25", "97.02", "100", "100"), "99.0"),
        (("100", "100", "100", "100"), "100"),
    ],
)
def test_golden_vector_8_is_a_published_composite(values: tuple[str, ...], expected: str) -> None:
    """Panjin: close 20 %, satisfaction 30 %, the other two together 50 %."""
    found = composite(PANJIN, dict(zip(PANJIN, map(Decimal, values), strict=True)))
    assert found is not None
    assert found.quantize(Decimal("0.1")) == Decimal(expected)


def test_a_composite_needs_all_its_parts_and_there_is_none_by_default() -> None:
    assert composite(PANJIN, dict.fromkeys(PANJIN, Decimal(99)) | {"response_rate": None}) is None
    assert composite({}, {}) is None
    assert not [one for one in INDICATORS if "composite" in one.code or "score" in one.code]


def test_nothing_to_count_is_no_data_and_never_a_hundred() -> None:
    for indicator in INDICATORS:
        found = computed(indicator, {})
        assert found.value is None or indicator.kind == "number", indicator.code
        assert found.value != 100
        assert found.no_data or indicator.kind == "number"


@pytest.mark.parametrize(("n", "shown"), [(0, None), (1, None), (FEW - 1, None), (FEW, Decimal(100))])
def test_below_ten_is_too_few(n: int, shown: Decimal | None) -> None:
    found = computed(BY_CODE["close_rate"], {"close_should": n, "close_done": n})
    assert (found.value, found.too_few, found.no_data) == (shown, 0 < n < FEW, n == 0)


def test_halves_go_up() -> None:
    assert half_up(Decimal("0.005")) == Decimal("0.01")
    assert share(1, 8) == Decimal("12.50")
    assert share(87, 102) == Decimal("85.29")
    assert share(1, 0) is None


def test_the_three_rates_say_who_did_not_answer() -> None:
    sums = {"solved_yes": 8, "solved_partly": 4, "solved_no": 6, "solved_unknown": 2, "unanswered": 5}
    solution = computed(BY_CODE["solution_rate"], sums)
    assert (solution.value, solution.n, solution.no_answer_share) == (Decimal(50), 20, Decimal(20))
    sums |= {"satisfied_5": 4, "satisfied_4": 3, "satisfied_3": 5, "satisfied_1": 3, "unrated": 5}
    rated = computed(BY_CODE["satisfaction_rate"], sums)
    assert (rated.value, rated.n) == (half_up(Decimal(1000) / 15), 15)
    assert rated.no_answer_share == Decimal(40)
    silent = computed(BY_CODE["satisfaction_rate"], {"unanswered": 50})
    assert (silent.value, silent.no_data) == (None, True), "nobody answered is never satisfied"


def test_every_indicator_of_the_field_is_here_and_named() -> None:
    wanted = """
    register_rate intime_register_rate accurate_dispatch_rate dispose_rate intime_dispose_rate close_rate
    intime_close_rate rework_rate self_handled_rate direct_answer_rate repeat_rate
    response_rate solution_rate satisfaction_rate
    burden_fields_per_case duplicate_entries_avoided median_time_to_truth reopen_rate return_ping_pong proactive_share
    ledger_age coverage_gap_people deliberation_followthrough
    """.split()
    assert [one.code for one in INDICATORS] == wanted
    known = {*measures.FLOWS, *measures.GAUGES, *measures.GIVEN}
    for one in INDICATORS:
        assert one.measures <= known, one.code
        assert one.formula.endswith("。")
        assert spelled(one.numerator)
        assert one.kind != RATE or one.denominator


def test_what_no_room_gives_is_no_data_and_what_one_gives_is_told() -> None:
    given = [one for one in INDICATORS if one.is_given]
    assert [one.code for one in given] == ["coverage_gap_people", "deliberation_followthrough"]
    assert all(computed(one, {}).no_data for one in given)
    people, kept_on_time = given
    assert people.kind == PEOPLE
    told = computed(people, {"people_uncovered": 120, "people_judged": 4_300})
    assert (told.value, told.n) == (Decimal(120), 4_300)
    assert computed(people, {"people_uncovered": 0, "people_judged": 10}).value == 0
    assert computed(kept_on_time, {"decisions_due": 20, "decisions_kept": 15}).value == Decimal(75)


def test_every_measure_of_a_formula_has_words() -> None:
    used = {name for one in INDICATORS for name in one.measures} - set(measures.ANSWER_BUCKETS)
    assert all(named(name) for name in used)
    with pytest.raises(KeyError):
        named("nothing_known")


@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=60))
def test_the_median_lies_in_the_true_bucket(minutes: list[int]) -> None:
    sums = Counter(measures.bucket(one) for one in minutes)
    ordered = sorted(minutes)
    true = ordered[(len(ordered) - 1) // 2]
    edges = [0.0, *measures.EDGES, float("inf")]
    low, high = next((low, high) for low, high in pairwise(edges) if low <= true < high)
    assert low <= median_minutes(sums) <= min(high, measures.EDGES[-1] * measures.GROWTH)


DAY = st.sampled_from(("", "2026-02-27", "2026-03-02", "2026-03-10", "2026-04-01"))
STANDING = st.builds(
    NOWHERE._replace,
    town=st.just("411602001000"),
    village=st.sampled_from(("", "411602001001")),
    category=st.sampled_from(("", "ENV-01", "FAC-02")),
    channel=st.sampled_from(("web", "patrol")),
    state=st.sampled_from(("submitted", "accepted", "in_progress", "ledgered", "closed")),
    line=st.sampled_from(("@grid", "@county", "CMB")),
    checker=st.sampled_from(("@grid", "@county")),
    due=DAY,
    promise=DAY,
    clocks=st.dictionaries(
        st.sampled_from(("accept", "resolve", "verify", "step2")), DAY.filter(bool), max_size=3
    ),
    opened=st.just("2026-02-27"),
    accepted=DAY,
    dispatched=DAY,
    wanted=st.booleans(),
    handled=DAY,
    typed=st.integers(0, 9),
    end=st.sampled_from(("solved", "answered")),
    closed=DAY,
)
HAPPENING = st.builds(
    Happening,
    changes=st.just({}),
    verb=st.sampled_from(
        ("report", "accept", "dispatch", "contact", "follow_up", "report_done", "withdraw", "reopen")
    ),
    reason=st.sampled_from(("yes", "partly", "no", "unknown")),
    day=DAY.filter(bool),
    stops=st.lists(
        st.tuples(st.sampled_from(("accept", "resolve", "step2")), st.integers(0, 1), DAY.filter(bool)),
        max_size=2,
    ).map(tuple),
    late=st.integers(0, 1),
    typed=st.integers(0, 9),
    touched=st.integers(0, 4),
    satisfied=st.integers(0, 5),
    minutes=st.none() | st.integers(0, 10_000),
)


@given(STANDING, STANDING, HAPPENING)
def test_a_timeline_keeps_what_is_counted(before: Standing, after: Standing, what: Happening) -> None:
    assert standing(before, changed(before, after)) == after
    assert read(kept(after)) == after
    told = what._replace(changes=changed(before, after))
    assert happening(told.verb, told.reason, told.day, facts_of(told)) == told


@given(st.lists(st.tuples(STANDING, HAPPENING), min_size=1, max_size=6))
def test_both_ways_of_adding_up_give_the_same_rows(lines: list[tuple[Standing, Happening]]) -> None:
    """Whatever happened: row by row as moves add, and with arrays as a rebuild does."""
    county, history, rows, stands = "411602000000", History("411602000000"), cuts.Rows(), NOWHERE
    told = []
    for at, what in lines:
        told.append(what._replace(changes=changed(stands, at)))
        stands = at
    found = replayed(told)
    place = Place(
        found.stands.town,
        found.stands.village,
        found.stands.grid,
        found.stands.category,
        found.stands.channel,
    )
    cuts.spread(rows, county, place, found.flows)
    history.take(place, found.flows)
    listed = list(history.rows())
    assert dict(listed) == cuts.without_zeros(rows)
    assert [row for row, _many in listed] == sorted(row for row, _many in listed)


def test_a_case_stands_in_every_roll_up() -> None:
    place = Place("411602001000", "411602001001", "411602001001001", "ENV-01", "web")
    rows = cuts.rows_of("411602000000", place, "CMB", "2026-03-10")
    assert len(rows) == len(set(rows)) == 25
    assert {row.day for row in rows} == {"2026-03-10", "2026-03-01"}
    nowhere = cuts.rows_of("411602000000", Place("", "", "", "", "web"), "", "2026-03-10")
    assert {row.area for row in nowhere} == {"411602000000"}
    cell = Gauge("CMB", "2026-03-12", "ledgered", "2026-03-02")
    still: cuts.Rows = {}
    cuts.spread_open(still, "411602000000", place, cell, 1)
    cuts.spread_open(still, "411602000000", place, cell, -1)
    assert cuts.without_zeros(still) == {}


def life(*lines: tuple[str, dict[str, object], dict[str, object]]) -> Counter[str]:
    """Play (verb, changes, facts) lines and return what is counted, all days together."""
    found = replayed(
        Happening(verb=verb, changes=changes, **{"reason": "", "day": "2026-03-10", **facts})
        for verb, changes, facts in lines
    )
    sums: Counter[str] = Counter()
    for (_line, _day, measure), n in found.flows.items():
        sums[measure] += n
    return +sums


BORN = ("report", {"state": "submitted", "line": "@grid", "opened": "2026-03-10", "channel": "web"}, {})
ACCEPTED = (
    "accept",
    {
        "state": "accepted",
        "accepted": "2026-03-10",
        "promise": "2026-03-16",
        "clocks": {"resolve": "2026-03-16"},
    },
    {},
)


def ended(kind: str, *, late: int = 0) -> tuple[str, dict[str, object], dict[str, object]]:
    changes = {"state": "closed", "end": kind, "closed": "2026-03-12", "promise": "", "clocks": {}}
    verb = {"solved": "follow_up", "duplicate": "merge", "withdrawn": "withdraw", "not_ours": "decline"}[kind]
    return (
        verb,
        changes,
        {"day": "2026-03-12", "late": late, "reason": "yes" if verb == "follow_up" else "legal_channel"},
    )


@pytest.mark.parametrize(
    ("kind", "late", "counts"),
    [
        ("solved", 0, (1, 1, 0)),
        ("solved", 1, (1, 1, 1)),
        ("duplicate", 0, (0, 0, 0)),
        ("withdrawn", 0, (0, 0, 0)),
        ("not_ours", 0, (0, 0, 0)),
        ("duplicate", 1, (1, 0, 0)),
        ("withdrawn", 1, (1, 0, 0)),
    ],
)
def test_no_late_order_gets_better_by_another_name(
    kind: str, late: int, counts: tuple[int, int, int]
) -> None:
    sums = life(BORN, ACCEPTED, ended(kind, late=late))
    assert (sums["close_should"], sums["close_done"], sums["close_late"]) == counts


def test_a_suspension_takes_an_order_out_until_it_goes_on() -> None:
    paused = ("decide", {"state": "suspended", "promise": "", "clocks": {}}, {"reason": "suspension_yes"})
    goes_on = (
        "resume",
        {"state": "in_progress", "promise": "2026-04-01", "clocks": {"resolve": "2026-04-01"}},
        {},
    )
    assert life(BORN, ACCEPTED)["close_should"] == 1
    assert life(BORN, ACCEPTED, paused)["close_should"] == 0
    assert life(BORN, ACCEPTED, paused)["suspended"] == 1
    assert life(BORN, ACCEPTED, paused, goes_on)["close_should"] == 1


def test_what_is_beyond_power_leaves_the_answers_but_not_the_response() -> None:
    sent = (
        "dispatch",
        {"state": "dispatched", "line": "CMB", "dispatched": "2026-03-10", "wanted": True},
        {},
    )
    called = ("contact", {"state": "in_progress", "clocks": {}}, {"stops": (("contact", 0, "2026-03-10"),)})
    signed = ("sign", {"state": "signed", "clocks": {"contact": "2026-03-11"}}, {})
    no = ("follow_up", {"state": "rework"}, {"reason": "no", "satisfied": 1})
    beyond = (
        "decide",
        {"state": "closed", "end": "beyond", "closed": "2026-03-12"},
        {"reason": "beyond_yes"},
    )
    sums = life(BORN, ACCEPTED, sent, signed, called, no)
    assert (sums["solved_no"], sums["satisfied_1"], sums["contact_in_time"]) == (1, 1, 1)
    sums = life(BORN, ACCEPTED, sent, signed, called, no, beyond)
    assert (sums["solved_no"], sums["satisfied_1"], sums["beyond"]) == (0, 0, 1)
    assert (sums["contact_wanted"], sums["contact_in_time"]) == (1, 1)


def test_a_reopened_case_is_no_longer_ended() -> None:
    again = ("reopen", {"state": "reopened", "end": "", "closed": ""}, {"day": "2026-03-20"})
    sums = life(BORN, ACCEPTED, ended("solved"), again)
    assert (sums["ended"], sums["end_solved"], sums["reopened"]) == (0, 0, 1)
    sums = life(BORN, ACCEPTED, ended("solved"), again, ended("solved"))
    assert (sums["ended"], sums["reopened"]) == (1, 1)


@pytest.mark.parametrize(
    ("late", "open_again", "closed_again"),
    [(0, (1, 0, 0), (1, 1, 0)), (1, (2, 0, 0), (2, 1, 0))],
)
def test_a_closing_that_did_not_hold_is_no_closing(
    late: int, open_again: tuple[int, int, int], closed_again: tuple[int, int, int]
) -> None:
    again = ("reopen", {"state": "reopened", "end": "", "closed": ""}, {"day": "2026-03-20"})
    taken = ("accept", {"state": "accepted", "promise": "2026-03-27"}, {"day": "2026-03-20"})
    lines = (BORN, ACCEPTED, ended("solved", late=late), again, taken)
    told = ("close_should", "close_done", "close_late")
    sums = life(*lines)
    assert tuple(sums[name] for name in told) == open_again, "a missed day stays missed, a kept one was not"
    sums = life(*lines, ended("solved"))
    assert tuple(sums[name] for name in told) == closed_again


@given(STANDING, STANDING, HAPPENING)
def test_everything_that_is_counted_has_a_column(before: Standing, after: Standing, what: Happening) -> None:
    told = what._replace(changes=changed(before, after))
    assert {measure for _line, _day, measure in counted(before, after, told)} <= set(measures.FLOWS)
