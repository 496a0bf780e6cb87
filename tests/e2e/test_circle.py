"""The Zhoukou story on the drawn neighbourhood: a school 250 m away, two walls, one gate; told by the people who do it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.town import Town
from tests.world import COUNTY, VILLAGE
from tests.world.circle import Neighbourhood, assess, draw

SPILLS = "() => document.documentElement.scrollWidth > innerWidth"
SMALL = """() => [...document.querySelectorAll('main :is(a.button, button, select, input:not([type=hidden], [type=radio], [type=checkbox]))')]
  .filter(one => one.getClientRects().length).filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def near(town: Town, home: Path, tmp_path: Path) -> Neighbourhood:
    return draw(tmp_path)


def drawn(page: Page) -> None:
    """Wait until the map stands."""
    expect(page.locator(".map[data-ready] canvas").first).to_be_visible()
    expect(page.locator(".map-wait")).to_have_count(0)


def detour(page: Page) -> tuple[float, float]:
    """Return the detour of 柳荫小区 to school before and after."""
    row = page.locator("tr", has_text="柳荫小区").filter(has_text="小学").first
    found = re.findall(r"(\d+\.\d)\s*→\s*(\d+\.\d)", row.inner_text())
    return float(found[0][0]), float(found[0][1])


def test_one_gate_ends_the_long_way_to_school(town: Town, near: Neighbourhood) -> None:
    parent = town.phone()
    page = parent.go("/15")
    page.fill("#f-q", "柳荫")
    page.get_by_role("button", name="找", exact=True).click()
    page.get_by_role("button", name="柳荫小区").click()
    school = page.locator(".my-row", has=page.get_by_role("heading", name="小学", exact=True))
    expect(school).to_contain_text("步行")
    expect(page.locator("section", has=page.locator("#far-h"))).to_contain_text("小学")
    assert not page.evaluate(SPILLS)
    assert page.evaluate(SMALL) == []
    assert page.url.endswith("/15"), "the address tells nothing"

    desk = town.desktop("village")
    page = desk.go(f"/circle/{VILLAGE}?category=EDU-PS")
    drawn(page)
    expect(page.locator(".circle-legend")).to_contain_text("尚未测绘")
    page.get_by_role("link", name="柳荫小区").first.click()
    expect(page.get_by_text("绕得太远")).to_be_visible()

    page = desk.go(f"/circle/gates/{near.gate}")
    page.get_by_text("开放", exact=True).last.click()
    page.get_by_label("为什么改").fill("两个小区议事会商定，早六点到晚十点开")
    page.get_by_role("button", name="记下改动").click()
    expect(page.get_by_text("等另一位同事核实，自己记的不能自己核实。")).to_be_visible()

    grid = town.phone("grid")
    page = grid.go("/field/")
    page.get_by_role("link", name="门和墙").click()
    page.get_by_role("button", name="核实无误，生效").click()
    expect(page.get_by_text("已核实，生效了。")).to_be_visible()
    assert not page.evaluate(SPILLS)

    after = assess("开门以后")
    page = desk.go(f"/circle/{VILLAGE}/versions")
    page.get_by_role("button", name="比较这两版").click()
    was, now = detour(page)
    assert was > 2.0
    assert now < 1.4
    assert str(after) in page.url

    page = parent.go("/15")
    page.fill("#f-q", "柳荫")
    page.get_by_role("button", name="找", exact=True).click()
    page.get_by_role("button", name="柳荫小区").click()
    expect(page.locator("section", has=page.locator("#near-h"))).to_contain_text("小学")


def test_elder_mode_and_a_wish_with_a_thumb(town: Town, near: Neighbourhood) -> None:
    elder = town.phone()
    elder.context.add_cookies([{"name": "jl_mode", "value": "elder", "url": elder.base}])
    page = elder.go("/15")
    page.fill("#f-q", "柳荫")
    page.get_by_role("button", name="找", exact=True).click()
    page.get_by_role("button", name="柳荫小区").click()
    assert not page.evaluate(SPILLS)
    sizes = page.evaluate(
        "[...document.querySelectorAll('main .my-row :is(h3, p, button, a)')].map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 18
    page.locator(".my-row", has_text="公厕").get_by_role("button", name="我想要").click()
    page.get_by_role("button", name="提交愿望").click()
    expect(page.get_by_text("查询码").first).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["", "/compounds", "/gates", "/gates/new", "/facilities", "/data", "/versions", "/openings", "/sites"],
)
def test_pages_fit_the_phone_and_work_by_keyboard(town: Town, near: Neighbourhood, path: str) -> None:
    page = town.phone("county").go(f"/circle/{COUNTY if path in ('/openings', '/sites') else VILLAGE}{path}")
    assert not page.evaluate(SPILLS)
    assert page.evaluate(SMALL) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
