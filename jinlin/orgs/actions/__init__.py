"""Writes of this room; one function, one use case."""

from jinlin.orgs.actions.catalogue import Terms, set_catalogue_entry, set_duty_item
from jinlin.orgs.actions.categories import add_category, edit_category
from jinlin.orgs.actions.levels import make_level_organisations
from jinlin.orgs.actions.organisations import (
    Details,
    NewAccount,
    appoint,
    close_organisation,
    create_organisation,
    edit_organisation,
    found_first,
    hire,
)
from jinlin.orgs.actions.seed import SeedReport, seed_reference

__all__ = [
    "Details",
    "NewAccount",
    "SeedReport",
    "Terms",
    "add_category",
    "appoint",
    "close_organisation",
    "create_organisation",
    "edit_category",
    "edit_organisation",
    "found_first",
    "hire",
    "make_level_organisations",
    "seed_reference",
    "set_catalogue_entry",
    "set_duty_item",
]
