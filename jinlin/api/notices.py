"""The box of a unit: digests, what is late or coming, what is asked; marks stand for the unit, not for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema

from jinlin.api import doors
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import CaseRow
from jinlin.notices import queries
from jinlin.notices.actions import mark_done, mark_seen

router = Router(tags=["notices"])


class NoticeLine(Schema):
    """One thing a unit is told; `case` is null for a supervision, a place or a topic, named in `about`."""

    id: UUID
    rung: str
    label: str
    group: str
    unit: str
    stage: str
    made_at: datetime
    due_at: datetime | None
    is_done: bool
    is_urgent: bool
    for_leader: bool
    case: CaseRow | None
    about: str


class DigestRow(Schema):
    """What a unit was told at once: counts only."""

    id: UUID
    words: str
    unit: str
    made_at: datetime
    is_urgent: bool
    is_seen: bool
    coming: int
    late: int
    asked: int


class Box(Schema):
    """The boxes of the asker's units; `is_cut`: more than is shown."""

    lines: list[NoticeLine]
    digests: list[DigestRow]
    is_cut: bool


def _box(request: Any) -> Any:
    return queries.box(viewer=request.actor)


@router.get("/notices", auth=doors.staff("notice.view"), response=Box)
def show_box(request: doors.Asked) -> Any:
    """What was delivered to the asker's units and is still true."""
    return _box(request)


@router.post("/notices/{uuid:notice}/done", auth=doors.staff("notice.mark"), response=Box, **KEYED)
def mark_notice_done(request: doors.Asked, notice: UUID) -> Any:
    """Say that the unit is on it."""
    mark_done(actor=request.actor, notice_id=notice, key=key_of(request))
    return _box(request)


@router.post("/digests/{uuid:digest}/seen", auth=doors.staff("notice.mark"), response=Box, **KEYED)
def mark_digest_seen(request: doors.Asked, digest: UUID) -> Any:
    """Say that the unit has a digest; who said so is kept nowhere."""
    mark_seen(actor=request.actor, digest_id=digest, key=key_of(request))
    return _box(request)
