"""One case on the desk: what was said, what happened, what to do next and why, what else happened there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from jinlin.cases import queries as cases
from jinlin.cases.queries.supervised import oversight_of
from jinlin.cases.rules import words as w
from jinlin.insight.queries import warning_of_case
from jinlin.kernel import clock
from jinlin.people import access
from jinlin.web.access import permits
from jinlin.web.desk import filters as narrowing
from jinlin.web.desk.batch import verbs_for
from jinlin.web.desk.frame import is_fragment, show
from jinlin.web.desk.tones import tone_of

if TYPE_CHECKING:
    from jinlin.cases.models import Case

UNITS = {
    "clock_hour": noop("小时"),
    "working_hour": noop("工作小时"),
    "working_day": noop("个工作日"),
    "calendar_day": noop("天"),
}


@permits("desk.view")
@require_safe
def page(request: Any, code: str) -> HttpResponse:
    """Show a case: beside the list when asked by the list, else a page of its own; at most 15 queries."""
    case = cases.visible_case(viewer=request.actor, tracking=code)
    context = context_of(request, case)
    template = "desk/parts/case.html" if is_fragment(request) else "desk/case.html"
    return show(request, template, context)


def context_of(request: Any, case: Case, **more: Any) -> dict[str, Any]:
    """Return everything the case's template needs; `more` joins it (a note about a stale form, for one)."""
    actor = request.actor
    detail = cases.case_detail(viewer=actor, case=case)
    history = cases.place_history(viewer=actor, case=case)
    query = request.GET.urlencode() if request.method in ("GET", "HEAD") else request.POST.get("back", "")
    asked = sorted((move for move in detail.moves if _asks(move)), key=lambda move: move.verb != "dispatch")
    lead = detail.proposal.lead if detail.proposal else None
    may_dispatch = any(move.verb == "dispatch" for move in detail.moves)
    return {
        "detail": detail,
        "row": detail.row,
        "tone": tone_of(detail.row.state),
        "back": query[: narrowing.QUERY_MAX],
        "whole": not is_fragment(request) or "X-Whole" in request.headers,  # a page of its own has the h1
        "quick": [_button(case, move) for move in detail.moves if not move.needs] + _steps(case, detail),
        "asked": [_button(case, move) for move in asked if move.primary],
        "others": [_button(case, move) for move in asked if not move.primary],
        "may_dispatch": may_dispatch,
        "proposed": may_dispatch and lead is not None and lead.pk != case.holder_unit,
        "stages": stages(case),
        "timeline": timeline(detail),
        "timers": [timer_words(timer) for timer in detail.timers],
        "similar": [row for row in history if row.closed_at is None][:6],
        "history": [row for row in history if row.closed_at is not None][:6],
        "may_print": access.may(actor, "case.print"),
        "may_mediate": access.may(actor, "mediation.work"),  # by post alone: no case looks different
        "sla": case.sla_class,
        "risk": _(w.RISKS[case.risk]) if case.risk < 4 else "",
        "level": _(w.LEVELS[case.level]),
        "counts": _counts(case),
        "broken": case.promise_broken,
        "new_date": next((move_url(case, one.verb) for one in detail.moves if one.verb == "new_date"), ""),
        "leads": any(move.primary and not move.needs for move in detail.moves),
        "oversight": oversight_of(viewer=actor, case=case, verbs={line.verb for line in detail.lines}),
        "warned": warning_of_case(viewer=actor, case_id=case.pk) if case.channel == "warning" else None,
        "may_pick": _in_picking_list(actor, query),
        **more,
    }


def _in_picking_list(actor: Any, query: str) -> bool:
    """Tell whether the list beside has boxes to tick, so that its row can be drawn anew."""
    return bool(verbs_for(actor)) and QueryDict(query).get("view", "") in narrowing.PICKABLE


def move_url(case: Case, verb: str) -> str:
    """Return where a move is asked and made; `contact` opens a telephone number, so the move has a name of its own."""
    return f"/desk/case/{case.tracking}/{'contacted' if verb == 'contact' else verb}"


def _button(case: Case, move: Any) -> dict[str, Any]:
    return {
        "verb": move.verb,
        "label": _(move.label),
        "url": move_url(case, move.verb),
        "primary": move.primary,
    }


def _asks(move: Any) -> bool:
    return bool(move.needs) and move.verb != "milestone"  # one tap for each milestone instead


def _steps(case: Case, detail: cases.Detail) -> list[dict[str, Any]]:
    """Return one button for each milestone that runs, the one due first in front."""
    move = next((move for move in detail.moves if move.verb == "milestone"), None)
    if move is None:
        return []
    return [
        {**_button(case, move), "label": _("%(step)s：已完成") % {"step": timer.label}, "step": timer.step}
        for timer in detail.timers
        if timer.step
    ]


def stages(case: Case) -> list[dict[str, Any]]:
    """Return the parcel strip of the desk."""
    at = next(index for index, (_key, _label, states) in enumerate(w.STEPS) if case.state in states)
    late = case.is_open and case.due_at < clock.now()
    return [
        {
            "label": _(label),
            "state": "done" if index < at or not case.is_open else "now" if index == at else "todo",
            "late": late and index == at,
        }
        for index, (_key, label, _states) in enumerate(w.STEPS)
    ]


def timeline(detail: cases.Detail) -> list[dict[str, Any]]:
    """Return the timeline's rows, newest first."""
    rows = []
    for line in reversed(detail.lines):
        title = f"{line.label}：{line.target}" if line.target else line.label
        rows.append(
            {
                "title": f"{title}（{line.reason}）" if line.reason else title,
                "by": line.who,
                "when": clock.local(line.at),
                "text": line.words,
                "inner": line.note,
                "late_note": _late_note(line),
                "photos": [
                    {"url": f"/photo/{photo}", "thumb": f"/photo/{photo}/thumb", "alt": _("照片")}
                    for photo in line.photos
                ],
                "state": "now" if line is detail.lines[-1] and detail.case.is_open else "done",
            }
        )
    return rows


def _late_note(line: cases.Line) -> str:
    """Say when something was really done if it arrived later: an offline tap keeps its own time."""
    if (line.at - line.made_at).total_seconds() < 120:
        return ""
    return _("实际时间 %(when)s") % {"when": clock.local(line.made_at).strftime("%m-%d %H:%M")}


def timer_words(timer: cases.Timer) -> dict[str, Any]:
    """Say a running deadline: how long it is, and in one sentence how it was counted."""
    length = _("%(amount)s %(unit)s") % {
        "amount": f"{timer.amount:g}",
        "unit": _(UNITS.get(timer.unit, timer.unit)),
    }
    if timer.extended_days:
        length += _("，已延 %(n)s 个工作日") % {"n": timer.extended_days}
    return {
        "label": timer.label,
        "due_at": timer.due_at,
        "paused": timer.is_paused,
        "how": length if timer.working or timer.is_paused else "",
        "sentence": timer.sentence,
        "is_step": bool(timer.step),
    }


def _counts(case: Case) -> list[str]:
    """Say what came back or came again, in few words."""
    counted = (
        (case.rework_count, _("返工 %(n)s 次")),
        (case.reopen_count, _("重开 %(n)s 次")),
        (case.objection_count, _("异议 %(n)s 次")),
    )
    return [words % {"n": number} for number, words in counted if number]
