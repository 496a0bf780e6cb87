"""Tables of the closed loop; every row carries its immutable county, no foreign key crosses counties."""

from jinlin.cases.models.case import Appeal, Case, CasePhoto, Tally
from jinlin.cases.models.timeline import (
    Approval,
    CaseEvent,
    CaseLink,
    Clock,
    FollowUp,
    Handover,
    Verification,
)
from jinlin.cases.models.timing import CalendarDay, OfficeHours, SlaStage

__all__ = [
    "Appeal",
    "Approval",
    "CalendarDay",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CasePhoto",
    "Clock",
    "FollowUp",
    "Handover",
    "OfficeHours",
    "SlaStage",
    "Tally",
    "Verification",
]
