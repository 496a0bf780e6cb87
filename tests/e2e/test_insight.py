"""From a warning to a slip to its answer, told by the people who do it; nothing spills and every target can be hit."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.town import Town
from tests.insight.findings import raised
from tests.world import COUNTY, SIBLING, VILLAGE

SPILLS = "() => document.documentElement.scrollWidth > innerWidth"
SMALL = """() => [...document.querySelectorAll('main :is(a.button, button, select, input:not([type=hidden], [type=radio], [type=checkbox]))')]
  .filter(one => one.getClientRects().length).filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def warned(town: Town, home: Path) -> None:
    for number in range(7):
        town.world.report(f"第 {number} 处垃圾没人清", category="ENV-01")
    raised((VILLAGE, 12, 3.0), (SIBLING, 5, 0.5))


def fits(page: Page) -> None:
    assert not page.evaluate(SPILLS)
    assert page.evaluate(SMALL) == []


def test_a_warning_becomes_a_slip_that_is_answered(town: Town, warned: None) -> None:
    county = town.desktop("county")
    page = county.go(f"/insight/{COUNTY}")
    expect(page.locator(".map[data-ready] canvas").first).to_be_visible()
    expect(page.locator(".map-wait")).to_have_count(0)
    expect(page.get_by_role("img", name="每周件数")).to_be_visible()
    page.get_by_role("link", name="柳岸社区 · 暴露垃圾").click()
    expect(page.get_by_text("7 天里“暴露垃圾”17 件").first).to_be_visible()
    page.get_by_label("怎么核实的（可不填）").fill("电话核实")
    page.get_by_role("button", name="确认，要处理").click()
    page.get_by_role("link", name="发提示单").click()
    page.get_by_label("热点问题提示单").check()
    page.get_by_label("发给哪个单位").select_option(label="川汇区城市管理局")
    page.get_by_role("button", name="发出").click()
    expect(page.get_by_text("待答复").first).to_be_visible()

    dept = town.phone("dept")
    page = dept.go("/insight/slips?view=mine")
    fits(page)
    page.get_by_role("link", name="柳岸社区暴露垃圾").click()
    fits(page)
    page.get_by_label("属实", exact=True).check()
    page.get_by_label("看了什么、做了什么、什么时候做完").fill("三处堆点当天清运，明早再看")
    page.get_by_role("button", name="提交答复").click()
    expect(page.get_by_text("待审核").first).to_be_visible()

    page = county.go("/insight/slips?view=mine")
    page.get_by_role("link", name="柳岸社区暴露垃圾").click()
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("已办结").first).to_be_visible()
    page = county.go(f"/insight/{COUNTY}/record")
    expect(page.get_by_text("1 / 1")).to_be_visible()
    page = town.phone("village").go(f"/insight/{VILLAGE}/place")
    fits(page)
    expect(page.get_by_text("柳岸社区和周边 1 处").first).to_be_visible()
