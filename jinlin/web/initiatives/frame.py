"""What the staff's pages of initiatives share: the area, the tabs, drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinlin.people import access, areas
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, short_name
from jinlin.web.desk.frame import show

TABS = (
    ("wish", _("愿望"), "initiatives:home", "initiative.view"),
    ("topic", _("议事"), "initiatives:home", "initiative.view"),
    ("works", _("改造"), "initiatives:home", "initiative.view"),
    ("cobuild", _("共建"), "initiatives:home", "initiative.view"),
    ("ventures", _("公益创投"), "initiatives:rounds", "venture.run"),
    ("duties", _("议定的事"), "initiatives:duties", "initiative.view"),
    ("figures", _("数字"), "initiatives:figures", "initiative.view"),
    ("gatherings", _("活动和会议"), "gatherings:home", "gathering.view"),
)
PLAIN = ("ventures", "duties", "figures", "gatherings")


def area_of(request: Any, verb: str = "initiative.view") -> str:
    """Return the asked area, else the one the viewer's pages open on; NotFound outside of the block."""
    asked = str(request.GET.get("area", ""))[:12]
    if is_region_code(asked) and places.stands(asked):
        areas.require_area(request.actor, verb, asked)
        return asked
    return areas.home_area(viewer=request.actor, verb=verb)


def draw(
    request: Any, template: str, words: Mapping[str, Any], *, tab: str, status: int = 200
) -> HttpResponse:
    """Answer with a page of 共治 for the staff, with the tabs this person may open."""
    tabs = [
        {
            "label": label,
            "url": reverse(route) + ("" if name in PLAIN else f"?kind={name}"),
            "current": name == tab,
        }
        for name, label, route, verb in TABS
        if access.may(request.actor, verb)
    ]
    frame = {
        "tabs": tabs,
        "wrong": {},
        "typed": {},
        "may_handle": access.may(request.actor, "initiative.handle"),
    }
    return show(request, template, {**frame, **words}, status=status, current="together")


def area_words(area: str) -> str:
    """Return the short name of an area."""
    return short_name(places.area_name(area))
