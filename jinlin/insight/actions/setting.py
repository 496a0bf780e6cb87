"""Changing what a county chose: every change is a new edition with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.insight.models import Setting
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs.models import Category
from jinlin.people.access import Actor
from jinlin.people.areas import acting

MOST_ALARMS = 30.0  # one every two days is no longer a warning
MOST_MINIMUM = 200
MOST_MARGIN = 10.0


@dataclass(frozen=True)
class Choice:
    """New values; `category` "" is for all matters, only there the margin is kept."""

    category: str = ""
    alarms_per_60_days: float = 1.0
    minimum: int = FLOOR
    is_watched: bool = True
    autofill_margin: float | None = None


@once("insight.set")
def change_setting(
    *, actor: Actor, county: str, choice: Choice, reason: str, key: str | None = None
) -> Setting:
    """Choose the false-alarm budget, the fewest cases and the margin, for all matters or one."""
    actor = acting(actor, "insight.set", county)
    if not county.endswith("000000"):
        raise Invalid({"county": [_("设置按县（市、区）填写。")]})
    _checked(choice)
    leaf = _leaf(choice.category)
    post = actor.post
    Setting.objects.select_for_update().filter(county=county, category=leaf, is_current=True).update(
        is_current=False
    )
    row = Setting.objects.create(
        county=county,
        category=leaf,
        alarms_per_60_days=choice.alarms_per_60_days,
        minimum=choice.minimum,
        is_watched=choice.is_watched,
        autofill_margin=choice.autofill_margin if leaf is None else None,
        made_at=clock.now(),
        made_unit=post.unit if post else None,
        reason=clean(reason, max_length=200, field="reason", required=True),
    )
    audit.record(actor=actor, verb="insight.set", obj=row, county=county, purpose=row.reason)
    return row


def _checked(choice: Choice) -> None:
    faults: dict[str, list[str]] = {}
    if not 0.05 <= choice.alarms_per_60_days <= MOST_ALARMS:
        faults["alarms_per_60_days"] = [_("每类每 60 天的虚警数请填 0.05 到 30。")]
    if not FLOOR <= choice.minimum <= MOST_MINIMUM:
        faults["minimum"] = [_("起报件数请填 5 到 200，少于 5 件不预警。")]
    if choice.autofill_margin is not None and not 0 <= choice.autofill_margin <= MOST_MARGIN:
        faults["autofill_margin"] = [_("自动填入的把握请填 0 到 10，留空为从不自动填入。")]
    if faults:
        raise Invalid(faults)


def _leaf(code: str) -> Category | None:
    code = clean(code, max_length=12, field="category")
    if not code:
        return None
    found = Category.objects.filter(code=code, level=2, is_active=True).first()
    if found is None:
        raise Invalid({"category": [_("没有这个类别，请从列表中选择，或留空由工作人员判断。")]})
    return found
