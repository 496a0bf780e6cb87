"""Reads of studies: which gates help most, where to build; with how far a running one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.circle.models import Study
from jinlin.circle.queries.scope import require_area
from jinlin.kernel.errors import NotFound
from jinlin.people.access import Actor
from jinlin.places import queries as places
from jinlin.places.rules import code_range

LISTED: Final = 40


@dataclass(frozen=True)
class StudyRow:
    """A question and, once it is done, its answer."""

    id: UUID
    kind: str
    area: str
    area_name: str
    question: dict[str, Any]
    state: str
    done: int
    total: int
    error: str
    engine: str
    ordered_at: datetime
    finished_at: datetime | None
    answer: dict[str, Any]
    is_demo: bool


def studies(*, viewer: Actor, area: str, kind: str = "") -> tuple[StudyRow, ...]:
    """Return the questions put for an area, newest first (two queries)."""
    require_area(viewer, "circle.view", area)
    low, high = code_range(area)
    rows = Study.objects.filter(county=area[:6] + "000000", area__gte=low, area__lt=high)
    rows = rows.filter(kind=kind) if kind else rows
    return tuple(_study(row) for row in rows.order_by("-ordered_at")[:LISTED])


def study(*, viewer: Actor, study_id: UUID) -> StudyRow:
    """Return one question with its answer (one query)."""
    row = Study.objects.filter(pk=study_id).first()
    if row is None:
        raise NotFound(_("这次计算"))
    require_area(viewer, "circle.view", row.area)
    return _study(row)


def _study(row: Study) -> StudyRow:
    return StudyRow(
        id=row.pk,
        kind=row.kind,
        area=row.area,
        area_name=places.area_name(row.area),
        question=row.question,
        state=row.state,
        done=row.done,
        total=row.total,
        error=row.error,
        engine=row.engine,
        ordered_at=row.ordered_at,
        finished_at=row.finished_at,
        answer=row.answer or {},
        is_demo=row.is_demo,
    )
