"""Fixtures every room may use. Time comes from kernel.clock, never from the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
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
