"""Hostile input over every operation: each is answered, none breaks the server, nothing half-written stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from jinlin.api.app import api
from jinlin.cases.actions import supervising
from jinlin.cases.models import Appeal, Case, CaseEvent, MonthlyTopic
from jinlin.circle import actions as circle
from jinlin.circle.models import Gate
from jinlin.insight import actions as insight
from jinlin.kernel import clock
from jinlin.notices.models import Digest, Notice
from tests.api import hostile
from tests.insight import findings
from tests.world import COUNTY, VILLAGE
from tests.world import circle as neighbourhood

DESCRIBED = api.get_openapi_schema()
SHAPES = DESCRIBED["components"]["schemas"]
OPERATIONS = [
    (method, path, operation)
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
]
WITH_BODY = [
    one for one in OPERATIONS if "application/json" in one[2].get("requestBody", {}).get("content", {})
]
FEW = (
    "\ud800",
    "a\x00b",
    "../../etc/passwd",
    "0" * 300,
)  # moves share one address: a few words each are enough
WHO = {
    "field_day": "grid",
    **dict.fromkeys(
        ("home_board", "area_board", "open_supervision", "decide_answer", "drop_supervision", "decide_topic"),
        "county",
    ),
    **dict.fromkeys(
        ("decide_warning", "judge_warning", "open_case_of_warning", "send_slip", "judge_slip"), "county"
    ),
}


def who_may(operation: dict[str, Any]) -> str:
    """Return an account that gets past the door, "" for an open one."""
    return WHO.get(operation["operationId"], "village") if operation.get("security") else ""


@pytest.fixture
def real(program: Any, world: Any, request: Any, tmp_path: Path) -> dict[str, str]:
    """Give ids that exist, so that calls get past the first look-up; the neighbourhood only where it is asked for."""
    photo = program.photo().json()["id"]
    case = world.report("井盖坏了", category="ENV-01", photos=[UUID(photo)])
    contact = str(Appeal.unscoped.get(case=case).contact_id)
    found = {"code": case.tracking, "photo": photo, "contact": contact, "area": VILLAGE, "token": contact}
    drawn = "/circle/" in request.node.callspec.params["path"]
    seen = any(
        word in request.node.callspec.params["path"] for word in ("/warnings/", "/slips/", "/season-plans/")
    )
    return (
        found
        | asked_of(world, case)
        | (around(world, tmp_path) if drawn else {})
        | (foreseen(world) if seen else {})
    )


def foreseen(world: Any) -> dict[str, str]:
    """Give a confirmed warning, a slip that waits for the community's answer, a plan the community leads."""
    row, county, unit = findings.raised((VILLAGE, 12, 3.0)), world.actor("county"), world.unit(VILLAGE)
    insight.confirm_warning(actor=county, warning_id=row.pk)
    order = insight.SlipOrder(kind="key_work", unit=unit, words="请去看", warning=row.pk)
    slip = insight.send_slip(actor=county, order=order)
    season = insight.PlanDraft(
        region=VILLAGE,
        topic="汛期防涝",
        lead_unit=unit,
        starts_on=clock.today(),
        ends_on=clock.today(),
        remind_on=clock.today(),
        items=("清掏雨水口",),
        categories=("FAC-04",),
    )
    plan = insight.make_plan(actor=county, draft=season)
    return {
        "warning_id": str(row.pk),
        "slip_id": str(slip.pk),
        "plan_id": str(plan.pk),
        "item_id": str(plan.items.all()[0].pk),
    }


def around(world: Any, folder: Path) -> dict[str, str]:
    """Give a compound with a gate somebody wants changed, a school, and a study that was ordered."""
    near = neighbourhood.draw(folder)
    gate = Gate.objects.get(pk=near.gate)
    facts = circle.GateFacts(name=gate.name, status="open", source="实地看过", other_id=gate.other_id)
    change = circle.correct_gate(actor=world.actor("grid"), gate_id=gate.pk, facts=facts)
    study = circle.order_study(actor=world.actor("county"), area=COUNTY, question=circle.GateQuestion())
    return {
        "compound": str(near.home),
        "circle_gate": str(near.gate),
        "facility": str(near.school),
        "change": str(change.pk),
        "study": str(study.pk),
    }


def asked_of(world: Any, case: Case) -> dict[str, str]:
    """Give a supervision of the community, a topic, a digest with a notice."""
    now, unit = clock.now(), world.unit(VILLAGE)
    order = supervising.Order("daily", "other", unit, [case.pk], "请答复")
    made = supervising.open_supervision(actor=world.actor("county"), order=order)
    topic = MonthlyTopic.objects.create(
        county=case.county, month=now.date(), category=case.category, seen=9, opened_at=now
    )
    digest = Digest.unscoped.create(county=case.county, unit=unit, slot="x", made_at=now, late=1)
    told = {"county": case.county, "unit": unit, "rung": "due", "ref": case.pk, "made_at": now}
    notice = Notice.unscoped.create(**told, case=case, digest=digest)
    return {
        "supervision": made.code,
        "topic_id": str(topic.pk),
        "digest": str(digest.pk),
        "notice": str(notice.pk),
    }


def path_of(path: str, operation: dict[str, Any], values: dict[str, str]) -> str:
    """Fill an address."""
    known = values | ({"code": VILLAGE} if "/places/" in path else {})
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", known.get(parameter["name"], NOBODY))
    return path


NOBODY = "00000000-0000-7000-8000-000000000000"  # what nothing is called: still answered in words


def call(program: Any, method: str, path: str, who: str, body: Any = None) -> Any:
    """Call once and insist on an answer that programs can read."""
    headers = program.headers(who)
    raw = json.dumps(body).encode() if method != "get" else None
    kind = {"content_type": "application/json"} if method != "get" else {}
    answer = getattr(program.client, method)(path, raw, headers=headers, **kind)
    assert answer.status_code < 500, (path, str(body)[:200], answer.content[:500])
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", (path, answer.status_code)
        assert set(answer.json()) == {"type", "title", "status", "detail", "code", "fields"}
    return answer


def names(operations: list[Any]) -> list[str]:
    """Name the cases of a test by their operations."""
    return [operation["operationId"] for _method, _path, operation in operations]


@pytest.mark.parametrize(("method", "path", "operation"), WITH_BODY, ids=names(WITH_BODY))
def test_hostile_bodies(
    program: Any, real: dict[str, str], method: str, path: str, operation: dict[str, Any], settings: Any
) -> None:
    settings.JINLIN_RATE_LIMITS = False
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    body = hostile.example(schema, SHAPES)
    if "digits" in body:
        body |= {"digits": "8000", "token": ""}
    for spoiled in hostile.spoiled(body):
        call(program, method, path_of(path, operation, real), who_may(operation), spoiled)
    case = Case.unscoped.get(tracking=real["code"])
    steps = CaseEvent.objects.filter(case=case)
    assert list(steps.values_list("seq", flat=True)) == list(range(1, case.event_count + 1))


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=names(OPERATIONS))
def test_hostile_addresses(
    program: Any, real: dict[str, str], method: str, path: str, operation: dict[str, Any], settings: Any
) -> None:
    settings.JINLIN_RATE_LIMITS = False
    who = who_may(operation)
    places = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
    asked = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    for text in FEW if "/moves/" in path else hostile.TEXTS:
        word = quote(text[:300].encode("utf-8", "surrogatepass"))
        for name in places:
            call(program, method, path_of(path, operation, real | {name: word or "%20"}), who, {})
        if asked and method == "get":
            query = "&".join(f"{name}={word}" for name in asked)
            call(program, method, path_of(path, operation, real) + "?" + query, who)
            for name in asked:
                call(program, method, path_of(path, operation, real) + f"?{name}={word}", who)
