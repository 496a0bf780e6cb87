"""The dispatch catalogue and the duty lists: a new row from a day, the old one ends there; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import bus, clock, text
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken, gettext_noop
from jinlin.kernel.idempotency import once
from jinlin.orgs import rules
from jinlin.orgs.actions.gate import region_field, require_manage, touch
from jinlin.orgs.actions.organisations import county_of
from jinlin.orgs.events import CatalogueChanged
from jinlin.orgs.models import CatalogueEntry, Category, DutyItem, Line
from jinlin.people.access import Actor

Row = TypeVar("Row", CatalogueEntry, DutyItem)
LINES_MOST = 8


@dataclass(frozen=True)
class Terms:
    """From when a row holds (default today), which text it rests on, and a note shown with the proposal."""

    valid_from: date | None = None
    source: str = ""
    note: str = ""


@once("catalogue.set")
def set_catalogue_entry(
    *,
    actor: Actor,
    category_code: str,
    lead_lines: Sequence[str],
    assist_lines: Sequence[str] = (),
    region_code: str = "",
    level: int = rules.COUNTY,
    terms: Terms = Terms(),
    key: str | None = None,
    expect: UUID | None = None,
) -> CatalogueEntry:
    """Set who leads and assists for a category in a region from a day; the row holding so far ends on that day.

    `lead_lines` are alternatives in order of preference, `assist_lines` all assist. `expect` is the id of the row
    the person was looking at: when another holds by now the call is a Conflict and nothing is written.
    """
    region = region_field(region_code, required=False)
    require_manage(actor, region)
    if level not in range(1, 6):
        raise Invalid({"level": [_("层级应为 1 到 5，请重新选择。")]})
    leads = _lines(lead_lines, "lead_lines", required=True)
    assists = [line for line in _lines(assist_lines, "assist_lines") if line not in leads]
    category = _leaf(category_code)
    made = CatalogueEntry(
        category=category, level=level, region_code=region, lead_lines=leads, assist_lines=assists
    )
    return _replace(CatalogueEntry, made, terms, actor, expect)


@once("duty.set")
def set_duty_item(
    *,
    actor: Actor,
    category_code: str,
    kind: str,
    level: int = rules.TOWN,
    region_code: str = "",
    terms: Terms = Terms(),
    key: str | None = None,
    expect: UUID | None = None,
) -> DutyItem:
    """Put a category into the basic, cooperate or withdrawn list of towns (level 4) or communities (level 5)."""
    region = region_field(region_code, required=False)
    require_manage(actor, region)
    if kind not in rules.DUTY_KINDS:
        raise Invalid({"kind": [_("清单类型应为基本履职、配合履职或上级收回，请重新选择。")]})
    if level not in (rules.TOWN, rules.VILLAGE):
        raise Invalid({"level": [_("履职清单只分乡镇（街道）和村（社区）两级，请重新选择。")]})
    made = DutyItem(category=_leaf(category_code), kind=kind, level=level, region_code=region)
    return _replace(DutyItem, made, terms, actor, expect)


def _replace(model: type[Row], made: Row, terms: Terms, actor: Actor, expect: UUID | None) -> Row:
    """End the open row of the same place and put the new one in its stead."""
    made.valid_from = terms.valid_from or clock.today()
    made.source = text.clean(terms.source, max_length=120, field="source")
    made.note = text.clean(terms.note, max_length=200, field="note")
    rows: Any = model.objects
    same = {"category": made.category, "region_code": made.region_code, "level": made.level}
    held = rows.select_for_update(of=("self",)).filter(**same, valid_to__isnull=True).first()
    if expect is not None and (held is None or held.id != expect):
        raise Conflict("row_changed", gettext_noop("这一条刚刚被别人改过，请刷新后核对再改。"))
    if held is not None:
        if held.valid_from > made.valid_from:
            raise RuleBroken(
                "later_row",
                gettext_noop("已有从 {day} 起生效的新规定，请改为这一天或之后。"),
                day=held.valid_from.isoformat(),
            )
        held.valid_to = made.valid_from
        held.save(update_fields=["valid_to"])
    made.save(force_insert=True)
    touch()
    bus.announce(CatalogueChanged(category=made.category.code, region_code=made.region_code, at=clock.now()))
    verb = "catalogue.set" if model is CatalogueEntry else "duty.set"
    audit.record(actor=actor, verb=verb, obj=made, county=county_of(made.region_code))
    return made


def _leaf(code: str) -> Category:
    """Return the leaf, locked, so that two edits of one matter follow each other."""
    row = Category.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None or row.level != 2:
        raise Invalid({"category_code": [_("没有这个事项分类，请从列表中选择。")]})
    return row


def _lines(codes: Sequence[str], field: str, *, required: bool = False) -> list[str]:
    typed = (text.clean(str(code), max_length=40, field=field) for code in codes)
    wanted = list(dict.fromkeys(code for code in typed if code))
    if required and not wanted:
        raise Invalid({field: [_("请至少选择一个主办单位。")]})
    if len(wanted) > LINES_MOST:
        raise Invalid({field: [_("单位太多，最多 %(most)d 个，请减少。") % {"most": LINES_MOST}]})
    known = set(Line.objects.filter(code__in=wanted).values_list("code", flat=True))
    if unknown := [code for code in wanted if code not in known]:
        raise Invalid({field: [_("没有部门代码 %(code)s，请从列表中选择。") % {"code": unknown[0][:20]}]})
    return wanted
