"""Reads of facilities, and of what residents say is wrong about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinlin.circle.models import Entrance, Facility, FactChange, Flag, SharingRule
from jinlin.circle.queries.scope import by_village, inside, require_area
from jinlin.circle.queries.standards import category_names
from jinlin.circle.queries.things import ChangeRow, SharingRow, changes_told, rules_told
from jinlin.circle.rules.words import FACILITY_STATES, FLAG_KINDS, OUTCOMES
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound, gettext
from jinlin.people.access import Actor

LISTED: Final = 500


@dataclass(frozen=True)
class FacilityRow:
    """A facility as it stands."""

    id: UUID
    code: str
    category: str
    name: str
    compound_id: UUID | None
    compound: str
    hours: str
    status: str
    status_label: str
    public: bool
    accessible: bool | None
    source: str
    verified_on: date | None
    lon: float | None
    lat: float | None
    village: str
    shared_with: tuple[str, ...]
    open_flags: int
    is_demo: bool


@dataclass(frozen=True)
class FlagRow:
    """What somebody says is wrong; nobody knows who."""

    id: UUID
    facility_id: UUID
    facility: str
    kind: str
    kind_label: str
    words: str
    at: datetime
    is_open: bool
    outcome: str
    outcome_label: str
    answer: str


@dataclass(frozen=True)
class FacilityPage:
    """A facility with its doors, agreements, history and what is said to be wrong."""

    row: FacilityRow
    doors: tuple[tuple[float, float], ...]
    rules: tuple[SharingRow, ...]
    history: tuple[ChangeRow, ...]
    flags: tuple[FlagRow, ...]


def facilities(*, viewer: Actor, area: str, category: str = "", q: str = "") -> tuple[FacilityRow, ...]:
    """Return the facilities of an area by category and name (five queries)."""
    require_area(viewer, "circle.view", area)
    rows = Facility.objects.filter(inside(area))
    rows = rows.filter(code_filter(category)) if category else rows
    rows = rows.filter(name__contains=q[:40]) if q else rows
    return facility_rows(rows.order_by("category", "name", "pk")[:LISTED])


def code_filter(category: str) -> Q:
    """Return the condition of one category."""
    return Q(category=category)


def facility_rows(rows: Any) -> tuple[FacilityRow, ...]:
    """Return facilities as pages read them (four queries)."""
    listed = list(rows.select_related("compound"))
    ids = [row.pk for row in listed]
    names = category_names()
    doors: dict[UUID, tuple[float, float]] = {}
    for facility, lon, lat in (
        Entrance.objects.filter(facility__in=ids).order_by("pk").values_list("facility", "lon", "lat")
    ):
        doors.setdefault(facility, (lon, lat))
    flagged = dict(
        Flag.objects.filter(facility__in=ids, is_open=True)
        .values_list("facility")
        .annotate(n=Count("id"))
        .values_list("facility", "n")
    )
    shared: dict[UUID, list[str]] = {}
    today = clock.today()
    holding = SharingRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), facility__in=ids)
    for facility, compound in holding.values_list("facility", "compounds__name"):
        if facility is not None and compound:
            shared.setdefault(facility, []).append(compound)
    return tuple(
        _facility_row(row, names, doors.get(row.pk), (tuple(shared.get(row.pk, ())), flagged.get(row.pk, 0)))
        for row in listed
    )


def _facility_row(
    row: Facility,
    names: dict[str, str],
    door: tuple[float, float] | None,
    more: tuple[tuple[str, ...], int],
) -> FacilityRow:
    return FacilityRow(
        id=row.pk,
        code=row.category,
        category=names.get(row.category, row.category),
        name=row.name,
        compound_id=row.compound_id,
        compound=row.compound.name if row.compound else "",
        hours=row.hours,
        status=row.status,
        status_label=gettext(FACILITY_STATES[row.status]),
        public=row.public,
        accessible=row.accessible,
        source=row.source,
        verified_on=row.verified_on,
        lon=door[0] if door else None,
        lat=door[1] if door else None,
        village=row.village,
        shared_with=more[0],
        open_flags=more[1],
        is_demo=row.is_demo,
    )


def facility(*, viewer: Actor, facility_id: UUID) -> FacilityPage:
    """Return one facility with doors, agreements, history and flags (ten queries)."""
    rows = Facility.objects.filter(pk=facility_id)
    found = rows.first()
    if found is None:
        raise NotFound(_("这处设施"))
    require_area(viewer, "circle.view", found.village)
    return FacilityPage(
        row=facility_rows(rows)[0],
        doors=tuple(found.entrances.order_by("pk").values_list("lon", "lat")),
        rules=rules_told(SharingRule.objects.filter(facility=found)),
        history=changes_told(viewer, FactChange.objects.filter(thing=found.pk)),
        flags=_flag_rows(Flag.objects.filter(facility=found)),
    )


def flags(*, viewer: Actor, area: str, is_open: bool = True) -> tuple[FlagRow, ...]:
    """Return what residents of an area say is wrong, oldest first; settled ones newest first (one query)."""
    require_area(viewer, "circle.view", area)
    return _flag_rows(Flag.objects.filter(by_village(area), is_open=is_open), oldest=is_open)


def _flag_rows(rows: Any, *, oldest: bool = False) -> tuple[FlagRow, ...]:
    listed = rows.select_related("facility").order_by("made_at" if oldest else "-made_at")[:LISTED]
    return tuple(
        FlagRow(
            id=row.pk,
            facility_id=row.facility_id,
            facility=row.facility.name,
            kind=row.kind,
            kind_label=gettext(FLAG_KINDS[row.kind]),
            words=row.words,
            at=row.made_at,
            is_open=row.is_open,
            outcome=row.outcome,
            outcome_label=gettext(OUTCOMES[row.outcome]) if row.outcome else "",
            answer=row.answer,
        )
        for row in listed
    )
