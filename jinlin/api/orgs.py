"""Categories, units, and who should take a case: the catalogue as programs read it."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.schemas import Given, Proposal, Unit
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.places.rules import level_of, lineage

router = Router(tags=["orgs"])
COUNTY, TOWN, VILLAGE = 3, 4, 5


class Category(Schema):
    """A matter; only leaves (with a parent) go on a case."""

    code: str
    parent: str
    name: str
    name_en: str
    label: str
    sla_class: str
    sensitive: bool
    photo_required: bool
    keywords: str
    note: str


class UnitsIn(Given):
    """Which units: those of a county, by name or line."""

    county: str = Field(min_length=12, max_length=12, pattern="^[0-9]{12}$")
    q: str = Field("", max_length=40)


class ProposeIn(Given):
    """A matter at a place: leaf code, and a region (12 digits) or grid (15 digits)."""

    category: str = Field("", max_length=12)
    place: str = Field(pattern="^([0-9]{12}|[0-9]{15})$")


def proposal_out(found: Any) -> Proposal:
    """Return a proposal of the catalogue as the API tells it."""
    return Proposal(
        lead=unit_out(found.lead) if found.lead else None,
        assists=[unit_out(unit) for unit in found.assists],
        others=[unit_out(unit) for unit in found.others],
        reason=found.reason,
        how=found.how,
    )


def unit_out(row: Any) -> Unit:
    """Return an organisation as the API tells it."""
    return Unit.model_validate(row)


@router.get("/categories", auth=doors.anyone("case.report"), response=list[Category])
def list_categories(request: doors.Asked) -> Any:
    """Every category in use, roots before their leaves."""
    tree = orgs.categories()
    return [node for node in tree.nodes if node.is_active]


@router.get("/units", auth=doors.staff("case.move"), response=list[Unit])
def list_units(request: doors.Asked, wanted: Query[UnitsIn]) -> Any:
    """Units of a county a case may be sent to, county level first, at most 30."""
    return orgs.search_units(clean(wanted.q, max_length=40, field="q"), county=wanted.county)


@router.get("/proposals", auth=doors.staff("case.enter"), response=Proposal)
def propose_units(request: doors.Asked, wanted: Query[ProposeIn]) -> Any:
    """Who should lead and assist for a matter at a place, by the catalogue and the duty lists; a person confirms it."""
    region = wanted.place[:12]
    by_level = {level_of(code): code for code in (region, *lineage(region))}
    level = min(min((post.level for post in request.actor.posts), default=COUNTY), VILLAGE)
    found = orgs.propose(
        wanted.category,
        county=by_level.get(COUNTY, ""),
        town=by_level.get(TOWN, ""),
        village=by_level.get(VILLAGE, ""),
        level=level,
    )
    return proposal_out(found)
