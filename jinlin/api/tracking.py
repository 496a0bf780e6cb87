"""What a resident does with an own case: read its story, answer, reopen, withdraw, ask who saw the data.

The proof goes in the body of every call, never in the address: the last four digits of the phone that was left, or
the token of the link that was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.gate import key_of
from jinlin.api.openapi import JPEG, KEYED
from jinlin.api.pictures import picture
from jinlin.api.schemas import MAX_PHOTOS, Given, Line, Look
from jinlin.audit.queries import who_saw
from jinlin.cases import queries
from jinlin.cases.actions import ACTIONS
from jinlin.cases.actions.retention import erase_own_contact
from jinlin.kernel.errors import NotFound
from jinlin.kernel.origin import address_of
from jinlin.people.access import Actor, resident_with

router = Router(tags=["tracking"])
OPEN = doors.anyone("case.track")
SAID_BY_RESIDENTS: Final = frozenset({"report", "join", "follow_up", "reopen", "withdraw"})


class Proof(Given):
    """Shows that a case is one's own: `digits` of the phone or `token` of the link."""

    digits: str = Field("", max_length=4, description="Last four digits of the phone that was left.")
    token: str = Field("", max_length=64, description="Token of the link given when reporting.")


class Move(Proof):
    """A move of the resident."""

    expect: int | None = Field(None, ge=0, le=2**31, description="Version of the case that was read.")
    made_at: datetime | None = None


class FollowUpIn(Move):
    """Was it solved, and how did the person feel about it."""

    solved: Literal["no", "partly", "unknown", "yes"]
    satisfied: Literal[1, 2, 3, 4, 5] | None = None
    words: str = Field("", max_length=1000)


class ReopenIn(Move):
    """What is not fixed; asked for from the second time on."""

    reason: str = Field("", max_length=500)
    photos: list[UUID] = Field(default_factory=list, max_length=MAX_PHOTOS)


class WithdrawIn(Move):
    """Why, if the person wants to say."""

    reason: str = Field("", max_length=500)


class Step(Schema):
    """One step like a parcel's: `mark` is done, now or empty."""

    key: str
    label: str
    mark: str


class Promise(Schema):
    """The promised moment, how it is counted in plain words, and once it is broken: the new day, or the next check."""

    at: datetime
    plain: str
    is_broken: bool
    expected_on: date | None
    check_on: date | None
    check_by: str


class Story(Schema):
    """A case in plain words: who has it, what happens next, by when and how that is counted; of a late step who looks at it when."""

    code: str
    title: str
    category: str
    state: str
    plain: str
    version: int
    steps: list[Step]
    holder: str
    next_by: datetime | None
    promise: datetime | None
    promised: Promise | None
    next_plain: str
    check_on: date | None
    check_by: str
    is_late: bool
    lines: list[Line]
    end_label: str
    merged_into: Story | None
    may_answer: bool
    may_reopen: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Proved:
    """A case shown to be one's own, and whether its first words are: a neighbour who joined doesn't read them."""

    case: Any
    is_first: bool
    appeals: frozenset[UUID]


def _prove(request: doors.Asked, code: str, proof: Proof) -> Proved:
    """Return the case once proved and let the request act as its reporter."""
    shown = {"digits": proof.digits, "token": proof.token}
    case = queries.prove(tracking=code, address=address_of(request), **shown)
    queries.refuse_own_work(viewer=request.actor, case=case)
    appeals = queries.proved_appeals(tracking=code, **shown)
    request.actor = resident_with({case.pk}, appeals)
    own = queries.own_words(case=case, appeals=appeals)
    return Proved(case, any(words.opened_it for words in own), appeals)


def _told(actor: Actor, case: Any, is_first: bool) -> Story:
    return _story(queries.story(viewer=actor, case=case), is_first)


def _story(told: queries.Story, is_first: bool) -> Story:
    names = set(Story.model_fields) - {"title", "version", "steps", "promised", "merged_into", "lines"}
    return Story(
        **{name: getattr(told, name) for name in names},
        promised=Promise.model_validate(told.promised) if told.promised else None,
        title=told.title if is_first else told.category,
        version=told.case.version,
        steps=[Step(key=key, label=label, mark=mark) for key, label, mark in told.steps],
        lines=[_line(line, is_first, told.case.appeal_count > 1) for line in told.lines],
        merged_into=_story(told.merged_into, is_first=False) if told.merged_into else None,
    )


def _line(line: queries.Line, is_first: bool, several: bool) -> Line:
    """Return a step; what another resident said or photographed stays with that person.

    Only the first step is surely that of whoever opened the case: later ones may be any neighbour's.
    """
    shown = Line.model_validate(line)
    of_first = is_first and (line.verb == "report" or not several)
    if line.verb in SAID_BY_RESIDENTS and not of_first:
        shown.words, shown.photos = "", []
    return shown


@router.post("/track/{code}", auth=OPEN, response=Story)
def track(request: doors.Asked, code: str, body: Proof) -> Any:
    """Tell the story of one's own case."""
    proved = _prove(request, code, body)
    return _told(request.actor, proved.case, proved.is_first)


def _move(request: doors.Asked, code: str, verb: str, body: Move) -> Story:
    proved = _prove(request, code, body)
    wanted = body.model_dump(exclude={"digits", "token", "expect", "made_at"})
    action: Any = ACTIONS[verb]
    moved = action(
        actor=request.actor,
        case_id=proved.case.pk,
        expect=body.expect,
        at=body.made_at,
        key=key_of(request),
        **wanted,
    )
    return _told(request.actor, moved, proved.is_first)


@router.post("/track/{code}/follow_up", auth=OPEN, response=Story, **KEYED)
def answer_follow_up(request: doors.Asked, code: str, body: FollowUpIn) -> Any:
    """Say whether it was solved; "no" and "partly" send it back to work."""
    return _move(request, code, "follow_up", body)


@router.post("/track/{code}/reopen", auth=OPEN, response=Story, **KEYED)
def reopen(request: doors.Asked, code: str, body: ReopenIn) -> Any:
    """Open the case again because it is not fixed."""
    return _move(request, code, "reopen", body)


@router.post("/track/{code}/withdraw", auth=OPEN, response=Story, **KEYED)
def withdraw(request: doors.Asked, code: str, body: WithdrawIn) -> Any:
    """Take back what was said; others who joined keep the case going."""
    return _move(request, code, "withdraw", body)


@router.post("/track/{code}/seen", auth=OPEN, response=list[Look])
def seen(request: doors.Asked, code: str, body: Proof, page: int = 1) -> Any:
    """Who opened the personal data of this case: time, purpose, department; newest first, 100 to a page."""
    case = _prove(request, code, body).case
    return who_saw("cases.case", case.pk, min(max(page, 1), 1000))


@router.post("/track/{code}/erase", auth=OPEN, response=Story, **KEYED)
def erase_contact(request: doors.Asked, code: str, body: Proof) -> Any:
    """Erase the contact one left oneself, at once and for good; nobody can call back any more."""
    proved = _prove(request, code, body)
    erase_own_contact(
        actor=request.actor, case=proved.case, appeals=sorted(proved.appeals), key=key_of(request)
    )
    return _told(request.actor, proved.case, proved.is_first)


@router.post("/track/{code}/photos/{uuid:photo}", auth=OPEN, **JPEG)
def own_photo(request: doors.Asked, code: str, photo: UUID, body: Proof, thumb: bool = False) -> HttpResponse:
    """A photo of one's own case as JPEG; the thumbnail is at most 320 px wide."""
    proved = _prove(request, code, body)
    told = _told(request.actor, proved.case, proved.is_first)
    if photo not in {one for line in told.lines for one in line.photos}:
        raise NotFound()
    return picture(request.actor, photo, thumb=thumb)
