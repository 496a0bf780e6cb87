"""Imports run as drawn. The contracts stand in pyproject.toml; here they are shown to bite on a bad copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house import source

BAD = {  # contract id -> (file of the copy, line added to it)
    "rooms": ("jinlin/kernel/ids.py", "import jinlin.people.models"),
    "furniture": ("jinlin/people/models.py", "import jinlin.people.queries"),
    "pure-rules": ("jinlin/people/rules.py", "import django.db"),
    "rules-reach-no-table": ("jinlin/people/rules.py", "import jinlin.audit.models"),
    "pure-circle": ("jinlin/circle/walkers.py", "import django.db"),
    "pure-insight": ("jinlin/insight/scan/zones.py", "import django.db"),
    "mediation-tells-figures-only": (
        "jinlin/performance/models.py",
        "import jinlin.mediation.models",
    ),
    "events-are-plain": ("jinlin/people/events.py", "import jinlin.people.models"),
    "surfaces-write-through-actions": ("jinlin/web/urls.py", "import jinlin.people.models"),
    "no-cycles": ("jinlin/audit/models.py", "import jinlin.audit.actions"),
}


def contracts() -> dict[str, str]:
    """Return id -> name of every import contract."""
    settings = tomllib.loads(source.text("pyproject.toml"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def lint(folder: Path) -> str:
    """Return what lint-imports says about the tree in a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def copy_of_the_house(folder: Path) -> None:
    """Copy the Python files only; the copy is what is broken."""
    for path in [*source.files(under="jinlin/", suffix=".py"), "pyproject.toml"]:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source.ROOT / path, target)


def test_the_house_keeps_its_contracts(tmp_path: Path) -> None:
    copy_of_the_house(tmp_path)
    said = lint(tmp_path)
    broken = [name for name in contracts().values() if f"{name} KEPT" not in said]
    assert not broken, said


def test_every_contract_bites(tmp_path: Path) -> None:
    assert set(BAD) == set(contracts()), "a contract without a bad sample proves nothing"
    copy_of_the_house(tmp_path)
    for path, line in BAD.values():
        with (tmp_path / path).open("a") as handle:
            handle.write(f"\n{line}\n")
    said = lint(tmp_path)
    silent = [name for name in contracts().values() if f"{name} BROKEN" not in said]
    assert not silent, said
