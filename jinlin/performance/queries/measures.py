"""What a map of areas can be coloured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext_noop as _
from jinlin.performance.queries.shapes import Child
from jinlin.performance.rules.indicators import DOWN, INDICATORS


@dataclass(frozen=True)
class MapMeasure:
    """A number each area below has; `of` reads it (None: too few, or nothing to count)."""

    code: str
    label: str  # to be translated
    is_count: bool
    direction: str

    def of(self, child: Child) -> float | None:
        """Return the number of an area."""
        if self.is_count:
            value: int | None = getattr(child, self.code).value
            return value
        figure = child.figure(self.code)
        return None if figure.value is None else float(figure.value)


MAP_MEASURES: Final[tuple[MapMeasure, ...]] = (
    MapMeasure("open", _("在办"), True, ""),
    MapMeasure("overdue", _("超时"), True, DOWN),
    MapMeasure("due_today", _("今天到期"), True, ""),
    MapMeasure("reported", _("反映的事"), True, ""),
    MapMeasure("closed", _("结案"), True, ""),
    *(MapMeasure(one.code, one.name, False, one.direction) for one in INDICATORS if not one.is_given),
)
