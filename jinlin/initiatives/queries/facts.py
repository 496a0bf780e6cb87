"""What the guards of a move need to know of an item; asked under its lock, only what the move asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from jinlin.initiatives.models import Applicant, Initiative, Milestone, Pass, Resolution, Review, StageEntry
from jinlin.initiatives.queries.numbers import number
from jinlin.initiatives.rules import deciding, kinds, money, procedures, reviewing
from jinlin.initiatives.rules.guards import Facts
from jinlin.kernel import clock

Reader = Callable[[Initiative, Facts], Facts]
OUT_OF_ROUND: Final = (kinds.DRAFT, kinds.DECLINED, kinds.WITHDRAWN)


def facts_for(item: Initiative, guards: Iterable[str]) -> Facts:
    """Return the facts some guards ask for (at most two queries a guard)."""
    found = Facts(
        feasibility=item.feasibility,
        cost_known=item.cost_fen is not None,
        lawful=bool(item.lawful_basis),
        notice_over=procedures.is_over(item.notice_until, clock.today()),
        objections_over=procedures.is_over(item.objections_until, clock.today()),
        common_parts=item.common_parts,
        fund_source=item.fund_source,
        review_due=item.review_on is not None and item.review_on <= clock.today(),
        partners=len([line for line in item.partners.splitlines() if line.strip()]),
        reported=bool(item.result),
    )
    for reader in dict.fromkeys(_READERS[name] for name in guards if name in _READERS):
        found = reader(item, found)
    return found


def _meetings(item: Initiative, found: Facts) -> Facts:
    held = item.meetings.exclude(held_on=None).exclude(minutes="").exists()
    return replace(found, met=held)


def _resolutions(item: Initiative, found: Facts) -> Facts:
    rows = Resolution.objects.filter(initiative=item, is_finding=False, verdict=deciding.PASSED)
    passed = [row for row in rows if row.step in ("", "villagers_decide") and row.rule]
    if item.common_parts:
        passed = [row for row in passed if row.rule == item.common_rule]
    return replace(
        found,
        passed=bool(passed),
        common_parts_agreed=bool(passed) and all(row.rule in deciding.OWNERS_RULES for row in passed),
    )


def _steps(item: Initiative, found: Facts) -> Facts:
    return replace(found, steps_left=procedures.steps_left(item.procedure, steps_done(item)))


def steps_done(item: Initiative) -> list[str]:
    """Return the steps of 四议两公开 taken so far, in the order they were taken (one query)."""
    return list(
        StageEntry.objects.filter(initiative=item)
        .exclude(step="")
        .order_by("number")
        .values_list("step", flat=True)
    )


def live_plan(item: Initiative) -> list[money.Instalment]:
    """Return the parts of the current plan (one query)."""
    return [
        money.Instalment(row.planned_fen, row.paid_fen, row.accepted_at is not None)
        for row in Milestone.objects.filter(initiative=item, is_live=True)
    ]


def _plan(item: Initiative, found: Facts) -> Facts:
    plan = live_plan(item)
    return replace(
        found,
        plan_parts=len(plan),
        plan_wrong=money.wrong_with_plan(item.granted_fen, plan),
        milestones_open=sum(not part.accepted for part in plan),
    )


def _site(item: Initiative, found: Facts) -> Facts:
    severe = Resolution.objects.filter(initiative=item, is_finding=True, severity="severe", rechecked_by="")
    signed = Pass.objects.filter(initiative=item, kind="supervisor", conflict="none", signed_at__isnull=False)
    return replace(found, severe_open=severe.count(), signatures=signed.count())


def _answers(item: Initiative, found: Facts) -> Facts:
    answered = item.answers_yes + item.answers_partly + item.answers_no
    waited = item.moved_at + timedelta(days=number("answer_days", item.county)) <= clock.now()
    return replace(found, surveyed=answered, answers_due=answered > 0 or waited)


def _round(item: Initiative, found: Facts) -> Facts:
    the_round = item.round
    if the_round is None:
        return found
    asked = item.asked_fen if item.stage == kinds.DRAFT else item.granted_fen
    submitted = Review.objects.filter(initiative=item, conflict="none", submitted_at__isnull=False)
    return replace(
        found,
        round_open=the_round.opens_on <= clock.today() <= the_round.closes_on and the_round.closed_at is None,
        round_closed=the_round.closed_at is not None,
        within_cap=0 < asked <= the_round.cap_fen,
        reviews=submitted.count(),
    )


def _applicant(item: Initiative, found: Facts) -> Facts:
    sheet = Applicant.objects.filter(initiative=item).first()
    the_round = item.round
    if sheet is None or the_round is None:
        return replace(found, one_each=False)
    same = Applicant.objects.filter(
        county=item.county, organisation_index=bytes(sheet.organisation_index), initiative__round=the_round
    ).exclude(initiative=item)
    taken = same.exclude(initiative__stage__in=OUT_OF_ROUND).count()
    return replace(found, one_each=taken < the_round.per_organisation, name_free=not names_told(item, sheet))


def names_told(item: Initiative, sheet: Applicant | None = None) -> list[str]:
    """Return which of an applicant's names stand in what reviewers will read (at most two queries)."""
    found = sheet or Applicant.objects.filter(initiative=item).first()
    if found is None:
        return []
    opened = json.loads(found.opened())
    names = reviewing.telling_names(opened["organisation"], opened.get("names", []))
    plan = Milestone.objects.filter(initiative=item, is_live=True).values_list("name", "evidence_wanted")
    return reviewing.names_in("\n".join([item.title, item.text, *(" ".join(row) for row in plan)]), names)


_READERS: Final[dict[str, Reader]] = {
    "met": _meetings,
    "passed": _resolutions,
    "common_parts_agreed": _resolutions,
    "steps_done": _steps,
    "plan_stands": _plan,
    "milestones_done": _plan,
    "no_severe": _site,
    "signed": _site,
    "surveyed": _answers,
    "answers_due": _answers,
    "round_open": _round,
    "round_closed": _round,
    "within_cap": _round,
    "reviewed_enough": _round,
    "one_each": _applicant,
    "name_free": _applicant,
}
