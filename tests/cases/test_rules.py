"""The pure rules of the closed loop, by table: every edge of the machine, relations, working time, receivers, codes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.cases.events import BY_NAME
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import CHINA, DEFAULT, UNITS, WorkCalendar, advance, due_at, left
from jinlin.cases.rules.dispatching import check_lower, check_receiver
from jinlin.cases.rules.tracking import ALPHABET, county_of, tracking_code, typed_code
from jinlin.kernel.errors import RuleBroken

RELATIONS = (
    rel.REPORTER, rel.GRID, rel.HOLDER, rel.DESK, rel.SENDER, rel.ASSIST, rel.CHECKER, rel.ARBITER, rel.APPROVER,
    rel.OVERSEER,
)  # fmt: skip

# verb -> (states it starts from, states it may end in, who), written here a second time, by hand, from domain.md 4.1
DESK_STATES = "submitted accepted reopened"
OPEN = (
    "submitted accepted dispatched objected signed in_progress suspended ledgered rework verifying follow_up in_parts"
    " reopened"
)
EDGES: dict[str, tuple[str, str, str]] = {
    "accept": ("submitted reopened", "accepted", "grid holder"),
    "solve_on_spot": ("submitted accepted", "closed", "grid"),
    "solve_here": ("accepted reopened", "follow_up", "desk"),
    "answer": (DESK_STATES, "closed", "desk grid"),
    "decline": (DESK_STATES, "closed", "desk"),
    "escalate": (DESK_STATES, "accepted", "grid holder"),
    "dispatch": (DESK_STATES, "dispatched", "desk"),
    "hand_down": ("accepted reopened", "dispatched", "desk"),
    "recall": ("dispatched", "accepted", "sender"),
    "sign": ("dispatched", "signed", "holder"),
    "object": ("dispatched signed", "objected", "holder"),
    "rule": ("objected", "dispatched accepted", "arbiter"),
    "contact": ("signed in_progress rework", "in_progress", "holder"),
    "start": ("signed", "in_progress", "holder"),
    "assist_done": (OPEN, "", "assist"),
    "report_done": ("in_progress rework", "verifying", "holder"),
    "verify": ("verifying", "follow_up rework closed", "checker"),
    "follow_up": ("follow_up", "closed rework", "reporter checker"),
    "close_unanswered": ("follow_up", "closed", "checker"),
    "ask": ("accepted signed in_progress rework verifying", "", "holder"),
    "decide": (OPEN, "suspended ledgered follow_up", "approver"),
    "resume": ("suspended ledgered", "in_progress", "holder sender"),
    "merge": (DESK_STATES, "closed", "desk"),
    "split": ("accepted reopened", "in_parts", "desk"),
    "reopen": ("closed", "reopened", "reporter overseer"),
    "revisit": ("closed", "reopened", "checker"),
    "withdraw": (OPEN.replace(" in_parts", ""), "closed", "reporter"),
    "categorise": (DESK_STATES, "", "desk grid"),
    "note": (OPEN, "", "holder desk sender assist"),
    "convene": ("accepted reopened dispatched objected signed in_progress rework", "", "desk sender"),
    "settle": (
        "accepted reopened dispatched objected signed in_progress rework",
        "dispatched",
        "desk sender",
    ),
    "milestone": ("accepted signed in_progress in_parts suspended ledgered", "", "holder"),
    "new_date": ("accepted signed in_progress in_parts rework", "", "holder"),
}
FREE = m.Condition(
    callable=False,
    pending="extension",
    visit_due=True,
    open_milestones=1,
    promise_broken=True,
    meeting_called=True,
)  # lets guarded moves pass, bar those that need the opposite


def test_the_table_is_the_one_of_the_field() -> None:
    table = {move.verb: move for move in m.MOVES}
    assert len(table) == len(m.MOVES)
    assert set(table) == set(EDGES)
    for verb, (sources, targets, who) in EDGES.items():
        move = table[verb]
        assert move.sources == set(sources.split()), verb
        assert set(move.targets) == set(targets.split()), verb
        assert move.who == set(who.split()), verb
        assert move.announces in BY_NAME, verb
        assert set(move.stops) | set(move.starts) <= set(w.STAGES), verb
        assert move.sources | set(move.targets) <= set(w.STATES), verb


@pytest.mark.parametrize("state", sorted(w.STATES))
@pytest.mark.parametrize("relation", RELATIONS)
def test_every_edge_allowed_and_forbidden(state: str, relation: str) -> None:
    now = [FREE, m.Condition(callable=False, pending="")]
    allowed = {
        move.verb
        for one in now
        for move in m.allowed_moves(state=state, relations=frozenset({relation}), now=one)
    }
    wanted = {
        verb
        for verb, (sources, _to, who) in EDGES.items()
        if state in sources.split() and relation in who.split()
    }
    assert allowed == wanted


def test_a_stranger_may_nothing_and_main_moves_come_first() -> None:
    for state in w.STATES:
        assert m.allowed_moves(state=state, relations=frozenset(), now=FREE) == ()
        everything = m.allowed_moves(state=state, relations=frozenset(RELATIONS), now=FREE)
        mains = [move.primary for move in everything]
        assert mains == sorted(mains, reverse=True), state


@pytest.mark.parametrize(
    ("verb", "now", "code"),
    [
        ("solve_on_spot", m.Condition(level=5), "not_at_grid"),
        ("escalate", m.Condition(level=2), "no_upper"),
        ("escalate", m.Condition(level=3, held_by_block=False), "not_block"),
        ("object", m.Condition(ruled=True), "ruled"),
        ("start", m.Condition(callable=True), "must_contact"),
        ("ask", m.Condition(pending="ledger"), "pending"),
        ("decide", m.Condition(pending=""), "nothing_pending"),
        ("revisit", m.Condition(), "no_visit_due"),
        ("milestone", m.Condition(open_milestones=0), "no_step"),
        ("new_date", m.Condition(promise_broken=False), "in_time"),
        ("reopen", m.Condition(merged=True), "cant_reopen"),
        ("reopen", m.Condition(is_part=True), "cant_reopen"),
    ],
)
def test_guards(verb: str, now: m.Condition, code: str) -> None:
    problem = m.guard_problem(m.BY_VERB[verb], now)
    assert problem is not None
    assert problem[0] == code
    assert problem[1].endswith("。")


def test_every_open_state_can_be_left_by_somebody() -> None:
    """No dead ends: a case always has a next person."""
    for state in w.OPEN_STATES - {w.IN_PARTS}:  # the whole waits for its parts
        leaving = [move for move in m.MOVES if state in move.sources and set(move.targets) - {state}]
        assert {who for move in leaving for who in move.who} - {rel.REPORTER}, state


@dataclass(frozen=True)
class Post:
    """A post as far as relations need it."""

    role: str
    level: int
    unit: UUID | None
    place: str


COUNTY, TOWN, VILLAGE = "411602000000", "411602001000", "411602001001"
GRID = VILLAGE + "001"
V, T, C, D, A, X = (
    uuid4() for _n in range(6)
)  # village, town, county desk, department, assisting, another city
ME = uuid4()
POSTS = {
    "grid": Post("grid_worker", 6, V, GRID),
    "leader_of_grid": Post("grid_leader", 6, V, GRID),
    "other_grid": Post("grid_worker", 6, V, VILLAGE + "002"),
    "village": Post("village_clerk", 5, V, VILLAGE),
    "other_village": Post("village_clerk", 5, uuid4(), "411602001002"),
    "town": Post("town_clerk", 4, T, TOWN),
    "county": Post("county_clerk", 3, C, COUNTY),
    "other_county": Post("county_clerk", 3, uuid4(), "411681000000"),
    "city": Post("city_clerk", 2, X, "411600000000"),
    "dept": Post("department", 3, D, COUNTY),
    "other_dept": Post("department", 3, uuid4(), COUNTY),
    "assisting": Post("department", 3, A, COUNTY),
    "boss": Post("leader", 4, T, TOWN),
    "supervisor": Post("supervisor", 3, None, COUNTY),
    "admin": Post("platform_admin", 2, None, "411600000000"),
}


def held(**facts: Any) -> rel.Held:
    """A case of the grid, changed as asked."""
    usual: dict[str, Any] = {
        "county": COUNTY, "town": TOWN, "village": VILLAGE, "grid": GRID, "level": 6, "holder_unit": V,
    }  # fmt: skip
    return rel.Held(**(usual | facts))


def of(name: str, case: rel.Held, account: UUID = ME) -> set[str]:
    return set(
        rel.relations(kind="staff", account=account, is_reporter=False, posts=[POSTS[name]], held=case)
    )


AT_GRID = held()
AT_DEPT = held(level=3, holder_unit=D, sender_unit=C, sender_level=3, assists=frozenset({A}))
DONE_BY_DEPT = held(
    level=3, holder_unit=D, sender_unit=C, sender_level=3, handler_unit=D, handler_account=uuid4()
)
RELATED: list[tuple[str, rel.Held, str]] = [
    ("grid", AT_GRID, "grid holder checker"),
    ("leader_of_grid", AT_GRID, "grid holder checker"),
    ("other_grid", AT_GRID, ""),
    ("village", AT_GRID, "desk overseer checker"),
    ("town", AT_GRID, "overseer arbiter approver checker"),
    ("county", AT_GRID, "overseer arbiter approver checker"),
    ("city", AT_GRID, "overseer arbiter approver checker"),
    *((name, AT_GRID, "") for name in ("other_village", "other_county", "dept", "boss", "supervisor", "admin")),
    ("dept", AT_DEPT, "holder"),
    ("assisting", AT_DEPT, "assist"),
    ("other_dept", AT_DEPT, ""),
    ("county", AT_DEPT, "overseer sender arbiter approver checker"),
    ("city", AT_DEPT, "overseer sender arbiter approver checker"),
    ("town", AT_DEPT, "overseer checker"),
    ("village", AT_DEPT, "overseer checker"),
    ("grid", AT_DEPT, "checker"),
    ("boss", AT_DEPT, ""),
    ("dept", DONE_BY_DEPT, "holder"),
    ("grid", DONE_BY_DEPT, "checker"),
    ("village", held(level=5, holder_unit=V, sender_unit=T, sender_level=4), "overseer holder desk checker"),
    ("village", held(level=5, holder_unit=V, handler_unit=V), "overseer holder desk"),
    ("grid", held(level=5, holder_unit=V, handler_unit=V), ""),
    ("town", held(level=5, holder_unit=V, sender_unit=T, sender_level=4, handler_unit=V), "overseer sender arbiter approver checker"),
    ("county", held(level=5, holder_unit=V, sender_unit=T, sender_level=4), "overseer sender arbiter approver checker"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "case", "wanted"), RELATED)
def test_relations(name: str, case: rel.Held, wanted: str) -> None:
    assert of(name, case) == set(wanted.split())


def test_nobody_checks_own_work_nor_grants_own_request() -> None:
    done_by_me = held(
        level=3, holder_unit=D, sender_unit=C, sender_level=3, handler_unit=D, handler_account=ME
    )
    assert rel.CHECKER not in of("county", done_by_me)
    assert rel.CHECKER in of("county", done_by_me, account=uuid4())
    asked_by_me = held(level=3, holder_unit=D, sender_unit=C, sender_level=3, asked_by=ME)
    assert rel.APPROVER not in of("county", asked_by_me)
    assert rel.APPROVER in of("county", asked_by_me, account=uuid4())
    everywhere = rel.relations(
        kind="staff", account=ME, is_reporter=False, posts=POSTS.values(), held=done_by_me
    )
    assert rel.CHECKER not in everywhere, "not by another post of the same person either"


def test_residents_and_the_system() -> None:
    facts: dict[str, Any] = {"account": None, "posts": (), "held": AT_GRID}
    assert rel.relations(kind="resident", is_reporter=True, **facts) == {rel.REPORTER}
    assert rel.relations(kind="resident", is_reporter=False, **facts) == set()
    assert rel.relations(kind="system", is_reporter=False, **facts) == {rel.SYSTEM}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


DUE = [
    # 国庆 and 中秋 2025: off from 1 to 8 October; Sunday 28 September and Saturday 11 October are worked
    ("2025-09-28 10:00", 5, "working_day", "2025-10-11 18:00"),
    ("2025-09-28 10:00", 1, "working_day", "2025-09-29 18:00"),
    ("2025-09-30 17:59", 1, "working_day", "2025-10-09 18:00"),
    ("2025-10-01 09:00", 1, "working_day", "2025-10-09 18:00"),
    ("2025-09-26 23:00", 1, "working_day", "2025-09-28 18:00"),
    ("2025-09-27 12:00", 1, "working_day", "2025-09-28 18:00"),
    ("2025-10-10 09:00", 1, "working_day", "2025-10-11 18:00"),
    # 春节 2026: off from 15 to 23 February; Saturday 14 and Saturday 28 are worked
    ("2026-02-13 09:00", 1, "working_day", "2026-02-14 18:00"),
    ("2026-02-14 09:00", 1, "working_day", "2026-02-24 18:00"),
    ("2026-02-27 09:00", 2, "working_day", "2026-03-02 18:00"),
    # an ordinary week
    ("2026-03-10 10:00", 1, "working_day", "2026-03-11 18:00"),
    ("2026-03-13 10:00", 1, "working_day", "2026-03-16 18:00"),
    ("2026-03-10 10:00", 15, "working_day", "2026-03-31 18:00"),
    # clock hours run through nights and holidays
    ("2025-10-01 23:00", 24, "clock_hour", "2025-10-02 23:00"),
    ("2026-03-10 10:00", 2, "clock_hour", "2026-03-10 12:00"),
    # working hours: 08:30-12:00 and 14:30-18:00
    ("2026-03-10 10:00", 2, "working_hour", "2026-03-10 12:00"),
    ("2026-03-10 11:00", 2, "working_hour", "2026-03-10 15:30"),
    ("2026-03-10 13:00", 1, "working_hour", "2026-03-10 15:30"),
    ("2026-03-10 17:30", 1, "working_hour", "2026-03-11 09:00"),
    ("2026-03-13 17:30", 1, "working_hour", "2026-03-16 09:00"),
    ("2026-03-10 06:00", 4, "working_hour", "2026-03-10 15:00"),
    ("2026-03-10 20:00", 7, "working_hour", "2026-03-11 18:00"),
    ("2025-09-30 17:30", 1, "working_hour", "2025-10-09 09:00"),
    ("2025-09-27 10:00", 1, "working_hour", "2025-09-28 09:30"),
    # calendar days that end on a day off end on the next working day
    ("2025-09-24 10:00", 7, "calendar_day", "2025-10-09 18:00"),
    ("2026-03-10 10:00", 4, "calendar_day", "2026-03-16 18:00"),
    ("2026-03-10 10:00", 3, "calendar_day", "2026-03-13 18:00"),
    ("2026-03-10 10:00", 0, "working_day", "2026-03-10 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "amount", "unit", "wanted"), DUE)
def test_due_times(start: str, amount: float, unit: Any, wanted: str) -> None:
    assert due_at(local(start), amount, unit).at == local(wanted)


def test_the_days_counted_over_the_national_day_are_told() -> None:
    due = due_at(local("2025-09-28 10:00"), 5, "working_day")
    assert due.counted == (
        date(2025, 9, 29), date(2025, 9, 30), date(2025, 10, 9), date(2025, 10, 10), date(2025, 10, 11),
    )  # fmt: skip


def test_local_days_and_hours_win() -> None:
    calendar = WorkCalendar(overrides={date(2026, 3, 11): False, date(2026, 3, 14): True})
    assert due_at(local("2026-03-10 10:00"), 1, "working_day", calendar).at == local("2026-03-12 18:00")
    assert due_at(local("2026-03-13 10:00"), 1, "working_day", calendar).at == local("2026-03-14 18:00")
    assert due_at(local("2026-03-10 17:00"), 2, "working_hour", calendar).at == local("2026-03-12 09:30")


def test_beyond_the_published_calendar_weekdays_count() -> None:
    assert due_at(local("2099-01-01 10:00"), 1, "working_day").at.weekday() < 5


def test_a_start_in_another_zone_is_the_same_moment() -> None:
    there = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    assert due_at(there, 3, "working_hour") == due_at(local("2026-03-10 10:00"), 3, "working_hour")


@pytest.mark.parametrize(("start", "amount"), [(datetime(2026, 3, 10, 10), 1), (local("2026-03-10 10:00"), -1), (local("2026-03-10 10:00"), 100_001)])  # fmt: skip  # noqa: DTZ001
def test_what_has_no_due_time(start: datetime, amount: float) -> None:
    with pytest.raises(ValueError):
        due_at(start, amount, "working_day")


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001  a wall clock
    lambda moment: moment.replace(tzinfo=CHINA)
)


@given(start=MOMENTS, amount=st.integers(1, 40), unit=st.sampled_from(UNITS))
def test_more_time_is_never_due_earlier(start: datetime, amount: int, unit: Any) -> None:
    assert start < due_at(start, amount, unit).at <= due_at(start, amount + 1, unit).at


@given(start=MOMENTS, seconds=st.integers(1, 60 * 3600), unit=st.sampled_from(("clock_hour", "working_hour")))
def test_what_is_left_is_what_was_given(start: datetime, seconds: int, unit: Any) -> None:
    """A pause keeps the time that was left: left() and advance() are each other's inverse."""
    due = advance(start, seconds, unit)
    assert left(start, due.at, unit) == pytest.approx(seconds, abs=1)
    assert left(due.at, due.at, unit) == 0
    assert all(DEFAULT.is_workday(day) for day in due.counted)
    assert left(due.at + timedelta(days=1), due.at, unit) == 0


RECEIVERS = [
    # (duty, level, part) -> code of the refusal, "" when it may go there
    ("withdrawn", 5, "lead", "duty_withdrawn"), ("withdrawn", 4, "lead", "duty_withdrawn"),
    ("withdrawn", 5, "assist", "duty_withdrawn"), ("withdrawn", 4, "assist", "duty_withdrawn"),
    ("withdrawn", 3, "lead", ""), ("withdrawn", 2, "lead", ""),
    ("cooperate", 5, "lead", "assists_only"), ("cooperate", 4, "lead", "assists_only"),
    ("cooperate", 5, "assist", ""), ("cooperate", 4, "assist", ""),
    ("basic", 5, "lead", ""), ("basic", 4, "lead", ""), ("basic", 5, "assist", ""),
    (None, 5, "lead", "duty_not_listed"), (None, 5, "assist", "duty_not_listed"),
    (None, 4, "lead", ""), (None, 3, "lead", ""),
]  # fmt: skip


@pytest.mark.parametrize(("duty", "level", "part", "code"), RECEIVERS)
def test_receivers(duty: Any, level: int, part: Any, code: str) -> None:
    if not code:
        check_receiver(duty_kind=duty, level=level, part=part)
        return
    with pytest.raises(RuleBroken) as refused:
        check_receiver(duty_kind=duty, level=level, part=part)
    assert refused.value.code == code


@pytest.mark.parametrize(("here", "there"), list(itertools.product(range(2, 7), repeat=2)))
def test_down_is_down(here: int, there: int) -> None:
    if there > here:
        check_lower(from_level=here, to_level=there)
        return
    with pytest.raises(RuleBroken):
        check_lower(from_level=here, to_level=there)


@given(st.integers(110_000, 829_999))
def test_codes_name_their_county(number: int) -> None:
    county = f"{number:06d}000000"
    code = tracking_code(county)
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert county_of(code) == county
    assert typed_code(" ".join(code.lower()) + "-") == code


@pytest.mark.parametrize("text", ["", "0", "O0IL", "查询码", "A" * 13, "\x00" * 12])
def test_what_is_no_code(text: str) -> None:
    assert county_of(typed_code(text)) == ""
