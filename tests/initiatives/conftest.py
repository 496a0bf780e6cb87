"""Fixtures of the room."""

from __future__ import annotations

from typing import Any

import pytest

from tests.initiatives.stories import Stories


@pytest.fixture
def told(world: Any, home: Any) -> Stories:
    """The town's people acting on initiatives."""
    return Stories(world)
