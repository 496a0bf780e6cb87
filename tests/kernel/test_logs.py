"""The log as an administrator reads it."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

SEAT = "019a0000-0000-7000-8000-000000000000"


@pytest.mark.django_db
def test_the_secret_part_of_a_link_never_stands_in_the_log(client: Any) -> None:
    console = next(one for one in logging.getLogger().handlers if one.name == "console")
    assert isinstance(console, logging.StreamHandler)
    written = io.StringIO()
    before = console.setStream(written)
    try:
        client.get(f"/together/seat/{SEAT}/0123456789abcdef0123456789")
        client.get("/mediation/new-and-unknown")
    finally:
        console.setStream(before)
    assert f"/together/seat/{SEAT}/…" in written.getvalue()
    assert "0123456789abcdef" not in written.getvalue()
    assert "/mediation/new-and-unknown" in written.getvalue()
