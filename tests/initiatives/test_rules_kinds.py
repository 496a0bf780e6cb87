"""The table of kinds and moves, spelled out a second time by hand: a new kind, stage or edge without a test fails."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.initiatives.rules import guards, kinds, merging, money, moves, phases, procedures, reviewing
from jinlin.kernel.errors import RuleBroken

# kind -> stage -> verbs that lead on from it, and where to
EDGES: dict[str, dict[str, dict[str, str]]] = {
    "wish": {
        "draft": {"publish": "open", "decline": "declined", "withdraw": "withdrawn"},
        "open": {"assess": "assessed", "decline": "declined", "merge": "merged", "withdraw": "withdrawn"},
        "assessed": {
            "decide": "decided", "back": "open", "decline": "declined", "merge": "merged", "withdraw": "withdrawn",
        },
        "decided": {"start": "doing", "withdraw": "withdrawn", "stop": "stopped"},
        "doing": {"accept": "accepted", "stop": "stopped"},
        "accepted": {"review": "reviewed"},
        "reviewed": {},
    },
    "topic": {
        "draft": {"publish": "open", "decline": "declined", "withdraw": "withdrawn"},
        "open": {"discuss": "discussed", "decline": "declined", "merge": "merged", "withdraw": "withdrawn"},
        "discussed": {"decide": "decided", "back": "open", "decline": "declined", "withdraw": "withdrawn"},
        "decided": {"review": "reviewed", "stop": "stopped"},
        "reviewed": {},
    },
    "works": {
        "draft": {"publish": "open", "decline": "declined", "withdraw": "withdrawn"},
        "open": {"assess": "assessed", "decline": "declined", "merge": "merged", "withdraw": "withdrawn"},
        "assessed": {
            "discuss": "discussed", "decide": "decided", "back": "open", "decline": "declined", "merge": "merged",
            "withdraw": "withdrawn",
        },
        "discussed": {"decide": "decided", "back": "assessed", "decline": "declined", "withdraw": "withdrawn"},
        "decided": {"fund": "funded", "withdraw": "withdrawn", "stop": "stopped"},
        "funded": {"start": "doing", "withdraw": "withdrawn", "stop": "stopped"},
        "doing": {"accept": "accepted", "stop": "stopped"},
        "accepted": {"review": "reviewed"},
        "reviewed": {},
    },
    "venture": {
        "draft": {"submit": "open", "withdraw": "withdrawn"},
        "open": {"qualify": "assessed", "back": "draft", "decline": "declined", "withdraw": "withdrawn"},
        "assessed": {"award": "decided", "decline": "declined", "withdraw": "withdrawn"},
        "decided": {"contract": "contracted", "withdraw": "withdrawn", "stop": "stopped"},
        "contracted": {"start": "doing", "stop": "stopped"},
        "doing": {"accept": "accepted", "stop": "stopped"},
        "accepted": {"review": "reviewed"},
        "reviewed": {},
    },
    "cobuild": {
        "decided": {"contract": "contracted", "stop": "stopped"},
        "contracted": {"start": "doing", "stop": "stopped"},
        "doing": {"accept": "accepted", "stop": "stopped"},
        "accepted": {"review": "reviewed"},
        "reviewed": {},
    },
}  # fmt: skip
ALL = [(kind, verb, stage) for kind in kinds.KINDS for verb in moves.VERBS for stage in kinds.STAGES]


def test_the_table_is_what_is_written_here() -> None:
    assert set(EDGES) == set(kinds.KINDS)
    for kind, stages in EDGES.items():
        assert tuple(stages) == kinds.KINDS[kind].stages
        for stage, edges in stages.items():
            assert {move.verb: move.target for move in moves.moves_from(kind, stage)} == edges, (kind, stage)


@pytest.mark.parametrize("kind", tuple(EDGES))
def test_every_forbidden_edge_is_refused(kind: str) -> None:
    tried = 0
    for one, verb, stage in ALL:
        if one != kind:
            continue
        target = EDGES[kind].get(stage, {}).get(verb)
        if target is not None:
            assert moves.move_of(kind, verb, stage).target == target
            continue
        tried += 1
        with pytest.raises(RuleBroken):
            moves.move_of(kind, verb, stage)
    assert tried > len(moves.VERBS) * 5


def test_every_stage_and_verb_has_words_and_every_guard_is_used() -> None:
    for kind in kinds.KINDS.values():
        for stage in kind.path:
            assert stage.inner
            assert stage.public
            assert stage.code in kinds.ORDER
        assert list(kind.stages) == sorted(kind.stages, key=kinds.ORDER.index)
    used = {name for move in moves.MOVES for name in move.guards}
    assert used == set(guards.GUARDS)
    assert {move.verb for move in moves.MOVES} == set(moves.LABELS)
    assert all(guard.sentence.endswith("。") for guard in guards.GUARDS.values())
    assert {phases.phase_of(stage) for stage in kinds.STAGES} == set(phases.PHASES)


@pytest.mark.parametrize(("kind", "stage", "reached", "shown"), [
    ("wish", "draft", "draft", False), ("wish", "open", "open", True), ("wish", "declined", "draft", False),
    ("wish", "declined", "assessed", True), ("venture", "assessed", "assessed", False),
    ("venture", "declined", "assessed", False), ("venture", "decided", "decided", True),
    ("venture", "stopped", "doing", True), ("cobuild", "decided", "decided", True),
])  # fmt: skip
def test_what_everybody_sees(kind: str, stage: str, reached: str, shown: bool) -> None:
    assert kinds.is_public(kind, stage, reached) is shown


# --- the order of a deliberation


@given(st.lists(st.sampled_from(procedures.ORDER), max_size=9))
def test_only_the_six_steps_in_order_leave_nothing_to_do(tried: list[str]) -> None:
    done: list[str] = []
    for step in tried:
        try:
            procedures.require_step(done, step)
        except RuleBroken:
            continue
        done.append(step)
    left = procedures.steps_left(procedures.FOUR_TWO, done)
    assert left == 6 - len(done)
    assert (left == 0) == (tuple(done) == procedures.ORDER)
    assert procedures.steps_left(procedures.FOUR_TWO, tried) == 0 or tuple(tried[:6]) != procedures.ORDER


@given(st.integers(0, 60), st.integers(0, 60), st.integers(-30, 30))
def test_a_notice_is_never_shortened(days: int, later_days: int, turned: int) -> None:
    put_up = date(2026, 3, 10)
    for least in (procedures.NOTICE_LEAST, procedures.OBJECTIONS_LEAST):
        until = procedures.last_day(put_up, days, least)
        assert (until - put_up).days >= least
        assert not procedures.is_over(until, put_up + timedelta(days=least - 1))
        again = procedures.last_day(put_up + timedelta(days=turned), later_days, least)
        assert procedures.later(until, again) >= until
    assert not procedures.is_over(None, put_up)


# --- money


def test_a_grant_is_cut_to_the_fen() -> None:
    assert money.split(10_001) == (6000, 3000, 1001)
    assert money.yuan(1_234_567) == "12,345.67"
    assert money.yuan(-5) == "-0.05"


@given(st.integers(0, 10**10), st.lists(st.integers(1, 99), min_size=1, max_size=6))
def test_instalments_add_up(granted: int, shares: list[int]) -> None:
    parts = money.split(granted, shares)
    assert sum(parts) == granted
    assert money.wrong_with_plan(granted, [money.Instalment(part) for part in parts]) == ""


@given(st.data())
def test_money_never_runs_ahead_of_evidence(data: st.DataObject) -> None:
    """Any order of payments, acceptances and new plans: paid stays within the grant and behind acceptance."""
    granted = data.draw(st.integers(1, 1000))
    plan = [money.Instalment(part) for part in money.split(granted)]
    for _ in range(12):
        at = data.draw(st.integers(0, len(plan) - 1))
        what = data.draw(st.sampled_from(("pay", "accept", "replan")))
        one = plan[at]
        if what == "accept":
            plan[at] = money.Instalment(one.planned, one.paid, True)
        elif what == "pay":
            amount = data.draw(st.integers(-5, 1200))
            if not money.wrong_with_payment(granted, plan, at, amount):
                assert one.accepted
                plan[at] = money.Instalment(one.planned, one.paid + amount, one.accepted)
        else:
            drawn = [money.Instalment(data.draw(st.integers(-5, 900)), p.paid, p.accepted) for p in plan]
            if not money.wrong_with_plan(granted, drawn):
                plan = drawn
        assert sum(part.planned for part in plan) == granted
        assert 0 <= sum(part.paid for part in plan) <= granted
        assert all(part.accepted or not part.paid for part in plan)


# --- merging


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=60), st.permutations(range(5)))
def test_distinct_residents_survive_every_order_of_merges(
    given_: list[tuple[int, int]], order: list[int]
) -> None:
    items: dict[int, set[int]] = {number: set() for number in range(6)}
    for item, resident in given_:
        items[item].add(resident)
    everybody = set().union(*items.values())
    merged: dict[int, int] = {}
    for item in order:
        into = merging.root_of(5 if item % 2 else (item + 1) % 6, merged)
        if into == item:
            continue
        items[into] |= merging.to_move(items[into], items[item])
        items[item] = set()
        merged[item] = into
    roots = {merging.root_of(item, merged) for item in items}
    assert set().union(*(items[root] for root in roots)) == everybody
    assert all(not items[item] for item in merged)


def test_a_ring_is_no_history() -> None:
    with pytest.raises(ValueError):
        merging.root_of(1, {1: 2, 2: 1})


# --- blind review


def test_scores_of_a_project() -> None:
    criteria = [reviewing.Criterion(code, name, weight) for code, name, weight in reviewing.DEFAULT_CRITERIA]
    assert sum(one.weight for one in criteria) == reviewing.FULL
    score = reviewing.weighted({"need": 90, "plan": 80, "budget": 75, "effect": 60}, criteria)
    assert str(score) == "78.00"
    assert [reviewing.grade(value) for value in (None, score)] == ["", "B"]
    assert reviewing.mean([]) is None


@pytest.mark.parametrize(
    "text",
    ["我们暖阳服务中心做过", "暖 阳 的项目", "本机构由李明发起", "荣成市暖阳社会工作服务中心申报", "暖·阳"],
)
def test_names_are_found_also_when_written_apart(text: str) -> None:
    names = reviewing.telling_names("荣成市暖阳社会工作服务中心", ["李明"])
    assert reviewing.names_in(text, names)
    assert not reviewing.names_in("本机构的项目，为独居老人送餐", names)
