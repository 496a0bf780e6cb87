"""What the pages of 共治 share: its sections, the place the reader chose, drawing a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """One part of 共治: its name in the address, its words, the route of its first page."""

    name: str
    label: str | Promise
    words: str | Promise
    route: str
    icon: str

    @property
    def url(self) -> str:
        """The address of its first page, "" while its room has none."""
        try:
            return reverse(self.route)
        except NoReverseMatch:
            return ""


# A room adds its section by naming the route of its first page here.
SECTIONS: tuple[Section, ...] = (
    Section("wishes", _("愿望"), _("想要什么，大家一起提、一起支持"), "wishes:home", "star"),
    Section("topics", _("议事"), _("正在商量的事，议到哪一步了"), "wishes:topics", "users"),
    Section("works", _("改造"), _("老旧小区改什么、干到哪一步"), "wishes:works", "settings"),
    Section("gatherings", _("活动"), _("附近的活动和会议，点一下就能报名"), "together:gatherings", "clock"),
    Section("venues", _("场地"), _("社区会客厅、近邻小院，免费预订"), "together:venues", "home"),
    Section("lists", _("三单"), _("谁有需求，谁能帮忙，做成了什么"), "together:lists", "list"),
    Section("ventures", _("创投"), _("公益项目申报、评审、结果和账目"), "wishes:ventures", "flag"),
)


def draw(
    request: Any, template: str, words: Mapping[str, Any] | None = None, *, tab: str = "", status: int = 200
) -> HttpResponse:
    """Answer with a page of 共治 and the tabs of those sections that have pages."""
    tabs = [{"label": one.label, "url": one.url, "current": one.name == tab} for one in SECTIONS if one.url]
    return render(request, template, {"tabs": tabs, "wrong": {}, "typed": {}, **(words or {})}, status=status)
