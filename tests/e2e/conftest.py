"""What every browser test shares: Chromium once per file, and the named town behind a real server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import machine
from tests.e2e import town as towns

ARGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's own Chromium.

    Playwright's blocking calls run on an event loop of this thread, which Django takes for a reason to refuse its
    database; the two never run at the same moment here, so Django is told that it is safe.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=machine.chromium(), args=ARGS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def town(live_world: Any, browser: Browser) -> Iterator[towns.Town]:
    """Serve the named town; afterwards no page may have complained, called another host or broken the policy."""
    found = towns.Town(live_world, towns.serve(), browser)
    try:
        yield found
    finally:
        faults = found.close()
    assert faults == []
