"""What the pages of insight share: the area, its tabs, a posted deed, a spark line drawn on the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinlin.insight.queries import Curve
from jinlin.kernel.errors import NotFound
from jinlin.people.areas import home_area
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, short_name
from jinlin.web.desk.frame import show

# (name of the page, words, whether its address holds the area)
TABS: Final = (
    ("area", gettext_lazy("预警"), True),
    ("hot", gettext_lazy("热点问题"), True),
    ("slips", gettext_lazy("提示单"), False),
    ("plans", gettext_lazy("未诉先办"), False),
    ("place", gettext_lazy("体检"), True),
    ("record", gettext_lazy("准不准"), True),
    ("model", gettext_lazy("类别模型"), True),
    ("runs", gettext_lazy("运行记录"), False),
)
SPARK_WIDTH, SPARK_HEIGHT = 120, 28


def area_name(area: str) -> str:
    """Return the short name of an area; NotFound for what is none."""
    if not is_region_code(area):
        raise NotFound("area", _("没有这个代码的地方，请从自己的辖区进入。"))
    return short_name(places.region(area).name)


def draw(
    request: Any, template: str, words: Mapping[str, Any], *, tab: str, area: str = "", status: int = 200
) -> HttpResponse:
    """Answer with a page of insight: the name of its area, the tabs."""
    area = area or home_area(viewer=request.actor, verb="insight.view")
    tabs = [
        {
            "label": label,
            "url": reverse(f"insight:{name}", args=[area] if has_area else []),
            "current": name == tab,
        }
        for name, label, has_area in TABS
    ]
    frame = {"area": area, "area_name": area_name(area), "tabs": tabs}
    return show(request, template, {**frame, **words}, status=status, current="insight")


def uuid_or_none(text: str) -> UUID | None:
    """Return a posted or asked id, None when there is none or somebody typed one."""
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Spark:
    """A small curve as points of a polyline, dots for the last week, and the words read aloud."""

    points: str
    dots: tuple[tuple[float, float], ...]
    words: str
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


def spark(curve: Curve | None) -> Spark | None:
    """Return the drawing of a curve by week; what is not told (fewer than 5) lies on the ground."""
    if curve is None or not curve.counts:
        return None
    top = max((count or 0 for count in curve.counts), default=0) or 1
    wide = SPARK_WIDTH - 8
    step = wide / max(1, len(curve.counts) - 1)
    heights = [SPARK_HEIGHT - 4 - (SPARK_HEIGHT - 8) * (count or 0) / top for count in curve.counts]
    at = [(round(4 + step * place, 1), round(height, 1)) for place, height in enumerate(heights)]
    return Spark(" ".join(f"{x},{y}" for x, y in at), (at[-1],), told(curve))


def told(curve: Curve) -> str:
    """Return a curve in words: every week with its number, or that it is not told."""
    return _("每周件数：{weeks}").format(weeks=_("、").join(part_words(count) for count in curve.counts))


def count_words(count: int | None) -> str:
    """Return a count as told: fewer than 5 is said as such."""
    return _("不足 5") if count is None else str(count)


def part_words(count: int | None) -> str:
    """Return a part of a total as told: fewer than 5, or what would give such a part away, is not."""
    return _("不显示") if count is None else str(count)


def week_names(weeks: Sequence[date]) -> list[str]:
    """Return the names of weeks: the day each begins."""
    return [f"{day.month}/{day.day}" for day in weeks]
