"""A proactive case out of a confirmed warning: somebody goes and looks before anyone has to complain."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.actions import Said, Source, report_case
from jinlin.insight.actions.warnings import locked
from jinlin.insight.models import Warning
from jinlin.insight.rules import words as w
from jinlin.kernel.errors import Conflict
from jinlin.kernel.idempotency import once
from jinlin.people.access import Actor


@once("insight.treat")
def open_proactive_case(*, actor: Actor, warning_id: UUID, words: str, key: str | None = None) -> Warning:
    """Open a case at the centre of a confirmed warning, by the channel 预警; the warning keeps the link."""
    row, actor = locked(actor, warning_id)
    if row.state != w.CONFIRMED:
        raise Conflict("not_confirmed", _("先确认这条预警，再主动立案。"))
    if row.case_id is not None:
        raise Conflict("has_case", _("这条预警已经立过案，请从预警里打开它。"))
    said = Said(text=words, kind="report", category=row.category.code, place=row.centre)
    appeal = report_case(actor=actor, said=said, source=Source(channel="warning"))
    row.case_id = appeal.case_id
    row.save(update_fields=["case"])
    if row.is_demo:
        type(appeal.case).unscoped.filter(pk=appeal.case_id).update(is_demo=True)
    return row
