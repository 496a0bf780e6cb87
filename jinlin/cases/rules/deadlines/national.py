"""The days of China, 1949 to 2149: which are worked, and why a day differs from the plain week.

Source of holidays and make-up working days: the yearly notices of the General Office of the State Council, as the
package `chinesecalendar` carries them (2004 to the newest published year). Outside those years a plain week is assumed:
Monday to Friday are worked. A table is built once per set of local days and shared; every question is then an array look-up.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate, compress
from typing import Final, Literal

from chinese_calendar import constants

from jinlin.kernel.errors import gettext_noop as _

FIRST: Final = date(1949, 1, 1)
LAST: Final = date(2149, 12, 31)
BASE: Final = FIRST.toordinal()  # a day is its offset from FIRST everywhere in this package
SIZE: Final = LAST.toordinal() - BASE + 1

PUBLISHED: Final = range(min(constants.holidays).year, max(constants.holidays).year + 1)
"""Years whose holidays the State Council has announced and this installation knows."""

Why = Literal["start", "counted", "make_up", "local_work", "weekend", "holiday", "local_off", "paused"]
# Kinds of day in the tables; the order is used by _WORKED below.
PLAIN, WEEKEND, HOLIDAY, MAKE_UP, LOCAL_OFF, LOCAL_WORK = range(6)
KINDS: Final[tuple[Why, ...]] = ("counted", "weekend", "holiday", "make_up", "local_off", "local_work")
_WORKED: Final = bytes((1, 0, 0, 1, 0, 1)) + bytes(250)

NAMES: Final[Mapping[str, str]] = {
    "New Year's Day": _("元旦"),
    "Spring Festival": _("春节"),
    "Tomb-sweeping Day": _("清明节"),
    "Labour Day": _("劳动节"),
    "Dragon Boat Festival": _("端午节"),
    "National Day": _("国庆节"),
    "Mid-autumn Festival": _("中秋节"),
    "Anti-Fascist 70th Day": _("抗战胜利七十周年纪念日"),
}


def offset(day: date) -> int:
    """Return the place of a day in the tables; ValueError outside 1949 to 2149."""
    found = day.toordinal() - BASE
    if not 0 <= found < SIZE:
        raise ValueError("a day outside 1949 to 2149")
    return found


@lru_cache(maxsize=1)
def _national() -> bytes:
    """Return the kind of every day by the national calendar."""
    monday = -FIRST.weekday() % 7
    week = bytes((PLAIN,) * 5 + (WEEKEND,) * 2)
    kinds = bytearray((week * (SIZE // 7 + 2))[7 - monday : 7 - monday + SIZE])
    for day in constants.holidays:
        kinds[offset(day)] = HOLIDAY
    for day in constants.workdays:
        kinds[offset(day)] = MAKE_UP
    for (
        day
    ) in constants.holidays:  # a Saturday between two days of one holiday belongs to it (2011, 2012, 2015)
        at = offset(day)
        if kinds[at + 1] == WEEKEND and kinds[at + 2] == HOLIDAY:
            kinds[at + 1] = HOLIDAY
    return bytes(kinds)


def holiday_names(first: int, last: int) -> tuple[str, ...]:
    """Return the names of the holidays from one offset to another, each once, in order, in Chinese."""
    found: dict[str, None] = {}
    for at in range(first, last + 1):
        day = date.fromordinal(at + BASE)
        name = constants.holidays.get(day) or constants.workdays.get(day)
        if name:
            found[NAMES.get(name, name)] = None
    return tuple(found)


class Days:
    """Working days as arrays over offsets: `works` 0 or 1, `before` how many lie before, `nth` where the n-th lies."""

    def __init__(self, local: frozenset[tuple[date, bool]]) -> None:
        kinds = bytearray(_national())
        for day, is_workday in local:
            at = day.toordinal() - BASE
            if not 0 <= at < SIZE:
                continue  # no period reaches it, so it must not stop a county's clocks
            if bool(_WORKED[kinds[at]]) != is_workday:
                kinds[at] = LOCAL_WORK if is_workday else LOCAL_OFF
        self.kinds = bytes(kinds)
        self.works = self.kinds.translate(_WORKED)
        self.before = array("l", accumulate(self.works, initial=0))
        self.nth = array("l", compress(range(SIZE), self.works))

    @cached_property
    def changes(self) -> array[int]:
        """Return the offsets at which a stretch of days of one kind begins."""
        kinds = self.kinds
        return array("l", (at for at in range(SIZE) if not at or kinds[at] != kinds[at - 1]))


@lru_cache(maxsize=256)
def days_with(local: frozenset[tuple[date, bool]]) -> Days:
    """Return the shared table for a set of local days (a county that has none shares the national one)."""
    return Days(local)
