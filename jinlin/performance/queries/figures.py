"""Indicators over sums of counters, as a viewer may be told them; the published composites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.performance.models import Weight, WeightSet
from jinlin.performance.queries.scope import Teller
from jinlin.performance.queries.shapes import Composite, Figure
from jinlin.performance.rules.indicators import (
    AGE,
    INDICATORS,
    NUMBER,
    PEOPLE,
    Indicator,
    composite,
    computed,
    is_silence_few,
    tells_few,
)


def figures_of(
    sums: Mapping[str, int], tell: Teller, *, only: Iterable[str] | None = None
) -> tuple[Figure, ...]:
    """Return every indicator over these sums in its own order, or only those named."""
    wanted, today = None if only is None else frozenset(only), clock.today().toordinal()
    return tuple(
        _figure(indicator, sums, tell, today)
        for indicator in INDICATORS
        if wanted is None or indicator.code in wanted
    )


def _figure(indicator: Indicator, sums: Mapping[str, int], tell: Teller, today: int) -> Figure:
    result = computed(indicator, sums, today=today)
    told = tell.count(result.n)
    numerator = result.numerator if indicator.kind != AGE or result.n else Decimal(0)
    if tell.masked:
        rounded = tell.count(int(numerator))
        numerator_told = None if rounded is None else Decimal(rounded)
    else:
        numerator_told = numerator
    value = None if tell.masked and tells_few(indicator, sums) else _value(indicator, result.value, tell)
    silence = None if tell.masked and is_silence_few(indicator, sums) else tell.rate(result.no_answer_share)
    return Figure(
        code=indicator.code,
        name=_(indicator.name),
        group=indicator.group,
        unit=_(indicator.unit) if indicator.unit else "",
        value=value,
        numerator=numerator_told,
        denominator=tell.count(result.denominator),
        n=told,
        no_answer_share=silence,
        too_few=result.too_few or (result.value is not None and value is None),
        no_data=result.no_data,
        direction=indicator.direction,
        target=indicator.target,
        formula=_(indicator.formula),
    )


def _value(indicator: Indicator, value: Decimal | None, tell: Teller) -> Decimal | None:
    """Return a value as it may be told; a plain number of cases or people is told like any other count."""
    if value is None or indicator.kind not in (NUMBER, PEOPLE) or not tell.masked:
        return tell.rate(value)
    told = tell.count(int(value))
    return None if told is None else Decimal(told)


def weight_sets() -> list[WeightSet]:
    """Return every published composite with its weights, the current ones first, then newest first (two queries)."""
    rows = WeightSet.objects.prefetch_related(
        Prefetch("parts", queryset=Weight.objects.order_by("-thousandths", "indicator"))
    )
    return sorted(rows, key=lambda row: (row.valid_to is not None, row.code, -row.version))


def composites_of(figures: Iterable[Figure]) -> tuple[Composite, ...]:
    """Return the composites published today over these figures; none unless a deployer defined one."""
    values = {one.code: one.value for one in figures}
    names = {one.code: one.name for one in figures}
    found = []
    for row in weight_sets():
        if row.valid_to is not None:
            continue
        weights = {part.indicator: part.thousandths for part in row.parts.all()}
        parts = tuple((names[code], Decimal(n) / 10, values[code]) for code, n in weights.items())
        found.append(
            Composite(row.code, row.name, row.version, row.source, composite(weights, values), parts)
        )
    return tuple(found)
