"""Erasing what was kept long enough: contacts of closed cases, and what a resident asks to erase."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jinlin.audit import actions as audit
from jinlin.cases import events
from jinlin.cases.models import Appeal, Case
from jinlin.cases.queries import own_words
from jinlin.kernel import bus, clock
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
def erase_own_contact(*, actor: Actor, case: Case, appeals: Collection[UUID], key: str | None = None) -> Case:
    """Erase the contact a resident left with these appeals, at once and for good; neighbours' contacts stay.

    `appeals` are those proved to be the resident's own. A case nobody may call back any more says so to its handler.
    """
    access.require(actor, "case.move", case)
    if actor.kind != "resident":
        raise RuleBroken("not_reporter", _("只有反映人本人可以删除自己的联系方式。"))
    mine = [row.id for row in own_words(case=case, appeals=appeals)]
    rows = list(Appeal.unscoped.filter(county=case.county, pk__in=mine))
    for appeal in rows:
        _erase(appeal)
    homes = {row.case_id for row in rows} | {case.pk}
    for held in Case.unscoped.select_for_update().filter(county=case.county, pk__in=homes).order_by("pk"):
        held.callable = _callable(held)
        held.save(update_fields=["callable"])
        audit.record(actor=actor, verb="contact.erase", obj=held, county=held.county)
        bus.announce(events.ContactErased(case_id=held.pk, county=held.county, at=clock.now()))
    return case


def _callable(case: Case) -> bool:
    """Tell whether anybody who may be called has still left a phone."""
    return Appeal.unscoped.filter(
        county=case.county, case=case, do_not_contact=False, contact__phone_index__isnull=False
    ).exists()
