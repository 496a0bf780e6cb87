"""Every door into the node and what is declared of it, for tests that must miss none.

The list itself is the product's (jinlin.cli.routes).
"""

from __future__ import annotations

import csv
from functools import cache

from jinlin.cli.routes import Route, all_routes, readable
from jinlin.cli.routes import walk as _walk
from tests.house.source import ROOT

__all__ = ["Route", "_walk", "all_routes", "cells", "declared", "readable", "relations"]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (ROOT / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def declared() -> dict[str, dict[str, str]]:
    return {row["route"]: row for row in rows("tests/house/permissions.csv")}


@cache
def cells() -> dict[str, dict[str, str]]:
    return {row["route"]: row for row in rows("docs/reference/permissions.csv")}


@cache
def relations() -> dict[str, dict[str, str]]:
    return {row["account"]: row for row in rows("tests/house/relations.csv")}
