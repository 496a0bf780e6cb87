"""Neighbour help inside a ten-household group: a page of its own, by the link its head gives out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Draft, Taker
from jinlin.gatherings.rules import words as w
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, choices, keep, uuid_of
from jinlin.web.together.frame import draw
from jinlin.web.together.tones import offer_row


@resident("together.join")
@never_cache
@sensitive_post_parameters("phone", "nickname", "words", "title")
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: Any, group_id: UUID, token: str) -> HttpResponse:
    """Show what the neighbours of a group need and offer; post one's own, or take a neighbour's need on."""
    found = queries.group_by_link(group_id=group_id, token=token)

    def page(facts: Any, status: int) -> HttpResponse:
        frame = {
            "group": found,
            "rows": [offer_row(row) for row in queries.group_offers(found)],
            "sides": choices(w.SIDES),
            "typed": request.POST,
            **facts,
        }
        return draw(request, "together/group.html", frame, status=status)

    if request.method != "POST":
        keep(request, "group", group_id, token, found.name)
        return page({}, 200)
    post = request.POST

    def save() -> str:
        actions.knock_to_post(address_of(request))
        name, phone, key = str(post.get("nickname", "")), str(post.get("phone", "")), moves.key_of(request)
        need = uuid_of(post.get("need"), "need")
        if need is not None:
            taker = Taker(name, phone, group_token=token)
            made = actions.claim_need(actor=request.actor, need_id=need, taker=taker, key=key)
            return reverse("together:match", args=[made.pk, queries.link_token("match", made.pk)])
        draft = Draft(
            side=str(post.get("side", "")),
            kind="neighbour",
            title=str(post.get("title", "")),
            words=str(post.get("words", "")),
            nickname=name,
            phone=phone,
            names_poster=True,
            group_id=group_id,
            group_token=token,
        )
        row = actions.post_offer(actor=request.actor, draft=draft, key=key)
        return reverse("together:offer", args=[row.pk, queries.link_token("offer", row.pk)])

    return attempt(save, page)
