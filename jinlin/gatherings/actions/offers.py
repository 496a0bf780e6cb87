"""Needs and resources: post one, let it be published or not, take it back, let it expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from jinlin.gatherings.actions.step import (
    by_link_or_staff,
    by_staff,
    located,
    locked,
    noted,
    person,
    required,
)
from jinlin.gatherings.models import Match, NeighbourGroup, Offer
from jinlin.gatherings.queries.links import proves
from jinlin.gatherings.rules import moves
from jinlin.gatherings.rules.seats import OFFER_DAYS, WISH_DAYS
from jinlin.gatherings.rules.words import ERRANDS, NEED_ONLY, OFFER_KINDS, SIDES
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import SYSTEM, Actor
from jinlin.places.models import MicroGrid

MOST: Final = 10_000
BATCH: Final = 200


@dataclass(frozen=True)
class Draft:
    """What somebody needs or has; residents leave a nickname and a phone, units are named by staff.

    Errands and help inside a group of households are never shown openly.
    """

    side: str
    kind: str
    title: str
    place: str = ""
    words: str = ""
    errand: str = ""
    quantity: int = 1
    window_from: datetime | None = None
    window_to: datetime | None = None
    nickname: str = ""
    phone: str = ""
    names_poster: bool = False
    unit: UUID | None = None
    group_id: UUID | None = None
    group_token: str = ""


@once("offer.post")
def post_offer(*, actor: Actor, draft: Draft, at: datetime | None = None, key: str | None = None) -> Offer:
    """Put a need or a resource forward. It is published by a member of staff, never by the one who posted it.

    Inside a group of households it stands at once: the neighbours know each other.
    """
    access.require(actor, "together.join")
    group = _group(draft)
    where = (
        {name: getattr(group, name) for name in ("county", "town", "village", "grid")}
        if group
        else located(draft.place)
    )
    now = at or clock.now()
    row = Offer(**where, side=draft.side, kind=draft.kind, made_at=now, group=group)
    ours = actor.kind != "resident" and row.allows(actor, "offer.manage")
    _write(row, draft)
    if ours and not draft.phone:
        row.nickname = clean(draft.nickname, max_length=20, field="nickname")
    else:
        row.nickname, row.contact_id, _d = person(row.county, draft.nickname, draft.phone, needs_phone=True)
    row.posted_by = actor.account_id
    if draft.unit is not None:
        if not ours:
            raise NotAllowed()
        row.organisation = orgs.unit(draft.unit)
    row.is_public = group is None and draft.kind != "errand"
    row.state = "open" if group is not None else "waiting"
    row.expires_at = now + timedelta(days=WISH_DAYS if draft.kind == "micro_wish" else OFFER_DAYS)
    row.save(force_insert=True)
    noted(actor, "offer.post", row)
    return row


@once("offer.publish")
def publish_offer(*, actor: Actor, offer_id: UUID, key: str | None = None) -> Offer:
    """Let it be seen; somebody else than who posted it, for the community's own posts too."""
    row = locked(Offer, offer_id)
    actor = by_staff(actor, "offer.manage", row)
    if row.posted_by is not None and row.posted_by == actor.account_id:
        raise NotAllowed("own_post", _("自己登记的要请另一位同事核对后发布。"))
    settle(row, "open")
    noted(actor, "offer.publish", row)
    return row


@once("offer.refuse")
def refuse_offer(*, actor: Actor, offer_id: UUID, reason: str, key: str | None = None) -> Offer:
    """Don't publish it, for a reason that the poster reads."""
    row = locked(Offer, offer_id)
    actor = by_staff(actor, "offer.manage", row)
    row.reason = required(reason, "reason")
    settle(row, "refused")
    noted(actor, "offer.refuse", row)
    return row


@once("offer.withdraw")
def withdraw_offer(*, actor: Actor, offer_id: UUID, token: str = "", key: str | None = None) -> Offer:
    """Take it back while nobody has taken it on: the poster by the link, or staff."""
    row = locked(Offer, offer_id)
    actor = by_link_or_staff(actor, "offer.manage", row, kind="offer", row_id=row.pk, token=token)
    if live_matches(row):
        raise RuleBroken("matched", _("已经有人认领了。请先和对方商量，由社区登记“没有做成”后再撤回。"))
    settle(row, "withdrawn")
    noted(actor, "offer.withdraw", row)
    return row


@once("group.open")
def open_group(
    *, actor: Actor, micro_grid: str, renew: bool = False, key: str | None = None
) -> NeighbourGroup:
    """Give a ten-household group its page; `renew` makes the old link void, after it went astray."""
    found = MicroGrid.objects.current().select_related("grid").filter(code=micro_grid).first()
    if found is None:
        raise Invalid({"micro_grid": [_("没有这个联户组，请从列表里选。")]})
    row = NeighbourGroup(
        **located(found.grid.code), micro_grid=found.code, name=found.name, made_at=clock.now()
    )
    actor = by_staff(actor, "offer.manage", row)
    row, made = NeighbourGroup.objects.get_or_create(
        county=row.county,
        micro_grid=row.micro_grid,
        defaults={name: getattr(row, name) for name in ("town", "village", "grid", "name", "made_at")},
    )
    if renew and not made:
        row.turn += 1
        row.save(update_fields=["turn"])
    noted(actor, "group.open", row)
    return row


def expire_offers() -> int:
    """Let offers end whose time is over, in small transactions; returns how many."""
    done = 0
    running = Match.objects.filter(need=OuterRef("pk"), state__in=("agreed", "done"))
    while True:
        due = Offer.unscoped.filter(expires_at__lte=clock.now(), state__in=("waiting", "open", "matched"))
        due = due.exclude(Exists(running), state="matched")  # what is under way may end after its time
        ids = list(due.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return done
        with transaction.atomic():
            for pk in ids:
                row = locked(Offer, pk)
                if row.state in ("waiting", "open", "matched"):
                    settle(row, "done" if _was_used(row) else "expired")
                    noted(SYSTEM, "offer.expire", row)
        done += len(ids)


def _was_used(row: Offer) -> bool:
    return any(match.state == "confirmed" for match in live_matches(row))


def live_matches(row: Offer) -> list[Match]:
    """Return the matches of an offer that stand (one query)."""
    side = {"need": row} if row.side == "need" else {"resource": row}
    return list(Match.objects.filter(county=row.county, state__in=moves.LIVE_MATCH, **side))


def settle(row: Offer, state: str) -> None:
    """Bring an offer into another state and write it whole; part of a deed that is already allowed."""
    moves.require(moves.OFFER, row.state, state)
    row.state = state
    row.settled_at = clock.now() if state in ("done", "expired", "withdrawn", "refused") else None
    row.version += 1
    row.save()


def _group(draft: Draft) -> NeighbourGroup | None:
    if draft.group_id is None:
        return None
    group = NeighbourGroup.objects.filter(pk=draft.group_id).first()
    if group is None or not proves("group", group.pk, draft.group_token, group.turn):
        raise NotFound("group")
    return group


def _write(row: Offer, draft: Draft) -> None:
    wrong: dict[str, list[str]] = {}
    if draft.side not in SIDES:
        wrong["side"] = [_("请选择是需求还是资源。")]
    if draft.kind not in OFFER_KINDS or (draft.kind in NEED_ONLY and draft.side != "need"):
        wrong["kind"] = [_("请从列表里选是哪一类。")]
    if (draft.kind == "errand") != bool(draft.errand) or draft.errand not in ("", *ERRANDS):
        wrong["errand"] = [_("请选择要代办什么。")]
    if not 1 <= draft.quantity <= MOST or (draft.kind in NEED_ONLY and draft.quantity != 1):
        wrong["quantity"] = [_("数量请填 1 到 10000；微心愿和代办一次一件。")]
    if draft.window_from and draft.window_to and draft.window_to <= draft.window_from:
        wrong["window_to"] = [_("结束时间要晚于开始时间。")]
    if wrong:
        raise Invalid(wrong)
    row.errand, row.quantity, row.left = draft.errand, draft.quantity, draft.quantity
    row.title = clean(draft.title, max_length=40, field="title", required=True)
    row.words = clean(draft.words, max_length=300, field="words", multiline=True)
    row.window_from, row.window_to = draft.window_from, draft.window_to
    row.names_poster = draft.names_poster
