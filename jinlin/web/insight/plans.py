"""Season plans 未诉先办: the list, a new one from a template, one with its check list and last year's curve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.insight import actions, queries
from jinlin.insight.actions import PlanDraft
from jinlin.insight.queries import SeasonCurves
from jinlin.insight.rules import words as w
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken, gettext_noop
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.areas import home_area
from jinlin.web.access import permits
from jinlin.web.insight.frame import draw, uuid_or_none, week_names
from jinlin.web.insight.slips import places_of
from jinlin.web.manage.forms import day_of, key_of
from jinlin.web.posted import write

PHASES: Final = {
    "before": (gettext_noop("还没到动手的时候"), "none"),
    "working": (gettext_noop("该动手了"), "wait"),
    "season": (gettext_noop("当季"), "action"),
    "over": (gettext_noop("已结束"), "done"),
}


@permits("insight.view")
@require_safe
def plans(request: Any) -> HttpResponse:
    """Show the plans in sight, nearest season first, and the seasons a plan may start from."""
    ended = request.GET.get("view") == "ended"
    state = w.ENDED if ended else w.PLANNED
    county = home_area(viewer=request.actor, verb="insight.view")[:6] + "000000"
    may_make = access.may(request.actor, "plan.make")
    words = {
        "rows": [{"row": row, "phase": _shown(row.phase)} for row in _plans(request, state)],
        "views": [
            {"label": _("进行中"), "url": "?", "current": not ended, "count": None},
            {"label": _("已结束"), "url": "?view=ended", "current": ended, "count": None},
        ],
        "may_make": may_make,
        "templates": [one for one in queries.templates(viewer=request.actor, county=county) if one.is_on]
        if may_make and not ended
        else [],
    }
    return draw(request, "insight/plans.html", words, tab="plans")


def _plans(request: Any, state: str) -> tuple[queries.PlanRow, ...]:
    return queries.plan_list(viewer=request.actor, state=state)


def _shown(phase: str) -> tuple[str, str]:
    label, tone = PHASES[phase]
    return _(label), tone


@permits("plan.make")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Make a plan, from a template or from nothing."""
    if request.method != "POST":
        return _form(request, _prefilled(request), {}, 200)
    try:
        made = actions.make_plan(actor=request.actor, draft=_draft(request), key=key_of(request))
    except Invalid as error:
        return _form(request, _typed(request), error.fields, 422)
    except (RuleBroken, Conflict) as error:
        return _form(request, _typed(request), {"": [str(error)]}, error.http_status)
    messages.success(request, _("方案已建好，到动手那天会提醒牵头单位。"))
    return HttpResponseRedirect(reverse("insight:plan", args=[made.pk]))


def _draft(request: Any) -> PlanDraft:
    post = request.POST
    return PlanDraft(
        region=post.get("region", ""),
        topic=post.get("topic", ""),
        lead_unit=uuid_or_none(post.get("lead_unit", "")),
        starts_on=day_of(post.get("starts_on", ""), "starts_on"),
        ends_on=day_of(post.get("ends_on", ""), "ends_on"),
        remind_on=day_of(post.get("remind_on", ""), "remind_on"),
        items=post.get("items", "").splitlines(),
        categories=post.getlist("categories"),
        template=post.get("template", ""),
    )


def _typed(request: Any) -> dict[str, Any]:
    return {**request.POST.dict(), "categories": request.POST.getlist("categories")}


def _prefilled(request: Any) -> dict[str, Any]:
    """Return what a template says, dated for its next season."""
    county = home_area(viewer=request.actor, verb="plan.make")[:6] + "000000"
    asked = request.GET.get("template", "")
    found = {one.code: one for one in queries.templates(viewer=request.actor, county=county)}.get(asked)
    if found is None:
        return {"categories": []}
    return {
        "template": found.code,
        "topic": found.topic,
        "categories": list(found.categories),
        "listed": "\n".join(found.items),
        "starts_on": found.starts_on.isoformat(),
        "ends_on": found.ends_on.isoformat(),
        "remind_on": found.remind_on.isoformat(),
    }


def _form(
    request: Any, typed: Mapping[str, Any], errors: Mapping[str, list[str]], status: int
) -> HttpResponse:
    home = home_area(viewer=request.actor, verb="plan.make")
    units = orgs.receivers(county=home[:6] + "000000", town=home if home[9:] == "000" else "")
    tree = orgs.categories()
    words = {
        "regions": places_of(home),
        "units": [("", _("请选择")), *((str(unit.pk), unit.name) for unit in units)],
        "groups": [(root.label, tree.children(root.code)) for root in tree.roots],
        "typed": typed,
        "listed": typed.get("listed")
        or typed.get("items", ""),  # a template would take `typed.items` for a method
        "errors": errors,
    }
    return draw(request, "insight/plan_new.html", words, tab="plans", status=status)


@permits("insight.view")
@require_safe
def plan(request: Any, plan_id: UUID) -> HttpResponse:
    """Show one plan."""
    return _one(request, plan_id, {}, {}, 200)


def _one(
    request: Any, plan_id: UUID, typed: Mapping[str, Any], errors: Mapping[str, list[str]], status: int
) -> HttpResponse:
    detail = queries.plan_detail(viewer=request.actor, plan_id=plan_id)
    words = {
        "detail": detail,
        "row": detail.row,
        "phase": _shown(detail.row.phase),
        "chart": _chart(detail.curves),
        "typed": typed,
        "errors": errors,
    }
    return draw(request, "insight/plan.html", words, tab="plans", status=status)


def _chart(curves: SeasonCurves) -> dict[str, Any]:
    """Return the season's curve beside last year's, week under week."""
    names = week_names(curves.before.weeks)
    now = list(curves.now.counts[: len(names)])
    return {
        "names": names,
        "series": [
            {"name": _("去年"), "numbers": list(curves.before.counts), "tone": "ochre"},
            {"name": _("今年"), "numbers": now + [None] * (len(names) - len(now)), "tone": "blue"},
        ],
        "empty": not any(curves.before.counts) and not any(now),
    }


SAID: Final = {
    "tick": gettext_noop("已记下。"),
    "end": gettext_noop("方案已结束。"),
}


@permits("plan.tick")
@require_POST
def deed(request: Any, plan_id: UUID, deed: str) -> HttpResponse:
    """Tick a line of the check list, take a tick back, or end the plan."""
    if deed not in SAID:
        raise NotFound("deed")
    post = request.POST

    def save() -> None:
        if deed == "tick":
            item = uuid_or_none(post.get("item", ""))
            if item is None:
                raise NotFound("item")
            actions.tick_item(
                actor=request.actor,
                item_id=item,
                done=post.get("done") != "no",
                note=post.get("note", ""),
                key=key_of(request),
            )
        else:
            actions.end_plan(
                actor=request.actor, plan_id=plan_id, result=post.get("result", ""), key=key_of(request)
            )

    return write(
        request,
        save,
        back=reverse("insight:plan", args=[plan_id]),
        again=lambda errors, status: _one(request, plan_id, post.dict(), errors, status),
        said=_(SAID[deed]),
    )
