"""How long stages may take, and local days that differ from the national calendar."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases.actions.timetable import set_calendar_day, set_stage_time
from jinlin.cases.queries.timetable import local_days, stage_times
from jinlin.cases.rules.words import STAGES
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.places import queries as places
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, home_region, key_of
from jinlin.web.words import UNIT_NAMES


@permits("manage.view")
@require_safe
def stages(request: Any) -> HttpResponse:
    """Show every stage length that holds today with its source."""
    rows = [
        {"row": row, "stage": _(STAGES.get(row.stage, row.stage)), "unit": _(UNIT_NAMES[row.unit])}
        for row in stage_times(viewer=request.actor)
    ]
    return render(request, "manage/times.html", {"rows": rows})


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: Any, sla_class: str, stage: str) -> HttpResponse:
    """Change one stage length from today on."""
    every = stage_times(viewer=request.actor)
    now = next((row for row in every if (row.sla_class, row.stage) == (sla_class, stage)), None)
    if now is None:
        raise NotFound()

    def save(post: Any) -> object:
        return set_stage_time(
            actor=request.actor,
            sla_class=sla_class,
            stage=stage,
            amount=_amount(post.get("amount", "")),
            unit=post.get("unit", ""),
            source=post.get("source", ""),
            key=key_of(request),
        )

    units = [(unit, _(name)) for unit, name in UNIT_NAMES.items()]
    words = {"now": now, "stage": _(STAGES.get(stage, stage)), "units": units}
    return edit(request, template="manage/stage.html", words=words, save=save, back=reverse("manage:times"))


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 < amount < 10_000:
        raise Invalid({"amount": [_("请填写 0 到 2000 之间的数。")]})
    return amount


@permits("manage.view")
@require_http_methods(["GET", "HEAD", "POST"])
def days(request: Any) -> HttpResponse:
    """Show and add local working days and days off."""

    def save(post: Any) -> object:
        day = day_of(post.get("day", ""), "day")
        if day is None:
            raise Invalid({"day": [_("请填写日期。")]})
        return set_calendar_day(
            actor=request.actor,
            region_code=post.get("region_code", ""),
            day=day,
            is_workday=post.get("is_workday") == "yes",
            source=post.get("source", ""),
            key=key_of(request),
        )

    rows = local_days(viewer=request.actor)
    names = places.area_names({row.region_code for row in rows})
    shown = [{"row": row, "place": names.get(row.region_code, row.region_code)} for row in rows]
    words = {"rows": shown, "region": home_region(request)}
    return edit(request, template="manage/days.html", words=words, save=save, back=reverse("manage:days"))
