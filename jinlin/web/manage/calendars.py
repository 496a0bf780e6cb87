"""The working calendar of a region as a year, with local days and office hours to change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.cases.actions import calendars as actions
from jinlin.cases.queries.retiming import Change, Preview, preview, recent_retimings
from jinlin.cases.queries.year import regions_for, year_view
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, home_region, key_of

SPANS = 3
USUAL = (("08:30", "12:00"), ("14:30", "18:00"), ("", ""))


def _region(request: Any) -> str:
    """Return the region asked for, the viewer's own first; NotFound for one it has no business with."""
    choices = regions_for(viewer=request.actor)
    asked = str(request.POST.get("region_code") or request.GET.get("region") or home_region(request))
    if not choices:
        raise NotFound()
    return asked if asked else choices[0][0]


def _year(request: Any) -> int:
    text = str(request.GET.get("year", ""))
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year
    return min(max(year, actions.YEARS[0]), actions.YEARS[1])


@permits("manage.view")
@require_http_methods(["GET", "HEAD", "POST"])
def days(request: Any) -> HttpResponse:
    """Show a year of a region's calendar; add and remove local days."""
    region = _region(request)
    day = _posted_day(request)
    back = f"{reverse('manage:days')}?region={region}&year={day.year if day else _year(request)}"
    drop = bool(request.POST.get("drop"))

    def save(post: Any) -> object:
        found = _day(post)
        if drop:
            return actions.drop_calendar_day(
                actor=request.actor, region_code=region, day=found, key=key_of(request)
            )
        return actions.set_calendar_day(
            actor=request.actor,
            region_code=region,
            day=found,
            is_workday=_works(post),
            source=post.get("source", ""),
            key=key_of(request),
        )

    def look(post: Any) -> Preview | None:
        found = _day(post)
        actions.require_region(request.actor, region)
        if drop:
            return preview(viewer=request.actor, change=Change(region, dropped=(found,)))
        row = actions.unsaved_day(region, found, _works(post), post.get("source", ""))
        return preview(viewer=request.actor, change=Change(region, days=(row,)))

    year = year_view(
        viewer=request.actor, region_code=_known(request, region), year=day.year if day else _year(request)
    )
    words = {
        "year": year,
        "regions": regions_for(viewer=request.actor),
        "picked": str(request.GET.get("day", ""))[:10],
        "drop": drop,
        "before": year.year - 1,
        "after": year.year + 1,
        "retimings": recent_retimings(viewer=request.actor),
    }
    return edit(request, template="manage/days.html", words=words, save=save, look=look, back=back)


def _known(request: Any, region: str) -> str:
    """Return the region to draw: one the viewer may look at, else the own one (a refused form is shown again)."""
    known = [code for code, _name in regions_for(viewer=request.actor)]
    return region if region in known else known[0]


def _posted_day(request: Any) -> Any:
    try:
        return day_of(request.POST.get("day", ""), "day")
    except Invalid:
        return None


def _day(post: Any) -> Any:
    day = day_of(post.get("day", ""), "day")
    if day is None:
        raise Invalid({"day": [_("请填写日期。")]})
    return day


def _works(post: Any) -> bool:
    if post.get("is_workday") not in ("yes", "no"):
        raise Invalid({"is_workday": [_("请选择这一天上班还是休息。")]})
    return bool(post["is_workday"] == "yes")


@permits("manage.view")
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: Any) -> HttpResponse:
    """Show and set the office hours of a region from a day on."""
    region = _region(request)
    back = f"{reverse('manage:hours')}?region={region}"
    if request.method == "POST" and request.POST.get("drop"):
        since = _since(request.POST)
        actions.drop_office_hours(
            actor=request.actor, region_code=region, valid_from=since, key=key_of(request)
        )
        return HttpResponseRedirect(back)

    def save(post: Any) -> object:
        return actions.set_office_hours(
            actor=request.actor,
            region_code=region,
            spans=_spans(post),
            valid_from=_since(post),
            source=post.get("source", ""),
            key=key_of(request),
        )

    def look(post: Any) -> Preview | None:
        actions.require_region(request.actor, region)
        row = actions.unsaved_hours(region, _since(post), _spans(post))
        return preview(viewer=request.actor, change=Change(region, hours=(row,)))

    year = year_view(viewer=request.actor, region_code=_known(request, region), year=clock.today().year)
    typed = request.POST
    words = {
        "year": year,
        "regions": regions_for(viewer=request.actor),
        "today": clock.today(),
        "rows": [
            {"number": at, "start": typed.get(f"start{at}", start), "end": typed.get(f"end{at}", end)}
            for at, (start, end) in enumerate(USUAL, start=1)
        ],
        "retimings": recent_retimings(viewer=request.actor),
    }
    return edit(request, template="manage/hours.html", words=words, save=save, look=look, back=back)


def _since(post: Any) -> Any:
    return day_of(post.get("valid_from", ""), "valid_from") or clock.today()


def _spans(post: Any) -> list[tuple[str, str]]:
    pairs = [
        (post.get(f"start{at}", "").strip(), post.get(f"end{at}", "").strip()) for at in range(1, SPANS + 1)
    ]
    return [pair for pair in pairs if any(pair)]
