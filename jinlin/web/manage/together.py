"""Days of notice, caps and waiting times of wishes, topics, works and ventures: as they stand, set from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.initiatives.actions import set_figure
from jinlin.initiatives.queries.numbers import Number, coming, numbers
from jinlin.initiatives.rules.words import NUMBERS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.people.areas import home_area
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, key_of


@permits("initiative.set")
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: Any) -> HttpResponse:
    """Show every number with its source, and set one for the county from a day on."""
    county = home_area(viewer=request.actor, verb="initiative.set")[:6] + "000000"
    words = {
        "rows": [_row(one) for one in numbers(county).values() if one.name in NUMBERS],
        "coming": [_row(one) for one in coming(county)],
        "names": [(name, f"{_(label)}（{_(unit)}）") for name, (label, unit, *_most) in NUMBERS.items()],
        "today": clock.today().isoformat(),
    }

    def save(post: Mapping[str, Any]) -> object:
        name = str(post.get("name", ""))
        valid_from = day_of(str(post.get("valid_from", "")), "valid_from")
        if valid_from is None:
            raise Invalid({"valid_from": [_("请选择日期。")]})
        value = _whole(str(post.get("value", ""))) * (100 if name.endswith("_fen") else 1)
        return set_figure(
            actor=request.actor,
            area=county,
            name=name,
            value=value,
            valid_from=valid_from,
            source=str(post.get("source", "")),
            key=key_of(request),
        )

    return edit(
        request, template="manage/together.html", words=words, save=save, back=reverse("manage:together")
    )


def _row(one: Number) -> dict[str, Any]:
    label, unit, *_limits = NUMBERS[one.name]
    value = one.value // 100 if one.name.endswith("_fen") else one.value
    return {"label": _(label), "value": value, "unit": _(unit), "of": one}


def _whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 11):
        raise Invalid({"value": [_("请填整数。")]})
    return int(text)
