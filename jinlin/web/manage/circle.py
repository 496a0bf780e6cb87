"""The standards table of the living circle: every figure with its source and how sure we are; a change is a new edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.circle import actions, queries
from jinlin.circle.actions import Changed
from jinlin.circle.actions.standards import merged
from jinlin.circle.rules.standards import Row
from jinlin.circle.rules.words import MARK_NAMES, NEEDS, TIER_NAMES
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.people import access
from jinlin.web import walks as words
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, home_region, key_of

FLAGS = ("either", "assessed")
EDITED = (
    "name",
    "tier",
    "need",
    "minutes",
    "metres",
    "size",
    "serves",
    "rural",
    "mark_metres",
    "mark_need",
    "source",
    "note",
)


@permits("manage.view")
@require_safe
def standard(request: Any) -> HttpResponse:
    """Show an edition of the table with the marks of its figures, and the older editions."""
    asked = str(request.GET.get("version", ""))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    found = queries.standard(number)
    tier = str(request.GET.get("tier", ""))
    rows = [row_words(row) for row in found.rows if not tier or row.tier == tier]
    frame = {
        "head": found.head,
        "rows": rows,
        "to_check": sum(row.mark_metres == "K" for row in found.rows),
        "history": queries.standard_history(),
        "tiers": words.choices(TIER_NAMES, _("全部")),
        "tier": tier,
        "may_edit": access.may(request.actor, "circle.standard") and found.head.is_current,
        "marks": words.choices(MARK_NAMES),
    }
    return render(request, "manage/circle.html", frame)


def row_words(row: Row) -> dict[str, Any]:
    """Return a row with its rules in words: "5 分钟 且 300 米"."""
    rules = []
    if row.minutes is not None:
        rules.append(_("{n} 分钟").format(n=f"{row.minutes:g}"))
    if row.metres is not None:
        rules.append(_("{n} 米").format(n=f"{row.metres:g}"))
    joined = (_(" 或 ") if row.either else _(" 且 ")).join(rules)
    return {
        "row": row,
        "tier": words.tier(row.tier),
        "need": words.need(row.need),
        "rule": joined,
        "mark": _(MARK_NAMES.get(row.mark_metres, row.mark_metres)),
        "tone": {"r": "done", "K": "wait"}.get(row.mark_metres, "none"),
    }


@permits("circle.standard")
@require_http_methods(["GET", "HEAD", "POST"])
def requirement(request: Any, requirement: str) -> HttpResponse:
    """Change one row; what it would do to the gaps is shown once before it is saved."""
    found = queries.standard()
    code = requirement
    row = found.row(code)
    if row is None:
        raise NotFound("requirement", _("设施表里没有这一行，请从表里选。"))
    if request.method != "POST":
        return _form(request, row, {}, {}, 200)
    post = request.POST
    try:
        changed = [Changed(code, _changes(row, post))]
        if not post.get("confirm"):
            effect = _effect(request, changed)
            if effect:
                return _form(request, row, post, {}, 200, effect)
        actions.change_standard(
            actor=request.actor,
            changes=changed,
            name=str(post.get("edition", "")),
            source=str(post.get("why", "")),
            valid_from=day_of(str(post.get("valid_from", "")), "valid_from"),
            key=key_of(request),
        )
    except Invalid as error:
        return _form(request, row, post, error.fields, 422)
    except (RuleBroken, Conflict) as error:
        return _form(request, row, post, {"": [str(error)]}, error.http_status)
    messages.success(request, _("已保存为新的一版，以前的评估仍按原来的版本。"))
    return HttpResponseRedirect(reverse("manage:circle"))


def _changes(row: Row, post: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from the row; numbers stay text for the action to judge."""
    asked: dict[str, Any] = {name: str(post.get(name, "")).strip() for name in EDITED}
    asked |= {name: bool(post.get(name)) for name in FLAGS}
    now = {one.name: getattr(row, one.name) for one in fields(row)}
    return {name: value for name, value in asked.items() if _differs(now[name], value)}


def _differs(now: Any, asked: Any) -> bool:
    if isinstance(now, bool) or isinstance(asked, bool):
        return bool(now) != bool(asked)
    return ("" if now is None else f"{now:g}" if isinstance(now, float) else str(now)) != asked


def _effect(request: Any, changed: list[Changed]) -> list[dict[str, Any]]:
    """Return (name, people in the gap before and after) in the viewer's region; nothing before a first assessment."""
    rows_now = queries.standard().rows
    codes = {change.code for change in changed}
    new = [row for row in merged(rows_now, changed) if row.code in codes]
    if not access.may(request.actor, "circle.view"):
        return []  # a platform's administrator sees no place's results
    rows = queries.what_would_change(viewer=request.actor, area=home_region(request), rows=new)
    return [
        {"code": code, "name": name, "before": words.people(before), "after": words.people(after)}
        for code, name, before, after in rows
    ]


def _form(
    request: Any,
    row: Row,
    typed: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    status: int,
    effect: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    now = {one.name: getattr(row, one.name) for one in fields(row)}
    now |= {name: "" if now[name] is None else f"{now[name]:g}" for name in ("minutes", "metres")}
    today = clock.today()
    frame = {
        "row": row,
        "values": typed or now,
        "edition": typed.get("edition") or _("{day} 修订").format(day=today.isoformat()),
        "today": typed.get("valid_from") or today.isoformat(),
        "errors": errors,
        "effect": effect,
        "tiers": words.choices(TIER_NAMES),
        "needs": words.choices(NEEDS),
        "marks": words.choices(MARK_NAMES),
    }
    return render(request, "manage/circle_row.html", frame, status=status)
