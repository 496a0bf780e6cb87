"""What a county chose for insight: false alarms borne, fewest cases, when a suggestion fills a field; its seasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.insight import actions, queries
from jinlin.insight.actions import Choice, TemplateFacts
from jinlin.insight.rules.words import FLOOR
from jinlin.kernel.errors import Invalid
from jinlin.orgs import queries as orgs
from jinlin.people.areas import home_area
from jinlin.web.access import permits
from jinlin.web.manage.forms import edit, key_of


def county_of(request: Any) -> str:
    """Return the county whose settings the viewer keeps."""
    return home_area(viewer=request.actor, verb="insight.set")[:6] + "000000"


@permits("insight.set")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Any) -> HttpResponse:
    """Show what holds and what held, and change it for all matters or one."""
    county = county_of(request)
    held = queries.settings_of(county)
    words = {
        "held": held,
        "rows": queries.setting_rows(viewer=request.actor, county=county),
        "categories": [("", _("所有类别")), *((node.code, node.label) for node in orgs.categories().leaves)],
        "templates": queries.templates(viewer=request.actor, county=county),
        "floor": FLOOR,
    }

    def save(post: Mapping[str, Any]) -> object:
        return actions.change_setting(
            actor=request.actor,
            county=county,
            choice=_choice(post),
            reason=post.get("reason", ""),
            key=key_of(request),
        )

    return edit(
        request, template="manage/insight.html", words=words, save=save, back=reverse("manage:insight")
    )


def _choice(post: Mapping[str, Any]) -> Choice:
    margin = str(post.get("autofill_margin", "")).strip()
    return Choice(
        category=post.get("category", ""),
        alarms_per_60_days=_number(post.get("alarms_per_60_days", ""), "alarms_per_60_days"),
        minimum=int(_number(post.get("minimum", ""), "minimum")),
        is_watched=post.get("is_watched") != "no",
        autofill_margin=_number(margin, "autofill_margin") if margin else None,
    )


def _values(found: queries.TemplateRow | None) -> dict[str, Any]:
    """Return what the form of a season starts from; empty for a new one."""
    if found is None:
        return {}
    names = ("topic", "season", "days", "lead_days")
    return {name: getattr(found, name) for name in names}


def _number(text: str, field: str) -> float:
    try:
        found = float(str(text).strip())
    except ValueError:
        found = float("nan")
    if not abs(found) < 1_000_000:
        raise Invalid({field: [_("请填写数字。")]})
    return found


@permits("insight.set")
@require_http_methods(["GET", "HEAD", "POST"])
def season(request: Any, code: str) -> HttpResponse:
    """Write the county's own edition of a season; a code nobody has makes a new one."""
    county = county_of(request)
    known = {one.code: one for one in queries.templates(viewer=request.actor, county=county)}
    found = known.get(code)
    tree = orgs.categories()
    words = {
        "code": code,
        "found": found,
        "values": request.POST if request.method == "POST" else _values(found),
        "listed": request.POST.get("items", "")
        if request.method == "POST"
        else "\n".join(found.items if found else ()),
        "groups": [(root.label, tree.children(root.code)) for root in tree.roots],
        "picked": request.POST.getlist("categories")
        if request.method == "POST"
        else (found.categories if found else ()),
    }

    def save(post: Mapping[str, Any]) -> object:
        facts = TemplateFacts(
            code=code,
            topic=post.get("topic", ""),
            season=str(post.get("season", "")).strip(),
            days=int(_number(post.get("days", ""), "days")),
            lead_days=int(_number(post.get("lead_days", ""), "lead_days")),
            items=str(post.get("items", "")).splitlines(),
            categories=request.POST.getlist("categories"),
            is_on=post.get("is_on") != "no",
        )
        return actions.change_template(actor=request.actor, county=county, facts=facts, key=key_of(request))

    return edit(
        request, template="manage/season.html", words=words, save=save, back=reverse("manage:insight")
    )
