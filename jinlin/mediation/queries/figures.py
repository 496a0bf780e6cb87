"""How many disputes were settled, by area and by kind: the only thing of sealed files that leaves this room.

A figure covers a calendar year up to its last full month; it is a whole ten or nothing (`rules.floors`). Areas and
kinds are two tables of one total and are never crossed; there is no list behind a figure and no other way to ask.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Count
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.mediation.models import Mediation
from jinlin.mediation.rules import words as w
from jinlin.mediation.rules.floors import FLOOR, cut, shown_parts
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of

CITY, COUNTY = 2, 3


@dataclass(frozen=True)
class Settled:
    """A figure of one area or kind: `at_least` is a whole ten, None where there are too few to tell (or none)."""

    code: str
    name: str
    year: int
    through: date  # the last day counted
    at_least: int | None

    @property
    def words(self) -> str:
        """The figure as people say it: 50 余件, or that there are too few to tell."""
        if self.at_least is None:
            return _("不足 %(n)d 件，不显示") % {"n": FLOOR}
        return _("%(n)d 余件") % {"n": self.at_least}


@dataclass
class _Tree:
    """The settled disputes of one city in one year: how many in each area, and which areas lie below which."""

    total: Counter[str] = field(default_factory=Counter)
    below: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, chain: tuple[str, ...], n: int) -> None:
        """Count `n` in a city and each area inside it that is known."""
        for upper, lower in zip(("", *chain), chain, strict=False):
            self.total[lower] += n
            if upper:
                self.below[upper].add(lower)

    def told(self, chain: tuple[str, ...]) -> bool:
        """Tell whether the last area of a chain may be told: every one above it is, and it is no small rest."""
        if self.total[chain[0]] < FLOOR:
            return False
        for upper, lower in pairwise(chain):
            parts = {code: self.total[code] for code in self.below[upper]}
            if lower not in shown_parts(parts, self.total[upper]):
                return False
        return True


def _chain(area: str) -> tuple[str, ...]:
    """Return an area with those above it, the city first."""
    level = level_of(area)
    return tuple(
        area[:width].ljust(12, "0") for at, width in ((2, 4), (3, 6), (4, 9), (5, 12)) if at <= level
    )


def _end(year: int) -> date:
    """Return the last day counted: of the year, or of the last full month; None of it yet is the day before."""
    return min(clock.today().replace(day=1), date(year + 1, 1, 1)) - timedelta(days=1)


def _tree(city: str, year: int) -> _Tree:
    """Count the agreements of a year in a city (one query)."""
    head = city[:4]
    rows = (
        Mediation.unscoped.filter(
            county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0")
        )
        .filter(agreed_on__gte=date(year, 1, 1), agreed_on__lte=_end(year))
        .values_list("county", "town", "village")
        .annotate(n=Count("id"))
        .order_by()
    )
    found = _Tree()
    for county, town, village, n in rows:
        found.add((city, *(code for code in (county, town, village) if code)), n)
    return found


def _check(area: str, year: int) -> None:
    if not is_region_code(area) or level_of(area) < CITY:
        raise Invalid({"area": [_("请选择市、县（市、区）、乡镇（街道）或社区（村）。")]})
    if not 2000 <= year <= clock.today().year:
        raise Invalid({"year": [_("请选择一个已经开始的年份。")]})


def _figure(code: str, name: str, year: int, number: int) -> Settled:
    return Settled(code, name, year, _end(year), cut(number))


def settled(area: str, year: int) -> Settled:
    """Return how many disputes were settled by agreement in an area in a year (one query besides its name)."""
    _check(area, year)
    chain = _chain(area)
    tree = _tree(chain[0], year)
    number = tree.total[area] if tree.told(chain) else 0
    return _figure(area, places.area_name(area), year, number)


def settled_below(area: str, year: int) -> tuple[Settled, ...]:
    """Return the areas directly below that may be told, the largest first; () where none may."""
    _check(area, year)
    chain = _chain(area)
    tree = _tree(chain[0], year)
    codes = [code for code in sorted(tree.below[area]) if tree.told((*chain, code))]
    names = places.area_names(codes)
    rows = [_figure(code, names.get(code, code), year, tree.total[code]) for code in codes]
    return tuple(sorted(rows, key=lambda row: (-(row.at_least or 0), row.code)))


def settled_by_kind(county: str, year: int) -> tuple[Settled, ...]:
    """Return the kinds of dispute of a county that may be told, the largest first.

    For counties only: kinds at two levels could be subtracted from each other.
    """
    _check(county, year)
    if level_of(county) != COUNTY:
        raise Invalid({"area": [_("纠纷类型只按县（市、区）统计。")]})
    chain = _chain(county)
    if not _tree(chain[0], year).told(chain):
        return ()
    rows = Mediation.unscoped.filter(
        county=county, agreed_on__gte=date(year, 1, 1), agreed_on__lte=_end(year)
    )
    parts = dict(rows.values_list("kind").annotate(n=Count("id")).order_by())
    kept = sorted(shown_parts(parts, sum(parts.values())), key=lambda kind: (-parts[kind], kind))
    return tuple(_figure(kind, _(w.KINDS[kind]), year, parts[kind]) for kind in kept)
