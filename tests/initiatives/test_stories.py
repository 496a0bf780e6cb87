"""One whole story per kind, from the first word to what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jinlin.cases.models import Case
from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Counted, Initiative, Payment, Resolution, StageEntry, Standing
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jinlin.people.access import ANYONE
from tests.initiatives.stories import Stories, count, day, refused
from tests.world import VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]


def counted(name: str) -> int:
    return sum(Counted.objects.filter(name=name).values_list("n", flat=True))


def test_a_wish_from_idea_to_follow_up(told: Stories, at: Any) -> None:
    item = told.wish()
    assert (item.stage, item.is_public, item.proposed_by is not None) == ("draft", False, True)
    told.go(item, "publish")
    seat = told.support(item, "13800138000")
    told.support(item, "138 0013 8000")  # the same number, written apart
    told.support(item, "13900139000")
    a.support_for(actor=told.world.actor("village"), initiative_id=item.pk, phone="13700137000")
    a.add_paper(actor=told.world.actor("village"), initiative_id=item.pk, count=12, note="3号楼门厅")
    item = told.again(item)
    assert (item.online_count, item.assisted_count, item.paper_count, item.support_total) == (2, 1, 12, 15)
    with pytest.raises(Invalid):
        told.go(item, "assess", feasibility="feasible")  # without a price
    with pytest.raises(Invalid):
        told.go(item, "assess", feasibility="unfeasible")  # without a reason
    told.go(item, "assess", public="能装", feasibility="feasible", cost_fen=0)
    told.go(item, "decide", owner_unit=told.world.unit(VILLAGE))
    told.go(item, "start")
    told.go(item, "accept")
    with refused("answers_due"):
        told.go(item, "review")
    a.answer_follow_up(actor=ANYONE, initiative_id=item.pk, passed=seat.pk, says="partly")
    a.answer_follow_up(actor=ANYONE, initiative_id=item.pk, passed=seat.pk, says="yes", words="亮了")
    with pytest.raises(NotFound):
        a.answer_follow_up(
            actor=ANYONE,
            initiative_id=item.pk,
            passed=told.support(told.open("另一件"), "13600136000").pk,
            says="no",
        )
    item = told.go(item, "review", public="大家说亮了")
    assert (item.stage, item.is_open, item.answers_yes, item.answers_partly) == ("reviewed", False, 1, 0)
    entries = StageEntry.objects.filter(initiative=item)
    assert [row.number for row in entries] == list(range(1, len(entries) + 1))
    assert counted("wishes_done") == 1
    assert {row.stage: row.n for row in Standing.objects.filter(kind="wish", village=VILLAGE) if row.n} == {
        "reviewed": 1,
        "open": 1,
    }


def test_a_topic_by_the_rule_of_owners(told: Stories, at: Any) -> None:
    item = told.wish("东门开不开行人门", kind="topic", common_parts=True)
    with pytest.raises(Invalid):
        told.go(item, "publish")
    told.go(item, "publish", lawful_basis="业主共同决定事项")
    told.meet(item)
    told.vote(item, rule="owners_ordinary")
    with refused("notice_over"):
        told.go(item, "discuss")
    with at(day(5)):
        with refused("passed"):  # the ordinary rule does not carry what touches common parts
            told.go(item, "discuss")
        assert (
            told.vote(item, tally={"owners": count(300, 149, 51), "area": count(300, 150, 50)}).verdict
            == "failed"
        )
        row = told.vote(item)
        assert row.verdict == "passed"
        told.go(item, "discuss", public="商量过了")
    with at(day(11)), refused("objections_over"):
        told.go(item, "decide")
    with at(day(12)):
        told.go(item, "decide")
        a.finish_resolution(actor=told.world.actor("village"), resolution_id=row.pk, text="门开好了")
    with at(day(66)):
        assert a.remind_reviews() >= 1
        told.go(item, "review", who="town")
    assert counted("deliberated") == 1
    assert told.again(item).stage == "reviewed"


def test_the_four_and_two_steps(told: Stories, at: Any) -> None:
    item = told.wish("村口修路", kind="topic", procedure="four_two")
    told.go(item, "publish", lawful_basis="村民自治事项")
    village = told.world.actor("village")
    with at(day(5)):
        told.meet(item)
        with refused("step_order"):
            told.vote(item, step="villagers_decide", rule="", tally={"adults": count(100, 60)})
        for step in ("branch_proposes", "committees_discuss", "members_review"):
            told.vote(item, step=step, rule="", tally={}, body="党支部")
        with refused("passed"):
            told.go(item, "discuss")
        assert (
            told.vote(item, step="villagers_decide", rule="", tally={"adults": count(100, 30, 20)}).verdict
            == "no_quorum"
        )
        told.vote(item, step="villagers_decide", rule="", tally={"adults": count(100, 51)})
        told.go(item, "discuss")
        with refused("step_order"):
            a.publish_step(actor=village, initiative_id=item.pk, step="result_public", text="结果")
        a.publish_step(actor=village, initiative_id=item.pk, step="resolution_public", text="决议")
        with refused("objections_over"):
            a.publish_step(actor=village, initiative_id=item.pk, step="result_public", text="结果")
    with at(day(12)):
        with refused("steps_done"):
            told.go(item, "decide")
        a.publish_step(actor=village, initiative_id=item.pk, step="result_public", text="没有异议")
        assert told.go(item, "decide").stage == "decided"


def test_works_with_supervisors(told: Stories) -> None:
    item = told.works()
    with pytest.raises(NotAllowed):
        told.go(item, "publish")  # one's own
    told.go(item, "publish", who="town")
    told.go(item, "assess", who="town", feasibility="feasible", cost_fen=5_000_000, works_class="basic")
    told.go(item, "decide", who="town", owner_unit=told.world.unit("HCB"))
    told.go(item, "fund", fund_source="中央财政补助", granted_fen=5_000_000)
    told.plan(item, 3_000_000, 2_000_000)
    told.go(item, "start")
    seat = a.invite_supervisor(actor=told.world.actor("village"), initiative_id=item.pk)
    with refused("conflict"):
        a.record_round(actor=ANYONE, passed=seat.pk, rounds=a.Rounds())
    a.declare_no_conflict(actor=ANYONE, passed=seat.pk, conflict=False)
    found = a.Rounds(
        checked={"materials": "ok", "safety": "wrong"}, finding=a.Finding("配电箱没上锁", "severe")
    )
    a.record_round(actor=ANYONE, passed=seat.pk, rounds=found)
    finding = Resolution.objects.get(initiative=item, is_finding=True)
    with refused("no_severe"):
        a.sign_acceptance(actor=ANYONE, passed=seat.pk)
    a.correct_finding(actor=told.world.actor("village"), finding_id=finding.pk, text="锁上了")
    with pytest.raises(NotAllowed):
        a.recheck_finding(actor=told.world.actor("village"), finding_id=finding.pk, agreed=True)
    for number in (1, 2):
        a.submit_part(
            actor=told.world.actor("village"),
            milestone_id=told.part(item, number).pk,
            evidence="照片和签收单",
        )
        with pytest.raises(NotAllowed):
            a.accept_part(
                actor=told.world.actor("village"), milestone_id=told.part(item, number).pk, agreed=True
            )
        a.accept_part(actor=told.world.actor("town"), milestone_id=told.part(item, number).pk, agreed=True)
    with refused("no_severe"):
        told.go(item, "accept", who="town")
    a.recheck_finding(actor=ANYONE, finding_id=finding.pk, agreed=True, passed=seat.pk)
    with refused("signed"):
        told.go(item, "accept", who="town")
    a.sign_acceptance(actor=ANYONE, passed=seat.pk, words="同意")
    with refused("surveyed"):
        told.go(item, "accept", who="town")
    a.note_answer(actor=told.world.actor("village"), initiative_id=item.pk, says="yes")
    with pytest.raises(NotAllowed):
        told.go(item, "accept")
    assert told.go(item, "accept", who="town").stage == "accepted"
    assert (counted("findings"), counted("findings_closed")) == (1, 1)


def test_one_line_from_the_wish_to_the_case(told: Stories) -> None:
    wish = told.open()
    village = told.world.actor("village")
    topic = a.grow_initiative(
        actor=village, initiative_id=wish.pk, idea=a.Idea("东门路灯怎么装", VILLAGE, kind="topic")
    )
    assert (topic.grown_from_id, topic.source) == (wish.pk, "wish")
    case = a.open_case(actor=village, initiative_id=wish.pk, words="请城管装灯", category="ENV-01")
    assert isinstance(case, Case)
    from_case = a.topic_from_case(
        actor=village,
        case_id=told.world.report(phone="13511112222").pk,
        idea=a.Idea("井盖怎么管", VILLAGE, kind="topic"),
    )
    assert from_case.source == "case"
    with pytest.raises(NotFound):
        a.topic_from_case(
            actor=told.world.actor("village2"),
            case_id=case.pk,
            idea=a.Idea("井盖怎么管", VILLAGE, kind="topic"),
        )


def test_somebody_was_faster(told: Stories) -> None:
    item = told.open()
    told.go(item, "assess", public="能", feasibility="feasible", cost_fen=1, expect=told.again(item).version)
    with pytest.raises(Conflict):
        told.go(item, "back", public="再看看", expect=1)


def test_a_stranger_and_a_neighbouring_community_learn_nothing(told: Stories) -> None:
    item = told.wish()
    for who in ("village2", "county2"):
        with pytest.raises(NotFound):
            told.go(item, "publish", who=who)
    with pytest.raises(NotAllowed):
        told.go(item, "publish", who="resident")
    with pytest.raises(NotFound):
        told.support(item, "13800138000")  # a draft is nobody's yet
    assert told.go(item, "withdraw", who="resident", passed=item.proposed_by_id).stage == "withdrawn"


def test_a_due_review_is_told_once(told: Stories, at: Any) -> None:
    from jinlin.notices.models import Notice

    item = told.wish("东门开不开行人门", kind="topic")
    told.go(item, "publish", lawful_basis="议事")
    row = told.vote(
        item,
        rule="group_advice",
        tally={"people": count(20, 15)},
        review_on=clock.today() + timedelta(days=30),
    )
    assert a.remind_reviews() == 0
    with at(day(29)):
        assert a.remind_reviews() == 0
    with at(day(40)):  # the job ran late
        assert [a.remind_reviews(), a.remind_reviews()] == [1, 0]
        assert Notice.unscoped.filter(ref=row.pk, rung="review").count() == 1
        a.review_resolution(actor=told.world.actor("village"), resolution_id=row.pk, text="灯亮着")
        assert Notice.unscoped.get(ref=row.pk).ended_at is not None
        assert a.remind_reviews() == 0
    assert Initiative.unscoped.get(pk=item.pk).review_on is not None
    assert not Payment.objects.exists()
