"""Opening a file: by a mediator, about a dispute brought to the committee or about a case; the case never learns of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.models import Case
from jinlin.cases.rules.tracking import county_of, typed_code
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.kernel.idempotency import once
from jinlin.mediation.actions.said import WORDS_MAX, Reader, Said
from jinlin.mediation.actions.step import VERB, acting, write_step
from jinlin.mediation.models import Mediation, Member
from jinlin.mediation.rules import words as w
from jinlin.people import access
from jinlin.people.access import ActivePost, Actor
from jinlin.places.rules import contains, level_of

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Dispute(Said):
    """What a file is opened with: kind, origin, title, facts; `case` is a tracking code or "", `village` a code or ""."""


@once("mediation.open")
def open_file(*, actor: Actor, dispute: Dispute, key: str | None = None) -> Mediation:
    """Open a file with the actor as its first mediator.

    Nothing is written to the case, and nothing that hangs on a case changes: who sees the case can't tell.
    """
    access.require(actor, VERB)
    post = _own_post(actor)
    reader = Reader(dispute)
    kind, origin = reader.choice("kind", w.KINDS), reader.choice("origin", w.ORIGINS)
    title = reader.text("title", longest=60)
    facts = reader.text("facts", required=False, longest=WORDS_MAX)
    reader.done()
    county = post.place[:6] + "000000"
    case = _case(str(dispute.fields.get("case") or ""), county)
    town, village = _area(post, str(dispute.fields.get("village") or ""), case)
    now = clock.now()
    row = Mediation(
        county=county,
        town=town,
        village=village,
        unit=post.unit,
        number=_number(),
        kind=kind,
        origin=origin,
        opened_at=now,
        version=0,
        is_demo=bool(case and case.is_demo),
    )
    row.seal(
        title=title,
        facts=facts,
        case=str(case.pk) if case else "",
        code=case.shown_code if case else "",
    )
    row.save(force_insert=True)
    member = Member(county=county, mediation=row, account=_account(actor), role="lead", since=now)
    member.save(force_insert=True)
    write_step(row, actor, "open")
    return row


def _own_post(actor: Actor) -> ActivePost:
    for post in acting(actor).posts:
        if post.role == "mediator" and post.acting_for is None and 3 <= post.level <= 5:
            return post
    raise NotAllowed("no_committee", _("您没有调解员岗位（代班不算），不能立卷。"))


def _account(actor: Actor) -> UUID:
    assert actor.account_id is not None  # a mediator is staff
    return actor.account_id


def _number() -> str:
    """Return a number for paper that counts nothing: a running number would tell parties how many disputes there are."""
    return f"{clock.today():%Y}-" + "".join(secrets.choice(LETTERS) for _at in range(6))


def _case(code: str, county: str) -> Case | None:
    """Return the case whose code the parties or the mediator gave; a code is random and no list is searched."""
    if not code.strip():
        return None
    typed = typed_code(code[:40])
    found = None
    if county_of(typed) == county:
        found = Case.unscoped.filter(county=county, tracking=typed).first()
    if found is None:
        raise Invalid({"case": [_("没有找到这个查询码，请核对；没有对应事项的不用填。")]})
    return found


def _area(post: ActivePost, village: str, case: Case | None) -> tuple[str, str]:
    """Return (town, village) to count the file under: chosen, else the case's, else the committee's own."""
    if village:
        if len(village) != 12 or not village.isdigit() or not contains(post.place, village):
            raise Invalid({"village": [_("请选择调解委员会辖区内的社区（村）。")]})
        code = village
    elif case is not None and case.village and contains(post.place, case.village):
        code = case.village
    else:
        code = post.place[:12]
    level = level_of(code)
    return code[:9] + "000" if level >= 4 else "", code if level == 5 else ""
