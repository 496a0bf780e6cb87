"""Cases that tell the same: beside the case on the desk, and in front of a neighbour who is about to repeat one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jinlin.insight.queries.alike import alike_cases, nearest_open
from jinlin.kernel import clock
from tests.world import FAR, SIBLING, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]

BIN = "柳岸小区东门的垃圾桶满了三天没人清，臭得很"  # data
AGAIN = "东门垃圾桶好几天没清运，柳岸小区门口臭气熏天"  # data
LAMP = "三号楼前的路灯坏了，夜里一片黑"  # data
DOG = "有人遛狗不牵绳，孩子被吓到"  # data


@pytest.fixture(autouse=True)
def _town(world: Any, home: Any) -> None:
    """Everything happens in the named town."""


def test_the_same_matter_comes_first_and_reposts_stand_apart(world: Any) -> None:
    case = world.report(BIN, category="ENV-01", phone="13800000001")
    again = world.report(AGAIN, category="ENV-01", phone="13800000002")
    copy = world.report(BIN, category="ENV-01", phone="13800000003")
    world.report(LAMP, category="FAC-02", phone="13800000004")
    found = alike_cases(viewer=world.actor("town"), case=case)
    assert [one.row.tracking for one in found.rows] == [again.tracking]
    assert [one.row.tracking for one in found.reposts] == [copy.tracking]


def test_only_cases_in_sight_and_of_half_a_year(world: Any) -> None:
    with clock.fixed(clock.now() - timedelta(days=181)):
        world.report(AGAIN, category="ENV-01", phone="13800000002")
    world.report(AGAIN, category="ENV-01", place=SIBLING, phone="13800000003")
    world.report(AGAIN, category="ENV-01", place=FAR, phone="13800000005")
    case = world.report(BIN, category="ENV-01", phone="13800000001")
    assert alike_cases(viewer=world.actor("village"), case=case).rows == ()
    assert len(alike_cases(viewer=world.actor("town"), case=case).rows) == 1
    assert len(alike_cases(viewer=world.actor("county"), case=case).rows) == 1, (
        "another town is another place"
    )


def test_the_panel_costs_the_same_for_many(world: Any, django_assert_max_num_queries: Any) -> None:
    case = world.report(BIN, category="ENV-01", phone="13800000001")
    for k in range(12):
        world.report(f"{AGAIN}{k}", category="ENV-01", phone=f"1380001{k:04d}")
    viewer = world.actor("town")
    alike_cases(viewer=viewer, case=case)
    with django_assert_max_num_queries(8):
        assert len(alike_cases(viewer=viewer, case=case).rows) == 6


def test_the_desk_merges_with_one_tap(world: Any) -> None:
    case = world.report(BIN, category="ENV-01", phone="13800000001")
    again = world.report(AGAIN, category="ENV-01", phone="13800000002")
    client = world.client("village")
    page = client.get(f"/desk/case/{again.tracking}/alike").content.decode()
    assert f"/desk/case/{case.tracking}" in page
    assert f'action="/desk/case/{again.tracking}/merge"' in page
    fragment = client.get(
        f"/desk/case/{again.tracking}/alike", headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in fragment
    whole = client.get(f"/desk/case/{again.tracking}").content.decode()
    assert f'hx-get="/desk/case/{again.tracking}/alike' in whole
    again.refresh_from_db()
    posted = {"into": case.tracking, "expect": again.version, "key": "019b0000-0000-7000-8000-000000000001"}
    assert client.post(f"/desk/case/{again.tracking}/merge", posted).status_code in (204, 302)
    case.refresh_from_db()
    assert case.appeal_count == 2


def test_a_neighbour_sees_the_nearest_first_and_no_words(world: Any) -> None:
    first = world.report(BIN, category="ENV-01", phone="13800000001")
    world.report(DOG, category="ENV-01", phone="13800000002")
    world.report("绿化带里有建筑垃圾", category="ENV-01", phone="13800000003")  # data
    found = nearest_open(category="ENV-01", village=VILLAGE, title="", text=AGAIN)
    assert found[0].id == first.pk
    assert len(found) == 3
    assert nearest_open(category="", village=VILLAGE, title="", text=BIN) == (), "words alone find nothing"
    assert not any(BIN in str(value) for row in found for value in row.__dict__.values())


def test_the_form_offers_the_nearest_while_somebody_types(world: Any, client: Any) -> None:
    for k in range(7):
        world.report(f"{DOG}，第{k}次", category="ENV-01", phone=f"1380002{k:04d}")
    with clock.fixed(clock.now() - timedelta(days=9)):
        wanted = world.report(BIN, category="ENV-01", phone="13800000001")
    asked = {"text": AGAIN, "category": "ENV-01", "place": VILLAGE}
    page = client.post("/report/similar", asked, headers={"HX-Request": "true"}).content.decode()
    assert page.count("是这件，我也加入") == 5
    assert wanted.tracking in page.replace("-", "")
    assert "垃圾桶" not in page
    whole = client.post("/report/similar", asked).content.decode()
    assert AGAIN in whole, "without scripts the form keeps what was typed"
    assert "是这件，我也加入" in whole
