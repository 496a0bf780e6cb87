"""Fixtures every room may use. Time comes from kernel.clock, never from the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import settings as hypothesis_settings

from jinlin.kernel import clock

hypothesis_settings.register_profile(
    "jinlin", deadline=None, derandomize=True, max_examples=60, database=None
)
hypothesis_settings.load_profile("jinlin")

A_TUESDAY = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day


@pytest.fixture
def tuesday() -> Iterator[datetime]:
    """Stop the clock on an ordinary working day, 10:00 local time."""
    with clock.fixed(A_TUESDAY):
        yield A_TUESDAY


@pytest.fixture
def at() -> Callable[[datetime], AbstractContextManager[Any]]:
    """Give `with at(moment):` to tests that move through time."""
    return clock.fixed


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """Give this test a JINLIN_HOME of its own, for files and keys."""
    settings.JINLIN_HOME = tmp_path
    return tmp_path


@pytest.fixture
def chromium() -> str:
    """Path of the machine's Chromium; missing means failure in CI and a spoken skip elsewhere."""
    from tests import machine

    return machine.chromium()


@pytest.fixture(autouse=True)
def _only_on_its_database(request: pytest.FixtureRequest) -> None:
    """Skip tests marked for the other database."""
    for marker, vendor in (("sqlite_only", "sqlite"), ("postgres_only", "postgresql")):
        if request.node.get_closest_marker(marker) and connection.vendor != vendor:
            pytest.skip(f"meaningful on {vendor} only")


def _turn(item: pytest.Item) -> int:
    """Empty database first, then the tests of the named town, last those that commit and flush."""
    names = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if commits or {"transactional_db", "live_server", "live_world"} & set(names):
        return 2
    return 1 if "world" in names else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order tests so that the town is built once per worker and nobody finds it unasked."""
    items.sort(key=_turn)


@pytest.fixture
def live_world(transactional_db: None) -> Any:
    """Give the named town really committed, for threads and servers; built anew for each test."""
    from django.core.cache import cache

    from tests import world

    cache.clear()
    return world.build()


@pytest.fixture(scope="session")
def _emptied(django_db_setup: None, django_db_blocker: Any) -> None:
    """Take the named town away again before the first test that commits; each of those cleans up after itself."""
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def _on_an_empty_database_if_it_commits(request: pytest.FixtureRequest) -> None:
    if _turn(request.node) == 2:
        request.getfixturevalue("_emptied")


@pytest.fixture(scope="session")
def _built(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Build the named town once; tests that don't ask for it don't pay for it."""
    from tests import world

    with django_db_blocker.unblock():
        return world.build()


@pytest.fixture
def world(_built: Any, db: None) -> Any:
    """Give the small named town (tests/world); what a test changes in it is rolled back."""
    from django.core.cache import cache

    cache.clear()
    return _built
