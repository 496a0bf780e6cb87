"""What every write of a file shares: the lock, the facts of the guards, the step that is added, the audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.mediation.models import Doc, Mediation, Party, Step
from jinlin.mediation.queries.terms import terms_on
from jinlin.mediation.rules.moves import Standing
from jinlin.people import access
from jinlin.people.access import Actor

VERB = "mediation.work"


def acting(actor: Actor) -> Actor:
    """Return the actor with the mediator's post in front: its committee stands on what is done."""
    own = [post for post in actor.posts if post.role == "mediator" and post.acting_for is None]
    return actor.acting_in(own[0]) if own else actor


def locked(actor: Actor, file_id: UUID, expect: int | None = None) -> Mediation:
    """Return a file under lock; NotFound, told like a file that never was, to everybody but its mediators."""
    access.require(actor, VERB)
    seen = access.visible(actor, Mediation.objects.all()).filter(pk=file_id)
    row = seen.select_for_update(of=("self",)).first()
    if row is None or row.erased_at is not None:
        raise NotFound(_("这份卷宗"))
    if expect is not None and expect != row.version:
        raise Conflict("changed", _("这份卷宗刚刚被更新过，请刷新后再操作。"))
    return row


def standing_of(row: Mediation, parties: list[Party] | None = None) -> Standing:
    """Return what the guards look at (three queries)."""
    found = list(row.parties.all()) if parties is None else parties
    return Standing(
        stage=row.stage,
        outcome=row.outcome,
        parties=len(found),
        sides=frozenset(one.side for one in found),
        unconsented=sum(one.consented_on is None for one in found),
        untold=sum(one.told_on is None for one in found),
        due_on=row.due_on,
        perform_on=row.perform_on,
        visit_due_on=row.visit_due_on,
        court_until=row.court_until,
        slots=frozenset(row.docs.values_list("slot", flat=True)),
        keeps=terms_on(row.county).keep_years is not None,
    )


def write_step(row: Mediation, actor: Actor, verb: str, note: str = "") -> None:
    """Add what happened, count the version up and save the file; the audit row names the file by its id only."""
    row.version += 1
    row.save()
    step = Step(
        county=row.county,
        mediation=row,
        seq=row.version,
        verb=verb,
        stage=row.stage,
        at=clock.now(),
        by_account=actor.account_id,
    )
    if note:
        step.seal(note=note)
    step.save(force_insert=True)
    audit.record(actor=acting(actor), verb=f"mediation.{verb}", obj=row, county=row.county)


@dataclass(frozen=True)
class Paper:
    """A paper about to be put into a slot."""

    slot: str
    words: dict[str, Any]
    on: date
    party: Party | None = None
    pictures: int = 0


def put(row: Mediation, actor: Actor, paper: Paper) -> Doc:
    """Add a paper to a locked file."""
    last = row.docs.order_by("-seq").values_list("seq", flat=True).first() or 0
    doc = Doc(
        county=row.county,
        mediation=row,
        slot=paper.slot,
        seq=last + 1,
        party=paper.party,
        on=paper.on,
        by_account=actor.account_id,
        made_at=clock.now(),
        pictures=paper.pictures,
    )
    doc.seal(**paper.words)
    doc.save(force_insert=True)
    return doc


def party_of(row: Mediation, given: Any, field: str = "party") -> Party:
    """Return a party of the file by id; Invalid when it is none of them."""
    try:
        found = row.parties.filter(pk=UUID(str(given))).first()
    except ValueError:
        found = None
    if found is None:
        raise Invalid({field: [_("请选择是哪一位当事人。")]})
    return found
