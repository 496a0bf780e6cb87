"""The own link: what one proposed and supported, what is new, how it turned out; nothing of anybody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jinlin.initiatives import actions, queries
from jinlin.initiatives.rules import kinds
from jinlin.initiatives.rules import moves as table
from jinlin.kernel import throttle
from jinlin.kernel.errors import NotFound
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, uuid_of
from jinlin.web.together.frame import draw
from jinlin.web.wishes import visit
from jinlin.web.wishes.shown import TONES, timeline_of

HOME = {
    "resident": "wishes:mine",
    "supervisor": "wishes:site",
    "reviewer": "wishes:review",
    "applicant": "wishes:application",
}
SAYS = (
    ("yes", gettext_lazy("办好了")),
    ("partly", gettext_lazy("办了一部分")),
    ("no", gettext_lazy("没办好")),
)
LOOKS, WINDOW = 120, 600


@resident("initiative.seat")
@never_cache
@require_safe
def opened(request: Any, pass_id: UUID, secret: str) -> HttpResponse:
    """Open a kept link for this visit and lead to its page; the address bar keeps no secret."""
    throttle.hit("initiative.pass", address_of(request), limit=LOOKS, seconds=WINDOW)
    passed = queries.pass_by_link(pass_id, secret)
    visit.remember(request, passed)
    return HttpResponseRedirect(reverse(HOME[passed.kind]))


@resident("initiative.seat")
@never_cache
@require_safe
def mine(request: Any) -> HttpResponse:
    """Show one's own proposals and supports, news first, and the link to keep."""
    return _page(request, {}, 200)


def _page(request: Any, facts: Any, status: int) -> HttpResponse:
    passed = visit.current(request, "resident")
    if passed is None:
        return draw(request, "wishes/mine.html", {"rows": [], "link": ""}, tab="wishes", status=status)
    rows = queries.own_items(passed)
    link = visit.link_of(request, passed)
    frame = {
        "rows": [_row(one) for one in rows],
        "link": link,
        "qr": segno.make(link, micro=False).svg_data_uri(scale=4, border=2),
        "is_new": request.GET.get("new") == "1",
        "says": SAYS,
        **facts,
    }
    if request.method == "GET":
        actions.note_seen(actor=request.actor, passed=passed.pk)
    return draw(request, "wishes/mine.html", frame, tab="wishes", status=status)


def _row(one: Any) -> dict[str, Any]:
    item = one.item
    return {
        "own": one,
        "item": item,
        "url": reverse("wishes:item", args=[item.pk]),
        "stage": _(item.the_kind.stage(item.stage).public),
        "kind": _(item.the_kind.short),
        "tone": TONES[item.phase],
        "news": timeline_of(one.news),
        "may_withdraw": one.is_mine
        and any(m.verb == "withdraw" for m in table.moves_from(item.kind, item.stage)),
        "may_unsupport": one.is_supported and item.stage in (kinds.OPEN, kinds.ASSESSED, kinds.DISCUSSED),
    }


@resident("initiative.seat")
@require_POST
def act(request: Any, deed: str) -> HttpResponse:
    """Answer a follow-up, take a support back, or withdraw what one proposed."""
    deeds = {"answer": _answer, "unsupport": _unsupport, "withdraw": _withdraw}
    passed = visit.pass_id(request, "resident")
    if deed not in deeds or passed is None:
        raise NotFound("deed")

    def save() -> str:
        item = uuid_of(request.POST.get("item"), "item")
        if item is None:
            raise NotFound("initiative")
        messages.success(request, deeds[deed](request, item, passed))
        return reverse("wishes:mine")

    return attempt(save, lambda facts, code: _page(request, facts, code))


def _answer(request: Any, item: UUID, passed: UUID) -> str:
    actions.answer_follow_up(
        actor=request.actor,
        initiative_id=item,
        passed=passed,
        says=str(request.POST.get("says", "")),
        words=str(request.POST.get("words", "")),
        key=moves.key_of(request),
    )
    return _("谢谢，您的回答已经记下，只计数，不显示是谁说的。")


def _unsupport(request: Any, item: UUID, passed: UUID) -> str:
    actions.withdraw_support(
        actor=request.actor, initiative_id=item, passed=passed, key=moves.key_of(request)
    )
    return _("已取消支持。")


def _withdraw(request: Any, item: UUID, passed: UUID) -> str:
    actions.move_initiative(
        actor=request.actor, initiative_id=item, verb="withdraw", passed=passed, key=moves.key_of(request)
    )
    return _("已撤回。")
