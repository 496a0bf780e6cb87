"""How long stages and milestones may take, by class and by leaf, and how far time may be stretched; all dated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases.actions import timetable as actions
from jinlin.cases.actions.timetable import CeilingRule, StageRule, Terms
from jinlin.cases.queries import timetable
from jinlin.cases.queries.retiming import Change, Preview, preview, recent_retimings, retiming
from jinlin.cases.queries.timetable import Held
from jinlin.cases.rules.words import BEGINS, CEILINGS, STAGES, STEP_CODES, WINDOWS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.orgs import queries as orgs
from jinlin.orgs.rules import SLA_CLASSES
from jinlin.people import access
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, key_of
from jinlin.web.words import SLA_NAMES, UNIT_NAMES

COLUMNS = tuple(stage for stage in (*STAGES, *WINDOWS) if stage != "review")
CLASSES = (*SLA_CLASSES, "*")
OF_LEAVES = ("resolve", "contact", "rework")  # what a leaf may have of its own


def _stage_name(stage: str) -> str:
    return _({**STAGES, **WINDOWS}.get(stage, stage))


def _length(amount: float, unit: str) -> str:
    return f"{amount:g} {_(UNIT_NAMES[unit])}"


def _cell(held: Held | None, default: Held | None, sla_class: str, stage: str) -> dict[str, Any]:
    now = held.now if held else None
    usual = default.now if default and not now else None
    shown = now or usual
    return {
        "url": reverse("manage:stage", args=[sla_class, stage]),
        "words": _length(shown.amount, shown.unit) if shown else "",
        "is_default": usual is not None,
        "coming": held.coming if held else None,
        "then": _length(held.coming.amount, held.coming.unit) if held and held.coming else "",
    }


@permits("manage.view")
@require_safe
def stages(request: Any) -> HttpResponse:
    """Show every length that holds today: a table of classes, then the leaves with their own and their milestones."""
    held = timetable.stage_times(viewer=request.actor)
    rows = [
        {
            "sla_class": sla_class,
            "name": _(SLA_NAMES[sla_class]),
            "cells": [
                _cell(held.get((sla_class, "", stage)), held.get(("*", "", stage)), sla_class, stage)
                for stage in COLUMNS
            ],
        }
        for sla_class in CLASSES
    ]
    tree = orgs.categories()
    words = {
        "columns": [_stage_name(stage) for stage in COLUMNS],
        "rows": rows,
        "leaves": _leaves(held),
        "choices": [
            ("", _("选一个类别")),
            *((node.code, f"{node.code} {node.label}") for node in tree.leaves),
        ],
        "retimings": recent_retimings(viewer=request.actor),
        "may_edit": access.may(request.actor, "settings.manage"),
    }
    return render(request, "manage/times.html", words)


def _leaves(held: Mapping[timetable.Key, Held]) -> list[dict[str, Any]]:
    tree = orgs.categories()
    found: dict[str, list[dict[str, Any]]] = {}
    for (_class, category, stage), one in held.items():
        row = one.now or one.coming
        if category and row is not None:
            shown = {
                "name": row.name or _stage_name(stage),
                "is_step": bool(row.name),
                "length": _length(row.amount, row.unit),
                "begins": _(BEGINS[row.begins]) if row.begins else "",
                "since": row.valid_from if one.now is None else None,
            }
            found.setdefault(category, []).append(shown)
    return [{"code": code, "name": tree.label(code), "lengths": rows} for code, rows in sorted(found.items())]


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: Any, sla_class: str, stage: str) -> HttpResponse:
    """Change one stage length of a class from a day on."""
    if sla_class not in CLASSES or stage not in COLUMNS:
        raise NotFound()
    held = timetable.stage_times(viewer=request.actor)
    now = held.get((sla_class, "", stage)) or held.get(("*", "", stage)) or Held(None)

    def rule(post: Any) -> StageRule:
        return StageRule(stage, amount_of(post.get("amount", "")), post.get("unit", ""), sla_class)

    words = {
        "title": f"{sla_class} {_(SLA_NAMES[sla_class])} · {_stage_name(stage)}",
        "now": now,
        "history": _history(request, (sla_class, "", stage)),
        **_units(),
    }
    return _edit_length(request, words, rule, reverse("manage:times"))


def _history(request: Any, key: timetable.Key) -> list[dict[str, Any]]:
    rows = timetable.stage_history(viewer=request.actor, key=key)
    return [{"row": row, "length": _length(row.amount, row.unit)} for row in rows]


def _units() -> dict[str, Any]:
    return {
        "units": [(unit, _(name)) for unit, name in UNIT_NAMES.items()],
        "begins": [(code, _(name)) for code, name in BEGINS.items()],
        "today": clock.today().isoformat(),
    }


def _edit_length(request: Any, words: dict[str, Any], rule: Any, back: str) -> HttpResponse:
    held = words["now"].now or words["now"].coming
    words["was"] = {
        "amount": f"{held.amount:g}" if held else "",
        "unit": held.unit if held else "working_day",
        "name": held.name if held else "",
        "begins": held.begins if held else "",
    }

    def save(post: Any) -> object:
        return actions.set_stage_time(
            actor=request.actor, rule=rule(post), terms=_terms(post), key=key_of(request)
        )

    def look(post: Any) -> Preview | None:
        terms = _terms(post)
        if not terms.also_open:
            return None
        checked = actions.checked_rule(rule(post))
        return preview(viewer=request.actor, change=Change(stage=actions.unsaved(checked)))

    return edit(request, template="manage/stage.html", words=words, save=save, look=look, back=back)


def _terms(post: Any) -> Terms:
    return Terms(
        post.get("source", ""), day_of(post.get("valid_from", ""), "valid_from"), bool(post.get("also_open"))
    )


def amount_of(text: str) -> float:
    """Return a posted length, Invalid when it is no number."""
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 < amount < 10_000:
        raise Invalid({"amount": [_("请填写 0 到 2000 之间的数。")]})
    return amount


@permits("manage.view")
@require_safe
def leaf_of(request: Any) -> HttpResponse:
    """Go to the page of the leaf that was picked."""
    code = str(request.GET.get("code", ""))
    if orgs.categories().get(code) is None:
        return HttpResponseRedirect(reverse("manage:times"))
    return HttpResponseRedirect(reverse("manage:leaf", args=[code]))


@permits("manage.view")
@require_http_methods(["GET", "HEAD", "POST"])
def leaf(request: Any, code: str) -> HttpResponse:
    """Show what a leaf has of its own; add a milestone."""
    node = orgs.category(code)
    held = timetable.stage_times(viewer=request.actor)
    steps = [held[key] for key in held if key[1] == code and key[2] in STEP_CODES]

    def save(post: Any) -> object:
        rule = StageRule(
            "", amount_of(post.get("amount", "")), post.get("unit", ""), "*", code,
            post.get("name", ""), post.get("begins", ""),
        )  # fmt: skip
        return actions.add_milestone(actor=request.actor, rule=rule, terms=_terms(post), key=key_of(request))

    words = {
        "node": node,
        "own": [_own(held, node, stage) for stage in OF_LEAVES],
        "steps": [_step(one) for one in steps],
        "may_edit": access.may(request.actor, "settings.manage"),
        **_units(),
    }
    back = reverse("manage:leaf", args=[code])
    return edit(request, template="manage/leaf.html", words=words, save=save, back=back)


def _own(held: Mapping[timetable.Key, Held], node: Any, stage: str) -> dict[str, Any]:
    own = held.get(("*", node.code, stage))
    usual = held.get((node.sla_class, "", stage)) or held.get(("*", "", stage))
    row = (own.now or own.coming) if own else (usual.now if usual else None)
    return {
        "stage": stage,
        "name": _stage_name(stage),
        "length": _length(row.amount, row.unit) if row else "",
        "row": row,
        "is_own": own is not None,
    }


def _step(held: Held) -> dict[str, Any]:
    row = held.now or held.coming
    assert row is not None
    begins = _(BEGINS[row.begins]) if row.begins else ""
    return {"row": row, "length": _length(row.amount, row.unit), "begins": begins, "coming": held.now is None}


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def leaf_stage(request: Any, code: str, stage: str) -> HttpResponse:
    """Change or end a leaf's own length or milestone."""
    node = orgs.category(code)
    if stage not in (*OF_LEAVES, *STEP_CODES):
        raise NotFound()
    held = timetable.stage_times(viewer=request.actor)
    own = held.get(("*", code, stage))
    if own is None and stage in STEP_CODES:
        raise NotFound()
    back = reverse("manage:leaf", args=[code])
    if request.method == "POST" and request.POST.get("drop"):
        actions.drop_stage_time(actor=request.actor, category=code, stage=stage, key=key_of(request))
        return HttpResponseRedirect(back)
    row = (own.now or own.coming) if own else None

    def rule(post: Any) -> StageRule:
        name, begins = (post.get("name", ""), post.get("begins", "")) if stage in STEP_CODES else ("", "")
        return StageRule(
            stage, amount_of(post.get("amount", "")), post.get("unit", ""), "*", code, name, begins
        )

    words = {
        "title": f"{node.label} · {row.name if row and row.name else _stage_name(stage)}",
        "now": own or Held(None),
        "is_step": stage in STEP_CODES,
        "may_drop": own is not None,
        "history": _history(request, ("*", code, stage)),
        **_units(),
    }
    return _edit_length(request, words, rule, back)


@permits("manage.view")
@require_safe
def limits(request: Any) -> HttpResponse:
    """Show how far extensions and pauses may go."""
    groups = [{"kind": kind, "label": _(label), "rows": []} for kind, label in CEILINGS.items()]
    by_kind = {group["kind"]: group for group in groups}
    today = clock.today()
    for row in timetable.ceiling_rows(viewer=request.actor):
        shown = {
            "row": row,
            "name": _(row.name) if row.name else f"{row.code} {_(SLA_NAMES[row.code])}",
            "length": _days(row),
            "coming": row.valid_from > today,
        }
        by_kind[row.kind]["rows"].append(shown)  # type: ignore[attr-defined]
    may_edit = access.may(request.actor, "settings.manage")
    return render(request, "manage/limits.html", {"groups": groups, "may_edit": may_edit})


def _days(row: Any) -> str:
    if not row.days:
        return _("不能延期")
    return _length(row.days, row.unit)


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: Any, kind: str, reason: str) -> HttpResponse:
    """Change a ceiling, add a reason for pausing (`reason` "new"), or take one off the list."""
    if kind not in CEILINGS:
        raise NotFound()
    found = [
        row for row in timetable.ceiling_rows(viewer=request.actor) if (row.kind, row.code) == (kind, reason)
    ]
    if not found and (reason != "new" or kind == "extension"):
        raise NotFound()
    now = found[0] if found else None
    back = reverse("manage:limits")
    if request.method == "POST" and request.POST.get("drop"):
        actions.drop_ceiling(actor=request.actor, kind=kind, code=reason, key=key_of(request))
        return HttpResponseRedirect(back)

    def save(post: Any) -> object:
        rule = CeilingRule(
            kind, now.code if now else "", _whole(post.get("days", ""), "days"), post.get("unit", ""),
            _whole(post.get("times", "1") or "1", "times"), post.get("name", ""),
        )  # fmt: skip
        return actions.set_ceiling(actor=request.actor, rule=rule, terms=_terms(post), key=key_of(request))

    words = {
        "now": now,
        "was": {
            "name": now.name if now else "",
            "days": now.days if now else "",
            "times": now.times if now else "1",
            "unit": now.unit if now else "calendar_day",
        },
        "label": _(CEILINGS[kind]),
        "is_extension": kind == "extension",
        "units": [(unit, _(UNIT_NAMES[unit])) for unit in ("calendar_day", "working_day")],
        "today": clock.today().isoformat(),
    }
    return edit(request, template="manage/limit.html", words=words, save=save, back=back)


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid({field: [_("请填写整数。")]})
    return int(text)


@permits("manage.view")
@require_safe
def progress(request: Any, retiming_id: Any) -> HttpResponse:
    """Show how far the measuring of open clocks has come."""
    row = retiming(viewer=request.actor, retiming_id=retiming_id)
    words = {"row": row, "fragment": bool(request.headers.get("HX-Request"))}
    template = "manage/parts/retiming.html" if words["fragment"] else "manage/retiming.html"
    return render(request, template, words)
