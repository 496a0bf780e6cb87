"""What this room announces; every event names the case, its county and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jinlin.cases.rules.standing import Happening, Standing


@dataclass(frozen=True)
class CaseFact:
    """Something happened to a case."""

    case_id: UUID
    county: str
    at: datetime


@dataclass(frozen=True)
class CaseMoved:
    """A line of the timeline was written: how the case stood, how it stands, what happened; told in the transaction.

    `seq` is the number of the line. Counters hear this; it is never put into the outbox.
    """

    case_id: UUID
    county: str
    at: datetime
    seq: int
    before: Standing
    after: Standing
    what: Happening


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


class WordsWithdrawn(CaseFact):
    """A resident took words back: nothing taken from them is shown from now on."""


class ContactErased(CaseFact):
    """A resident had the own contact erased: lines taken from the own words go too."""


class CaseCategorised(CaseFact):
    """The category or the risk grade was set."""


class CaseNoted(CaseFact):
    """Somebody wrote down progress."""


class MilestoneReached(CaseFact):
    """The unit reached a milestone of the matter."""


class NewDateGiven(CaseFact):
    """The unit told a new day for a promise that was broken."""


class CaseRetimed(CaseFact):
    """The due moments were measured anew after the calendar or a length changed."""


class MeetingCalled(CaseFact):
    """A joint meeting of units must be held."""


class MeetingHeld(CaseFact):
    """The joint meeting fixed who leads and who assists."""


class CaseSupervised(CaseFact):
    """A case came under supervision."""


@dataclass(frozen=True)
class SupervisionFact:
    """Something happened to a supervision; `unit` is the one that has to know now."""

    supervision_id: UUID
    county: str
    unit: UUID
    at: datetime


class SupervisionOpened(SupervisionFact):
    """A unit must answer."""


class SupervisionAnswered(SupervisionFact):
    """The office that asked has an answer to look at."""


class SupervisionReturned(SupervisionFact):
    """The answer was not enough."""


class SupervisionEnded(SupervisionFact):
    """The answer was taken, or the supervision dropped."""


@dataclass(frozen=True)
class WhistleFact:
    """Something happened to a whistle 吹哨; `unit` is the one called, or the caller at its end."""

    whistle_id: UUID
    county: str
    unit: UUID
    at: datetime


@dataclass(frozen=True)
class WhistleBlown(WhistleFact):
    """A unit is called to a place and must answer by then."""

    due_at: datetime
    is_urgent: bool


class WhistleAnswered(WhistleFact):
    """A called unit has answered."""


class WhistleEnded(WhistleFact):
    """The call is over."""


ALL: tuple[type[CaseFact], ...] = tuple(CaseFact.__subclasses__())
BY_NAME: dict[str, type[CaseFact]] = {event.__name__: event for event in ALL}
