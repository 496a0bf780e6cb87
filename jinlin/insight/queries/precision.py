"""How right each method was, month by month, and how many alarms each matter really raised beside its budget."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from jinlin.insight.queries.settings import settings_of
from jinlin.insight.queries.warnings import Past, WarningFilters, seen
from jinlin.insight.rules import words as w
from jinlin.kernel import clock
from jinlin.people.access import Actor
from jinlin.people.areas import require_area

BUDGET_DAYS: Final = 60


@dataclass(frozen=True)
class MonthLine:
    """How one method did in a month: warnings, how they were decided, what came of them."""

    month: date
    method: str
    method_label: str
    raised: int
    waiting: int
    confirmed: int
    dismissed: int
    past: Past


def precision(*, viewer: Actor, area: str, months: int = 12) -> tuple[MonthLine, ...]:
    """Return each method's record by month of raising, the latest first (one query)."""
    require_area(viewer, "insight.view", area)
    since = clock.now() - timedelta(days=31 * months)
    rows = seen(viewer, WarningFilters(area=area)).filter(raised_at__gte=since)
    grouped = (
        rows.annotate(month=TruncMonth("raised_at", tzinfo=clock.LOCAL))
        .values_list("month", "method", "state", "outcome")
        .annotate(n=Count("id", distinct=True))
        .order_by()
    )
    states: dict[tuple[date, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    outcomes: dict[tuple[date, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month, method, state, outcome, n in grouped:
        states[month.date(), method][state] += n
        if outcome:
            outcomes[month.date(), method][outcome] += n
    return tuple(
        MonthLine(
            month=month,
            method=method,
            method_label=_(w.METHODS[method]),
            raised=sum(counts.values()),
            waiting=counts[w.OPEN],
            confirmed=counts[w.CONFIRMED],
            dismissed=counts[w.DISMISSED],
            past=Past(**outcomes[month, method]),
        )
        for (month, method), counts in sorted(
            states.items(), key=lambda one: (-one[0][0].toordinal(), one[0][1])
        )
    )


@dataclass(frozen=True)
class BudgetLine:
    """One matter over the last 60 days: alarms a person judged false, all alarms, and what the county bears."""

    category: str
    category_code: str
    raised: int
    false_alarms: int
    budget: float


def budgets(*, viewer: Actor, county: str) -> tuple[BudgetLine, ...]:
    """Return the matters that raised an alarm in the last 60 days, the most first (two queries)."""
    require_area(viewer, "insight.view", county)
    chosen = settings_of(county)
    rows = seen(viewer, WarningFilters(area=county))
    rows = rows.filter(raised_at__gte=clock.now() - timedelta(days=BUDGET_DAYS))
    counts: dict[tuple[object, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    columns = ("category", "category__code", "category__name", "outcome")
    for pk, code, name, outcome, n in rows.values_list(*columns).annotate(n=Count("id")).order_by():
        counts[pk, code, name]["raised"] += n
        counts[pk, code, name]["false"] += n if outcome == "false_alarm" else 0
    lines = [
        BudgetLine(name, code, found["raised"], found["false"], chosen.of(pk).alarms_per_60_days)  # type: ignore[arg-type]
        for (pk, code, name), found in counts.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.raised, line.category_code)))
