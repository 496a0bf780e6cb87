"""Climbing the ladder: which running clocks reached a rung, what opens by itself, who is to be told.

Asks one small index of running clocks that are due a look, never the table of cases. Safe to run late, twice or after
a crash: rungs are computed anew from the clock, what opens is unique in the database, and a batch is one transaction.
The telling itself is done above (room `notices`); `climb` hands over what to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import BooleanField, Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from jinlin.cases.actions import supervising
from jinlin.cases.actions.meeting import call
from jinlin.cases.actions.step import moving
from jinlin.cases.models import Case, Clock, JointMeeting, LadderRun, SupervisedCase, Supervision
from jinlin.cases.queries.ladder import rung, rungs
from jinlin.cases.queries.timing import calendar_of
from jinlin.cases.rules import ladder as rules
from jinlin.cases.rules import words as w
from jinlin.cases.rules.deadlines import due_at
from jinlin.cases.rules.ladder import Facts, Look, Responsible, RungRule, Running
from jinlin.cases.rules.moves.meeting import CAN_SETTLE
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.people.access import SYSTEM

BATCH: Final = 500
CIRCLES: Final = 100  # meetings called in one run; the rest follow in the next
# written out, so that SQLite can prove that the partial index answers it (a bound value can't be looked into)
_CIRCLES: Final = RawSQL(  # noqa: S611  a constant of ours
    f'("cases_case"."rework_count" >= {rules.COUNT_LEAST} OR "cases_case"."objection_count" >= {rules.COUNT_LEAST})',
    (),
    output_field=BooleanField(),
)
Desks = tuple[tuple[int, UUID], ...]


@dataclass(frozen=True)
class Told:
    """One thing one unit is to be told once: `ref` with `rung` makes it that thing."""

    county: str
    unit: UUID
    audience: str  # handler, desk, leader, above
    rung: str
    ref: UUID
    case: UUID
    stage: str
    due_at: datetime
    sla_class: str
    grid: str = ""


@dataclass
class Climb:
    """One batch: what is to be told, and how many clocks were looked at."""

    told: list[Told] = field(default_factory=list)
    looked: int = 0


@dataclass(frozen=True)
class _Seen:
    """A clock with what the rules say of it now."""

    row: Clock
    look: Look


def lock_ladder() -> LadderRun:
    """Return the one row of the ladder under lock: two ladders never climb at once."""
    LadderRun.objects.bulk_create([LadderRun(pk=1)], ignore_conflicts=True)
    return LadderRun.objects.select_for_update().get(pk=1)


def climb(limit: int = BATCH) -> Climb:
    """Look at the next clocks and return what is to be told; call inside a transaction that also writes it down.

    A constant number of queries for a batch, and a few more for each supervision that opens.
    """
    lock_ladder()
    now = clock.now()
    ruled = rungs()
    seen = [_look(row, ruled, now) for row in _waiting(now, limit)]
    reached = [one for one in seen if one.look.reached]
    climbed = Climb(looked=len(seen))
    desks = _desks([one.row.case for one in reached])
    late: dict[tuple[UUID, UUID, str], list[Case]] = defaultdict(list)
    for one in reached:
        case = one.row.case
        _tell(one, ruled, desks[case.pk], climbed, late)
    _supervise(late)
    _move_on(seen)
    return climbed


def _waiting(now: datetime, limit: int) -> list[Clock]:
    """Return the clocks due a look, through the one small index of those that run (one query)."""
    going = Clock.objects.filter(stopped_at=None, paused_at=None, look_at__lte=now).select_related("case")
    return list(going.order_by("look_at", "id")[:limit])


def _look(row: Clock, ruled: Sequence[RungRule], now: datetime) -> _Seen:
    case = row.case
    if not case.is_open:
        return _Seen(row, Look((), None))
    running = Running(
        stage=row.stage,
        amount=row.amount,
        unit=row.unit,  # type: ignore[arg-type]
        started_at=row.started_at,
        due_at=row.due_at,
        extended_days=row.extended_days,
        is_returned=case.ruled and case.state == w.ACCEPTED and case.level <= 3,
    )
    return _Seen(row, rules.look(running, ruled, now, calendar_of(row.county)))


def _desks(cases: Iterable[Case]) -> dict[UUID, Desks]:
    """Return per case the desks of its own regions, lowest first (one query)."""
    codes: dict[UUID, tuple[str, ...]] = {}
    for case in cases:
        above = (case.county, case.county[:4] + "00000000")
        codes[case.pk] = tuple(code for code in (case.village, case.town, *above) if code)
    found = orgs.desks_of(sorted({code for some in codes.values() for code in some})) if codes else {}
    return {
        pk: tuple(dict.fromkeys((found[code].level, found[code].pk) for code in some if code in found))
        for pk, some in codes.items()
    }


def facts_of(case: Case) -> Facts:
    """Return where a case lies and who has it, as the rules want it."""
    return Facts(
        county=case.county,
        town=case.town,
        village=case.village,
        grid=case.grid,
        level=case.level,
        holder_unit=case.holder_unit,
        sender_unit=case.sender_unit,
        sender_level=case.sender_level,
        handler_unit=case.handler_unit,
    )


def _tell(
    one: _Seen,
    ruled: Sequence[RungRule],
    desks: Desks,
    climbed: Climb,
    late: dict[tuple[UUID, UUID, str], list[Case]],
) -> None:
    row, case = one.row, one.row.case
    answers = rules.responsible(row.stage, facts_of(case), desks)
    by_unit: dict[tuple[UUID, str], Told] = {}
    for who, rule in rules.highest(one.look.reached, ruled).items():
        if who == "supervision":
            above = rules.told("above", answers, desks)
            if answers.unit and above and not case.supervised:
                late[answers.unit, above, case.county].append(case)
        elif who == "office":
            _call(case, kind="office", cause="no_unit")
        elif unit := rules.told(who, answers, desks):
            told = _told(row, who, rule, unit, answers)
            by_unit[unit, told.grid] = told  # in the order of TELLS: a unit hears the highest of its rungs
    climbed.told.extend(by_unit.values())


def _told(row: Clock, who: str, rule: RungRule, unit: UUID, answers: Responsible) -> Told:
    return Told(
        county=row.county,
        unit=unit,
        audience=who,
        rung=rule.code,
        ref=row.pk,
        case=row.case_id,
        stage=row.stage,
        due_at=row.due_at,
        sla_class=row.case.sla_class,
        grid=answers.grid if who == "handler" else "",
    )


def _supervise(late: dict[tuple[UUID, UUID, str], list[Case]]) -> None:
    """Open one daily supervision per unit over everything of it that reached the rung in this batch."""
    rule = rung("supervise")
    names = orgs.unit_names(unit for unit, _above, _county in late)
    units = Organisation.objects.in_bulk(list({unit for unit, _above, _county in late})) if late else {}
    for (unit, above, county), wanted in sorted(late.items(), key=lambda item: str(item[0])):
        cases = _free([case.pk for case in wanted])
        now = clock.now()
        for at in range(0, len(cases), 50):
            draft = Supervision(
                county=county,
                kind="daily",
                cause="overdue",
                unit=unit,
                region=units[unit].region_code,
                opener_unit=above,
                opened_at=now,
                reason=_("超期仍未办结，请说明原因和办结时间。"),
                due_at=due_at(now, rule.answer_amount, rule.answer_unit, calendar_of(county)).at,  # type: ignore[arg-type]
            )
            supervising.write(draft, cases[at : at + 50], SYSTEM, names.get(unit, ""))


def _free(ids: Sequence[UUID]) -> list[Case]:
    """Return the cases that are late still and under no daily supervision yet, locked in one order."""
    taken = SupervisedCase.objects.filter(case=OuterRef("pk"), kind="daily", is_open=True)
    rows = Case.unscoped.filter(pk__in=ids, is_open=True).exclude(Exists(taken))
    return list(rows.select_for_update().order_by("id"))


def _call(case: Case, *, kind: str, cause: str) -> bool:
    """Call a meeting once for one cause; False when somebody has moved the case meanwhile."""
    if case.meet_by is not None or JointMeeting.objects.filter(case=case, cause=cause).exists():
        return False
    reasons = {
        "no_unit": _("裁定退回后没有单位承接，请政府办协调确定承办单位。"),
        "rework": _("已经多次返工，请有关单位会办，定下主办、协办和办法。"),
        "objection": _("已经多次提出异议，请有关单位会办，定下由谁办理。"),
    }
    try:
        with transaction.atomic(), moving(SYSTEM, case.pk, "convene") as step:
            call(step, kind=kind, cause=cause, reason=reasons[cause])
    except JinlinError:  # moved on between the look and the lock: the next run looks again
        return False
    return True


def call_meetings(limit: int = CIRCLES) -> int:
    """Call joint meetings for open cases that came back too often; returns how many.

    Reads the small index of cases with at least two reworks or objections, nothing else.
    """
    called = 0
    for rule in rungs():
        if rule.trigger != "count":
            continue
        column = {"rework": "rework_count", "objection": "objection_count"}[rule.code]
        met = JointMeeting.objects.filter(case=OuterRef("pk"), cause=rule.code)
        rows = Case.unscoped.filter(_CIRCLES, is_open=True, meet_by=None, state__in=CAN_SETTLE)
        rows = rows.filter(**{f"{column}__gte": max(rule.amount, rules.COUNT_LEAST)}).exclude(Exists(met))
        for case in rows.order_by("opened_at")[:limit]:
            called += _call(case, kind="joint", cause=rule.code)
    return called


def _move_on(seen: Sequence[_Seen]) -> None:
    """Write down when to look again, for the clocks nobody is moving just now (they are looked at once more)."""
    if not seen:
        return
    held = Clock.objects.filter(pk__in=[one.row.pk for one in seen])
    if connection.features.has_select_for_update_skip_locked:
        held = held.select_for_update(skip_locked=True)
    same = dict(held.values_list("pk", "due_at"))
    # only what isn't being moved, nor has been since it was read
    settled = [one for one in seen if same.get(one.row.pk) == one.row.due_at]
    pk, look_at = Clock._meta.get_field("id"), Clock._meta.get_field("look_at")
    values = [
        (look_at.get_db_prep_save(one.look.next_at, connection), pk.get_db_prep_save(one.row.pk, connection))
        for one in settled
    ]
    with connection.cursor() as cursor:  # one statement for the batch: a fifth of the time of `bulk_update`
        cursor.executemany("UPDATE cases_clock SET look_at = %s WHERE id = %s", values)


def climbed_all() -> None:
    """Write down that the ladder has looked at everything that was waiting."""
    with transaction.atomic():
        run = lock_ladder()
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])
