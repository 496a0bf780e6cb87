"""The three lists at the community: what to check, what to match, errands to run, groups of households and their links."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Draft, Taker
from jinlin.gatherings.rules import words as w
from jinlin.kernel.errors import NotFound
from jinlin.orgs import queries as orgs
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.gatherings.frame import VILLAGE, deed, draw
from jinlin.web.together.asked import choices, number, uuid_of
from jinlin.web.together.tones import match_row, offer_row


@permits("offer.manage")
@require_safe
def offers(request: Any, area: str) -> HttpResponse:
    """Show what waits: to be checked, to be matched, to be finished; then the open lists side by side."""
    return _page(request, area, {}, 200)


def _page(request: Any, area: str, facts: Any, status: int) -> HttpResponse:
    viewer = request.actor
    queries.require_area(viewer=viewer, area=area, verb="offer.manage")
    needs = queries.offers(area=area, side="need", viewer=viewer)
    resources = queries.offers(area=area, side="resource", viewer=viewer)
    frame = {
        "to_check": [offer_row(row) for row in queries.to_check(viewer=viewer, area=area)],
        "running": [match_row(row) for row in queries.running(viewer=viewer, area=area)],
        "needs": [offer_row(row) for row in needs],
        "resources": [(str(row.pk), f"{row.title}（{row.left}）") for row in resources],
        "listed": [offer_row(row) for row in resources],
        **facts,
    }
    return draw(request, "gatherings/offers.html", frame, area=area, tab="offers", status=status)


@permits("offer.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, area: str) -> HttpResponse:
    """Enter a need or a resource: for somebody without a phone, or for a co-building unit that reported (双报到)."""
    queries.require_area(viewer=request.actor, area=area, verb="offer.manage")

    def page(facts: Any, status: int) -> HttpResponse:
        units = [(str(row.pk), row.name) for row in orgs.search_units(county=area[:6] + "000000", limit=200)]
        frame = {
            "sides": choices(w.SIDES),
            "kinds": choices(w.OFFER_KINDS, [kind for kind in w.OFFER_KINDS if kind != "neighbour"]),
            "errands": [("", _("不是代办")), *choices(w.ERRANDS)],
            "units": [("", _("居民个人")), *units],
            "typed": request.POST or {"side": "need", "quantity": 1},
            **facts,
        }
        return draw(request, "gatherings/offer_new.html", frame, area=area, tab="offers", status=status)

    if request.method != "POST":
        return page({}, 200)
    post = request.POST

    def save() -> str:
        kind = str(post.get("kind", ""))
        draft = Draft(
            side=str(post.get("side", "")),
            kind=kind,
            title=str(post.get("title", "")),
            place=area,
            words=str(post.get("words", "")),
            errand=str(post.get("errand", "")) if kind == "errand" else "",
            quantity=number(post, "quantity", empty=1) or 1,
            nickname=str(post.get("nickname", "")),
            phone=str(post.get("phone", "")),
            unit=uuid_of(post.get("unit"), "unit"),
        )
        actions.post_offer(actor=request.actor, draft=draft, key=moves.key_of(request))
        return reverse("gatherings:offers", args=[area])

    return deed(request, save, page, said=_("登记好了，请另一位同事核对后发布。"))


OFFER_DEEDS = ("publish", "refuse", "withdraw", "match", "claim")


@permits("offer.manage")
@require_POST
def do_offer(request: Any, offer_id: UUID, deed_name: str) -> HttpResponse:
    """Publish, refuse, take back, match with a resource, or take a need on oneself."""
    row = queries.offer(offer_id=offer_id, viewer=request.actor)
    if deed_name not in OFFER_DEEDS:
        raise NotFound("deed")
    post = request.POST
    about: dict[str, Any] = {"actor": request.actor, "key": moves.key_of(request)}

    def save() -> str:
        if deed_name == "publish":
            actions.publish_offer(**about, offer_id=offer_id)
        elif deed_name == "refuse":
            actions.refuse_offer(**about, offer_id=offer_id, reason=str(post.get("reason", "")))
        elif deed_name == "withdraw":
            actions.withdraw_offer(**about, offer_id=offer_id)
        elif deed_name == "claim":
            actions.claim_need(**about, need_id=offer_id, taker=Taker())
        else:
            resource = uuid_of(post.get("resource"), "resource")
            if resource is None:
                raise NotFound("resource")
            quantity = number(post, "quantity", empty=1) or 1
            actions.match_offers(**about, need_id=offer_id, resource_id=resource, quantity=quantity)
        return reverse("gatherings:offers", args=[row.village])

    return deed(request, save, lambda facts, status: _page(request, row.village, facts, status))


@permits("offer.manage")
@require_POST
def do_match(request: Any, match_id: UUID, deed_name: str) -> HttpResponse:
    """Finish with a receipt, confirm, or note that it came to nothing."""
    row = queries.match(viewer=request.actor, match_id=match_id)
    post = request.POST
    about: dict[str, Any] = {"actor": request.actor, "match_id": match_id, "key": moves.key_of(request)}

    def save() -> str:
        if deed_name == "finish":
            photos = moves.store_photos(request)
            receipt, words = str(post.get("receipt", "")), str(post.get("words", ""))
            actions.finish_match(**about, receipt=receipt, words=words, photos=photos)
        elif deed_name == "confirm":
            actions.confirm_match(**about)
        elif deed_name == "drop":
            actions.drop_match(**about, reason=str(post.get("words", "")))
        else:
            raise NotFound("deed")
        return reverse("gatherings:offers", args=[row.village])

    return deed(request, save, lambda facts, status: _page(request, row.village, facts, status))


@permits("offer.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: Any, area: str) -> HttpResponse:
    """Give ten-household groups their page, print the link, make a new one when it went astray."""
    name = queries.require_area(viewer=request.actor, area=area, verb="offer.manage")

    def page(facts: Any, status: int) -> HttpResponse:
        rows = [
            (row, request.build_absolute_uri(reverse("together:group", args=[row.pk, _token(row)])))
            for row in queries.groups(viewer=request.actor, area=area)
        ]
        here = queries.micro_grids(viewer=request.actor, area=area) if len(area.rstrip("0")) > 9 else []
        frame = {"rows": rows, "micro_grids": here, "place": name, "village_level": VILLAGE, **facts}
        return draw(request, "gatherings/groups.html", frame, area=area, tab="offers", status=status)

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        code, renew = str(request.POST.get("micro_grid", "")), bool(request.POST.get("renew"))
        actions.open_group(actor=request.actor, micro_grid=code, renew=renew, key=moves.key_of(request))
        return reverse("gatherings:groups", args=[area])

    return deed(request, save, page, said=_("联户组的页面开好了，请把链接发给组里的邻居。"))


def _token(row: Any) -> str:
    return queries.link_token("group", row.pk, row.turn)
