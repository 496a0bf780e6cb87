"""Warnings, slips and plans through the API: the same rules, the same sentences."""

from __future__ import annotations

from typing import Any

import pytest

from jinlin.insight import actions
from jinlin.people.actions import issue_token
from tests.insight.findings import raised
from tests.insight.test_slips import draft
from tests.world import COUNTY, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]


class Program:
    """Calls the API with the key of one member of staff."""

    def __init__(self, world: Any, who: str) -> None:
        secret = issue_token(actor=world.actor(who), account=world.accounts[who], label="测试")[1]
        self.client, self.headers = world.client(), {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1/{path}", headers=self.headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def post(self, path: str, body: dict[str, Any], status: int = 200, key: str = "") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        answer = self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


def test_the_whole_way_of_a_warning(world: Any) -> None:
    row = raised((VILLAGE, 12, 3.0))
    county, dept = Program(world, "county"), Program(world, "dept")
    listed = county.get(f"warnings?area={COUNTY}&state=open")["rows"]
    assert [(one["id"], one["observed"], one["past"]["true"]) for one in listed] == [(str(row.pk), 12, 0)]
    dept.get(f"warnings/{row.pk}", 404)
    county.post(f"warnings/{row.pk}/decision", {"decision": "dismiss", "reason": "x"}, 422)
    found = county.post(f"warnings/{row.pk}/decision", {"decision": "confirm"})
    assert found["row"]["state"] == "confirmed"
    county.post(f"warnings/{row.pk}/decision", {"decision": "confirm"}, 409)
    asked = {"kind": "key_work", "unit": str(world.unit("CMB")), "words": "请去看", "warning": str(row.pk)}
    sent = county.post("slips", asked, key="one-tap-12345")
    assert county.post("slips", asked, key="one-tap-12345")["row"]["id"] == sent["row"]["id"]
    slip = sent["row"]["id"]
    assert [one["id"] for one in dept.get("slips?view=mine")["rows"]] == [slip]
    dept.post(f"slips/{slip}/answer", {"outcome": "maybe", "words": "x"}, 422)
    assert (
        dept.post(f"slips/{slip}/answer", {"outcome": "true", "words": "清了"})["row"]["state"] == "answered"
    )
    county.post(f"slips/{slip}/judgement", {"accepted": False, "words": ""}, 422)
    assert county.post(f"slips/{slip}/judgement", {"accepted": True})["row"]["outcome"] == "true"
    assert county.get(f"warnings/record/{COUNTY}")[0]["past"]["true"] == 1
    made = county.post(f"warnings/{row.pk}/case", {"words": "请去看垃圾堆放点"})
    assert made["has_case"]
    assert made["case"]
    assert county.post(f"warnings/{row.pk}/outcome", {"outcome": "partly"})["row"]["outcome"] == "partly"


def test_plans_and_runs(world: Any) -> None:
    plan = actions.make_plan(actor=world.actor("county"), draft=draft(world))
    dept = Program(world, "dept")
    assert [one["id"] for one in dept.get("season-plans")] == [str(plan.pk)]
    item = dept.get(f"season-plans/{plan.pk}")["items"][0]["id"]
    ticked = dept.post(f"season-plans/{plan.pk}/items/{item}", {"note": "清了"})
    assert (ticked["row"]["done"], ticked["items"][0]["note"]) == (1, "清了")
    Program(world, "dept2").post(f"season-plans/{plan.pk}/items/{item}", {}, 404)
    with actions.running("plans", county=COUNTY) as run:
        run.say("提醒 1 个方案。")
    assert dept.get("insight-runs")[0]["lines"][0][1] == "提醒 1 个方案。"
    assert Program(world, "county2").get("insight-runs") == []
