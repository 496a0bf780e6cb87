"""What a map of areas can be coloured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext_noop as _
from jinlin.performance.queries.reading import LATE, TODAY
from jinlin.performance.rules.indicators import AGE, DOWN, INDICATORS, Indicator


@dataclass(frozen=True)
class MapMeasure:
    """A number each area below has, and the counters it is made of: of what happened, of what is open."""

    code: str
    label: str  # to be translated
    is_count: bool
    direction: str
    flows: tuple[str, ...] = ()
    still: tuple[str, ...] = ()


def _parts(one: Indicator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    measures = tuple(sorted(one.measures))
    return ((), measures) if one.kind == AGE else (measures, ())


MAP_MEASURES: Final[tuple[MapMeasure, ...]] = (
    MapMeasure("open", _("在办"), True, "", still=("n",)),
    MapMeasure("overdue", _("超时"), True, DOWN, still=(LATE,)),
    MapMeasure("due_today", _("今天到期"), True, "", still=(TODAY,)),
    MapMeasure("reported", _("反映的事"), True, "", ("reported",)),
    MapMeasure("closed", _("结案"), True, "", ("ended",)),
    *(
        MapMeasure(one.code, one.name, False, one.direction, *_parts(one))
        for one in INDICATORS
        if not one.is_given
    ),
)
