"""Organisations: found, edit, close; and putting a person into a post at one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import bus, clock, text
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken, gettext_noop
from jinlin.kernel.idempotency import once
from jinlin.orgs import rules
from jinlin.orgs.actions.gate import region_field, require_manage, touch
from jinlin.orgs.events import OrganisationClosed
from jinlin.orgs.models import Line, Organisation
from jinlin.orgs.queries import desk_of
from jinlin.people import actions as people
from jinlin.people.access import SYSTEM, Actor
from jinlin.people.models import Account, Post

_LEVELS = {"town_office": (rules.TOWN,), "committee": (rules.VILLAGE,), "governance_centre": (1, 2, 3)}
_SIZES = {"name": 80, "phone": 32, "address": 120}


@dataclass(frozen=True)
class Details:
    """The less needed facts of an organisation; `code` is made from region and line when left empty."""

    code: str = ""
    phone: str = ""
    address: str = ""
    parent: UUID | None = None
    valid_from: date | None = None
    source: str = ""


@once("organisation.create")
def create_organisation(
    *,
    actor: Actor,
    name: str,
    kind: str,
    region_code: str,
    line: str = "",
    details: Details = Details(),
    key: str | None = None,
) -> Organisation:
    """Found a body in a region (block) and a line; its level and county follow from the region."""
    region = region_field(region_code)
    require_manage(actor, region)
    row = Organisation(
        name=text.clean(name, max_length=80, field="name", required=True),
        kind=_kind(kind, region),
        line=_line(line),
        level=rules.level_of(region),
        region_code=region,
        county=county_of(region),
        parent=_parent(details.parent),
        phone=text.clean(details.phone, max_length=32, field="phone"),
        address=text.clean(details.address, max_length=120, field="address"),
        valid_from=details.valid_from or clock.today(),
        source=text.clean(details.source, max_length=120, field="source"),
    )
    row.code = _free_code(details.code, row)
    row.save(force_insert=True)
    touch()
    audit.record(actor=actor, verb="organisation.create", obj=row, county=row.county)
    return row


@once("organisation.edit")
def edit_organisation(
    *, actor: Actor, unit_id: UUID, changes: Mapping[str, str], key: str | None = None
) -> Organisation:
    """Change the name, office phone or address of a body; its line and region never change (close and found anew)."""
    row = _standing(unit_id)
    require_manage(actor, row.region_code)
    unknown = changes.keys() - _SIZES.keys()
    if unknown:
        raise Invalid({field: [_("这一项不能修改，请撤销原单位后重新建立。")] for field in sorted(unknown)})
    for field, value in changes.items():
        setattr(
            row, field, text.clean(value, max_length=_SIZES[field], field=field, required=field == "name")
        )
    row.save(update_fields=list(changes))
    touch()
    audit.record(actor=actor, verb="organisation.edit", obj=row, county=row.county)
    return row


@once("organisation.close")
def close_organisation(
    *, actor: Actor, unit_id: UUID, on: date | None = None, key: str | None = None
) -> Organisation:
    """End a body: from that day (default today) nothing is proposed to it any more; its history keeps its name."""
    row = _standing(unit_id)
    require_manage(actor, row.region_code)
    day = on or clock.today()
    if day < row.valid_from:
        raise Invalid({"on": [_("撤销日期早于设立日期，请改正。")]})
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    touch()
    bus.announce(OrganisationClosed(unit=row.id, region_code=row.region_code, at=clock.now()))
    audit.record(actor=actor, verb="organisation.close", obj=row, county=row.county)
    return row


def appoint(
    *,
    actor: Actor,
    account: Account,
    role: str,
    unit_id: UUID,
    place: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Post:
    """Put a person into a role at an organisation, for its region or a place (grid) inside it."""
    row = _standing(unit_id, lock=False)
    where = place or row.region_code
    if not rules.covers(row.region_code, where[:12]):
        raise RuleBroken("place_outside_unit", gettext_noop("这个地方不在该单位的辖区内，请重新选择。"))
    return people.give_post(
        actor=actor,
        account=account,
        role=role,
        place=where,
        unit=(row.id, row.name, row.line),
        starts_on=starts_on,
        ends_on=ends_on,
    )


@dataclass(frozen=True)
class NewAccount:
    """A log-in to be made."""

    username: str
    name: str
    password: str


def hire(
    *,
    actor: Actor,
    new: NewAccount,
    role: str,
    unit_id: UUID,
    place: str = "",
    starts_on: date | None = None,
) -> Account:
    """Make a log-in together with its first post, or neither."""
    with transaction.atomic():
        account = people.create_account(
            actor=actor, username=new.username, name=new.name, password=new.password
        )
        appoint(actor=actor, account=account, role=role, unit_id=unit_id, place=place, starts_on=starts_on)
    return account


def found_first(*, new: NewAccount, role: str, place: str) -> Account:
    """Make a log-in from the command line, by whoever runs the machine; desks' people stand at the desk of the place."""
    region = region_field(place, field="place")
    with transaction.atomic():
        account = people.create_account(
            actor=SYSTEM, username=new.username, name=new.name, password=new.password
        )
        if role in ("platform_admin", "province_viewer"):
            people.give_post(actor=SYSTEM, account=account, role=role, place=region)
        else:
            desk = desk_of(region)
            appoint(actor=SYSTEM, account=account, role=role, unit_id=desk.pk, place=region)
    return account


def county_of(region_code: str) -> str:
    """Return the county a region lies in, "" for a city or province."""
    return rules.slot(rules.chain(region_code), rules.COUNTY)


def _standing(unit_id: UUID, *, lock: bool = True) -> Organisation:
    rows = Organisation.objects.select_for_update(of=("self",)) if lock else Organisation.objects.all()
    row = rows.filter(pk=unit_id).first()
    if row is None:
        raise NotFound("organisation")
    if row.valid_to is not None and row.valid_to <= clock.today():
        raise RuleBroken("organisation_closed", gettext_noop("这个单位已经撤销，不能再修改。"))
    return row


def _kind(kind: str, region: str) -> str:
    if kind not in rules.KINDS:
        raise Invalid({"kind": [_("没有这种单位类型，请从列表中选择。")]})
    if kind in _LEVELS and rules.level_of(region) not in _LEVELS[kind]:
        raise Invalid({"kind": [_("这种单位不设在这一级区划，请核对区划。")]})
    return kind


def _line(line: str) -> str:
    line = text.clean(line, max_length=40, field="line")
    if line and not Line.objects.filter(code=line).exists():
        raise Invalid({"line": [_("没有这个部门代码，请从列表中选择。")]})
    return line


def _parent(parent: UUID | None) -> Organisation | None:
    if parent is None:
        return None
    row = Organisation.objects.filter(pk=parent).first()
    if row is None:
        raise Invalid({"parent": [_("没有找到上级单位，请从列表中选择。")]})
    return row


def _free_code(wanted: str, row: Organisation) -> str:
    """Return the asked code if it is free, or the first free one of region-line, region-line-2, ..."""
    wanted = text.clean(wanted, max_length=40, field="code")
    standing = Organisation.objects.filter(valid_to__isnull=True)
    if wanted:
        if standing.filter(code=wanted).exists():
            raise Invalid({"code": [_("这个编号已有单位使用，请换一个。")]})
        return wanted
    stem = f"{row.region_code}-{row.line or row.kind.upper()}"[:34]
    taken = set(
        standing.filter(region_code=row.region_code, code__startswith=stem).values_list("code", flat=True)
    )
    serial = next(n for n in range(1, len(taken) + 2) if (stem if n == 1 else f"{stem}-{n}") not in taken)
    return stem if serial == 1 else f"{stem}-{serial}"
