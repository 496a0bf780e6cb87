"""Keeping the log of a nightly job: begun, how far, what it says of itself, done or why not."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.insight.models import Run
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError

SAID_EVERY: Final = 1.0  # seconds between two signs of life in the row
MOST_LINES: Final = 200
KEPT: Final = timedelta(days=400)  # a year to compare with, and a month
AGAIN: Final = 3  # times a night that failed is tried
LOST: Final = timedelta(hours=2)  # a run that began so long ago and did not end was killed with its process


class Log:
    """What a running job may say; rows are written outside of the job's own transactions."""

    def __init__(self, row: Run) -> None:
        self.row = row
        self._told = time.monotonic()

    def say(self, sentence: str) -> None:
        """Add a sentence with its moment; it stands in the row at once."""
        self._add(sentence)
        self._save("lines", "done", "total")

    def progress(self, done: int, total: int) -> None:
        """Say how far it is, about once a second."""
        self.row.done, self.row.total = done, total
        if time.monotonic() - self._told >= SAID_EVERY:
            self._told = time.monotonic()
            self._save("done", "total")

    def figures(self, **counted: Any) -> None:
        """Keep what was counted, for the page to draw."""
        self.row.figures = {**self.row.figures, **counted}

    def _add(self, sentence: str) -> None:
        if len(self.row.lines) < MOST_LINES:
            self.row.lines = [*self.row.lines, [clock.now().isoformat(timespec="seconds"), sentence[:300]]]

    def end(self, state: str) -> None:
        """Close the row."""
        self.row.state, self.row.ended_at = state, clock.now()
        if state == "done" and self.row.total:
            self.row.done = self.row.total
        self._save("state", "ended_at", "lines", "done", "total", "figures")

    def _save(self, *fields: str) -> None:
        with transaction.atomic():  # a job runs outside of any; a write of ours goes through the gate
            self.row.save(update_fields=list(fields))


@contextmanager
def running(job: str, *, county: str = "") -> Iterator[Log]:
    """Keep the log of one run; what goes wrong stands in it in one sentence and is raised again."""
    with transaction.atomic():
        log = Log(Run.objects.create(job=job, county=county, started_at=clock.now()))
    try:
        yield log
    except JinlinError as error:
        log._add(str(error))
        log.end("failed")
        raise
    except Exception as error:
        log._add(_("没有完成：%(what)s。请把这一行发给系统管理员。") % {"what": type(error).__name__})
        log.end("failed")
        raise
    log.end("done")


def tried_today(job: str) -> Counter[str]:
    """Return how often each county was tried today, `AGAIN` when it is done or under way (one query; two after a kill).

    A run that was killed is closed as failed, so that it is tried again instead of standing as running for ever.
    """
    now = clock.local(clock.now())
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Run.objects.filter(Q(started_at__gte=since) | Q(state="running"), job=job)
    found: Counter[str] = Counter()
    lost = []
    for pk, county, state, started in rows.values_list("pk", "county", "state", "started_at"):
        is_lost = state == "running" and started < now - LOST
        if started >= since:
            found[county] += 1 if is_lost or state == "failed" else AGAIN
        if is_lost:
            lost.append(pk)
    if lost:
        with transaction.atomic():
            Run.objects.filter(pk__in=lost, state="running").update(state="failed", ended_at=now)
    return found


def forget_old_runs() -> int:
    """Remove what was logged more than a year ago; call it once a day."""
    with transaction.atomic():
        return Run.objects.filter(started_at__lt=clock.now() - KEPT).delete()[0]
