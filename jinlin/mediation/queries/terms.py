"""The lengths in force."""

from __future__ import annotations

from datetime import date

from jinlin.kernel import clock
from jinlin.mediation.models import Terms


def terms_on(county: str, day: date | None = None) -> Terms:
    """Return the terms of a county on a day: its own, else everybody's, else the statute's month (one query)."""
    rows = Terms.objects.filter(region_code__in=(county, ""), valid_from__lte=day or clock.today())
    found = sorted(rows, key=lambda row: (bool(row.region_code), row.valid_from))
    return found[-1] if found else Terms(valid_from=date(2011, 1, 1))


def terms_set(regions: list[str]) -> list[Terms]:
    """Return every set of terms of these regions and of everywhere, the newest first (one query)."""
    return list(Terms.objects.filter(region_code__in=[*regions, ""]).order_by("-valid_from", "region_code"))
