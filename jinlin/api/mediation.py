"""Sealed files for their mediators, one operation per step; and, for boards, how many disputes were settled, in tens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils import translation
from ninja import Query, Router, Schema
from pydantic import Field, create_model

from jinlin.api import doors
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import Given
from jinlin.kernel import clock
from jinlin.mediation import actions
from jinlin.mediation.actions import Dispute, Said
from jinlin.mediation.queries import figures
from jinlin.mediation.rules import moves as m
from jinlin.mediation.rules import words as w
from jinlin.performance.queries.scope import scope_of

router = Router(tags=["mediation"])
MINE = "mediation.work"
Kind = Literal[(*w.KINDS,)]  # type: ignore[valid-type]
Origin = Literal[(*w.ORIGINS,)]  # type: ignore[valid-type]
Part = Literal[(*w.ROLES,)]  # type: ignore[valid-type]
ByWhom = Literal[(*w.BY_WHOM,)]  # type: ignore[valid-type]


class WhichFiles(Given):
    """Which of the own files, and which page of them."""

    is_over: bool = False
    page: int = Field(1, ge=1, le=9999)


class FileRow(Schema):
    """One line of the asker's own files."""

    id: UUID
    number: str
    title: str
    kind_label: str
    stage: str
    stage_label: str
    outcome_label: str
    place: str
    opened_at: datetime
    next_on: date | None
    next_label: str
    is_late: bool
    is_over: bool
    version: int


class PartyOut(Schema):
    """One party."""

    id: UUID
    side: str
    side_label: str
    called: str
    reach: str
    home: str
    proxy: str
    consented_on: date | None
    told_on: date | None


class LineOut(Schema):
    """One labelled text of a paper."""

    label: str
    text: str


class DocOut(Schema):
    """One paper; pictures are on the page only."""

    id: UUID
    on: date
    by: str
    lines: list[LineOut]
    pictures: list[UUID]


class SlotOut(Schema):
    """One of the thirteen slots."""

    code: str
    label: str
    is_required: bool
    is_full: bool
    docs: list[DocOut]


class MediationMoveOut(Schema):
    """A step of the stage; `why_not` is empty when it may be taken."""

    verb: str
    why_not: str


class MemberOut(Schema):
    """A mediator on the file, or one who left it."""

    name: str
    role_label: str
    is_on: bool
    has_conflict: bool


class FileOut(Schema):
    """One file whole."""

    row: FileRow
    facts: str
    case_code: str
    origin: str
    outcome: str
    accepted_on: date | None
    due_on: date | None
    extended_days: int
    agreed_on: date | None
    perform_on: date | None
    visit_due_on: date | None
    court_until: date | None
    filed_on: date | None
    keep_until: date | None
    parties: list[PartyOut]
    slots: list[SlotOut]
    moves: list[MediationMoveOut]
    members: list[MemberOut]


class DisputeIn(Given):
    """What a file is opened with; `case` is a tracking code, `village` a code of the committee's area."""

    kind: Kind
    origin: Origin
    title: str = Field(min_length=1, max_length=60)
    facts: str = Field("", max_length=5000)
    case: str = Field("", max_length=40)
    village: str = Field("", max_length=12)


class MediationPaperIn(Given):
    """A paper put in by hand."""

    words: str = Field(min_length=1, max_length=5000)
    on: date
    expect: int | None = Field(None, ge=0, le=2**31)


class MediatorIn(Given):
    """Another mediator of the county, by log-in name."""

    account: str = Field(min_length=1, max_length=64)
    role: Part = "member"


class ConflictIn(Given):
    """Why one steps aside; `account` takes over when nobody else is on the file."""

    by: ByWhom
    words: str = Field(min_length=1, max_length=5000)
    account: str = Field("", max_length=64)


class MediationStepBody(Given):
    """What every step carries."""

    expect: int | None = Field(
        None, ge=0, le=2**31, description="Version of the file that was read; an older one is refused (409)."
    )


class SettledOut(Schema):
    """A figure: a whole ten, null below ten."""

    code: str
    name: str
    year: int
    through: date
    at_least: int | None
    words: str


class FiguresOut(Schema):
    """What may be told of an area: its total, the areas below and, of a county, the kinds that may be told."""

    total: SettledOut
    below: list[SettledOut]
    kinds: list[SettledOut]


def _whole(request: Any, file: UUID) -> Any:
    return actions.open_one(actor=request.actor, file_id=file)


@router.get("/mediations", auth=doors.staff(MINE), response=list[FileRow])
def list_mediations(request: doors.Asked, which: Query[WhichFiles]) -> Any:
    """Files the asker is a mediator on, the nearest day first, fifty to a page; empty beyond the last."""
    found = actions.my_files(actor=request.actor, is_over=which.is_over, page=which.page)
    return list(found.rows) if found.number == which.page else []


@router.post("/mediations", auth=doors.staff(MINE), response=FileOut, **KEYED)
def open_mediation(request: doors.Asked, body: DisputeIn) -> Any:
    """Open a file with the asker as its first mediator."""
    made = actions.open_file(
        actor=request.actor, dispute=Dispute(body.model_dump(mode="json")), key=key_of(request)
    )
    return _whole(request, made.pk)


@router.get("/mediations/{uuid:file}", auth=doors.staff(MINE), response=FileOut)
def show_mediation(request: doors.Asked, file: UUID) -> Any:
    """One file whole; 404 to everybody but its mediators."""
    return _whole(request, file)


@router.post("/mediations/{uuid:file}/papers/{slot}", auth=doors.staff(MINE), response=FileOut, **KEYED)
def put_mediation_paper(request: doors.Asked, file: UUID, slot: str, body: MediationPaperIn) -> Any:
    """Put a paper into a slot that is filled by hand."""
    actions.put_paper(
        actor=request.actor,
        file_id=file,
        slot=slot,
        said=Said({"words": body.words, "on": body.on.isoformat()}),
        expect=body.expect,
        key=key_of(request),
    )
    return _whole(request, file)


@router.post("/mediations/{uuid:file}/mediators", auth=doors.staff(MINE), response=FileOut, **KEYED)
def add_mediator(request: doors.Asked, file: UUID, body: MediatorIn) -> Any:
    """Let another mediator of the county onto the file."""
    said = Said({"account": body.account, "role": body.role})
    actions.add_mediator(actor=request.actor, file_id=file, said=said, key=key_of(request))
    return _whole(request, file)


@router.post("/mediations/{uuid:file}/conflict", auth=doors.staff(MINE), response=dict[str, bool], **KEYED)
def declare_conflict(request: doors.Asked, file: UUID, body: ConflictIn) -> Any:
    """Step aside; the asker sees nothing of the file any more."""
    said = Said(body.model_dump(mode="json"))
    actions.declare_conflict(actor=request.actor, file_id=file, said=said, key=key_of(request))
    return {"done": True}


@router.get("/mediation-figures/{area}", auth=doors.staff("board.view"), response=FiguresOut)
def settled_disputes(request: doors.Asked, area: str, year: int | None = None) -> Any:
    """Disputes settled in a year up to its last full month, in whole tens; nothing below ten, nothing to subtract."""
    scope_of(viewer=request.actor, area=area)
    year = clock.today().year if year is None else year
    total = figures.settled(area, year)
    is_county = area.endswith("000000") and not area.endswith("00000000")
    return {
        "total": total,
        "below": figures.settled_below(area, year),
        "kinds": figures.settled_by_kind(area, year) if is_county else (),
    }


def _type(ask: m.Ask) -> tuple[Any, dict[str, Any]]:
    if ask.kind == "choice":
        return Literal[tuple(sorted(getattr(w, ask.choices)))], {}
    return {
        "line": (str, {"max_length": 120}),
        "words": (str, {"max_length": 5000}),
        "date": (date, {}),
        "number": (int, {"ge": 1, "le": 9999}),
        "party": (UUID, {}),
        "all_parties": (list[UUID], {"max_length": 30}),
    }[ask.kind]


def body_of(move: m.Move) -> type[MediationStepBody]:
    """Return the body of a step: one field per question, plus `expect`."""
    fields: dict[str, Any] = {}
    for ask in move.asks:
        kind, limits = _type(ask)
        with translation.override(None):
            told = ask.label + (f" {ask.hint}" if ask.hint else "")
        if ask.required:
            fields[ask.name] = (kind, Field(description=told, **limits))
        else:
            fields[ask.name] = (kind | None, Field(None, description=told, **limits))
    return create_model(
        f"Mediation{move.verb.capitalize()}",
        __base__=MediationStepBody,
        __doc__=f"What {move.verb} asks.",
        **fields,
    )


def operation_of(move: m.Move) -> Callable[..., Any]:
    """Return the operation that takes a step on a file of the asker's."""

    def run(request: Any, file: UUID, body: Any) -> Any:
        given = body.model_dump(mode="json", exclude={"expect"}, exclude_none=True)
        actions.make_move(
            actor=request.actor,
            file_id=file,
            verb=move.verb,
            said=Said(given),
            expect=body.expect,
            key=key_of(request),
        )
        return _whole(request, file)

    run.__name__ = run.__qualname__ = f"mediation_{move.verb}"
    run.__doc__ = f"{move.label}. From {', '.join(sorted(move.sources))}."
    run.__annotations__ = {"request": doors.Asked, "file": UUID, "body": body_of(move), "return": Any}
    return run


for _move in m.MOVES:
    router.post(
        f"/mediations/{{uuid:file}}/steps/{_move.verb}", auth=doors.staff(MINE), response=FileOut, **KEYED
    )(operation_of(_move))
