"""The escalation ladder and the quiet hours: dated figures an administrator edits, each with its source."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases.actions.rungs import Change, set_rung
from jinlin.cases.queries.ladder import all_rungs
from jinlin.cases.rules import ladder as rules
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.notices.actions.quiet import Hours, set_quiet_hours
from jinlin.notices.queries import quiet_hours
from jinlin.orgs.rules import SLA_CLASSES
from jinlin.people import access
from jinlin.places import queries as places
from jinlin.web.access import permits
from jinlin.web.manage.forms import edit, key_of
from jinlin.web.words import SLA_NAMES, UNIT_NAMES


def _shown(row: Any) -> dict[str, Any]:
    when = f"{row.amount * 100:g}%" if row.trigger == "share" else f"{row.amount:g}"
    trigger = _(rules.TRIGGERS[row.trigger])
    if row.trigger in ("after", "returned"):
        when = f"{when} {_(UNIT_NAMES[row.unit])}"
    if row.trigger == "after" and not row.amount:
        trigger, when = _("一到期"), ""
    return {
        "row": row,
        "label": _(rules.RUNGS[row.code]),
        "trigger": trigger,
        "when": when,
        "tells": [_(rules.TELLS[who]) for who in row.tells],
        "does": _(rules.DOES[row.does]),
        "answer": f"{row.answer_amount:g} {_(UNIT_NAMES[row.answer_unit])}" if row.does else "",
    }


@permits("manage.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show every rung that holds today, and the quiet hours."""
    quiet = quiet_hours(viewer=request.actor)
    names = places.area_names({row.region_code for row in quiet if row.region_code})
    words = {
        "rows": [_shown(row) for row in all_rungs(viewer=request.actor)],
        "quiet": [{"row": row, "place": names.get(row.region_code, row.region_code)} for row in quiet],
        "may_edit": access.may(request.actor, "settings.manage"),
    }
    return render(request, "manage/ladder.html", words)


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def rung(request: Any, rung: str) -> HttpResponse:
    """Change one rung from today on."""
    now = next((row for row in all_rungs(viewer=request.actor) if row.code == rung), None)
    if now is None:
        raise NotFound()

    def save(post: Any) -> object:
        change = Change(
            amount=_number(post.get("amount", ""), "amount") / (100 if now.trigger == "share" else 1),
            unit=post.get("unit", now.unit),
            is_on=post.get("is_on") == "yes",
            source=post.get("source", ""),
            answer_amount=_number(post.get("answer_amount", "0") or "0", "answer_amount"),
        )
        return set_rung(actor=request.actor, code=rung, change=change, key=key_of(request))

    units = [(unit, _(name)) for unit, name in UNIT_NAMES.items()]
    shown = _shown(now)
    words = {
        "now": now,
        "shown": shown,
        "units": units,
        "amount": f"{now.amount * (100 if now.trigger == 'share' else 1):g}",
        "answer": f"{now.answer_amount:g}",
    }
    return edit(request, template="manage/rung.html", words=words, save=save, back=reverse("manage:ladder"))


def _number(text: str, field: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 10_000:
        raise Invalid({field: [_("请填写数字。")]})
    return number


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def quiet(request: Any) -> HttpResponse:
    """Set when units are told nothing, from today on; the form begins with what holds everywhere now."""

    def save(post: Any) -> object:
        hours = Hours(
            starts=_hour(post.get("starts", ""), "starts"),
            ends=_hour(post.get("ends", ""), "ends"),
            days_off=post.get("days_off") == "yes",
            urgent=tuple(post.getlist("urgent")),
            source=post.get("source", ""),
        )
        return set_quiet_hours(
            actor=request.actor,
            region_code=post.get("region_code", "").strip(),
            hours=hours,
            key=key_of(request),
        )

    held = next((row for row in quiet_hours(viewer=request.actor) if not row.region_code), None)
    typed = request.POST if request.method == "POST" else None
    urgent = typed.getlist("urgent") if typed else (held.urgent if held else ())
    words = {
        "starts": typed.get("starts") if typed else f"{held.starts if held else time(20):%H:%M}",
        "ends": typed.get("ends") if typed else f"{held.ends if held else time(8):%H:%M}",
        "days_off": typed.get("days_off") == "yes" if typed else not held or held.days_off,
        "classes": [(code, f"{code} {_(SLA_NAMES[code])}", code in urgent) for code in SLA_CLASSES],
    }
    return edit(request, template="manage/quiet.html", words=words, save=save, back=reverse("manage:ladder"))


def _hour(text: str, field: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({field: [_("请按“20:00”填写。")]}) from None
