"""One line in a browser: a wish is put up, supported, talked over, decided, built, accepted and answered for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from playwright.sync_api import expect

from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative, Pass, Resolution
from jinlin.initiatives.queries import secret_of
from jinlin.kernel import clock
from tests.e2e.town import Town
from tests.initiatives.stories import Stories
from tests.world import VILLAGE

SPILLS = "document.documentElement.scrollWidth > window.innerWidth"


def weeks_pass(town: Town, topic: Initiative, today: datetime) -> tuple[Initiative, Resolution, Pass]:
    """The notice, the vote, the days for objections, the works: what a browser can't wait for."""
    told = Stories(town.world)
    with clock.fixed(today - timedelta(days=40)):  # weeks pass: the notice, the vote, the days for objections
        with transaction.atomic():
            Initiative.unscoped.filter(pk=topic.pk).update(moved_at=clock.now())
        told.go(topic, "publish", who="town", lawful_basis="业主共同决定")
    with clock.fixed(today - timedelta(days=30)):
        told.meet(topic)
        vote = told.vote(topic, review_on=today.date() - timedelta(days=1))
        told.go(topic, "discuss")
    with clock.fixed(today - timedelta(days=20)):
        told.go(topic, "decide")
        works = a.grow_initiative(
            actor=town.world.actor("village"),
            initiative_id=topic.pk,
            idea=a.Idea("东门施工", VILLAGE, kind="works"),
        )
        told.go(works, "publish", who="town")
        told.go(works, "assess", who="town", feasibility="feasible", cost_fen=100, works_class="basic")
        told.go(works, "decide", who="town", owner_unit=town.world.unit("HCB"))
        told.go(works, "fund", fund_source="公共收益", granted_fen=100)
        told.plan(works, 100)
        told.go(works, "start")
        seat = a.invite_supervisor(actor=town.world.actor("village"), initiative_id=works.pk)
        a.submit_part(actor=town.world.actor("village"), milestone_id=told.part(works).pk, evidence="照片")
        a.accept_part(actor=town.world.actor("town"), milestone_id=told.part(works).pk, agreed=True)
        a.note_answer(actor=town.world.actor("village"), initiative_id=works.pk, says="yes")
    return works, vote, seat


def test_from_the_wish_to_what_became_of_it(town: Town) -> None:
    today = clock.now()
    parent, desk = town.phone(), town.desktop("village")
    page = parent.go(f"/together/wishes/new?place={VILLAGE}")
    page.get_by_label("一句话说清楚").fill("东门开一个行人门")
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("收到了")).to_be_visible()
    assert not page.evaluate(SPILLS)
    wish = Initiative.unscoped.get(kind="wish")

    page = desk.go(f"/initiatives/{wish.pk}")
    page.get_by_role("button", name="上墙公开").click()
    expect(page.get_by_text("已记下，大家能看到新的进展。")).to_be_visible()

    neighbour = town.phone()
    page = neighbour.go(f"/together/wishes/new?place={VILLAGE}")
    page.get_by_label("一句话说清楚").press_sequentially("希望东门能开行人门", delay=20)
    page.get_by_role("link", name="东门开一个行人门").click()
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_label("住在本社区（村）的居民").check()
    page.get_by_role("button", name="我也支持").click()
    expect(page.get_by_text("已计入您的支持")).to_be_visible()

    page = desk.go(f"/initiatives/{wish.pk}")
    page.get_by_text("转成议事或改造").click()
    page.get_by_label("动到业主共有的部分").check()
    page.get_by_role("button", name="转下去").click()
    expect(page.get_by_text("已转下去")).to_be_visible()
    topic = Initiative.unscoped.get(kind="topic")

    works, vote, seat = weeks_pass(town, topic, today)
    page = town.phone().go(f"/together/own/{seat.pk}/{secret_of(seat.pk)}")
    page.get_by_label("没有", exact=True).check()
    page.get_by_role("button", name="声明").click()
    page.get_by_role("button", name="我同意验收").click()
    expect(page.get_by_text("已签字。")).to_be_visible()
    assert not page.evaluate(SPILLS)

    page = town.desktop("town").go(f"/initiatives/{works.pk}")
    page.get_by_role("button", name="验收", exact=True).click()
    expect(page.get_by_text("已记下，大家能看到新的进展。")).to_be_visible()

    assert a.remind_reviews() == 1
    a.finish_resolution(actor=town.world.actor("village"), resolution_id=vote.pk, text="门开了")
    page = desk.go(f"/initiatives/resolutions/{vote.pk}")
    page.get_by_text("登记回访", exact=True).first.click()
    page.get_by_label("看到怎么样（公开）").fill("早晚都有人走")
    page.get_by_role("button", name="登记回访").click()
    expect(page.get_by_text("回访已登记。")).to_be_visible()
    assert Resolution.objects.get(pk=vote.pk).reviewed_on is not None

    page = parent.go(f"/together/i/{wish.pk}")
    expect(page.get_by_role("heading", name="从愿望到落实")).to_be_visible()
    page.get_by_role("link", name="东门施工").click()
    expect(page.get_by_text("验收了").first).to_be_visible()
