"""Due times on the Chinese working calendar: a start, an amount and a unit give a moment and its working.

Units: clock hours run through; working hours run inside office hours only; working days end at the close of office
hours of the last counted day and the day of the start is not counted; calendar days that end on a day off end on the
next working day (Civil Code 201, 203). Public holidays and make-up working days (调休) come from `chinesecalendar`,
local days and office hours from data. Callers use what stands in `__all__`; docs/adr/0004-clocks.md has the rules.
"""

from jinlin.cases.rules.deadlines.calendar import CHINA, DEFAULT, Spans, WorkCalendar
from jinlin.cases.rules.deadlines.counting import (
    DAY_UNITS,
    LONGEST,
    MAX_AMOUNT,
    UNITS,
    Due,
    Pause,
    Unit,
    advance,
    due_after,
    due_at,
    left,
    remaining,
)
from jinlin.cases.rules.deadlines.national import FIRST, LAST, PUBLISHED
from jinlin.cases.rules.deadlines.wording import plain, sentence
from jinlin.cases.rules.deadlines.working import Piece, Run, Working, explain

__all__ = [
    "CHINA",
    "DAY_UNITS",
    "DEFAULT",
    "FIRST",
    "LAST",
    "LONGEST",
    "MAX_AMOUNT",
    "PUBLISHED",
    "UNITS",
    "Due",
    "Pause",
    "Piece",
    "Run",
    "Spans",
    "Unit",
    "WorkCalendar",
    "Working",
    "advance",
    "due_after",
    "due_at",
    "explain",
    "left",
    "plain",
    "remaining",
    "sentence",
]
