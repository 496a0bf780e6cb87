"""Money of a venture or a works project in whole fen: what may be planned, granted and paid.

Money moves elsewhere; these rules say what may be recorded (design/participation.md 7.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext_noop as _

SHARES: Final = (60, 30, 10)  # per cent of the grant per instalment [D], the seed of a new plan
FEN: Final = 100
MOST_FEN: Final = 10**12  # ten thousand million yuan: more is a slip of the finger


@dataclass(frozen=True)
class Instalment:
    """One planned payment: what is granted for it, what was paid of it, whether somebody else accepted its evidence."""

    planned: int
    paid: int = 0
    accepted: bool = False


def split(granted: int, shares: Sequence[int] = SHARES) -> tuple[int, ...]:
    """Return a grant cut into instalments that add up to it to the fen; the last takes what rounding leaves."""
    parts = [granted * share // sum(shares) for share in shares]
    return (*parts[:-1], granted - sum(parts[:-1]))


def wrong_with_plan(granted: int, plan: Sequence[Instalment]) -> str:
    """Return why a plan can't stand, "" when it can: no negative sums, adds up, nothing below what was paid."""
    if not plan:
        return _("请至少写一期。")
    if granted < 0 or any(one.planned < 0 or one.paid < 0 for one in plan):
        return _("金额不能是负数。")
    if sum(one.planned for one in plan) != granted:
        return _("各期金额相加应等于资助总额。")
    if any(one.paid > one.planned for one in plan):
        return _("已经付出的不能改少。")
    return ""


def wrong_with_payment(granted: int, plan: Sequence[Instalment], at: int, amount: int) -> str:
    """Return why a payment of the instalment at an index can't be recorded, "" when it can."""
    one = plan[at]
    if amount <= 0:
        return _("金额要大于零。")
    if not one.accepted:
        return _("这一期的成果还没有由另一位同志验收，不能付款。")
    if one.paid + amount > one.planned:
        return _("超过了这一期的金额。")
    if sum(part.paid for part in plan) + amount > granted:
        return _("超过了资助总额。")
    return ""


def yuan(fen: int) -> str:
    """Return an amount as people read it, like "12,345.60"."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN:,}.{abs(fen) % FEN:02d}"
