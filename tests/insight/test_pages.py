"""The pages of insight: what each says, who opens it, from a warning to a slip to its answer, plans, settings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from jinlin.insight import actions
from jinlin.insight.actions.hot import group_county
from jinlin.insight.models import HotIssue, Plan, Setting, Slip, Warning
from jinlin.kernel import clock
from tests.insight.findings import raised
from tests.world import COUNTY, FAR, SIBLING, TOWN, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
TABS = ("", "/place", "/record")
LISTS = ("/insight/slips", "/insight/plans", "/insight/runs", "/insight/plans/new", "/insight/slips/new")


@pytest.fixture(autouse=True)
def _town(world: Any, home: Any) -> None:
    actions.seed_templates()


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:600])
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("path", [*(f"/insight/{COUNTY}{tab}" for tab in TABS), *LISTS])
def test_empty_pages_say_what_comes_next(world: Any, path: str) -> None:
    page = text(world.client("county").get(path))
    assert page.count("<h1") == 1
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    assert 'href="/insight/"' in page


@pytest.mark.parametrize(("who", "area", "status"), [
    ("county", COUNTY, 200), ("town", TOWN, 200), ("village", VILLAGE, 200), ("leader", TOWN, 200),
    ("village", FAR, 404), ("village", COUNTY, 404), ("county2", COUNTY, 404), ("grid", VILLAGE, 403), ("admin", COUNTY, 403),
])  # fmt: skip
def test_areas_open_only_to_their_posts(world: Any, who: str, area: str, status: int) -> None:
    for tab in (*TABS, "/warnings.geojson"):
        assert world.client(who).get(f"/insight/{area}{tab}").status_code == status, tab
    assert world.client().get(f"/insight/{area}")["Location"].startswith("/login")


def test_home_opens_the_own_area(world: Any) -> None:
    assert world.client("village").get("/insight/")["Location"] == f"/insight/{VILLAGE}"


def test_a_list_of_warnings_with_its_map_and_filters(world: Any) -> None:
    for number in range(6):
        world.report(f"第 {number} 处垃圾没人清", category="ENV-01")
    row = raised((VILLAGE, 12, 3.0), (SIBLING, 4, 0.5), (FAR, 3, 0.5), day=clock.today())
    client = world.client("county")
    page = text(client.get(f"/insight/{COUNTY}"))
    assert "柳岸社区和周边 2 处，7 天里“暴露垃圾”19 件" in page
    assert "还没有同类预警的结果" in page
    assert "每周件数：0、0" in page
    assert "没人清" not in page  # no word of an appeal
    assert "没有预警" in text(client.get(f"/insight/{COUNTY}?category=ENV-02&state=open"))
    assert str(row.pk) in text(client.get(f"/insight/{COUNTY}?method=scan&state=open&after="))
    drawn = client.get(f"/insight/{COUNTY}/warnings.geojson").json()["features"]
    facts = {one["properties"].get("name"): one["properties"].get("words") for one in drawn}
    assert facts.get("柳岸社区") == "12 件"
    assert facts.get("桥头社区", "–") == "–"
    assert client.get(f"/insight/{COUNTY}?after=x").status_code == 422


def test_from_a_warning_to_a_slip_to_its_answer(world: Any) -> None:
    row = raised((VILLAGE, 12, 3.0))
    county, dept = world.client("county"), world.client("dept")
    url = f"/insight/warnings/{row.pk}"
    assert "确认，要处理" in text(county.get(url))
    assert dept.get(url).status_code == 404
    wrong = county.post(f"{url}/dismiss", {"dismissal": "noise", "reason": ""})
    assert 'id="f-reason"' in text(wrong, 422)
    assert county.post(f"{url}/confirm", {"reason": "打电话问过"})["Location"] == url
    form = text(county.get(f"/insight/slips/new?warning={row.pk}"))
    assert "柳岸社区，7 天里" in form
    sent = {"warning": str(row.pk), "kind": "key_work", "title": "柳岸社区垃圾堆放", "words": "请去看并清运"}
    assert "请从列表里选" in text(county.post("/insight/slips/new", sent), 422)
    answer = county.post("/insight/slips/new", {**sent, "unit": str(world.unit("CMB")), "days": "3"})
    slip = Slip.unscoped.get()
    assert answer["Location"] == f"/insight/slips/{slip.pk}"
    assert (slip.number, slip.due_at > clock.now()) == (slip.number, True)

    assert "柳岸社区垃圾堆放" in text(dept.get("/insight/slips?view=mine"))
    page = text(dept.get(f"/insight/slips/{slip.pk}"))
    assert "提交答复" in page
    assert url in page
    assert dept.get(url).status_code == 200  # the slip opens its warning
    deed = f"/insight/slips/{slip.pk}"
    text(dept.post(f"{deed}/answer", {"outcome": "true", "words": ""}), 422)
    assert dept.post(f"{deed}/answer", {"outcome": "true", "words": "三处堆点已清"}).status_code == 302
    assert dept.post(f"{deed}/close", {"outcome": "true"}).status_code == 403
    assert "差什么" in text(county.get(deed))
    assert county.post(f"{deed}/return", {"words": "哪三处", "days": "2"}).status_code == 302
    assert (
        dept.post(f"{deed}/answer", {"outcome": "true", "words": "东西门各一处，河边一处"}).status_code == 302
    )
    assert county.post(f"{deed}/close", {"outcome": "partly", "words": "两处属实"}).status_code == 302
    row = Warning.unscoped.get()
    assert (row.outcome, row.outcome_words) == ("partly", "两处属实")
    assert "两处属实" in text(county.get(url))
    assert "东西门各一处" in text(county.get(f"{deed}/print"))
    assert county.post(f"{deed}/close", {"outcome": "partly"}).status_code == 409
    assert world.client("dept2").get(deed).status_code == 404
    assert "1 / 1" in text(county.get(f"/insight/{COUNTY}/record"))


def test_a_warning_becomes_a_case_from_its_page(world: Any) -> None:
    row = raised((VILLAGE, 12, 3.0))
    town = world.client("town")
    url = f"/insight/warnings/{row.pk}"
    town.post(f"{url}/confirm", {})
    text(town.post(f"{url}/treat", {"words": ""}), 422)
    assert town.post(f"{url}/treat", {"words": "请去看垃圾堆放点"}).status_code == 302
    row.refresh_from_db()
    assert row.case is not None
    page = text(town.get(url))
    assert row.case.tracking in page
    assert "主动立案，派人去看" not in page
    case = text(world.client("village").get(f"/desk/case/{row.case.tracking}"))
    assert url in case  # the case knows the warning it came out of
    assert town.post(f"{url}/nonsense", {}).status_code == 404


def test_a_slip_without_a_warning_names_its_place(world: Any) -> None:
    county = world.client("county")
    sent = {
        "kind": "leader_area", "title": "菜市场周边", "words": "请拿出办法", "unit": str(world.unit("CMB")),
        "place": TOWN, "category": "ENV-06", "days": "x",
    }  # fmt: skip
    assert "1 到 60" in text(county.post("/insight/slips/new", sent), 422)
    assert 'id="f-field"' in text(county.post("/insight/slips/new", {**sent, "days": ""}), 422)
    made = county.post("/insight/slips/new", {**sent, "days": "", "field": "城市管理"})
    assert made.status_code == 302
    assert "城市管理" in text(county.get("/insight/slips?kind=leader_area"))
    assert "菜市场周边" in text(world.client("leader").get(f"/insight/{TOWN}/place"))


def test_a_slip_out_of_a_hot_issue_says_place_and_matter_only(world: Any) -> None:
    for number in range(6):
        world.report("桥头路口下雨就积水很深，车过不去", category="FAC-04", phone=f"1380013800{number}")
    group_county(COUNTY)
    issue = HotIssue.unscoped.get()
    form = text(world.client("county").get(f"/insight/slips/new?issue={issue.pk}"))
    assert 'value="柳岸社区排水内涝"' in form
    assert "很深" not in form
    sent = {
        "kind": "hot_issue", "title": "柳岸社区排水内涝", "words": "请排查", "unit": str(world.unit("HCB")),
        "place": VILLAGE, "category": "FAC-04", "issue": str(issue.pk),
    }  # fmt: skip
    assert world.client("town2").post("/insight/slips/new", sent).status_code == 404
    assert world.client("county").post("/insight/slips/new", sent).status_code == 302
    assert f"/insight/hot/{issue.pk}" in text(world.client("village").get(f"/insight/{VILLAGE}/place"))


def test_a_plan_from_a_template_is_ticked_by_its_lead(world: Any) -> None:
    county, dept = world.client("county"), world.client("dept")
    form = text(county.get("/insight/plans/new?template=flood"))
    assert re.search(r">\s*清掏雨水口和排水管网", form)
    sent = {
        "template": "flood", "topic": "汛期防涝", "region": COUNTY, "lead_unit": str(world.unit("CMB")),
        "remind_on": "2026-04-17", "starts_on": "2026-06-01", "ends_on": "2026-09-30",
        "items": "清掏雨水口\n备足沙袋", "categories": ["FAC-04", "SAF-06"],
    }  # fmt: skip
    assert "1 到 12 个类别" in text(county.post("/insight/plans/new", {**sent, "categories": []}), 422)
    assert "2026-03-01 这样" in text(county.post("/insight/plans/new", {**sent, "ends_on": "夏天"}), 422)
    answer = county.post("/insight/plans/new", sent)
    plan = Plan.unscoped.get()
    url = f"/insight/plans/{plan.pk}"
    assert answer["Location"] == url
    item = plan.items.first()
    assert item is not None
    assert county.post(f"{url}/tick", {"item": str(item.pk)}).status_code == 403
    assert dept.post(f"{url}/tick", {"item": str(item.pk), "note": "清了 40 口"}).status_code == 302
    page = text(dept.get(url))
    assert "清单：做完 1 / 2" in page
    assert "清了 40 口" in page
    assert world.client("county2").get(url).status_code == 404
    assert "汛期防涝" in text(world.client("village").get("/insight/plans"))
    text(county.post(f"{url}/end", {"result": " "}), 422)
    assert county.post(f"{url}/end", {"result": "今年没有内涝"}).status_code == 302
    assert dept.post(f"{url}/tick", {"item": str(item.pk)}).status_code == 409
    assert "今年没有内涝" in text(county.get(url))


def test_settings_and_seasons_of_a_county(world: Any) -> None:
    county = world.client("county")
    assert "从不自动填" in text(county.get("/manage/insight"))
    sent = {"alarms_per_60_days": "0.5", "minimum": "4", "autofill_margin": "", "reason": "试行"}
    assert "5 到 200" in text(county.post("/manage/insight", sent), 422)
    assert (
        county.post("/manage/insight", {**sent, "minimum": "8", "autofill_margin": "0.6"}).status_code == 302
    )
    assert Setting.objects.get().autofill_margin == 0.6
    assert "把握达到 0.6" in text(county.get("/manage/insight"))
    assert world.client("town").get("/manage/insight").status_code == 403
    assert "研判设置" not in text(world.client("city").get("/manage/"))
    edited = {
        "topic": "汛期防涝", "season": "5-15", "days": "130", "lead_days": "50", "items": "清掏雨水口", "categories": ["FAC-04"],
    }  # fmt: skip
    assert re.search(r">\s*清掏雨水口和排水管网", text(county.get("/manage/insight/plans/flood")))
    assert ">清掏雨水口<" in text(county.post("/manage/insight/plans/flood", edited), 422)
    assert "dict_items" not in text(county.get("/insight/plans/new")) + text(
        county.get("/manage/insight/plans/new-one")
    )
    assert county.post("/manage/insight/plans/flood", {**edited, "season": "05-15"}).status_code == 302
    assert "自定" in text(county.get("/insight/plans"))


def test_the_diagnosis_joins_what_rooms_know(world: Any) -> None:
    for number in range(6):
        world.report(f"第 {number} 处垃圾没人清", category="ENV-01")
    for number in range(3):
        world.report(f"走访第 {number} 户", category="FAC-02", channel="visit", actor=world.actor("grid"))
    row = raised((VILLAGE, 6, 1.0), day=clock.today())
    plain = re.sub(r"<[^>]+>", "", text(world.client("village").get(f"/insight/{VILLAGE}/place")))
    assert "90 天 6 件，之前 90 天 0 件" in plain
    assert "90 天 不足 5 件" in plain
    assert "走访第" not in plain
    actions.confirm_warning(actor=world.actor("town"), warning_id=row.pk)
    actions.set_outcome(actor=world.actor("town"), warning_id=row.pk, outcome="true")
    with clock.fixed(clock.now() + timedelta(days=40)):
        plain = re.sub(r"<[^>]+>", "", text(world.client("village").get(f"/insight/{VILLAGE}/place")))
    assert "少了" in plain
