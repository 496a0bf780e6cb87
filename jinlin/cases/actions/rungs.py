"""Editing the ladder: dated rungs, nothing is overwritten, every figure with its source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.models import Rung
from jinlin.cases.queries.ladder import forget_rungs
from jinlin.cases.rules import ladder as rules
from jinlin.cases.rules.deadlines import DAY_UNITS, UNITS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor

FILE: Final = Path(__file__).resolve().parent.parent / "data" / "ladder.csv"
# (lowest, highest) amount that makes sense for a trigger; counts start where the index of cases starts
RANGES: Final[dict[str, tuple[float, float]]] = {
    "share": (0.05, 0.99),
    "after": (0, 60),
    "returned": (0, 60),
    "count": (rules.COUNT_LEAST, 20),
    "month": (1, 10),
}


def seed_ladder() -> int:
    """Load the default rungs once; an administrator's edits are never overwritten."""
    have = set(Rung.objects.values_list("code", flat=True))
    with FILE.open(encoding="utf-8") as handle, transaction.atomic():
        fresh = [_row(row) for row in csv.DictReader(handle) if row["code"] not in have]
        Rung.objects.bulk_create(fresh)
    forget_rungs()
    return len(fresh)


def _row(row: dict[str, str]) -> Rung:
    return Rung(
        code=row["code"],
        trigger=row["trigger"],
        amount=float(row["amount"]),
        unit=row["unit"],
        stages=row["stages"].split(),
        tells=row["tells"].split(),
        does=row["does"],
        answer_amount=float(row["answer_amount"]),
        answer_unit=row["answer_unit"],
        valid_from=date(2025, 1, 1),
        source=row["source"],
    )


@dataclass(frozen=True)
class Change:
    """What an administrator may change of a rung."""

    amount: float
    unit: str
    is_on: bool
    source: str
    answer_amount: float = 0


@once("rung.set")
def set_rung(*, actor: Actor, code: str, change: Change, key: str | None = None) -> Rung:
    """Change a rung from today on; what was told or opened before stays as it is."""
    access.require(actor, "settings.manage")
    held = Rung.objects.select_for_update().filter(code=code, valid_to__isnull=True).first()
    if held is None:
        raise Invalid({"code": [_("没有这一级提醒，请从列表中选择。")]})
    _check(held, change)
    source = clean(change.source, max_length=120, field="source", required=True)
    held.valid_to = clock.today()
    held.save(update_fields=["valid_to"])
    made = Rung.objects.create(
        code=code,
        trigger=held.trigger,
        amount=change.amount,
        unit=change.unit,
        stages=held.stages,
        tells=held.tells,
        does=held.does,
        answer_amount=change.answer_amount if held.does else held.answer_amount,
        answer_unit=held.answer_unit,
        is_on=change.is_on,
        valid_from=clock.today(),
        source=source,
    )
    forget_rungs()
    audit.record(actor=actor, verb="rung.set", obj=made)
    return made


def _check(held: Rung, change: Change) -> None:
    """Refuse a figure the ladder can't climb by: it runs for every county, so nothing that breaks may reach it."""
    low, high = RANGES[held.trigger]
    if not low <= change.amount <= high:
        told = _("请填写 %(low)g 到 %(high)g 之间的数。") % {"low": low, "high": high}
        raise Invalid({"amount": [told]})
    if change.unit not in UNITS:
        raise Invalid({"unit": [_("请选择单位：小时、工作小时、工作日或自然日。")]})
    counts = held.trigger in ("count", "month")
    is_day = held.trigger in ("after", "returned") and change.unit in DAY_UNITS
    if (counts or is_day) and change.amount != int(change.amount):
        raise Invalid({"amount": [_("请填写整数。") if counts else _("按天计算的时限要填整天数。")]})
    if held.does and not 1 <= change.answer_amount <= 60:
        raise Invalid({"answer_amount": [_("答复期限请填 1 到 60。")]})
    if held.does and held.answer_unit in DAY_UNITS and change.answer_amount != int(change.answer_amount):
        raise Invalid({"answer_amount": [_("按天计算的时限要填整天数。")]})
