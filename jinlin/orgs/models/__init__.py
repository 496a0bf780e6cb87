"""Tables of this room."""

from jinlin.orgs.models.party import GridInstructor, PartyOrg, PartyTie, StarRating
from jinlin.orgs.models.teams import HeadSeat, JointTeam, SupervisorSeat, TeamBody, Training, WorkMethod
from jinlin.orgs.models.units import CatalogueEntry, Category, DutyItem, Line, Organisation, OrgsVersion

__all__ = [
    "CatalogueEntry",
    "Category",
    "DutyItem",
    "GridInstructor",
    "HeadSeat",
    "JointTeam",
    "Line",
    "Organisation",
    "OrgsVersion",
    "PartyOrg",
    "PartyTie",
    "StarRating",
    "SupervisorSeat",
    "TeamBody",
    "Training",
    "WorkMethod",
]
