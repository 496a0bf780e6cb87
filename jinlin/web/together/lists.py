"""The three lists: what is needed, what there is, what came of it; post one, grant a wish, see it through by a link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Draft, Taker
from jinlin.gatherings.rules import words as w
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, choices, keep, where
from jinlin.web.together.frame import draw
from jinlin.web.together.tones import match_row, offer_row, project_row

SIDES = ("need", "resource", "project")
RESIDENT_KINDS = ("micro_wish", "errand", "skill", "goods", "time", "space", "parking", "other")


@resident("together.view")
@require_safe
def lists(request: Any) -> HttpResponse:
    """Show one of the three lists of the chosen place."""
    place = where(request)
    side = str(request.GET.get("list", ""))
    side = side if side in SIDES else "need"
    after = str(request.GET.get("after", ""))[:80]
    rows: list[Any] = []
    if place.code and side == "project":
        rows = [project_row(row) for row in queries.projects(area=place.code, after=after)]
    elif place.code:
        rows = [offer_row(row) for row in queries.offers(area=place.code, side=side, after=after)]
    labels = (_("需求清单"), _("资源清单"), _("项目清单"))
    frame = {
        "where": place,
        "rows": rows,
        "side": side,
        "sides": [
            {"label": label, "url": f"?list={name}", "current": name == side}
            for name, label in zip(SIDES, labels, strict=True)
        ],
        "more": queries.key_of(rows[-1]["row"], "made_at") if len(rows) == 30 and side != "project" else "",
    }
    return draw(request, "together/lists.html", frame, tab="lists")


@resident("together.join")
@sensitive_post_parameters("phone", "nickname", "words", "title")
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: Any) -> HttpResponse:
    """Say what one needs or can give; the community looks at it before it is shown."""
    place = where(request)
    posted = request.POST
    kind = str(posted.get("kind") or request.GET.get("kind", ""))
    side = "need" if kind in w.NEED_ONLY else str(posted.get("side") or request.GET.get("side", "need"))

    def page(facts: Any, status: int) -> HttpResponse:
        frame = {
            "where": place,
            "kind": kind,
            "side": side if side in w.SIDES else "need",
            "kinds": choices(w.OFFER_KINDS, [one for one in RESIDENT_KINDS if one not in w.NEED_ONLY]),
            "errands": choices(w.ERRANDS),
            "typed": posted,
            **facts,
        }
        return draw(request, "together/post.html", frame, tab="lists", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        actions.knock_to_post(address_of(request))
        draft = Draft(
            side=side,
            kind=kind,
            title=str(posted.get("title", "")),
            place=place.code,
            words=str(posted.get("words", "")),
            errand=str(posted.get("errand", "")) if kind == "errand" else "",
            nickname=str(posted.get("nickname", "")),
            phone=str(posted.get("phone", "")),
            names_poster=bool(posted.get("names_poster")),
        )
        found = actions.post_offer(actor=request.actor, draft=draft, key=moves.key_of(request))
        token = queries.link_token("offer", found.pk)
        keep(request, "offer", found.pk, token, found.title)
        return reverse("together:offer", args=[found.pk, token])

    return attempt(save, page)


@resident("together.join")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: Any, offer_id: UUID, token: str) -> HttpResponse:
    """Show one's own need or resource and what came of it; confirm that it is met, or take it back."""
    found = queries.offer_by_link(offer_id=offer_id, token=token)

    def page(facts: Any, status: int) -> HttpResponse:
        rows = [row for row in queries.matches_of(found) if row.state != "dropped"]
        frame = {
            "offer": found,
            "shown": offer_row(found),
            "matches": [match_row(row) for row in rows],
            "link": request.build_absolute_uri(reverse("together:offer", args=[offer_id, token])),
            "may_confirm": found.side == "need",
            "may_withdraw": found.state in ("waiting", "open") and not rows,
            **facts,
        }
        return draw(request, "together/offer.html", frame, tab="lists", status=status)

    if request.method != "POST":
        keep(request, "offer", offer_id, token, found.title)
        return page({}, 200)

    def save() -> str:
        deed = str(request.POST.get("deed", ""))
        key = moves.key_of(request)
        if deed == "withdraw":
            actions.withdraw_offer(actor=request.actor, offer_id=offer_id, token=token, key=key)
            messages.success(request, _("已撤回。"))
        else:
            match_id = _match_of(request)
            actions.confirm_match(actor=request.actor, match_id=match_id, token=token, key=key)
            messages.success(request, _("记下了，谢谢您告诉我们。"))
        return reverse("together:offer", args=[offer_id, token])

    return attempt(save, page)


def _match_of(request: Any) -> UUID:
    try:
        return UUID(str(request.POST.get("match", "")))
    except ValueError:
        raise NotFound("match") from None


@resident("together.join")
@sensitive_post_parameters("phone", "nickname")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: Any, offer_id: UUID) -> HttpResponse:
    """Grant somebody's micro-wish: whoever comes first; the community gives the two each other's number."""
    found = queries.offer(offer_id=offer_id)

    def page(facts: Any, status: int) -> HttpResponse:
        frame = {"offer": found, "shown": offer_row(found), "typed": request.POST, **facts}
        return draw(request, "together/claim.html", frame, tab="lists", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        actions.knock_to_post(address_of(request))
        taker = Taker(str(request.POST.get("nickname", "")), str(request.POST.get("phone", "")))
        made = actions.claim_need(
            actor=request.actor, need_id=offer_id, taker=taker, key=moves.key_of(request)
        )
        token = queries.link_token("match", made.pk)
        keep(request, "match", made.pk, token, found.title)
        return reverse("together:match", args=[made.pk, token])

    return attempt(save, page)


@resident("together.join")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: Any, match_id: UUID, token: str) -> HttpResponse:
    """Show what one has taken on; say that it is done, or that it came to nothing."""
    found = queries.match_by_link(match_id=match_id, token=token)

    def page(facts: Any, status: int) -> HttpResponse:
        link = request.build_absolute_uri(reverse("together:match", args=[match_id, token]))
        frame = {"match": found, "shown": match_row(found), "link": link, "typed": request.POST, **facts}
        return draw(request, "together/match.html", frame, tab="lists", status=status)

    if request.method != "POST":
        keep(request, "match", match_id, token, found.need.title)
        return page({}, 200)

    def save() -> str:
        words, key = str(request.POST.get("words", "")), moves.key_of(request)
        if request.POST.get("deed") == "drop":
            if not words.strip():
                raise Invalid({"words": [_("请写明没做成的原因。")]})
            actions.drop_match(actor=request.actor, match_id=match_id, reason=words, token=token, key=key)
            messages.success(request, _("记下了，这个心愿又可以由别人认领。"))
        else:
            actions.finish_match(actor=request.actor, match_id=match_id, words=words, token=token, key=key)
            messages.success(request, _("辛苦了！等对方确认。"))
        return reverse("together:match", args=[match_id, token])

    return attempt(save, page)
