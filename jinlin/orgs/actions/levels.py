"""The standard organisations of a level, made in bulk: centre and departments, town offices, village committees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel.errors import Invalid
from jinlin.orgs import rules
from jinlin.orgs.actions.gate import region_field, require_manage, touch
from jinlin.orgs.actions.organisations import county_of
from jinlin.orgs.models import Line, Organisation
from jinlin.people.access import Actor
from jinlin.places.models import Region

REFERENCE_FROM: Final = date(2020, 1, 1)  # older than any case a deployer is likely to bring in
_BATCH: Final = 1000
_SOURCE: Final = "标准设置"  # data
_DESK: Final = {1: "CENTRE", 2: "CENTRE", 3: "CENTRE", 4: "TWN", 5: "VIL"}


class Place(Protocol):
    """What a name is made from."""

    code: str
    name: str


@dataclass(frozen=True)
class Blueprint:
    """One body to found in a region."""

    tag: str
    name: str
    kind: str
    line: str = ""


def town_office_name(name: str) -> str:  # data: names of offices
    """Return the name of the office of a street, town, township or zone."""
    if name.endswith("街道"):
        return f"{name}办事处"
    if name.endswith(("镇", "乡")):
        return f"{name}人民政府"
    return name if name.endswith(("办事处", "委员会", "管委会", "人民政府")) else f"{name}管理委员会"


def town_party_name(name: str) -> str:  # data: names of offices
    """Return the name of the Party committee of a town (committee) or a street or zone (working committee)."""
    stem = name.removesuffix("办事处")
    return f"中共{stem}{'委员会' if stem.endswith(('镇', '乡')) else '工作委员会'}"


def village_stem(name: str) -> str:  # data: names of offices
    """Return a village or community without its committee: 陈庄村民委员会 -> 陈庄村, 新华社区居民委员会 -> 新华社区."""
    for long, short in (("村民委员会", "村"), ("村委会", "村"), ("居民委员会", "社区"), ("居委会", "社区")):
        if name.endswith(long) and len(name) > len(long):
            stem = name.removesuffix(long)
            return stem if stem.endswith(("村", "社区")) else f"{stem}{short}"
    return name


def blueprints(
    place: Place, level: int, lines: Iterable[Line]
) -> Iterator[Blueprint]:  # data: names of offices
    """Yield the standard bodies of one region."""
    name = place.name
    if level == rules.VILLAGE:
        yield Blueprint("VIL", name, "committee", "VIL")
        yield Blueprint("PARTY", f"中共{village_stem(name)}支部委员会", "party_org")
        return
    if level == rules.TOWN:
        yield Blueprint("TWN", town_office_name(name), "town_office", "TWN")
        yield Blueprint("PARTY", town_party_name(name), "party_org")
        return
    centre = "综治中心" if level == rules.COUNTY else "社会治理综合服务中心"
    yield Blueprint("CENTRE", f"{name}{centre}", "governance_centre")
    yield Blueprint("PARTY", f"中共{name}委员会", "party_org")
    if level == rules.PROVINCE:
        return
    for line in lines:
        pattern = (line.pattern_city if level == rules.CITY else "") or line.pattern
        if pattern:
            yield Blueprint(line.code, pattern.replace("{place}", name), line.kind, line.code)


def make_level_organisations(
    *, actor: Actor, region_code: str, level: int, valid_from: date = REFERENCE_FROM
) -> int:
    """Found what is missing of the standard organisations of every region of `level` at or below `region_code`.

    Returns how many were made; safe to run twice. A handful of queries and one bulk insert, whatever the number of
    regions: a county's villages take about a second.
    """
    code = region_field(region_code)
    require_manage(actor, code)
    if level not in range(rules.level_of(code), 6):
        raise Invalid({"level": [_("层级应在该区划之下（1 到 5），请重新选择。")]})

    low, high = rules.code_range(code)
    with transaction.atomic():
        lines = list(Line.objects.order_by("position")) if level in (rules.CITY, rules.COUNTY) else []
        here = Organisation.objects.filter(valid_to__isnull=True, region_code__gte=low, region_code__lt=high)
        taken = set(here.filter(level=level).values_list("code", flat=True))
        parents = _parents(code, level)
        regions = Region.objects.filter(
            code__gte=low, code__lt=high, level=level, valid_to__isnull=True
        ).only("code", "name")
        made: list[Organisation] = []
        for region in regions.order_by("code"):
            for plan in blueprints(region, level, lines):
                if f"{region.code}-{plan.tag}" not in taken:
                    made.append(_organisation(region, plan, level, parents, valid_from))
        Organisation.objects.bulk_create(made, batch_size=_BATCH)
        if made:
            touch()
            audit.record(actor=actor, verb="organisation.make_level", obj=None, county=county_of(code))
    return len(made)


def _organisation(
    region: Place, plan: Blueprint, level: int, parents: dict[str, Organisation], valid_from: date
) -> Organisation:
    up = rules.chain(region.code)[1] if level > rules.PROVINCE else ""
    above = {"PARTY": "PARTY", _DESK[level]: _DESK.get(level - 1, "")}.get(plan.tag, "")
    return Organisation(
        code=f"{region.code}-{plan.tag}",
        name=plan.name[:80],
        kind=plan.kind,
        line=plan.line,
        level=level,
        region_code=region.code,
        county=county_of(region.code),
        parent=parents.get(f"{up}-{above}"),
        valid_from=valid_from,
        source=_SOURCE,
    )


def _parents(code: str, level: int) -> dict[str, Organisation]:
    """Return the desks and Party bodies of the level above by code."""
    if level == rules.PROVINCE:
        return {}
    top = code if rules.level_of(code) < level else rules.chain(code)[1]
    low, high = rules.code_range(top)
    rows = Organisation.objects.filter(
        valid_to__isnull=True, level=level - 1, region_code__gte=low, region_code__lt=high
    )
    return {row.code: row for row in rows.filter(kind__in=("party_org", *rules.DESK_KINDS))}
