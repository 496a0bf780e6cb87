"""What every page of the desk shares: the menu, whole page or fragment, never kept by a browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from jinlin.notices.queries import unseen
from jinlin.people import access
from jinlin.people.access import Actor

_MENU = (
    ("desk", "desk.view", "/desk/", _("工作台")),
    ("new", "case.enter", "/desk/new", _("登记诉求")),
    ("supervision", "supervision.view", "/desk/supervision", _("督办")),
    ("campaigns", "campaign.view", "/desk/campaigns", _("回访")),
    ("whistle", "whistle.view", "/desk/whistles", _("吹哨")),
    ("notices", "notice.view", "/desk/notices", _("消息")),
    ("field", "field.view", "/field/", _("网格")),
    ("board", "board.view", "/board/", _("看板")),
    ("insight", "insight.view", "/insight/", _("研判")),
    ("together", "initiative.view", "/initiatives/", _("共治")),  # its tabs lead on to /gatherings/
    ("circle", "circle.view", "/circle/", _("生活圈")),
    ("party", "party.view", "/party/", _("党建")),
    ("mediation", "mediation.work", "/mediation/", _("我的卷宗")),
    ("manage", "manage.view", "/manage/", _("管理")),
)


def menu(actor: Actor, current: str) -> list[dict[str, Any]]:
    """Return the links of the top bar that this person may open."""
    return [
        {"name": name, "url": url, "label": label, "current": name == current}
        for name, verb, url, label in _MENU
        if access.may(actor, verb)
    ]


def is_fragment(request: HttpRequest) -> bool:
    """Tell whether only a part is wanted; going back in the history wants the whole page again."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def show(
    request: Any, template: str, context: dict[str, Any], *, status: int = 200, current: str = "desk"
) -> HttpResponse:
    """Answer with a desk page; it holds other people's matters, so no browser or proxy may keep it."""
    post = request.actor.post
    frame: dict[str, Any] = {"menu": menu(request.actor, current), "where": post.unit_name if post else ""}
    if "detail" not in context and not is_fragment(request) and access.may(request.actor, "notice.view"):
        # a page about one thing spares the query: its reader has work in hand
        frame["unseen"] = unseen(request.actor)
    response = render(request, template, {**frame, **context}, status=status)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "HX-Request, Cookie"
    return response
