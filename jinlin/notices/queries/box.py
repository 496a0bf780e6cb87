"""The box of a unit: what it was told and is still true, grouped; digests; marks for a grid worker's own list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.models import Case, Clock, MonthlyTopic, Supervision, Whistle
from jinlin.cases.queries.rows import CaseRow, as_rows
from jinlin.cases.rules import words as w
from jinlin.initiatives.models import Resolution
from jinlin.insight.models import Plan, Slip, Warning
from jinlin.notices import rules
from jinlin.notices.models import Digest, Notice
from jinlin.notices.queries.wording import digest_words
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.places.queries import area_name

SHOWN: Final = 200
FAR: Final = datetime(2999, 1, 1, tzinfo=UTC)
DIGESTS: Final = 6
MANY: Final = 100


@dataclass(frozen=True)
class Line:
    """One thing in the box; `case` is None for what is about a supervision, a place or a topic."""

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
    about: str  # code of a supervision, place and matter of a task
    ref: UUID


@dataclass(frozen=True)
class DigestRow:
    """One digest as shown."""

    id: UUID
    words: str
    unit: str
    made_at: datetime
    is_urgent: bool
    is_seen: bool
    coming: int
    late: int
    asked: int


@dataclass(frozen=True)
class Box:
    """What one person sees of the boxes of their units."""

    lines: tuple[Line, ...]
    digests: tuple[DigestRow, ...]
    is_cut: bool  # more than is shown

    def group(self, name: str) -> tuple[Line, ...]:
        """The lines of one heading, nearest due first."""
        return tuple(line for line in self.lines if line.group == name)


def unseen(viewer: Actor) -> int:
    """Return how many digests nobody of the viewer's units has marked yet, counted up to 100 (one query)."""
    rows = access.visible(viewer, Digest.objects.all()).filter(seen_at=None)
    return len(rows.values_list("pk", flat=True)[:MANY])


def box(*, viewer: Actor) -> Box:
    """Return the box: what was delivered and is still true, one line per matter (at most 11 queries)."""
    access.require(viewer, "notice.view")
    seen = access.visible(viewer, Notice.objects.all())
    rows = list(
        seen.filter(ended_at=None, digest__isnull=False, grid="").order_by("unit", "made_at", "id")[
            : SHOWN + 1
        ]
    )
    rows = _true_still(rows)
    by_unit: dict[UUID, list[Notice]] = defaultdict(list)
    for row in rows[:SHOWN]:
        by_unit[row.unit].append(row)
    told = [row for some in by_unit.values() for row in rules.matters(some)]
    told.sort(key=lambda row: (row.due_at or FAR, row.made_at))
    return Box(_lines(told, viewer), _digests(viewer), len(rows) > SHOWN)


def _true_still(rows: list[Notice]) -> list[Notice]:
    """Leave out rungs of clocks that stopped after the last sweep (one query)."""
    refs = [row.ref for row in rows if row.rung not in rules.ASKED]
    going = set(
        Clock.objects.filter(pk__in=refs, stopped_at=None, paused_at=None).values_list("pk", flat=True)
    )
    return [row for row in rows if row.rung in rules.ASKED or row.ref in going]


def _lines(rows: Iterable[Notice], viewer: Actor) -> tuple[Line, ...]:
    rows = list(rows)
    cases = access.visible(viewer, Case.objects.all()).filter(
        pk__in=[row.case_id for row in rows if row.case_id]
    )
    by_id = {line.id: line for line in as_rows(list(cases), viewer)}
    about = _about(rows)
    names = orgs.unit_names({row.unit for row in rows})
    return tuple(
        Line(
            id=row.pk,
            rung=row.rung,
            label=_(rules.LABELS.get(row.rung, row.rung)),
            group=rules.group_of(row.rung),
            unit=names.get(row.unit, ""),
            stage=_(w.STAGES.get(row.stage, "")) if row.stage in w.STAGES else "",
            made_at=row.made_at,
            due_at=row.due_at,
            is_done=row.done_at is not None,
            is_urgent=row.is_urgent,
            for_leader=row.audience == "leader",
            case=by_id.get(row.case_id) if row.case_id else None,
            about=about.get(row.ref, ""),
            ref=row.ref,
        )
        for row in rows
        if row.case_id is None or row.case_id in by_id or row.rung == "meeting"
    )


def _about(rows: list[Notice]) -> dict[UUID, str]:
    """Return what supervisions, tasks and topics are called (a query a kind, none without any)."""
    found: dict[UUID, str] = {}
    refs = {row.ref for row in rows if row.rung.startswith("sup_")}
    if refs:
        found |= dict(Supervision.unscoped.filter(pk__in=refs).values_list("pk", "code"))
    refs = {row.ref for row in rows if row.rung == "whistle"}
    if refs:
        found |= dict(Whistle.unscoped.filter(pk__in=refs).values_list("pk", "topic"))
    refs = {row.ref for row in rows if row.rung == "topic"}
    if refs:
        topics = MonthlyTopic.objects.filter(pk__in=refs)
        found |= {topic.pk: f"{topic.month:%Y-%m}" for topic in topics}
    found |= _foreseen(rows)
    refs = {row.ref for row in rows if row.rung == "review"}
    if refs:
        found |= dict(Resolution.objects.filter(pk__in=refs).values_list("pk", "initiative__title"))
    return found


def _foreseen(rows: list[Notice]) -> dict[UUID, str]:
    """Return what warnings, slips and plans are called (a query a kind, none without any)."""
    found: dict[UUID, str] = {}
    refs = {row.ref for row in rows if row.rung == "warning"}
    if refs:
        warnings = Warning.unscoped.filter(pk__in=refs).select_related("category")
        found |= {row.pk: f"{area_name(row.centre[:12])}{row.category.name}" for row in warnings}
    refs = {row.ref for row in rows if row.rung.startswith("slip")}
    if refs:
        found |= dict(Slip.unscoped.filter(pk__in=refs).values_list("pk", "title"))
    refs = {row.ref for row in rows if row.rung == "plan"}
    if refs:
        found |= dict(Plan.unscoped.filter(pk__in=refs).values_list("pk", "topic"))
    return found


def _digests(viewer: Actor) -> tuple[DigestRow, ...]:
    rows = list(access.visible(viewer, Digest.objects.all()).order_by("-made_at")[:DIGESTS])
    names = orgs.unit_names({row.unit for row in rows})
    return tuple(
        DigestRow(
            id=row.pk,
            words=digest_words(row, names.get(row.unit, "")),
            unit=names.get(row.unit, ""),
            made_at=row.made_at,
            is_urgent=row.is_urgent,
            is_seen=row.seen_at is not None,
            coming=row.coming,
            late=row.late,
            asked=row.asked,
        )
        for row in rows
        if row.coming or row.late or row.asked
    )


def reminded(*, viewer: Actor) -> dict[UUID, str]:
    """Return what a grid worker's own cases are reminded of: case -> rung, the highest one (one query)."""
    access.require(viewer, "field.view")
    rows = access.visible(viewer, Notice.objects.all()).filter(ended_at=None, digest__isnull=False)
    rows = rows.exclude(grid="")
    found: dict[UUID, str] = {}
    for case, code in rows.values_list("case_id", "rung"):
        if case and (case not in found or rules.weight(code) > rules.weight(found[case])):
            found[case] = code
    return found
