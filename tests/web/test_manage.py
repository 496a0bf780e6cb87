"""The manage pages: rules and posts, never a case; edits are dated, areas are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jinlin.initiatives.queries.numbers import number
from jinlin.orgs import queries as orgs
from jinlin.people.models import Account, Post
from tests.world import COUNTY, OTHER, VILLAGE

PAGES = (
    "",
    "catalogue",
    "catalogue/ENV-01",
    "duties",
    "duties/ENV-01/4",
    "organisations",
    "organisations/new",
    "staff",
    "staff/new",
    "times",
    "days",
    "together",
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_the_county_and_not_for_the_grid(world: Any, page: str) -> None:
    answer = world.client("county").get(f"/manage/{page}")
    assert answer.status_code == 200, page
    assert answer.content.decode().count("<h1") == 1
    assert world.client("grid").get(f"/manage/{page}").status_code == 403
    assert world.client().get(f"/manage/{page}").status_code == 302


def test_catalogue_edit_changes_the_proposal_of_the_own_county_only(world: Any) -> None:
    client = world.client("county")
    answer = client.post(
        "/manage/catalogue/ENV-01", {"lead_lines": ["HCB"], "source": "川汇区 2026 年派单目录"}
    )
    assert answer.status_code == 302
    assert orgs.propose("ENV-01", county=COUNTY).lead.line == "HCB"
    assert orgs.propose("ENV-01", county="411681000000").lead.line == "CMB"


def test_duty_edit_and_empty_lead(world: Any) -> None:
    client = world.client("county")
    assert client.post("/manage/duties/ENV-01/4", {"kind": "withdrawn", "source": "清单"}).status_code == 302
    assert orgs.duty_kind("ENV-01", town="411602001000") == "withdrawn"
    answer = client.post("/manage/catalogue/ENV-01", {"lead_lines": []})
    assert answer.status_code == 422
    assert "请至少选择一个主办单位" in answer.content.decode()


def test_account_with_post_then_stand_in_then_close(world: Any) -> None:
    client = world.client("county")
    form = {
        "name": "新网格员",
        "username": "new1",
        "password": "好长的密码2026x",
        "role": "grid_worker",
        "unit": str(world.unit(VILLAGE)),
        "place": VILLAGE + "001",
    }
    assert client.post("/manage/staff/new", form).status_code == 302
    account = Account.objects.get(username="new1")
    post = Post.objects.get(account=account)
    assert post.level == 6
    answer = client.post(
        f"/manage/staff/{account.pk}",
        {"post": str(post.pk), "deputy": "grid", "from": "2030-01-01", "to": "2030-01-05"},
    )
    assert answer.status_code == 302
    assert client.post(f"/manage/staff/{account.pk}", {"close": "1"}).status_code == 302
    account.refresh_from_db()
    assert not account.is_active


def test_a_county_clerk_can_t_rise_or_reach_out(world: Any) -> None:
    client = world.client("county")
    form = {
        "name": "越权",
        "username": "new2",
        "password": "好长的密码2026x",
        "role": "platform_admin",
        "unit": str(world.unit(COUNTY)),
    }
    assert client.post("/manage/staff/new", form).status_code == 403
    form |= {"username": "new3", "role": "county_clerk", "unit": str(world.unit("411681000000"))}
    assert client.post("/manage/staff/new", form).status_code == 403
    assert not Account.objects.filter(username__in=["new2", "new3"]).exists()


def test_stage_time_is_dated_and_only_for_the_admin(world: Any) -> None:
    assert (
        world.client("county")
        .post("/manage/times/P3/resolve", {"amount": "4", "unit": "working_day", "source": "x"})
        .status_code
        == 403
    )
    answer = world.client("admin").post(
        "/manage/times/P3/resolve", {"amount": "abc", "unit": "working_day", "source": "x"}
    )
    assert answer.status_code == 422
    answer = world.client("admin").post(
        "/manage/times/P3/resolve", {"amount": "4", "unit": "working_day", "source": "本市办法"}
    )
    assert answer.status_code == 302


def test_local_day_moves_a_deadline(world: Any) -> None:
    form = {"day": "2026-03-11", "region_code": COUNTY, "is_workday": "no", "source": "本地停工"}
    assert world.client("county").post("/manage/days", form).status_code == 302
    form["region_code"] = "411681000000"
    assert world.client("county").post("/manage/days", form).status_code == 403


def test_a_county_sets_a_number_of_its_own_from_a_day_on(world: Any, tuesday: Any, at: Any) -> None:
    client, url = world.client("county"), "/manage/together"
    typed = {"name": "notice_days", "value": "10", "valid_from": "2026-03-12", "source": "区里的议事办法"}
    short = client.post(url, typed | {"value": "4"})
    assert short.status_code == 422
    assert "请填 5 到 3650 天" in short.content.decode()
    for name, wrong in (
        ("name", "x"),
        ("value", "十"),
        ("valid_from", ""),
        ("valid_from", "2026-03-01"),
        ("source", ""),
    ):
        assert client.post(url, typed | {name: wrong}).status_code == 422, (name, wrong)
    assert number("notice_days", COUNTY) == 5
    assert client.post(url, typed).status_code == 302
    assert "还没生效" in client.get(url).content.decode()
    with at(datetime(2026, 3, 12, 2, tzinfo=UTC)):
        assert (number("notice_days", COUNTY), number("notice_days", OTHER)) == (10, 5)
        cap = {
            "name": "venture_cap_fen",
            "value": "50000",
            "valid_from": "2026-03-12",
            "source": "区里的办法",
        }
        assert client.post(url, cap).status_code == 302
        assert number("venture_cap_fen", COUNTY) == 5_000_000
        assert "区里的议事办法" in client.get(url).content.decode()
    for who in ("village", "admin", "city"):
        assert world.client(who).get(url).status_code == 403
