"""What earlier nights left: how high each matter stood, what was told lately, and which counties have cases."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from jinlin.cases.models import Case
from jinlin.insight.models import Night, Warning
from jinlin.insight.scan.night import QUIET
from jinlin.insight.scan.tonight import NIGHTS, Scores, Told


def known_scores(county: str, day: date) -> dict[date, Scores]:
    """Return the kept scores of the nights before `day` (one query)."""
    rows = Night.objects.filter(county=county, day__gte=day - timedelta(days=NIGHTS), day__lt=day)
    return dict(rows.values_list("day", "heights"))


def told_lately(county: str, day: date) -> dict[str, Told]:
    """Return what was told before `day` and keeps quiet still, by matter (one query)."""
    since = day - timedelta(days=QUIET)
    rows = Warning.unscoped.filter(county=county, last_day__gt=since, last_day__lt=day)
    told = rows.order_by("category_id").values_list("category_id", "method", "last_day", "places__place")
    found = {}
    for category, each in groupby(told, key=lambda row: row[0]):
        places: dict[str, date] = {}
        whole: date | None = None
        for _category, method, last, place in each:
            if place:
                places[place] = max(places.get(place, last), last)
            if method == "whole":
                whole = max(whole or last, last)
        found[str(category)] = Told(places, whole)
    return found


def counties_with_cases() -> list[str]:
    """Return the counties of this node in which something was ever reported: one seek each, and one to end."""
    found: list[str] = []
    while True:
        after = found[-1] if found else ""
        rows = Case.unscoped.filter(county__gt=after).order_by("county")
        county = rows.values_list("county", flat=True).first()
        if county is None:
            return found
        found.append(county)
