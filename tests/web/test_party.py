"""Coverage, Party organisations, teams, heads and methods as pages: filled in by hand, told in words, open to their area."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jinlin.notices.models import Notice
from jinlin.orgs import queries
from jinlin.orgs.models import JointTeam, PartyOrg
from tests.world import COUNTY, FAR, GRID, TOWN, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]
TABS = ("", "/orgs", "/orgs/new", "/teams", "/teams/new", "/heads", "/training", "/methods", "/methods/1211")


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:400])
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("area", [VILLAGE, TOWN, COUNTY])
def test_every_page_stands_when_nothing_is_there(world: Any, area: str, tab: str) -> None:
    page = text(world.client("county").get(f"/party/{area}{tab}"))
    assert page.count("<h1") == 1


@pytest.mark.parametrize(("who", "area", "status"), [
    ("village", VILLAGE, 200), ("town", VILLAGE, 200), ("leader", TOWN, 200), ("village", FAR, 404),
    ("village", COUNTY, 404), ("county2", COUNTY, 404), ("grid", VILLAGE, 403), ("mediator", VILLAGE, 403),
])  # fmt: skip
def test_areas_open_only_to_their_posts(world: Any, who: str, area: str, status: int) -> None:
    assert world.client(who).get(f"/party/{area}").status_code == status
    assert world.client().get(f"/party/{area}")["Location"].startswith("/login")


def test_a_branch_is_entered_and_covers_its_grid(world: Any) -> None:
    client = world.client("village")
    assert "0/1" in text(client.get(f"/party/{VILLAGE}"))
    typed = {"name": "第一网格党支部", "kind": "branch", "scope": "grid", "members": "12", "ties": [GRID]}
    wrong = client.post(f"/party/{VILLAGE}/orgs/new", typed | {"kind": "club", "members": "很多"})
    page = text(wrong, 422)
    assert "请填写整数" in page
    assert "第一网格党支部" in page
    assert f'value="{GRID}" checked' in page
    assert not PartyOrg.objects.exists()
    assert client.post(f"/party/{VILLAGE}/orgs/new", typed).status_code == 302
    page = text(client.get(f"/party/{VILLAGE}"))
    assert "100.0%（1/1）" in page
    assert "没有缺口" in page
    features = client.get(f"/party/{VILLAGE}/map.geojson").json()["features"]
    assert [one["properties"]["value"] for one in features] == [0]
    found = PartyOrg.objects.get()
    assert (
        client.post(f"/party/org/{found.pk}", {"rate": "1", "year": "2025", "stars": "5"}).status_code == 302
    )
    assert client.post(f"/party/org/{found.pk}", {"close": "1"}).status_code == 302
    assert "0/1" in text(client.get(f"/party/{VILLAGE}"))
    assert client.get(f"/party/{VILLAGE}/orgs.xlsx")["Content-Type"].endswith("sheet")


def test_a_team_keeps_what_was_typed_until_it_is_complete(world: Any) -> None:
    client = world.client("village")
    rows = {
        "body": ["党组织", "居（村）委会", "业主委员会", "", ""],
        "body_name": ["柳岸社区党委", "柳岸居委会", "柳岸业委会", "", ""],
        "people": ["2", "2", "1", "1", "1"],
    }
    typed = {"kind": "five_in_one", "name": "柳岸联合队"} | rows
    page = text(client.post(f"/party/{VILLAGE}/teams/new", typed), 422)
    assert "物业服务企业" in page
    assert "柳岸业委会" in page
    assert not JointTeam.objects.exists()
    assert client.post(f"/party/{VILLAGE}/teams/new", typed | {"kind": "appeals"}).status_code == 302
    team = JointTeam.objects.get()
    assert (team.people, queries.team_figures(COUNTY).people) == (5, 5)
    assert "5 人" in text(client.get(f"/party/team/{team.pk}"))
    assert text(world.client("village2").get(f"/party/team/{team.pk}"), 404)


def test_supervisors_sit_under_an_alias(world: Any) -> None:
    client = world.client("village")
    client.post(f"/party/{VILLAGE}/teams/new", {"kind": "supervisors", "name": "柳岸监理团"})
    at = f"/party/team/{JointTeam.objects.get().pk}"
    seat = {"seat": "1", "alias": "监督员 1", "chosen_by": "lot"}
    assert "利害关系" in text(client.post(at, seat), 422)
    assert client.post(at, seat | {"stated": "1"}).status_code == 302
    assert "监督员 1 · 抽签" in text(client.get(at))
    assert client.post(at, {"checklist": "材料\n噪声"}).status_code == 302
    assert "噪声" in text(client.get(at))


def test_the_board_of_heads_is_public_and_has_no_private_number(world: Any) -> None:
    client = world.client("village")
    at = f"/party/{VILLAGE}/heads"
    head = {"grid": GRID, "kind": "building_head", "spot": "3 号楼", "office_phone": "13800138000"}
    assert "个人手机号" in text(client.post(at, head), 422)
    assert client.post(at, head | {"office_phone": "0394-8223344"}).status_code == 302
    page = text(world.client().get(f"/heads/{VILLAGE}"))
    assert "0394-8223344" in page
    assert "楼栋长" in page
    assert text(world.client().get(f"/heads/{TOWN}"), 404)
    seat = queries.heads_of(VILLAGE)[0]
    assert client.post(at, {"unseat": str(seat.pk)}).status_code == 302
    assert "还没有公示" in text(world.client().get(f"/heads/{VILLAGE}"))


def test_training_and_methods_are_kept(world: Any) -> None:
    client = world.client("county")
    noted = {"topic": "接待礼仪", "held_on": "2026-03-01", "minutes": "90", "came": "23"}
    assert text(client.post(f"/party/{COUNTY}/training", noted | {"came": "0"}), 422)
    assert client.post(f"/party/{COUNTY}/training", noted).status_code == 302
    assert "23 人次" in text(client.get(f"/party/{COUNTY}/training"))
    steps = {"name": "1211", "step_kind": ["visit", "note"], "step_words": ["先到现场", ""]}
    assert client.post(f"/party/{COUNTY}/methods/1211", steps).status_code == 302
    assert "先到现场" in text(client.get(f"/party/{COUNTY}/methods"))
    assert '<a class="small" href="/desk/campaigns">' not in text(client.get(f"/party/{COUNTY}/methods"))
    steps |= {"step_kind": ["follow_up"], "step_words": ["办完回访"]}
    assert client.post(f"/party/{COUNTY}/methods/1211", steps).status_code == 302
    assert '<a class="small" href="/desk/campaigns">' in text(client.get(f"/party/{COUNTY}/methods"))
    assert text(client.get(f"/party/{COUNTY}/methods/none"), 404)


def test_a_whistle_is_blown_answered_and_judged_on_pages(world: Any) -> None:
    town, dept = world.client("town"), world.client("dept")
    assert "这里没有吹哨" in text(town.get("/desk/whistles"))
    typed = {"kind": "joint", "topic": "占道夜市", "words": "三家摊位占了盲道", "place": VILLAGE}
    page = text(town.post("/desk/whistles/new", typed), 422)
    assert "至少选一个" in page
    assert "占道夜市" in page
    assert town.post("/desk/whistles/new", typed | {"units": [str(world.unit("CMB"))]}).status_code == 302
    found = re.search(r"/desk/whistles/[0-9a-f-]{36}", text(dept.get("/desk/whistles?view=mine")))
    assert found
    at = found[0]
    told = Notice.unscoped.filter(rung="whistle", unit=world.unit("CMB"), ended_at=None)
    assert told.count() == 1
    assert dept.post(at, {"deed": "answer", "answer": "下午三点到"}).status_code == 302
    assert not told.exists()
    unit = {"unit": str(world.unit("CMB"))}
    assert town.post(at, {"deed": "arrive", "on_site": "已劝离"} | unit).status_code == 302
    assert text(town.post(at, {"deed": "end"}), 409)
    assert town.post(at, {"deed": "solved", "solved": "yes"} | unit).status_code == 302
    assert town.post(at, {"deed": "end"}).status_code == 302
    assert dept.post(at, {"deed": "needed", "needed": "yes"}).status_code == 302
    assert text(world.client("dept2").get(at), 404)


def test_calls_and_wishes_stand_for_a_county_and_for_odd_addresses(world: Any) -> None:
    assert "<h1" in text(world.client("county").get("/desk/campaigns"))
    assert "<h1" in text(world.client().get("/together/wishes/new?area=x"))
    assert "<h1" in text(world.client().get("/together/wishes/new?area=" + "9" * 40))
