"""Minutes: what was said about each item, what came of it; published once they are whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.queries import visible_case
from jinlin.gatherings.actions.step import by_staff, expect_version, locked, noted
from jinlin.gatherings.events import MinutesPublished
from jinlin.gatherings.models import AgendaItem, Gathering
from jinlin.gatherings.rules.words import OUTCOMES
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people.access import Actor


@dataclass(frozen=True)
class ItemSaid:
    """What was said about an item, what came of it ("" where nothing had to), the case it is about (a tracking code)."""

    item_id: UUID
    said: str = ""
    outcome: str = ""
    case: str = ""


@once("gathering.minutes")
def write_minutes(
    *,
    actor: Actor,
    gathering_id: UUID,
    items: Sequence[ItemSaid],
    words: str = "",
    publish: bool = False,
    expect: int | None = None,
    key: str | None = None,
) -> Gathering:
    """Write the minutes, as often as needed until they are published; then they stand."""
    row = locked(Gathering, gathering_id)
    actor = by_staff(actor, "gathering.host", row)
    expect_version(row, expect)
    if row.minutes_at is not None:
        raise RuleBroken("published", _("纪要已经公布，不能再改；有补充请在下次会上说明。"))
    if row.state == "cancelled":
        raise RuleBroken("cancelled", _("活动已取消：{reason}"), reason=row.reason)
    if publish and row.state != "held":
        raise RuleBroken("not_held", _("请先结束登记、确认到场人数，再公布纪要。"))
    standing = {one.pk: one for one in AgendaItem.objects.filter(county=row.county, gathering=row)}
    for one in items:
        if one.item_id not in standing:
            raise Invalid({"agenda": [_("议程刚被改过，请刷新再写。")]})
        _write(actor, standing[one.item_id], one)
    if publish and any(not item.said for item in standing.values()):
        raise Invalid({"agenda": [_("还有议程没有记录。没有谈到的请写“未议”，再公布。")]})
    row.minutes = clean(words, max_length=4000, field="words", multiline=True)
    row.minutes_at = clock.now() if publish else None
    row.version += 1
    row.save(update_fields=["minutes", "minutes_at", "version"])
    if publish:
        bus.announce(MinutesPublished(row.pk, row.county, row.village, clock.now()))
    noted(actor, "gathering.minutes", row)
    return row


def _write(actor: Actor, item: AgendaItem, one: ItemSaid) -> None:
    if one.outcome not in ("", *OUTCOMES):
        raise Invalid({"outcome": [_("请从列表里选结果。")]})
    item.said = clean(one.said, max_length=2000, field=f"said-{item.pk}", multiline=True)
    item.outcome = one.outcome
    item.case_id = None
    if one.case.strip():
        try:
            item.case_id = visible_case(viewer=actor, tracking=one.case).pk
        except NotFound:
            raise Invalid({f"case-{item.pk}": [_("没有找到这个查询码，请核对后再填。")]}) from None
    item.save(update_fields=["said", "outcome", "case_id"])
