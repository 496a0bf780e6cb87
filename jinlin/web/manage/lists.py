"""The dispatch catalogue and the duty lists, row by row, with the day each row holds from."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.orgs import actions
from jinlin.orgs import queries as orgs
from jinlin.orgs.actions import Terms
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, home_region, key_of, page_number


@permits("manage.view")
@require_safe
def index(request: Any) -> HttpResponse:
    """Show what can be managed."""
    return render(request, "manage/index.html", {"region": home_region(request)})


def _narrowed(request: Any) -> str:
    return str(request.GET.get("branch", ""))[:12]


def _branches() -> list[tuple[str, str]]:
    return [("", _("全部")), *((node.code, node.label) for node in orgs.categories().roots)]


@permits("manage.view")
@require_safe
def catalogue(request: Any) -> HttpResponse:
    """Show who leads and who assists for each category."""
    page = orgs.catalogue_page(
        category=_narrowed(request), region_code=home_region(request), number=page_number(request)
    )
    lines = {code: line.label for code, line in orgs.line_names().items()}
    rows = [
        {
            "row": row,
            "leads": [lines.get(code, code) for code in row.lead_lines],
            "assists": [lines.get(code, code) for code in row.assist_lines],
        }
        for row in page.rows
    ]
    words = {"page": page, "rows": rows, "branches": _branches(), "branch": _narrowed(request)}
    return render(request, "manage/catalogue.html", words)


@permits("orgs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_entry(request: Any, code: str) -> HttpResponse:
    """Change who leads and who assists for one category in one's own region."""
    region = home_region(request)
    node = orgs.category(code)
    rows = orgs.catalogue_page(category=code, region_code=region).rows
    own = [row for row in rows if row.region_code == region]
    now = own[0] if own else (rows[0] if rows else None)

    def save(post: Any) -> object:
        terms = Terms(
            day_of(post.get("valid_from", ""), "valid_from"), post.get("source", ""), post.get("note", "")
        )
        return actions.set_catalogue_entry(
            actor=request.actor,
            category_code=code,
            lead_lines=post.getlist("lead_lines"),
            assist_lines=post.getlist("assist_lines"),
            region_code=region,
            terms=terms,
            key=key_of(request),
        )

    lines = [(line, name.label) for line, name in orgs.line_names().items()]
    words = {"node": node, "now": now, "lines": lines, "region": region}
    return edit(
        request,
        template="manage/catalogue_entry.html",
        words=words,
        save=save,
        back=reverse("manage:catalogue"),
    )


@permits("manage.view")
@require_safe
def duties(request: Any) -> HttpResponse:
    """Show the three duty lists of towns and communities."""
    level = {"4": 4, "5": 5}.get(request.GET.get("level", ""))
    kind = str(request.GET.get("kind", ""))[:10]
    page = orgs.duty_page(
        category=_narrowed(request),
        region_code=home_region(request),
        level=level,
        kind=kind,
        number=page_number(request),
    )
    words = {
        "page": page,
        "branches": _branches(),
        "branch": _narrowed(request),
        "level": str(level or ""),
        "kind": kind,
        "kinds": [("", _("全部")), *orgs.duty_kinds()],
    }
    return render(request, "manage/duties.html", words)


@permits("orgs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: Any, code: str, level: int) -> HttpResponse:
    """Change in which list a category stands for towns or communities of one's own region."""
    region = home_region(request)
    node = orgs.category(code)
    rows = orgs.duty_page(category=code, region_code=region, level=level).rows
    own = [row for row in rows if row.region_code == region]

    def save(post: Any) -> object:
        terms = Terms(
            day_of(post.get("valid_from", ""), "valid_from"), post.get("source", ""), post.get("note", "")
        )
        return actions.set_duty_item(
            actor=request.actor,
            category_code=code,
            kind=post.get("kind", ""),
            level=level,
            region_code=region,
            terms=terms,
            key=key_of(request),
        )

    words = {
        "node": node,
        "level": level,
        "now": own[0] if own else (rows[0] if rows else None),
        "kinds": orgs.duty_kinds(),
    }
    return edit(request, template="manage/duty.html", words=words, save=save, back=reverse("manage:duties"))
