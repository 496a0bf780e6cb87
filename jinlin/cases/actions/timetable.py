"""Editing the dated data of time: stage lengths, milestones, ceilings; old rows are closed, none is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.retiming import begin_retiming
from jinlin.cases.actions.telling import LANGUAGE
from jinlin.cases.models import Ceiling, SlaStage
from jinlin.cases.queries.timing import ANY, forget_timing
from jinlin.cases.rules.deadlines import DAY_UNITS, MAX_AMOUNT, UNITS
from jinlin.cases.rules.words import BEGINS, CEILINGS, STAGES, STEP_CODES, WINDOWS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.orgs.rules import SLA_CLASSES
from jinlin.people import access
from jinlin.people.access import Actor

LONGEST_CEILING: Final = 1000
EDITED: Final = frozenset({*STAGES, *WINDOWS}) - {"review"}  # stages that have a length
_UNIT_OF_CEILING: Final = ("working_day", "calendar_day")


@dataclass(frozen=True)
class StageRule:
    """A length somebody sets: for a class, or for one leaf; with a name it is a milestone of the leaf."""

    stage: str
    amount: float
    unit: str
    sla_class: str = ANY
    category: str = ""
    name: str = ""
    begins: str = ""


@dataclass(frozen=True)
class CeilingRule:
    """How far an extension of a class, or a pause for a reason, may go."""

    kind: str
    code: str
    days: int
    unit: str = "calendar_day"
    times: int = 1
    name: str = ""


@dataclass(frozen=True)
class Terms:
    """On what authority, from which day (None: today), and whether clocks that run already are measured anew."""

    source: str
    valid_from: date | None = None
    also_open: bool = False


@once("stage.set")
def set_stage_time(*, actor: Actor, rule: StageRule, terms: Terms, key: str | None = None) -> SlaStage:
    """Set how long a stage or milestone may take from a day on; clocks that run keep theirs unless told otherwise."""
    access.require(actor, "settings.manage")
    source, since = _terms(terms)
    made = SlaStage(**checked_rule(rule), valid_from=since, source=source)
    same = Q(sla_class=made.sla_class, category=made.category, stage=made.stage)
    _close(SlaStage.objects.select_for_update().filter(same), since)
    made.save(force_insert=True)
    forget_timing()
    if terms.also_open:
        with translation.override(LANGUAGE):
            about = _("办理时限有调整（依据：%(source)s）") % {"source": source}
        begin_retiming(actor=actor, kind="sla", region_code="", about=about, stage=made)
    audit.record(
        actor=actor, verb="stage.set", obj=made, purpose=f"{made.sla_class}/{made.category}/{made.stage}"
    )
    return made


def checked_rule(rule: StageRule) -> dict[str, object]:
    """Return a rule's columns once they mean something; raises Invalid naming each field."""
    wrong = _wrong_length(rule)
    if rule.sla_class not in (*SLA_CLASSES, ANY) or (rule.category and rule.sla_class != ANY):
        wrong["sla_class"] = [_("没有这个时限等级，请从列表中选择。")]
    leaf = orgs.categories().get(rule.category) if rule.category else None
    if rule.category and (leaf is None or not leaf.is_leaf):
        wrong["category"] = [_("没有这个类别，请从列表中选择。")]
    name = clean(rule.name, max_length=24, field="name")
    is_step = rule.stage in STEP_CODES
    if is_step:
        wrong |= _wrong_step(rule, name)
    elif rule.stage not in EDITED:
        wrong["stage"] = [_("没有这一环节，请从列表中选择。")]
    if wrong:
        raise Invalid(wrong)
    return {
        "sla_class": rule.sla_class, "category": rule.category, "stage": rule.stage, "amount": rule.amount,
        "unit": rule.unit, "name": name if is_step else "", "begins": rule.begins if is_step else "",
    }  # fmt: skip


def unsaved(columns: dict[str, object]) -> SlaStage:
    """Return the row a rule would become today, to look at what it would do before it is saved."""
    return SlaStage(**columns, valid_from=clock.today())


def _wrong_length(rule: StageRule) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not 0 < rule.amount <= MAX_AMOUNT:
        wrong["amount"] = [_("请填写 0 到 2000 之间的数。")]
    elif rule.unit in DAY_UNITS and rule.amount != int(rule.amount):
        wrong["amount"] = [_("按天计算的时限要填整天数。")]
    if rule.unit not in UNITS:
        wrong["unit"] = [_("请选择单位：小时、工作小时、工作日或自然日。")]
    return wrong


def _wrong_step(rule: StageRule, name: str) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not (name and rule.category):
        wrong["name"] = [_("请给这个阶段起个名字，如“责令停工”。")]
    if rule.begins not in BEGINS:
        wrong["begins"] = [_("请选择从受理时还是派单时起算。")]
    return wrong


@once("milestone.add")
def add_milestone(*, actor: Actor, rule: StageRule, terms: Terms, key: str | None = None) -> SlaStage:
    """Give a leaf one more milestone, under the next free code."""
    access.require(actor, "settings.manage")
    taken = set(
        SlaStage.objects.filter(category=rule.category, stage__in=STEP_CODES)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=clock.today()))
        .values_list("stage", flat=True)
    )
    free = next((code for code in STEP_CODES if code not in taken), None)
    if free is None:
        raise RuleBroken("too_many_steps", _("一类事项最多九个阶段，请先停用不用的。"))
    fresh = StageRule(free, rule.amount, rule.unit, ANY, rule.category, rule.name, rule.begins)
    return set_stage_time(actor=actor, rule=fresh, terms=terms)


@once("stage.drop")
def drop_stage_time(*, actor: Actor, category: str, stage: str, key: str | None = None) -> SlaStage:
    """End a leaf's own length or milestone today; its class's length holds again, running clocks keep theirs."""
    access.require(actor, "settings.manage")
    rows = SlaStage.objects.select_for_update().filter(category=category, stage=stage).exclude(category="")
    ends = list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=clock.today())))
    if not ends:
        raise NotFound()
    _close(rows, clock.today())
    forget_timing()
    audit.record(actor=actor, verb="stage.drop", obj=ends[-1], purpose=f"{category}/{stage}")
    return ends[-1]


@once("ceiling.set")
def set_ceiling(*, actor: Actor, rule: CeilingRule, terms: Terms, key: str | None = None) -> Ceiling:
    """Set from a day on how far an extension or a pause may go; what was granted before stays as granted."""
    access.require(actor, "settings.manage")
    source, since = _terms(terms)
    made = Ceiling(**_checked_ceiling(rule), valid_from=since, source=source)
    _close(Ceiling.objects.select_for_update().filter(kind=made.kind, code=made.code), since)
    made.save(force_insert=True)
    audit.record(actor=actor, verb="ceiling.set", obj=made, purpose=f"{made.kind}/{made.code}")
    return made


def _checked_ceiling(rule: CeilingRule) -> dict[str, object]:
    wrong: dict[str, list[str]] = {}
    extends = rule.kind == "extension"
    if rule.kind not in CEILINGS:
        wrong["kind"] = [_("请选择延期、中止或挂账。")]
    if not (0 if extends else 1) <= rule.days <= LONGEST_CEILING:
        wrong["days"] = [_("请填写 1 到 1000 之间的天数；不许延期填 0。")]
    if not 1 <= rule.times <= 9:
        wrong["times"] = [_("请填写 1 到 9 次。")]
    if not extends and rule.unit not in _UNIT_OF_CEILING:
        wrong["unit"] = [_("请选择工作日或自然日。")]
    if extends and rule.code not in (*SLA_CLASSES, ANY):
        wrong["code"] = [_("没有这个时限等级，请从列表中选择。")]
    name = clean(rule.name, max_length=40, field="name", required=not extends)
    code = rule.code or _fresh_code(rule.kind)
    if wrong:
        raise Invalid(wrong)
    unit = "working_day" if extends else rule.unit
    return {
        "kind": rule.kind,
        "code": code,
        "days": rule.days,
        "unit": unit,
        "times": rule.times,
        "name": name,
    }


def _fresh_code(kind: str) -> str:
    taken = Ceiling.objects.filter(kind=kind).values_list("code", flat=True).distinct().count()
    return f"{kind[:4]}{taken + 1}"


@once("ceiling.drop")
def drop_ceiling(*, actor: Actor, kind: str, code: str, key: str | None = None) -> Ceiling:
    """Take a reason for pausing off the list from today on; pauses that run keep their ceiling."""
    access.require(actor, "settings.manage")
    rows = Ceiling.objects.select_for_update().filter(kind=kind, code=code).exclude(kind="extension")
    ends = list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=clock.today())))
    if not ends:
        raise NotFound()
    _close(rows, clock.today())
    audit.record(actor=actor, verb="ceiling.drop", obj=ends[-1], purpose=f"{kind}/{code}")
    return ends[-1]


def _terms(terms: Terms) -> tuple[str, date]:
    source = clean(terms.source, max_length=120, field="source", required=True)
    today = clock.today()
    since = terms.valid_from or today
    if since < today:
        raise Invalid({"valid_from": [_("生效日期不能早于今天：已经办过的事按当时的规定算。")]})
    if terms.also_open and since > today:
        raise Invalid({"also_open": [_("要同时用于在办的事，请把生效日期填今天。")]})
    return source, since


def _close(rows: object, since: date) -> None:
    """End every row that would still hold on a day; one that had not begun by then never holds."""
    for row in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=since)):  # type: ignore[attr-defined]
        row.valid_to = max(row.valid_from, since)
        row.save(update_fields=["valid_to"])
