"""Rows for the manage pages: paged, filtered, a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from jinlin.kernel import clock
from jinlin.orgs import rules
from jinlin.orgs.models import CatalogueEntry, DutyItem, Organisation

T = TypeVar("T")
PAGE = 50
PAGE_MOST = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list with what the pager needs."""

    rows: tuple[T, ...]
    number: int
    pages: int
    total: int


def page_of(rows: QuerySet[Any], number: int, size: int) -> Page[Any]:
    """Cut a page out of a queryset; numbers outside are pulled to the nearest page (two queries)."""
    size = max(1, min(size, PAGE_MOST))
    total = rows.count()
    pages = max(1, -(-total // size))
    number = max(1, min(number, pages))
    return Page(tuple(rows[(number - 1) * size : number * size]), number, pages, total)


def organisation_page(
    *,
    region_code: str = "",
    text: str = "",
    kind: str = "",
    line: str = "",
    number: int = 1,
    size: int = PAGE,
) -> Page[Organisation]:
    """Return standing organisations within a region, county bodies before town before village."""
    rows = Organisation.objects.on(clock.today())
    if region_code:
        low, high = rules.code_range(region_code)
        rows = rows.filter(region_code__gte=low, region_code__lt=high)
    if text := text.strip():
        rows = rows.filter(Q(name__icontains=text) | Q(code__icontains=text))
    if kind:
        rows = rows.filter(kind=kind)
    if line:
        rows = rows.filter(line=line)
    return page_of(rows.order_by("level", "region_code", "code"), number, size)


def catalogue_page(
    *,
    category: str = "",
    region_code: str | None = None,
    on: date | None = None,
    number: int = 1,
    size: int = PAGE,
) -> Page[CatalogueEntry]:
    """Return catalogue rows holding on a day or later, in tree order, the general ones before the local ones.

    `region_code` None shows all, a code shows what holds there ("" everywhere and every region above).
    """
    rows = _dated(CatalogueEntry.objects.select_related("category"), category, region_code, on)
    return page_of(
        rows.order_by("category__position", "category__code", "region_code", "valid_from"), number, size
    )


def duty_page(
    *,
    category: str = "",
    region_code: str | None = None,
    level: int | None = None,
    kind: str = "",
    on: date | None = None,
    number: int = 1,
) -> Page[DutyItem]:
    """Return duty items holding on a day or later, in tree order; filters as in `catalogue_page`."""
    rows = _dated(DutyItem.objects.select_related("category"), category, region_code, on)
    if level:
        rows = rows.filter(level=level)
    if kind:
        rows = rows.filter(kind=kind)
    order = ("category__position", "category__code", "level", "region_code", "valid_from")
    return page_of(rows.order_by(*order), number, PAGE)


def _dated(rows: QuerySet[Any], category: str, region_code: str | None, on: date | None) -> QuerySet[Any]:
    day = on or clock.today()
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    if category:
        rows = rows.filter(Q(category__code=category) | Q(category__parent__code=category))
    if region_code is not None:
        rows = rows.filter(region_code__in=("", *rules.chain(region_code)))
    return rows


def organisation_kinds() -> list[tuple[str, str]]:
    """Return the kinds of organisation with their names, for a picker."""
    return [(value, str(label)) for value, label in Organisation.Kind.choices]


def duty_kinds() -> list[tuple[str, str]]:
    """Return the three duty lists with their names, for a picker."""
    return [(value, str(label)) for value, label in DutyItem.Kind.choices]
