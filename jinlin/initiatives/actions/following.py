"""What came of a decision: carried out, looked at again, dispatched as a case; and the one reminder of a due review."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases.actions import Said, Source, report_case
from jinlin.cases.models import Case
from jinlin.initiatives.actions.stepping import Words, as_host, entry, locked, noted
from jinlin.initiatives.events import ResolutionReviewed, ReviewDue
from jinlin.initiatives.models import CaseLink, Initiative, Resolution
from jinlin.initiatives.rules import deciding, kinds
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.people.access import Actor


def _of_host(actor: Actor, resolution_id: UUID) -> tuple[Actor, Initiative, Resolution]:
    row = Resolution.objects.filter(pk=resolution_id).first()
    if row is None:
        raise NotFound("resolution")
    item = locked(row.initiative_id)
    actor = as_host(actor, item)
    return actor, item, Resolution.objects.select_for_update().get(pk=row.pk)


@once("initiative.done")
def finish_resolution(
    *, actor: Actor, resolution_id: UUID, text: str, done_on: date | None = None, key: str | None = None
) -> Resolution:
    """Say that what was decided has been carried out, on which day."""
    actor, item, row = _of_host(actor, resolution_id)
    if row.verdict != deciding.PASSED or row.due is None:
        raise RuleBroken("not_adopted", _("没有通过的决定不用落实。"))
    if row.done_on is not None:
        raise Conflict("done", _("这项决定已经登记落实了。"))
    day = done_on or clock.today()
    if day > clock.today() or day < clock.local(row.at).date():
        raise Invalid({"done_on": [_("落实的日子要在表决以后、今天以前。")]})
    row.done_on = day
    row.done_text = clean(text, max_length=300, field="text", multiline=True, required=True)
    row.save(update_fields=["done_on", "done_text"])
    entry(item, actor, "done", Words(_("已落实：%(text)s") % {"text": row.done_text}))
    noted(item, actor, "done")
    return row


@once("initiative.look_again")
def review_resolution(
    *, actor: Actor, resolution_id: UUID, text: str, again_on: date | None = None, key: str | None = None
) -> Resolution:
    """Look at a resolution again and say how it went; a further day may be set, which reminds once again."""
    actor, item, row = _of_host(actor, resolution_id)
    if row.review_on is None or row.review_on > clock.today():
        raise RuleBroken("review_due", _("还没有到约定的回访日子。"))
    row.review_text = clean(text, max_length=300, field="text", multiline=True, required=True)
    if again_on is not None:
        if again_on <= clock.today():
            raise Invalid({"again_on": [_("下一次回访要在今天以后。")]})
        row.review_on, row.reminded_at, row.reviewed_on = again_on, None, None
    else:
        row.reviewed_on = clock.today()
    row.save(update_fields=["review_text", "review_on", "reminded_at", "reviewed_on"])
    entry(item, actor, "looked", Words(_("回访：%(text)s") % {"text": row.review_text}))
    noted(item, actor, "looked")
    bus.announce(ResolutionReviewed(row.pk, item.county))
    return row


def remind_reviews(most: int = 500) -> int:
    """Tell each resolution's desk once that the day to look again has come; safe to run twice or late. For the tick."""
    due = Resolution.objects.filter(
        review_on__lte=clock.today(), reminded_at__isnull=True, reviewed_on__isnull=True
    ).order_by("review_on", "id")
    told = 0
    for pk in list(due.values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            row = Resolution.objects.select_for_update().select_related("initiative").get(pk=pk)
            if row.reminded_at is not None or row.reviewed_on is not None or row.review_on is None:
                continue
            row.reminded_at = clock.now()
            row.save(update_fields=["reminded_at"])
            bus.announce(ReviewDue(row.pk, row.county, row.initiative.host_unit, row.review_on))
            told += 1
    return told


def first_review_day(days: int) -> date:
    """Return the day a resolution made today is looked at again by default."""
    return clock.today() + timedelta(days=days)


@once("initiative.dispatch")
def open_case(
    *,
    actor: Actor,
    initiative_id: UUID,
    words: str,
    category: str,
    resolution_id: UUID | None = None,
    key: str | None = None,
) -> Case:
    """Open a case for what has to be done; from then on the item shows the case's state, and never copies it."""
    item = locked(initiative_id)
    actor = as_host(actor, item)
    if item.stage in kinds.ENDS or item.stage == kinds.DRAFT:
        raise RuleBroken("not_now", _("这件事还没有公开或已经结束，不能派任务。"))
    row = None
    if resolution_id is not None:
        row = Resolution.objects.select_for_update().filter(pk=resolution_id, initiative=item).first()
        if row is None or row.case_id is not None:
            raise Conflict("dispatched", _("这项决定已经派过任务了。"))
    said = Said(
        text=clean(words, max_length=2000, field="words", multiline=True, required=True),
        title=item.title[:60],
        kind="proposal",
        category=category,
        place=item.area,
        place_text=item.place_text,
    )
    appeal = report_case(actor=actor, said=said, source=Source(channel="visit"))
    case = Case.unscoped.get(pk=appeal.case_id)
    CaseLink.objects.get_or_create(
        initiative=item, case=case, defaults={"county": item.county, "at": clock.now()}
    )
    if row is not None:
        row.case = case
        row.save(update_fields=["case"])
    entry(item, actor, "dispatch", Words(_("已作为一件事派出去办，这里会显示它办到哪一步。")))
    noted(item, actor, "dispatch")
    audit.record(actor=actor, verb="initiative.dispatch", obj=case, county=item.county)
    return case
