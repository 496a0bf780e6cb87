"""Initiatives as the community, the street and the venture office work on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.cases.actions import Caller, Said
from jinlin.cases.actions.visiting import record_visit
from jinlin.circle.actions import Wish, wish_from_gap
from jinlin.circle.queries import category_names
from jinlin.files.actions import forget_loose_files
from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative, PaperTally, Pass, Resolution, SiteVisit
from jinlin.initiatives.queries import secret_of
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.orgs.actions import Body, form_team
from jinlin.people import rules
from jinlin.people.access import ANYONE
from tests.files.pictures import photo
from tests.initiatives.stories import Stories, day
from tests.world import FAR, PEOPLE, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]


@pytest.fixture
def told(world: Any, home: Any) -> Stories:
    return Stories(world)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:600])
    body = answer.content.decode()
    ids = re.findall(r' id="([^"]+)"', body)
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    return re.sub(r"\s+", " ", body)


def shot(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo((640, 480)), content_type="image/jpeg")


def test_the_desk_brings_a_wish_through(told: Stories) -> None:
    item = told.wish("门口装一盏灯")
    client = told.world.client("village")
    assert "门口装一盏灯" in text(client.get("/initiatives/"))
    page = f"/initiatives/{item.pk}"
    assert "上墙公开" in text(client.get(page))
    post = lambda deed, **form: client.post(f"{page}/do/{deed}", form)  # noqa: E731
    assert post("move", verb="publish").status_code == 302
    assert "请选择可行" in text(post("move", verb="assess"), 422)
    assert "请填写金额" in text(post("move", verb="assess", feasibility="feasible", public_text="行"), 422)
    assert post("move", verb="assess", feasibility="feasible", cost_fen="1200.50").status_code == 302
    assert told.again(item).cost_fen == 120_050
    assert "刚刚有了新进展" in text(post("move", verb="decide", expect="1"), 409)
    assert post("assist", phone="13800138000").status_code == 302
    assert "签名的人数" in text(post("paper", count="0"), 422)
    assert post("paper", count="12", note="门厅").status_code == 302
    assert told.again(item).support_total == 13
    assert post("grow", area=VILLAGE, kind="topic", grow_title="灯装在哪", grow_text="").status_code == 302
    assert post("dispatch", task="装灯", category="ENV-01").status_code == 302
    assert post("move", verb="decide", owner_unit=str(told.world.unit("CMB"))).status_code == 302
    assert "派给承办单位的任务" in text(client.get(page))
    assert client.post(f"{page}/do/nonsense").status_code == 404
    assert told.world.client("village2").get(page).status_code == 200, "public by now"
    assert told.world.client("village2").post(f"{page}/do/progress", {"progress": "x"}).status_code == 404


def test_a_vote_is_computed_from_the_form(told: Stories, at: Any) -> None:
    item = told.go(told.wish("东门开门", kind="topic", common_parts=True), "publish", lawful_basis="业主")
    client = told.world.client("village")
    page = f"/initiatives/{item.pk}"
    form = {
        "rule": "owners_special", "text": "开", "body": "业主大会", "owner_name": "社区主任",
        "due": str(clock.today() + timedelta(days=30)), "review_on": str(clock.today() + timedelta(days=60)),
        "owners_total": "300", "owners_present": "220", "owners_yes": "180", "owners_no": "40", "owners_abstain": "0",
    }  # fmt: skip
    assert "人数和面积" in text(client.post(f"{page}/do/vote", form), 422)
    area = {
        "area_total": "30,000.00",
        "area_present": "20000",
        "area_yes": "15000",
        "area_no": "5000",
        "area_abstain": "",
    }
    wrong = {**form, **area, "area_no": "4999"}
    assert "相加应等于参与的" in text(client.post(f"{page}/do/vote", wrong), 422)
    assert "回访" in text(client.post(f"{page}/do/vote", {**form, **area, "review_on": ""}), 422)
    assert client.post(f"{page}/do/vote", {**form, **area}).status_code == 302
    row = Resolution.objects.get(initiative=item)
    assert (row.verdict, row.tally["area"]["yes"]) == ("passed", 1_500_000)
    assert (
        client.post(
            f"{page}/do/meeting", {"held_on": str(clock.today()), "heads": "40", "minutes": "谈了"}
        ).status_code
        == 302
    )
    assert client.post(f"{page}/do/done", {"resolution": str(row.pk), "done_text": "开了"}).status_code == 302
    with at(day(60)):
        a.remind_reviews()
        assert "到了回访的日子" in text(client.get("/initiatives/?kind=topic"))
        assert client.get(f"/initiatives/resolutions/{row.pk}").status_code == 302
        assert (
            client.post(f"{page}/do/looked", {"resolution": str(row.pk), "review_text": "好用"}).status_code
            == 302
        )
        assert "没有到期的回访" in text(client.get("/initiatives/duties"))
    assert "1 项到期" not in text(client.get("/initiatives/figures"))


def test_works_and_the_office(told: Stories, at: Any) -> None:
    item = told.works()
    town, village = told.world.client("town"), told.world.client("village")
    page = f"/initiatives/{item.pk}"
    assert "要由另一位同志来" in text(village.post(f"{page}/do/move", {"verb": "publish"}), 403)
    for form in (
        {"verb": "publish"}, {"verb": "assess", "feasibility": "feasible", "cost_fen": "1000", "works_class": "basic"},
        {"verb": "decide", "owner_unit": str(told.world.unit("HCB"))},
        {"verb": "fund", "fund_source": "财政", "granted_fen": "1000"},
    ):  # fmt: skip
        assert town.post(f"{page}/do/move", form).status_code == 302, form
    plan = {
        "part_name": ["挖沟", "收尾", ""],
        "part_due": ["2026-04-01", "2026-05-01", ""],
        "part_fen": ["600", "300", ""],
        "part_wanted": ["照片", "", ""],
    }
    assert "各期金额相加" in text(village.post(f"{page}/do/plan", plan), 422)
    assert village.post(f"{page}/do/plan", {**plan, "part_fen": ["600", "400", ""]}).status_code == 302
    assert village.post(f"{page}/do/move", {"verb": "start"}).status_code == 302
    part = str(told.part(item).pk)
    assert village.post(f"{page}/do/evidence", {"part": part, "evidence": "做完了"}).status_code == 302
    pay = {"part": part, "amount": "600", "paid_on": str(clock.today()), "receipt": "F1"}
    assert "还没有由另一位同志验收" in text(village.post(f"{page}/do/pay", pay), 409)
    assert village.post(f"{page}/do/accept", {"part": part, "agreed": "yes"}).status_code == 403
    assert town.post(f"{page}/do/accept", {"part": part, "agreed": "yes"}).status_code == 302
    assert "超过了这一期" in text(town.post(f"{page}/do/pay", {**pay, "amount": "600.01"}), 409)
    assert town.post(f"{page}/do/pay", pay).status_code == 302
    assert told.again(item).paid_fen == 60_000
    assert village.post(f"{page}/do/supervisor").status_code == 302
    assert Pass.objects.filter(initiative=item, kind="supervisor").count() == 1
    assert "已付 600.00 元" in text(told.world.client().get(f"/together/i/{item.pk}"))
    today = clock.today()
    call = {
        "name": "创投", "call": "来吧", "opens_on": str(today), "closes_on": str(today), "review_until": str(today), "cap_fen": "80000",
    }  # fmt: skip
    assert "请选择日期" in text(town.post("/initiatives/ventures", {**call, "opens_on": ""}), 422)
    answer = town.post("/initiatives/ventures", call)
    assert answer.status_code == 302
    assert "评审席" in text(town.get(answer["Location"]))
    assert village.get("/initiatives/ventures").status_code == 403


def built(told: Stories) -> Initiative:
    """Works on the site, with a plan of one part."""
    item = told.works()
    told.go(item, "publish", who="town")
    told.go(item, "assess", who="town", feasibility="feasible", cost_fen=100, works_class="basic")
    told.go(item, "decide", who="town", owner_unit=told.world.unit("HCB"))
    told.go(item, "fund", fund_source="财政", granted_fen=100)
    told.plan(item, 100)
    return told.go(item, "start")


def test_photos_stay_and_are_for_the_place_and_the_seat(told: Stories, at: Any) -> None:
    item = built(told)
    village, town = told.world.client("village"), told.world.client("town")
    page = f"/initiatives/{item.pk}"
    part = told.part(item)
    post = {"part": str(part.pk), "evidence": "沟换好了", "photos": shot("沟.jpg")}
    assert village.post(f"{page}/do/evidence", post).status_code == 302
    seat = a.invite_supervisor(actor=told.world.actor("village"), initiative_id=item.pk)
    phone = told.world.client()
    phone.get(f"/together/own/{seat.pk}/{secret_of(seat.pk)}")
    phone.post("/together/site/declare", {"conflict": "no"})
    found = {"text": "电线裸露", "severity": "severe", "photos": shot("1.jpg")}
    assert phone.post("/together/site/round", found).status_code == 302
    assert (
        phone.post("/together/site/round", {"words": "围挡好了", "photos": shot("2.jpg")}).status_code == 302
    )
    wish = told.open("装一盏灯")
    paper = {"count": "9", "note": "门厅", "photos": shot("签名.jpg")}
    assert village.post(f"/initiatives/{wish.pk}/do/paper", paper).status_code == 302
    with at(day(3)):
        forget_loose_files()
    evidence, sheet = told.part(item).photo, PaperTally.objects.get().photo
    finding = Resolution.objects.get(initiative=item, is_finding=True).photo
    visit = SiteVisit.objects.exclude(photo=None).get().photo
    shown = text(town.get(page))
    for one in (evidence, finding, visit):
        assert f"/initiatives/photo/{one}/thumb" in shown
    assert f"/initiatives/photo/{sheet}/thumb" in text(village.get(f"/initiatives/{wish.pk}"))
    for one in (evidence, finding, visit, sheet):
        for address in (f"/initiatives/photo/{one}", f"/initiatives/photo/{one}/thumb"):
            answer = village.get(address)
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert told.world.client("village2").get(address).status_code == 404, "a neighbour's place"
            assert told.world.client().get(address).status_code == 302, "to log in"
    leader = told.world.client("leader")
    assert leader.get(f"/initiatives/photo/{evidence}").status_code == 200
    assert leader.get(f"/initiatives/photo/{sheet}").status_code == 404, "signatures"
    site = text(phone.get("/together/site"))
    for one in (finding, visit):
        assert f"/together/site/photo/{one}/thumb" in site
        assert phone.get(f"/together/site/photo/{one}/thumb").status_code == 200
        assert told.world.client().get(f"/together/site/photo/{one}").status_code == 404
    for one in (evidence, sheet):
        assert phone.get(f"/together/site/photo/{one}").status_code == 404
    public = text(told.world.client().get(f"/together/i/{item.pk}"))
    assert "电线裸露" in public
    assert "photo/" not in public


def test_an_unknown_photo_takes_the_deed_with_it(told: Stories) -> None:
    item, nobody = built(told), uuid4()
    village = told.world.actor("village")
    seat = a.invite_supervisor(actor=village, initiative_id=item.pk)
    a.declare_no_conflict(actor=ANYONE, passed=seat.pk, conflict=False)
    wish = told.open()
    deeds: tuple[Callable[[], object], ...] = (
        lambda: a.submit_part(actor=village, milestone_id=told.part(item).pk, evidence="x", photo=nobody),
        lambda: a.record_round(actor=ANYONE, passed=seat.pk, rounds=a.Rounds(photo=nobody)),
        lambda: a.record_round(
            actor=ANYONE, passed=seat.pk, rounds=a.Rounds(finding=a.Finding("裸线", photo=nobody))
        ),
        lambda: a.add_paper(actor=village, initiative_id=wish.pk, count=3, photo=nobody),
    )
    for deed in deeds:
        with pytest.raises(Invalid, match="照片已经过期，请重新上传"):
            deed()
    assert told.part(item).submitted_at is None
    assert told.again(wish).paper_count == 0
    assert not SiteVisit.objects.exists()
    assert not Resolution.objects.filter(is_finding=True).exists()


@pytest.mark.parametrize(
    "address",
    ["/initiatives/", "/initiatives/duties", "/initiatives/figures", "/together/wishes?place=" + VILLAGE],
)
def test_lists_ask_the_same_however_long_they_are(told: Stories, address: str) -> None:
    client = told.world.client("village" if address.startswith("/init") else "")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    told.open("第一件")
    asked()
    few = asked()
    for number in range(8):
        told.support(told.open(f"第{number}件不一样的事"), f"1380013800{number}")
    assert asked() <= few <= 13


def test_a_gap_of_the_living_circle_becomes_a_wish(told: Stories) -> None:
    code = next(iter(category_names()))
    note = wish_from_gap(actor=ANYONE, wish=Wish(category_code=code, place=FAR))
    item = Initiative.unscoped.get(source="gap")
    assert (item.gap_code, item.village, item.from_case_id, item.stage) == (code, FAR, note.case_id, "draft")


def test_one_page_tells_the_figures_of_a_place(told: Stories, at: Any) -> None:
    form_team(
        actor=told.world.actor("village"),
        region_code=VILLAGE,
        kind="appeals",
        name="柳岸诉求办理小组",
        bodies=[Body("党组织", "柳岸社区党委", 11)],
    )
    visited = Said(text="路灯坏了", category="FAC-02", place=VILLAGE)
    record_visit(actor=told.world.actor("grid"), matters=[visited], caller=Caller(), channel="visit")
    page = text(told.world.client("leader").get(f"/initiatives/figures?area={VILLAGE}"))
    assert "1 支，11 人" in page
    for name in ("商议过的议事案例", "创投项目的活动", "创投项目的服务人次", "会客厅解决的事", "回访"):
        assert name in page
    assert (
        '<th scope="row" class="nowrap">走访</th><td class="num strong">1</td><td class="num">1</td>' in page
    )


@pytest.mark.parametrize("who", ["village", "grid", "leader", "dept"])
def test_one_entry_leads_to_wishes_and_to_gatherings(told: Stories, who: str) -> None:
    client = told.world.client(who)
    pages = ["/initiatives/"]
    if rules.role_may(PEOPLE[who][0], "gathering.view"):
        pages.append("/gatherings/")
    for address in pages:
        page = text(client.get(address, follow=True))
        bar, tabs = (page.split(f'class="{name}"')[1].split("</nav>")[0] for name in ("desk-nav", "tabs"))
        assert bar.count("共治</a>") == 1
        assert 'aria-current="page"' in bar[: bar.index("共治</a>")].rsplit("<a ", 1)[1]
        assert '"/gatherings/"' not in bar
        assert "/initiatives/?" in tabs
        assert ("/gatherings/" in tabs) is (len(pages) == 2)
        for link in re.findall(r'href="(/(?:initiatives|gatherings)/[^"]*)"', tabs):
            assert client.get(link.replace("&amp;", "&"), follow=True).status_code == 200, link


def test_whoever_sees_gatherings_has_the_entry() -> None:
    assert rules.VERBS["gathering.view"] <= rules.VERBS["initiative.view"]
