"""Reads of the standards table: the current edition, an older one, the list of editions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jinlin.circle.models import Requirement, StandardVersion
from jinlin.circle.opening import MOMENTS
from jinlin.circle.rules.standards import FIELDS, Row
from jinlin.circle.rules.words import MOMENT_NAMES, PROFILE_NAMES
from jinlin.circle.walkers import PROFILES
from jinlin.kernel.errors import NotFound, gettext


@dataclass(frozen=True)
class StandardHead:
    """One edition of the table."""

    version: int
    name: str
    source: str
    valid_from: date
    valid_to: date | None
    is_current: bool


@dataclass(frozen=True)
class Standard:
    """One edition with its rows, in the order of the table."""

    head: StandardHead
    rows: tuple[Row, ...]

    def row(self, code: str) -> Row | None:
        """Return the row of a facility."""
        return next((row for row in self.rows if row.code == code), None)


def head_of(row: StandardVersion) -> StandardHead:
    """Return an edition as pages read it."""
    return StandardHead(row.number, row.name, row.source, row.valid_from, row.valid_to, row.is_current)


def standard(version: int | None = None) -> Standard:
    """Return the current edition, or one by its number; NotFound when there is none (two queries)."""
    rows = StandardVersion.objects.all()
    found = (rows.filter(is_current=True) if version is None else rows.filter(number=version)).first()
    if found is None:
        raise NotFound("standard")
    return Standard(head_of(found), rows_of(found))


def rows_of(version: StandardVersion) -> tuple[Row, ...]:
    """Return the rows of an edition (one query)."""
    found = Requirement.objects.filter(version=version).order_by("order")
    return tuple(as_row(row) for row in found)


def as_row(row: Requirement) -> Row:
    """Return a stored row as data."""
    values: dict[str, Any] = {name: getattr(row, name) for name in FIELDS}
    return Row(**values)


def standard_history() -> tuple[StandardHead, ...]:
    """Return every edition, newest first (one query)."""
    return tuple(head_of(row) for row in StandardVersion.objects.order_by("-number"))


def category_names() -> dict[str, str]:
    """Return the names of the facilities of the current edition by code; empty before the first filling (one query)."""
    found = Requirement.objects.filter(version__is_current=True).order_by("order").values_list("code", "name")
    return dict(found)


def profiles() -> tuple[tuple[str, str, float], ...]:
    """Return (code, label, metres a minute) of the walkers."""
    return tuple((one.code, gettext(PROFILE_NAMES[one.code]), one.metres_per_minute) for one in PROFILES)


def moments() -> tuple[tuple[str, str], ...]:
    """Return (code, label) of the named moments."""
    return tuple((one.code, gettext(MOMENT_NAMES[one.code])) for one in MOMENTS)
