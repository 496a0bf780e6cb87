"""Each move of the table succeeds once through its own operation, so that every body fits its action."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jinlin.cases.models import Case
from jinlin.cases.rules import moves as m
from jinlin.orgs.queries import categories, duty_kind
from tests.world import TOWN

WORDS = {"words": "已说明情况"}


class Scene:
    """Brings a case to where a move may be made."""

    def __init__(self, world: Any, at: Any, tuesday: Any) -> None:
        self.world, self.at, self.tuesday = world, at, tuesday

    def said(self) -> Case:
        return self.world.report(category="ENV-01")

    def up(self, to: str = "county") -> Case:
        case = self.said()
        for who in ("grid", "village", "town"):
            if who == to:
                break
            self.world.do(who, "escalate", case, reason="办不了")
        return case

    def for_the_town(self) -> Case:
        """A matter that is the township's own by its duty list, held by the county."""
        code = next(n.code for n in categories().leaves if duty_kind(n.code, town=TOWN) == "basic")
        case = self.up()
        return self.world.do("county", "categorise", case, category=code)

    def sent(self, **more: Any) -> Case:
        return self.world.do("county", "dispatch", self.up(), to_unit=self.world.unit("CMB"), **more)

    def helped(self) -> Case:
        return self.sent(assist=[self.world.unit("HCB")])

    def signed(self) -> Case:
        return self.world.do("dept", "sign", self.sent())

    def nobody_to_call(self) -> Case:
        case = self.world.report(category="ENV-01", phone="")
        for who in ("grid", "village", "town"):
            self.world.do(who, "escalate", case, reason="办不了")
        self.world.do("county", "dispatch", case, to_unit=self.world.unit("CMB"))
        return self.world.do("dept", "sign", case)

    def objected(self) -> Case:
        return self.world.do("dept", "object", self.sent(), reason="不归我们")

    def working(self) -> Case:
        return self.world.to_department()

    def done(self) -> Case:
        return self.world.do("dept", "report_done", self.working(), words="办好了", claim="solved")

    def verified(self) -> Case:
        return self.world.do("grid", "verify", self.done(), passed=True)

    def called(self) -> Case:
        return self.world.do("county", "convene", self.working(), kind="joint", reason="来回退，坐下来定")

    def asked(self) -> Case:
        return self.world.do("dept", "ask", self.working(), kind="extension", reason="等料", days=2)

    def paused(self) -> Case:
        until = (self.tuesday + timedelta(days=9)).date()
        case = self.world.do(
            "dept", "ask", self.working(), kind="suspension", reason="汛期", why="weather", until=until
        )
        return self.world.do("county", "decide", case, granted=True, reason="同意")

    def staged(self) -> Case:
        return self.world.to_department("楼顶搭棚", category="HSG-05")

    def late(self) -> Case:
        with self.at(self.tuesday - timedelta(days=20)):
            return self.working()

    def closed(self) -> Case:
        return self.world.do("grid", "solve_on_spot", self.said())

    def revisited(self) -> Case:
        """A matter that recurs, closed long enough ago to be asked again."""
        with self.at(self.tuesday - timedelta(days=20)):
            self.said()
            case = self.verified()
            self.world.do("town", "follow_up", case, solved="yes")
        return case


def bodies(world: Any) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """verb -> (scene, who, body)."""
    unit = {"to_unit": str(world.unit("CMB"))}
    parts = [
        {"to_unit": str(world.unit("CMB")), "task": "清垃圾"},
        {"to_unit": str(world.unit("HCB")), "task": "修围挡"},
    ]
    return {
        "accept": ("said", "grid", {}),
        "solve_on_spot": ("said", "grid", {}),
        "solve_here": ("up", "county", WORDS),
        "answer": ("said", "village", WORDS),
        "decline": ("said", "village", {"exit_code": "beyond_duty"} | WORDS),
        "escalate": ("said", "grid", {"reason": "办不了"}),
        "dispatch": ("up", "county", unit | {"assist": [parts[1]["to_unit"]]}),
        "hand_down": ("for_the_town", "county", {"to_unit": str(world.unit(TOWN))}),
        "recall": ("sent", "county", {"reason": "点错了"}),
        "sign": ("sent", "dept", {}),
        "object": ("sent", "dept", {"reason": "不归我们"}),
        "rule": ("objected", "county", {"upheld": False, "reason": "归你们"}),
        "contact": ("signed", "dept", WORDS),
        "start": ("nobody_to_call", "dept", {}),
        "assist_done": ("helped", "dept2", {"note": "已配合"}),
        "report_done": ("working", "dept", {"claim": "solved"} | WORDS),
        "verify": ("done", "grid", {"passed": True, "on_spot": True}),
        "follow_up": ("verified", "town", {"solved": "yes", "satisfied": 4}),
        "close_unanswered": ("verified", "town", {"note": "三次没人接"}),
        "revisit": ("revisited", "town", {"solved": "yes"}),
        "ask": ("working", "dept", {"kind": "extension", "reason": "等料", "days": 2}),
        "decide": ("asked", "county", {"granted": True, "reason": "同意"}),
        "resume": ("paused", "dept", {}),
        "merge": ("said", "village", {}),
        "split": ("up", "county", {"parts": parts}),
        "reopen": ("closed", "village", {"reason": "又坏了"}),
        "categorise": ("said", "grid", {"category": "FAC-02", "risk": 3}),
        "note": ("working", "dept", WORDS),
        "convene": (
            "working",
            "county",
            {"kind": "office", "reason": "没人接", "invited": [unit["to_unit"]]},
        ),
        "settle": ("called", "county", unit | {"held_on": "2026-03-10", "outcome": "城管主办"}),
        "milestone": ("staged", "dept", {"step": "step2"}),
        "new_date": ("late", "dept", {"until": "2026-03-20"} | WORDS),
    }


@pytest.mark.parametrize("verb", sorted(set(m.BY_VERB) - {"withdraw"}))
def test_the_move_can_be_made(program: Any, world: Any, at: Any, tuesday: Any, verb: str) -> None:
    scene, who, body = bodies(world)[verb]
    case = getattr(Scene(world, at, tuesday), scene)()
    if verb == "merge":
        body = {"into": world.report(category="ENV-01").shown_code}
    before = program.get(who, f"/cases/{case.tracking}").json()
    assert verb in [move["verb"] for move in before["moves"]], before["moves"]
    answer = program.move(who, case, verb, expect=before["row"]["version"], key=f"tap-{verb:_<12}", **body)
    assert answer.status_code == 200, answer.content.decode()
    row = answer.json()["row"]
    move = m.BY_VERB[verb]
    assert row["state"] in {*move.targets, before["row"]["state"]}
    assert Case.unscoped.get(pk=case.pk).version == row["version"]
