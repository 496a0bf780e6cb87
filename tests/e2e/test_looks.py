"""The policy's numbers of 长辈版 and of touch, measured in pixels on the gallery; maps and charts under the strict CSP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Page

from tests.e2e.measure import SMALL_TARGETS, TEXTS, contrast
from tests.e2e.outbox_site import serve

PAGES = ("/ui", "/ui/field", "/ui/desk", "/ui/board")


@pytest.fixture
def address(settings) -> Iterator[str]:
    settings.ROOT_URLCONF = "tests.e2e.outbox_site"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server, found = serve(WSGIHandler())
    yield found
    server.shutdown()
    server.server_close()


def opened(browser, address: str, path: str, *, width: int = 390, **cookies: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, base_url=address, service_workers="block"
    )
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", ["18", "30"])
def test_elder_numbers(browser, address, path, size):
    page = opened(browser, address, path, jl_mode="elder", jl_size=size, jl_theme="light")
    texts = page.evaluate(TEXTS)
    assert [text for text in texts if text["size"] < float(size) - 0.05] == []
    assert [text for text in texts if text["line"] < 1.29] == []
    assert [text for text in texts if contrast(text) < 4.5 and not text["off"]] == []
    assert page.evaluate(SMALL_TARGETS, 60) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("theme", ["light", "wall"])
def test_everybodys_numbers(browser, address, path, theme):
    page = opened(browser, address, path, width=360, jl_theme=theme)
    texts = page.evaluate(TEXTS)
    assert [text for text in texts if contrast(text) < 4.5 and not text["off"]] == []
    assert page.evaluate(SMALL_TARGETS, 44) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", PAGES)
def test_desktop_keeps_its_targets(browser, address, path):
    page = opened(browser, address, path, width=1440)
    assert page.evaluate(SMALL_TARGETS, 44) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_map_and_chart_draw_under_the_strict_policy(browser, address):
    page = opened(browser, address, "/ui", width=1280)
    page.wait_for_timeout(1500)
    assert page.locator("[data-chart] canvas").count() == 2
    assert page.locator(".maplibregl-canvas").count() == 1
    assert page.locator("[data-map-legend] span").count() >= 3
    assert page.locator(".map-wait").count() == 0
    assert page.faults == []


def test_switching_in_place_keeps_what_was_typed(browser, address):
    page = opened(browser, address, "/ui")
    page.fill("#f-body", "words")
    page.click("[data-pref=mode]")
    assert page.locator("html").get_attribute("data-mode") == "elder"
    page.click("[data-pref=size][data-step='1']")
    assert page.locator("html").get_attribute("data-size") == "22"
    assert page.input_value("#f-body") == "words"
    page.wait_for_timeout(300)
    page.reload()
    assert page.locator("html").get_attribute("data-size") == "22"


def test_place_picker_takes_a_tap_on_the_map(browser, address):
    page = opened(browser, address, "/ui")
    page.click("[data-place-map]")
    page.wait_for_timeout(1500)
    page.locator("[data-map=pick]").click(position={"x": 120, "y": 90})
    lon = float(page.input_value("[data-place-lon]"))
    lat = float(page.input_value("[data-place-lat]"))
    assert abs(lon - 114.65) < 0.1
    assert abs(lat - 33.62) < 0.1
    page.click("[data-place-clear]")
    assert page.input_value("[data-place-lon]") == ""
