"""Sharing between compounds: an agreement lets neighbours use a facility or pass a gate, within hours, from day to day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.circle.actions.changing import FACILITY, GATE, noted
from jinlin.circle.models import Facility, Gate, SharingRule
from jinlin.circle.opening import read_hours
from jinlin.circle.queries.scope import acting
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people.access import Actor
from jinlin.places.models import Compound


@dataclass(frozen=True)
class SharingTerms:
    """Who may use it, when, from and to which day (both included), by which agreement."""

    compounds: Sequence[UUID] = field(default_factory=tuple)
    agreement: str = ""
    hours: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@once("circle.share")
def agree_sharing(
    *,
    actor: Actor,
    terms: SharingTerms,
    facility_id: UUID | None = None,
    gate_id: UUID | None = None,
    key: str | None = None,
) -> SharingRule:
    """Write an agreement down; name the facility or the gate, not both. Results near it are computed anew."""
    thing, kind = _thing(facility_id, gate_id)
    actor = acting(actor, "circle.edit", thing.village)
    members = _members(terms.compounds, thing)
    start = terms.valid_from or clock.today()
    if terms.valid_to is not None and terms.valid_to < start:
        raise Invalid({"valid_to": [_("截止日期不能早于开始日期。")]})
    read_hours(terms.hours)
    row = SharingRule.objects.create(
        county=thing.county,
        facility=thing if isinstance(thing, Facility) else None,
        gate=thing if isinstance(thing, Gate) else None,
        hours=clean(terms.hours, max_length=120, field="hours"),
        valid_from=start,
        valid_to=terms.valid_to,
        agreement=clean(terms.agreement, max_length=200, field="agreement", required=True),
    )
    row.compounds.set(members)
    noted(actor, thing, kind, "share", ({}, _told(row, members)), row.agreement)
    audit.record(actor=actor, verb="circle.share", obj=row, county=row.county)
    return row


@once("circle.unshare")
def end_sharing(*, actor: Actor, rule_id: UUID, key: str | None = None) -> SharingRule:
    """Let an agreement end today; it stays readable."""
    row = SharingRule.objects.select_for_update(of=("self",)).filter(pk=rule_id).first()
    if row is None:
        raise NotFound("sharing")
    thing, kind = _thing(row.facility_id, row.gate_id)
    actor = acting(actor, "circle.edit", thing.village)
    if row.valid_to is not None and row.valid_to < clock.today():
        raise Conflict("ended", _("这份共享约定已经结束。"))
    members = list(row.compounds.all())
    row.valid_to = max(clock.today(), row.valid_from)
    row.save(update_fields=["valid_to"])
    noted(actor, thing, kind, "share", (_told(row, members), {}), _("结束共享"))
    audit.record(actor=actor, verb="circle.unshare", obj=row, county=row.county)
    return row


def _thing(facility_id: UUID | None, gate_id: UUID | None) -> tuple[Facility | Gate, str]:
    if (facility_id is None) == (gate_id is None):
        raise Invalid({"facility_id": [_("请选择一处设施或一个门。")]})
    found: Facility | Gate | None = None
    if facility_id is not None:
        found = Facility.objects.filter(pk=facility_id).first()
    elif gate_id is not None:
        found = Gate.objects.filter(pk=gate_id).first()
    if found is None:
        raise NotFound("thing")
    return found, FACILITY if facility_id is not None else GATE


def _members(ids: Sequence[UUID], thing: Facility | Gate) -> list[Compound]:
    found = list(Compound.objects.filter(pk__in=list(ids), county=thing.county))
    if not found or len(found) != len(set(ids)):
        raise Invalid({"compounds": [_("请从列表里选要共享给哪些小区。")]})
    return found


def _told(row: SharingRule, members: Sequence[Compound]) -> dict[str, Any]:
    return {
        "compounds": [compound.name for compound in members],
        "hours": row.hours,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }
