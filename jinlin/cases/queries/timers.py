"""The running clocks of a case as people read them: the whole working for staff, one honest sentence for residents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jinlin.cases.models import Case, Clock, Pause
from jinlin.cases.queries.ladder import next_checkpoint
from jinlin.cases.queries.timing import MEASURED, PROMISES, calendar_of, pauses_of, spans_for, working_of
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import DAY_UNITS, WorkCalendar, Working, plain, remaining, sentence
from jinlin.kernel import clock


@dataclass(frozen=True)
class Timer:
    """One running clock as shown; `step` is the code of a milestone, "" for a stage of the loop."""

    stage: str
    label: str
    due_at: datetime
    is_paused: bool
    amount: float
    unit: str
    started_at: datetime
    counted: tuple[str, ...]
    step: str
    extended_days: int
    sentence: str
    working: dict[str, Any] | None


def timers_of(case: Case) -> tuple[Timer, ...]:
    """Return the running clocks of a case, nearest first, each with its working (one query, two if it stood still)."""
    if not case.is_open:
        return ()
    rows = list(case.clocks.filter(stopped_at=None).order_by("due_at"))
    pauses = pauses_of(rows).get(case.pk, ())
    calendar = calendar_of(case.county)
    return tuple(_timer(row, calendar, pauses) for row in rows)


def _timer(row: Clock, calendar: WorkCalendar, pauses: tuple[Pause, ...]) -> Timer:
    working = working_of(row, calendar, pauses)
    return Timer(
        stage=row.stage,
        label=row.name or _(w.STAGES[row.stage]),
        due_at=row.due_at,
        is_paused=row.paused_at is not None,
        amount=row.amount,
        unit=row.unit,
        started_at=row.started_at,
        counted=tuple(row.counted),
        step=row.stage if row.name else "",
        extended_days=row.extended_days,
        sentence=_told(row, working, calendar, pauses),
        working=_as_api(working) if working else None,
    )


def _as_api(working: Working) -> dict[str, Any]:
    """Return the working as the API tells it: spans have a start and an end."""
    told = working.as_json()
    for name in ("pauses", "office_time"):
        told[name] = [
            {
                "start": one["from"],
                "end": one["to"],
                **{key: one[key] for key in one if key not in ("from", "to")},
            }
            for one in told[name]
        ]
    return told


def _told(row: Clock, working: Working | None, calendar: WorkCalendar, pauses: tuple[Pause, ...]) -> str:
    """Return the whole working in a sentence; of a clock that stands still, what is left of it."""
    if working is not None:
        return sentence(working)
    if row.stage not in MEASURED:
        return _("审批时定的复查日期，不按天数推算。")
    if row.paused_at is None:
        return ""
    left = remaining(
        row.paused_at,
        row.started_at,
        row.amount,
        row.unit,  # type: ignore[arg-type]
        calendar,
        pauses=spans_for(row, pauses),
        extended_days=row.extended_days,
    )
    since = {"since": f"{clock.local(row.paused_at):%Y-%m-%d %H:%M}"}
    if row.due_at <= row.paused_at:
        return _("%(since)s 起暂停计时，暂停前已经超时。") % since
    if row.unit in DAY_UNITS:
        return _("%(since)s 起暂停计时，暂停前还剩 %(n)s 天，恢复后接着算。") % {**since, "n": f"{left:.10g}"}
    hours = f"{left / 3600:.1f}".removesuffix(".0")
    return _("%(since)s 起暂停计时，暂停前还剩 %(n)s 小时，恢复后接着算。") % {**since, "n": hours}


@dataclass(frozen=True)
class Promise:
    """What a resident is told of the promised moment: how it is counted, and what now when it was broken."""

    at: datetime
    plain: str  # how it is counted, in plain words
    is_broken: bool
    expected_on: date | None = None  # the new day the unit gave, while it has not passed too
    check_on: date | None = None  # otherwise: when it is looked at next
    check_by: str = ""


@dataclass(frozen=True)
class Awaited:
    """What a resident of an open case waits for: the promise, and the next step with how its moment is counted.

    `check_on` and `check_by` say who looks next at a step that is late while no promise was broken.
    """

    promise: Promise | None = None
    plain: str = ""
    check_on: date | None = None
    check_by: str = ""


def awaited(case: Case) -> Awaited:
    """Return what a resident waits for (one query, two if the case stood still; a few more once something is late)."""
    if not case.is_open:
        return Awaited()
    rows = list(case.clocks.filter(stopped_at=None).order_by("due_at"))
    calendar, pauses = calendar_of(case.county), pauses_of(rows).get(case.pk, ())
    by_stage = {row.stage: row for row in rows}
    held = next((by_stage[stage] for stage in PROMISES if stage in by_stage), None)
    promise = None
    if held is not None and case.result_due_at is not None and case.state not in w.CHECKING_STATES:
        promise = _promise(case, held, calendar, pauses)
    following = next((row for row in rows if row.paused_at is None), None)
    if following is None or (promise is not None and following is held):
        return Awaited(promise)
    told = _in_plain_words(following, calendar, pauses)
    if following.due_at >= clock.now() or (promise is not None and promise.is_broken):
        return Awaited(promise, told)
    return Awaited(promise, told, *_next_look(case, calendar))


def _promise(case: Case, row: Clock, calendar: WorkCalendar, pauses: tuple[Pause, ...]) -> Promise:
    told = _in_plain_words(row, calendar, pauses)
    if not case.promise_broken:
        return Promise(row.due_at, told, is_broken=False)
    if case.expected_on and case.expected_on >= clock.today():
        return Promise(row.due_at, told, is_broken=True, expected_on=case.expected_on)
    return Promise(row.due_at, told, True, None, *_next_look(case, calendar))


def _in_plain_words(row: Clock, calendar: WorkCalendar, pauses: tuple[Pause, ...]) -> str:
    working = working_of(row, calendar, pauses)
    return plain(working) if working else ""


def _next_look(case: Case, calendar: WorkCalendar) -> tuple[date | None, str]:
    """Return by which day somebody looks at a late case, and who; no day where nobody has one: none is made up."""
    look = next_checkpoint(case)
    if look is not None:
        return clock.local(look.at).date(), look.words
    if case.supervised:
        return None, ""
    following = calendar.next_workday(date.fromordinal(clock.today().toordinal() + 1))
    return following, _("综治中心过问")


def asks_date(case: Case) -> bool:
    """Tell whether the resident waits for an honest new day: the promise is broken, and none was given that still lies ahead."""
    return case.promise_broken and (case.expected_on is None or case.expected_on < clock.today())
