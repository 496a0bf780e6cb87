"""Questions to the engine that take a while: which gates help most, and where to build; kept with their answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.circle.actions.assessing import new_assessment
from jinlin.circle.models import Assessment, Study
from jinlin.circle.queries.computing import Question
from jinlin.circle.queries.facts import facts_of
from jinlin.circle.queries.gains import gates_answer
from jinlin.circle.queries.scope import acting, known_area
from jinlin.circle.queries.siting import sites_answer
from jinlin.circle.queries.standards import category_names, rows_of
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, JinlinError, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean, clean_point
from jinlin.people.access import Actor

log = logging.getLogger(__name__)
MOST_SITES: Final = 100
MOST_CANDIDATES: Final = 5_000


@dataclass(frozen=True)
class GateQuestion:
    """Which proposed and shut gates of an area help most: for whom, when, for which facilities (none: all), how many."""

    profile: str = "planning"
    moment: str = "workday_morning"
    codes: Sequence[str] = field(default_factory=tuple)
    top: int = 20


@dataclass(frozen=True)
class SiteQuestion:
    """Where to build at most `budget` of a facility; candidates (name, lon, lat), none: homes and public facilities."""

    category: str
    budget: int = 1
    profile: str = "planning"
    moment: str = "workday_morning"
    candidates: Sequence[tuple[str, float, float]] = field(default_factory=tuple)


@once("circle.study")
def order_study(
    *, actor: Actor, area: str, question: GateQuestion | SiteQuestion, key: str | None = None
) -> Study:
    """Put a question; a job answers it."""
    known_area(area)
    actor = acting(actor, "circle.assess", area)
    base = new_assessment(area, question.profile, question.moment, trigger="order")
    latest = Assessment.objects.filter(county=base.county, state="done").order_by("-finished_at").first()
    kind = "gates" if isinstance(question, GateQuestion) else "sites"
    row = Study.objects.create(
        county=base.county,
        area=area,
        kind=kind,
        question=_checked(question),
        assessment=latest,
        ordered_at=clock.now(),
        is_demo=base.is_demo,
    )
    audit.record(actor=actor, verb="circle.study", obj=row, county=row.county)
    return row


def _checked(question: GateQuestion | SiteQuestion) -> dict[str, Any]:
    names = category_names()
    asked = list(question.codes) if isinstance(question, GateQuestion) else [question.category]
    if unknown := [code for code in asked if code not in names]:
        raise Invalid(
            {"category": [_("设施标准表里没有类别 %(code)s，请改正。") % {"code": unknown[0][:12]}]}
        )
    common = {"profile": question.profile, "moment": question.moment}
    if isinstance(question, GateQuestion):
        if not 1 <= question.top <= 200:
            raise Invalid({"top": [_("请填 1 到 200 个。")]})
        return {**common, "codes": asked, "top": question.top}
    if not 1 <= question.budget <= MOST_SITES:
        raise Invalid({"budget": [_("最多建几处请填 1 到 100。")]})
    if len(question.candidates) > MOST_CANDIDATES:
        raise Invalid({"candidates": [_("备选点太多，请不超过 5000 个。")]})
    spots = []
    for name, lon, lat in question.candidates:
        x, y = clean_point(lon, lat)
        spots.append([clean(name, max_length=60, field="candidates"), x, y])
    return {**common, "category": question.category, "budget": question.budget, "candidates": spots}


def run_study(study_id: UUID) -> Study:
    """Answer a waiting study; what goes wrong stands in its row in one sentence."""
    with transaction.atomic():
        row = Study.objects.select_for_update().filter(pk=study_id, state="waiting").first()
        if row is None:
            raise NotFound("study")
        row.state, row.started_at = "running", clock.now()
        row.save(update_fields=["state", "started_at"])
    try:
        row.answer, row.engine = _answer(row)
        row.state = "done"
    except JinlinError as error:
        row.state, row.error = "failed", str(error)[:300]
    except Exception:
        log.exception("study %s failed", row.pk)
        row.state, row.error = "failed", _("计算没有完成，请联系管理员查看日志。")
    row.finished_at = clock.now()
    with transaction.atomic():
        row.save()
    return row


def _answer(row: Study) -> tuple[dict[str, Any], str]:
    asked = row.question
    base = new_assessment(row.area, asked["profile"], asked["moment"], trigger="order")
    question = Question(rows_of(base.standard), base.profile, base.moment, base.day)
    facts = facts_of(row.county, edition=base.network)

    def told(done: int, total: int) -> None:
        row.done, row.total = done, total
        with transaction.atomic():
            Study.objects.filter(pk=row.pk).update(done=done, total=total)

    if row.kind == "gates":
        return gates_answer(facts, question, row.area, (asked["codes"], asked["top"]), told)
    spots = np.array([spot[1:] for spot in asked["candidates"]], np.float64).reshape(-1, 2)
    names = [str(spot[0]) for spot in asked["candidates"]]
    return sites_answer(facts, question, row.area, (asked["category"], asked["budget"]), (names, spots))


def run_studies() -> int:
    """Answer what waits, oldest first; a job calls it."""
    ids = list(Study.objects.filter(state="waiting").order_by("ordered_at").values_list("pk", flat=True)[:20])
    for pk in ids:
        try:
            run_study(pk)
        except NotFound:  # another process took it
            continue
    return len(ids)
