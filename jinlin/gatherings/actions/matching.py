"""Bringing needs and resources together, and seeing it through: agreed, done, confirmed by who needed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jinlin.files.actions import attach
from jinlin.gatherings.actions import counting
from jinlin.gatherings.actions.offers import live_matches, settle
from jinlin.gatherings.actions.step import by_staff, locked, noted, person, required
from jinlin.gatherings.events import OfferMatched
from jinlin.gatherings.models import Match, NeighbourGroup, Offer
from jinlin.gatherings.queries.links import proves
from jinlin.gatherings.rules import moves
from jinlin.gatherings.rules.counting import name_of_need
from jinlin.gatherings.rules.words import NEED_ONLY
from jinlin.kernel import bus, clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor


@dataclass(frozen=True)
class Taker:
    """Who takes something on: a person (nickname and phone), or a unit named by staff; staff run errands themselves."""

    nickname: str = ""
    phone: str = ""
    unit: UUID | None = None
    group_token: str = ""


@once("offer.match")
def match_offers(
    *, actor: Actor, need_id: UUID, resource_id: UUID, quantity: int = 1, key: str | None = None
) -> Match:
    """Bring a need and a resource together, as much of each as is left; announces OfferMatched."""
    first, second = sorted((need_id, resource_id))  # one order of locks for everybody
    if first == second:
        raise Invalid({"resource": [_("需求和资源不能是同一条。")]})
    rows = {pk: locked(Offer, pk) for pk in (first, second)}
    need, resource = rows[need_id], rows[resource_id]
    actor = by_staff(actor, "offer.manage", need)
    access.require(actor, "offer.manage", resource)
    if need.side != "need" or resource.side != "resource" or need.county != resource.county:
        raise Invalid({"resource": [_("请选一条需求和一条同县（市、区）的资源。")]})
    if not 1 <= quantity <= min(need.left, resource.left):
        raise Conflict(
            "not_enough",
            _("没有这么多了：需求还差 {need}，资源还剩 {resource}。"),
            need=need.left,
            resource=resource.left,
        )
    found = _match(need, quantity, resource=resource, organisation=resource.organisation)
    _use(resource, quantity)
    _announce(found, need)
    noted(actor, "offer.match", need)
    return found


@once("offer.claim")
def claim_need(*, actor: Actor, need_id: UUID, taker: Taker, key: str | None = None) -> Match:
    """Take a need on: a micro-wish by a volunteer or a unit, an errand by staff, a neighbour's need by a neighbour.

    What is one of a kind is taken once, whoever comes first; everybody else is told so (Conflict).
    """
    access.require(actor, "together.join")
    need = locked(Offer, need_id)
    ours = actor.kind != "resident" and need.allows(actor, "offer.manage")
    _may_claim(need, taker, ours=ours)
    if need.state != "open" or need.left < 1:
        raise Conflict("taken", _("已经有人先认领了，谢谢您。看看别的心愿吧。"))
    facts: dict[str, Any] = {}
    if taker.unit is not None:
        if not ours:
            raise NotAllowed()
        facts["organisation"] = orgs.unit(taker.unit)
    elif ours and not taker.phone:
        facts["taken_by"] = actor.account_id
    else:
        name, contact, _digits = person(need.county, taker.nickname, taker.phone, needs_phone=True)
        facts |= {"nickname": name, "contact_id": contact}
    found = _match(need, 1, **facts)
    _announce(found, need)
    noted(actor, "offer.claim", need)
    return found


def _may_claim(need: Offer, taker: Taker, *, ours: bool) -> None:
    if need.side != "need" or need.state in ("waiting", "refused", "withdrawn", "expired"):
        raise NotFound("offer")
    if ours:
        return
    if need.group_id is not None:
        group = NeighbourGroup.objects.get(pk=need.group_id)
        if proves("group", group.pk, taker.group_token, group.turn):
            return
    if not need.is_public:  # an errand tells of somebody at home: only those in charge run it
        raise NotFound("offer")
    if need.kind != "micro_wish":
        raise RuleBroken("by_staff", _("这一项由社区来对接，请打社区电话说您能帮忙。"))


@once("offer.finish")
def finish_match(
    *,
    actor: Actor,
    match_id: UUID,
    receipt: str = "",
    words: str = "",
    photos: Sequence[UUID] = (),
    token: str = "",
    key: str | None = None,
) -> Match:
    """Say that it is done. An errand needs the receipt: its number, or a photo of it; the money never passes here."""
    found, need, actor = _held(actor, match_id, "match", token)
    moves.require(moves.MATCH, found.state, "done")
    found.receipt = clean(receipt, max_length=80, field="receipt")
    found.words = clean(words, max_length=200, field="words", multiline=True)
    if need.kind == "errand" and not (found.receipt or photos):
        raise Invalid({"receipt": [_("代办要有凭据：请填票据号，或拍一张票据照片，任选一样。")]})
    if photos:
        stored = attach(file_ids=list(photos)[:1], owner=found, county=found.county)
        found.receipt_photo = stored[0].pk
    found.state, found.done_at = "done", clock.now()
    found.save()
    noted(actor, "offer.finish", need)
    return found


@once("offer.confirm")
def confirm_match(*, actor: Actor, match_id: UUID, token: str = "", key: str | None = None) -> Match:
    """Confirm that the need is met: whoever posted it by their link, or another member of staff than who ran it."""
    found, need, actor = _held(actor, match_id, "offer", token)
    moves.require(moves.MATCH, found.state, "confirmed")
    if need.kind == "errand" and found.state != "done":
        raise RuleBroken("no_receipt", _("代办还没有登记凭据，请先由经办人登记票据。"))
    if not token and actor.account_id is not None and actor.account_id == found.taken_by:
        raise NotAllowed("own_deed", _("自己办的要由当事人或另一位同事确认。"))
    found.state, found.settled_at = "confirmed", clock.now()
    found.save(update_fields=["state", "settled_at"])
    counting.happened(need, name_of_need(need.kind), 1, found.settled_at)
    _close(need)
    if found.resource_id:
        _close(locked(Offer, found.resource_id))
    noted(actor, "offer.confirm", need)
    return found


@once("offer.drop")
def drop_match(
    *, actor: Actor, match_id: UUID, reason: str, token: str = "", key: str | None = None
) -> Match:
    """Say that it came to nothing: what was promised is free again for others."""
    found, need, actor = _held(actor, match_id, "match", token)
    moves.require(moves.MATCH, found.state, "dropped")
    found.words = required(reason, "reason")
    found.state, found.settled_at, found.one_only = "dropped", clock.now(), None
    found.save()
    _give_back(need, found.quantity)
    if found.resource_id:
        _give_back(locked(Offer, found.resource_id), found.quantity)
    noted(actor, "offer.drop", need)
    return found


def _held(actor: Actor, match_id: UUID, kind: str, token: str) -> tuple[Match, Offer, Actor]:
    """Return the match and its need under lock; by the link of the taker ("match") or the poster ("offer"), or staff."""
    known = Match.objects.filter(pk=match_id).first()
    if known is None:
        raise NotFound("match")
    need = locked(Offer, known.need_id)
    found = locked(Match, match_id)
    if token:
        if not proves(kind, found.pk if kind == "match" else need.pk, token):
            raise NotFound("match")
        return found, need, actor
    return found, need, by_staff(actor, "offer.manage", need)


def _match(need: Offer, quantity: int, **facts: Any) -> Match:
    found = Match(
        county=need.county,
        town=need.town,
        village=need.village,
        grid=need.grid,
        need=need,
        quantity=quantity,
        made_at=clock.now(),
        one_only=need.pk if need.kind in NEED_ONLY else None,
        **facts,
    )
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError:
        raise Conflict("taken", _("已经有人先认领了，谢谢您。看看别的心愿吧。")) from None
    _use(need, quantity)
    return found


def _use(row: Offer, quantity: int) -> None:
    if row.state != "open":
        raise Conflict("not_open", _("“{title}”现在不能对接，请刷新列表。"), title=row.title)
    row.left -= quantity
    if row.left:
        row.save(update_fields=["left"])
    else:
        settle(row, "matched")


def _give_back(row: Offer, quantity: int) -> None:
    row.left += quantity
    if row.state == "matched":
        settle(row, "open")
    else:
        row.save(update_fields=["left"])


def _close(row: Offer) -> None:
    """End an offer of which nothing is left and everything is confirmed."""
    if row.state == "matched" and all(match.state == "confirmed" for match in live_matches(row)):
        settle(row, "done")


def _announce(found: Match, need: Offer) -> None:
    bus.announce(
        OfferMatched(
            match_id=found.pk,
            need_id=need.pk,
            resource_id=found.resource_id,
            county=found.county,
            village=found.village,
            kind=need.kind,
            unit=found.organisation_id,
            at=clock.now(),
        )
    )
