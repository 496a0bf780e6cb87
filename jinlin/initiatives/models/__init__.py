"""Tables of this room; no ID number, no face, no track, no score of a person in any of them."""

from jinlin.initiatives.models.counters import Counted, Figure, Standing
from jinlin.initiatives.models.deciding import Meeting, Resolution, SiteVisit
from jinlin.initiatives.models.money import Milestone, Payment, Plan
from jinlin.initiatives.models.spine import CaseLink, Initiative, StageEntry
from jinlin.initiatives.models.ventures import Applicant, Review, Round
from jinlin.initiatives.models.voices import Answer, PaperTally, Pass, Support

__all__ = [
    "Answer",
    "Applicant",
    "CaseLink",
    "Counted",
    "Figure",
    "Initiative",
    "Meeting",
    "Milestone",
    "PaperTally",
    "Pass",
    "Payment",
    "Plan",
    "Resolution",
    "Review",
    "Round",
    "SiteVisit",
    "StageEntry",
    "Standing",
    "Support",
]
