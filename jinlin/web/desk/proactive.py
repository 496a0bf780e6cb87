"""Proactive work 主动治理: monthly topics 每月一题; where a matter grows at a place stands under insight."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jinlin.cases.actions.topics import decide_topic
from jinlin.cases.queries.topics import monthly_topics
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.desk.frame import show
from jinlin.web.manage.forms import day_of

CURRENT: Final = "supervision"


@permits("supervision.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show topics in sight."""
    return _page(request)


def _page(request: Any, *, about: str = "", error: Any = None) -> HttpResponse:
    topics = monthly_topics(viewer=request.actor)
    fields = getattr(error, "fields", None) or ({"": [str(error)]} if error else {})
    context = {
        "topics": topics,
        "units": _units(request) if any(topic.may_decide for topic in topics) else [],
        "about": about,
        "errors": fields,
        "typed": request.POST if error else {},
    }
    status = error.http_status if error else 200
    return show(request, "desk/supervision/proactive.html", context, status=status, current=CURRENT)


def _units(request: Any) -> list[tuple[str, str]]:
    """Return the departments of the viewer's county for a lead."""
    post = next(
        (
            post
            for post in request.actor.posts
            if access.may(request.actor, "topic.decide") and post.level == 3
        ),
        None,
    )
    found = orgs.receivers(county=post.place) if post else []
    return [(str(unit.pk), unit.name) for unit in found]


@permits("topic.decide")
@require_POST
def topic(request: Any, topic_id: UUID) -> HttpResponse:
    """Take a frequent matter up, or leave it with a reason."""
    post = request.POST
    try:
        if post.get("adopted", "") not in ("yes", "no"):
            raise Invalid({"adopted": [_("请选择列入，还是不列入。")]})
        decide_topic(
            actor=request.actor,
            topic_id=topic_id,
            adopted=post["adopted"] == "yes",
            measures=post.get("measures", ""),
            lead_unit=_uuid(post.get("lead_unit", "")),
            due_on=day_of(post.get("due_on", ""), "due_on"),
            key=moves.key_of(request),
        )
    except (Invalid, Conflict, RuleBroken) as error:
        return _page(request, about=str(topic_id), error=error)
    messages.success(request, _("已记下。"))
    return HttpResponseRedirect("/desk/proactive")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
