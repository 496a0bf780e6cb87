"""Which tone a state has: waiting for somebody, in work, ended, standing still; only overdue is ever red."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import words as w

TONES: Final[dict[str, str]] = {
    w.SUBMITTED: "wait",
    w.REOPENED: "wait",
    w.OBJECTED: "wait",
    w.REWORK: "wait",
    w.CLOSED: "done",
    w.SUSPENDED: "none",
    w.LEDGERED: "none",
}


def tone_of(state: str) -> str:
    """Return the tone of a state for `ui_badge`."""
    return TONES.get(state, "action")
