"""Erasing what was kept long enough: contacts of closed cases, and what a resident asks to erase."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction

from jinlin.audit import actions as audit
from jinlin.cases.models import Appeal, Case
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _
from jinlin.kernel.idempotency import once
from jinlin.people import access
from jinlin.people.access import SYSTEM, Actor
from jinlin.people.actions import erase_contact

CONTACT_DAYS: Final = 180  # trust.md 7: contact of a closed case
BATCH: Final = 200


def erase_due_contacts() -> int:
    """Erase contacts of cases closed 180 days ago, in small transactions; returns how many appeals were cleaned."""
    before = clock.now() - timedelta(days=CONTACT_DAYS)
    done = 0
    while True:
        rows = list(
            Appeal.unscoped.filter(case__closed_at__lt=before, case__is_open=False, contact__isnull=False)
            .filter(contact__erased_at__isnull=True)
            .order_by("id")[:BATCH]
        )
        if not rows:
            return done
        with transaction.atomic():
            for appeal in rows:
                _erase(appeal)
                audit.record(actor=SYSTEM, verb="contact.erase", obj=appeal.case, county=appeal.county)
        done += len(rows)


def _erase(appeal: Appeal) -> None:
    if appeal.contact_id:
        erase_contact(actor=SYSTEM, contact_id=appeal.contact_id)


@once("case.erase_contact")
def erase_own_contact(*, actor: Actor, case: Case, key: str | None = None) -> Case:
    """Erase the contact a resident left on a case, at once and for good; an open case then can't call back."""
    access.require(actor, "case.move", case)
    if actor.kind != "resident":
        raise RuleBroken("not_reporter", _("只有反映人本人可以删除自己的联系方式。"))
    for appeal in Appeal.unscoped.filter(county=case.county, case=case, contact__isnull=False):
        _erase(appeal)
    locked = Case.unscoped.select_for_update().get(pk=case.pk)
    locked.callable = False
    locked.save(update_fields=["callable"])
    audit.record(actor=actor, verb="contact.erase", obj=locked, county=locked.county)
    return locked
