"""What runs by itself and how often; `jinlin tick` asks this table, nothing else schedules work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import close_old_connections

from jinlin.audit.actions import forget_old_entries
from jinlin.cases.actions.campaigns import end_due_campaigns
from jinlin.cases.actions.retention import erase_due_contacts
from jinlin.cases.actions.retiming import run_retimings
from jinlin.cases.actions.working import resume_at_ceilings
from jinlin.circle.actions import refresh_edits, run_studies, run_waiting
from jinlin.files.actions import forget_loose_files
from jinlin.gatherings.actions import expire_offers, forget_people
from jinlin.initiatives.actions import remind_reviews
from jinlin.insight.actions import forget_old_runs, group_due, learn_due, remind_plans, remind_slips, scan_due
from jinlin.kernel.bus import deliver_outbox
from jinlin.kernel.idempotency import forget_old_keys
from jinlin.kernel.throttle import forget_old_hits
from jinlin.mediation.actions import erase_due_files, remind_mediators
from jinlin.notices.actions import climb_ladder, deliver_digests, send_outside
from jinlin.performance.actions import sweep_empty

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A name, an action without arguments, and the seconds between two runs."""

    name: str
    run: Callable[[], object]
    every: int


JOBS: Final[tuple[Job, ...]] = (
    Job("deliver_outbox", deliver_outbox, 20),
    Job("run_retimings", run_retimings, 15),
    Job("run_assessments", run_waiting, 15),
    Job("run_circle_studies", run_studies, 15),
    Job("refresh_circle_edits", refresh_edits, 20),
    Job("resume_at_ceilings", resume_at_ceilings, 300),
    Job("climb_ladder", climb_ladder, 300),
    Job("remind_reviews", remind_reviews, 3600),
    Job("remind_plans", remind_plans, 3600),
    Job("remind_slips", remind_slips, 300),
    Job("forget_old_runs", forget_old_runs, 24 * 3600),
    Job("deliver_digests", deliver_digests, 300),
    Job("send_outside", send_outside, 60),
    Job("scan_nightly", scan_due, 600),
    Job("group_hot_issues", group_due, 600),
    Job("learn_categories", learn_due, 600),
    Job("forget_old_hits", forget_old_hits, 3600),
    Job("forget_loose_files", forget_loose_files, 3600),
    Job("forget_old_keys", forget_old_keys, 6 * 3600),
    Job("erase_due_contacts", erase_due_contacts, 24 * 3600),
    Job("expire_offers", expire_offers, 3600),
    Job("forget_people", forget_people, 3600),
    Job("sweep_empty_counts", sweep_empty, 3600),
    Job("end_due_campaigns", end_due_campaigns, 3600),
    Job("remind_mediators", remind_mediators, 3600),
    Job("erase_due_files", erase_due_files, 24 * 3600),
    Job("forget_old_entries", forget_old_entries, 24 * 3600),
)


def run_due(last: dict[str, float], now: float) -> list[str]:
    """Run every job whose time has come; a failing job is logged and doesn't stop the others."""
    done = []
    for job in JOBS:
        if now - last.get(job.name, float("-inf")) < job.every:
            continue
        last[job.name] = now
        try:
            job.run()
            done.append(job.name)
        except Exception:
            log.exception("job %s failed", job.name)
    return done


def run_forever(pause: float = 5.0) -> None:
    """Keep the schedule until the process is stopped."""
    last: dict[str, float] = {}
    while True:
        run_due(last, time.monotonic())
        close_old_connections()
        time.sleep(pause)
