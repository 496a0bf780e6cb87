"""Open cases nearby of the same matter: shown before somebody repeats what a neighbour has said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.models import Case
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.cases.rules import words as w
from jinlin.cases.rules.tracking import county_of, typed_code
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places import queries as places

LIMIT = 5


@dataclass(frozen=True)
class PublicCase:
    """What anybody may know of an open case: matter, place to the village or grid, state; no words of a person."""

    id: UUID
    code: str
    category: str
    place: str
    state: str
    opened_at: datetime
    people: int


def open_nearby(*, category: str, village: str, limit: int = LIMIT) -> tuple[PublicCase, ...]:
    """Return open cases of a leaf category in a village, newest first, without any personal words (3 queries).

    Sensitive matters are never shown, nor a case that became sensitive by itself.
    """
    node = orgs.categories().get(category)
    if node is None or node.sensitive or not village:
        return ()
    rows = list(
        Case.unscoped.filter(
            county=village[:6] + "000000",
            village=village,
            category_id=node.id,
            is_open=True,
            part_of=None,
            sensitive=False,
        ).order_by("-opened_at")[:limit]
    )
    return _public(rows)


def public_case(*, tracking: str) -> PublicCase:
    """Return an open case a neighbour may join, by its code (3 queries); NotFound for a sensitive or ended one."""
    code = typed_code(tracking)
    county = county_of(code)
    rows = Case.unscoped.filter(county=county, tracking=code, is_open=True, part_of=None, sensitive=False)
    found = _public(list(rows[:1]) if county else [])
    if not found:
        raise NotFound(_("这件事"))
    return found[0]


def _public(rows: list[Case]) -> tuple[PublicCase, ...]:
    names = places.area_names({case.grid or case.village for case in rows})
    by_id = {node.id: node.label for node in orgs.categories().leaves} if rows else {}
    return tuple(
        PublicCase(
            case.pk,
            case.shown_code,
            by_id.get(case.category_id, "") if case.category_id else "",
            names.get(case.grid or case.village, ""),
            _(w.STATES[case.state][0]),
            case.opened_at,
            max(1, case.appeal_count),
        )
        for case in rows
    )


def place_history(*, viewer: Actor, case: Case, days: int = 180, limit: int = 12) -> tuple[CaseRow, ...]:
    """Return what else happened in the same village with the same matter, newest first (4 queries).

    While the matter has no category yet, everything recent in the village is shown.
    """
    if not case.village:
        return ()
    rows = access.visible(viewer, Case.objects.all()).filter(
        county=case.county, village=case.village, opened_at__gte=clock.now() - timedelta(days=days)
    )
    if case.category_id:
        rows = rows.filter(category_id=case.category_id)
    return as_rows(list(rows.exclude(pk=case.pk).order_by("-opened_at")[:limit]), viewer)
