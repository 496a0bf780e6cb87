"""Stories of two sides: a co-building out of a match of two units, a venture from the award to the archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jinlin.gatherings import actions as g
from jinlin.gatherings.actions import Draft, ItemSaid
from jinlin.gatherings.models import AgendaItem
from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Counted, Initiative, Meeting, Milestone, Payment, StageEntry
from jinlin.initiatives.rules import money
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.orgs import queries as orgs
from jinlin.people.access import ANYONE
from tests.gatherings.town import plan as gathering_plan
from tests.initiatives.stories import Stories, day, refused
from tests.world import TOWN, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
GRANT = 5_000_001  # fen: does not split evenly


def counted(name: str) -> int:
    return sum(Counted.objects.filter(name=name).values_list("n", flat=True))


def offered(told: Stories, side: str, unit: UUID, title: str, kind: str = "space") -> UUID:
    draft = Draft(side, kind, title, VILLAGE, unit=unit)
    row = g.post_offer(actor=told.world.actor("village"), draft=draft)
    return g.publish_offer(actor=told.world.actor("grid"), offer_id=row.pk).pk


def test_a_match_of_two_units_is_signed_done_and_looked_back_on(told: Stories, at: Any) -> None:
    village, asking, helping = told.world.actor("village"), told.world.unit("HCB"), told.world.unit("CMB")
    need = offered(told, "need", asking, "书法班缺一间教室")
    room = offered(told, "resource", helping, "周末会议室")
    match = g.match_offers(actor=village, need_id=need, resource_id=room, key="match-000001")
    g.match_offers(actor=village, need_id=need, resource_id=room, key="match-000001")  # sent twice
    item = Initiative.unscoped.get(kind="cobuild")
    assert (item.match_ref, item.stage, item.source, item.is_public) == (match.pk, "decided", "match", True)
    assert (item.title, item.village, item.owner_unit) == ("书法班缺一间教室", VILLAGE, helping)
    assert item.partners.splitlines() == [orgs.unit_name(asking), orgs.unit_name(helping)]
    with pytest.raises(Invalid):
        told.go(item, "contract")  # without an agreement
    with refused("two_partners"):
        told.go(item, "contract", agreement="周六上午用会议室", partners=orgs.unit_name(helping))
    with pytest.raises(NotFound):
        told.go(item, "contract", who="county2", agreement="别处的人")
    told.go(item, "contract", agreement="每周六上午，书法班用会议室。")
    assert told.again(item).partners.count("\n") == 1, "a refused deed left nothing"
    with at(day(1)):
        told.go(item, "start")
        row = g.plan_gathering(
            actor=village, plan=gathering_plan(kind="joint", title="第一季度联席会", starts_at=day(2), ends_at=day(2) + timedelta(hours=2))
        )  # fmt: skip
        row = g.announce_gathering(actor=village, gathering_id=row.pk)
        told.go(item, "accept", public="上了八次课")
        with refused("met"):
            told.go(item, "review")
        a.link_gathering(actor=village, initiative_id=item.pk, gathering_id=row.pk)
        with refused("met"):
            told.go(item, "review")  # announced is not held
    with at(day(2) + timedelta(hours=2)):
        g.hold_gathering(actor=village, gathering_id=row.pk, walk_ins=11)
        agenda = list(AgendaItem.objects.filter(gathering=row))
        said = [ItemSaid(one.pk, "下季度再办两期。") for one in agenda]
        g.write_minutes(actor=village, gathering_id=row.pk, items=said, words="草稿")
        assert not Meeting.objects.get(initiative=item).minutes, "a draft is nobody's yet"
        with refused("met"):
            told.go(item, "review")
        g.write_minutes(actor=village, gathering_id=row.pk, items=said, publish=True)  # no closing words
        told.go(item, "review", public="联席会上回顾过了")
    item = told.again(item)
    assert (item.stage, item.is_open, item.activities, item.served) == ("reviewed", False, 1, 11)
    minutes = Meeting.objects.get(initiative=item).minutes.splitlines()
    assert minutes == [f"{one.title}：下季度再办两期。" for one in agenda]
    assert minutes
    assert (counted("cobuilds"), counted("cobuilds_done")) == (1, 1)


def test_a_micro_wish_is_no_project(told: Stories) -> None:
    need = offered(told, "need", told.world.unit("HCB"), "一副老花镜", "micro_wish")
    room = offered(told, "resource", told.world.unit("CMB"), "老花镜两副", "goods")
    g.match_offers(actor=told.world.actor("village"), need_id=need, resource_id=room)
    assert not Initiative.unscoped.exists()


def awarded(told: Stories, at: Any) -> Initiative:
    """An application reviewed three times and awarded on the 41st day."""
    today, town = clock.today(), told.world.actor("town")
    call = a.Call("创投", TOWN, "来吧", today, today + timedelta(days=20), today + timedelta(days=40), GRANT)
    row = a.call_round(actor=town, call=call)
    item = a.apply_for(
        actor=ANYONE, round_id=row.pk, title="独居老人送餐", text="本机构每周送餐三次。", asked_fen=GRANT,
        sheet=a.Sheet("荣成市暖阳社会工作服务中心", "钱进宝", "13712345678"),
    )  # fmt: skip
    told.go(item, "submit", who="resident", passed=item.proposed_by_id)
    told.go(item, "qualify", who="town")
    for _n in range(3):
        seat = a.invite_reviewer(actor=town, round_id=row.pk)
        review = a.assign_review(actor=town, initiative_id=item.pk, seat_id=seat.pk)
        a.declare_conflict(actor=ANYONE, review_id=review.pk, passed=seat.pk, conflict=False)
        a.submit_review(
            actor=ANYONE, review_id=review.pk, passed=seat.pk, recommendation="fund", words="真实",
            scores=dict.fromkeys(("need", "plan", "budget", "effect"), 80),
        )  # fmt: skip
    with at(day(41)):
        a.close_round(actor=town, round_id=row.pk)
        with refused("within_cap"):
            told.go(item, "award", who="town", granted_fen=GRANT + 1)
        return told.go(item, "award", who="town", granted_fen=GRANT)


def instalment(told: Stories, item: Initiative, number: int) -> None:
    """Hand in, accept and pay a part; the office's own evidence is accepted by another one; refused before each step."""
    town, part = told.world.actor("town"), told.part(item, number)
    planned, by_office = part.planned_fen, number == 2

    def pay(fen: int) -> None:
        a.record_payment(
            actor=town, milestone_id=part.pk, amount_fen=fen, paid_on=clock.today(), receipt=f"F-{number}"
        )

    with refused("no_payment"):
        pay(planned)  # before there is any evidence
    if by_office:
        a.submit_part(actor=town, milestone_id=part.pk, evidence="街道代交的活动记录")
        with pytest.raises(NotAllowed):
            a.accept_part(actor=town, milestone_id=part.pk, agreed=True)
    else:
        a.submit_part(actor=ANYONE, milestone_id=part.pk, evidence="活动记录", passed=item.proposed_by_id)
    with refused("no_payment"):
        pay(planned)  # nobody has accepted it
    accepting = told.world.actor("county") if by_office else town
    a.accept_part(actor=accepting, milestone_id=part.pk, agreed=True)
    with refused("no_payment"):
        pay(planned + 1)
    pay(planned)
    with refused("no_payment"):
        pay(1)  # it is paid


def test_a_venture_from_the_award_to_the_archive(told: Stories, at: Any) -> None:
    item = awarded(told, at)
    notice = told.again(item).objections_until
    assert notice is not None
    town = told.world.actor("town")
    with at(day(42)):
        told.plan(item, *money.split(GRANT), who="town")
        with refused("objections_over"):
            told.go(item, "contract", who="town")
        with pytest.raises(NotAllowed):
            told.plan(item, GRANT, who="village", reason="不归社区管")
    with at(day(42) + (notice - day(41).date())):
        told.go(item, "contract", who="town")
        told.go(item, "start", who="town")
    for number, planned in enumerate(money.split(GRANT), start=1):
        with at(day(60 + 30 * number)):
            assert told.part(item, number).planned_fen == planned
            with refused("milestones_done"):
                told.go(item, "accept", who="town")
            instalment(told, item, number)
    rows = Milestone.objects.filter(initiative=item, is_live=True)
    assert not [row for row in rows if row.accepted_by in ("", row.submitted_by)]
    accepted = {row.pk: row.accepted_at for row in rows}
    paid = list(Payment.objects.filter(initiative=item).order_by("at"))
    assert sum(one.amount_fen for one in paid) == told.again(item).paid_fen == GRANT
    assert all(accepted[one.milestone_id] <= one.at for one in paid)
    with at(day(160)):
        told.go(item, "accept", who="town")
        with refused("reported"):
            told.go(item, "review", who="town")
        a.publish_result(actor=town, initiative_id=item.pk, text="送了 4 千份餐，照顾 20 户。")
        told.go(item, "review", who="town")
        item = told.again(item)
        assert (item.stage, item.is_open, item.result) == ("reviewed", False, "送了 4 千份餐，照顾 20 户。")
        with refused("no_such_move"):
            told.go(item, "stop", who="town", public="晚了")
        with refused("not_now"):
            told.plan(item, GRANT, who="town", reason="再来")
    verbs = [row.verb for row in StageEntry.objects.filter(initiative=item).order_by("number") if row.target]
    assert verbs[1:] == ["submit", "qualify", "award", "contract", "start", "accept", "review"]
