"""The words of the living circle: statuses, tiers, ways of walking, distances as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from jinlin.circle.rules.words import NEEDS, STATUS_NAMES, TIER_NAMES
from jinlin.kernel.errors import gettext_noop

TONES: Final = {"covered": "done", "not_covered": "wait", "estimated_not_covered": "wait"}
FAILED: Final[Mapping[str, str]] = {
    "time": gettext_noop("时间超了"),
    "distance": gettext_noop("距离超了"),
    "both": gettext_noop("时间和距离都超了"),
}
DETOUR_ALARM: Final = 2


def status(code: str) -> str:
    """Return a status in words."""
    return _(STATUS_NAMES.get(code, code))


def tier(code: str) -> str:
    """Return a tier in words; one we don't know is shown as it is."""
    return _(TIER_NAMES.get(code, code))


def metres(value: float | None) -> str:
    """Return "250 米" or "1.2 公里"; nothing for what lies beyond the search."""
    if value is None:
        return _("找不到")
    if value < 995:
        return _("{n} 米").format(n=int(value + 0.5))
    return _("{n} 公里").format(n=f"{value / 1000:.1f}")


def minutes(value: float | None) -> str:
    """Return whole minutes as a walker counts them: started minutes are walked too."""
    if value is None:
        return _("走不到")
    return _("{n} 分钟").format(n=max(1, -int(-value // 1)))


def ratio(value: Any) -> str:
    """Return a detour ratio with one digit after the point."""
    if value is None:
        return "–"
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def percent(value: Any) -> str:
    """Return a rate with its sign, a dash where it can't be told."""
    return "–" if value is None else f"{value}%"


def people(value: int | None) -> str:
    """Return people of a place in tens; too few are not told."""
    return _("少于 10 人") if value is None else _("{n} 人").format(n=value)


def yes_no(value: bool | None) -> str:
    """Return yes, no or not known."""
    return _("不清楚") if value is None else (_("是") if value else _("否"))


def need(code: str) -> str:
    """Return whether a facility is a basic or a quality need."""
    return _(NEEDS.get(code, code))


def choices(table: Mapping[str, str], first: str = "") -> list[tuple[str, str]]:
    """Return a table of words as the rows of a select or of radio buttons."""
    rows = [(code, _(name)) for code, name in table.items()]
    return [("", first), *rows] if first else rows


def share(part: Any) -> str:
    """Return a share between 0 and 1 as per cent, two digits rounded half up; a dash where nobody is counted."""
    if part is None:
        return "–"
    return f"{(Decimal(str(part)) * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
