"""Filling and changing the standards table: every change makes a new edition, the old one stays readable."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.circle.models import Requirement, StandardVersion
from jinlin.circle.queries.standards import rows_of
from jinlin.circle.rules.standards import FIELDS, Row, fault, read_row
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import SYSTEM, Actor

DATA: Final = Path(__file__).resolve().parent.parent / "data" / "standard.csv"
SEED_NAME: Final = "15分钟生活圈设施表（起始版）"  # data
SEED_SOURCE: Final = "GB 50180、TD/T 1062 及商务部指南的公开引述；标 K 的数值待对照标准原文"  # data
EDITABLE: Final = frozenset(FIELDS) - {"code"}
TEXTS: Final = {"name": 40, "size": 60, "serves": 40, "rural": 40, "source": 120, "note": 160}


@dataclass(frozen=True)
class Changed:
    """New values of one row; a code the table does not have makes a new row."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def seed_standard(*, actor: Actor = SYSTEM) -> StandardVersion:
    """Make the first edition from the shipped file; later editions are never touched."""
    current = StandardVersion.objects.filter(is_current=True).first()
    if current is not None:
        return current
    with DATA.open(encoding="utf-8", newline="") as handle:
        rows = [read_row(cells) for cells in csv.DictReader(handle)]
    with transaction.atomic():
        return _publish(actor, rows, (SEED_NAME, SEED_SOURCE, clock.today()))


@once("circle.standard")
def change_standard(
    *,
    actor: Actor,
    changes: Sequence[Changed],
    name: str,
    source: str,
    valid_from: date | None = None,
    key: str | None = None,
) -> StandardVersion:
    """Publish the next edition with some rows changed; results made before keep naming theirs."""
    access.require(actor, "circle.standard")
    current = StandardVersion.objects.select_for_update().filter(is_current=True).first()
    rows = merged(rows_of(current) if current else (), changes)
    day = valid_from or clock.today()
    if current is not None and not current.valid_from <= day <= clock.today():
        raise Invalid({"valid_from": [_("生效日期请填在上一版生效之后、今天或以前。")]})
    head = (
        clean(name, max_length=80, field="name", required=True),
        clean(source, max_length=200, field="source", required=True),
        day,
    )
    return _publish(actor, rows, head, current)


def merged(rows: Sequence[Row], changes: Sequence[Changed]) -> list[Row]:
    """Return the rows with the changes in them; Invalid names the first wrong value."""
    if not changes:
        raise Invalid({"changes": [_("没有改动任何一行。")]})
    found = {row.code: row for row in rows}
    for change in changes:
        code = clean(change.code, max_length=12, field="code", required=True)
        unknown = sorted(set(change.values) - EDITABLE)
        if unknown:
            raise Invalid({"changes": [_("没有“%(name)s”这一项。") % {"name": unknown[0][:20]}]})
        values = {name: _value(name, value) for name, value in change.values.items()}
        before = found.get(code) or Row(code, str(values.get("name", "")) or code, "15", "B")
        found[code] = replace(before, **values)
        wrong = fault(found[code])
        if wrong is not None:
            raise Invalid({wrong[0]: [_("%(code)s：%(what)s") % {"code": code, "what": _(wrong[1])}]})
    return list(found.values())


def _value(name: str, value: Any) -> Any:
    if name in TEXTS:
        return clean(value, max_length=TEXTS[name], field=name, required=name == "name")
    if name in ("minutes", "metres"):
        if value is None or value == "":
            return None
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            raise Invalid({name: [_("请填写数字。")]}) from error
    if name in ("either", "assessed"):
        return bool(value)
    return clean(value, max_length=5, field=name)


def _publish(
    actor: Actor, rows: Sequence[Row], head: tuple[str, str, date], before: StandardVersion | None = None
) -> StandardVersion:
    number = 1
    if before is not None:
        number, before.is_current, before.valid_to = before.number + 1, False, head[2]
        before.save(update_fields=["is_current", "valid_to"])
    made = StandardVersion.objects.create(
        number=number, name=head[0], source=head[1], valid_from=head[2], made_at=clock.now()
    )
    Requirement.objects.bulk_create(
        Requirement(version=made, order=order, **{name: getattr(row, name) for name in FIELDS})
        for order, row in enumerate(rows)
    )
    audit.record(actor=actor, verb="circle.standard", obj=made, purpose=head[1])
    return made
