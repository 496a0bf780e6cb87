"""Insight 研判: warnings and a person's word on them, slips and their answers, season plans, records, the nightly log."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from jinlin.api import doors
from jinlin.api import insight_shapes as shapes
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import Given
from jinlin.insight import actions, queries
from jinlin.insight.actions import SlipOrder
from jinlin.insight.queries import WarningFilters

router = Router(tags=["insight"])


class Narrow(Given):
    """What the list of warnings is narrowed to."""

    area: str = Field("", max_length=12, description="A county, street or community; empty: all in sight.")
    state: Literal["", "open", "confirmed", "dismissed"] = ""
    category: str = Field("", max_length=12)
    method: str = Field("", max_length=8)
    after: str = Field("", max_length=120, description="`next` of the page before.")
    limit: int = Field(20, ge=1, le=100)


class SlipView(Given):
    """Which slips."""

    view: Literal["mine", "sent", "open", "closed"] = "open"
    kind: Literal["", "key_work", "hot_issue", "leader_area"] = ""
    after: str = Field("", max_length=120, description="`next` of the page before.")
    limit: int = Field(30, ge=1, le=100)


@router.get("/warnings", auth=doors.staff("insight.view"), response=shapes.WarningPage)
def list_warnings(request: doors.Asked, asked: Query[Narrow]) -> Any:
    """Warnings in the asker's sight, the latest first."""
    filters = WarningFilters(asked.area, asked.state, asked.category, asked.method)
    return queries.warning_list(viewer=request.actor, filters=filters, after=asked.after, limit=asked.limit)


@router.get("/warnings/record/{area}", auth=doors.staff("insight.view"), response=list[shapes.MonthLine])
def warning_record(request: doors.Asked, area: str) -> Any:
    """How right each method was in an area, month by month."""
    return queries.precision(viewer=request.actor, area=area)


@router.get("/warnings/{uuid:warning_id}", auth=doors.staff("insight.view"), response=shapes.WarningDetail)
def read_warning(request: doors.Asked, warning_id: UUID) -> Any:
    """One warning."""
    return queries.warning_detail(viewer=request.actor, warning_id=warning_id)


@router.post(
    "/warnings/{uuid:warning_id}/decision",
    auth=doors.staff("insight.decide"),
    response=shapes.WarningDetail,
    **KEYED,
)
def decide_warning(request: doors.Asked, warning_id: UUID, body: shapes.WarningDecisionIn) -> Any:
    """Confirm a warning, or dismiss it with a reason."""
    asked: dict[str, Any] = {"actor": request.actor, "warning_id": warning_id, "key": key_of(request)}
    if body.decision == "confirm":
        actions.confirm_warning(reason=body.reason, **asked)
    else:
        actions.dismiss_warning(dismissal=body.dismissal or "", reason=body.reason, **asked)
    return queries.warning_detail(viewer=request.actor, warning_id=warning_id)


@router.post(
    "/warnings/{uuid:warning_id}/outcome",
    auth=doors.staff("insight.decide"),
    response=shapes.WarningDetail,
    **KEYED,
)
def judge_warning(request: doors.Asked, warning_id: UUID, body: shapes.OutcomeIn) -> Any:
    """Say what a confirmed warning turned out to be."""
    actions.set_outcome(
        actor=request.actor,
        warning_id=warning_id,
        outcome=body.outcome,
        words=body.words,
        key=key_of(request),
    )
    return queries.warning_detail(viewer=request.actor, warning_id=warning_id)


@router.post(
    "/warnings/{uuid:warning_id}/case",
    auth=doors.staff("insight.decide"),
    response=shapes.WarningDetail,
    **KEYED,
)
def open_case_of_warning(request: doors.Asked, warning_id: UUID, body: shapes.CaseIn) -> Any:
    """Open a proactive case for a confirmed warning."""
    actions.open_proactive_case(
        actor=request.actor, warning_id=warning_id, words=body.words, key=key_of(request)
    )
    return queries.warning_detail(viewer=request.actor, warning_id=warning_id)


@router.get("/slips", auth=doors.staff("insight.view"), response=shapes.SlipPage)
def list_slips(request: doors.Asked, asked: Query[SlipView]) -> Any:
    """Slips in the asker's sight, nearest due first."""
    return queries.slip_list(
        viewer=request.actor, view=asked.view, kind=asked.kind, after=asked.after, limit=asked.limit
    )


@router.post("/slips", auth=doors.staff("insight.decide"), response=shapes.SlipDetail, **KEYED)
def send_slip(request: doors.Asked, body: shapes.SlipIn) -> Any:
    """Send one of the three slips to a unit."""
    made = actions.send_slip(actor=request.actor, order=SlipOrder(**body.model_dump()), key=key_of(request))
    return queries.slip_detail(viewer=request.actor, slip_id=made.pk)


@router.get("/slips/{uuid:slip_id}", auth=doors.staff("insight.view"), response=shapes.SlipDetail)
def read_slip(request: doors.Asked, slip_id: UUID) -> Any:
    """One slip with its life."""
    return queries.slip_detail(viewer=request.actor, slip_id=slip_id)


@router.post(
    "/slips/{uuid:slip_id}/answer", auth=doors.staff("slip.answer"), response=shapes.SlipDetail, **KEYED
)
def answer_slip(request: doors.Asked, slip_id: UUID, body: shapes.SlipAnswerIn) -> Any:
    """Answer a slip; by the unit that was asked."""
    actions.answer_slip(
        actor=request.actor,
        slip_id=slip_id,
        outcome=body.outcome,
        words=body.words,
        key=key_of(request),
    )
    return queries.slip_detail(viewer=request.actor, slip_id=slip_id)


@router.post(
    "/slips/{uuid:slip_id}/judgement",
    auth=doors.staff("insight.decide"),
    response=shapes.SlipDetail,
    **KEYED,
)
def judge_slip(request: doors.Asked, slip_id: UUID, body: shapes.JudgeIn) -> Any:
    """Take an answer, or send it back; by the office that asked, never by whoever answered."""
    asked: dict[str, Any] = {"actor": request.actor, "slip_id": slip_id, "key": key_of(request)}
    if body.accepted:
        actions.close_slip(outcome=body.outcome or "", words=body.words, **asked)
    else:
        actions.return_slip(words=body.words, days=body.days, **asked)
    return queries.slip_detail(viewer=request.actor, slip_id=slip_id)


@router.get("/season-plans", auth=doors.staff("insight.view"), response=list[shapes.PlanRow])
def list_season_plans(request: doors.Asked, ended: bool = False) -> Any:
    """Season plans in the asker's sight."""
    return queries.plan_list(viewer=request.actor, state="ended" if ended else "planned")


@router.get("/season-plans/{uuid:plan_id}", auth=doors.staff("insight.view"), response=shapes.PlanDetail)
def read_season_plan(request: doors.Asked, plan_id: UUID) -> Any:
    """One plan with its check list and its curves."""
    return queries.plan_detail(viewer=request.actor, plan_id=plan_id)


@router.post(
    "/season-plans/{uuid:plan_id}/items/{uuid:item_id}",
    auth=doors.staff("plan.tick"),
    response=shapes.PlanDetail,
    **KEYED,
)
def tick_plan_item(request: doors.Asked, plan_id: UUID, item_id: UUID, body: shapes.TickIn) -> Any:
    """Tick a line of the check list, or take the tick back; by the lead unit."""
    actions.tick_item(
        actor=request.actor, item_id=item_id, done=body.done, note=body.note, key=key_of(request)
    )
    return queries.plan_detail(viewer=request.actor, plan_id=plan_id)


@router.get("/insight-runs", auth=doors.staff("insight.view"), response=list[shapes.RunRow])
def list_insight_runs(request: doors.Asked, job: str = "") -> Any:
    """The log of the nightly jobs."""
    return queries.runs(viewer=request.actor, job=job)
