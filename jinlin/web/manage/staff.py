"""Accounts and dated posts: who acts where, from when to when, and who stands in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases.rules.words import LEVELS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.text import clean
from jinlin.orgs import actions as orgs
from jinlin.orgs import queries as orgs_queries
from jinlin.orgs.actions import NewAccount
from jinlin.people import actions
from jinlin.people import queries as people
from jinlin.people.rules import ROLE_NAMES, ROLES
from jinlin.places.rules import code_range
from jinlin.web.access import permits
from jinlin.web.manage.forms import day_of, edit, home_region, key_of

SHOWN = 100


def _roles() -> list[tuple[str, str]]:
    return [(role, _(ROLE_NAMES[role])) for role in ROLES]


@permits("posts.manage")
@require_safe
def people_list(request: Any) -> HttpResponse:
    """Show who holds which post in one's region."""
    text = str(request.GET.get("q", ""))[:40]
    low, high = code_range(home_region(request)) if home_region(request) else ("", "")
    rows = people.posts_for_managing(viewer=request.actor, text=text, low=low, high=high)[:SHOWN]
    words = {"rows": list(rows), "q": text, "names": ROLE_NAMES, "levels": LEVELS, "today": clock.today()}
    return render(request, "manage/staff.html", words)


@permits("posts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: Any) -> HttpResponse:
    """Make a log-in with its first post."""

    def save(post: Any) -> object:
        unit_id = _unit(post.get("unit", ""))
        return orgs.hire(
            actor=request.actor,
            new=NewAccount(post.get("username", ""), post.get("name", ""), post.get("password", "")),
            role=post.get("role", ""),
            unit_id=unit_id,
            place=post.get("place", "").strip(),
            starts_on=day_of(post.get("starts_on", ""), "starts_on"),
        )

    region = home_region(request)
    bodies = orgs_queries.organisation_page(region_code=region, size=200).rows
    units = [(str(unit.pk), unit.name) for unit in bodies]
    words = {"roles": _roles(), "region": region, "units": units}
    return edit(
        request, template="manage/account_new.html", words=words, save=save, back=reverse("manage:staff")
    )


def _unit(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        raise Invalid({"unit": [_("请从列表里选择单位。")]}) from None


@permits("posts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Any, account_id: UUID) -> HttpResponse:
    """End a post, arrange a stand-in, or close a log-in."""
    found = people.account_for_managing(viewer=request.actor, account_id=account_id)
    if found is None:
        raise NotFound()
    posts = people.posts_of(found)

    def save(typed: Any) -> object:
        if typed.get("close"):
            return actions.close_account(actor=request.actor, account=found)
        post = next((row for row in posts if str(row.pk) == typed.get("post")), None)
        if post is None:
            raise Invalid({"post": [_("请选择一个岗位。")]})
        if typed.get("end"):
            return actions.end_post(
                actor=request.actor, post=post, on=day_of(typed.get("ends_on", ""), "ends_on")
            )
        other = people.account_by_name(clean(typed.get("deputy", ""), max_length=64, field="deputy"))
        start, end = day_of(typed.get("from", ""), "from"), day_of(typed.get("to", ""), "to")
        if other is None or start is None or end is None:
            raise Invalid({"deputy": [_("请填写代班人的登录名和起止日期。")]})
        return actions.stand_in(actor=request.actor, post=post, account=other, starts_on=start, ends_on=end)

    words = {"account": found, "posts": posts, "names": ROLE_NAMES, "key": key_of(request)}
    back = reverse("manage:account", args=[account_id])
    return edit(request, template="manage/account.html", words=words, save=save, back=back)
