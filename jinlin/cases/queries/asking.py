"""Whether a move may be made, asked before its form is shown and again, under lock, when it is sent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jinlin.cases.models import Case
from jinlin.cases.rules import moves, words
from jinlin.cases.rules.moves import Move
from jinlin.kernel.errors import NotAllowed, NotFound, RuleBroken
from jinlin.people.access import Actor


def refuse(case: Case, move: Move, relations: frozenset[str], actor: Actor) -> None:
    """Do nothing if the move may be made now; else raise NotFound (a stranger), RuleBroken or NotAllowed."""
    if actor.kind == "system":
        relations = relations | move.who
    if not relations:
        raise NotFound(_("这件事"))
    if case.state not in move.sources:
        raise RuleBroken(
            "wrong_state",
            _("这件事现在是“{state}”，不能“{move}”。请刷新看看最新情况。"),
            state=_(words.STATES[case.state][0]),
            move=_(move.label),
        )
    if not relations & move.who:
        raise NotAllowed("not_your_move", _("这一步要由别的岗位来做，请看页面上您能点的按钮。"))
    if problem := moves.guard_problem(move, case.condition()):
        raise RuleBroken(*problem)


def move_for(*, viewer: Actor, case: Case, verb: str) -> Move:
    """Return a move the viewer may make on a case now; raises as `refuse`, NotFound for an unknown verb."""
    move = moves.BY_VERB.get(verb)
    if move is None:
        raise NotFound(_("这一步"))
    refuse(case, move, case.relations_of(viewer), viewer)
    return move
