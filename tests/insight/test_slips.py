"""Slips and plans: due dates of the working calendar, whose turn it is, what is told to whom, who may read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.insight import actions, queries
from jinlin.insight.actions import PlanDraft, SlipOrder
from jinlin.insight.models import Plan, Slip, Warning
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jinlin.notices.models import Notice
from jinlin.people.access import Actor
from tests.insight.findings import raised
from tests.world import COUNTY, FAR, TOWN, TOWN2, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(world: Any, tuesday: Any) -> None:
    """Everything happens in the named town on a Tuesday."""


def order(world: Any, **words: Any) -> SlipOrder:
    given = {
        "kind": "key_work",
        "unit": world.unit("CMB"),
        "words": "请去看",
        "title": "垃圾堆放",
        "place": TOWN,
    }
    return SlipOrder(**(given | words))


def told(ref: UUID) -> set[tuple[str, UUID]]:
    return set(Notice.unscoped.filter(ref=ref, ended_at=None).values_list("rung", "unit"))


def test_a_warning_is_told_to_the_desk_that_decides_until_it_has(world: Any) -> None:
    near, wide = raised((VILLAGE, 12, 3.0)), raised((VILLAGE, 9, 1.0), (FAR, 9, 1.0), category="ENV-02")
    assert told(near.pk) == {("warning", world.unit(TOWN))}
    assert told(wide.pk) == {("warning", world.unit(COUNTY))}
    actions.confirm_warning(actor=world.actor("town"), warning_id=near.pk)
    assert told(near.pk) == set()


def test_each_turn_of_a_slip_is_told_once_to_whose_turn_it_is(world: Any) -> None:
    county, dept = world.actor("county"), world.actor("dept")
    slip = actions.send_slip(actor=county, order=order(world))
    assert clock.local(slip.due_at).date() == date(2026, 3, 17)  # five working days
    cmb, desk = world.unit("CMB"), world.unit(COUNTY)
    assert told(slip.pk) == {("slip", cmb)}
    actions.answer_slip(actor=dept, slip_id=slip.pk, outcome="true", words="清了")
    assert told(slip.pk) == {("slip_done", desk)}
    actions.return_slip(actor=county, slip_id=slip.pk, words="哪里")
    assert told(slip.pk) == {("slip_back", cmb)}
    actions.answer_slip(actor=dept, slip_id=slip.pk, outcome="true", words="东门")
    actions.close_slip(actor=county, slip_id=slip.pk)
    assert told(slip.pk) == set()
    detail = queries.slip_detail(viewer=county, slip_id=slip.pk)
    assert [step.verb for step in detail.steps] == ["sent", "answered", "returned", "answered", "closed"]
    assert (detail.row.outcome, detail.row.rounds) == ("true", 2)


def test_a_late_slip_is_told_to_both_units_once_in_a_round(world: Any) -> None:
    slip = actions.send_slip(actor=world.actor("county"), order=order(world))
    assert actions.remind_slips() == 0
    with clock.fixed(slip.due_at + timedelta(minutes=1)):
        assert actions.remind_slips() == 1
        assert actions.remind_slips() == 0
    late = {one for one in told(slip.pk) if one[0] == "slip_late"}
    assert late == {("slip_late", world.unit("CMB")), ("slip_late", world.unit(COUNTY))}
    assert queries.slip_list(viewer=world.actor("dept"), view="mine").rows[0].id == slip.pk


def test_who_sends_and_who_reads_slips(world: Any) -> None:
    for who, error in (
        ("village", NotAllowed),
        ("dept", NotAllowed),
        ("county2", NotFound),
        ("town2", NotFound),
    ):
        with pytest.raises(error):
            actions.send_slip(actor=world.actor(who), order=order(world))
    made = actions.send_slip(actor=world.actor("town"), order=order(world))
    readers = {"town", "county", "county_b", "city", "dept", "leader", "supervisor"}
    for who in (*readers, "town2", "village", "dept2", "county2", "other_dept"):
        seen = {row.id for row in queries.slip_list(viewer=world.actor(who)).rows}
        assert seen == ({made.pk} if who in readers else set()), who
    with pytest.raises(NotFound):
        actions.answer_slip(actor=world.actor("dept2"), slip_id=made.pk, outcome="true", words="清了")
    with pytest.raises(NotAllowed):
        actions.answer_slip(actor=world.actor("county"), slip_id=made.pk, outcome="true", words="清了")


@pytest.mark.parametrize(("field", "words"), [
    ("kind", {"kind": "person"}), ("days", {"days": 0}), ("days", {"days": 61}), ("unit", {"unit": None}),
    ("words", {"words": " "}), ("title", {"title": ""}), ("field", {"kind": "leader_area"}),
    ("place", {"place": "410000000000"}), ("category", {"category": "XXX"}),
])  # fmt: skip
def test_what_a_slip_needs(world: Any, field: str, words: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        actions.send_slip(actor=world.actor("county"), order=order(world, **words))
    assert list(refused.value.fields) == [field]
    assert not Slip.unscoped.exists()


def test_a_slip_goes_to_another_unit_of_the_county_only(world: Any) -> None:
    for unit in (world.unit(COUNTY), world.unit("other-CMB")):
        with pytest.raises(Invalid):
            actions.send_slip(actor=world.actor("county"), order=order(world, unit=unit))


def test_a_slip_waits_for_the_confirmation_and_judges_its_warning(world: Any) -> None:
    row = raised((VILLAGE, 12, 3.0))
    asked = order(world, warning=row.pk, title="", place="")
    county = world.actor("county")
    with pytest.raises(Conflict):
        actions.send_slip(actor=county, order=asked)
    actions.confirm_warning(actor=county, warning_id=row.pk)
    slip = actions.send_slip(actor=county, order=asked, key="one-tap-12345")
    assert actions.send_slip(actor=county, order=asked, key="one-tap-12345").pk == slip.pk
    assert (slip.title, slip.village, slip.category_id) == ("柳岸社区暴露垃圾", VILLAGE, row.category_id)
    actions.answer_slip(actor=world.actor("dept"), slip_id=slip.pk, outcome="false_alarm", words="是集中清运")
    actions.close_slip(actor=county, slip_id=slip.pk)
    assert Warning.unscoped.get().outcome == "false_alarm"


def test_nobody_takes_an_answer_of_their_own(world: Any) -> None:
    slip = actions.send_slip(actor=world.actor("county"), order=order(world))
    dept, county = world.actor("dept"), world.actor("county")
    both = Actor("staff", dept.account_id, dept.name, (*dept.posts, *county.posts))
    actions.answer_slip(actor=both, slip_id=slip.pk, outcome="true", words="清了")
    with pytest.raises(NotAllowed, match="同一个人"):
        actions.close_slip(actor=both, slip_id=slip.pk)
    actions.close_slip(actor=world.actor("county_b"), slip_id=slip.pk)


def test_lists_cost_the_same_whatever_their_length(world: Any) -> None:
    county = world.actor("county")

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as slips:
            queries.slip_list(viewer=county)
        with CaptureQueriesContext(connection) as plans:
            queries.plan_list(viewer=county)
        return len(slips), len(plans)

    for _number in range(2):
        actions.send_slip(actor=county, order=order(world))
        actions.make_plan(actor=county, draft=draft(world))
    cost()
    few = cost()
    for _number in range(4):
        actions.send_slip(actor=county, order=order(world, category="ENV-01"))
        actions.make_plan(actor=county, draft=draft(world))
    assert cost() == few
    assert few[0] <= 5
    assert few[1] <= 4


def draft(world: Any, **words: Any) -> PlanDraft:
    given = {
        "region": COUNTY, "topic": "汛期防涝", "lead_unit": world.unit("CMB"), "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 9, 30), "remind_on": date(2026, 4, 17), "items": ("清掏雨水口", "备足沙袋"), "categories": ("FAC-04",),
    }  # fmt: skip
    return PlanDraft(**(given | words))


def test_the_lead_unit_is_told_once_when_work_begins(world: Any) -> None:
    plan = actions.make_plan(actor=world.actor("county"), draft=draft(world))
    assert actions.remind_plans() == 0
    with clock.fixed(clock.now() + timedelta(days=45)):
        assert actions.remind_plans() == 1
        assert actions.remind_plans() == 0
    assert told(plan.pk) == {("plan", world.unit("CMB"))}
    actions.end_plan(actor=world.actor("dept"), plan_id=plan.pk, result="做完了")
    assert told(plan.pk) == set()


@pytest.mark.parametrize(("field", "words"), [
    ("region", {"region": "410000000000"}), ("topic", {"topic": ""}), ("lead_unit", {"lead_unit": None}),
    ("ends_on", {"ends_on": date(2026, 5, 1)}), ("remind_on", {"remind_on": date(2026, 7, 1)}),
    ("starts_on", {"starts_on": None}), ("items", {"items": (" ",)}), ("categories", {"categories": ()}),
])  # fmt: skip
def test_what_a_plan_needs(world: Any, field: str, words: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        actions.make_plan(actor=world.actor("county"), draft=draft(world, **words))
    assert list(refused.value.fields) == [field]
    assert not Plan.unscoped.exists()


def test_a_plan_holds_for_what_lies_below_it(world: Any) -> None:
    county = actions.make_plan(actor=world.actor("county"), draft=draft(world))
    town = actions.make_plan(actor=world.actor("town"), draft=draft(world, region=TOWN))
    with pytest.raises(NotFound):
        actions.make_plan(actor=world.actor("town"), draft=draft(world, region=TOWN2))
    expected = {"county": {county.pk, town.pk}, "town": {county.pk, town.pk}, "village": {county.pk, town.pk},
                "town2": {county.pk}, "dept": {county.pk, town.pk}, "dept2": set(), "county2": set()}  # fmt: skip
    for who, wanted in expected.items():
        assert {row.id for row in queries.plan_list(viewer=world.actor(who))} == wanted, who
    assert {row.id for row in queries.plans_about(viewer=world.actor("village"), place=VILLAGE)} == {
        county.pk,
        town.pk,
    }


def test_this_year_s_curve_stands_beside_last_year_s(world: Any) -> None:
    for year, many in ((2025, 8), (2026, 6)):
        moment = clock.now().replace(year=year, month=3, day=3)
        with clock.fixed(moment):
            for number in range(many):
                world.report(f"第 {number} 处积水", category="FAC-04")
    plan = actions.make_plan(
        actor=world.actor("county"),
        draft=draft(world, starts_on=date(2026, 3, 3), ends_on=date(2026, 4, 30), remind_on=date(2026, 3, 1)),
    )
    curves = queries.plan_detail(viewer=world.actor("dept"), plan_id=plan.pk).curves
    assert (max(curves.before.counts, key=lambda n: n or 0), curves.now.counts[4]) == (8, 6)
    assert len(curves.now.counts) < len(curves.before.counts)  # this year stops today
