"""Notes on replies before they are sent: codes for the handler to look at once more; never a score of the handler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

import numpy as np

from jinlin.cases.rules.deadlines.calendar import WorkCalendar
from jinlin.insight.replies import wording
from jinlin.insight.replies.relevance import relevance

DAYS: Final = 5  # working days for an ordinary appeal (domain.md 4, priority P3)
COPIED: Final = 3  # appeals to which the same text goes
WORTH_COPYING: Final = 15  # characters; a shorter text is the same by nature
FEWEST: Final = 20  # rows; with fewer, nobody can say what is off the subject
OFF_LINE: Final = ((20, 0.70), (45, 0.62), (80, 0.23), (150, 0.01), (300, 0.005), (600, 0.003))
"""(characters of the gist, share of other appeals that a reply may suit better): 95 % of the true replies of like length
pass it (bench/insight.py measures it again)."""

RECEIVED, OFF, PARTS = "received", "off_subject", "parts"
NO_FINDING, NO_ACTION, NO_DATE, NO_CONTACT = "no_finding", "no_action", "no_date", "no_contact"
LATE, MANY = "late", "copied"
CODES: Final = (RECEIVED, OFF, PARTS, NO_FINDING, NO_ACTION, NO_DATE, NO_CONTACT, LATE, MANY)


@dataclass(frozen=True)
class Note:
    """The codes for one reply, in the order of CODES, and how well it suits its appeal."""

    checks: tuple[str, ...]
    score: float


def of_words(appeal: str, reply: str) -> tuple[str, ...]:
    """Return the codes that one reply alone gives: received, parts, no_finding, no_action, no_date, no_contact."""
    if wording.is_receipt(reply):
        return (RECEIVED,)  # the rest goes without saying
    tests = (
        (PARTS, bool(wording.unanswered(appeal, reply))),
        (NO_FINDING, not wording.has_finding(reply)),
        (NO_ACTION, not wording.has_action(reply)),
        (NO_DATE, not wording.has_day(reply)),
        (NO_CONTACT, not wording.has_contact(reply)),
    )
    return tuple(code for code, holds in tests if holds)


def notes(
    appeals: Sequence[str],
    replies: Sequence[str],
    asked: Sequence[datetime],
    answered: Sequence[datetime | None],
    days: int = DAYS,
    show: Callable[[int, int], None] | None = None,
) -> list[Note]:
    """Return a note for every pair of one file; `days` working days were promised from the day after the appeal."""
    gists = [wording.gist(each) for each in replies]
    found = relevance([wording.plain(each) for each in appeals], gists, show)
    sent = Counter({text: len(to) for text, to in _receivers(gists, appeals).items()})
    made = []
    for row, (appeal, reply, text) in enumerate(zip(appeals, replies, gists, strict=True)):
        codes = {*of_words(appeal, reply)}
        if RECEIVED not in codes and is_off(len(text), float(found.better[row]), len(appeals)):
            codes.add(OFF)
        at = answered[row]
        if at is not None and is_late(asked[row].date(), at.date(), days):
            codes.add(LATE)
        if len(text) >= WORTH_COPYING and sent[text] >= COPIED:
            codes.add(MANY)
        score = float(found.score[row]) if text else float(found.score.min())
        made.append(Note(tuple(code for code in CODES if code in codes), score))
    return made


def is_off(length: int, better: float, rows: int) -> bool:
    """Say whether a reply suits more of the other appeals better than 95 % of true replies of its length do."""
    sizes, lines = zip(*OFF_LINE, strict=True)
    return rows >= FEWEST and better > float(np.interp(length, sizes, lines))


def is_late(asked: date, answered: date, days: int) -> bool:
    """Say whether more than `days` working days lie between the day of the appeal (not counted) and the reply."""
    if (answered - asked).days <= days:
        return False
    return answered > _last_day(asked, days)


@cache
def _last_day(asked: date, days: int) -> date:
    day, left = asked, days
    while left > 0:
        day += timedelta(days=1)
        left -= _works().is_workday(day)
    return day


@cache
def _works() -> WorkCalendar:
    return WorkCalendar()


def _receivers(gists: Sequence[str], appeals: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text, appeal in zip(gists, appeals, strict=True):
        found.setdefault(text, set()).add(appeal)
    return found
