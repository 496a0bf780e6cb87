"""The three lists: published by another, matched once, errands with a receipt, a group's own help, sixty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Draft, Taker
from jinlin.gatherings.events import OfferMatched
from jinlin.gatherings.models import Match, Offer
from jinlin.gatherings.queries import link_token
from jinlin.kernel import bus
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.people.access import ANYONE
from jinlin.places.models import Grid, MicroGrid
from tests.gatherings.town import posted, published
from tests.world import GRID, SINCE, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]
TAKER = Taker("热心小李", "13800138003")


def by_poster(need: Offer) -> str:
    return link_token("offer", need.pk)


def test_a_wish_is_published_by_another_and_granted_once(world: Any) -> None:
    mine = actions.post_offer(
        actor=world.actor("village"), draft=Draft("need", "micro_wish", "一盏台灯", VILLAGE)
    )
    with pytest.raises(NotAllowed, match="另一位同事"):
        actions.publish_offer(actor=world.actor("village"), offer_id=mine.pk)
    assert queries.offers(area=VILLAGE, side="need") == []
    actions.publish_offer(actor=world.actor("grid"), offer_id=mine.pk)
    need = published(world)
    assert {one.title for one in queries.offers(area=VILLAGE, side="need")} == {"一盏台灯", "想要一副老花镜"}
    heard: list[Any] = []
    bus.subscribe(OfferMatched, heard.append, after_commit=False)
    try:
        found = actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)
    finally:
        bus.unsubscribe(OfferMatched, heard.append)
    assert [(one.need_id, one.kind, one.unit) for one in heard] == [(need.pk, "micro_wish", None)]
    with pytest.raises(Conflict, match="先认领"):
        actions.claim_need(actor=ANYONE, need_id=need.pk, taker=Taker("慢一步", "13800138009"))
    actions.finish_match(actor=ANYONE, match_id=found.pk, token=link_token("match", found.pk), words="送到了")
    with pytest.raises(NotFound):
        actions.confirm_match(actor=ANYONE, match_id=found.pk, token="x" * 26)
    actions.confirm_match(actor=ANYONE, match_id=found.pk, token=by_poster(need))
    assert Offer.unscoped.get(pk=need.pk).state == "done"
    (line,) = queries.projects(area=VILLAGE)
    assert (line.need, line.state) == ("想要一副老花镜", "confirmed")
    assert "小李" not in repr(line)


def test_a_match_nobody_ends_keeps_no_number_for_ever(world: Any, at: Any) -> None:
    need = published(world)
    found = actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)
    with at(found.made_at + timedelta(days=59)):
        assert actions.forget_people() == 0
    with at(need.expires_at + timedelta(days=61)):
        assert actions.expire_offers() == 0, "under way"
        assert actions.forget_people() == 2
    assert Match.objects.get(pk=found.pk).contact_id is None
    assert Offer.unscoped.get(pk=need.pk).contact_id is None


def test_dropped_is_free_again_and_sixty_days_end_it(world: Any, at: Any) -> None:
    need = published(world)
    found = actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)
    token = link_token("match", found.pk)
    with pytest.raises(RuleBroken):
        actions.withdraw_offer(actor=ANYONE, offer_id=need.pk, token=by_poster(need))
    with at(need.expires_at + timedelta(days=1)):
        assert actions.expire_offers() == 0, "under way"
    actions.drop_match(actor=ANYONE, match_id=found.pk, reason="买不到", token=token)
    assert Offer.unscoped.get(pk=need.pk).state == "open"
    assert need.expires_at - need.made_at == timedelta(days=60)
    with at(need.expires_at):
        assert actions.expire_offers() == 1
        assert actions.expire_offers() == 0
        with pytest.raises(NotFound):
            actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)
    with at(need.expires_at + timedelta(days=8)):
        assert actions.forget_people() == 2
    assert Offer.unscoped.get(pk=need.pk).contact_id is None
    assert Match.objects.get(pk=found.pk).nickname == ""


def test_an_errand_needs_a_receipt_and_is_nobodys_business(world: Any) -> None:
    need = posted("errand", errand="pay_bill", title="帮忙交电费")
    actions.publish_offer(actor=world.actor("village"), offer_id=need.pk)
    assert queries.offers(area=VILLAGE, side="need") == []
    with pytest.raises(NotFound):
        queries.offer(offer_id=need.pk)
    with pytest.raises(NotFound):
        actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)
    worker = world.actor("grid")
    found = actions.claim_need(actor=worker, need_id=need.pk, taker=Taker())
    assert found.taken_by == worker.account_id
    with pytest.raises(RuleBroken, match="票据"):
        actions.confirm_match(actor=ANYONE, match_id=found.pk, token=by_poster(need))
    with pytest.raises(Invalid, match="票据号"):
        actions.finish_match(actor=worker, match_id=found.pk)
    actions.finish_match(actor=worker, match_id=found.pk, receipt="电费票 0312")
    with pytest.raises(NotAllowed):
        actions.confirm_match(actor=worker, match_id=found.pk)
    actions.confirm_match(actor=world.actor("village"), match_id=found.pk)
    assert Offer.unscoped.get(pk=need.pk).state == "done"


def test_units_share_what_they_have(world: Any) -> None:
    clerk, unit = world.actor("village"), world.unit("CMB")
    need = published(world, kind="space", title="周末要个教室", quantity=3)
    resource = actions.post_offer(
        actor=clerk, draft=Draft("resource", "space", "会议室三间", VILLAGE, quantity=2, unit=unit)
    )
    with pytest.raises(Conflict):
        actions.match_offers(actor=clerk, need_id=need.pk, resource_id=resource.pk)
    actions.publish_offer(actor=world.actor("grid"), offer_id=resource.pk)
    with pytest.raises(Conflict, match="没有这么多"):
        actions.match_offers(actor=clerk, need_id=need.pk, resource_id=resource.pk, quantity=3)
    found = actions.match_offers(actor=clerk, need_id=need.pk, resource_id=resource.pk, quantity=2)
    assert found.organisation_id == unit
    assert [Offer.unscoped.get(pk=row.pk).left for row in (need, resource)] == [1, 0]
    assert Offer.unscoped.get(pk=resource.pk).state == "matched"
    actions.drop_match(actor=clerk, match_id=found.pk, reason="改期")
    assert [Offer.unscoped.get(pk=row.pk).left for row in (need, resource)] == [3, 2]
    with pytest.raises(RuleBroken, match="社区来对接"):
        actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)


def test_neighbours_of_a_group_help_each_other(world: Any) -> None:
    grid = Grid.objects.get(code=GRID)
    MicroGrid.objects.create(
        code=GRID + "01", grid=grid, county=grid.county, name="三号楼联户组", households=12, valid_from=SINCE
    )
    clerk = world.actor("village")
    group = actions.open_group(actor=clerk, micro_grid=GRID + "01")
    token = link_token("group", group.pk, group.turn)
    need = posted("neighbour", title="出门三天，请帮收快递", place="", group_id=group.pk, group_token=token)
    assert need.state == "open"
    assert queries.offers(area=VILLAGE, side="need") == []
    assert [one.pk for one in queries.group_offers(group)] == [need.pk]
    with pytest.raises(NotFound):
        actions.claim_need(actor=ANYONE, need_id=need.pk, taker=TAKER)
    actions.claim_need(
        actor=ANYONE, need_id=need.pk, taker=Taker("楼下小陈", "13800138004", group_token=token)
    )
    renewed = actions.open_group(actor=clerk, micro_grid=GRID + "01", renew=True)
    with pytest.raises(NotFound):
        queries.group_by_link(group_id=group.pk, token=token)
    assert queries.group_by_link(group_id=group.pk, token=link_token("group", group.pk, renewed.turn))


def test_what_is_refused_says_why(world: Any) -> None:
    need = posted()
    with pytest.raises(Invalid):
        actions.refuse_offer(actor=world.actor("village"), offer_id=need.pk, reason="")
    done = actions.refuse_offer(
        actor=world.actor("village"), offer_id=need.pk, reason="请走救助渠道，已帮您联系"
    )
    assert queries.offer_by_link(offer_id=need.pk, token=by_poster(need)).reason == done.reason
    for bad in (
        {"kind": "micro_wish", "side": "resource"},
        {"kind": "errand"},
        {"quantity": 2},
        {"side": "x"},
    ):
        with pytest.raises(Invalid):
            posted(**{"kind": "micro_wish", **bad})
