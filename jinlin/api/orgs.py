"""Categories, units, and who should take a case: the catalogue as programs read it."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.schemas import Given, Unit
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs

router = Router(tags=["orgs"])


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
