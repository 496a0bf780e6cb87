"""What a board is made of: counts with the lists behind them, figures with numerator, denominator and n."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from jinlin.performance.queries.filters import Filters
from jinlin.performance.queries.scope import Area, Told

Drill = dict[str, str]


@dataclass(frozen=True)
class Counted:
    """A number and where the cases behind it stand: a list of the desk, or the board's own page (with "of")."""

    value: Told
    drill: Drill | None = None


@dataclass(frozen=True)
class Figure:
    """An indicator of an area and a period; `value` is null without data and below ten (`too_few`)."""

    code: str
    name: str
    group: str
    unit: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Told
    n: Told
    no_answer_share: Decimal | None
    too_few: bool
    no_data: bool
    direction: str
    target: Decimal | None
    formula: str
    drill: Drill | None = None  # the cases that keep it from being better, where a list holds exactly these
    behind: Drill | None = None  # every case it is made of

    @property
    def words(self) -> str:
        """The figure as it is written: "93.72%", "2.5 天", or why there is none."""
        if self.no_data:
            return _("暂无数据")
        if self.value is None:
            return _("样本不足")
        return f"{self.value:f}{'' if self.unit == '%' else ' '}{self.unit}"


@dataclass(frozen=True)
class Waiting:
    """How many open cases wait somewhere: at a line, or in a state."""

    code: str
    label: str
    open: Counted


@dataclass(frozen=True)
class Now:
    """What is open this minute."""

    open: Counted
    due_today: Counted
    overdue: Counted
    coming: tuple[tuple[date, Counted], ...]  # what is due on each of the next days, today first
    waiting: tuple[Waiting, ...]  # for whom, most first; what is checked waits for the checker
    states: tuple[Waiting, ...]


@dataclass(frozen=True)
class Flow:
    """What happened in the period."""

    reported: Counted
    opened: Counted
    closed: Counted
    dispatched: Counted
    returned: Counted
    reworked: Counted
    reopened: Counted
    extended: Counted
    suspended: Counted
    ledgered: Counted
    beyond: Counted
    self_handled: Counted
    direct: Counted
    joined: Counted
    exits: tuple[Waiting, ...]  # not accepted, by the six triage exits
    ends: tuple[Waiting, ...]  # closed, by how it ended


@dataclass(frozen=True)
class Stage:
    """One stage of the loop: what should be done in the period, what was, how much late; how many wait now."""

    stage: str
    label: str
    should: Told
    done: Told
    in_time: Told
    late: Told
    waiting: Told
    drills: dict[str, Drill | None] = field(default_factory=dict)  # by the name of the number


@dataclass(frozen=True)
class Point:
    """A day, week (its Monday) or month (its first) of a trend."""

    day: date
    counts: dict[str, Told]
    drills: dict[str, Drill | None] = field(default_factory=dict)  # by the name of the number


@dataclass(frozen=True)
class Trend:
    """How it went over the period."""

    step: str  # day, week, month
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Share:
    """A part of a mix."""

    code: str
    label: str
    count: Counted
    share: Decimal | None


@dataclass(frozen=True)
class Child:
    """An area below, with what is open and the figures that were asked for."""

    code: str
    name: str
    open: Counted
    due_today: Counted
    overdue: Counted
    reported: Counted
    closed: Counted
    figures: tuple[Figure, ...]

    def figure(self, code: str) -> Figure:
        """Return one of its figures; KeyError for an unknown one."""
        return next(one for one in self.figures if one.code == code)


@dataclass(frozen=True)
class MapArea:
    """An area below as a map shows it: one count, or one figure."""

    code: str
    name: str
    count: Told
    figure: Figure | None


@dataclass(frozen=True)
class Composite:
    """A published composite over the figures of an area; `parts` are (indicator, weight in per cent, value)."""

    code: str
    name: str
    version: int
    source: str
    value: Decimal | None
    parts: tuple[tuple[str, Decimal, Decimal | None], ...]


@dataclass(frozen=True)
class Board:
    """Everything a page about an area shows."""

    area: Area
    trail: tuple[Area, ...]
    filters: Filters  # as used: period filled in, a department's own line set
    locked_line: bool
    widened: bool  # the period was widened to whole months, because such a division is kept by month
    masked: bool
    may_drill: bool
    now: Now
    flow: Flow
    figures: tuple[Figure, ...]
    last_year: tuple[Figure, ...]
    composites: tuple[Composite, ...]
    funnel: tuple[Stage, ...]
    trend: Trend
    mix_filters: Filters  # of the two mixes: their period is whole months where days aren't kept so finely
    categories: tuple[Share, ...]
    channels: tuple[Share, ...]
    below_filters: Filters  # of the areas below, likewise
    children: tuple[Child, ...]
    rest: Child | None  # what lies in none of them

    def figure(self, code: str) -> Figure:
        """Return one figure; StopIteration for an unknown one."""
        return next(one for one in self.figures if one.code == code)
