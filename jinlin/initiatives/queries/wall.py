"""What everybody sees: the wall of a place, similar items while somebody types, numbers for the map; constant queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, Sum

from jinlin.initiatives.models import Initiative, Standing
from jinlin.initiatives.rules import kinds, likeness, phases
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places.rules import code_range, level_of

PAGE: Final = 30
LOOKED_AT: Final = 300  # the newest open ones of a community: more than any wall holds
SIMILAR: Final = 5


def inside(area: str) -> Q:
    """Return the rows of an area by its columns; wider than a county by a half-open range."""
    county, level = area[:6] + "000000", level_of(area)
    if level == 3:
        return Q(county=county)
    if level == 4:
        return Q(county=county, town=area)
    if level >= 5:
        return Q(county=county, village=area[:12])
    low, high = code_range(area)
    return Q(county__gte=low, county__lt=high)


def wall(
    *,
    viewer: Actor,
    area: str,
    kind: str = kinds.WISH,
    phase: str = phases.ASKING,
    most: bool = False,
    after: str = "",
) -> list[Initiative]:
    """Return a page of a list, the most wanted or the newest first, read on by the key of the last row (one query)."""
    rows = Initiative.objects.filter(inside(area), kind=kind, phase=phase, is_public=True, is_hidden=False)
    rows = access.visible(viewer, rows)
    order = ("-support_total", "-id") if most else ("-created_at", "-id")
    rows = rows.filter(_after(after, order[0][1:])) if after else rows
    return list(rows.order_by(*order)[:PAGE])


def key_of(row: Initiative, *, most: bool) -> str:
    """Return by what a list is read on after this row."""
    value = str(row.support_total) if most else row.created_at.isoformat()
    return f"{value}|{row.pk}"


def _after(key: str, column: str) -> Q:
    value, _bar, text = key.partition("|")
    try:
        pk = UUID(text)
        given: object = int(value) if column == "support_total" else _moment(value)
    except (ValueError, OverflowError):
        return Q()
    return Q(**{f"{column}__lt": given}) | Q(**{column: given, "id__lt": pk})


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def phase_counts(*, area: str, kind: str) -> dict[str, int]:
    """Return how many items each list of a place holds, from the counters (one query); drafts are in none."""
    rows = Standing.objects.filter(inside(area), kind=kind).values("stage").annotate(sum=Sum("n"))
    found = dict.fromkeys(phases.PHASES, 0)
    public_from = kinds.KINDS[kind].stages.index(kinds.PUBLIC_FROM[kind])
    hidden = set(kinds.KINDS[kind].stages[:public_from])
    for row in rows:
        if row["stage"] not in hidden:
            found[phases.phase_of(row["stage"])] += row["sum"]
    return found


def counts_below(*, area: str, codes: Iterable[str], kind: str) -> dict[str, int]:
    """Return how many items are on the way in each of some streets or communities, for the map (one query)."""
    column = "town" if level_of(area) == 3 else "village"
    wanted = set(codes)
    rows = Standing.objects.filter(inside(area), kind=kind).exclude(stage__in=(kinds.DRAFT, *kinds.ENDS))
    return {
        row[column]: row["sum"] for row in rows.values(column).annotate(sum=Sum("n")) if row[column] in wanted
    }


def similar(*, viewer: Actor, title: str, area: str, kind: str) -> list[Initiative]:
    """Return open items of the same community whose title says nearly the same, the nearest first (one query)."""
    if len(title.strip()) < likeness.LEAST or level_of(area) < 5:
        return []
    rows = access.visible(viewer, Initiative.objects.all()).filter(
        inside(area), kind=kind, phase__in=(phases.ASKING, phases.WEIGHING), is_public=True, is_hidden=False
    )
    found = [(likeness.alike(title, row.title), row) for row in rows.order_by("-created_at")[:LOOKED_AT]]
    near = [(score, row) for score, row in found if score >= likeness.NEAR]
    near.sort(key=lambda pair: (-pair[0], -pair[1].support_total))
    return [row for _score, row in near[:SIMILAR]]
