"""Organisations: one, many, the desk of a place, the units of a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.kernel.rows import twin
from jinlin.orgs import rules
from jinlin.orgs.models import Organisation
from jinlin.orgs.queries import cache


def unit(unit_id: UUID) -> Organisation:
    """Return one organisation, also a closed one; NotFound when there is none (one query)."""
    found = Organisation.objects.filter(pk=unit_id).first()
    if found is None:
        raise NotFound("organisation")
    return found


def unit_name(unit_id: UUID | None) -> str:
    """Return the name of an organisation, "" for None or unknown (no query when asked within a minute)."""
    return unit_names((unit_id,)).get(unit_id, "") if unit_id else ""


def unit_names(unit_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return names by id for a list page (at most one query)."""
    wanted = {unit_id for unit_id in unit_ids if unit_id}
    found = cache.known_names(wanted)
    missing = wanted - found.keys()
    if missing:
        read = dict(Organisation.objects.filter(pk__in=missing).values_list("id", "name"))
        cache.keep_names(read)
        found |= read
    return found


def line_of(unit_id: UUID) -> tuple[bool, str]:
    """Return whether an organisation is a desk, and its line (one query; none when asked before)."""
    known: dict[UUID, tuple[bool, str]] = cache.remembered("unit-lines", dict)
    found = known.get(unit_id)
    if found is None:
        row = Organisation.objects.filter(pk=unit_id).first()
        if row is None:
            return False, ""
        found = known[unit_id] = (row.is_desk, row.line)
    return found


def units_standing_for(line: str, counties: Sequence[str], level: int = 0) -> list[UUID]:
    """Return the ids of a line's organisations over some counties, or of the desks of a level, closed ones too.

    One query; those of the cities above the counties are among them. Without counties: all of them.
    """
    rows = Organisation.objects.all()
    if counties:
        cities = {county[:4] + "00000000" for county in counties}
        rows = rows.filter(Q(county__in=counties) | Q(region_code__in=cities))
    desks = Q(kind__in=rules.DESK_KINDS)
    rows = rows.filter(desks, level=level) if level else rows.filter(~desks, line=line)
    return list(rows.values_list("id", flat=True))


def desk_of(region_code: str, on: date | None = None) -> Organisation:
    """Return the desk of a region or grid code on a day, the nearest one above when it has none (one or two queries).

    Raises NotFound only when no desk stands anywhere above.
    """
    day = on or clock.today()
    known: dict[tuple[str, date], Organisation] = cache.remembered("desks", dict)
    found = known.get((region_code, day)) or desks_of((region_code,), day).get(region_code)
    if found is None:
        raise NotFound("desk")
    known[region_code, day] = found
    return twin(found)


def desks_of(region_codes: Sequence[str], on: date | None = None) -> dict[str, Organisation]:
    """Return the desks of many regions, the nearest above each; regions without any are left out (one query)."""
    chains = {code: rules.chain(code) for code in region_codes if code}
    regions = {up for found in chains.values() for up in found}
    rows = Organisation.objects.on(on or clock.today()).filter(
        region_code__in=regions, kind__in=rules.DESK_KINDS
    )
    by_region: dict[str, Organisation] = {}
    for row in rows.order_by("code"):
        by_region.setdefault(row.region_code, row)
    nearest = {
        code: next((by_region[up] for up in ups if up in by_region), None) for code, ups in chains.items()
    }
    return {code: desk for code, desk in nearest.items() if desk is not None}


def units_of_line(line: str, county: str, on: date | None = None) -> list[Organisation]:
    """Return the organisations of a line in a county, highest level first (one query)."""
    rows = Organisation.objects.on(on or clock.today()).filter(county=county, line=line)
    return list(rows.order_by("level", "code"))


def search_units(
    text: str = "", *, county: str, regions: Sequence[str] = (), limit: int = 30
) -> list[Organisation]:
    """Return organisations of a county for a picker: by name or line, county level first (one query).

    `regions` keeps town and community bodies to a case's own chain; departments of the county always show.
    """
    rows = Organisation.objects.on(clock.today()).filter(county=county)
    if text := text.strip():
        rows = rows.filter(Q(name__icontains=text) | Q(line__iexact=text))
    if regions:
        rows = rows.filter(Q(level__lte=rules.COUNTY) | Q(region_code__in=regions))
    return list(rows.order_by("level", "code")[:limit])


def receivers(
    *, county: str, town: str = "", village: str = "", top: int = rules.COUNTY
) -> list[Organisation]:
    """Return who can be given a case of a place: bodies of its own chain from level `top` down (one query).

    Party bodies and co-building partners are not given cases.
    """
    rows = Organisation.objects.on(clock.today()).standing_in(rules.case_chain(county, town, village))
    rows = rows.filter(level__gte=top).exclude(kind__in=("party_org", "co_building"))
    return list(rows.order_by("level", "code"))
