"""Measuring open clocks anew after the calendar or a length changed: few at once, many by a job, never twice.

Each case is its own transaction with one line in its timeline; the same facts give the same due moment, so going over
a case again changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from jinlin.cases.actions.step import Step, moving
from jinlin.cases.actions.telling import LANGUAGE, words_of_promise
from jinlin.cases.models import Case, Clock, Retiming
from jinlin.cases.models.timing import SlaStage
from jinlin.cases.queries.retiming import open_cases, with_clocks, would_be
from jinlin.cases.queries.timing import calendar_of, forget_timing, lengths
from jinlin.cases.rules.words import STAGES
from jinlin.kernel import clock
from jinlin.kernel.idempotency import whole
from jinlin.people.access import SYSTEM, Actor

AT_ONCE: Final = 100  # so many open cases are gone over in the request that saves; more wait for the job
SETTLE: Final = timedelta(seconds=90)  # by then every process has forgotten the old calendar
BUDGET: Final = 20.0  # seconds of one run of the job


class _Unmoved(Exception):
    """Nothing changed after all; nothing is written."""


def begin_retiming(
    *, actor: Actor, kind: str, region_code: str, about: str, stage: SlaStage | None = None
) -> Retiming:
    """Note that open clocks must be measured anew, and do it now where there are few (inside the caller's transaction)."""
    forget_timing()
    found = open_cases(region_code)
    subject = {} if stage is None else {"id": str(stage.pk)}
    row = Retiming.objects.create(
        region_code=region_code,
        kind=kind,
        subject=subject,
        about=about[:200],
        asked_by=actor.account_id,
        asked_at=clock.now(),
        total=len(found),
    )
    if len(found) <= AT_ONCE:
        row.moved = sum(_go_over(row, found))
        row.seen, row.finished_at = len(found), clock.now()
        row.save(update_fields=["moved", "seen", "finished_at"])
    return row


def run_retimings() -> int:
    """Carry on with what waits, a batch at a time; a job calls it. Returns how many cases got another due moment."""
    forget_timing()
    stop = time.monotonic() + BUDGET
    moved = 0
    for row in Retiming.objects.filter(is_settled=False).order_by("asked_at"):
        if row.finished_at is None:
            moved += _carry_on(row, stop)
        elif clock.now() >= row.asked_at + SETTLE:
            moved += _settle(row, stop)
        if time.monotonic() > stop:
            break
    return moved


def _carry_on(row: Retiming, stop: float) -> int:
    ids = open_cases(row.region_code)
    rest = [pk for pk in ids if row.cursor is None or pk > row.cursor]
    moved = 0
    for at in range(0, len(rest), AT_ONCE):
        if time.monotonic() > stop:
            return moved
        part = rest[at : at + AT_ONCE]
        moved += _batch(row, part)
    row.finished_at, row.seen, row.cursor = clock.now(), row.total, None
    row.save(update_fields=["finished_at", "seen", "cursor"])
    return moved


def _batch(row: Retiming, part: Sequence[UUID]) -> int:
    done = sum(_go_over(row, part))
    row.cursor, row.seen, row.moved = part[-1], min(row.seen + len(part), row.total), row.moved + done
    row.save(update_fields=["cursor", "seen", "moved"])
    return done


def _settle(row: Retiming, stop: float) -> int:
    """Go over everything once more: a process may have started clocks by the old calendar for up to a minute."""
    moved = 0
    rest = [pk for pk in open_cases(row.region_code) if row.cursor is None or pk > row.cursor]
    for at in range(0, len(rest), AT_ONCE):
        if time.monotonic() > stop:
            return moved
        part = rest[at : at + AT_ONCE]
        done = sum(_go_over(row, part))
        row.cursor, row.moved = part[-1], row.moved + done
        row.save(update_fields=["cursor", "moved"])
        moved += done
    row.is_settled = True
    row.save(update_fields=["is_settled"])
    return moved


def _go_over(row: Retiming, ids: Sequence[UUID]) -> list[int]:
    """Move the clocks of those cases that need it; whoever doesn't is neither locked nor written."""
    stage = SlaStage.objects.filter(pk=row.subject["id"]).first() if row.subject else None
    if row.subject and stage is None:
        return []
    table = lengths() if stage else None
    need = [
        case.pk
        for case, clocks in with_clocks(ids)
        if would_be(case, clocks, calendar_of(case.county), table, stage)
    ]
    return [whole(partial(_retime, pk, row, stage)) for pk in need]


def _retime(case_id: UUID, row: Retiming, stage: SlaStage | None) -> int:
    if not Case.unscoped.filter(pk=case_id, is_open=True).exists():
        return 0
    try:
        with moving(SYSTEM, case_id, "retime") as step:
            step.changes_case = False
            step.reason_code = row.kind
            _measure(step, row, stage)
    except _Unmoved:
        return 0
    return 1


def _measure(step: Step, row: Retiming, stage: SlaStage | None) -> None:
    before = {name: held.due_at for name, held in step.clocks.running.items()}
    if stage is None:
        step.clocks.remeasure()
    else:
        step.clocks.adopt(lengths(), stage.stage, f"{stage.sla_class}/{stage.category}")
    moved = [
        held
        for name, held in step.clocks.running.items()
        if held.paused_at is None and held.due_at != before[name]
    ]
    if not moved:
        raise _Unmoved
    with translation.override(LANGUAGE):
        step.note = "；".join(_told(held, before[held.stage]) for held in moved)[:1000]
        step.words = words_of_promise(step.clocks, before, row.about)


def _told(held: Clock, before: datetime) -> str:
    name = held.name or _(STAGES[held.stage])
    return _("%(stage)s：%(old)s 改为 %(new)s") % {
        "stage": name,
        "old": _when(before),
        "new": _when(held.due_at),
    }


def _when(moment: datetime) -> str:
    return clock.local(moment).strftime("%m-%d %H:%M")
