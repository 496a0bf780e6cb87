"""Organisations: list, found, edit, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.orgs import actions
from jinlin.orgs import queries as orgs
from jinlin.orgs.actions import Details
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, home_region, key_of, page_number


@permits("manage.view")
@require_safe
def organisations(request: Any) -> HttpResponse:
    """Show the organisations of one's region."""
    text, kind = str(request.GET.get("q", ""))[:40], str(request.GET.get("kind", ""))[:20]
    region = home_region(request)
    page = orgs.organisation_page(region_code=region, text=text, kind=kind, number=page_number(request))
    words = {"page": page, "q": text, "kind": kind, "kinds": [("", _("全部")), *orgs.organisation_kinds()]}
    return render(request, "manage/organisations.html", words)


@permits("orgs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: Any) -> HttpResponse:
    """Found an organisation."""

    def save(post: Any) -> object:
        return actions.create_organisation(
            actor=request.actor,
            name=post.get("name", ""),
            kind=post.get("kind", ""),
            region_code=post.get("region_code", ""),
            line=post.get("line", ""),
            details=Details(phone=post.get("phone", ""), address=post.get("address", "")),
            key=key_of(request),
        )

    lines = [("", ""), *((line, name.label) for line, name in orgs.line_names().items())]
    words = {"kinds": orgs.organisation_kinds(), "lines": lines, "region": home_region(request)}
    return edit(
        request,
        template="manage/organisation_new.html",
        words=words,
        save=save,
        back=reverse("manage:organisations"),
    )


@permits("orgs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: Any, unit_id: UUID) -> HttpResponse:
    """Change the name, office phone and address of a body, or end it."""
    unit = orgs.unit(unit_id)

    def save(post: Any) -> object:
        if post.get("close"):
            day = day_of(post.get("on", ""), "on")
            return actions.close_organisation(
                actor=request.actor, unit_id=unit_id, on=day, key=key_of(request)
            )
        changes = {name: post.get(name, "") for name in ("name", "phone", "address")}
        return actions.edit_organisation(
            actor=request.actor, unit_id=unit_id, changes=changes, key=key_of(request)
        )

    words = {"unit": unit}
    return edit(
        request,
        template="manage/organisation.html",
        words=words,
        save=save,
        back=reverse("manage:organisations"),
    )
