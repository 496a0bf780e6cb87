"""What fell due earlier today: counters know the day, a board says the minute. Counted from open cases by an index."""

from __future__ import annotations

from django.db.models import Count, Q

from jinlin.cases.models import Case
from jinlin.cases.queries.drills import of_line
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.performance.queries.filters import Filters, leaves_of
from jinlin.performance.queries.scope import COLUMN_BELOW, Scope


def passed_today(scope: Scope, filters: Filters) -> dict[str, int]:
    """Return by area below how many open cases were due between midnight and now (at most two queries)."""
    now = clock.now()
    morning = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    column = COLUMN_BELOW[scope.area.level]
    rows = Case.unscoped.filter(_inside(scope), is_open=True, due_at__gte=morning, due_at__lt=now)
    if filters.category:
        leaves = leaves_of(filters.category)
        rows = rows.filter(
            category_id__in=[node.id for node in orgs.categories().nodes if node.code in leaves]
        )
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.line:
        rows = rows.filter(of_line(filters.line, scope.counties))
    return {row[column]: row["n"] for row in rows.values(column).annotate(n=Count("id"))}


def _inside(scope: Scope) -> Q:
    counties = Q(county__in=scope.counties)
    level, code = scope.area.level, scope.area.code
    return counties & {4: Q(town=code), 5: Q(village=code)}.get(level, Q())
