"""Boards as they are looked at: on the wall without scrolling, on a phone as a stack, on paper on one page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from jinlin.kernel import clock
from jinlin.web.board.shown import WALL_ROWS, WALL_WAITING
from tests.e2e.town import Person, Town
from tests.world import CITY, COUNTY, FAR, SIBLING, TOWN, VILLAGE

WALLS = ((1920, 1080), (1920, 940), (1920, 915), (2560, 1440))
# What a wall shows is shown whole: rows of the table and of the bars, cards, the last line of every panel.
CUT = """() => [...document.querySelectorAll('#board-live :is(tr, .bars li, .figure-card, .strip > div, .legend span, .panel > h2, .only-wall)')]
  .filter(part => part.getClientRects().length && !part.closest('details:not([open])')).map(part => {
    const box = part.getBoundingClientRect();
    const frame = (part.closest('.table-wrap') || part.closest('.panel-in') || part.closest('#board-live')).getBoundingClientRect();
    return [part.textContent.trim().slice(0, 30), box.top < frame.top - 1, box.bottom > frame.bottom + 1, box.right > frame.right + 1];
  }).filter(found => found.slice(1).some(Boolean))"""
# As full as a wall can get: twelve rows and the sentence about the rest, five lines that have something.
FILL = """([rows, lines]) => {
  const more = (selector, wanted) => { const all = [...document.querySelectorAll(selector)];
    for (let n = all.length; all.length && n < wanted; n++) all[0].after(all[0].cloneNode(true)); };
  const note = document.createElement('p'); note.className = 'small only-wall'; note.textContent = '…';
  document.querySelector('#board-table .panel-in').append(note);
  more('#board-table tbody tr', rows); more('#board-waiting .bars:first-of-type li', lines); }"""
CHARTS = "() => [...document.querySelectorAll('[data-chart] canvas')].filter(one => one.offsetParent).map(one => Math.min(one.clientWidth, one.clientHeight))"
SPILLS = "() => document.documentElement.scrollWidth > innerWidth"


def busy(town: Town) -> None:
    """Give the county a fortnight: late, closed, dispatched, in several places."""
    now = clock.now()
    for days in (13, 9, 4):
        with clock.fixed(now - timedelta(days=days)):
            for place, category in ((VILLAGE, "FAC-02"), (SIBLING, "ENV-01"), (FAR, "FAC-03")):
                town.world.report("有人反映的一件事", place=place, category=category)
            done = town.world.report("门口的纸箱", category="ENV-01")
            town.world.do("grid", "solve_on_spot", done)
    town.world.to_department()


def themed(person: Person, theme: str) -> Person:
    person.context.add_cookies([{"name": "jl_theme", "value": theme, "url": person.base}])
    return person


def drawn(page: Page) -> None:
    """Wait until charts and map stand."""
    expect(page.locator("[data-chart] canvas").first).to_be_visible()
    expect(page.locator("#board-map .map-wait")).to_have_count(0)
    page.wait_for_timeout(600)


@pytest.mark.parametrize(
    ("who", "area"), [("county", COUNTY), ("city", CITY), ("leader", TOWN), ("dept", COUNTY)]
)
def test_the_wall_shows_all_of_it_on_one_screen(town: Town, who: str, area: str) -> None:
    busy(town)
    wall = themed(town.desktop(who), "wall")
    for width, height in WALLS:
        wall.page.set_viewport_size({"width": width, "height": height})
        page = wall.go(f"/board/{area}")
        page.wait_for_timeout(900)
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [width, height]
        page.evaluate(FILL, [WALL_ROWS, WALL_WAITING])
        assert page.evaluate(CUT) == []
        sizes = page.evaluate(CHARTS)
        assert len(sizes) >= 2
        assert min(sizes) > 60, sizes
        expect(page.locator("#board-all")).to_be_hidden()
        expect(page.locator('a[href="/me"]')).to_be_hidden()  # a wall says nobody's name


def test_the_phone_stacks_it(town: Town) -> None:
    busy(town)
    phone = themed(town.phone("leader"), "light")
    page = phone.go(f"/board/{TOWN}")
    drawn(page)
    assert not page.evaluate(SPILLS)
    lefts = page.evaluate(
        "[...document.querySelectorAll('.board-panels > .panel')].map(one => one.getBoundingClientRect().left)"
    )
    assert len(set(lefts)) == 1
    tops = page.evaluate(
        "['#board-figures', '#board-rates', '#board-waiting', '#board-table', '#board-all'].map(id => document.querySelector(id).getBoundingClientRect().top)"
    )
    assert tops == sorted(tops), "the big numbers first, then whom it waits for"
    assert page.evaluate("document.querySelector('#board-figures').getBoundingClientRect().bottom") < 812


def test_every_chart_has_its_table_and_works_by_keyboard(town: Town) -> None:
    busy(town)
    page = themed(town.desktop("county"), "light").go(f"/board/{COUNTY}")
    drawn(page)
    charts = page.locator("[data-chart]")
    assert charts.count() >= 3
    for chart in charts.all():
        table = chart.locator("xpath=following-sibling::details[1]")
        summary = table.locator("summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(table.locator("tbody tr").first).to_be_visible()
        page.keyboard.press("Enter")
    page.locator("#board-mix summary").focus()
    page.keyboard.press("Enter")
    link = page.locator("#board-mix td a").first
    count = int(link.inner_text())
    link.click()
    page.wait_for_url("**/desk/?*")
    expect(page.locator("[data-rows] tr[data-row]")).to_have_count(count)


def test_without_scripts_the_numbers_and_the_map_switch_are_there(town: Town) -> None:
    busy(town)
    person = themed(town.desktop("county", java_script_enabled=False), "light")
    page = person.page
    page.goto(f"/board/{COUNTY}")
    expect(page.locator("#board-figures .figure").first).to_have_text(re.compile(r"\d+"))
    page.locator("#board-funnel summary").click()
    expect(page.locator("#board-funnel tbody tr").first).to_be_visible()
    page.select_option("#f-by", "overdue")
    page.locator(".map-by button").click()
    page.wait_for_url("**by=overdue*")
    page.locator(".board-filter > summary").click()
    page.select_option("#f-category", "ENV")
    page.locator(".board-form button").click()
    page.wait_for_url("**category=ENV*")
    expect(page.locator(".board-period")).to_contain_text("（全部）")


def test_a_screen_left_alone_hears_of_changes_and_of_none(town: Town) -> None:
    wall = themed(town.desktop("village"), "wall")
    page = wall.go(f"/board/{VILLAGE}")
    expect(page.locator("#board-map .maplibregl-canvas")).to_be_visible()
    figure = page.locator("#board-figures .figure").first
    expect(figure).to_have_text("0")
    page.evaluate("window.kept = document.querySelector('#board-map canvas')")
    ask = "htmx.ajax('GET', document.querySelector('#board-live').getAttribute('hx-get'), {source: '#board-live', target: '#board-live', select: '#board-live', swap: 'outerHTML'})"
    with page.expect_response(lambda answer: "/board/" in answer.url) as same:
        page.evaluate(ask)
    assert same.value.status == 304
    expect(page.locator("[data-live-at]")).to_contain_text("没有变化")
    town.world.report("新的一件", place=VILLAGE)
    with page.expect_response(lambda answer: answer.url.endswith(VILLAGE)) as other:
        page.evaluate(ask)
    assert other.value.status == 200
    expect(figure).to_have_text("1")
    assert page.evaluate("window.kept === document.querySelector('#board-map canvas')"), (
        "the map stays where it was moved"
    )


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize(
    ("who", "area"),
    [("city", CITY), ("county", COUNTY), ("leader", TOWN), ("village", VILLAGE), ("dept", COUNTY)],
)
def test_the_day_is_one_page_of_a4(town: Town, who: str, area: str) -> None:
    busy(town)
    page = town.desktop(who).go(f"/board/{area}/daily")
    pdf = page.pdf(prefer_css_page_size=True)
    assert pages_of(pdf) == 1
    width, height = (float(n) for n in re.findall(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0])
    assert (round(width), round(height)) == (595, 842)


def test_the_bulletin_prints_with_its_figures_on_a_page_of_their_own(town: Town) -> None:
    busy(town)
    this_month = clock.today().strftime("%Y-%m")
    page = town.desktop("county").go(f"/board/{COUNTY}/bulletin?month={this_month}")
    assert 2 <= pages_of(page.pdf(prefer_css_page_size=True)) <= 4
    with page.expect_download() as taken:
        page.get_by_role("link", name="导出表格").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
