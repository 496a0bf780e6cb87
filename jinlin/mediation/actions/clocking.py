"""What runs by itself: reminding the mediators of a file's days, and erasing files whose time is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from jinlin.audit import actions as audit
from jinlin.files.actions import erase_files
from jinlin.kernel import bus, clock
from jinlin.mediation.events import MediatorReminded
from jinlin.mediation.models import Mediation, Reminder
from jinlin.mediation.queries.terms import terms_on
from jinlin.mediation.rules import words as w
from jinlin.people.access import SYSTEM

BATCH: Final = 200
COURT_AGAIN: Final = timedelta(days=7)
FURTHEST: Final = timedelta(days=21)  # no warning lies further ahead than this (terms: at most 20 days)


def remind_mediators() -> int:
    """Remind the mediators of every file with a day that has come near; each day once. Returns how many reminders."""
    today = clock.today()
    near = today + FURTHEST
    rows = Mediation.unscoped.filter(
        Q(ended_on=None, due_on__lte=near)
        | Q(visit_due_on__lte=today, filed_on=None)
        | Q(court_until__gte=today, filed_on=None)
    ).filter(erased_at=None)
    told = 0
    for row in rows.order_by("id").iterator(chunk_size=BATCH):
        for kind, on in _days_of(row, today):
            told += _remind(row, kind, on)
    return told


def _days_of(row: Mediation, today: date) -> list[tuple[str, date]]:
    """Return (kind, day) of what is to be remembered about a file today."""
    found = []
    if row.ended_on is None and row.due_on is not None:
        warn = timedelta(days=terms_on(row.county, row.accepted_on).warn_days)
        if today > row.due_on:
            found.append(("late", row.due_on))
        elif today >= row.due_on - warn:
            found.append(("clock", row.due_on))
    if row.visit_due_on is not None and row.visit_due_on <= today:
        found.append(("visit", row.visit_due_on))
    if row.court_until is not None and row.agreed_on is not None and today <= row.court_until:
        asked = row.docs.filter(slot="court").exists()
        if not asked:  # once at the beginning and once a week before the end
            found.append(("court", row.agreed_on))
            if today >= row.court_until - COURT_AGAIN:
                found.append(("court", row.court_until))
    return found


def _remind(row: Mediation, kind: str, on: date) -> int:
    """Write one reminder and announce it to each mediator of the file; 0 when it was there already."""
    assert kind in w.REMINDERS
    with transaction.atomic():
        made, is_new = Reminder.objects.get_or_create(
            county=row.county, mediation=row, kind=kind, on=on, defaults={"made_at": clock.now()}
        )
        if not is_new:
            return 0
        for account in row.members.filter(ended_at=None).values_list("account", flat=True):
            bus.announce(MediatorReminded(account_id=account, ref=made.pk, county=row.county, at=clock.now()))
    return 1


def erase_due_files() -> int:
    """Erase files whose archive time is over: papers, pictures, parties, notes; the counted row without words stays.

    One transaction per file, so that a kill half-way leaves whole files. Returns how many files were erased.
    """
    due = Mediation.unscoped.filter(erased_at=None, keep_until__lte=clock.today()).order_by(
        "keep_until", "id"
    )
    done = 0
    for row_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Mediation.unscoped.select_for_update().get(pk=row_id)
            for doc in row.docs.all():
                erase_files(owner=doc)
            for rows in (row.docs, row.parties, row.steps, row.members, row.reminders):
                rows.all().delete()
            row.words_sealed, row.erased_at, row.unit = None, clock.now(), None
            row.save()
            audit.record(actor=SYSTEM, verb="mediation.erase", obj=row, county=row.county)
        done += 1
    return done
