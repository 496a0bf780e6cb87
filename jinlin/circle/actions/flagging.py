"""Residents say what is wrong about a facility; the community looks and answers. Nobody is kept."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.circle.models import Facility, Flag
from jinlin.circle.queries.scope import acting
from jinlin.circle.rules.words import FLAG_KINDS, OUTCOMES
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people import access
from jinlin.people.access import Actor

MOST_OPEN: Final = 50  # of one facility: more say nothing new


@once("circle.flag")
def flag_facility(
    *, actor: Actor, facility_id: UUID, kind: str, words: str = "", key: str | None = None
) -> Flag:
    """Take note that what we show of a facility is wrong; it lands with the community the facility stands in.

    The surface limits how often one address may do this (`throttle`, bucket circle.flag).
    """
    access.require(actor, "circle.flag")
    row = Facility.objects.filter(pk=facility_id).first()
    if row is None:
        raise NotFound("facility")
    if kind not in FLAG_KINDS:
        raise Invalid({"kind": [_("请选择哪里不对。")]})
    said = clean(words, max_length=200, field="words", multiline=True, required=kind == "other")
    if Flag.objects.filter(facility=row, is_open=True).count() >= MOST_OPEN:
        raise Conflict("enough", _("这处设施已有很多人反映，社区正在核实，谢谢。"))
    flag = Flag.objects.create(
        county=row.county, village=row.village, facility=row, kind=kind, words=said, made_at=clock.now()
    )
    audit.record(actor=actor, verb="circle.flag", obj=flag, county=row.county)
    return flag


@once("circle.settle")
def settle_flag(
    *, actor: Actor, flag_id: UUID, outcome: str, answer: str = "", key: str | None = None
) -> Flag:
    """Say what came of looking: corrected, it was right, or unclear."""
    row = Flag.objects.select_for_update().filter(pk=flag_id).first()
    if row is None:
        raise NotFound("flag")
    actor = acting(actor, "circle.edit", row.village)
    if not row.is_open:
        raise Conflict("settled", _("这条反映刚才已有人处理，请看最新情况。"))
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": [_("请选择核实的结果。")]})
    row.answer = clean(answer, max_length=200, field="answer", required=outcome == "unclear")
    row.is_open, row.outcome, row.settled_at = False, outcome, clock.now()
    row.save(update_fields=["answer", "is_open", "outcome", "settled_at"])
    audit.record(actor=actor, verb="circle.settle", obj=row, county=row.county)
    return row
