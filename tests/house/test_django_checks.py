"""Django finds nothing to say about the node, neither at a desk nor as it would be deployed behind HTTPS."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.house import source

PRODUCTION = {"JINLIN_HTTPS": "1", "JINLIN_DEBUG": "", "JINLIN_HOSTS": "jinlin.example.gov.cn"}


def checked(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `check` in a process of its own, so that settings are read afresh."""
    command = [sys.executable, "-m", "django", "check", "--settings", "jinlin.config.settings", *words]
    surroundings = {**os.environ, "JINLIN_HOME": str(home), "DATABASE_URL": "", **environment}
    return subprocess.run(
        command, cwd=source.ROOT, env=surroundings, capture_output=True, text=True, check=False
    )


def test_clean_at_a_desk(tmp_path: Path) -> None:
    done = checked(tmp_path, "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_clean_when_deployed(tmp_path: Path) -> None:
    done = checked(tmp_path, "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_it_bites(tmp_path: Path) -> None:
    done = checked(tmp_path, "--deploy", "--fail-level", "WARNING", **{**PRODUCTION, "JINLIN_DEBUG": "1"})
    assert done.returncode != 0
    assert "security.W018" in done.stderr
