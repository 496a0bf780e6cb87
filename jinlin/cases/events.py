"""What this room announces; every event names the case, its county and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class CaseFact:
    """Something happened to a case."""

    case_id: UUID
    county: str
    at: datetime


class CaseReported(CaseFact):
    """An appeal opened a new case."""


class AppealJoined(CaseFact):
    """An appeal joined an open case of the same matter."""


class CaseAccepted(CaseFact):
    """The grid or a desk took the case."""


class CaseEscalated(CaseFact):
    """The case went up a level."""


class CaseDispatched(CaseFact):
    """The case went to a unit."""


class CaseRecalled(CaseFact):
    """The dispatch was taken back before it was signed."""


class CaseSigned(CaseFact):
    """The unit signed for the case."""


class DispatchObjected(CaseFact):
    """The unit says the matter is not its own."""


class ObjectionRuled(CaseFact):
    """The objection was decided; it can't be raised again."""


class ReporterContacted(CaseFact):
    """Somebody spoke with the person who reported."""


class WorkStarted(CaseFact):
    """Work began without a contact because none was left."""


class AssistDone(CaseFact):
    """An assisting unit finished its part."""


class CaseDone(CaseFact):
    """The handler says it is done."""


class CaseVerified(CaseFact):
    """Somebody else looked."""


class FollowedUp(CaseFact):
    """The person answered whether it was solved."""


class ApprovalAsked(CaseFact):
    """An extension, suspension, ledger entry or exemption was asked for."""


class ApprovalDecided(CaseFact):
    """The request was decided by somebody else."""


class CaseResumed(CaseFact):
    """Work goes on after a suspension or from the ledger."""


class CaseMerged(CaseFact):
    """The case went into another one."""


class CaseSplit(CaseFact):
    """The case was divided over several units."""


class CaseReopened(CaseFact):
    """It was not solved after all."""


class CaseClosed(CaseFact):
    """The case ended."""


class CaseCategorised(CaseFact):
    """The category or the risk grade was set."""


class CaseNoted(CaseFact):
    """Somebody wrote down progress."""


ALL: tuple[type[CaseFact], ...] = tuple(CaseFact.__subclasses__())
BY_NAME: dict[str, type[CaseFact]] = {event.__name__: event for event in ALL}
