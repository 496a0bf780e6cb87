"""The figures of an area, month by month: activities, people served, matters settled; counted, typed by nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.gatherings import queries
from jinlin.kernel import clock
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import draw


@permits("gathering.view")
@require_safe
def figures(request: Any, area: str) -> HttpResponse:
    """Show a year of an area."""
    queries.require_area(viewer=request.actor, area=area)
    text = str(request.GET.get("year", ""))
    year = (
        int(text)
        if text.isascii() and text.isdigit() and len(text) == 4 and text > "1999"
        else clock.today().year
    )
    rows = queries.figures(area=area, since=date(year, 1, 1), until=date(year + 1, 1, 1))
    names = [
        ("activities", _("活动场次")),
        ("served", _("服务人次")),
        ("meetings", _("会议场次")),
        ("met", _("参会人次")),
        ("settled", _("会客厅解决的事")),
        ("wishes", _("圆了的微心愿")),
        ("errands", _("办成的代办")),
    ]
    whole = queries.total(rows)
    frame = {
        "rows": [(row.month, [getattr(row, name) for name, _label in names]) for row in rows],
        "labels": [label for _name, label in names],
        "whole": [(label, getattr(whole, name)) for name, label in names],
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < clock.today().year else 0,
    }
    return draw(request, "gatherings/figures.html", frame, area=area, tab="figures")
