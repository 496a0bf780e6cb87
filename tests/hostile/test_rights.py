"""Rights nobody gave: appointing oneself, other counties' people, masked places, judging one's own unit's work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jinlin.cases import queries
from jinlin.kernel import clock
from jinlin.kernel.errors import NotAllowed
from jinlin.people import actions as people
from jinlin.people.access import SYSTEM
from jinlin.people.models import Account, Post, StandIn
from tests.world import COUNTY, VILLAGE


def test_other_counties_people_are_not_shown(world: Any) -> None:
    stranger = world.accounts["other_dept"].pk
    assert world.client("county").get(f"/manage/staff/{stranger}").status_code == 404
    assert world.client("county").post(f"/manage/staff/{stranger}", {"close": "1"}).status_code == 404
    assert world.client("county2").get(f"/manage/staff/{stranger}").status_code == 200
    assert world.client("admin").get(f"/manage/staff/{stranger}").status_code == 200


@pytest.mark.parametrize("shift", [-40, 40])
def test_an_account_between_posts_still_belongs_to_its_county(world: Any, shift: int) -> None:
    account = Account.objects.get(
        pk=world.accounts["other_dept"].pk
    )  # the town's own object outlives this test
    start = clock.today() + timedelta(days=shift)
    Post.objects.filter(account=account).update(starts_on=start, ends_on=start + timedelta(days=5))
    with pytest.raises(NotAllowed):
        people.close_account(actor=world.actor("county"), account=account)
    with pytest.raises(NotAllowed):
        people.give_post(
            actor=world.actor("county"), account=account, role="grid_worker", place=VILLAGE + "001"
        )
    assert Account.objects.get(pk=account.pk).is_active
    assert not people.close_account(actor=world.actor("county2"), account=account).is_active


def test_nobody_appoints_themselves(world: Any) -> None:
    day = clock.today()
    for who in ("county", "admin"):
        me, actor = world.accounts[who], world.actor(who)
        with pytest.raises(NotAllowed):
            people.give_post(actor=actor, account=me, role="village_clerk", place=VILLAGE)
        post = Post.objects.get(account=world.accounts["dept"])
        with pytest.raises(NotAllowed):
            people.stand_in(actor=actor, post=post, account=me, starts_on=day, ends_on=day)
        form = {"post": str(post.pk), "deputy": who, "from": day.isoformat(), "to": day.isoformat()}
        page = world.client(who).post(f"/manage/staff/{post.account_id}", form)
        assert page.status_code == 403
    assert not StandIn.objects.exists()
    people.give_post(actor=SYSTEM, account=world.accounts["county"], role="leader", place=COUNTY)


def test_a_stand_in_of_another_county_is_not_named_by_this_one(world: Any) -> None:
    day = clock.today()
    post = Post.objects.get(account=world.accounts["dept"])
    with pytest.raises(NotAllowed):
        people.stand_in(
            actor=world.actor("county"),
            post=post,
            account=world.accounts["county2"],
            starts_on=day,
            ends_on=day,
        )


def test_whoever_reads_no_words_reads_no_point(world: Any) -> None:
    case = world.report("路灯坏了", lon=114.645, lat=33.625)
    rows = queries.case_list(viewer=world.actor("supervisor")).rows
    assert [(row.tracking, row.lon, row.lat) for row in rows] == [(case.tracking, None, None)]
    assert queries.case_list(viewer=world.actor("village")).rows[0].lon == pytest.approx(114.645, abs=1e-3)


def test_the_unit_that_handled_it_does_not_answer_for_the_resident(world: Any) -> None:
    case = world.to_department(phone="13800130001")
    world.do("dept", "report_done", case, words="已清运", claim="solved")
    world.do("grid", "verify", case, passed=True)
    for who, status in (("dept", 403), ("grid2", 302)):
        browser = world.client(who)
        assert browser.post("/track", {"code": case.tracking, "digits": "0001"}).status_code == 302
        page = browser.post(f"/t/{case.tracking}/follow_up", {"solved": "yes"})
        assert page.status_code == status, who


def test_a_key_of_the_handling_unit_opens_no_residents_door(world: Any) -> None:
    case = world.to_department(phone="13800130001")
    account = world.accounts["dept"]
    secret = people.issue_token(actor=world.actor("dept"), account=account, label="测试")[1]
    told = Client().post(
        f"/api/v1/track/{case.tracking}/withdraw",
        {"digits": "0001"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert told.status_code == 403
    case.refresh_from_db()
    assert case.is_open


def test_a_link_tells_no_private_title(world: Any) -> None:
    secret = world.report("某户家里吵架动手", category="NEI-01")
    open_one = world.report("楼道里吵得厉害", category="ENV-01")
    for case in (secret, open_one):
        world.do("grid", "escalate", case, reason="转社区")
    merged = world.do("village", "merge", open_one, into=secret.pk)
    page = world.client("leader").get(f"/desk/case/{merged.tracking}").content.decode()
    assert secret.shown_code in page
    assert "某户家里" not in page
    assert "某户家里" in world.client("village").get(f"/desk/case/{merged.tracking}").content.decode()
