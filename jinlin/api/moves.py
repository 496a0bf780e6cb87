"""One operation per verb of the move table, with a typed body made from what the move needs.

A new row of the table is a new operation here, in the stored OpenAPI file and in the permission matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from django.utils import translation
from ninja import Router, Schema
from pydantic import Field, create_model

from jinlin.api import doors
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import MAX_PHOTOS, CaseRow, Given, Written
from jinlin.cases import queries
from jinlin.cases.actions import ACTIONS, Part
from jinlin.cases.queries.rows import as_rows
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w

router = Router(tags=["moves"])
OWN: Final = frozenset({rel.REPORTER})  # moves of residents only stand in `tracking`
WORDS_MAX, REASON_MAX = 1000, 500


class PartIn(Given):
    """One piece of a divided case."""

    to_unit: UUID
    task: str = Field(max_length=60)


class MoveBody(Written):
    """What every move of staff carries."""

    expect: int | None = Field(
        None, ge=0, le=2**31, description="Version of the case that was read; an older one is refused (409)."
    )


class Moved(Schema):
    """The case after the move."""

    row: CaseRow


def _choices(need: m.Need) -> Any:
    table: dict[Any, Any] = getattr(w, need.choices)
    return Literal[tuple(sorted(table))]  # sorted: equal literals share one order, whoever is read first


def _type(need: m.Need) -> tuple[Any, dict[str, Any]]:
    """Return the type of one need and the limits of its field."""
    if need.kind == "choice":
        return (_choices(need), {}) if hasattr(w, need.choices) else (str, {"max_length": 12})
    length = REASON_MAX if need.name == "reason" else WORDS_MAX
    return {
        "line": (str, {"max_length": 120}),
        "words": (str, {"max_length": length}),
        "unit": (UUID, {}),
        "units": (list[UUID], {"max_length": 20}),
        "photos": (list[UUID], {"max_length": MAX_PHOTOS}),
        "parts": (list[PartIn], {"max_length": 20}),
        "yes_no": (bool, {}),
        "date": (date, {}),
        "case": (str, {"max_length": 40}),
        "days": (int, {"ge": 0, "le": 9999}),
        "number": (int, {"ge": 0, "le": 9999}),
    }[need.kind]


def body_of(move: m.Move) -> type[MoveBody]:
    """Return the body of a move: one field per need, plus `expect` and `made_at`."""
    fields: dict[str, Any] = {}
    for need in move.needs:
        kind, limits = _type(need)
        with translation.override(None):
            told = need.label + (f" {need.hint}" if need.hint else "")
        if need.required:
            fields[need.name] = (kind, Field(description=told, **limits))
        else:
            fields[need.name] = (kind | None, Field(None, description=told, **limits))
    name = "".join(part.capitalize() for part in move.verb.split("_")) + "Move"
    return create_model(name, __base__=MoveBody, __doc__=f"What the move {move.verb} asks.", **fields)


def _given(request: doors.Asked, move: m.Move, body: MoveBody) -> dict[str, Any]:
    """Return the keywords of the action: what was left out is left to its default."""
    given: dict[str, Any] = {}
    for need in move.needs:
        value = getattr(body, need.name)
        if value is None:
            continue
        if need.kind == "case":
            value = queries.visible_case(viewer=request.actor, tracking=value).pk
        if need.kind == "parts":
            value = [Part(part.to_unit, part.task) for part in value]
        given[need.name] = value
    return given


def operation_of(move: m.Move) -> Callable[..., Any]:
    """Return the operation that makes a move on a case the asker may see."""

    def run(request: Any, code: str, body: Any) -> Any:
        case = queries.visible_case(viewer=request.actor, tracking=code)
        action: Any = ACTIONS[move.verb]
        moved = action(
            actor=request.actor,
            case_id=case.pk,
            expect=body.expect,
            at=body.made_at,
            key=key_of(request),
            **_given(request, move, body),
        )
        return {"row": as_rows([moved], request.actor)[0]}

    run.__name__ = run.__qualname__ = f"move_{move.verb}"
    run.__doc__ = _description(move)
    run.__annotations__ = {"request": doors.Asked, "code": str, "body": body_of(move), "return": Any}
    return run


def _description(move: m.Move) -> str:
    after = ", ".join(move.targets) or "the same state"
    return f"{move.label}. From {', '.join(sorted(move.sources))} to {after}; made by {', '.join(sorted(move.who))}."


for _move in m.MOVES:
    if _move.who != OWN:
        router.post(
            f"/cases/{{code}}/moves/{_move.verb}", auth=doors.staff("case.move"), response=Moved, **KEYED
        )(operation_of(_move))
