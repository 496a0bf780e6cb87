"""Who is on a file: another mediator of the same county joins, one with a conflict leaves and sees nothing any more."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.mediation.actions.said import WORDS_MAX, Reader, Said
from jinlin.mediation.actions.step import locked, write_step
from jinlin.mediation.models import Mediation, Member
from jinlin.mediation.rules import words as w
from jinlin.people.access import Actor, actor_for
from jinlin.people.queries import account_by_name


@once("mediation.member")
def add_mediator(
    *, actor: Actor, file_id: UUID, said: Said, expect: int | None = None, key: str | None = None
) -> Mediation:
    """Let another mediator of the county onto the file, by log-in name (`account`) and part (`role`)."""
    row = locked(actor, file_id, expect)
    reader = Reader(said)
    role = reader.choice("role", w.ROLES)
    name = reader.text("account")
    reader.done()
    _join(row, name, role)
    write_step(row, actor, "member")
    return row


def _join(row: Mediation, name: str, role: str) -> None:
    """Add a member; one sentence for every reason, so that nobody learns who has which post or which conflict."""
    sentence = _("不能请这位：要是本县（市、区）在岗的调解员，不在本卷中，也没有回避情形。")
    account = account_by_name(name)
    found = actor_for(account) if account else None
    here = [
        post
        for post in (found.posts if found else ())
        if post.role == "mediator" and post.acting_for is None and post.place[:6] == row.county[:6]
    ]
    if account is None or not here or row.members.filter(account=account.pk).exists():
        raise Invalid({"account": [sentence]})
    if role == "lead":
        row.members.filter(role="lead").update(role="member")
    Member(county=row.county, mediation=row, account=account.pk, role=role, since=clock.now()).save(
        force_insert=True
    )


@once("mediation.conflict")
def declare_conflict(
    *, actor: Actor, file_id: UUID, said: Said, expect: int | None = None, key: str | None = None
) -> Mediation:
    """Declare one's own conflict, or that a party asks one to step aside (`by`, `words`); ends one's sight at once.

    The last mediator names who takes over (`account`), so that no file is left to nobody.
    """
    row = locked(actor, file_id, expect)
    reader = Reader(said)
    by = reader.choice("by", w.BY_WHOM)
    why = reader.text("words", longest=WORDS_MAX)
    name = reader.text("account", required=False)
    reader.done()
    assert actor.account_id is not None  # a mediator is staff
    member = row.members.select_for_update().get(account=actor.account_id, ended_at=None)
    others = row.members.filter(ended_at=None).exclude(pk=member.pk)
    if name:
        _join(row, name, "lead" if member.role == "lead" else "member")
    elif not others.exists():
        raise RuleBroken("last", _("本卷只有您一位调解员，请填写由谁接手。"))
    elif member.role == "lead":
        heir = others.order_by("since", "id").first()
        assert heir is not None
        heir.role = "lead"
        heir.save(update_fields=["role"])
    member.role = "member" if member.role == "lead" else member.role
    member.ended_at, member.has_conflict = clock.now(), True
    member.seal(by=by, words=why)
    member.save(update_fields=["ended_at", "has_conflict", "role", "words_sealed"])
    write_step(row, actor, "conflict")
    return row
