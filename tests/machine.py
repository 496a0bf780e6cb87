"""What a test needs from the machine: found, or the test stops with the reason.

On the build server (CI=true) a missing tool fails the test; at a developer's desk it skips it, in words.
"""

from __future__ import annotations

import os
import shutil

import pytest


def lacking(what: str) -> None:
    """Fail in CI, skip elsewhere; `make test` installs what is missing."""
    sentence = f"{what} is missing on this machine; `make test` run as root installs it"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def chromium() -> str:
    """Return the path of the machine's own Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        lacking("Chromium")
    return str(found)
