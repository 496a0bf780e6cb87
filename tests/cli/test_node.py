"""`jinlin setup`, `doctor` and `account add`: a node comes up and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jinlin.cli.main import _mount, cli
from jinlin.people.models import Account
from tests.world import CITY, COUNTY


@pytest.fixture(autouse=True)
def _commands() -> None:
    if "serve" not in cli.commands:
        _mount()


def test_doctor_is_content_with_a_whole_node(world: Any, home: Path) -> None:
    result = CliRunner().invoke(cli, ["doctor"])
    assert "✗" not in result.output.replace("✗ 页面样式", ""), result.output
    assert "行政区划 11 个" in result.output


def test_doctor_names_open_keys_and_an_empty_node(db: None, home: Path) -> None:
    key = home / "keys" / "loose.key"
    key.parent.mkdir()
    key.write_text("x")
    key.chmod(0o644)
    result = CliRunner().invoke(cli, ["doctor"])
    assert result.exit_code == 1
    assert "loose.key" in result.output
    assert "还没有行政区划" in result.output


def test_first_accounts(world: Any) -> None:
    words = ["--place", CITY, "--password", "一个很长的密码2026"]
    result = CliRunner().invoke(cli, ["account", "add", "boss", *words])
    assert result.exit_code == 0, result.output
    assert Account.objects.get(username="boss").posts.get().role == "platform_admin"
    words[1] = COUNTY
    CliRunner().invoke(cli, ["account", "add", "desk1", "--role", "county_clerk", *words])
    assert Account.objects.get(username="desk1").posts.get().unit == world.unit(COUNTY)


def test_setup_twice(db: None) -> None:
    assert CliRunner().invoke(cli, ["setup"]).exit_code == 0
    assert CliRunner().invoke(cli, ["setup"]).exit_code == 0


@pytest.mark.parametrize("asked", ["0", "9", "-1", "many", "1.5"])
def test_a_wrong_number_of_workers_is_named_before_anything_starts(asked: str, settings: Any) -> None:
    settings.JINLIN_WORKERS = asked
    done = CliRunner().invoke(cli, ["serve", "--quiet"])
    assert done.exit_code == 1
    assert "JINLIN_WORKERS" in done.output
