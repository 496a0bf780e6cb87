"""The one use case of all moves: who may, what it asks, what guards it, and the stage after it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.queries.timing import calendar_of
from jinlin.initiatives.actions.merging import absorb
from jinlin.initiatives.actions.stepping import Words, as_host, by_pass, go, locked, refuse_own
from jinlin.initiatives.models import Applicant, Initiative
from jinlin.initiatives.queries.facts import facts_for
from jinlin.initiatives.queries.numbers import number
from jinlin.initiatives.queries.passes import pass_of
from jinlin.initiatives.rules import guards, kinds, money, moves, procedures
from jinlin.initiatives.rules.moves import Move
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor


@dataclass(frozen=True)
class Inputs:
    """What a move may ask beside its words; `rules.moves` says which."""

    feasibility: str = ""
    cost_fen: int | None = None
    works_class: str = ""
    owner_unit: UUID | None = None
    lawful_basis: str = ""
    fund_source: str = ""
    granted_fen: int | None = None
    agreement: str = ""
    partners: str = ""
    target: UUID | None = None


SILENT: Final = Words()
NOTHING_ASKED: Final = Inputs()


@once("initiative.move")
def move_initiative(
    *,
    actor: Actor,
    initiative_id: UUID,
    verb: str,
    words: Words = SILENT,
    inputs: Inputs = NOTHING_ASKED,
    passed: UUID | None = None,
    expect: int | None = None,
    key: str | None = None,
) -> Initiative:
    """Make a move of the table, or refuse with the sentence of whoever or whatever stands against it."""
    item = locked(initiative_id, expect=expect)
    actor = _placed(actor, item, verb, passed)
    move = moves.move_of(item.kind, verb, item.stage)
    _require_who(actor, item, move, passed)
    if verb in moves.REASON_REQUIRED:
        clean(words.public, max_length=2000, field="public_text", multiline=True, required=True)
    for name in move.needs:
        _TAKE[name](item, inputs, words)
    guards.require(move.guards, facts_for(item, move.guards))
    if verb == "merge":
        assert inputs.target is not None
        words = absorb(item, inputs.target, actor, words)
    _BESIDE.get((item.kind, verb), _nothing)(item)
    go(item, actor, verb, move.target, words)
    return item


def _placed(actor: Actor, item: Initiative, verb: str, passed: UUID | None) -> Actor:
    """Return the actor with the fitting post in front; whoever neither hosts nor put it in learns nothing of it."""
    if actor.kind == "system" or passed is not None:
        return actor
    if actor.kind == "resident":
        access.require(actor, "initiative.handle")
    if item.proposer_account == actor.account_id and verb in ("withdraw", "submit"):
        return actor
    return as_host(actor, item)


def _require_who(actor: Actor, item: Initiative, move: Move, passed: UUID | None) -> None:
    if actor.kind == "system":
        return
    if move.who == moves.PROPOSER:
        own = actor.account_id is not None and actor.account_id == item.proposer_account
        if not own and not by_pass(pass_of(passed), item):
            raise NotAllowed("not_proposer", _("只有提出人自己能这样做，请用提交时给您的链接打开。"))
        return
    if passed is not None:
        raise NotAllowed("not_host", _("这一步由社区来办。"))
    if move.who in (moves.OTHER, moves.OFFICE):
        refuse_own(actor, item)


# --- what a move asks


def _feasibility(item: Initiative, inputs: Inputs, words: Words) -> None:
    if inputs.feasibility not in ("feasible", "unfeasible"):
        raise Invalid({"feasibility": [_("请选择可行还是暂时办不了。")]})
    item.feasibility = inputs.feasibility
    item.feasibility_reason = clean(
        words.public,
        max_length=500,
        field="public_text",
        multiline=True,
        required=item.feasibility == "unfeasible",
    )


def _amount(value: int | None, field: str, *, required: bool) -> int | None:
    if value is None and not required:
        return None
    if value is None or not 0 <= value <= money.MOST_FEN:
        raise Invalid({field: [_("请填写金额，不花钱就填 0。")]})
    return value


def _cost(item: Initiative, inputs: Inputs, _words: Words) -> None:
    item.cost_fen = _amount(inputs.cost_fen, "cost_fen", required=item.feasibility == "feasible")


def _works_class(item: Initiative, inputs: Inputs, _words: Words) -> None:
    if inputs.works_class not in kinds.WORKS_CLASSES:
        raise Invalid({"works_class": [_("请选择改造的类别。")]})
    item.works_class = inputs.works_class


def _owner(item: Initiative, inputs: Inputs, _words: Words) -> None:
    if inputs.owner_unit is None or not orgs.unit_name(inputs.owner_unit):
        raise Invalid({"owner_unit": [_("请选择由哪个单位来办。")]})
    item.owner_unit = inputs.owner_unit


def _lawful(item: Initiative, inputs: Inputs, _words: Words) -> None:
    item.lawful_basis = clean(inputs.lawful_basis, max_length=200, field="lawful_basis", required=True)


def _fund(item: Initiative, inputs: Inputs, _words: Words) -> None:
    item.fund_source = clean(inputs.fund_source, max_length=120, field="fund_source", required=True)


def _granted(item: Initiative, inputs: Inputs, _words: Words) -> None:
    item.granted_fen = _amount(inputs.granted_fen, "granted_fen", required=True) or 0


def _agreement(item: Initiative, inputs: Inputs, _words: Words) -> None:
    item.agreement = clean(
        inputs.agreement, max_length=4000, field="agreement", multiline=True, required=True
    )
    if inputs.partners:
        item.partners = clean(inputs.partners, max_length=200, field="partners", multiline=True)


def _target(item: Initiative, inputs: Inputs, _words: Words) -> None:
    if inputs.target is None:
        raise Invalid({"target": [_("请选择并到哪一件。")]})


_TAKE: Final[dict[str, Callable[[Initiative, Inputs, Words], None]]] = {
    "feasibility": _feasibility,
    "cost_fen": _cost,
    "works_class": _works_class,
    "owner_unit": _owner,
    "lawful_basis": _lawful,
    "fund_source": _fund,
    "granted_fen": _granted,
    "agreement": _agreement,
    "target": _target,
}


# --- what a move brings about beside the new stage


def _nothing(_item: Initiative) -> None:
    return None


def put_on_notice(item: Initiative) -> None:
    """Fix the last day of a topic's notice; a second notice never ends before the first would have."""
    days = number("notice_days", item.county)
    until = procedures.last_day(clock.today(), days, procedures.NOTICE_LEAST)
    item.notice_until = procedures.later(item.notice_until, until)


def open_objections(item: Initiative) -> None:
    """Fix the last day for objections to a result."""
    days = number("objection_days", item.county)
    until = procedures.last_day(clock.today(), days, procedures.OBJECTIONS_LEAST)
    item.objections_until = procedures.later(item.objections_until, until)


def _award(item: Initiative) -> None:
    """Put the award on notice for its working days; from now on everybody may know who applied."""
    calendar = calendar_of(item.county)
    left, day = number("award_notice_workdays", item.county), clock.today()
    while left > 0:
        day = day + timedelta(days=1)
        left -= calendar.is_workday(day)
    item.objections_until = procedures.later(item.objections_until, day)
    sheet = Applicant.objects.filter(initiative=item).first()
    if sheet is not None:
        item.partners = str(json.loads(sheet.opened())["organisation"])[:200]


def _back_to_draft(item: Initiative) -> None:
    """Let an applicant mend the text; nobody has read it yet."""


_BESIDE: Final[dict[tuple[str, str], Callable[[Initiative], None]]] = {
    (kinds.TOPIC, "publish"): put_on_notice,
    (kinds.TOPIC, "discuss"): open_objections,
    (kinds.VENTURE, "award"): _award,
}


def promised_day(item: Initiative) -> date | None:
    """Return by when the next step is promised; the end of a notice where one runs."""
    if item.kind == kinds.TOPIC and item.stage == kinds.OPEN:
        return item.notice_until
    return item.next_by
