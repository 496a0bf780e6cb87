"""Which state may follow which, as frozen tables: read by actions, buttons and tests alike."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import RuleBroken
from jinlin.kernel.errors import gettext_noop as _

Table = dict[str, frozenset[str]]

BOOKING: Final[Table] = {
    "requested": frozenset({"confirmed", "denied", "cancelled"}),
    "confirmed": frozenset({"cancelled"}),
    "denied": frozenset(),
    "cancelled": frozenset(),
}
GATHERING: Final[Table] = {
    "planned": frozenset({"open", "held", "cancelled"}),
    "open": frozenset({"held", "cancelled"}),
    "held": frozenset(),
    "cancelled": frozenset(),
}
SEAT: Final[Table] = {
    "signed": frozenset({"in", "no_show", "withdrawn"}),
    "waiting": frozenset({"signed", "in", "withdrawn"}),
    "in": frozenset({"out", "signed"}),  # back to signed: the host tapped the wrong name
    "out": frozenset({"in"}),
    "no_show": frozenset({"in"}),
    "withdrawn": frozenset(),
}
OFFER: Final[Table] = {
    "waiting": frozenset({"open", "refused", "withdrawn", "expired"}),
    "open": frozenset({"matched", "done", "expired", "withdrawn"}),
    "matched": frozenset({"open", "done", "expired"}),
    "done": frozenset(),
    "expired": frozenset(),
    "withdrawn": frozenset(),
    "refused": frozenset(),
}
MATCH: Final[Table] = {
    "agreed": frozenset({"done", "confirmed", "dropped"}),
    "done": frozenset({"confirmed", "agreed"}),
    "confirmed": frozenset(),
    "dropped": frozenset(),
}
HOLDS_SEAT: Final[frozenset[str]] = frozenset({"signed", "in", "out", "no_show"})
CAME: Final[frozenset[str]] = frozenset({"in", "out"})
LIVE_MATCH: Final[frozenset[str]] = frozenset({"agreed", "done", "confirmed"})


def require(table: Table, before: str, after: str) -> None:
    """Refuse a step that the table doesn't have; RuleBroken names it."""
    if after not in table.get(before, frozenset()):
        raise RuleBroken(
            "wrong_state", _("现在的状态不能这样办，请刷新页面看最新情况。"), before=before, after=after
        )
