"""Findings as an engine would hand them over, in the named town."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jinlin.insight.actions import record_warnings
from jinlin.insight.models import Warning
from jinlin.insight.rules.findings import Finding, PlaceCount
from jinlin.kernel import clock
from jinlin.orgs.models import Category
from tests.world import COUNTY, VILLAGE


def finding(
    *counts: tuple[str, int, float],
    category: str = "ENV-01",
    method: str = "scan",
    day: date | None = None,
    window: int = 7,
    reporters: int | None = None,
    score: float = 2.0,
) -> Finding:
    """A finding at places (code, observed, expected); 12 cases at 柳岸社区 where 3 were to be expected by default."""
    places = tuple(PlaceCount(*one) for one in counts or ((VILLAGE, 12, 3.0),))
    observed = sum(one.observed for one in places)
    return Finding(
        category=Category.objects.get(code=category).pk,
        method=method,
        window_days=window,
        last_day=day or clock.today() - timedelta(days=1),
        observed=observed,
        reporters=observed if reporters is None else reporters,
        expected=sum(one.expected for one in places),
        score=score,
        places=places,
    )


def raised(*counts: tuple[str, int, float], **words: Any) -> Warning:
    """A warning as the night wrote it down."""
    made = record_warnings(county=COUNTY, findings=[finding(*counts, **words)])
    return Warning.unscoped.get(pk=made.raised[0])
