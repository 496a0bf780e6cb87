"""A grid worker in a dead spot, in a real Chromium: act, reload, come back; each act arrives once with its own time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from jinlin.cases.models import Case, CaseEvent
from jinlin.kernel import clock
from tests.e2e.town import Town
from tests.world import SQUARE

HERE = {"longitude": SQUARE[0] + 0.001, "latitude": SQUARE[1] + 0.001}


@pytest.fixture
def phone(town: Town) -> BrowserContext:
    return town.phone("grid", geolocation=HERE).context


KEPT = "caches.open('jinlin-pages').then(kept => kept.keys()).then(all => all.map(one => new URL(one.url).pathname))"


def ready_for_dead_spots(page: Page, case: Case) -> None:
    """Open the day and wait until the service worker keeps the list, the case and the form."""
    page.goto("/field/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(500)
    page.reload()
    wanted = {"/field/", "/field/new", f"/field/case/{case.tracking}"}
    for _turn in range(40):
        if wanted <= set(page.evaluate(KEPT)):
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"not kept: {wanted - set(page.evaluate(KEPT))}")


def test_acts_in_a_dead_spot_arrive_once_with_their_own_time(live_world: Any, phone: BrowserContext) -> None:
    case = live_world.report("楼下的井盖坏了")
    page = phone.new_page()
    ready_for_dead_spots(page, case)
    phone.set_offline(True)
    before = clock.now()
    row = page.locator(f'[data-case="{case.tracking}"]')
    row.get_by_role("button", name="接单").click()
    expect(row.locator("[data-waiting]")).to_contain_text("已存在手机里")
    page.reload()
    expect(row.locator("[data-waiting]")).to_be_visible()
    expect(row.get_by_role("button", name="接单")).to_be_hidden()
    page.goto(f"/field/case/{case.tracking}")
    expect(page.locator("[data-waiting]")).to_be_visible()
    page.goto("/field/new")
    page.locator(".tile").first.click()
    page.get_by_role("button", name="已当场解决").click()
    expect(page.locator("[data-outbox-saved]")).to_be_visible()
    after = clock.now()
    phone.set_offline(False)
    expect(page.locator("[data-outbox-line]")).to_have_text("2 条已送出", timeout=15_000)
    accepted = CaseEvent.objects.get(case=case, verb="accept")
    assert before - timedelta(seconds=1) <= accepted.made_at <= after
    found = Case.unscoped.exclude(pk=case.pk).get()
    assert (found.channel, found.end_kind) == ("patrol", "solved")
    assert CaseEvent.objects.filter(verb="solve_on_spot").count() == 1


def test_nearest_first_stays_in_the_phone(live_world: Any, phone: BrowserContext) -> None:
    far = live_world.report("远的", lon=SQUARE[2] - 0.001, lat=SQUARE[3] - 0.001)
    near = live_world.report("近的", lon=SQUARE[0] + 0.002, lat=SQUARE[1] + 0.001)
    page = phone.new_page()
    sent: list[str] = []
    page.goto("/field/")
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    codes = page.locator("#todo [data-case]")
    expect(codes.first).to_have_attribute("data-case", far.tracking)
    page.locator("[data-near]").click()
    expect(codes.first).to_have_attribute("data-case", near.tracking)
    expect(codes.first).to_contain_text("约 90 米")
    assert not [url for url in sent if "114." in url or "lon" in url]
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "114" not in kept
