"""Cases as staff see them: lists by view, one case whole, its contact, its photos."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.openapi import JPEG
from jinlin.api.orgs import proposal_out
from jinlin.api.pictures import picture
from jinlin.api.schemas import CaseRow, Given, Line, Proposal
from jinlin.cases import queries
from jinlin.cases.queries import Detail, Filters
from jinlin.kernel.errors import NotFound
from jinlin.kernel.text import clean
from jinlin.people.actions import open_contact

router = Router(tags=["cases"])
View = Literal[(*queries.VIEWS, *queries.DRILLS)]  # type: ignore[valid-type]


class Narrow(Given):
    """What a list is narrowed to; empty means everything."""

    view: View = "open"
    q: str = Field("", max_length=80, description="Words of the title, or a tracking code.")
    category: str = Field("", max_length=12)
    place: str = Field("", max_length=15)
    state: str = Field("", max_length=12)
    sla: str = Field("", max_length=8)
    channel: str = Field("", max_length=8)
    after: str = Field("", max_length=120, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class CasePage(Schema):
    """A page of rows; `next` is empty at the end."""

    rows: list[CaseRow]
    next: str


class Said(Schema):
    """One thing a person said; the text is masked for those who may not read it."""

    id: UUID
    kind: str
    channel: str
    text: str
    place_text: str
    made_at: datetime
    may_call: bool
    contact_id: UUID | None


class WorkingRun(Schema):
    """Days on end of one kind: counted, weekend, holiday, make_up, local_work, local_off, paused, or the start."""

    first: date
    last: date
    days: int
    why: str
    counts: bool
    names: list[str]


class OfficeTime(Schema):
    """Office time that ran on one day."""

    day: date
    start: time
    end: time
    seconds: float


class Span(Schema):
    """A span in which the clock stood still."""

    start: datetime
    end: datetime


class Working(Schema):
    """How a due moment came about: what was counted, what was skipped and why, pauses, extension."""

    start: datetime
    due: datetime
    amount: float
    unit: str
    extended_days: int
    base_due: datetime
    runs: list[WorkingRun]
    moved: list[WorkingRun]
    extension: list[WorkingRun]
    office_time: list[OfficeTime]
    pauses: list[Span]
    last_day: date | None
    office_hours: list[list[str]]
    unpublished: list[int]


class Timer(Schema):
    """One running deadline with how it was counted; `step` is the code of a milestone, empty for a stage."""

    stage: str
    label: str
    due_at: datetime
    is_paused: bool
    amount: float
    unit: str
    started_at: datetime
    counted: list[str]
    step: str
    extended_days: int
    sentence: str
    working: Working | None


class MoveOut(Schema):
    """A move the asker may make now; its body is described at its own operation."""

    verb: str
    label: str
    primary: bool


class LinkOut(Schema):
    """How a case hangs together with another."""

    kind: str
    code: str
    title: str


class CaseDetail(Schema):
    """Everything a handler needs."""

    row: CaseRow
    said: list[Said]
    lines: list[Line]
    timers: list[Timer]
    moves: list[MoveOut]
    proposal: Proposal | None
    assists: list[str]
    links: list[LinkOut]
    pending_reason: str
    reads_texts: bool
    may_open_contact: bool


class FieldDay(Schema):
    """A grid worker's day."""

    todo: list[CaseRow]
    check: list[CaseRow]
    elsewhere: list[CaseRow]


class ContactIn(Given):
    """Why the contact is opened; the resident can read it."""

    purpose: str = Field(min_length=1, max_length=60)


class Opened(Schema):
    """What a person left; empty where nothing was left or all was erased."""

    phone: str
    name: str
    address: str


def detail_out(detail: Detail) -> CaseDetail:
    """Return the detail of a case as the API tells it."""
    proposal = detail.proposal
    return CaseDetail(
        row=CaseRow.model_validate(detail.row),
        said=[Said.model_validate(said) for said in detail.said],
        lines=[Line.model_validate(line) for line in detail.lines],
        timers=[Timer.model_validate(timer) for timer in detail.timers],
        moves=[MoveOut(verb=move.verb, label=_(move.label), primary=move.primary) for move in detail.moves],
        proposal=proposal_out(proposal) if proposal else None,
        assists=list(detail.assists),
        links=[LinkOut(kind=kind, code=code, title=title) for kind, code, title in detail.links],
        pending_reason=detail.pending_reason,
        reads_texts=detail.reads_texts,
        may_open_contact=detail.may_open_contact,
    )


@router.get("/cases", auth=doors.staff("case.list"), response=CasePage)
def list_cases(request: doors.Asked, narrow: Query[Narrow]) -> Any:
    """A page of the cases the asker may see, nearest due first (closed: newest first)."""
    wanted = narrow.model_dump(include={"category", "place", "state", "sla", "channel"})
    filters = Filters(q=clean(narrow.q, max_length=80, field="q"), **wanted)
    return queries.case_list(
        viewer=request.actor, view=narrow.view, filters=filters, after=narrow.after, limit=narrow.limit
    )


@router.get("/cases/counts", auth=doors.staff("case.list"), response=dict[str, int])
def count_cases(request: doors.Asked) -> Any:
    """How many wait in each view, counted up to 100."""
    return queries.view_counts(viewer=request.actor, views=tuple(queries.VIEWS))


@router.get("/cases/{code}", auth=doors.staff("case.view"), response=CaseDetail)
def show_case(request: doors.Asked, code: str) -> Any:
    """One case whole, with the moves the asker may make now."""
    case = queries.visible_case(viewer=request.actor, tracking=code)
    return detail_out(queries.case_detail(viewer=request.actor, case=case))


@router.get("/cases/{code}/history", auth=doors.staff("case.view"), response=list[CaseRow])
def place_history(request: doors.Asked, code: str) -> Any:
    """What else happened in the same village with the same matter in the last 180 days."""
    case = queries.visible_case(viewer=request.actor, tracking=code)
    return queries.place_history(viewer=request.actor, case=case)


@router.post("/cases/{code}/contacts/{uuid:contact}", auth=doors.staff("contact.open"), response=Opened)
def open_case_contact(request: doors.Asked, code: str, contact: UUID, body: ContactIn) -> Any:
    """Open what a person left, for a stated purpose; only while one's unit handles the case. The person sees it."""
    case = queries.visible_case(viewer=request.actor, tracking=code)
    detail = queries.case_detail(viewer=request.actor, case=case)
    if not detail.may_open_contact or contact not in {said.contact_id for said in detail.said}:
        raise NotFound()
    return open_contact(actor=request.actor, contact_id=contact, purpose=body.purpose, subject=case)


@router.get("/photos/{uuid:photo}", auth=doors.staff("case.view"), **JPEG)
def case_photo(request: doors.Asked, photo: UUID, thumb: bool = False) -> HttpResponse:
    """A photo of a case as JPEG; the thumbnail is at most 320 px wide."""
    return picture(request.actor, photo, thumb=thumb)


@router.get("/field", auth=doors.staff("field.view"), response=FieldDay)
def field_day(request: doors.Asked) -> Any:
    """A grid worker's day: to do, to check, and what of the grid is elsewhere now."""
    return queries.field_lists(viewer=request.actor)
