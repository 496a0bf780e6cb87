"""One item for everybody: how it stands, what was decided and how it was computed, the line it stands in; papers to print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from jinlin.initiatives import actions, queries
from jinlin.initiatives.queries.ventures import score_of
from jinlin.initiatives.rules import kinds
from jinlin.initiatives.rules.reviewing import RECOMMENDATIONS
from jinlin.kernel import clock, throttle
from jinlin.kernel.errors import NotFound
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt
from jinlin.web.together.frame import draw
from jinlin.web.wishes import visit
from jinlin.web.wishes.shown import item_frame

SUPPORTS, WINDOW = 60, 600
SUPPORTED_IN = (kinds.OPEN, kinds.ASSESSED, kinds.DISCUSSED)
TABS = {
    kinds.WISH: "wishes",
    kinds.TOPIC: "topics",
    kinds.WORKS: "works",
    kinds.VENTURE: "ventures",
    kinds.COBUILD: "lists",
}
PAPERS = {  # paper -> which kinds have it
    "notice": (kinds.TOPIC, kinds.WORKS, kinds.VENTURE),
    "resolution": (kinds.TOPIC, kinds.WORKS),
    "contract": (kinds.VENTURE, kinds.COBUILD),
    "report": (kinds.VENTURE, kinds.WORKS, kinds.COBUILD),
}
PAPER_NAMES = {
    "notice": gettext_lazy("公示"),
    "resolution": gettext_lazy("决议书"),
    "contract": gettext_lazy("协议书"),
    "report": gettext_lazy("结果和账目"),
}


def _passed(request: Any) -> UUID | None:
    return visit.pass_id(request, "resident") or visit.pass_id(request, "applicant")


@resident("together.view")
@require_safe
def item(request: Any, initiative_id: UUID) -> HttpResponse:
    """Show an item; one that was taken off the wall shows the reason and nothing else."""
    return _page(request, initiative_id, {}, 200)


def _page(request: Any, initiative_id: UUID, facts: Any, status: int) -> HttpResponse:
    found = queries.seen_item(viewer=request.actor, initiative_id=initiative_id, passed=_passed(request))
    if found.is_hidden:
        return draw(request, "wishes/hidden.html", {"item": found}, tab=TABS[found.kind])
    page = queries.page(viewer=request.actor, item=found)
    frame = {
        **item_frame(page),
        "may_support": found.is_public and found.the_kind.supports and found.stage in SUPPORTED_IN,
        "typed": request.POST,
        "papers": [
            (reverse("wishes:paper", args=[found.pk, code]), PAPER_NAMES[code])
            for code, of in PAPERS.items()
            if found.kind in of and found.is_public
        ],
        "score": _score(found),
        **facts,
    }
    return draw(request, "wishes/item.html", frame, tab=TABS[found.kind], status=status)


def _score(found: Any) -> dict[str, Any] | None:
    score = score_of(found) if found.kind == kinds.VENTURE else None
    if score is None:
        return None
    return {
        "score": score,
        "reasons": [(_(RECOMMENDATIONS[code]), words, n) for code, words, n in score.reasons],
    }


@resident("initiative.support")
@sensitive_post_parameters("phone")
@require_POST
def support(request: Any, initiative_id: UUID) -> HttpResponse:
    """Support an item: the number is used once to count each person once, and kept nowhere."""
    throttle.hit("initiative.support", address_of(request), limit=SUPPORTS, seconds=WINDOW)

    def save() -> str:
        mine = actions.support_initiative(
            actor=request.actor,
            initiative_id=initiative_id,
            phone=str(request.POST.get("phone", "")),
            declared=request.POST.get("declared") == "1",
            passed=visit.pass_id(request, "resident"),
            key=moves.key_of(request),
        )
        visit.remember(request, mine)
        messages.success(request, _("已计入您的支持。同一个号码只算一次。"))
        return reverse("wishes:mine")

    return attempt(save, lambda facts, code: _page(request, initiative_id, facts, code))


@resident("together.view")
@require_safe
def paper(request: Any, initiative_id: UUID, paper: str) -> HttpResponse:
    """Give a paper to print: the notice, the resolution with its working, the contract, the report with the accounts."""
    found = queries.seen_item(viewer=request.actor, initiative_id=initiative_id)
    if found.is_hidden or paper not in PAPERS or found.kind not in PAPERS[paper]:
        raise NotFound("paper")
    page = queries.page(viewer=request.actor, item=found)
    frame = {
        **item_frame(page),
        "paper": paper,
        "paper_name": PAPER_NAMES[paper],
        "now": clock.local(clock.now()),
        "address": request.build_absolute_uri(reverse("wishes:item", args=[found.pk])),
        "partners": found.partners.splitlines(),
    }
    return render(request, "wishes/paper.html", frame)
