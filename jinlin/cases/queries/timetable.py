"""Reads of the timetable: for the manage pages, and what a move may choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Case, Ceiling, SlaStage
from jinlin.cases.queries.timing import ceilings
from jinlin.cases.rules.words import CEILINGS
from jinlin.kernel import clock
from jinlin.people import access
from jinlin.people.access import Actor

Key = tuple[str, str, str]  # class, leaf, stage


@dataclass(frozen=True)
class Held:
    """A length that holds today, with the one that will follow it."""

    now: SlaStage | None
    coming: SlaStage | None = None


def stage_times(*, viewer: Actor) -> Mapping[Key, Held]:
    """Return the lengths that hold today or will, by class, leaf and stage (one query)."""
    access.require(viewer, "manage.view")
    today = clock.today()
    rows = SlaStage.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today)).order_by(
        "category", "sla_class", "stage", "valid_from"
    )
    found: dict[Key, Held] = {}
    for row in rows:
        key = (row.sla_class, row.category, row.stage)
        held = found.get(key, Held(None))
        if row.valid_to is not None and row.valid_to <= row.valid_from:
            continue
        if row.valid_from <= today:
            found[key] = Held(row, held.coming)
        else:
            found[key] = Held(held.now, held.coming or row)
    return found


def stage_history(*, viewer: Actor, key: Key) -> list[SlaStage]:
    """Return every row there has been of one length, newest first (one query)."""
    access.require(viewer, "manage.view")
    sla_class, category, stage = key
    rows = SlaStage.objects.filter(sla_class=sla_class, category=category, stage=stage)
    return [
        row
        for row in rows.order_by("-valid_from", "-id")
        if row.valid_to is None or row.valid_to > row.valid_from
    ]


def ceiling_rows(*, viewer: Actor) -> list[Ceiling]:
    """Return what holds today or will for extensions and pauses (one query)."""
    access.require(viewer, "manage.view")
    rows = Ceiling.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=clock.today()))
    order = list(CEILINGS)
    return sorted(_lasting(rows), key=lambda row: (order.index(row.kind), row.code, row.valid_from))


def _lasting(rows: Iterable[Ceiling]) -> list[Ceiling]:
    return [row for row in rows if row.valid_to is None or row.valid_to > row.valid_from]


def pause_reasons() -> tuple[tuple[str, str], ...]:
    """Return the reasons a pause may have, as (code, words with the kind and its ceiling) (two queries)."""
    found = []
    for kind in ("suspension", "ledger"):
        for code, row in ceilings(kind).items():
            most = _("%(n)d 个工作日") if row.unit == "working_day" else _("%(n)d 天")
            words = _("%(kind)s：%(why)s（最长 %(most)s）")
            found.append(
                (
                    code,
                    words % {"kind": _(CEILINGS[kind]), "why": _(row.name), "most": most % {"n": row.days}},
                )
            )
    return tuple(found)


def open_milestones(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the milestones of a case that run, the one due first in front, as (code, name) (one query)."""
    if not case.open_milestones:
        return ()
    rows = case.clocks.filter(stopped_at=None).exclude(name="").order_by("due_at")
    return tuple(rows.values_list("stage", "name"))
