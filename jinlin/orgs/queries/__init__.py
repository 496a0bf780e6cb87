"""Reads of this room."""

from jinlin.orgs.queries.categories import (
    CategoryNode,
    CategoryTree,
    LineName,
    categories,
    category,
    category_code,
    line_names,
    search_categories,
)
from jinlin.orgs.queries.dispatch import Proposal, duty_kind, propose
from jinlin.orgs.queries.pages import (
    Page,
    catalogue_page,
    duty_kinds,
    duty_page,
    organisation_kinds,
    organisation_page,
)
from jinlin.orgs.queries.units import (
    desk_of,
    desks_of,
    line_of,
    receivers,
    search_units,
    unit,
    unit_name,
    unit_names,
    units_of_line,
    units_standing_for,
)

__all__ = [
    "CategoryNode",
    "CategoryTree",
    "LineName",
    "Page",
    "Proposal",
    "catalogue_page",
    "categories",
    "category",
    "category_code",
    "desk_of",
    "desks_of",
    "duty_kind",
    "duty_kinds",
    "duty_page",
    "line_names",
    "line_of",
    "organisation_kinds",
    "organisation_page",
    "propose",
    "receivers",
    "search_categories",
    "search_units",
    "unit",
    "unit_name",
    "unit_names",
    "units_of_line",
    "units_standing_for",
]
