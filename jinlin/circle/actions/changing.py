"""Gates and facilities are corrected in the open: who says so, a second person who agrees, the history, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.circle.actions.crossings import find_crossings
from jinlin.circle.actions.importing.gates import on_the_wall
from jinlin.circle.models import Facility, FactChange, Gate
from jinlin.circle.opening import read_hours
from jinlin.circle.queries.scope import acting
from jinlin.circle.rules.words import ACCESS, CONFIDENCE, FACILITY_STATES, GATE_STATES
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_point
from jinlin.people.access import Actor
from jinlin.places.models import Compound

MOST_M: Final = 500.0
GATE: Final = "gate"
FACILITY: Final = "facility"


@dataclass(frozen=True)
class GateFacts:
    """What is said of a gate; without a position a known one stays where it is."""

    name: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    status: str = "proposed"
    access: str = "public"
    hours: str = ""
    barrier_free: bool | None = None
    length_m: float | None = None
    source: str = ""
    confidence: str = "drawn"
    verified_on: date | None = None
    other_id: UUID | None = None


@dataclass(frozen=True)
class FacilityFacts:
    """What is corrected of a facility; None leaves a fact as it is."""

    name: str | None = None
    hours: str | None = None
    status: str | None = None
    accessible: bool | None = None
    public: bool | None = None
    source: str | None = None
    verified_on: date | None = None


@once("circle.edit")
def propose_gate(*, actor: Actor, compound_id: UUID, facts: GateFacts, key: str | None = None) -> FactChange:
    """Say that a compound has, or should have, a gate here; it counts once a second person agrees."""
    compound = _compound(compound_id)
    actor = acting(actor, "circle.edit", compound.village)
    if facts.lon is None:
        raise Invalid({"lon": [_("请在图上点出门的位置，或填写经纬度。")]})
    values = _gate_values(compound, facts)
    row = Gate.objects.create(
        compound=compound,
        county=compound.county,
        town=compound.town,
        village=compound.village,
        is_live=False,
        **_as_columns(values),
    )
    return _waiting(actor, row, "add", {}, values, facts.source)


@once("circle.correct")
def correct_gate(
    *, actor: Actor, gate_id: UUID, facts: GateFacts, words: str = "", key: str | None = None
) -> FactChange:
    """Say what is different about a gate; what is known stays until a second person agrees."""
    row = _gate(gate_id)
    actor = acting(actor, "circle.edit", row.village)
    if not row.is_live:
        raise Conflict("not_live", _("这个门还在等待核实或已撤销，请先处理那一步。"))
    before = _now(row)
    after = before | _gate_values(row.compound, facts, row)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if not changed:
        raise Invalid({"status": [_("没有改动任何一项。")]})
    old = {name: before[name] for name in changed}
    return _waiting(actor, row, "correct", old, changed, words)


def _waiting(
    actor: Actor, row: Gate, verb: str, before: Mapping[str, Any], after: Mapping[str, Any], words: str
) -> FactChange:
    if FactChange.objects.filter(thing=row.pk, state="waiting").exists():
        raise Conflict("waiting", _("这个门已有一处改动在等第二人核实，请先核实或撤销它。"))
    change = FactChange.objects.create(
        county=row.county,
        village=row.village,
        kind=GATE,
        thing=row.pk,
        verb=verb,
        before=dict(before),
        after=dict(after),
        words=clean(words, max_length=200, field="words"),
        state="waiting",
        made_at=clock.now(),
        made_by=actor.key,
        made_unit=unit_of(actor),
    )
    audit.record(actor=actor, verb=f"circle.gate_{verb}", obj=change, county=row.county)
    return change


@once("circle.confirm")
def confirm_change(
    *, actor: Actor, change_id: UUID, agreed: bool = True, words: str = "", key: str | None = None
) -> FactChange:
    """Agree with a waiting change, or refuse it with words; never the person who made it."""
    change = _change(change_id)
    actor = acting(actor, "circle.confirm", change.village)
    if change.state != "waiting":
        raise Conflict("settled", _("这处改动刚才已有人处理，请看最新情况。"))
    if change.made_by == actor.key:
        raise RuleBroken("same_person", _("核实要由另一个人来做，请同事到现场看一看。"))
    said = clean(words, max_length=200, field="words", required=not agreed)
    change.words = said or change.words
    change.state = "confirmed" if agreed else "refused"
    change.settled_at, change.settled_unit = clock.now(), unit_of(actor)
    if agreed:
        _apply(_gate(change.thing), change.after)
    change.save()
    audit.record(actor=actor, verb="circle.confirm", obj=change, county=change.county)
    return change


@once("circle.undo")
def undo_change(*, actor: Actor, change_id: UUID, words: str = "", key: str | None = None) -> FactChange:
    """Take a change back: a waiting one is dropped, the newest confirmed one is reversed; both stay in the history."""
    change = _change(change_id)
    actor = acting(actor, "circle.edit", change.village)
    if change.state not in ("waiting", "confirmed") or change.verb in ("undo", "share"):
        raise Conflict("settled", _("这处改动刚才已有人处理，请看最新情况。"))
    said = clean(words, max_length=200, field="words")
    if change.state == "confirmed":
        _newest(change)
        _reverse(actor, change, said)
    change.state, change.settled_at = "undone", change.settled_at or clock.now()
    change.save(update_fields=["state", "settled_at"])
    audit.record(actor=actor, verb="circle.undo", obj=change, county=change.county)
    return change


def _newest(change: FactChange) -> None:
    later = FactChange.objects.filter(
        thing=change.thing, state__in=("waiting", "confirmed"), made_at__gt=change.made_at
    ).exclude(verb="undo")
    if later.exists():
        raise RuleBroken("not_newest", _("这之后还有别的改动，请从最新的一处开始撤销。"))


def _reverse(actor: Actor, change: FactChange, words: str) -> None:
    now = clock.now()
    FactChange.objects.create(
        county=change.county,
        village=change.village,
        kind=change.kind,
        thing=change.thing,
        verb="undo",
        before=change.after,
        after=change.before,
        words=words,
        state="confirmed",
        made_at=now,
        made_by=actor.key,
        made_unit=unit_of(actor),
        settled_at=now,
        settled_unit=unit_of(actor),
    )
    if change.kind == FACILITY:
        _apply_facility(_facility(change.thing), change.before)
        return
    gate = _gate(change.thing)
    if change.verb == "add":
        gate.is_live, gate.version = False, gate.version + 1
        gate.save(update_fields=["is_live", "version"])
        find_crossings(gate.county)
    else:
        _apply(gate, change.before)


@once("circle.facility")
def correct_facility(
    *, actor: Actor, facility_id: UUID, facts: FacilityFacts, words: str = "", key: str | None = None
) -> FactChange:
    """Correct what is known of a facility, at once, with its history and the way back."""
    row = _facility(facility_id)
    actor = acting(actor, "circle.edit", row.village)
    after = {name: value for name, value in _facility_values(facts).items() if value != _plain(row, name)}
    if not after:
        raise Invalid({"name": [_("没有改动任何一项。")]})
    before = {name: _plain(row, name) for name in after}
    change = noted(actor, row, FACILITY, "correct", (before, after), words)
    _apply_facility(row, after)
    audit.record(actor=actor, verb="circle.facility", obj=change, county=row.county)
    return change


def noted(
    actor: Actor, row: Gate | Facility, kind: str, verb: str, values: tuple[Any, Any], words: str
) -> FactChange:
    """Write a change that holds at once into the history; results near it will be computed anew."""
    now = clock.now()
    return FactChange.objects.create(
        county=row.county,
        village=row.village,
        kind=kind,
        thing=row.pk,
        verb=verb,
        before=values[0],
        after=values[1],
        words=clean(words, max_length=200, field="words"),
        state="confirmed",
        made_at=now,
        made_by=actor.key,
        made_unit=unit_of(actor),
        settled_at=now,
        settled_unit=unit_of(actor),
    )


def _facility_values(facts: FacilityFacts) -> dict[str, Any]:
    values = {name: value for name, value in asdict(facts).items() if value is not None}
    for name, most in (("name", 80), ("hours", 120), ("source", 200)):
        if name in values:
            values[name] = clean(values[name], max_length=most, field=name, required=name == "name")
    if "hours" in values:
        read_hours(values["hours"])
    if values.get("status", "open") not in FACILITY_STATES:
        raise Invalid({"status": [_("请选择使用中、停用或规划中。")]})
    if "verified_on" in values:
        values["verified_on"] = _not_later(values["verified_on"]).isoformat()
    return values


def _apply_facility(row: Facility, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, _from_plain(name, value))
    row.version += 1
    row.save()


def _gate_values(compound: Compound, facts: GateFacts, old: Gate | None = None) -> dict[str, Any]:
    """Return what the facts say as plain JSON values; Invalid for what cannot be."""
    for name, known in (("status", GATE_STATES), ("access", ACCESS), ("confidence", CONFIDENCE)):
        if getattr(facts, name) not in known:
            raise Invalid({name: [_("请从列表中选择。")]})
    read_hours(facts.hours)
    length = facts.length_m if facts.length_m is not None else (old.length_m if old else 1.0)
    if not 0.1 <= length <= MOST_M:
        raise Invalid({"length_m": [_("过门的长度请填 0.1 到 500 米。")]})
    values: dict[str, Any] = {
        "name": clean(facts.name, max_length=60, field="name"),
        "status": facts.status,
        "access": facts.access,
        "hours": clean(facts.hours, max_length=120, field="hours"),
        "barrier_free": facts.barrier_free,
        "length_m": float(length),
        "source": clean(facts.source, max_length=200, field="source", required=True),
        "confidence": facts.confidence,
        "verified_on": _not_later(facts.verified_on).isoformat() if facts.verified_on else None,
        "other_id": str(_neighbour(facts.other_id, compound)) if facts.other_id else None,
    }
    if facts.lon is not None or facts.lat is not None:
        lon, lat = on_the_wall(compound, *clean_point(facts.lon, facts.lat, facts.datum))
        values |= {"lon": lon, "lat": lat}
    return values


def _neighbour(other_id: UUID, compound: Compound) -> UUID:
    found = Compound.objects.filter(pk=other_id, county=compound.county).exclude(pk=compound.pk).first()
    if found is None:
        raise Invalid({"other_id": [_("请从列表里选门另一侧的小区。")]})
    return found.pk


def _not_later(day: date) -> date:
    if day > clock.today():
        raise Invalid({"verified_on": [_("核实日期不能晚于今天。")]})
    return day


def _now(row: Gate) -> dict[str, Any]:
    names = ("name", "status", "access", "hours", "barrier_free", "length_m", "source", "confidence")
    found = {name: getattr(row, name) for name in (*names, "lon", "lat")}
    found["verified_on"] = row.verified_on.isoformat() if row.verified_on else None
    found["other_id"] = str(row.other_id) if row.other_id else None
    return found


def _plain(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, date) else value


def _from_plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "verified_on":
        return date.fromisoformat(value)
    return UUID(value) if name == "other_id" else value


def _as_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _from_plain(name, value) for name, value in values.items()}


def _apply(row: Gate, values: Mapping[str, Any]) -> None:
    for name, value in _as_columns(values).items():
        setattr(row, name, value)
    row.is_live, row.version = True, row.version + 1
    row.save()
    find_crossings(row.county)


def unit_of(actor: Actor) -> str:
    """Return the unit that stands in the history; never a name of a person."""
    post = actor.post
    return (post.unit_name if post else "")[:120]


def _compound(compound_id: UUID) -> Compound:
    found = Compound.objects.filter(pk=compound_id).first()
    if found is None:
        raise NotFound("compound")
    return found


def _gate(gate_id: UUID) -> Gate:
    found = Gate.objects.select_for_update(of=("self",)).select_related("compound").filter(pk=gate_id).first()
    if found is None:
        raise NotFound("gate")
    return found


def _facility(facility_id: UUID) -> Facility:
    found = Facility.objects.select_for_update().filter(pk=facility_id).first()
    if found is None:
        raise NotFound("facility")
    return found


def _change(change_id: UUID) -> FactChange:
    found = FactChange.objects.select_for_update().filter(pk=change_id).first()
    if found is None:
        raise NotFound("change")
    return found
