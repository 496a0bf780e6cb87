"""Slips 三单: lists by whose turn it is, a new one, one with its life, the paper of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.insight import actions, queries
from jinlin.insight.actions import SlipOrder
from jinlin.insight.actions.slips import ANSWER_DAYS
from jinlin.insight.queries import WarningDetail
from jinlin.insight.queries.hot import issue_brief
from jinlin.insight.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken, gettext_noop
from jinlin.orgs import queries as orgs
from jinlin.people.areas import home_area
from jinlin.places import queries as places
from jinlin.places.rules import level_of
from jinlin.web.access import permits
from jinlin.web.insight.frame import draw, spark, uuid_or_none
from jinlin.web.manage.forms import key_of
from jinlin.web.posted import write

COUNTY: Final = 3
MANY: Final = 12  # streets whose communities still fit a picker
VIEWS: Final = {
    "mine": gettext_noop("等我们办"),
    "sent": gettext_noop("我们发出"),
    "open": gettext_noop("在办"),
    "closed": gettext_noop("已办结"),
}


@permits("insight.view")
@require_safe
def slips(request: Any) -> HttpResponse:
    """Show a view of the slips in sight."""
    view = str(request.GET.get("view", ""))
    view = view if view in VIEWS else "open"
    kind = str(request.GET.get("kind", ""))
    kind = kind if kind in w.SLIPS else ""
    found = queries.slip_list(
        viewer=request.actor, view=view, kind=kind, after=str(request.GET.get("after", ""))
    )
    counts = queries.slip_counts(viewer=request.actor)
    tail = f"&kind={kind}" if kind else ""
    words = {
        "rows": found.rows,
        "view": view,
        "kind": kind,
        "kinds": [(key, _(label)) for key, label in w.SLIPS.items()],
        "views": [
            {
                "label": _(label),
                "url": f"?view={key}{tail}",
                "current": key == view,
                "count": counts.get(key) or None,
            }
            for key, label in VIEWS.items()
        ],
        "next": f"?view={view}{tail}&after={found.next}" if found.next else "",
        "first": f"?view={view}{tail}" if request.GET.get("after") else "",
    }
    return draw(request, "insight/slips.html", words, tab="slips")


@permits("insight.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Write a slip about a confirmed warning, a hot issue, or a place."""
    asked = request.POST if request.method == "POST" else request.GET
    about = uuid_or_none(str(asked.get("warning", "")))
    detail = queries.warning_detail(viewer=request.actor, warning_id=about) if about else None
    if request.method != "POST":
        return _form(request, detail, _prefilled(request, detail), {}, 200)
    try:
        made = actions.send_slip(actor=request.actor, order=_order(request, about), key=key_of(request))
    except Invalid as error:
        return _form(request, detail, request.POST, error.fields, 422)
    except (RuleBroken, Conflict) as error:
        return _form(request, detail, request.POST, {"": [str(error)]}, error.http_status)
    messages.success(request, _("已发出，收单单位会在消息里看到。"))
    return HttpResponseRedirect(reverse("insight:slip", args=[made.pk]))


def _order(request: Any, about: UUID | None) -> SlipOrder:
    post = request.POST
    days = str(post.get("days", "")).strip()
    if days and not (days.isascii() and days.isdigit() and len(days) < 4):
        raise Invalid({"days": [_("答复期限请填 1 到 60 个工作日。")]})
    return SlipOrder(
        kind=post.get("kind", ""),
        unit=uuid_or_none(post.get("unit", "")),
        words=post.get("words", ""),
        title=post.get("title", ""),
        place=post.get("place", ""),
        category=post.get("category", ""),
        field=post.get("field", ""),
        days=int(days) if days else None,
        warning=about,
        issue=uuid_or_none(post.get("issue", "")),
    )


def _prefilled(request: Any, detail: WarningDetail | None) -> dict[str, Any]:
    """Return what a new slip starts from: the warning's sentence, a hot issue's title and place."""
    if detail is not None:
        return {
            "kind": "key_work",
            "words": detail.row.sentence,
            "title": f"{detail.row.place}{detail.row.category}",
        }
    issue = uuid_or_none(str(request.GET.get("issue", "")))
    if issue is not None:
        brief = issue_brief(request.actor, issue)
        # place and matter only: the headline is somebody's words, and the unit may not be one that reads them
        named = f"{places.area_name(brief.place)}{orgs.categories().label(brief.category)}"
        return {
            "issue": str(issue),
            "kind": "hot_issue",
            "place": brief.place,
            "title": named,
            "category": brief.category,
        }
    return {
        "kind": request.GET.get("kind", ""),
        "place": request.GET.get("place", ""),
        "title": str(request.GET.get("title", ""))[:80],
        "category": request.GET.get("category", ""),
    }


def _form(
    request: Any,
    detail: WarningDetail | None,
    typed: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    status: int,
) -> HttpResponse:
    home = home_area(viewer=request.actor, verb="insight.decide")
    county = detail.row.county if detail else home[:6] + "000000"
    units = queries.receivers(viewer=request.actor, county=county)
    words = {
        "detail": detail,
        "kinds": [
            (key, _(label), _("一般 {n} 个工作日答复").format(n=ANSWER_DAYS[key]))
            for key, label in w.SLIPS.items()
        ],
        "units": [("", _("请选择")), *((str(unit.pk), unit.name) for unit in units)],
        "places": _pickable(home, str(typed.get("place", ""))) if detail is None else [],
        "categories": [("", _("不分类别")), *((node.code, node.label) for node in orgs.categories().leaves)],
        "typed": typed,
        "errors": errors,
    }
    return draw(request, "insight/slip_new.html", words, tab="slips", status=status)


def _pickable(home: str, chosen: str) -> list[tuple[str, str]]:
    """Return the places for a picker, the chosen one among them though it lies deeper than the list goes."""
    found = places_of(home)
    if chosen and chosen not in dict(found) and (name := places.area_name(chosen[:15])):
        found.insert(0, (chosen, name))
    return found


def places_of(home: str) -> list[tuple[str, str]]:
    """Return the area of the viewer and what lies below it, for a picker."""
    level = level_of(home)
    found = [(home, places.area_name(home))] if level >= COUNTY else []
    below = places.children(home)
    found += [(one.code, one.name) for one in below]
    if level == COUNTY and len(below) <= MANY:
        for one in below:
            found += [(village.code, f"{one.name} {village.name}") for village in places.children(one.code)]
    return found


@permits("insight.view")
@require_safe
def slip(request: Any, slip_id: UUID) -> HttpResponse:
    """Show one slip."""
    return _one(request, slip_id, {}, {}, 200)


def _one(
    request: Any, slip_id: UUID, typed: Mapping[str, Any], errors: Mapping[str, list[str]], status: int
) -> HttpResponse:
    detail = queries.slip_detail(viewer=request.actor, slip_id=slip_id)
    words = {
        "detail": detail,
        "row": detail.row,
        "spark": spark(detail.warning.curve) if detail.warning else None,
        "outcomes": [(key, _(label)) for key, label in w.OUTCOMES.items()],
        "typed": typed,
        "errors": errors,
    }
    return draw(request, "insight/slip.html", words, tab="slips", status=status)


@permits("insight.view")
@require_safe
def paper(request: Any, slip_id: UUID) -> HttpResponse:
    """Give the slip as a sheet of paper."""
    detail = queries.slip_detail(viewer=request.actor, slip_id=slip_id)
    words = {"detail": detail, "row": detail.row, "now": clock.now(), "by": request.actor.name}
    answer = render(request, "insight/slip_paper.html", words)
    answer["Cache-Control"] = "no-store"
    return answer


SAID: Final = {
    "answer": gettext_noop("已答复，等发单单位审核。"),
    "return": gettext_noop("已退回，收单单位会再次答复。"),
    "close": gettext_noop("已办结，结果记到预警里。"),
}


@permits("slip.answer")
@require_POST
def deed(request: Any, slip_id: UUID, deed: str) -> HttpResponse:
    """Answer a slip, take its answer, or send it back."""
    if deed not in SAID:
        raise NotFound("deed")
    post = request.POST

    def save() -> None:
        asked: dict[str, Any] = {"actor": request.actor, "slip_id": slip_id, "key": key_of(request)}
        if deed == "answer":
            actions.answer_slip(outcome=post.get("outcome", ""), words=post.get("words", ""), **asked)
        elif deed == "close":
            actions.close_slip(outcome=post.get("outcome", ""), words=post.get("words", ""), **asked)
        else:
            days = str(post.get("days", "2"))
            number = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
            actions.return_slip(words=post.get("words", ""), days=number, **asked)

    return write(
        request,
        save,
        back=reverse("insight:slip", args=[slip_id]),
        again=lambda errors, status: _one(request, slip_id, {**post.dict(), "deed": deed}, errors, status),
        said=_(SAID[deed]),
    )
