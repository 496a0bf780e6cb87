"""What a board is narrowed to: a period, a line, a category, a source. It lives in the address of the page."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from jinlin.cases.rules import words as w
from jinlin.cases.rules.standing import BLOCK
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.orgs import queries as orgs
from jinlin.performance.rules.cuts import CATEGORY, CHANNEL, LINE

DAYS: Final = 30  # of a board nobody gave a period
LONGEST_YEARS: Final = 10
Pairs = tuple[tuple[str, str], ...]

BLOCK_NAMES: Final[dict[str, str]] = {
    BLOCK[level]: name for level, name in w.LEVELS.items() if level in BLOCK
}


@dataclass(frozen=True)
class Filters:
    """Days are local and both inclusive; without them, the last thirty days."""

    since: date | None = None
    until: date | None = None
    line: str = ""  # of a department, or who has it in the block: "@grid" to "@city"
    category: str = ""  # branch or leaf
    channel: str = ""

    @property
    def bits(self) -> int:
        """The divisions the counters must have to answer this."""
        return CATEGORY * bool(self.category) | LINE * bool(self.line) | CHANNEL * bool(self.channel)


@dataclass(frozen=True)
class Period:
    """Days from and to, both inclusive."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.since).days + 1

    def months(self) -> Period:
        """Return the whole months it touches."""
        last = monthrange(self.until.year, self.until.month)[1]
        return Period(self.since.replace(day=1), self.until.replace(day=last))

    def a_year_before(self) -> Period:
        """Return the same days of the year before; the end of February stays the end of February."""
        return Period(_year_before(self.since), _year_before(self.until))


def _year_before(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    whole = day.day == monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, last if whole else min(day.day, last))


def period_of(filters: Filters) -> Period:
    """Return the period asked for, the last thirty days without one; what lies ahead can't be counted yet."""
    today = clock.today()
    until = min(filters.until or today, today)
    since = filters.since or until - timedelta(days=DAYS - 1)
    return Period(min(since, until), until)


def read_filters(query: Mapping[str, str], *, ahead: bool = False) -> Filters:
    """Read filters from an address; Invalid with a sentence for each value nobody could have chosen.

    `ahead`: the days may lie ahead, as those on which something falls due do.
    """
    errors: dict[str, list[str]] = {}
    since, until = _days(query, errors, ahead=ahead)
    known = {
        "line": {*orgs.line_names(), *BLOCK_NAMES},
        "category": set(orgs.categories().by_code),
        "source": set(w.CHANNELS),
    }
    found = {name: query.get(name, "").strip() for name in known}
    for name, value in found.items():
        if value and value not in known[name]:
            errors[name] = [_("没有这个选项，请从列表里选。")]
    if errors:
        raise Invalid(errors)
    return Filters(since, until, found["line"], found["category"], found["source"])


def _days(
    query: Mapping[str, str], errors: dict[str, list[str]], *, ahead: bool
) -> tuple[date | None, date | None]:
    today = clock.today()
    since, until = (_day(query.get(name, ""), name, errors) for name in ("from", "to"))
    if since and until and since > until:
        errors["to"] = [_("结束日期要在开始日期之后，请重新选。")]
    elif since and since > today and not ahead:
        errors["from"] = [_("开始日期还没到，请选今天或以前的日期。")]
    elif since and _years_after(since) < min(until or today, today):
        errors["from"] = [_("一次最多看十年，请缩短时段。")]
    return since, until


def _years_after(day: date) -> date:
    year = day.year + LONGEST_YEARS
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _day(text: str, name: str, errors: dict[str, list[str]]) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        errors[name] = [_("日期请写成 2026-03-10 这样。")]
        return None
    return day


def filter_query(filters: Filters) -> dict[str, str]:
    """Return filters as an address has them, without what is empty."""
    pairs = {
        "from": filters.since.isoformat() if filters.since else "",
        "to": filters.until.isoformat() if filters.until else "",
        "line": filters.line,
        "category": filters.category,
        "source": filters.channel,
    }
    return {name: value for name, value in pairs.items() if value}


def with_period(filters: Filters, period: Period) -> Filters:
    """Return filters with their period filled in."""
    return replace(filters, since=period.since, until=period.until)


def narrower(filters: Filters, column: str, code: str) -> Filters:
    """Return filters narrowed to a value of category, channel or line."""
    narrowed: dict[str, Any] = {column: code} if code else {}
    return replace(filters, **narrowed)


def leaves_of(category: str) -> tuple[str, ...]:
    """Return the codes a category stands for: a branch and all its leaves, open or closed."""
    return tuple(
        sorted(node.code for node in orgs.categories().nodes if category in (node.code, node.parent))
    )


def line_label(line: str) -> str:
    """Return what a line is called on a board."""
    if line in BLOCK_NAMES:
        return _(BLOCK_NAMES[line])
    found = orgs.line_names().get(line)
    return found.label if found else (line or _("未明确单位"))


def category_label(code: str) -> str:
    """Return what a category is called on a board."""
    return orgs.categories().label(code) if code else _("未定类别")


def channel_label(code: str) -> str:
    """Return what a source is called on a board."""
    return _(w.CHANNELS[code]) if code in w.CHANNELS else code


@dataclass(frozen=True)
class Options:
    """What may be chosen: values with their labels, categories in groups."""

    lines: Pairs
    categories: tuple[tuple[str, Pairs], ...]
    channels: Pairs


def filter_options() -> Options:
    """Return what may be chosen on a board (at most two queries)."""
    tree = orgs.categories()
    groups = tuple(
        (
            root.label,
            (
                (root.code, _("%(root)s（全部）") % {"root": root.label}),
                *((node.code, node.label) for node in tree.children(root.code)),
            ),
        )
        for root in tree.roots
    )
    block = tuple((code, _(name)) for code, name in reversed(BLOCK_NAMES.items()))
    lines = tuple((line.code, line.label) for line in orgs.line_names().values())
    return Options((*block, *lines), groups, tuple((code, _(name)) for code, name in w.CHANNELS.items()))
