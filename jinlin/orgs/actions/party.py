"""Party organisations: found, tie to grids, assign instructors, rate, end; head counts only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock, text
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken, gettext_noop
from jinlin.kernel.idempotency import once
from jinlin.orgs.actions.gate import region_field
from jinlin.orgs.actions.organisations import county_of
from jinlin.orgs.models import GridInstructor, Organisation, PartyOrg, PartyTie, StarRating
from jinlin.orgs.rules import party as rules
from jinlin.people.access import Actor
from jinlin.people.areas import require_area
from jinlin.places import queries as places

VERB = "party.manage"
MOST_MEMBERS = 100_000
MOST_TIES = 500


@dataclass(frozen=True)
class PartyFacts:
    """What is known of a Party organisation besides its place."""

    name: str
    kind: str
    scope: str = "grid"
    members: int = 0
    is_joint: bool = False
    parent: UUID | None = None
    host: UUID | None = None
    source: str = ""


@once("party.found")
def found_party_org(
    *, actor: Actor, region_code: str, facts: PartyFacts, ties: Iterable[str] = (), key: str | None = None
) -> PartyOrg:
    """Enter a Party organisation of a region, with the grids (15 digits) or buildings (21) it stands on."""
    region = region_field(region_code)
    require_area(actor, VERB, region)
    row = PartyOrg(county=county_of(region), region_code=region, valid_from=clock.today())
    _fill(row, facts)
    row.save(force_insert=True)
    _tie(row, ties)
    audit.record(actor=actor, verb="party.found", obj=row, county=row.county)
    return row


@once("party.edit")
def edit_party_org(
    *, actor: Actor, party_org: UUID, facts: PartyFacts, ties: Iterable[str], key: str | None = None
) -> PartyOrg:
    """Correct a Party organisation and the grids it stands on."""
    row = _standing(actor, party_org)
    _fill(row, facts)
    row.save()
    _tie(row, ties)
    audit.record(actor=actor, verb="party.edit", obj=row, county=row.county)
    return row


@once("party.close")
def close_party_org(*, actor: Actor, party_org: UUID, key: str | None = None) -> PartyOrg:
    """End a Party organisation today; refused while others stand below it."""
    row = _standing(actor, party_org)
    if PartyOrg.objects.on(clock.today()).filter(parent=row).exists():
        raise RuleBroken("party_has_branches", gettext_noop("它下面还有党组织，请先把下级撤销或改隶。"))
    row.valid_to = clock.today()
    row.save(update_fields=["valid_to"])
    audit.record(actor=actor, verb="party.close", obj=row, county=row.county)
    return row


@once("party.instructor")
def assign_instructor(*, actor: Actor, grid: str, unit: UUID | None, key: str | None = None) -> None:
    """Name the unit that instructs Party work in a grid, or end it with None; the one before ends today."""
    code = _grid(grid)
    require_area(actor, VERB, code[:12])
    named = Organisation.objects.on(clock.today()).filter(pk=unit).first() if unit else None
    if unit and named is None:
        raise Invalid({"unit": [_("没有找到这个单位，请从列表中选择。")]})
    with transaction.atomic():
        GridInstructor.objects.filter(county=county_of(code[:12]), grid=code, valid_to__isnull=True).update(
            valid_to=clock.today()
        )
        row = None
        if named is not None:
            row = GridInstructor.objects.create(
                county=county_of(code[:12]), grid=code, unit=named, valid_from=clock.today()
            )
        audit.record(actor=actor, verb="party.instructor", obj=row, county=county_of(code[:12]))


@once("party.rate")
def rate_party_org(
    *, actor: Actor, party_org: UUID, year: int, stars: int, words: str = "", key: str | None = None
) -> PartyOrg:
    """Note how many stars a branch was given in a year (organisations may be rated, people never)."""
    row = _standing(actor, party_org)
    if row.kind not in rules.BRANCHES:
        raise RuleBroken("party_not_rated", gettext_noop("只给党支部及以上评星，党小组和中心户不评。"))
    today = clock.today()
    if not (2000 <= year <= today.year and 0 <= stars <= 5):
        raise Invalid({"stars": [_("请填写今年或以前的年份，星级填 0 到 5。")]})
    words = text.clean(words, max_length=200, field="words")
    StarRating.objects.update_or_create(
        county=row.county, party_org=row, year=year, defaults={"stars": stars, "words": words}
    )
    audit.record(actor=actor, verb="party.rate", obj=row, county=row.county)
    return row


def _fill(row: PartyOrg, facts: PartyFacts) -> None:
    row.name = text.clean(facts.name, max_length=80, field="name", required=True)
    if facts.kind not in rules.KINDS:
        raise Invalid({"kind": [_("请选择党委、党总支、党支部、党小组或党员中心户。")]})
    if facts.scope not in rules.SCOPES:
        raise Invalid({"scope": [_("请从列表中选择它建在哪里。")]})
    if not 0 <= facts.members <= MOST_MEMBERS:
        raise Invalid({"members": [_("党员人数请填 0 到 100000 的整数。")]})
    row.kind, row.scope, row.members, row.is_joint = facts.kind, facts.scope, facts.members, facts.is_joint
    row.source = text.clean(facts.source, max_length=120, field="source")
    row.parent, row.host = _parent(row, facts.parent), _host(facts.host)
    same = PartyOrg.objects.filter(
        county=row.county, region_code=row.region_code, name=row.name, valid_to__isnull=True
    )
    if same.exclude(pk=row.pk).exists():
        raise Conflict(
            "party_name_taken", gettext_noop("这里已有同名的党组织，请换个名称，或打开原来的修改。")
        )


def _parent(row: PartyOrg, parent: UUID | None) -> PartyOrg | None:
    if parent is None:
        return None
    found = PartyOrg.objects.on(clock.today()).filter(county=row.county, pk=parent).first()
    if not isinstance(found, PartyOrg) or not rules.may_hold(found.kind, row.kind):
        raise Invalid({"parent": [_("上级党组织要比它大一级，例如党支部在党总支或党委下面。")]})
    return found


def _host(host: UUID | None) -> Organisation | None:
    if host is None:
        return None
    found = Organisation.objects.on(clock.today()).filter(pk=host).first()
    if found is None:
        raise Invalid({"host": [_("没有找到这个单位，请从列表中选择。")]})
    return found


def _tie(row: PartyOrg, ties: Iterable[str]) -> None:
    """Put the organisation on these places instead of those before; each must lie in its own county."""
    wanted = {(code[:15], code if len(code) > 15 else "") for code in map(str.strip, ties) if code}
    if len(wanted) > MOST_TIES:
        raise Invalid({"ties": [_("一个党组织最多覆盖 500 个网格或楼栋，请分开设立。")]})
    for grid, _building in wanted:
        if county_of(_grid(grid)[:12]) != row.county:
            raise Invalid({"ties": [_("网格要在同一个县（市、区）里，请核对编码。")]})
    if row.kind == "branch" and len({grid for grid, _building in wanted}) > 1:
        row.is_joint = True
        row.save(update_fields=["is_joint"])
    PartyTie.objects.filter(county=row.county, party_org=row).delete()
    PartyTie.objects.bulk_create(
        PartyTie(county=row.county, party_org=row, grid=grid, building=building)
        for grid, building in sorted(wanted)
    )


def _grid(code: str) -> str:
    code = text.clean(code, max_length=21, field="grid")
    if len(code) < 15 or not code[:15].isdigit() or not places.stands(code[:15]):
        raise Invalid({"ties": [_("没有找到编码为 %(code)s 的网格，请从列表中选择。") % {"code": code}]})
    return code[:15]


def _standing(actor: Actor, party_org: UUID) -> PartyOrg:
    row = PartyOrg.objects.select_for_update().filter(pk=party_org).first()
    if not isinstance(row, PartyOrg):
        raise NotFound(_("党组织"))
    require_area(actor, VERB, row.region_code)
    if row.valid_to is not None:
        raise RuleBroken("party_closed", gettext_noop("这个党组织已经撤销，不能再修改。"))
    return row
