"""Reads of gates, facilities, what was changed about them, what residents say is wrong, ways cut at a wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.circle.models import Crossing, Facility, FactChange, Gate, SharingRule
from jinlin.circle.queries.scope import by_village, covers_area, inside, require_area
from jinlin.circle.rules.words import (
    ACCESS,
    CHANGE_STATE_NAMES,
    CONFIDENCE,
    FACILITY_STATES,
    GATE_STATES,
)
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound, gettext
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.people.access import Actor
from jinlin.places.models import Compound

LISTED: Final = 500
FIELDS: Final[dict[str, str]] = {
    "name": noop("名称"),
    "status": noop("状态"),
    "access": noop("谁可以过"),
    "hours": noop("开放时间"),
    "barrier_free": noop("无障碍"),
    "accessible": noop("无障碍"),
    "length_m": noop("过门长度（米）"),
    "source": noop("来源"),
    "confidence": noop("把握"),
    "verified_on": noop("核实日期"),
    "other_id": noop("另一侧的小区"),
    "public": noop("对外开放"),
    "lon": noop("经度"),
    "lat": noop("纬度"),
    "compounds": noop("共享给"),
    "valid_from": noop("自"),
    "valid_to": noop("至"),
}
_WORDS: Final = {"status": {**FACILITY_STATES, **GATE_STATES}, "access": ACCESS, "confidence": CONFIDENCE}


@dataclass(frozen=True)
class GateRow:
    """A gate as it stands; `waiting`: a change of it waits for a second person."""

    id: UUID
    name: str
    compound_id: UUID
    compound: str
    other_id: UUID | None
    other: str
    lon: float
    lat: float
    status: str
    status_label: str
    access: str
    access_label: str
    hours: str
    barrier_free: bool | None
    length_m: float
    source: str
    confidence: str
    confidence_label: str
    verified_on: date | None
    village: str
    waiting: bool
    is_live: bool
    is_demo: bool


@dataclass(frozen=True)
class ChangeRow:
    """One change in the history of a gate or facility; units stand in it, no person."""

    id: UUID
    kind: str
    subject: str
    subject_id: UUID
    verb: str
    state: str
    state_label: str
    at: datetime
    by_unit: str
    settled_at: datetime | None
    settled_unit: str
    words: str
    facts: tuple[tuple[str, str, str], ...]  # what, before, after
    may_confirm: bool
    may_undo: bool


@dataclass(frozen=True)
class SharingRow:
    """An agreement as it is told."""

    id: UUID
    compounds: tuple[str, ...]
    hours: str
    valid_from: date
    valid_to: date | None
    agreement: str
    holds: bool


@dataclass(frozen=True)
class GatePage:
    """A gate with everything that was ever said of it."""

    row: GateRow
    rules: tuple[SharingRow, ...]
    history: tuple[ChangeRow, ...]


@dataclass(frozen=True)
class CrossingRow:
    """A way that ends at a wall because nobody knows of a gate there."""

    id: UUID
    compound_id: UUID
    compound: str
    lon: float
    lat: float
    way: str


def gates(
    *, viewer: Actor, area: str, status: str = "", compound_id: UUID | None = None
) -> tuple[GateRow, ...]:
    """Return the gates of an area, those that wait for confirmation among them (two queries)."""
    require_area(viewer, "circle.view", area)
    rows = Gate.objects.filter(inside(area)).select_related("compound", "other")
    rows = rows.filter(status=status) if status else rows
    if compound_id is not None:
        rows = rows.filter(Q(compound=compound_id) | Q(other=compound_id))
    return gate_rows(rows.order_by("compound__name", "name", "pk")[:LISTED])


def gate_rows(rows: Iterable[Gate]) -> tuple[GateRow, ...]:
    """Return gates as pages read them; what was refused or undone is left out (one query more)."""
    listed = list(rows)
    changes = FactChange.objects.filter(thing__in=[row.pk for row in listed], state="waiting")
    waiting = set(changes.values_list("thing", flat=True))
    return tuple(_gate_row(row, row.pk in waiting) for row in listed if row.is_live or row.pk in waiting)


def _gate_row(row: Gate, waiting: bool) -> GateRow:
    return GateRow(
        id=row.pk,
        name=row.name,
        compound_id=row.compound_id,
        compound=row.compound.name,
        other_id=row.other_id,
        other=row.other.name if row.other else "",
        lon=row.lon,
        lat=row.lat,
        status=row.status,
        status_label=gettext(GATE_STATES[row.status]),
        access=row.access,
        access_label=gettext(ACCESS[row.access]),
        hours=row.hours,
        barrier_free=row.barrier_free,
        length_m=row.length_m,
        source=row.source,
        confidence=row.confidence,
        confidence_label=gettext(CONFIDENCE[row.confidence]),
        verified_on=row.verified_on,
        village=row.village,
        waiting=waiting,
        is_live=row.is_live,
        is_demo=row.is_demo,
    )


def gate(*, viewer: Actor, gate_id: UUID) -> GatePage:
    """Return one gate with its agreements and full history (four queries)."""
    row = Gate.objects.select_related("compound", "other").filter(pk=gate_id).first()
    if row is None:
        raise NotFound(_("这个门"))
    require_area(viewer, "circle.view", row.village)
    history = changes_told(viewer, FactChange.objects.filter(thing=row.pk))
    waiting = any(change.state == "waiting" for change in history)
    return GatePage(_gate_row(row, waiting), rules_told(SharingRule.objects.filter(gate=row)), history)


def waiting_changes(*, viewer: Actor, area: str) -> tuple[ChangeRow, ...]:
    """Return the changes of an area that wait for a second person, oldest first (three queries)."""
    require_area(viewer, "circle.view", area)
    return changes_told(viewer, FactChange.objects.filter(by_village(area), state="waiting"), newest=False)


def changes_told(viewer: Actor, rows: Any, *, newest: bool = True) -> tuple[ChangeRow, ...]:
    """Return changes with the names of what they are about (three queries)."""
    listed = list(rows.order_by("-made_at" if newest else "made_at")[:LISTED])
    things = {row.thing for row in listed}
    names = dict(Gate.objects.filter(pk__in=things).values_list("pk", "compound__name"))
    names |= dict(Facility.objects.filter(pk__in=things).values_list("pk", "name"))
    return tuple(_change(viewer, row, names.get(row.thing, "")) for row in listed)


def _change(viewer: Actor, row: FactChange, subject: str) -> ChangeRow:
    waiting = row.state == "waiting"
    edits = covers_area(viewer, "circle.edit", row.village)
    return ChangeRow(
        id=row.pk,
        kind=row.kind,
        subject=subject,
        subject_id=row.thing,
        verb=row.verb,
        state=row.state,
        state_label=gettext(CHANGE_STATE_NAMES[row.state]),
        at=row.made_at,
        by_unit=row.made_unit,
        settled_at=row.settled_at,
        settled_unit=row.settled_unit,
        words=row.words,
        facts=tuple(
            (gettext(FIELDS[name]), _said(name, row.before.get(name)), _said(name, row.after.get(name)))
            for name in FIELDS
            if name in row.after or name in row.before
        ),
        may_confirm=waiting
        and row.made_by != viewer.key
        and covers_area(viewer, "circle.confirm", row.village),
        may_undo=edits and row.verb not in ("undo", "share") and row.state in ("waiting", "confirmed"),
    )


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(map(str, value))
    words = _WORDS.get(name, {})
    return gettext(words[value]) if value in words else str(value)


def crossings(*, viewer: Actor, area: str) -> tuple[CrossingRow, ...]:
    """Return the ways cut at a wall where no gate is known (one query)."""
    require_area(viewer, "circle.view", area)
    rows = Crossing.objects.filter(by_village(area), explained=False).select_related("compound")
    return tuple(
        CrossingRow(row.pk, row.compound_id, row.compound.name, row.lon, row.lat, row.way)
        for row in rows.order_by("compound__name", "way")[:LISTED]
    )


def rules_told(rows: Any) -> tuple[SharingRow, ...]:
    """Return agreements, newest first (two queries)."""
    today = clock.today()
    return tuple(
        SharingRow(
            id=row.pk,
            compounds=tuple(compound.name for compound in row.compounds.all()),
            hours=row.hours,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            agreement=row.agreement,
            holds=row.valid_from <= today and (row.valid_to is None or row.valid_to >= today),
        )
        for row in rows.prefetch_related("compounds").order_by("-valid_from")
    )


def compound_choices(*, viewer: Actor, area: str) -> tuple[tuple[UUID, str], ...]:
    """Return (id, name) of the compounds of an area, for lists to choose from (one query)."""
    require_area(viewer, "circle.view", area)
    return tuple(Compound.objects.filter(inside(area)).order_by("name").values_list("pk", "name")[:LISTED])
