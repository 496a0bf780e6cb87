"""What the pages of the living circle share: the area, its tabs, reading small forms, going back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinlin.kernel.errors import Invalid, NotFound
from jinlin.people import access
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of, short_name
from jinlin.web.desk.frame import show
from jinlin.web.posted import Again, write

__all__ = ["Again", "area_name", "draw", "number", "one_of", "uuids", "write"]
VILLAGE = 5
TABS = (
    ("area", gettext_lazy("缺口"), ""),
    ("compounds", gettext_lazy("小区"), ""),
    ("gates", gettext_lazy("门和墙"), ""),
    ("openings", gettext_lazy("开门方案"), ""),
    ("sites", gettext_lazy("选址"), ""),
    ("facilities", gettext_lazy("设施"), ""),
    ("data", gettext_lazy("数据底数"), ""),
    ("versions", gettext_lazy("评估版本"), ""),
)


def area_name(area: str) -> str:
    """Return the short name of an area; NotFound for what is none."""
    if not is_region_code(area):
        raise NotFound("area", _("没有这个代码的地方，请从自己的辖区进入。"))
    return short_name(places.region(area).name)


def draw(
    request: Any, template: str, words: Mapping[str, Any], *, area: str, tab: str, status: int = 200
) -> HttpResponse:
    """Answer with a page of an area: its name, the way up as far as the reader sees, the tabs."""
    tabs = [
        {"label": label, "url": reverse(f"circle:{name}", args=[area]), "current": name == tab}
        for name, label, _verb in TABS
    ]
    frame = {
        "area": area,
        "area_name": area_name(area),
        "is_village": level_of(area) >= VILLAGE,
        "tabs": tabs,
        "may_edit": access.may(request.actor, "circle.edit"),
        "may_assess": access.may(request.actor, "circle.assess"),
    }
    return show(request, template, {**frame, **words}, status=status, current="circle")


def number(text: str, field: str) -> float | None:
    """Return a posted number, None when empty; Invalid when it is none."""
    text = text.strip()
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not abs(found) < 1_000_000:
        raise Invalid({field: [_("请填写数字。")]})
    return found


def one_of(value: str) -> bool | None:
    """Return a posted yes, no or not known."""
    return {"yes": True, "no": False}.get(value)


def uuids(texts: list[str], field: str) -> list[UUID]:
    """Return posted ids; Invalid when one was typed by hand."""
    try:
        return [UUID(text) for text in texts if text]
    except ValueError:
        raise Invalid({field: [_("请从列表里选择。")]}) from None
