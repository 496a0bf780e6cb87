"""The log of the nightly jobs as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.insight.models import Run
from jinlin.insight.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import access
from jinlin.people.access import Actor

SHOWN = 40


@dataclass(frozen=True)
class RunRow:
    """One run: what, when, how far, what it said."""

    id: UUID
    job: str
    label: str
    state: str
    state_label: str
    started_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    lines: tuple[tuple[datetime, str], ...]
    figures: Mapping[str, Any]

    @property
    def seconds(self) -> int | None:
        """How long it took."""
        return None if self.ended_at is None else round((self.ended_at - self.started_at).total_seconds())


def _of(viewer: Actor) -> Any:
    access.require(viewer, "insight.view")
    counties = {post.place[:6] + "000000" for post in viewer.posts if post.level >= 3}
    cities = Q(pk__in=[])
    for post in viewer.posts:
        if post.level == 2:
            cities |= Q(county__gte=post.place, county__lt=str(int(post.place[:4]) + 1).ljust(12, "0"))
    return Run.objects.filter(Q(county="") | Q(county__in=counties) | cities)


def runs(*, viewer: Actor, job: str = "", limit: int = SHOWN) -> tuple[RunRow, ...]:
    """Return the latest runs for the viewer's county and for the whole node (one query)."""
    rows = _of(viewer)
    if job:
        rows = rows.filter(job=job)
    return tuple(_row(row) for row in rows.order_by("-started_at", "-pk")[:limit])


def run(*, viewer: Actor, run_id: UUID) -> RunRow:
    """Return one run; NotFound for another county's."""
    found = _of(viewer).filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("这次运行"))
    return _row(found)


def last_run(job: str, county: str = "") -> datetime | None:
    """Return when a job last ended well, for the schedule (one query)."""
    rows = Run.objects.filter(job=job, county=county, state="done").order_by("-started_at")
    return rows.values_list("started_at", flat=True).first()


def _row(row: Run) -> RunRow:
    return RunRow(
        id=row.pk,
        job=row.job,
        label=_(w.JOBS[row.job]),
        state=row.state,
        state_label=_(w.RUN_STATES[row.state]),
        started_at=row.started_at,
        ended_at=row.ended_at,
        done=row.done,
        total=row.total,
        lines=tuple((clock.local(datetime.fromisoformat(at)), said) for at, said in row.lines),
        figures=row.figures,
    )
