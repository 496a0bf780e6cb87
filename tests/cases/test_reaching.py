"""Visits and drives of calls: what is chosen, what is asked, what is counted, and what is never kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.cases.actions import Caller, Said
from jinlin.cases.actions.campaigns import Drive, end_campaign, end_due_campaigns, open_campaign
from jinlin.cases.actions.visiting import record_visit
from jinlin.cases.models import Appeal, Campaign, Case, FollowUp, Visit
from jinlin.cases.queries import reaching
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.people.actions import issue_token
from tests.conftest import A_TUESDAY
from tests.world import COUNTY, FAR, GRID, OTHER, TOWN, VILLAGE

pytestmark = pytest.mark.usefixtures("tuesday", "home")


def closed(world: Any, text: str = "路灯不亮", *, days: int = 20, **words: Any) -> Case:
    """A case closed so many days ago, whose reporter may be called."""
    with clock.fixed(A_TUESDAY - timedelta(days=days)):
        case = world.report(text, category="FAC-02", **words)
        world.do("grid", "solve_on_spot", case)
        case.refresh_from_db()
        if case.is_open:
            world.do("village", "follow_up", case, solved="yes")
    return Case.unscoped.get(pk=case.pk)


def drive(**other: Any) -> Drive:
    given = {
        "title": "供暖前回访",
        "area": VILLAGE,
        "closed_from": date(2026, 1, 1),
        "closed_to": date(2026, 3, 9),
        "ends_on": date(2026, 3, 20),
    }
    return Drive(**{**given, **other})


def test_a_call_that_was_planned_anyway_outlives_the_drive(world: Any) -> None:
    case = closed(world, days=40)
    planned = FollowUp.objects.create(
        county=case.county, case=case, planned_on=date(2026, 4, 2), is_dynamic=True
    )
    row = open_campaign(actor=world.actor("town"), drive=drive())
    taken = FollowUp.objects.get(pk=planned.pk)
    assert taken.campaign_id == row.pk
    end_campaign(actor=world.actor("town"), code=row.code)
    kept = FollowUp.objects.get(pk=planned.pk)
    assert (kept.campaign_id, kept.planned_on) == (None, date(2026, 4, 2))
    assert Case.unscoped.get(pk=case.pk).next_visit_on == date(2026, 4, 2)


def test_a_county_may_call_too(world: Any) -> None:
    closed(world, days=40)
    assert open_campaign(actor=world.actor("county"), drive=drive(area=COUNTY)).chosen == 1


def test_a_drive_from_choosing_to_counting(world: Any) -> None:
    cases = [closed(world, f"路灯不亮{at}", days=40 + at) for at in range(3)]
    silent = closed(world, "不想被打扰的", days=40, phone="")
    row = open_campaign(actor=world.actor("town"), drive=drive())
    assert row.chosen == 3
    assert not silent.follow_ups.filter(campaign=row).exists()
    detail = reaching.campaign(viewer=world.actor("town"), code=row.code)
    assert {one.tracking for one in detail.waiting} == {case.tracking for case in cases}
    page = world.client("town").get(f"/desk/case/{cases[0].tracking}").content.decode()
    assert "动态回访" in page
    assert "看联系方式" in page
    world.do("town", "revisit", cases[0], solved="yes", satisfied=4)
    world.do("town", "revisit", cases[1], solved="no", words="又不亮了")
    assert Case.unscoped.get(pk=cases[1].pk).is_open
    detail = reaching.campaign(viewer=world.actor("town"), code=row.code)
    assert (detail.row.asked, len(detail.waiting), detail.reopened) == (2, 1, 1)
    assert (detail.satisfied, detail.rated) == (1, 1)
    end_campaign(actor=world.actor("town"), code=row.code)
    assert Case.unscoped.get(pk=cases[2].pk).next_visit_on is None
    with pytest.raises(RuleBroken):
        world.do("town", "revisit", cases[2], solved="yes")
    own = open_campaign(actor=world.actor("town"), drive=drive(title="再来一次"))
    assert own.chosen == 1, "who was asked this month is left in peace, what is open again too"
    with pytest.raises(RuleBroken):  # its own grid handled them: nobody asks after their own work
        open_campaign(actor=world.actor("village"), drive=drive())
    (march,) = reaching.reached_by_month(VILLAGE, date(2026, 3, 1), date(2026, 3, 31))
    assert march.in_drives == 2
    assert march.follow_ups >= 2


def test_a_call_planned_anyway_is_taken_over(world: Any) -> None:
    case = closed(world, days=40)
    for planned in (date(2026, 2, 1), date(2026, 2, 24), date(2026, 4, 1)):
        FollowUp.objects.create(county=COUNTY, case=case, planned_on=planned, is_dynamic=True)
    row = open_campaign(actor=world.actor("town"), drive=drive())
    assert case.follow_ups.filter(is_dynamic=True, answered_at=None).count() == 3
    world.do("town", "revisit", case, solved="yes")
    assert row.asked.get().answered_at is not None
    assert Case.unscoped.get(pk=case.pk).next_visit_on == date(2026, 2, 24)


def test_a_drive_ends_by_itself(world: Any) -> None:
    closed(world, days=40)
    open_campaign(actor=world.actor("town"), drive=drive())
    with clock.fixed(A_TUESDAY + timedelta(days=10)):
        assert end_due_campaigns() == 0
    with clock.fixed(A_TUESDAY + timedelta(days=11)):
        assert [end_due_campaigns() for _time in range(2)] == [1, 0]
    assert Campaign.unscoped.get().ended_at is not None


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"area": OTHER}, Invalid),
        ({"area": "41"}, Invalid),
        ({"category": "XXX"}, Invalid),
        ({"closed_to": date(2026, 3, 20)}, RuleBroken),
        ({"closed_from": date(2025, 1, 1)}, RuleBroken),
        ({"ends_on": date(2026, 3, 1)}, RuleBroken),
        ({"category": "EDU"}, RuleBroken),
    ],
)
def test_refusals_say_what_to_mend(world: Any, other: dict[str, Any], error: type[Exception]) -> None:
    closed(world, days=40)
    with pytest.raises(error):
        open_campaign(actor=world.actor("town"), drive=drive(**other))
    assert not Campaign.unscoped.exists()


def test_who_may_and_who_sees(world: Any) -> None:
    closed(world, days=40)
    with pytest.raises(NotAllowed):
        open_campaign(actor=world.actor("dept"), drive=drive())
    row = open_campaign(actor=world.actor("town"), drive=drive(area=TOWN))
    for name, sees in (
        ("town", True),
        ("county", True),
        ("village", False),
        ("town2", False),
        ("county2", False),
    ):
        viewer = world.actor(name)
        assert bool(reaching.campaigns(viewer=viewer)) is sees
        if not sees:
            with pytest.raises(NotFound):
                reaching.campaign(viewer=viewer, code=row.code)


def test_a_visit_is_counted_by_what_it_brought(world: Any) -> None:
    matters = [Said(text="楼道灯坏了", place=GRID, category="FAC-02"), Said(text="想装扶手", place=GRID)]
    row = record_visit(
        actor=world.actor("grid"), matters=matters, caller=Caller(phone="13800138001"), key="v" * 12
    )
    again = record_visit(
        actor=world.actor("grid"), matters=matters, caller=Caller(phone="13800138001"), key="v" * 12
    )
    assert row.pk == again.pk
    assert (Visit.objects.count(), Appeal.unscoped.filter(channel="visit").count()) == (1, 2)
    assert {field.name for field in Visit._meta.get_fields()} == {
        *("id", "county", "town", "village", "channel", "on", "matters", "is_demo")
    }, "no worker, no door, no hour, no grid"
    (month,) = reaching.reached_by_month(VILLAGE, date(2026, 3, 1), date(2026, 3, 31))
    assert (month.visits, month.matters) == (1, 2)
    with pytest.raises(Invalid, match="没有事"):
        record_visit(actor=world.actor("grid"), matters=[])
    with pytest.raises(NotAllowed):
        record_visit(actor=world.actor("county"), matters=matters)


def test_a_refused_matter_leaves_no_half_visit(world: Any) -> None:
    matters = [Said(text="楼道灯坏了", place=GRID), Said(text="x", place=GRID, category="NONE")]
    with pytest.raises(Invalid):
        record_visit(actor=world.actor("grid"), matters=matters)
    assert not Visit.objects.exists()
    assert not Appeal.unscoped.exists()


def test_the_pages(world: Any) -> None:
    phone = world.client("grid")
    assert "走访听到的" in phone.get("/field/visit").content.decode()
    assert phone.post("/field/visit", {"text": ["", "", ""], "category": ["", "", ""]}).status_code == 422
    given = {"text": ["楼道灯坏了", "", ""], "category": ["FAC-02", "", ""], "grid": GRID, "channel": "visit"}
    assert phone.post("/field/visit", given).status_code == 302
    assert Visit.objects.get().matters == 1
    closed(world, days=40)
    desk = world.client("town")
    assert desk.get("/desk/campaigns/new").status_code == 200
    form = {name: str(value) for name, value in vars(drive()).items()}
    assert desk.post("/desk/campaigns/new", {**form, "closed_to": "x"}).status_code == 422
    made = desk.post("/desk/campaigns/new", form)
    assert made.status_code == 302
    assert "路灯不亮" in desk.get(made["Location"]).content.decode()
    assert "本辖区近半年" in desk.get("/desk/campaigns").content.decode()
    assert desk.post(f"{made['Location']}/end").status_code == 302


def test_a_drive_costs_the_same_for_one_and_for_many(world: Any) -> None:
    costs = []
    for at in range(3):
        for more in range(at * 4 + 1):
            closed(world, f"第{at}{more}", days=35 + at * 10 + more)
        row = open_campaign(actor=world.actor("town"), drive=drive(title=f"{at}"))
        with CaptureQueriesContext(connection) as seen:
            reaching.campaign(viewer=world.actor("town"), code=row.code)
        costs.append(len(seen))
        end_campaign(actor=world.actor("town"), code=row.code)
    assert costs[1] == costs[2]


def test_programs_read_the_months(world: Any) -> None:
    record_visit(actor=world.actor("grid"), matters=[Said(text="路不平", place=GRID)])
    secret = issue_token(actor=world.actor("town"), account=world.accounts["town"], label="x")[1]
    client, headers = world.client(), {"Authorization": f"Bearer {secret}"}
    query = {"since": "2026-02-01", "until": "2026-03-31"}
    rows = client.get(f"/api/v1/reached/{VILLAGE}", query, headers=headers).json()
    assert [row["visits"] for row in rows] == [0, 1]
    assert client.get(f"/api/v1/reached/{FAR}", query, headers=headers).status_code == 404
    assert client.get("/api/v1/campaigns", headers=headers).json() == []
