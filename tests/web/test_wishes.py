"""Wishes, topics, works and ventures as residents, supervisors, applicants and reviewers see them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative, SiteVisit
from jinlin.initiatives.queries import secret_of
from jinlin.initiatives.queries.ventures import scores_of
from jinlin.kernel import clock
from jinlin.people.access import ANYONE
from tests.initiatives.stories import Stories, count, day, refused
from tests.world import COUNTY, TOWN, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
SUPPORTABLE = {"phone": "13800138000", "declared": "1"}


@pytest.fixture
def told(world: Any, home: Any, settings: Any) -> Stories:
    settings.JINLIN_RATE_LIMITS = False
    return Stories(world)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:600])
    body = answer.content.decode()
    ids = re.findall(r' id="([^"]+)"', body)
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    if status == 200 and answer["Content-Type"].startswith("text/html"):
        assert body.count("<h1") == 1
    return re.sub(r"\s+", " ", body)


def link(passed: Any) -> str:
    return reverse("wishes:own", args=[passed.pk, secret_of(passed.pk)])


def test_somebody_puts_up_a_wish_and_keeps_the_link(told: Stories) -> None:
    client = told.world.client()
    page = text(client.get(f"/together/wishes?place={VILLAGE}"))
    assert "做第一个说出来的人" in page
    assert "请填写" in text(
        client.post("/together/wishes/new", {"area": VILLAGE, "kind": "wish", "title": ""}), 422
    )
    answer = client.post(
        "/together/wishes/new", {"area": VILLAGE, "kind": "wish", "title": "东门口装一盏路灯"}
    )
    assert answer.status_code == 302
    mine = text(client.get(answer["Location"]))
    assert "社区在看" in mine
    item = Initiative.unscoped.get()
    assert link(item.proposed_by) in mine
    assert client.get(f"/together/i/{item.pk}").status_code == 200, "one's own draft"
    assert told.world.client().get(f"/together/i/{item.pk}").status_code == 404, "nobody else's"
    told.go(item, "publish")
    assert "东门口装一盏路灯" in text(told.world.client().get(f"/together/wishes?place={TOWN}"))
    other = told.world.client()
    assert text(other.get("/together/mine")).count("东门口") == 0
    assert other.get(link(item.proposed_by)).status_code == 302
    assert "东门口装一盏路灯" in text(other.get("/together/mine"))
    assert other.get(link(item.proposed_by)[:-1] + "x").status_code == 404
    answer = client.post("/together/mine/withdraw", {"item": str(item.pk)})
    assert answer.status_code == 302
    assert "提出人已撤回" in text(client.get("/together/mine"))


def test_similar_ones_while_typing_and_support_instead(told: Stories) -> None:
    item = told.open("东门口装一盏路灯")
    client = told.world.client()
    asked = {"title": "希望东门装路灯", "area": VILLAGE, "kind": "wish"}
    part = client.post("/together/wishes/similar", asked, headers={"HX-Request": "true"}).content.decode()
    assert item.title in part
    assert "<html" not in part
    assert (
        item.title
        not in client.post(
            "/together/wishes/similar", {**asked, "title": "养狗太吵"}, headers={"HX-Request": "true"}
        ).content.decode()
    )
    page = f"/together/i/{item.pk}"
    assert "手机号" in text(client.get(page))
    assert "请填写手机号" in text(client.post(page + "/support", {"phone": "abc", "declared": "1"}), 422)
    assert "请先确认您符合" in text(client.post(page + "/support", {"phone": "13800138000"}), 422)
    for _again in range(2):
        assert client.post(page + "/support", SUPPORTABLE).status_code == 302
    found = text(told.world.client().get(page))
    assert "1 人支持" in found
    assert "13800138000" not in found
    assert "我支持的" in text(client.get("/together/mine"))
    client.post("/together/mine/unsupport", {"item": str(item.pk)})
    assert told.again(item).support_total == 0


def test_what_became_of_it_is_one_line(told: Stories) -> None:
    wish = told.open()
    topic = a.grow_initiative(
        actor=told.world.actor("village"),
        initiative_id=wish.pk,
        idea=a.Idea("东门路灯怎么装", VILLAGE, kind="topic"),
    )
    page = text(told.world.client().get(f"/together/i/{wish.pk}"))
    assert "东门路灯怎么装" not in page.split("一路过来")[0], "a draft is not shown in the line"
    told.go(topic, "publish", who="town", lawful_basis="议事")
    case = a.open_case(
        actor=told.world.actor("village"), initiative_id=wish.pk, words="请装灯", category="ENV-01"
    )
    page = text(told.world.client().get(f"/together/i/{wish.pk}"))
    assert "从愿望到落实" in page
    assert "东门路灯怎么装" in page
    assert "派给承办单位的任务" in page
    assert case.tracking not in page, "the case stays with those who may see it"
    assert case.tracking in text(told.world.client("village").get(f"/initiatives/{wish.pk}"))


def test_a_vote_shows_its_working_and_prints(told: Stories, at: Any) -> None:
    item = told.go(
        told.wish("东门开不开门", kind="topic", common_parts=True), "publish", lawful_basis="业主事项"
    )
    told.meet(item)
    told.vote(item, tally={"owners": count(300, 200, 20), "area": count(3_000_000, 2_000_000, 100_000)})
    with at(day(5)):
        told.go(item, "discuss")
    page = text(told.world.client().get(f"/together/i/{item.pk}"))
    assert "参与的 220，应参与的 300，要≥2/3" in page
    assert "同意的 20,000.00，参与的 21,000.00，要≥3/4" in page
    assert "没有到的：租户" in page
    for paper in ("notice", "resolution"):
        assert "社区居委会" in text(told.world.client().get(f"/together/i/{item.pk}/paper/{paper}"))
    assert told.world.client().get(f"/together/i/{item.pk}/paper/contract").status_code == 404


def test_what_is_taken_off_says_why_and_nothing_else(told: Stories) -> None:
    item = told.open("卖我家的旧沙发")
    a.hide_initiative(actor=told.world.actor("village"), initiative_id=item.pk, reason="不是公共的事")
    page = text(told.world.client().get(f"/together/i/{item.pk}"))
    assert "不是公共的事" in page
    assert "卖我家的旧沙发" not in page
    assert "卖我家的旧沙发" not in text(told.world.client().get(f"/together/wishes?place={COUNTY}"))


def test_a_supervisor_on_the_phone(told: Stories) -> None:
    item = told.works()
    for verb, inputs in (
        ("publish", {}),
        ("assess", {"feasibility": "feasible", "cost_fen": 100, "works_class": "basic"}),
        ("decide", {"owner_unit": told.world.unit("HCB")}),
    ):
        told.go(item, verb, who="town", **inputs)
    told.go(item, "fund", fund_source="财政", granted_fen=100)
    told.plan(item, 100)
    told.go(item, "start")
    seat = a.invite_supervisor(actor=told.world.actor("village"), initiative_id=item.pk)
    client = told.world.client()
    assert client.get("/together/site").status_code == 404
    client.get(link(seat))
    assert "先声明" in text(client.get("/together/site"))
    client.post("/together/site/declare", {"conflict": "no"})
    wrong = {"check_materials": "ok", "text": "电线裸露", "severity": "awful"}
    assert "请选择问题的轻重" in text(client.post("/together/site/round", wrong), 422)
    said = client.post(
        "/together/site/round",
        {"check_materials": "ok", "text": "电线裸露", "severity": "severe", "key": "tap-00000001"},
        headers={"Accept": "application/json"},
    )
    assert said.json()["ok"], said.content
    client.post(
        "/together/site/round",
        {"check_materials": "ok", "text": "电线裸露", "severity": "severe", "key": "tap-00000001"},
    )
    assert SiteVisit.objects.count() == 1, "the outbox may send twice"
    page = text(client.get("/together/site"))
    assert "电线裸露" in page
    assert "电线裸露" in text(told.world.client().get(f"/together/i/{item.pk}"))


def apply(
    told: Stories, client: Any, *, cap: int = 8_000_000, organisation: str = "荣成市暖阳社会工作服务中心"
) -> Any:
    """A call, and an application handed in through the pages."""
    today = clock.today()
    row = a.call_round(
        actor=told.world.actor("town"),
        call=a.Call(
            "2026 公益创投",
            TOWN,
            "面向社会组织征集",
            today,
            today + timedelta(days=20),
            today + timedelta(days=40),
            cap,
        ),
    )
    form = {
        "title": "独居老人送餐", "text": "本机构每周送餐三次。", "asked": "60000", "organisation": organisation,
        "contact": "钱进宝", "phone": "13712345678", "names": "暖阳、小太阳",
    }  # fmt: skip
    url = f"/together/ventures/{row.pk}/apply"
    assert "独居" not in text(client.get(url))
    assert "不能出现申报单位" in text(client.post(url, {**form, "text": "暖 阳 中心每周送餐"}), 422)
    assert not Initiative.unscoped.filter(kind="venture").exists(), "nothing half-written"
    assert client.post(url, form).status_code == 302
    assert "存成草稿" not in text(client.get("/together/application"))
    assert client.post("/together/application/submit", {}).status_code == 302
    return row, Initiative.unscoped.get(kind="venture")


def test_a_reviewer_learns_no_name(told: Stories, at: Any) -> None:
    """Canaries: every name on the sealed sheet, looked for in everything a reviewer can reach before the award."""
    applicant = told.world.client()
    row, item = apply(told, applicant)
    canaries = ("暖阳", "荣成市暖阳社会工作服务中心", "钱进宝", "13712345678", "小太阳")
    told.go(item, "qualify", who="town")
    seats = [a.invite_reviewer(actor=told.world.actor("town"), round_id=row.pk) for _ in range(4)]
    reviews = [
        a.assign_review(actor=told.world.actor("town"), initiative_id=item.pk, seat_id=seat.pk)
        for seat in seats
    ]
    client = told.world.client()
    client.get(link(seats[0]))
    addresses = [
        "/together/review", f"/together/review/{reviews[0].pk}", f"/together/ventures/{row.pk}",
        f"/together/ventures?place={TOWN}", "/together/mine", "/together/application", f"/together/i/{item.pk}",
        f"/together/i/{item.pk}/paper/contract", f"/together/review/{reviews[1].pk}", "/together/wishes?place=" + TOWN,
        f"/api/v1/initiatives?area={TOWN}&kind=venture", f"/api/v1/initiatives/{item.pk}", "/initiatives/",
        f"/initiatives/{item.pk}", f"/initiatives/ventures/{row.pk}",
    ]  # fmt: skip

    def look() -> None:
        for address in addresses:
            answer = client.get(address)
            told_ = answer.content.decode() + str(dict(answer.headers))
            assert not [one for one in canaries if one in told_], address

    look()
    assert client.get(f"/together/review/{reviews[1].pk}").status_code == 404, "another's review"
    page = text(client.get(f"/together/review/{reviews[0].pk}"))
    assert "每周送餐" not in page, "the text opens after the conflict statement"
    client.post(f"/together/review/{reviews[0].pk}", {"conflict": "no"})
    page = text(client.get(f"/together/review/{reviews[0].pk}"))
    assert "每周送餐" in page
    assert str(item.pk) not in page, "no address of the project"
    wrong = client.post(f"/together/review/{reviews[0].pk}", {"scores": "1", "need": "101"})
    assert "0 到 100" in text(wrong, 422)
    good = {
        "scores": "1",
        "need": 90,
        "plan": 80,
        "budget": 70,
        "effect": 60,
        "recommendation": "fund",
        "words": "可行",
    }
    assert client.post(f"/together/review/{reviews[0].pk}", good).status_code == 302
    look()


def test_a_conflict_changes_the_reviewer_and_two_reviews_are_too_few(told: Stories, at: Any) -> None:
    row, item = apply(told, told.world.client())
    told.go(item, "qualify", who="town")
    town = told.world.actor("town")
    seats = [a.invite_reviewer(actor=town, round_id=row.pk) for _ in range(3)]
    reviews = [a.assign_review(actor=town, initiative_id=item.pk, seat_id=seat.pk) for seat in seats]
    other = told.world.client()
    other.get(link(seats[2]))
    other.post(f"/together/review/{reviews[2].pk}", {"conflict": "yes"})
    assert item.alias not in text(other.get("/together/review")), "a declared conflict takes the project away"
    for seat, review in zip(seats[:2], reviews[:2], strict=True):
        a.declare_conflict(actor=ANYONE, review_id=review.pk, passed=seat.pk, conflict=False)

    def hand_in(number: int) -> None:
        scores = dict.fromkeys(("need", "plan", "budget", "effect"), 80)
        a.submit_review(
            actor=ANYONE,
            review_id=reviews[number].pk,
            passed=seats[number].pk,
            words="好",
            recommendation="fund",
            scores=scores,
        )

    with at(day(21)):
        hand_in(0)
        assert scores_of(row, [item]) == {}, "sealed until the round closes"
        a.close_round(actor=town, round_id=row.pk)
        with refused("round_over"):
            hand_in(1)
        with refused("reviewed_enough"):
            told.go(item, "award", who="town", granted_fen=5_000_000)
        row.refresh_from_db()
        assert scores_of(row, [item])[item.pk].n == 1
