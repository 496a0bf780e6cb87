"""Reads of the ladder: the rungs in force, and the next date a late case can be promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from jinlin.cases.models import Case, Clock, LadderRun, Rung, SupervisedCase
from jinlin.cases.queries.timing import calendar_of
from jinlin.cases.rules import ladder as rules
from jinlin.cases.rules.deadlines import due_at
from jinlin.cases.rules.ladder import RungRule
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.people import access
from jinlin.people.access import Actor

_CACHE_SECONDS: Final = 60
_KEY: Final = "ladder"


def rungs() -> tuple[RungRule, ...]:
    """Return the rungs that hold today, in the order of the table (one query a minute)."""
    today = clock.today()
    found: tuple[RungRule, ...] | None = cache.get(f"{_KEY}:{today}")
    if found is None:
        holds = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=today))
        rows = Rung.objects.filter(holds, is_on=True)
        order = list(rules.RUNGS)
        found = tuple(sorted((_rule(row) for row in rows), key=lambda rule: order.index(rule.code)))
        cache.set(f"{_KEY}:{today}", found, _CACHE_SECONDS)
    return found


def forget_rungs() -> None:
    """Drop what is remembered, after an edit."""
    cache.delete(f"{_KEY}:{clock.today()}")


def _rule(row: Rung) -> RungRule:
    return RungRule(
        code=row.code,
        trigger=row.trigger,
        amount=row.amount,
        unit=row.unit,
        stages=frozenset(row.stages),
        tells=tuple(row.tells),
        does=row.does,
        answer_amount=row.answer_amount,
        answer_unit=row.answer_unit,
    )


def rung(code: str) -> RungRule:
    """Return one rung in force, or what its default would be once it is switched off: the period still counts."""
    found = next((rule for rule in rungs() if rule.code == code), None)
    if found is not None:
        return found
    row = Rung.objects.filter(code=code).order_by("-valid_from").first()
    if row is None:
        raise RuleBroken("no_ladder", _("升级提醒的规则还没有装，请运行 jinlin setup。"))
    return _rule(row)


@dataclass(frozen=True)
class Checkpoint:
    """The next day somebody further up looks at a late case, and who; `code` is a rung or what was opened.

    `words` are read by the resident after "looked at next by": who does what, without a word of the office.
    """

    at: datetime
    code: str
    words: str


def next_checkpoint(case: Case) -> Checkpoint | None:
    """Return by when a late case is looked at next: a meeting, a supervision's answer, or the next rung.

    None while nothing is late, or when the ladder has no rung left. At most 3 queries. For the honest sentence to
    the resident: the words name offices, never people.
    """
    now = clock.now()
    if not case.is_open:
        return None
    found = [_meeting(case), *_supervision(case)]
    if case.due_at < now:
        found += _rungs_ahead(case, now)
    ahead = [one for one in found if one is not None and one.at > now]
    return min(ahead, key=lambda one: one.at, default=None)


def _meeting(case: Case) -> Checkpoint | None:
    if case.meet_by is None:
        return None
    return Checkpoint(case.meet_by, "meeting", _("有关单位一起商量"))


def _supervision(case: Case) -> list[Checkpoint]:
    """Return when the unit has to answer the office above, and when that office follows up an answer that didn't come."""
    if not case.supervised:
        return []
    row = (
        SupervisedCase.objects.filter(county=case.county, case=case, is_open=True)
        .select_related("supervision")
        .order_by("supervision__due_at")
        .first()
    )
    if row is None:
        return []
    due = row.supervision.due_at
    chased = due_at(due, 1, "working_day", calendar_of(case.county)).at
    return [
        Checkpoint(due, "supervision", _("承办单位向上级说明")),
        Checkpoint(chased, "sup_late", _("综治中心过问")),
    ]


def _rungs_ahead(case: Case, now: datetime) -> list[Checkpoint | None]:
    """Return the rungs ahead of each late clock, and when the ladder looks at it again after a supervision ended."""
    calendar = calendar_of(case.county)
    words = {"leader": _("单位负责人过问"), "supervise": _("综治中心过问")}
    found: list[Checkpoint | None] = []
    for row in Clock.objects.filter(case=case, stopped_at=None, paused_at=None, due_at__lt=now):
        for rule in rungs():
            if rule.trigger == "after" and rule.code in words:
                found.append(Checkpoint(rules.after(row.due_at, rule, calendar), rule.code, words[rule.code]))
        if row.look_at is not None and row.stage in rules.PROMISES:
            found.append(Checkpoint(row.look_at, "again", words["supervise"]))
    return found


def all_rungs(*, viewer: Actor) -> list[Rung]:
    """Return every rung that holds today, switched off ones too, for the manage page (one query)."""
    access.require(viewer, "manage.view")
    order = list(rules.RUNGS)
    rows = Rung.objects.filter(valid_to__isnull=True)
    return sorted(rows, key=lambda row: order.index(row.code))


def last_run() -> datetime | None:
    """Return when the ladder last ran to its end, for the doctor (one query)."""
    row = LadderRun.objects.filter(pk=1).first()
    return row.finished_at if row else None
