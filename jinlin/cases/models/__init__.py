"""Tables of the closed loop; every row carries its immutable county, no foreign key crosses counties."""

from jinlin.cases.models.case import Appeal, Case, CasePhoto
from jinlin.cases.models.ladder import LadderRun, MonthlyTopic, Rung
from jinlin.cases.models.reaching import Campaign, Visit
from jinlin.cases.models.supervision import (
    JointMeeting,
    SupervisedCase,
    Supervision,
    SupervisionAnswer,
)
from jinlin.cases.models.timeline import (
    Approval,
    CaseEvent,
    CaseLink,
    Clock,
    FollowUp,
    Handover,
    Pause,
    Verification,
)
from jinlin.cases.models.timing import CalendarDay, Ceiling, OfficeHours, Retiming, SlaStage
from jinlin.cases.models.whistle import Whistle, WhistleReply

__all__ = [
    "Appeal",
    "Approval",
    "CalendarDay",
    "Campaign",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CasePhoto",
    "Ceiling",
    "Clock",
    "FollowUp",
    "Handover",
    "JointMeeting",
    "LadderRun",
    "MonthlyTopic",
    "OfficeHours",
    "Pause",
    "Retiming",
    "Rung",
    "SlaStage",
    "SupervisedCase",
    "Supervision",
    "SupervisionAnswer",
    "Verification",
    "Visit",
    "Whistle",
    "WhistleReply",
]
