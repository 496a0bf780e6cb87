"""The frozen table of moves: kind -> from, verb, to, who, what it asks, what guards it.

Read by buttons, the API, the permission matrix, the docs and the tests alike; there is no other workflow engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinlin.initiatives.rules import kinds as k
from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

HOST: Final = "host"  # the community (street) that looks after the item
OTHER: Final = "other"  # somebody of the host who did not submit it
PROPOSER: Final = "proposer"  # who put it in, by the own link or as the account that did
OFFICE: Final = "office"  # the venture office


@dataclass(frozen=True)
class Move:
    """One edge of the table; `needs` are the fields it asks, `guards` the questions of `rules.guards` it must pass."""

    kind: str
    verb: str
    source: str
    target: str
    who: str
    needs: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()


LABELS: Final[dict[str, str]] = {
    "publish": _("上墙公开"),
    "submit": _("正式申报"),
    "assess": _("登记评估"),
    "qualify": _("资格审查通过"),
    "discuss": _("商议完毕，公示结果"),
    "decide": _("定下来"),
    "award": _("拟立项并公示"),
    "fund": _("资金落实"),
    "contract": _("签约"),
    "start": _("开始办"),
    "accept": _("验收"),
    "review": _("回访完毕"),
    "back": _("退回上一步"),
    "decline": _("不采纳"),
    "merge": _("并入另一件"),
    "withdraw": _("撤回"),
    "stop": _("中止"),
}
PRIMARY: Final = frozenset(LABELS) - {"back", "decline", "merge", "withdraw", "stop"}
TEXT: Final = "public_text"  # always asked; required for the verbs below
REASON_REQUIRED: Final = frozenset({"decline", "merge", "stop", "back"})


def _moves() -> Iterator[Move]:
    yield from _wish()
    yield from _topic()
    yield from _works()
    yield from _venture()
    yield from _cobuild()


def _many(kind: str, verb: str, sources: str, target: str, who: str, *needs: str) -> Iterator[Move]:
    for source in sources.split():
        yield Move(kind, verb, source, target, who, needs)


def _wish() -> Iterator[Move]:
    kind = k.WISH
    yield Move(kind, "publish", k.DRAFT, k.OPEN, OTHER)
    yield Move(kind, "assess", k.OPEN, k.ASSESSED, OTHER, ("feasibility", "cost_fen"))
    yield Move(kind, "decide", k.ASSESSED, k.DECIDED, OTHER, ("owner_unit",), ("feasible",))
    yield Move(kind, "start", k.DECIDED, k.DOING, HOST)
    yield Move(kind, "accept", k.DOING, k.ACCEPTED, OTHER)
    yield Move(kind, "review", k.ACCEPTED, k.REVIEWED, OTHER, (), ("answers_due",))
    yield Move(kind, "back", k.ASSESSED, k.OPEN, HOST)
    yield from _many(kind, "decline", "draft open assessed", k.DECLINED, OTHER)
    yield from _many(kind, "merge", "open assessed", k.MERGED, HOST, "target")
    yield from _many(kind, "withdraw", "draft open assessed decided", k.WITHDRAWN, PROPOSER)
    yield from _many(kind, "stop", "decided doing", k.STOPPED, HOST)


def _topic() -> Iterator[Move]:
    kind = k.TOPIC
    yield Move(kind, "publish", k.DRAFT, k.OPEN, OTHER, ("lawful_basis",), ("lawful",))
    yield Move(kind, "discuss", k.OPEN, k.DISCUSSED, HOST, (), ("notice_over", "met", "passed"))
    yield Move(kind, "decide", k.DISCUSSED, k.DECIDED, HOST, (), ("steps_done", "passed", "objections_over"))
    yield Move(kind, "review", k.DECIDED, k.REVIEWED, OTHER, (), ("review_due",))
    yield Move(kind, "back", k.DISCUSSED, k.OPEN, HOST)
    yield from _many(kind, "decline", "draft open discussed", k.DECLINED, OTHER)
    yield from _many(kind, "merge", "open", k.MERGED, HOST, "target")
    yield from _many(kind, "withdraw", "draft open discussed", k.WITHDRAWN, PROPOSER)
    yield from _many(kind, "stop", "decided", k.STOPPED, HOST)


def _works() -> Iterator[Move]:
    kind = k.WORKS
    yield Move(kind, "publish", k.DRAFT, k.OPEN, OTHER)
    yield Move(kind, "assess", k.OPEN, k.ASSESSED, OTHER, ("feasibility", "cost_fen", "works_class"))
    yield Move(kind, "discuss", k.ASSESSED, k.DISCUSSED, HOST, (), ("feasible", "met"))
    yield from (
        Move(kind, "decide", source, k.DECIDED, OTHER, ("owner_unit",), ("feasible", "common_parts_agreed"))
        for source in (k.ASSESSED, k.DISCUSSED)
    )
    yield Move(kind, "fund", k.DECIDED, k.FUNDED, HOST, ("fund_source", "granted_fen"), ("funded",))
    yield Move(kind, "start", k.FUNDED, k.DOING, HOST, (), ("plan_stands",))
    yield Move(
        kind,
        "accept",
        k.DOING,
        k.ACCEPTED,
        OTHER,
        (),
        ("milestones_done", "no_severe", "signed", "surveyed"),
    )
    yield Move(kind, "review", k.ACCEPTED, k.REVIEWED, OTHER, (), ("answers_due",))
    yield Move(kind, "back", k.ASSESSED, k.OPEN, HOST)
    yield Move(kind, "back", k.DISCUSSED, k.ASSESSED, HOST)
    yield from _many(kind, "decline", "draft open assessed discussed", k.DECLINED, OTHER)
    yield from _many(kind, "merge", "open assessed", k.MERGED, HOST, "target")
    yield from _many(kind, "withdraw", "draft open assessed discussed decided funded", k.WITHDRAWN, PROPOSER)
    yield from _many(kind, "stop", "decided funded doing", k.STOPPED, HOST)


def _venture() -> Iterator[Move]:
    kind = k.VENTURE
    yield Move(
        kind,
        "submit",
        k.DRAFT,
        k.OPEN,
        PROPOSER,
        (),
        ("round_open", "within_cap", "one_each", "name_free"),
    )
    yield Move(kind, "qualify", k.OPEN, k.ASSESSED, OFFICE, (), ("name_free",))
    yield Move(
        kind,
        "award",
        k.ASSESSED,
        k.DECIDED,
        OFFICE,
        ("granted_fen",),
        ("round_closed", "reviewed_enough", "within_cap"),
    )
    yield Move(kind, "contract", k.DECIDED, k.CONTRACTED, OFFICE, (), ("objections_over", "plan_stands"))
    yield Move(kind, "start", k.CONTRACTED, k.DOING, OFFICE)
    yield Move(kind, "accept", k.DOING, k.ACCEPTED, OFFICE, (), ("milestones_done",))
    yield Move(kind, "review", k.ACCEPTED, k.REVIEWED, OFFICE, (), ("reported",))
    yield Move(kind, "back", k.OPEN, k.DRAFT, OFFICE)
    yield from _many(kind, "decline", "open assessed", k.DECLINED, OFFICE)
    yield from _many(kind, "withdraw", "draft open assessed decided", k.WITHDRAWN, PROPOSER)
    yield from _many(kind, "stop", "decided contracted doing", k.STOPPED, OFFICE)


def _cobuild() -> Iterator[Move]:
    kind = k.COBUILD
    yield Move(kind, "contract", k.DECIDED, k.CONTRACTED, HOST, ("agreement",), ("two_partners",))
    yield Move(kind, "start", k.CONTRACTED, k.DOING, HOST)
    yield Move(kind, "accept", k.DOING, k.ACCEPTED, HOST)
    yield Move(kind, "review", k.ACCEPTED, k.REVIEWED, HOST, (), ("met",))  # at the joint meeting
    yield from _many(kind, "stop", "decided contracted doing", k.STOPPED, HOST)


MOVES: Final[tuple[Move, ...]] = tuple(_moves())
_BY_EDGE: Final = {(move.kind, move.verb, move.source): move for move in MOVES}
VERBS: Final[tuple[str, ...]] = tuple(LABELS)


def move_of(kind: str, verb: str, stage: str) -> Move:
    """Return the edge of a verb from a stage; RuleBroken for one that is not in the table."""
    found = _BY_EDGE.get((kind, verb, stage))
    if found is None:
        raise RuleBroken("no_such_move", _("现在不能进行这一步，请刷新页面查看最新进展。"))
    return found


def moves_from(kind: str, stage: str) -> tuple[Move, ...]:
    """Return the moves a stage of a kind knows, in the order of the table."""
    return tuple(move for move in MOVES if move.kind == kind and move.source == stage)
