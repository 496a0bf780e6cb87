"""Delivering: one digest per unit and working half-day, nothing at night or on days off, urgent matters at once.

Constant queries however many notices wait; safe to run twice, because a half-day has one digest by the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from jinlin.cases.actions.ladder import lock_ladder
from jinlin.cases.models import Clock, MonthlyTopic
from jinlin.cases.queries.timing import calendar_of
from jinlin.kernel import clock
from jinlin.notices import rules
from jinlin.notices.models import Digest, Notice
from jinlin.notices.queries.quiet import quiet_of

MOST: Final = 5_000


def deliver_digests() -> int:
    """Put what waits into digests where it may be told now; returns how many digests were made."""
    with transaction.atomic():
        lock_ladder()
        _sweep()
        waiting = list(Notice.unscoped.filter(digest=None, ended_at=None).order_by("made_at", "id")[:MOST])
        if not waiting:
            return 0
        return _deliver(waiting)


def _sweep() -> None:
    """End notices of clocks that have stopped, and of topics that are decided (two queries)."""
    now = clock.now()
    live = Notice.unscoped.filter(ended_at=None)
    stopped = Clock.objects.filter(pk=OuterRef("ref"), stopped_at__isnull=False)
    live.filter(Exists(stopped)).exclude(rung__in=rules.ASKED).update(ended_at=now)
    decided = MonthlyTopic.objects.filter(pk=OuterRef("ref")).exclude(state="candidate")
    live.filter(Exists(decided), rung="topic").update(ended_at=now)


def _deliver(waiting: Sequence[Notice]) -> int:
    now = clock.now()
    by_slot: dict[tuple[str, UUID, str], list[Notice]] = defaultdict(list)
    slots = {county: _slots(county, now) for county in {row.county for row in waiting}}
    for row in waiting:
        ordinary, urgent = slots[row.county]
        slot = urgent if row.is_urgent else ordinary
        if slot and row.grid:
            slot += "g"  # for the lists of its grids; the desk keeps its own digest of the half-day
        if slot:
            by_slot[row.county, row.unit, slot].append(row)
    outside = bool(settings.JINLIN_NOTICE_WEBHOOK)
    drafts = {key: _draft(key, rows, now, outside) for key, rows in by_slot.items()}
    Digest.unscoped.bulk_create(drafts.values(), ignore_conflicts=True)
    made = set(
        Digest.unscoped.filter(pk__in=[draft.pk for draft in drafts.values()]).values_list("pk", flat=True)
    )
    told = []
    for key, rows in by_slot.items():
        if drafts[key].pk not in made:  # this half-day has its digest: the next one takes them along
            continue
        for row in rows:
            row.digest = drafts[key]
            told.append(row)
    Notice.unscoped.bulk_update(told, ["digest"])
    return len(made)


def _slots(county: str, now: datetime) -> tuple[str, str]:
    calendar = calendar_of(county)
    return rules.slot_at(now, quiet_of(county), calendar), rules.urgent_slot(now, calendar)


def _draft(key: tuple[str, UUID, str], rows: Iterable[Notice], now: datetime, outside: bool) -> Digest:
    """Count matters, not rungs: a case that passed two rungs since the last digest is one matter."""
    county, unit, slot = key
    told = rules.matters(row for row in rows if not row.grid)
    groups = [rules.group_of(row.rung) for row in told]
    return Digest(
        county=county,
        unit=unit,
        slot=slot,
        made_at=now,
        is_urgent=any(row.is_urgent for row in told),
        coming=groups.count("coming"),
        late=groups.count("late"),
        asked=groups.count("asked"),
        seen_at=None if told else now,  # of grids only: the desk has nothing to read
        waits_outside=outside and bool(told),
    )
