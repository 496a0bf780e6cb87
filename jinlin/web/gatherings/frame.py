"""What the staff pages of 共治 share: the area, its tabs, drawing a page, running a deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinlin.gatherings import queries
from jinlin.kernel.errors import JinlinError
from jinlin.people import access
from jinlin.places.rules import level_of, short_name
from jinlin.web import moves
from jinlin.web.desk.frame import show
from jinlin.web.errors import wants_json
from jinlin.web.together.asked import wrong_fields

VILLAGE = 5
# (name, label, route, verb); a room adds its staff page here. A route takes the area, in its path or as a question.
TABS: tuple[tuple[str, Any, str, str], ...] = (
    ("initiatives", gettext_lazy("愿望议事"), "initiatives:home", "initiative.view"),
    ("gatherings", gettext_lazy("活动和会议"), "gatherings:area", "gathering.view"),
    ("bookings", gettext_lazy("场地预订"), "gatherings:bookings", "gathering.view"),
    ("offers", gettext_lazy("三单和代办"), "gatherings:offers", "offer.manage"),
    ("figures", gettext_lazy("成效数字"), "gatherings:figures", "gathering.view"),
)


def draw(
    request: Any, template: str, words: Mapping[str, Any], *, area: str, tab: str = "", status: int = 200
) -> HttpResponse:
    """Answer with a page of an area: its name and the tabs the reader may open."""
    tabs = [
        {"label": label, "url": _url(route, area), "current": name == tab}
        for name, label, route, verb in TABS
        if access.may(request.actor, verb)
    ]
    frame = {
        "area": area,
        "area_name": short_name(queries.require_area(viewer=request.actor, area=area)),
        "is_village": level_of(area) >= VILLAGE,
        "tabs": tabs,
        "may_host": access.may(request.actor, "gathering.host"),
        "may_manage": access.may(request.actor, "venue.manage"),
        "wrong": {},
        "typed": {},
    }
    return show(request, template, {**frame, **words}, status=status, current="together")


def _url(route: str, area: str) -> str:
    try:
        return reverse(route, args=[area])
    except NoReverseMatch:
        return f"{reverse(route)}?area={area}"


def home_url(request: Any) -> str:
    """Return the first page of the widest area of the reader's posts."""
    return reverse("gatherings:area", args=[queries.home_area(viewer=request.actor)])


Again = Callable[[Mapping[str, Any], int], HttpResponse]


def deed(request: Any, save: Callable[[], str], again: Again, *, said: str = "") -> HttpResponse:
    """Run a deed that returns where to go next; show the form again, or answer the outbox in JSON, when it is refused."""
    try:
        url = save()
    except JinlinError as error:
        if error.http_status == 404 or wants_json(request):
            raise
        return again({"wrong": wrong_fields(error)}, error.http_status)
    if wants_json(request):
        return moves.answer(request, url, said or _("已保存。"))
    messages.success(request, said or _("已保存。"))
    return HttpResponseRedirect(url)
