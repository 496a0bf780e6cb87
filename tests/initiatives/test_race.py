"""Sixteen at once at one item: a part is accepted once, paid once, a review is declared one way, a support counts once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from jinlin.audit.models import AuditEntry
from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative, Payment, Review, Round, StageEntry, Support
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError
from jinlin.people.access import ANYONE
from tests.initiatives.stories import Stories
from tests.kernel.threads import together
from tests.world import TOWN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
CROWD = 16
FEN = 3_000_000


@pytest.fixture
def told(live_world: Any) -> Stories:
    """The town's people, really committed."""
    return Stories(live_world)


def refusals(told: list[Any]) -> Counter[str]:
    """Return the codes of those refused, each with 409 and one Chinese sentence; anything else fails the test."""
    found = [one for one in told if isinstance(one, Exception)]
    for one in found:
        assert isinstance(one, JinlinError), repr(one)
        assert one.http_status == 409, repr(one)
        assert str(one).endswith("。"), str(one)
    return Counter(one.code for one in found)


def works(told: Stories, *amounts: int) -> Initiative:
    """Works under way with a part for each amount, none handed in."""
    item = told.works()
    told.go(item, "publish", who="town")
    told.go(item, "assess", who="town", feasibility="feasible", cost_fen=sum(amounts), works_class="basic")
    told.go(item, "decide", who="town", owner_unit=told.world.unit("HCB"))
    told.go(item, "fund", fund_source="中央财政补助", granted_fen=sum(amounts))
    told.plan(item, *amounts)
    told.go(item, "start")
    return told.again(item)


def submitted(told: Stories, item: Initiative, *numbers: int) -> None:
    for number in numbers:
        part = told.part(item, number).pk
        a.submit_part(actor=told.world.actor("village"), milestone_id=part, evidence="照片和签收单")


def lines(item: Initiative, verb: str) -> int:
    assert list(StageEntry.objects.filter(initiative=item).values_list("number", flat=True)) == list(
        range(1, Initiative.unscoped.get(pk=item.pk).entries_count + 1)
    ), "the history has no gap and no double"
    return StageEntry.objects.filter(initiative=item, verb=verb).count()


def test_a_part_is_accepted_once(told: Stories) -> None:
    item = works(told, FEN)
    submitted(told, item, 1)
    part, people = told.part(item).pk, [told.world.actor(name) for name in ("town", "county")]

    def accept(number: int) -> Any:
        return a.accept_part(actor=people[number % 2], milestone_id=part, agreed=True)

    outcome = together(CROWD, accept)
    assert refusals(outcome) == {"nothing_submitted": CROWD - 1}
    row = told.part(item)
    assert row.accepted_by in {one.key for one in people}
    assert lines(item, "accept_part") == 1


def test_accepting_and_giving_back_at_once_is_one_of_them(told: Stories) -> None:
    item = works(told, FEN)
    submitted(told, item, 1)
    part, people = told.part(item).pk, [told.world.actor(name) for name in ("town", "county")]

    def answer(number: int) -> Any:
        agreed = bool(number % 2)
        return a.accept_part(
            actor=people[number % 2], milestone_id=part, agreed=agreed, words="" if agreed else "缺照片"
        )

    assert refusals(together(CROWD, answer)) == {"nothing_submitted": CROWD - 1}
    row = told.part(item)
    assert (row.accepted_at is None) == (row.submitted_at is None) == bool(row.returned_text)
    assert lines(item, "accept_part") == 1


def test_an_instalment_is_paid_once(told: Stories) -> None:
    item = works(told, FEN, FEN)
    submitted(told, item, 1)
    part = told.part(item, 1).pk
    a.accept_part(actor=told.world.actor("town"), milestone_id=part, agreed=True)

    def pay(number: int) -> Payment:
        return a.record_payment(
            actor=told.world.actor("village"), milestone_id=part, amount_fen=FEN, paid_on=clock.today(), receipt=f"票{number}"
        )  # fmt: skip

    assert refusals(together(CROWD, pay)) == {"no_payment": CROWD - 1}
    assert Payment.objects.filter(initiative=item).count() == 1
    assert (told.again(item).paid_fen, told.part(item, 1).paid_fen) == (FEN, FEN)
    assert lines(item, "pay") == 1


def test_two_instalments_at_once_are_both_paid_and_add_up(told: Stories) -> None:
    item = works(told, FEN, FEN)
    submitted(told, item, 1, 2)
    parts = [told.part(item, number).pk for number in (1, 2)]
    for part in parts:
        a.accept_part(actor=told.world.actor("town"), milestone_id=part, agreed=True)

    def pay(number: int) -> Payment:
        return a.record_payment(
            actor=told.world.actor("village"), milestone_id=parts[number % 2], amount_fen=FEN, paid_on=clock.today(), receipt=f"票{number}"
        )  # fmt: skip

    assert refusals(together(CROWD, pay)) == {"no_payment": CROWD - 2}
    paid = Payment.objects.filter(initiative=item)
    assert sorted(paid.values_list("milestone", flat=True)) == sorted(parts)
    assert told.again(item).paid_fen == 2 * FEN
    assert lines(item, "pay") == 2


def test_a_new_plan_and_evidence_at_once(told: Stories) -> None:
    item = works(told, FEN, FEN)
    part, version = told.part(item, 1).pk, told.again(item).plan_version

    def change(number: int) -> Any:
        if number:
            return a.submit_part(
                actor=told.world.actor("village"), milestone_id=part, evidence=f"照片{number}"
            )
        return told.plan(item, FEN - 100, FEN + 100, reason="调整")

    outcome = together(CROWD, change)
    live = told.part(item, 1)
    if isinstance(outcome[0], Exception):  # the evidence was first: what is handed in is not rewritten
        assert outcome[0].fields.keys() == {"parts"}  # type: ignore[attr-defined]
        assert live.pk == part
    else:
        assert told.again(item).plan_version == version + 1
        if live.pk != part:  # the plan was first, and no evidence hangs on what it replaced
            assert refusals(outcome) == {"replaced": CROWD - 1}
            assert live.submitted_at is None
    assert told.part(item, 1).planned_fen + told.part(item, 2).planned_fen == 2 * FEN


def reviewed(told: Stories) -> tuple[Round, Review]:
    """A round whose last day was yesterday, and a review handed out in it."""
    town, today = told.world.actor("town"), clock.today()
    with clock.fixed(clock.now() - timedelta(days=2)):
        call = a.Call("创投", TOWN, "来吧", today - timedelta(days=2), today - timedelta(days=1), today, FEN)
        row = a.call_round(actor=town, call=call)
        item = a.apply_for(
            actor=ANYONE, round_id=row.pk, title="独居老人送餐", text="本机构每周送餐三次。", asked_fen=FEN,
            sheet=a.Sheet("荣成市暖阳社会工作服务中心", "钱进宝", "13712345678"),
        )  # fmt: skip
        told.go(item, "submit", who="resident", passed=item.proposed_by_id)
        told.go(item, "qualify", who="town")
        seat = a.invite_reviewer(actor=town, round_id=row.pk)
        return row, a.assign_review(actor=town, initiative_id=item.pk, seat_id=seat.pk)


def handed_in(review: Review, words: str = "真实") -> Review:
    return a.submit_review(
        actor=ANYONE, review_id=review.pk, passed=review.reviewer_id, recommendation="fund", words=words,
        scores={one["code"]: 80 for one in review.round.criteria},
    )  # fmt: skip


def test_a_review_is_declared_one_way(told: Stories) -> None:
    _row, review = reviewed(told)

    def act(number: int) -> Review:
        if number % 2:
            return a.declare_conflict(
                actor=ANYONE, review_id=review.pk, passed=review.reviewer_id, conflict=number % 4 == 1, words="同事"
            )  # fmt: skip
        return handed_in(review)

    outcome = together(CROWD, act)
    assert refusals(outcome).keys() <= {"declared", "conflict"}
    now = Review.objects.get(pk=review.pk)
    assert now.conflict in ("none", "declared")
    assert (now.submitted_at is None) or now.conflict == "none", "no score of somebody with an interest"
    declared = [one for one in outcome if isinstance(one, Review) and one.conflict == "declared"]
    assert len(declared) == (now.conflict == "declared"), "a declared conflict is said once and stands"


def test_nothing_is_handed_in_after_the_round_is_closed(told: Stories) -> None:
    row, review = reviewed(told)
    a.declare_conflict(actor=ANYONE, review_id=review.pk, passed=review.reviewer_id, conflict=False)
    town = told.world.actor("town")

    def act(number: int) -> Any:
        return handed_in(review, f"第{number}稿") if number else a.close_round(actor=town, round_id=row.pk)

    outcome = together(CROWD, act)
    assert refusals(outcome).keys() <= {"round_over"}
    closed = Round.objects.get(pk=row.pk).closed_at
    now = Review.objects.get(pk=review.pk)
    assert closed is not None
    assert now.submitted_at is None or now.submitted_at <= closed


def test_a_review_is_assigned_once(told: Stories) -> None:
    _row, review = reviewed(told)
    town, seat = (
        told.world.actor("town"),
        a.invite_reviewer(actor=told.world.actor("town"), round_id=review.round_id),
    )

    def assign(_number: int) -> Review:
        return a.assign_review(actor=town, initiative_id=review.initiative_id, seat_id=seat.pk)

    assert refusals(together(CROWD, assign)) == {"assigned": CROWD - 1}
    assert Review.objects.filter(reviewer=seat).count() == 1


def test_a_number_supports_once_and_a_merge_loses_nobody(told: Stories) -> None:
    first, second = told.open("装一盏路灯"), told.open("路口太黑，装个灯")
    told.support(second, "13800138000")

    def act(number: int) -> Any:
        if number == 0:
            return told.go(second, "merge", public="是同一件", target=first.pk)
        return told.support((first, second)[number % 2], f"1390013{number // 4:04d}")

    assert not refusals(together(CROWD, act))
    item = told.again(first)
    residents = Support.objects.filter(initiative=first).values_list("resident", flat=True)
    assert (
        len({bytes(one) for one in residents})
        == len(residents)
        == item.online_count
        == item.support_total
        == 5
    )
    assert not Support.objects.filter(initiative=second).exists()


def test_one_tap_that_a_bad_network_sent_sixteen_times(told: Stories) -> None:
    item = works(told, FEN)
    submitted(told, item, 1)
    before, part = AuditEntry.objects.count(), told.part(item).pk

    def accept(_number: int) -> Any:
        return a.accept_part(
            actor=told.world.actor("town"), milestone_id=part, agreed=True, key="accept-00000001"
        )

    assert not refusals(together(CROWD, accept))
    assert AuditEntry.objects.count() == before + 1
    assert lines(item, "accept_part") == 1
