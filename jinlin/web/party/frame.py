"""What the pages of Party organisations and teams share: the area, its tabs, one posted form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinlin.kernel.errors import Invalid
from jinlin.people.areas import covers_area, require_area
from jinlin.places import queries as places
from jinlin.places.rules import level_of, short_name
from jinlin.web.circle.frame import write
from jinlin.web.desk.frame import show

TABS: Final = (
    ("area", gettext_lazy("覆盖")),
    ("orgs", gettext_lazy("党组织")),
    ("teams", gettext_lazy("联合队伍")),
    ("heads", gettext_lazy("三长")),
    ("training", gettext_lazy("队伍建设")),
    ("methods", gettext_lazy("工作法")),
)
VILLAGE: Final = 5


def draw(
    request: Any, template: str, words: Mapping[str, Any], *, area: str, tab: str, status: int = 200
) -> HttpResponse:
    """Answer with a page of an area the reader may see; NotFound for any other."""
    require_area(request.actor, "party.view", area)
    tabs = [
        {"label": label, "url": reverse(f"party:{name}", args=[area]), "current": name == tab}
        for name, label in TABS
    ]
    frame = {
        "area": area,
        "area_name": short_name(places.region(area).name),
        "is_village": level_of(area) >= VILLAGE,
        "tabs": tabs,
        "may_edit": covers_area(request.actor, "party.manage", area),
        "errors": {},
        "typed": {},
    }
    return show(request, template, {**frame, **words}, status=status, current="party")


def post(
    request: Any, save: Callable[[], object], page: Callable[..., HttpResponse], *, back: str
) -> HttpResponse:
    """Run what was posted and go back, or draw the page again with each sentence and what was typed."""

    def again(errors: Mapping[str, list[str]], status: int) -> HttpResponse:
        return page(errors=errors, typed=request.POST, status=status)

    return write(request, save, back=back, again=again)


def whole(text: str, field: str) -> int:
    """Return a posted count; Invalid when it is none."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid({field: [_("请填写整数。")]})
    return int(text)


def chosen(text: str, field: str) -> UUID | None:
    """Return a posted id, None when nothing was chosen; Invalid for what no list offers."""
    if not text.strip():
        return None
    try:
        return UUID(text.strip())
    except ValueError:
        raise Invalid({field: [_("请从列表中选择。")]}) from None


def grids(area: str) -> list[tuple[str, str]]:
    """Return the grids of an area for a picker, with their village where there are several."""
    names = places.grid_names(area)
    villages = places.area_names({code[:12] for code in names}) if level_of(area) < VILLAGE else {}
    return [
        (code, f"{short_name(villages[code[:12]])} {name}" if code[:12] in villages else name)
        for code, name in names.items()
    ]
