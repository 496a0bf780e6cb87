"""Drives of follow-up calls 集中回访 on the desk: which run, a new one, one with whom to call and what was heard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.cases.actions.campaigns import Drive, end_campaign, open_campaign
from jinlin.cases.queries import reaching
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, JinlinError, RuleBroken
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.web.access import permits
from jinlin.web.desk.frame import show
from jinlin.web.moves import key_of

CURRENT: Final = "campaigns"
MENDABLE: Final = (Invalid, RuleBroken, Conflict)


@permits("campaign.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the drives of one's block."""
    over = request.GET.get("view") == "ended"
    context = {
        "rows": reaching.campaigns(viewer=request.actor, is_open=not over),
        "over": over,
        "may_open": access.may(request.actor, "campaign.open"),
        "tabs": [
            {"label": _("正在回访"), "url": reverse("desk:campaigns"), "current": not over},
            {"label": _("已结束"), "url": reverse("desk:campaigns") + "?view=ended", "current": over},
        ],
        "months": _months(request),
    }
    return show(request, "desk/campaigns/home.html", context, current=CURRENT)


def _months(request: Any) -> Any:
    """Return the last six months of the reader's own area, newest first; () for one above a county."""
    own = next((post.place[:12] for post in request.actor.posts if 3 <= post.level <= 5), "")
    if not own:
        return ()
    today = clock.today()
    since = (today.replace(day=1) - timedelta(days=150)).replace(day=1)
    return tuple(reversed(reaching.reached_by_month(own, since, today)))


@permits("campaign.open")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Ask which area, matter and period, or open the drive."""
    if request.method != "POST":
        return _form(request)
    try:
        row = open_campaign(actor=request.actor, drive=_drive(request.POST), key=key_of(request))
    except MENDABLE as error:
        return _form(request, error)
    messages.success(request, _("已选出 %(n)d 件，可以开始回访。") % {"n": row.chosen})
    return HttpResponseRedirect(reverse("desk:campaign", args=[row.code]))


def _drive(post: Any) -> Drive:
    days, wrong = {}, {}
    for name in ("closed_from", "closed_to", "ends_on"):
        try:
            days[name] = date.fromisoformat(post.get(name, ""))
        except ValueError:
            wrong[name] = [_("日期请写成 2026-03-01 这样。")]
    if wrong:
        raise Invalid(wrong)
    title, area, category = (post.get(name, "") for name in ("title", "area", "category"))
    return Drive(title=title, area=area, category=category, **days)


def _form(request: Any, error: JinlinError | None = None) -> HttpResponse:
    today = clock.today()
    fields: Any = error.fields if isinstance(error, Invalid) else {"": [str(error)]} if error else {}
    tree = orgs.categories()
    usual = {
        "closed_from": (today - timedelta(days=90)).isoformat(),
        "closed_to": (today - timedelta(days=7)).isoformat(),
        "ends_on": (today + timedelta(days=14)).isoformat(),
    }
    context = {
        "values": request.POST.dict() if error else usual,
        "errors": fields,
        "areas": reaching.areas_to_ask(request.actor),
        "matters": [("", _("各类事项")), *((root.code, root.label) for root in tree.roots)],
    }
    status = error.http_status if error else 200
    return show(request, "desk/campaigns/new.html", context, status=status, current=CURRENT)


@permits("campaign.view")
@require_safe
def one(request: Any, campaign: str) -> HttpResponse:
    """Show one drive: whom to call, what was heard so far."""
    detail = reaching.campaign(viewer=request.actor, code=campaign)
    context = {"detail": detail, "row": detail.row}
    return show(request, "desk/campaigns/one.html", context, current=CURRENT)


@permits("campaign.open")
@require_POST
def end(request: Any, campaign: str) -> HttpResponse:
    """End a drive before its day."""
    row = end_campaign(actor=request.actor, code=campaign, key=key_of(request))
    messages.success(request, _("已结束这次集中回访。"))
    return HttpResponseRedirect(reverse("desk:campaign", args=[row.code]))
