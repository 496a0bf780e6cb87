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
from jinlin.orgs.actions.party import (
    PartyFacts,
    assign_instructor,
    close_party_org,
    edit_party_org,
    found_party_org,
    rate_party_org,
)
from jinlin.orgs.actions.seed import SeedReport, seed_reference
from jinlin.orgs.actions.teams import (
    Body,
    Head,
    disband_team,
    form_team,
    leave_seat,
    note_training,
    save_method,
    seat_head,
    seat_supervisor,
    set_bodies,
    set_checklist,
    unseat_head,
)

__all__ = [
    "Body",
    "Details",
    "Head",
    "NewAccount",
    "PartyFacts",
    "SeedReport",
    "Terms",
    "add_category",
    "appoint",
    "assign_instructor",
    "close_organisation",
    "close_party_org",
    "create_organisation",
    "disband_team",
    "edit_category",
    "edit_organisation",
    "edit_party_org",
    "form_team",
    "found_first",
    "found_party_org",
    "hire",
    "leave_seat",
    "make_level_organisations",
    "note_training",
    "rate_party_org",
    "save_method",
    "seat_head",
    "seat_supervisor",
    "seed_reference",
    "set_bodies",
    "set_catalogue_entry",
    "set_checklist",
    "set_duty_item",
    "unseat_head",
]
