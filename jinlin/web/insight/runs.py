"""The log of the nightly jobs, in sentences a person can read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.insight import queries
from jinlin.insight.rules import words as w
from jinlin.web.access import permits
from jinlin.web.insight.frame import draw


@permits("insight.view")
@require_safe
def runs(request: Any) -> HttpResponse:
    """Show the latest runs, all or of one job; the first one is open."""
    job = str(request.GET.get("job", ""))
    job = job if job in w.JOBS else ""
    jobs = [("", _("全部")), *((key, _(label)) for key, label in w.JOBS.items())]
    words = {
        "rows": queries.runs(viewer=request.actor, job=job),
        "jobs": [
            {"label": label, "url": f"?job={key}" if key else "?", "current": key == job, "count": None}
            for key, label in jobs
        ],
    }
    return draw(request, "insight/runs.html", words, tab="runs")
