"""A mediator on a phone, from opening a file to printing the agreement; at a desk the same file, and nothing elsewhere."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from jinlin.kernel import clock
from jinlin.mediation.actions import remind_mediators
from jinlin.mediation.models import Mediation
from tests.e2e.measure import SMALL_TARGETS, TEXTS, contrast
from tests.e2e.town import Town, picture
from tests.mediation.story import keep_ten_years

SPILLS = "() => document.documentElement.scrollWidth > innerWidth"
SHOTS = os.environ.get("JINLIN_SHOTS", "")


def looks_right(page: Page, name: str, *, touch: bool = True) -> None:
    """Nothing spills, every text can be read, on a phone every target can be hit."""
    assert not page.evaluate(SPILLS), name
    assert [text for text in page.evaluate(TEXTS) if contrast(text) < 4.5 and not text["off"]] == []
    if touch:
        assert page.evaluate(SMALL_TARGETS, 44) == [], name
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def tap(page: Page, name: str) -> None:
    """Press the button of the next step and wait for the page after it."""
    page.locator("section:has(#next-step)").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text("已记下")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_file_on_a_phone(town: Town) -> None:
    keep_ten_years()
    person = town.phone("mediator")
    page = person.go("/mediation/")
    looks_right(page, "home-empty")
    page.get_by_role("link", name="立卷").first.click()
    page.fill("#f-title", "楼上漏水赔偿")
    page.select_option("#f-kind", "neighbour")
    page.get_by_label("主动介入").check()
    page.fill("#f-facts", "三楼水管漏水，二楼天花板受潮。")
    looks_right(page, "new")
    page.locator("#f-title").press("Enter")
    for called in ("演示甲", "演示乙"):
        page.fill("#party-called", called)
        tap(page, "登记一方当事人")
    looks_right(page, "parties")
    for _who in range(2):
        tap(page, "记录同意调解")
    tap(page, "受理")
    for _who in range(2):
        page.get_by_label("本人持证件到场，当面核对").check()
        tap(page, "告知权利义务、核对身份")
    page.fill("#hear-place", "社区会客厅")
    page.get_by_label("是", exact=True).first.check()
    page.fill("#hear-words", "各方说明了情况，商定赔偿办法。")
    tap(page, "记一次调解")
    for name in ("points", "duties", "manner"):
        page.fill(f"#agree-{name}", "楼上负责修管道并赔偿粉刷费。")
    person.refusals = (422,)
    page.locator("section:has(#next-step)").get_by_role("button", name="达成协议", exact=True).click()
    expect(page.locator(".error-summary, [role=alert]").first).to_contain_text("每一位当事人")
    person.refusals = ()
    for side in ("申请人：演示甲", "被申请人：演示乙"):
        page.locator("section:has(#next-step)").get_by_label(side).check()
    day = (clock.today() + timedelta(days=10)).isoformat()
    page.fill("#f-perform_on", day)
    tap(page, "达成协议")
    looks_right(page, "agreed")
    page.get_by_role("link", name="9. 履行凭证").click()
    page.fill("#f-words", "收条一张。")
    page.set_input_files("#f-photos", picture())
    page.get_by_role("button", name="放入", exact=True).click()
    expect(page.locator("img[alt='第 1 张照片']")).to_be_visible()
    looks_right(page, "slot")
    row = Mediation.unscoped.get()
    assert (row.stage, row.outcome) == ("performing", "written")
    page = person.go(f"/mediation/{row.pk}/print/agreement")
    expect(page.locator("h1")).to_have_text("人民调解协议书")
    looks_right(page, "agreement", touch=False)
    desk = town.desktop("mediator")
    looks_right(desk.go(f"/mediation/{row.pk}"), "desk", touch=False)
    assert remind_mediators() == 1  # the court window has begun
    expect(desk.go("/me").locator("main")).to_contain_text("我的卷宗")
    expect(desk.go("/mediation/").locator("main")).to_contain_text("有日子到了")
    looks_right(desk.page, "desk-home", touch=False)
    looks_right(person.go("/mediation/"), "home")
    stranger = town.desktop("village")
    stranger.refusals = (403, 404)
    expect(stranger.go(f"/mediation/{row.pk}").locator("body")).not_to_contain_text("漏水")
    expect(stranger.go("/desk/").locator(".desk-nav")).not_to_contain_text("卷宗")
