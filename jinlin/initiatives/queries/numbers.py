"""Days, caps and waiting times as they stand on a day: the seed, or what a county or the platform set from a day on."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from jinlin.initiatives.models import Figure
from jinlin.kernel import clock

_SEED = Path(__file__).parent.parent / "data" / "figures.csv"


@dataclass(frozen=True)
class Number:
    """One number with where it comes from."""

    name: str
    value: int
    source: str
    valid_from: date | None = None
    county: str = ""


@cache
def seed() -> dict[str, Number]:
    """Return the numbers a new node starts with."""
    with _SEED.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Number(row["name"], int(row["value"]), row["source"]) for row in csv.DictReader(file)
        }


def numbers(county: str, on: date | None = None) -> dict[str, Number]:
    """Return every number for a county on a day; the county's own before the platform's, the newest first (one query)."""
    day = on or clock.today()
    found = dict(seed())
    rows = Figure.objects.filter(county__in=("", county), valid_from__lte=day).order_by(
        "county", "valid_from"
    )
    for row in rows:
        if row.name in found:
            found[row.name] = Number(row.name, row.value, row.source, row.valid_from, row.county)
    return found


def number(name: str, county: str) -> int:
    """Return one number for a county today (one query)."""
    return numbers(county)[name].value


def coming(county: str) -> list[Number]:
    """Return what a county has set from a later day on, the nearest first (one query)."""
    rows = Figure.objects.filter(county=county, valid_from__gt=clock.today()).order_by("valid_from", "name")
    return [Number(row.name, row.value, row.source, row.valid_from, row.county) for row in rows]
