"""Writing down what people said on a visit 走访 or at a parlour: each matter becomes an appeal; the visit is counted by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions.report import Caller, Said, Source, report_case
from jinlin.cases.models import Visit
from jinlin.cases.rules import reaching as rules
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.people import access
from jinlin.people.access import Actor


@once("visit.record")
def record_visit(
    *,
    actor: Actor,
    matters: Sequence[Said],
    caller: Caller | None = None,
    channel: str = "visit",
    at: datetime | None = None,
    key: str | None = None,
) -> Visit:
    """Take the matters of one visit, each as an appeal of its own that may join or open a case.

    A visit nobody said anything at leaves no trace: going is not counted, what it brought is. Where it was is kept as
    the community, not the door; who went is not kept.
    """
    access.require(actor, "visit.record")
    if channel not in rules.VISIT_CHANNELS:
        raise Invalid({"channel": [_("请选择是上门走访还是会客厅。")]})
    if not matters:
        raise Invalid({"text": [_("写一句居民说的事；没有事的走访不用填。")]})
    if len(matters) > rules.MOST_MATTERS:
        raise Invalid({"text": [_("一次走访最多记 5 件事，请分两次。")]})
    cases = [
        report_case(actor=actor, said=said, caller=caller, source=Source(channel=channel), at=at).case
        for said in matters
    ]
    first = cases[0]
    row = Visit(
        county=first.county,
        town=first.town,
        village=first.village,
        channel=channel,
        on=clock.local(at).date() if at else clock.today(),
        matters=len(cases),
    )
    row.save(force_insert=True)
    audit.record(actor=actor, verb="visit.record", obj=row, county=row.county)
    return row
