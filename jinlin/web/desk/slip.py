"""The print slip of a case: what paper needs, with a code to scan, without any contact."""

from __future__ import annotations

from typing import Any

import segno
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.audit import actions as audit
from jinlin.cases import queries as cases
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.web.access import permits
from jinlin.web.desk.detail import timer_words
from jinlin.web.desk.frame import show


@permits("case.print")
@require_safe
def slip(request: Any, code: str) -> HttpResponse:
    """Show a case as a sheet of paper; that it was printed is written down."""
    case = cases.visible_case(viewer=request.actor, tracking=code)
    detail = cases.case_detail(viewer=request.actor, case=case)
    address = request.build_absolute_uri(f"/t/{case.tracking}")
    picture = segno.make(address, error="m").svg_data_uri(scale=3, border=1)
    if request.method == "GET":
        with transaction.atomic():
            audit.record(actor=request.actor, verb="case.print", obj=case, county=case.county)
    post = request.actor.post
    context = {
        "detail": detail,
        "row": detail.row,
        "said": detail.said[:3],
        "timers": [timer_words(timer) for timer in detail.timers],
        "level": _(w.LEVELS[case.level]),
        "picture": picture,
        "address": address,
        "by": post.unit_name if post else "",
        "now": clock.local(clock.now()),
        "lines": [line for line in detail.lines if line.words][-4:],
    }
    return show(request, "desk/slip.html", context)
