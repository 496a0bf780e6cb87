"""Publishing a composite: a deployer's own weights, each version with its source; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.performance.models import Weight, WeightSet
from jinlin.performance.rules.indicators import BY_CODE, RATE

WHOLE: Final = 1000
CODE: Final = "abcdefghijklmnopqrstuvwxyz0123456789_"


@once("weights.set")
def set_weights(
    *,
    actor: Actor,
    code: str,
    name: str,
    source: str,
    weights: Mapping[str, Decimal],
    key: str | None = None,
) -> WeightSet:
    """Publish a composite of rates from today on; `weights` are percentages by indicator and make 100 together.

    A composite of the same code ends today and stays readable with its version.
    """
    access.require(actor, "settings.manage")
    code = clean(code, max_length=40, field="code", required=True)
    if set(code) - set(CODE):
        raise Invalid({"code": [_("代号只能用小写字母、数字和下划线。")]})
    shown = clean(name, max_length=60, field="name", required=True)
    document = clean(source, max_length=200, field="source", required=True)
    parts = _parts(weights)
    held = WeightSet.objects.select_for_update().filter(code=code, valid_to=None).first()
    latest = (
        WeightSet.objects.filter(code=code).order_by("-version").values_list("version", flat=True).first()
    )
    if held is not None:
        held.valid_to = clock.today()
        held.save(update_fields=["valid_to"])
    made = WeightSet.objects.create(
        code=code, version=(latest or 0) + 1, name=shown, source=document, valid_from=clock.today()
    )
    Weight.objects.bulk_create(
        Weight(weights=made, indicator=indicator, thousandths=n) for indicator, n in parts.items()
    )
    audit.record(actor=actor, verb="weights.set", obj=made)
    return made


def _parts(weights: Mapping[str, Decimal]) -> dict[str, int]:
    """Return thousandths by indicator; Invalid unless they are rates and make a whole."""
    found: dict[str, int] = {}
    for code, percent in weights.items():
        indicator = BY_CODE.get(code)
        if indicator is None or indicator.kind != RATE:
            raise Invalid({"weights": [_("只能给百分比指标设权重，“%(code)s”不是。") % {"code": code}]})
        thousandths = percent * 10
        if thousandths != int(thousandths) or not 0 < thousandths <= WHOLE:
            raise Invalid({"weights": [_("每项权重请填 0.1 到 100 之间、最多一位小数的百分数。")]})
        found[code] = int(thousandths)
    if sum(found.values()) != WHOLE:
        raise Invalid({"weights": [_("各项权重加起来应当是 100%，请改正后再保存。")]})
    return found


@once("weights.end")
def end_weights(*, actor: Actor, code: str, key: str | None = None) -> WeightSet:
    """Stop publishing a composite; its versions stay on the formula page."""
    access.require(actor, "settings.manage")
    held = WeightSet.objects.select_for_update().filter(code=code, valid_to=None).first()
    if held is None:
        raise NotFound(_("这套权重"))
    held.valid_to = clock.today()
    held.save(update_fields=["valid_to"])
    audit.record(actor=actor, verb="weights.end", obj=held)
    return held
