"""No way from dispatched to closed around somebody else's eyes: every ending verb, by page and API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jinlin.cases.models import Case, Verification
from jinlin.cases.rules import moves as m
from jinlin.people.actions import issue_token

OUTBOX = {"Accept": "application/json"}
ENDINGS = frozenset({"closed", "follow_up"})
MEANT = frozenset({"verify", "decide"})  # somebody else has looked, or a second person has exempted it
VERBS = [move.verb for move in m.MOVES if ENDINGS & set(move.targets) and move.verb not in MEANT]
INPUTS: dict[str, Any] = {
    "words": "已办", "reason": "理由", "note": "说明", "claim": "solved", "passed": "yes", "solved": "yes",
    "exit_code": "repeat", "granted": "yes", "upheld": "yes", "kind": "exemption", "satisfied": "5", "category": "ENV-01",
}  # fmt: skip


def states(world: Any) -> dict[str, Case]:
    """Return a dispatched case in every state before it is checked."""
    found: dict[str, Case] = {}
    dispatched = world.report("垃圾没人清", category="ENV-01")
    for who in ("grid", "village", "town"):
        world.do(who, "escalate", dispatched, reason="需要部门")
    found["dispatched"] = world.do("county", "dispatch", dispatched, to_unit=world.unit("CMB"))
    found["in_progress"] = world.to_department("另一处垃圾")
    done = world.to_department("第三处垃圾")
    found["verifying"] = world.do("dept", "report_done", done, words="已清运", claim="solved")
    rework = world.to_department("第四处垃圾")
    world.do("dept", "report_done", rework, words="已清运", claim="solved")
    found["rework"] = world.do("grid", "verify", rework, passed=False, words="还在")
    return found


@pytest.mark.parametrize("way", ["desk", "field", "api"])
def test_no_single_move_closes_what_was_dispatched(world: Any, settings: Any, way: str) -> None:
    settings.JINLIN_RATE_LIMITS = False
    cases = states(world)
    for who in ("grid", "village", "town", "county", "dept"):
        client = world.client(who)
        secret = issue_token(actor=world.actor(who), account=world.accounts[who], label="测试")[1]
        for state, case in cases.items():
            for verb in VERBS:
                if way == "api":
                    answer = Client().post(
                        f"/api/v1/cases/{case.tracking}/moves/{verb}",
                        {
                            need.name: INPUTS[need.name]
                            for need in m.BY_VERB[verb].needs
                            if need.name in INPUTS
                        },
                        content_type="application/json",
                        headers={"Authorization": f"Bearer {secret}"},
                    )
                else:
                    answer = client.post(f"/{way}/case/{case.tracking}/{verb}", INPUTS, headers=OUTBOX)
                assert answer.status_code < 500, (who, state, verb)
                now = Case.unscoped.get(pk=case.pk)
                assert now.is_open, (who, state, verb)
                assert now.state != "follow_up", (who, state, verb)
    assert not Verification.objects.filter(passed=True).exists()


@pytest.mark.parametrize(
    "who", ["dept", "dept2", "leader", "supervisor", "province", "admin", "other_dept", "grid2"]
)
def test_only_somebody_of_the_place_checks(world: Any, who: str) -> None:
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运", claim="solved")
    for way in ("desk", "field"):
        answer = world.client(who).post(f"/{way}/case/{case.tracking}/verify", {"passed": "yes"})
        assert answer.status_code in (403, 404), way
    case.refresh_from_db()
    assert case.state == "verifying"
