"""Supervision 督办 and monthly topics 每月一题: what offices ask of each other, never of people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import CaseRow, Given
from jinlin.cases import queries as cases
from jinlin.cases.actions import supervising
from jinlin.cases.actions import topics as deciding
from jinlin.cases.queries import supervised, topics
from jinlin.cases.rules import oversight as rules
from jinlin.kernel.errors import NotFound

router = Router(tags=["oversight"])
View = Literal[(*supervised.VIEWS,)]  # type: ignore[valid-type]
Kind = Literal[(*rules.KINDS,)]  # type: ignore[valid-type]
Cause = Literal[(*rules.CAUSES,)]  # type: ignore[valid-type]


class Narrow(Given):
    """What the list is narrowed to."""

    view: View = "open"
    kind: str = Field("", max_length=10, description="daily, listed or interview; empty: all.")
    after: str = Field("", max_length=120, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class SupervisionRow(Schema):
    """One supervision; the reason is empty for those who only look on masked."""

    id: UUID
    code: str
    kind: str
    kind_label: str
    cause_label: str
    state: str
    state_label: str
    unit: str
    opener: str
    place: str
    reason: str
    opened_at: datetime
    due_at: datetime
    talk_at: datetime | None
    closed_at: datetime | None
    is_open: bool
    is_overdue: bool
    by_ladder: bool
    case_count: int
    answer_count: int


class SupervisionPage(Schema):
    """A page of rows; `next` is empty at the end."""

    rows: list[SupervisionRow]
    next: str


class Answer(Schema):
    """One answer with what the office said to it."""

    seq: int
    at: datetime
    unit: str
    words: str
    public: str
    accepted: bool | None
    decision: str
    decided_at: datetime | None


class SupervisionDetail(Schema):
    """One supervision whole, with what the asker may do now; `hidden` cases are out of the asker's sight."""

    row: SupervisionRow
    closing: str
    cases: list[CaseRow]
    hidden: int
    answers: list[Answer]
    may_answer: bool
    may_decide: bool
    may_drop: bool


class OrderIn(Given):
    """What an office asks of a unit."""

    kind: Kind
    cause: Cause
    unit: UUID
    cases: list[str] = Field(min_length=1, max_length=50, description="Tracking codes, all of one county.")
    reason: str = Field(min_length=1, max_length=500)
    days: int | None = Field(
        None, ge=1, le=60, description="Working days to answer; null: usual for the kind."
    )
    talk_at: datetime | None = Field(None, description="Of an interview; required there.")


class AnswerIn(Given):
    """An answer: `words` between the offices, `public` for the residents of the cases."""

    words: str = Field(min_length=1, max_length=1000)
    public: str = Field("", max_length=500)


class DecisionIn(Given):
    """Take the answer, or send it back with words and a new day."""

    accepted: bool
    words: str = Field("", max_length=500)
    days: int | None = Field(None, ge=1, le=60)


class ReasonIn(Given):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class TopicRow(Schema):
    """A frequent matter of a month."""

    id: UUID
    month: date
    county: str
    category: str
    category_code: str
    seen: int
    state: str
    state_label: str
    lead: str
    measures: str
    due_on: date | None
    may_decide: bool


class TopicIn(Given):
    """Take it up with a lead unit, measures and a day, or leave it with a reason in `measures`."""

    adopted: bool
    measures: str = Field(min_length=1, max_length=1000)
    lead_unit: UUID | None = None
    due_on: date | None = None


def _whole(request: Any, code: str) -> supervised.SupervisionDetail:
    row = supervised.supervision_by_code(viewer=request.actor, code=code)
    return supervised.supervision_detail(viewer=request.actor, row=row)


@router.get("/supervisions", auth=doors.staff("supervision.view"), response=SupervisionPage)
def list_supervisions(request: doors.Asked, narrow: Query[Narrow]) -> Any:
    """Supervisions in the asker's sight, nearest due first (closed: newest first)."""
    return supervised.supervision_list(
        viewer=request.actor, view=narrow.view, kind=narrow.kind, after=narrow.after, limit=narrow.limit
    )


@router.post("/supervisions", auth=doors.staff("supervision.open"), response=SupervisionDetail, **KEYED)
def open_supervision(request: doors.Asked, body: OrderIn) -> Any:
    """Ask a unit for an answer about one or several cases; a county's or city's desk only."""
    found = cases.visible_cases(viewer=request.actor, trackings=body.cases)
    if len(found) != len(set(body.cases)):
        raise NotFound()
    order = supervising.Order(
        kind=body.kind,
        cause=body.cause,
        unit=body.unit,
        cases=[case.pk for case in found],
        reason=body.reason,
        days=body.days,
        talk_at=body.talk_at,
    )
    made = supervising.open_supervision(actor=request.actor, order=order, key=key_of(request))
    return _whole(request, made.code)


@router.get("/supervisions/{supervision}", auth=doors.staff("supervision.view"), response=SupervisionDetail)
def show_supervision(request: doors.Asked, supervision: str) -> Any:
    """One supervision with its cases and answers."""
    return _whole(request, supervision)


@router.post(
    "/supervisions/{supervision}/answer",
    auth=doors.staff("supervision.answer"),
    response=SupervisionDetail,
    **KEYED,
)
def answer_supervision(request: doors.Asked, supervision: str, body: AnswerIn) -> Any:
    """Answer; by the unit that was asked."""
    row = supervised.supervision_by_code(viewer=request.actor, code=supervision)
    supervising.answer_supervision(
        actor=request.actor,
        supervision_id=row.pk,
        words=body.words,
        public=body.public,
        key=key_of(request),
    )
    return _whole(request, supervision)


@router.post(
    "/supervisions/{supervision}/decide",
    auth=doors.staff("supervision.open"),
    response=SupervisionDetail,
    **KEYED,
)
def decide_answer(request: doors.Asked, supervision: str, body: DecisionIn) -> Any:
    """Take the answer or send it back; by the office that asked, never one's own answer."""
    row = supervised.supervision_by_code(viewer=request.actor, code=supervision)
    supervising.decide_answer(
        actor=request.actor,
        supervision_id=row.pk,
        accepted=body.accepted,
        words=body.words,
        days=body.days,
        key=key_of(request),
    )
    return _whole(request, supervision)


@router.post(
    "/supervisions/{supervision}/drop",
    auth=doors.staff("supervision.open"),
    response=SupervisionDetail,
    **KEYED,
)
def drop_supervision(request: doors.Asked, supervision: str, body: ReasonIn) -> Any:
    """Take a supervision back; by the office that asked."""
    row = supervised.supervision_by_code(viewer=request.actor, code=supervision)
    supervising.drop_supervision(
        actor=request.actor, supervision_id=row.pk, reason=body.reason, key=key_of(request)
    )
    return _whole(request, supervision)


@router.get("/topics", auth=doors.staff("supervision.view"), response=list[TopicRow])
def list_topics(request: doors.Asked) -> Any:
    """Frequent matters of the last months in the asker's counties."""
    return topics.monthly_topics(viewer=request.actor)


@router.post("/topics/{uuid:topic_id}", auth=doors.staff("topic.decide"), response=list[TopicRow], **KEYED)
def decide_topic(request: doors.Asked, topic_id: UUID, body: TopicIn) -> Any:
    """Take a frequent matter up or leave it; returns the topics as they stand."""
    deciding.decide_topic(
        actor=request.actor,
        topic_id=topic_id,
        adopted=body.adopted,
        measures=body.measures,
        lead_unit=body.lead_unit,
        due_on=body.due_on,
        key=key_of(request),
    )
    return topics.monthly_topics(viewer=request.actor)
