"""The formula page: every indicator in words a resident can check, made from the terms that compute it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from jinlin.performance.models import WeightSet
from jinlin.performance.queries.figures import weight_sets
from jinlin.performance.queries.given import GIVES
from jinlin.performance.rules.indicators import (
    BY_CODE,
    GROUPS,
    INDICATORS,
    MEDIAN,
    NEITHER,
    PEOPLE,
    UP,
    Indicator,
    Terms,
)
from jinlin.performance.rules.named import spelled


@dataclass(frozen=True)
class Formula:
    """One indicator as the formula page tells it."""

    code: str
    name: str
    group: str
    meaning: str
    numerator: str
    denominator: str
    better: str
    unit: str
    source: str
    has_data: bool


@dataclass(frozen=True)
class Published:
    """A composite as the formula page tells it, with every version it ever had."""

    name: str
    code: str
    version: int
    source: str
    since: str
    until: str  # "" while it holds
    parts: tuple[tuple[str, Decimal], ...]  # indicator, weight in per cent


def formulas() -> tuple[tuple[str, tuple[Formula, ...]], ...]:
    """Return every indicator in its group, in the reader's language; anybody may read them (no query)."""
    return tuple(
        (_(name), tuple(_formula(one) for one in INDICATORS if one.group == group))
        for group, name in GROUPS.items()
    )


def _formula(indicator: Indicator) -> Formula:
    middle = indicator.kind == MEDIAN
    return Formula(
        code=indicator.code,
        name=_(indicator.name),
        group=_(GROUPS[indicator.group]),
        meaning=_(indicator.formula),
        numerator=_("把各件的时间从短到长排好，取正中间的那一件")
        if middle
        else _spelled(indicator.numerator),
        denominator="" if middle or indicator.kind == PEOPLE else _spelled(indicator.denominator),
        better=_better(indicator.direction),
        unit=_(indicator.unit) if indicator.unit else "",
        source=indicator.source,
        has_data=not indicator.is_given or indicator.code in GIVES,
    )


def _better(direction: str) -> str:
    if direction == NEITHER:
        return ""
    return _("越高越好") if direction == UP else _("越低越好")


def _spelled(terms: Terms) -> str:
    """Return terms as a line of words: "解决了 + 0.5 × 解决了一部分"."""
    parts = [
        f"{sign} {factor}{''.join(_(word) for word in words)}".strip()
        for sign, factor, words in spelled(terms)
    ]
    return " ".join(parts)


def published_weights() -> tuple[Published, ...]:
    """Return every composite ever published, the current ones first; none by default (two queries)."""
    return tuple(_published(row) for row in weight_sets())


def _published(row: WeightSet) -> Published:
    parts = tuple(
        (_(BY_CODE[part.indicator].name), Decimal(part.thousandths) / 10) for part in row.parts.all()
    )
    return Published(
        name=row.name,
        code=row.code,
        version=row.version,
        source=row.source,
        since=row.valid_from.isoformat(),
        until=row.valid_to.isoformat() if row.valid_to else "",
        parts=parts,
    )
