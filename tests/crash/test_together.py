"""Two people act on one case at the same moment: one wins, the other is told what happened; nothing is done twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jinlin.audit.queries import check_open_days
from jinlin.cases.models import Appeal, Case, CaseEvent, Handover
from jinlin.kernel.errors import Conflict, JinlinError, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.models import IdempotencyRecord
from jinlin.people.actions import issue_token
from tests.kernel.threads import together
from tests.world import COUNTY

ROUNDS = 6
Town = Any
Move = tuple[str, str, dict[str, Any]]  # who, verb, inputs


def _verbs(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("verb", flat=True))


def _sound(case: Case) -> None:
    """The timeline has no gap, the version counts the changes, the audit chains hold."""
    now = Case.unscoped.get(pk=case.pk)
    assert now.event_count == len(_verbs(case))
    assert [row.seq for row in CaseEvent.objects.filter(case=case)] == list(range(1, now.event_count + 1))
    assert Handover.objects.filter(case=case, is_open=True, part="lead").count() == int(now.is_open)
    assert all(report.ok for report in check_open_days())


def _both(town: Town, case: Case, moves: tuple[Move, Move]) -> list[Any]:
    """Let two people who look at the same version send their moves at once."""
    expect = Case.unscoped.get(pk=case.pk).version

    def act(number: int) -> Any:
        who, verb, inputs = moves[number]
        return town.do(who, verb, case, expect=expect, key=uuid.uuid4().hex, **inputs)

    return together(2, act)


def _escalated(town: Town) -> Case:
    case = town.report()
    for who in ("grid", "village", "town"):
        town.do(who, "escalate", case, reason="请上级处理")
    return case


def _done(town: Town) -> Case:
    case = town.to_department()
    town.do("dept", "report_done", case, words="已清理", claim="solved")
    return case


PAIRS: dict[str, tuple[Callable[[Town], Case], Callable[[Town], tuple[Move, Move]]]] = {
    "two desks dispatch": (
        _escalated,
        lambda town: (
            ("county", "dispatch", {"to_unit": town.unit("CMB")}),
            ("county_b", "dispatch", {"to_unit": town.unit("HCB")}),
        ),
    ),
    "desk dispatches, desk declines": (
        _escalated,
        lambda town: (
            ("county", "dispatch", {"to_unit": town.unit("CMB")}),
            ("county_b", "decline", {"exit_code": "beyond_duty", "words": "不属于政府职责"}),
        ),
    ),
    "grid takes, village answers": (
        lambda town: town.report(),
        lambda town: (
            ("grid", "solve_on_spot", {"words": "已处理"}),
            ("village", "answer", {"words": "已答复"}),
        ),
    ),
    "two people check": (
        _done,
        lambda town: (
            ("grid", "verify", {"passed": True, "words": "看过了"}),
            ("county", "verify", {"passed": False, "words": "没做好"}),
        ),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_one_wins_and_the_other_is_told(live_world: Town, name: str) -> None:
    make, moves_of = PAIRS[name]
    for _round in range(ROUNDS):
        case = make(live_world)
        before = len(_verbs(case))
        results = _both(live_world, case, moves_of(live_world))
        won = [one for one in results if isinstance(one, Case)]
        lost = [one for one in results if isinstance(one, JinlinError)]
        assert (len(won), len(lost)) == (1, 1), results
        assert isinstance(lost[0], Conflict | RuleBroken | NotAllowed | NotFound), lost
        assert lost[0].http_status in (403, 404, 409)
        assert len(str(lost[0])) > 5
        assert len(_verbs(case)) == before + 1
        _sound(case)


def test_the_loser_is_told_who_did_what(live_world: Town) -> None:
    case = _escalated(live_world)
    results = _both(live_world, case, PAIRS["two desks dispatch"][1](live_world))
    told = next(str(one) for one in results if isinstance(one, Conflict))
    assert live_world.units[COUNTY].name in told
    assert "派" in told


def test_without_a_version_the_state_decides(live_world: Town) -> None:
    """A program that sends no `expect` still cannot overrule: the second move no longer fits the state."""
    for _round in range(ROUNDS):
        case = live_world.report()
        results = together(
            2, lambda n, c=case: live_world.do(("grid", "village")[n], "answer", c, words="答复")
        )
        assert sum(isinstance(one, Case) for one in results) == 1, results
        assert sum(isinstance(one, RuleBroken | NotFound | NotAllowed) for one in results) == 1, results
        _sound(case)


def test_two_cases_merged_into_each_other(live_world: Town) -> None:
    """Each takes two locks in its own order: neither waits for ever, one wins."""
    for _round in range(ROUNDS):
        one, other = live_world.report("路灯不亮"), live_world.report("路灯坏了")
        pair = ((one, other), (other, one))
        results = together(
            2, lambda n, pair=pair: live_world.do("village", "merge", pair[n][0], into=pair[n][1].pk)
        )
        assert sum(isinstance(result, Case) for result in results) == 1, results
        assert sum(isinstance(result, RuleBroken | Conflict | NotFound) for result in results) == 1, results
        left = [case for case in Case.unscoped.filter(pk__in=(one.pk, other.pk)) if case.is_open]
        assert [case.appeal_count for case in left] == [2]


def test_reports_of_one_place_at_once(live_world: Town) -> None:
    """Eight neighbours tap in the same second: eight cases, counters and chain whole."""
    results = together(8, lambda n: live_world.report(f"停水了{n}", key=uuid.uuid4().hex))
    assert len({case.tracking for case in results}) == 8, results
    for case in results:
        _sound(case)


def test_same_key_twice_at_once(live_world: Town) -> None:
    """A double tap: one effect, both are given the same code."""
    for number in range(ROUNDS):
        key = uuid.uuid4().hex
        results = together(4, lambda _n, n=number, key=key: live_world.report(f"井盖坏了{n}", key=key))
        assert len({case.pk for case in results}) == 1, results
        assert Appeal.unscoped.filter(text=f"井盖坏了{number}").count() == 1
        assert IdempotencyRecord.objects.filter(key=key, done=True).count() == 1


def test_same_key_for_a_move_at_once(live_world: Town) -> None:
    for _round in range(ROUNDS):
        case, key = live_world.report(), uuid.uuid4().hex
        results = together(3, lambda _n, c=case, k=key: live_world.do("grid", "accept", c, key=k))
        assert [type(one) for one in results] == [Case] * 3, results
        assert _verbs(case) == ["report", "accept"]


def test_over_http(live_world: Town) -> None:
    """The same through the API: 200 and 409 with a sentence, never a 500."""
    case = _escalated(live_world)
    keys = {}
    for who in ("county", "county_b"):
        account = live_world.accounts[who]
        keys[who] = issue_token(actor=live_world.actor(who), account=account, label="together")[1]
    version = Case.unscoped.get(pk=case.pk).version

    def send(number: int) -> tuple[int, Any]:
        body = {"to_unit": str(live_world.unit(("CMB", "HCB")[number])), "expect": version}
        answer = Client(raise_request_exception=False).post(
            f"/api/v1/cases/{case.tracking}/moves/dispatch",
            json.dumps(body),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {keys[('county', 'county_b')[number]]}",
            HTTP_IDEMPOTENCY_KEY=uuid.uuid4().hex,
        )
        return answer.status_code, answer.json()

    results = sorted(together(2, send), key=lambda one: one[0])
    assert [status for status, _told in results] == [200, 409], results
    assert "您的操作没有生效" in results[1][1]["detail"]
    _sound(case)
