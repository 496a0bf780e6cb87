"""Which quiet hours hold in a region today."""

from __future__ import annotations

from typing import Final

from django.core.cache import cache

from jinlin.kernel import clock
from jinlin.notices.models import QuietHours
from jinlin.notices.rules import Quiet
from jinlin.people import access
from jinlin.people.access import Actor

_CACHE_SECONDS: Final = 60
_KEY: Final = "quiet"


def quiet_of(county: str) -> Quiet:
    """Return the quiet hours of a county: its own before the city's, the province's, everybody's (one query a minute)."""
    today = clock.today()
    known: dict[str, Quiet] | None = cache.get(f"{_KEY}:{today}")
    if known is None:
        rows = QuietHours.objects.filter(valid_from__lte=today).order_by("valid_from")
        known = {row.region_code: _quiet(row) for row in rows}  # the newest of a region comes last and wins
        cache.set(f"{_KEY}:{today}", known, _CACHE_SECONDS)
    above = (county, county[:4] + "00000000", county[:2] + "0000000000", "")
    return next((known[code] for code in above if code in known), Quiet())


def _quiet(row: QuietHours) -> Quiet:
    return Quiet(row.starts, row.ends, row.days_off, frozenset(row.urgent))


def forget_quiet() -> None:
    """Drop what is remembered, after an edit."""
    cache.delete(f"{_KEY}:{clock.today()}")


def quiet_hours(*, viewer: Actor) -> list[QuietHours]:
    """Return every dated row, newest first, for the manage page (one query)."""
    access.require(viewer, "manage.view")
    return list(QuietHours.objects.order_by("region_code", "-valid_from"))
