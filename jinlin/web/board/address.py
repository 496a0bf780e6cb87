"""What stands in a board's address: period, line, category, source and what the map shows; read, checked, written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.performance.queries import MAP_MEASURES, Filters, filter_query, read_filters

DEFAULT: Final = "open"


@dataclass(frozen=True)
class Address:
    """A board with its filters; `errors` hold what the asker wrote that means nothing, by field."""

    area: str
    filters: Filters
    by: str = DEFAULT
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """The pairs of the address, without what is as always."""
        return filter_query(self.filters) | ({"by": self.by} if self.by != DEFAULT else {})

    def url(self, page: str = "area", area: str = "", **changed: Any) -> str:
        """Return the same view of a page, an area or under one other filter."""
        query = replace(self, filters=replace(self.filters, **changed)).query
        return page_url(page, area or self.area, query)

    def by_url(self, measure: str) -> str:
        """Return the same view with another measure on the map."""
        return replace(self, by=measure).url()


def page_url(page: str, area: str, query: Mapping[str, str]) -> str:
    """Return the address of one of the board's pages."""
    found = reverse(f"board:{page}", args=[area])
    return f"{found}?{urlencode(query)}" if query else found


def read(area: str, asked: Mapping[str, str], *, ahead: bool = False) -> Address:
    """Read an address; what can't be read counts as not asked and is told in `errors`; `ahead` as in `read_filters`."""
    errors: dict[str, list[str]] = {}
    try:
        filters = read_filters(asked, ahead=ahead)
    except Invalid as error:
        errors, filters = dict(error.fields), Filters()
    by = asked.get("by", "") or DEFAULT
    if by not in {measure.code for measure in MAP_MEASURES}:
        errors["by"] = [_("地图没有这个指标，请重新选择。")]
        by = DEFAULT
    return Address(area, filters, by, errors)


def presets(address: Address) -> list[dict[str, Any]]:
    """Return the usual periods as links; the one in use is marked."""
    today = clock.today()
    first = today.replace(day=1)
    last = first - timedelta(days=1)
    periods: tuple[tuple[str, date | None, date | None], ...] = (
        (_("近 30 天"), None, None),
        (_("近 7 天"), today - timedelta(days=6), today),
        (_("本月"), first, today),
        (_("上月"), last.replace(day=1), last),
        (_("今年"), today.replace(month=1, day=1), today),
    )
    now = (address.filters.since, address.filters.until)
    return [
        {"label": label, "url": address.url(since=since, until=until), "current": (since, until) == now}
        for label, since, until in periods
    ]


def period_words(filters: Filters) -> str:
    """Return "10月25日至11月23日（30 天）" for the days a board counts."""
    today = clock.today()
    since, until = filters.since or today, min(filters.until or today, today)
    pattern = _("n月j日") if since.year == until.year == today.year else _("Y年n月j日")
    words = {
        "since": formats.date_format(since, pattern),
        "until": formats.date_format(until, pattern),
        "n": (until - since).days + 1,
    }
    return _("{since}至{until}（{n} 天）").format(**words)
