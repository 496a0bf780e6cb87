"""The outbox in a real Chromium: nothing lost, nothing twice, whatever the network does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.handlers.wsgi import WSGIHandler
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.outbox_site import DESK, serve


@pytest.fixture
def address(settings) -> Iterator[str]:
    settings.ROOT_URLCONF = "tests.e2e.outbox_site"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    DESK.mode = "ok"
    DESK.seen.clear()
    DESK.kept.clear()
    server, found = serve(WSGIHandler())
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def phone(browser, address) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=address, locale="zh-CN")
    yield context
    context.close()


def opened(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto("/t")
    expect(page.locator("html.js")).to_have_count(1)
    return page


def say(page: Page, words: str) -> None:
    page.fill("#f-body", words)
    page.click("button[name=verb]")


def saved(page: Page, words: str) -> None:
    """Say it in a dead spot and wait until the phone has it and the form is clear again."""
    say(page, words)
    expect(page.locator("#f-body")).to_have_value("")
    expect(page.locator("[data-outbox-saved]")).to_contain_text("已存在手机里")


def until(page: Page, number: int) -> None:
    """Wait until the server has kept so many."""
    for _ in range(400):
        if len(DESK.kept) >= number:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(200)
    assert len(DESK.kept) == number


def bodies() -> list[str]:
    return [arrival.body for arrival in DESK.kept.values()]


def test_online_goes_at_once(phone):
    page = opened(phone)
    say(page, "leak")
    page.wait_for_url("**/t/done")
    assert bodies() == ["leak"]
    assert DESK.seen[0].verb == "report"


def test_dead_spot_reload_reconnect_each_arrives_once_with_its_own_time(phone):
    page = opened(phone)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_timeout(300)
    page.reload()
    phone.set_offline(True)
    before = datetime.now(UTC)  # noqa: TID251 - the phone's own clock is what is tested
    for words in ("first", "second"):
        saved(page, words)
    expect(page.locator("[data-outbox-line]")).to_contain_text("2 条存在手机里")
    page.reload()  # the service worker's copy
    expect(page.locator("[data-outbox-line]")).to_contain_text("2 条存在手机里")
    assert not DESK.seen
    page.wait_for_timeout(1100)
    after = datetime.now(UTC)  # noqa: TID251
    phone.set_offline(False)
    until(page, 2)
    assert bodies() == ["first", "second"]
    times = [datetime.fromisoformat(arrival.made_at) for arrival in DESK.kept.values()]
    assert times == sorted(times)
    assert all(before.replace(microsecond=0) <= time <= after for time in times)
    assert len({arrival.key for arrival in DESK.seen}) == len(DESK.seen) == 2
    expect(page.locator("[data-outbox-line]")).to_contain_text("2 条已送出")


@pytest.mark.parametrize("mode", ["busy", "portal", "lost"])
def test_an_unclear_answer_keeps_the_item_and_its_key(phone, mode):
    DESK.mode = mode
    page = opened(phone)
    say(page, "leak")
    expect(page.locator("[data-outbox-saved]")).to_be_visible()
    DESK.mode = "ok"
    page.reload()
    until(page, 1)
    assert len({arrival.key for arrival in DESK.seen}) == 1
    assert len(DESK.seen) >= 2


def test_refused_in_front_of_the_person_shows_the_sentence_in_the_form(phone):
    DESK.mode = "refuse"
    page = opened(phone)
    say(page, "leak")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("Say where.")
    expect(summary).to_be_focused()
    assert page.input_value("#f-body") == "leak"
    DESK.mode = "ok"
    say(page, "leak at 3")
    page.wait_for_url("**/t/done")
    assert bodies() == ["leak at 3"]


def test_refused_later_is_held_and_can_be_mended_or_discarded(phone):
    page = opened(phone)
    phone.set_offline(True)
    for words in ("leak", "noise"):
        saved(page, words)
    DESK.mode = "refuse"
    phone.set_offline(False)
    expect(page.locator("[data-outbox-line]")).to_contain_text("2 条没有送成")
    DESK.mode = "ok"
    page.click("[data-outbox-open]")
    first = page.locator(".drafts > li").first
    expect(first).to_contain_text("Say where.")
    first.get_by_role("button", name="修改").click()
    first.locator("textarea").fill("leak at 3")
    first.get_by_role("button", name="改好了，送出").click()
    until(page, 1)
    assert bodies() == ["leak at 3"]
    made = {arrival.body: arrival.made_at for arrival in DESK.seen}
    assert made["leak at 3"] == made["leak"]
    second = page.locator(".drafts > li", has_text="noise")
    second.get_by_role("button", name="删掉").click()
    expect(second).to_contain_text("确定删掉")
    second.get_by_role("button", name="删掉").click()
    expect(page.locator(".drafts > li", has_text="noise")).to_have_count(0)
    until(page, 1)


def test_two_tabs_never_send_the_same_item_twice(phone):
    page, other = opened(phone), opened(phone)
    phone.set_offline(True)
    for words in ("one", "two", "three"):
        saved(page, words)
    phone.set_offline(False)
    other.reload()
    until(page, 3)
    assert bodies() == ["one", "two", "three"]
    assert len(DESK.seen) == 3


def test_lease_stands_in_for_web_locks(phone):
    phone.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    test_two_tabs_never_send_the_same_item_twice(phone)


def test_old_items_ask_before_sending(phone):
    page = opened(phone)
    phone.set_offline(True)
    say(page, "leak")
    expect(page.locator("[data-outbox-saved]")).to_be_visible()
    page.evaluate(
        """() => new Promise((done) => { const open = indexedDB.open("jinlin-outbox"); open.onsuccess = () => {
        const store = open.result.transaction("items", "readwrite").objectStore("items"); store.getAll().onsuccess = (event) => {
        const item = event.target.result[0]; item.made_at = new Date(Date.now() - 31 * 864e5).toISOString(); store.put(item).onsuccess = done; }; }; })"""
    )
    phone.set_offline(False)
    page.reload()
    expect(page.locator("[data-outbox-line]")).to_contain_text("要您看一下")
    assert not DESK.seen
    page.click("[data-outbox-open]")
    page.get_by_role("button", name="再送一次").click()
    until(page, 1)


def test_photos_wait_with_the_words_and_are_made_smaller(phone):
    large = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(large, "JPEG", quality=95)
    page = opened(phone)
    phone.set_offline(True)
    page.set_input_files(
        "#f-photos", [{"name": "tap.jpg", "mimeType": "image/jpeg", "buffer": large.getvalue()}]
    )
    expect(page.locator(".photo canvas")).to_have_count(1)
    say(page, "leak")
    expect(page.locator("[data-outbox-saved]")).to_be_visible()
    phone.set_offline(False)
    until(page, 1)
    (arrival,) = DESK.kept.values()
    assert max(Image.open(io.BytesIO(arrival.photo)).size) == 1920
    assert len(arrival.photo) < len(large.getvalue())


def test_without_script_the_form_posts_as_usual(browser, address):
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/t")
    assert len(page.input_value("input[name=key]")) == 36
    context.close()
