"""The named town behind a real threaded server, and people who use it in Chromium with browsers of their own."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test.testcases import QuietWSGIRequestHandler
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.world import PASSWORD, World

PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1440, "height": 900}
HERE = {"longitude": 114.6451, "latitude": 33.6252, "accuracy": 12}  # inside the drawn grid of 柳岸社区
NETWORK_CUT = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")


class Line(ThreadedWSGIServer):
    """As in service: a thread per connection, WhiteNoise for assets; while it is cut, nothing may arrive."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), QuietWSGIRequestHandler)
        self.is_cut = False
        self.loses = 0  # so many answers to an outbox are lost on their way back, after the work was done
        self.leaks: list[str] = []
        self._answer: Any = get_wsgi_application()
        self.set_app(self._watched)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def _watched(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self.is_cut and environ["PATH_INFO"] != "/sw.js":  # asked by the browser itself, outside any page
            self.leaks.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if self.loses and "HTTP_IDEMPOTENCY_KEY" in environ:
            self.loses -= 1
            b"".join(self._answer(environ, lambda *_: lambda _bytes: None))
            start_response("502 Bad Gateway", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        return self._answer(environ, start_response)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a tab in the middle of an answer is no fault."""


def comes_true(page: Page, expression: str, about: Any = None, seconds: int = 15) -> None:
    """Wait until something holds in a page (the strict policy forbids Playwright's own wait_for_function)."""
    for _ in range(seconds * 10):
        if page.evaluate(expression, about):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"did not come true: {expression} {about}")


@dataclass
class Person:
    """Somebody with a browser: its first page, and everything that went wrong in it."""

    context: BrowserContext
    page: Page
    base: str
    line: Line
    faults: list[str] = field(default_factory=list)
    refusals: tuple[int, ...] = ()  # statuses this test provokes on purpose

    def watch(self) -> Person:
        """Note every script error, console error, failed answer and request to another host."""
        self.context.on("page", self._listen)
        self.context.on("request", lambda request: self._host(request.url))
        self.context.on("response", self._answer)
        self._listen(self.page)
        return self

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda said: self._console(said.type, said.text))

    def _console(self, kind: str, text: str) -> None:
        cut = any(words in text for words in NETWORK_CUT) or (self.line.is_cut and text.startswith("htmx:"))
        loud = kind == "error" or "Content Security Policy" in text
        if loud and not cut and "Failed to load resource" not in text:  # answers are judged by their status
            self.faults.append(f"console: {text}")

    def _host(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and not url.startswith(self.base):
            self.faults.append(f"another host: {url}")

    def _answer(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status not in self.refusals:
            self.faults.append(f"{answer.status}: {answer.url}")
        policy = answer.headers.get("content-security-policy", "")
        is_page = answer.request.resource_type == "document" and not answer.from_service_worker
        if is_page and answer.status == 200 and ("default-src 'none'" not in policy or "unsafe" in policy):
            self.faults.append(f"policy of {answer.url}: {policy}")

    def go(self, path: str) -> Page:
        """Open a page and wait until its scripts are at work."""
        self.page.goto(path)
        expect(self.page.locator("html.js")).to_have_count(1)
        return self.page

    def cut(self) -> None:
        """Go into a dead spot."""
        self.context.set_offline(True)
        self.line.is_cut = True

    def connect(self) -> None:
        """Come out of it again; nothing of it got through meanwhile."""
        assert self.line.leaks == []
        self.line.is_cut = False
        self.context.set_offline(False)

    def log_in(self, username: str, path: str) -> Page:
        """Log in through the page, sent there by the page that was wanted."""
        self.page.goto(path)
        self.page.wait_for_url("**/login?next=*")
        self.page.fill("#f-username", username)
        self.page.fill("#f-password", PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"**{path}")
        return self.page

    def ready_offline(self, *paths: str) -> None:
        """Wait until the service worker runs the page and keeps the pages of the day."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.reload()
        comes_true(self.page, "Boolean(navigator.serviceWorker.controller)")
        keeps = "paths => Promise.all(paths.map(path => caches.match(new URL(path, location.href).href))).then(found => found.every(Boolean))"
        comes_true(self.page, keeps, list(paths))


@dataclass
class Town:
    """The world, its server, and the browsers opened on it."""

    world: World
    line: Line
    browser: Browser
    people: list[Person] = field(default_factory=list)

    def phone(self, username: str = "", **more: Any) -> Person:
        """Return somebody with a phone of 375 x 812 who lets pages know where they are."""
        known = {"geolocation": HERE, "permissions": ["geolocation"]} | more
        return self._person(username, viewport=PHONE, has_touch=True, is_mobile=True, **known)

    def desktop(self, username: str = "", **more: Any) -> Person:
        """Return somebody at a desk."""
        return self._person(username, viewport=DESKTOP, **more)

    def _person(self, username: str, **more: Any) -> Person:
        context = self.browser.new_context(
            base_url=self.line.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **more,
        )
        context.set_default_timeout(20_000)  # two busy cores
        person = Person(context, context.new_page(), self.line.url, self.line).watch()
        if username:
            cookie = self.world.client(username).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.line.url}]
            )
        self.people.append(person)
        return person

    def give_passwords(self, *usernames: str) -> None:
        """Let these people log in through the page."""
        with transaction.atomic():
            for username in usernames:
                account = self.world.accounts[username]
                account.set_password(PASSWORD)
                account.save(update_fields=["password"])

    def until(self, holds: Callable[[], bool], what: str, seconds: int = 20) -> None:
        """Wait while pages go on living until something holds in the database."""
        page = self.people[0].page
        for _ in range(seconds * 5):
            if holds():
                return
            page.wait_for_timeout(200)
        raise AssertionError(f"did not happen: {what}")

    def close(self) -> list[str]:
        """Close every browser and the server; return what went wrong in any of them."""
        faults = [f"{person.page.url}: {fault}" for person in self.people for fault in person.faults]
        for person in self.people:
            person.context.close()
        self.line.shutdown()
        self.line.server_close()
        return faults + self.line.leaks


def serve() -> Line:
    """Start the server on a free port in a thread."""
    line = Line()
    threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return line


def picture(name: str = "tap.jpg", colour: tuple[int, int, int] = (90, 120, 80)) -> dict[str, Any]:
    """Return a photo as a phone takes it: large, with a place in its metadata."""
    image = Image.new("RGB", (2400, 1600), colour)
    image.paste((200, 190, 160), (300, 500, 1900, 1300))
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    held = io.BytesIO()
    image.save(held, "JPEG", quality=90, exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": held.getvalue()}
