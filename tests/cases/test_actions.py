"""Every verb of the loop through its action: the happy path and the main refusals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.cases.actions import ACTIONS, Caller, Part, Said, join_case
from jinlin.cases.models import Approval, Case, CaseEvent, Clock, FollowUp, Handover, Verification
from jinlin.cases.queries import prove, proved_appeals
from jinlin.cases.rules import moves as m
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, JinlinError, NotAllowed, NotFound, RuleBroken
from jinlin.people.access import ANYONE, Actor, resident_with
from tests.world import CITY, COUNTY, TOWN, VILLAGE

WHY = {"suspension": "weather", "ledger": "funds"}
pytestmark = pytest.mark.usefixtures("tuesday")


def fresh(case: Case) -> Case:
    return Case.unscoped.get(pk=case.pk)


def at(world: Any, level: str, **words: Any) -> Case:
    """Return a case that was reported up to a desk."""
    case = world.report(category=words.pop("category", "ENV-01"), **words)
    for who in ("grid", "village", "town", "county"):
        if who == level:
            break
        world.do(who, "escalate", case, reason="本级办不了")
    return fresh(case)


def dispatched(world: Any, **words: Any) -> Case:
    return world.do("county", "dispatch", at(world, "county", **words), to_unit=world.unit("CMB"))


def done(world: Any, **words: Any) -> Case:
    return world.do("dept", "report_done", world.to_department(**words), words="已清运", claim="solved")


def refused(
    error: type[JinlinError], code: str, world: Any, who: Any, verb: str, case: Case, /, **inputs: Any
) -> None:
    """Assert a refusal that changes nothing."""
    before = fresh(case)
    with pytest.raises(error) as told:
        world.do(who, verb, case, **inputs)
    assert told.value.code == code, str(told.value)
    after = fresh(case)
    assert (after.version, after.state, after.event_count) == (
        before.version,
        before.state,
        before.event_count,
    )


def test_every_verb_has_an_action_that_takes_what_it_needs() -> None:
    import inspect

    assert set(ACTIONS) == set(m.BY_VERB)
    for verb, action in ACTIONS.items():
        asked = set(inspect.signature(action).parameters) - {"actor", "case_id", "expect", "at", "key"}
        assert asked == {need.name for need in m.BY_VERB[verb].needs}, verb


def test_accept_starts_the_promise(world: Any) -> None:
    case = world.do("grid", "accept", world.report(category="ENV-01"))
    assert (case.state, case.accepted_at is not None) == ("accepted", True)
    assert set(Clock.objects.filter(case=case, stopped_at=None).values_list("stage", flat=True)) == {
        "dispatch",
        "resolve",
    }
    assert case.result_due_at is not None
    refused(RuleBroken, "wrong_state", world, "grid", "accept", case)


def test_solve_on_spot_closes_in_one_tap(world: Any) -> None:
    case = world.do("grid", "solve_on_spot", world.report())
    assert (case.state, case.end_kind, case.self_handled) == ("closed", "solved", True)
    assert not Handover.objects.filter(case=case, is_open=True).exists()
    refused(NotFound, "not_found", world, "grid2", "solve_on_spot", world.report())
    refused(NotAllowed, "not_your_move", world, "village", "solve_on_spot", world.report())
    refused(NotAllowed, "not_your_move", world, "grid", "solve_on_spot", at(world, "village"))


def test_solve_here_is_followed_up_by_others(world: Any) -> None:
    case = world.do("village", "solve_here", at(world, "village"), words="社区自己修好了")
    assert (case.state, case.claim) == ("follow_up", "solved")
    refused(NotAllowed, "not_your_move", world, "village", "follow_up", case, solved="yes")
    closed = world.do("town", "follow_up", case, solved="yes")
    assert (closed.state, closed.end_kind) == ("closed", "solved")
    refused(Invalid, "invalid", world, "town", "solve_here", at(world, "town"), words=" ")


def test_answer_and_decline_give_plain_words(world: Any) -> None:
    answered = world.do("village", "answer", world.report(), words="明天开始供水")
    assert (answered.state, answered.end_kind) == ("closed", "answered")
    declined = world.do("village", "decline", world.report(), exit_code="beyond_duty", words="请联系物业")
    assert (declined.end_kind, declined.exit_code) == ("not_ours", "beyond_duty")
    repeated = world.do("village", "decline", world.report(), exit_code="repeat", words="已告知结果")
    assert repeated.end_kind == "duplicate"
    case = world.report()
    refused(Invalid, "invalid", world, "village", "answer", case, words="")
    refused(Invalid, "invalid", world, "village", "decline", case, exit_code="because", words="不办")
    refused(NotAllowed, "not_your_move", world, "grid", "decline", case, exit_code="secret", words="不办")


def test_escalate_goes_one_level_up_with_a_reason(world: Any) -> None:
    case = world.report()
    refused(Invalid, "invalid", world, "grid", "escalate", case, reason="")
    levels = []
    for who in ("grid", "village", "town", "county"):
        case = world.do(who, "escalate", case, reason="本级办不了")
        levels.append(case.level)
    assert levels == [5, 4, 3, 2]
    refused(RuleBroken, "no_upper", world, "city", "escalate", case, reason="再往上")


def test_dispatch_names_lead_and_assists(world: Any) -> None:
    case = at(world, "county")
    sent = world.do("county", "dispatch", case, to_unit=world.unit("CMB"), assist=[world.unit("HCB")])
    assert (sent.state, sent.holder_unit, sent.sender_unit) == (
        "dispatched",
        world.unit("CMB"),
        world.unit(COUNTY),
    )
    assert fresh(sent).assists() == {world.unit("HCB")}
    refused(
        Invalid, "invalid", world, "county", "dispatch", at(world, "county"), to_unit=world.unit("other-CMB")
    )
    refused(
        RuleBroken, "own_unit", world, "county", "dispatch", at(world, "county"), to_unit=world.unit(COUNTY)
    )
    helped = world.do("dept2", "assist_done", sent, note="已配合")
    assert fresh(helped).assists() == frozenset()
    assert helped.version == sent.version


def test_a_withdrawn_duty_never_goes_to_a_township(world: Any) -> None:
    from jinlin.orgs.queries import categories, duty_kind

    withdrawn = next(n.code for n in categories().leaves if duty_kind(n.code, town=TOWN) == "withdrawn")
    case = at(world, "county", category=withdrawn)
    refused(RuleBroken, "duty_withdrawn", world, "county", "dispatch", case, to_unit=world.unit(TOWN))
    refused(RuleBroken, "duty_withdrawn", world, "county", "hand_down", case, to_unit=world.unit(TOWN))
    refused(
        RuleBroken, "duty_withdrawn", world, "county", "dispatch", case,
        to_unit=world.unit("CMB"), assist=[world.unit(TOWN)],
    )  # fmt: skip


def test_hand_down_and_back_up(world: Any) -> None:
    case = at(world, "town", category="ENV-04")
    refused(RuleBroken, "not_block", world, "town", "hand_down", case, to_unit=world.unit("CMB"))
    down = world.do("town", "hand_down", case, to_unit=world.unit(VILLAGE))
    assert (down.state, down.level, down.holder_unit) == ("dispatched", 5, world.unit(VILLAGE))
    refused(NotFound, "not_found", world, "village2", "sign", down)
    assert world.do("village", "sign", down).state == "signed"


def test_recall_undoes_a_wrong_tap(world: Any) -> None:
    case = dispatched(world)
    back = world.do("county", "recall", case, reason="点错了")
    assert (back.state, back.holder_unit, back.level) == ("accepted", world.unit(COUNTY), 3)
    signed = world.do("dept", "sign", dispatched(world))
    refused(RuleBroken, "wrong_state", world, "county", "recall", signed, reason="点错了")


def test_object_and_rule_once_for_all(world: Any) -> None:
    case = world.do("dept", "object", dispatched(world), reason="属于住建")
    assert (case.state, case.objection_count) == ("objected", 1)
    refused(NotAllowed, "not_your_move", world, "dept", "rule", case, upheld=True, reason="同意")
    refused(
        Conflict,
        "same_unit",
        world,
        "county",
        "rule",
        case,
        upheld=True,
        reason="是",
        to_unit=world.unit("CMB"),
    )
    moved = world.do("county", "rule", case, upheld=True, reason="属于住建", to_unit=world.unit("HCB"))
    assert (moved.state, moved.holder_unit, moved.ruled) == ("dispatched", world.unit("HCB"), True)
    refused(RuleBroken, "ruled", world, "dept2", "object", moved, reason="也不归我们")
    other = world.do("dept", "object", dispatched(world), reason="不归我们")
    kept = world.do("city", "rule", other, upheld=False, reason="目录写明由城管办")
    assert (kept.state, kept.holder_unit) == ("dispatched", world.unit("CMB"))
    refused(RuleBroken, "ruled", world, "dept", "object", kept, reason="再提")
    third = world.do("dept", "object", dispatched(world), reason="不归我们")
    back = world.do("county", "rule", third, upheld=True, reason="收回重派")
    assert (back.state, back.holder_unit) == ("accepted", world.unit(COUNTY))


def test_a_ruling_stands_after_a_reopening(world: Any) -> None:
    case = world.do("dept", "object", dispatched(world), reason="不归我们")
    world.do("county", "rule", case, upheld=False, reason="归你们")
    world.do("dept", "sign", case)
    world.do("dept", "contact", case)
    world.do("dept", "report_done", case, words="办好了")
    world.do("grid", "verify", case, passed=True)
    world.do("town", "follow_up", case, solved="yes")
    world.do(world.resident(case), "reopen", case)
    again = world.do("county", "dispatch", case, to_unit=world.unit("CMB"))
    refused(RuleBroken, "ruled", world, "dept", "object", again, reason="再提一次")


def test_objection_is_late_after_its_window(world: Any, tuesday: Any, at: Any) -> None:
    case = dispatched(world)
    with at(tuesday + timedelta(days=3)):
        refused(RuleBroken, "objection_late", world, "dept", "object", case, reason="不归我们")


def test_contact_or_start(world: Any) -> None:
    called = world.do("dept", "sign", dispatched(world))
    refused(RuleBroken, "must_contact", world, "dept", "start", called)
    assert world.do("dept", "contact", called, words="已说明").state == "in_progress"
    nobody = world.do("dept", "sign", dispatched(world, phone=""))
    assert world.do("dept", "start", nobody).state == "in_progress"


def test_report_done_verify_rework(world: Any) -> None:
    case = done(world)
    assert (case.state, case.handler_unit) == ("verifying", world.unit("CMB"))
    refused(NotAllowed, "not_your_move", world, "dept", "verify", case, passed=True)
    refused(Invalid, "invalid", world, "grid", "verify", case, passed=False)
    back = world.do("grid", "verify", case, passed=False, words="还有一半没清")
    assert (back.state, back.rework_count) == ("rework", 1)
    refused(Invalid, "invalid", world, "dept", "report_done", back, words="好了", claim="perfect")
    refused(Invalid, "invalid", world, "dept", "report_done", back, words="", claim="solved")
    again = world.do("dept", "report_done", back, words="全清了", claim="solved")
    passed = world.do("grid", "verify", again, passed=True, on_spot=True)
    assert passed.state == "follow_up"
    assert list(
        Verification.objects.filter(case=case).order_by("at", "id").values_list("passed", flat=True)
    ) == [
        False,
        True,
    ]


def test_follow_up_by_the_reporter_or_by_others(world: Any) -> None:
    case = world.do("grid", "verify", done(world), passed=True)
    me = world.resident(case)
    refused(Invalid, "invalid", world, me, "follow_up", case, solved="perhaps")
    refused(Invalid, "invalid", world, me, "follow_up", case, solved="yes", satisfied=9)
    refused(NotFound, "not_found", world, world.resident(), "follow_up", case, solved="yes")
    partly = world.do(me, "follow_up", case, solved="partly", words="还剩一点")
    assert (partly.state, partly.rework_count) == ("rework", 1)
    second = world.do("grid", "verify", world.do("dept", "report_done", partly, words="好了"), passed=True)
    closed = world.do("town", "follow_up", second, solved="unknown")
    assert (closed.state, closed.end_kind) == ("closed", "solved")
    assert FollowUp.objects.get(case=case, solved="unknown").satisfied is None


def test_close_unanswered_is_never_counted_as_satisfied(world: Any) -> None:
    case = world.do("grid", "verify", done(world), passed=True)
    refused(Invalid, "invalid", world, "town", "close_unanswered", case, note="")
    closed = world.do("town", "close_unanswered", case, note="打了三次没人接")
    assert closed.state == "closed"
    row = FollowUp.objects.get(case=case)
    assert (row.solved, row.satisfied) == ("", None)


def test_dynamic_follow_ups_where_a_matter_recurs(world: Any) -> None:
    world.report(category="ENV-01")
    case = world.do("grid", "verify", done(world), passed=True)
    world.do("town", "follow_up", case, solved="yes")
    assert FollowUp.objects.filter(case=case, is_dynamic=True).count() == 3


def test_extension_needs_a_second_person(world: Any) -> None:
    case = world.to_department()
    assert clock.local(case.result_due_at).date() == date(2026, 3, 10)
    refused(Invalid, "invalid", world, "dept", "ask", case, kind="extension", reason="等料", days=0)
    refused(RuleBroken, "wrong_request", world, "dept", "ask", case, kind="exemption", reason="小事")
    asked = world.do("dept", "ask", case, kind="extension", reason="等料", days=3)
    assert asked.pending == "extension"
    refused(
        RuleBroken,
        "pending",
        world,
        "dept",
        "ask",
        asked,
        kind="ledger",
        reason="没钱",
        until=date(2026, 5, 1),
    )
    refused(NotAllowed, "not_your_move", world, "dept", "decide", asked, granted=True, reason="同意")
    granted = world.do("county", "decide", asked, granted=True, reason="同意")
    assert (granted.pending, granted.state) == ("", "in_progress")
    assert clock.local(granted.result_due_at).date() == date(2026, 3, 13), "three working days later"
    refused(RuleBroken, "nothing_pending", world, "county", "decide", granted, granted=True, reason="再批")


def test_an_extension_is_asked_before_the_due_time(world: Any, tuesday: Any, at: Any) -> None:
    case = world.to_department()
    with at(tuesday + timedelta(days=30)):
        refused(
            RuleBroken, "extension_late", world, "dept", "ask", case, kind="extension", reason="忘了", days=3
        )


@pytest.mark.parametrize(("kind", "state"), [("suspension", "suspended"), ("ledger", "ledgered")])
def test_pauses_stop_the_clock_and_are_reviewed(
    world: Any, tuesday: Any, at: Any, kind: str, state: str
) -> None:
    case = world.to_department()
    promise = case.result_due_at
    refused(
        Invalid,
        "invalid",
        world,
        "dept",
        "ask",
        case,
        kind=kind,
        reason="汛期",
        why=WHY[kind],
        until=date(2026, 3, 10),
    )
    refused(Invalid, "invalid", world, "dept", "ask", case, kind=kind, reason="汛期", why=WHY[kind])
    world.do("dept", "ask", case, kind=kind, reason="汛期", why=WHY[kind], until=date(2026, 3, 17))
    paused = world.do("county", "decide", case, granted=True, reason="同意")
    assert (paused.state, paused.result_due_at) == (state, None)
    assert paused.due_at.date() == date(2026, 3, 17), "the review day"
    with at(tuesday + timedelta(days=7)):
        resumed = world.do("dept", "resume", paused, words="天晴了")
    assert resumed.state == "in_progress"
    assert resumed.result_due_at == promise + timedelta(days=7)


def test_a_pause_in_rework_keeps_one_promise(world: Any) -> None:
    case = world.do("grid", "verify", done(world), passed=False, words="没清完")
    world.do("dept", "ask", case, kind="suspension", reason="汛期", why="weather", until=date(2026, 3, 17))
    world.do("county", "decide", case, granted=True, reason="同意")
    resumed = world.do("dept", "resume", case)
    running = set(Clock.objects.filter(case=resumed, stopped_at=None).values_list("stage", flat=True))
    assert running == {"rework"}


def test_exemption_and_beyond_are_recorded(world: Any) -> None:
    case = world.do("dept", "ask", done(world), kind="exemption", reason="只是答复")
    exempt = world.do("county", "decide", case, granted=True, reason="同意")
    assert exempt.state == "follow_up"
    assert Verification.objects.get(case=case).exempt
    hard = world.do("dept", "ask", world.to_department(), kind="beyond", reason="涉及铁路用地")
    closed = world.do("county", "decide", hard, granted=True, reason="属实")
    assert (closed.state, closed.end_kind) == ("closed", "beyond")
    refused_one = world.do("dept", "ask", world.to_department(), kind="beyond", reason="不想办")
    kept = world.do("county", "decide", refused_one, granted=False, reason="继续办")
    assert (kept.state, kept.pending) == ("in_progress", "")


def test_a_request_lapses_when_the_case_moves_on(world: Any) -> None:
    """Otherwise a request of the first round is granted in the second, or blocks the next one."""
    case = world.do(
        "dept",
        "ask",
        world.to_department(),
        kind="ledger",
        reason="没钱",
        why="funds",
        until=date(2026, 5, 1),
    )
    moved_on = world.do("dept", "report_done", case, words="办好了")
    assert moved_on.pending == ""
    refused(RuleBroken, "nothing_pending", world, "county", "decide", moved_on, granted=True, reason="同意")
    assert not Approval.objects.filter(case=case, decided_at=None).exists()
    asked = world.do("dept", "ask", moved_on, kind="exemption", reason="小事")
    passed = world.do("grid", "verify", asked, passed=True)
    assert passed.pending == ""
    world.do(world.resident(case), "follow_up", case, solved="no")
    assert world.do("dept", "ask", case, kind="extension", reason="等料", days=1).pending == "extension"


def test_a_request_survives_a_note_and_a_contact(world: Any) -> None:
    case = world.do("dept", "ask", world.to_department(), kind="extension", reason="等料", days=2)
    assert world.do("dept", "note", case, words="在等").pending == "extension"
    assert world.do("dept", "contact", case).pending == "extension"


def test_merge_takes_the_people_along(world: Any) -> None:
    one, two = world.report(phone="13900139000"), world.report()
    refused(Invalid, "invalid", world, "village", "merge", two, into=two.pk)
    refused(
        Invalid, "invalid", world, "village", "merge", two, into=world.report(place=CITY[:4] + "81100201").pk
    )
    merged = world.do("village", "merge", two, into=one.pk)
    assert (merged.end_kind, merged.appeal_count, fresh(one).appeal_count) == ("duplicate", 0, 2)
    refused(RuleBroken, "cant_reopen", world, world.resident(two), "reopen", two)
    three = world.report()
    world.do("village", "answer", one, words="好了")
    refused(RuleBroken, "into_closed", world, "village", "merge", three, into=one.pk)


def test_people_follow_a_chain_of_merges(world: Any) -> None:
    from jinlin.cases.queries import prove, story

    one, two, three = (world.report(phone=f"1390013900{n}") for n in range(3))
    world.do("village", "merge", one, into=two.pk)
    world.do("village", "merge", two, into=three.pk)
    assert prove(tracking=one.tracking, digits="9000").pk == one.pk
    told = story(viewer=world.resident(one), case=fresh(one))
    assert told.merged_into is not None
    assert told.merged_into.case.pk == three.pk


def test_split_closes_when_every_part_is_verified(world: Any) -> None:
    whole = at(world, "county")
    parts = [Part(world.unit("CMB"), "清垃圾"), Part(world.unit("HCB"), "修围挡")]
    refused(Invalid, "invalid", world, "county", "split", whole, parts=parts[:1])
    world.do("county", "split", whole, parts=parts)
    one, two = Case.unscoped.filter(part_of=whole).order_by("title")
    for who, part in (
        (("dept2", one), ("dept", two))
        if one.holder_unit == world.unit("HCB")
        else (("dept", one), ("dept2", two))
    ):
        world.do(who, "sign", part)
        world.do(who, "contact", part)
        world.do(who, "report_done", part, words="办好了")
        assert fresh(whole).state == "in_parts"
        assert world.do("grid", "verify", part, passed=True).state == "closed"
    assert fresh(whole).state == "follow_up"
    assert world.do(world.resident(whole), "follow_up", whole, solved="yes").state == "closed"


def test_a_part_that_ends_otherwise_does_not_hold_the_whole(world: Any) -> None:
    whole = at(world, "county")
    world.do(
        "county", "split", whole, parts=[Part(world.unit("CMB"), "清垃圾"), Part(world.unit("HCB"), "修围挡")]
    )
    for part in Case.unscoped.filter(part_of=whole):
        world.do("county", "recall", part, reason="不用分了")
        world.do("county", "answer", part, words="已在现场一并处理")
    assert fresh(whole).state == "follow_up"


def test_reopen_is_free_once(world: Any) -> None:
    case = world.do("grid", "solve_on_spot", world.report())
    me = world.resident(case)
    again = world.do(me, "reopen", case)
    assert (again.state, again.end_kind, again.closed_at, again.reopen_count) == ("reopened", "", None, 1)
    assert again.level == 5, "not back to whoever closed it"
    assert again.result_due_at is None, "the old promise is over"
    world.do("village", "answer", again, words="已答复")
    refused(Invalid, "invalid", world, me, "reopen", again)
    assert world.do(me, "reopen", again, reason="又坏了").reopen_count == 2
    refused(NotFound, "not_found", world, "county2", "reopen", again, reason="路过")


def test_withdraw_leaves_the_others_their_case_until_nobodys_words_are_left(world: Any) -> None:
    alone = world.report()
    assert world.do(world.resident(alone), "withdraw", alone).end_kind == "withdrawn"
    case = world.report(phone="13800138000")
    join_case(actor=ANYONE, case_id=case.pk, said=Said(text="我也是"), caller=Caller(phone="13900139001"))

    def neighbour(digits: str) -> Actor:
        own = proved_appeals(tracking=case.tracking, digits=digits)
        return resident_with({prove(tracking=case.tracking, digits=digits).pk}, own)

    second = neighbour("9001")
    for _again in range(2):  # taking the same words back twice takes nobody else's
        kept = world.do(second, "withdraw", case, reason="不用了")
        assert (kept.state, kept.appeal_count, kept.is_open) == ("submitted", 1, True)
    with pytest.raises(Invalid):
        prove(tracking=case.tracking, digits="9001")
    assert world.do(neighbour("8000"), "withdraw", case).end_kind == "withdrawn"


def test_joining_needs_an_open_public_matter(world: Any) -> None:
    from jinlin.orgs.queries import categories
    from jinlin.people.access import ANYONE

    sensitive = next(node.code for node in categories().leaves if node.sensitive)
    with pytest.raises(NotFound):
        join_case(actor=ANYONE, case_id=world.report(category=sensitive).pk, said=Said(text="我也是"))
    closed = world.do("grid", "solve_on_spot", world.report())
    with pytest.raises(RuleBroken):
        join_case(actor=ANYONE, case_id=closed.pk, said=Said(text="我也是"))


def test_a_corrected_category_corrects_the_promise(world: Any) -> None:
    from jinlin.orgs.queries import categories

    urgent = next(node for node in categories().leaves if node.sla_class == "P1" and not node.sensitive)
    case = world.do("grid", "accept", world.report())
    assert (case.sla_class, case.result_due_at - case.accepted_at > timedelta(days=4)) == ("P3", True)
    corrected = world.do("grid", "categorise", case, category=urgent.code, risk=2)
    assert (corrected.sla_class, corrected.risk, corrected.state) == ("P1", 2, "accepted")
    assert corrected.result_due_at - corrected.accepted_at == timedelta(hours=24)
    refused(Invalid, "invalid", world, "grid", "categorise", corrected, category="NONE-99")
    refused(Invalid, "invalid", world, "grid", "categorise", corrected, category=urgent.code, risk=9)


def test_note_needs_words_and_leaves_the_version(world: Any) -> None:
    case = world.to_department()
    refused(Invalid, "invalid", world, "dept", "note", case)
    noted = world.do("dept", "note", case, words="已到场")
    assert (noted.version, noted.state) == (case.version, "in_progress")
    assert CaseEvent.objects.filter(case=case, verb="note", words="已到场").count() == 1


def test_the_city_keeps_sight_of_what_it_sent_down(world: Any) -> None:
    from jinlin.cases.queries import visible_case

    case = world.do("county", "escalate", at(world, "county"), reason="跨县")
    seen = visible_case(viewer=world.actor("city"), tracking=case.tracking)
    world.do("city", "dispatch", seen, to_unit=world.unit("CMB"))
    assert visible_case(viewer=world.actor("city"), tracking=case.tracking).state == "dispatched"
    with pytest.raises(NotFound):
        visible_case(viewer=world.actor("city"), tracking=dispatched(world).tracking)


def test_who_sent_it_before_does_not_decide_for_the_desk_above(world: Any) -> None:
    case = world.do("county", "recall", dispatched(world), reason="点错了")
    up = world.do("county", "escalate", case, reason="跨县")
    world.do("city", "ask", up, kind="extension", reason="协调中", days=2)
    refused(NotAllowed, "not_your_move", world, "county_b", "decide", up, granted=True, reason="同意")


@pytest.mark.parametrize("verb", sorted(m.BY_VERB))
def test_strangers_learn_nothing(world: Any, verb: str) -> None:
    """An unrelated actor gets the same answer for every verb, whatever the state."""
    case = world.report()
    for who in ("county2", "dept2", "other_dept", "village2", "grid2"):
        inputs = {need.name: _some(need) for need in m.BY_VERB[verb].needs if need.required}
        refused(NotFound, "not_found", world, who, verb, case, **inputs)


def _some(need: m.Need) -> Any:
    if need.kind == "parts":
        return [Part(__import__("uuid").uuid4(), "甲"), Part(__import__("uuid").uuid4(), "乙")]
    if need.kind == "choice":
        return {"exit_code": "secret", "claim": "solved", "solved": "yes", "kind": "extension"}.get(
            need.name, "ENV-01"
        )
    return {"unit": __import__("uuid").uuid4(), "case": __import__("uuid").uuid4(), "yes_no": True}.get(
        need.kind, "字"
    )


def test_a_case_declined_as_repeated_may_be_opened_again_with_new_facts(world: Any) -> None:
    case = world.report()
    world.do("village", "decline", case, exit_code="repeat", words="上次已经办过")
    case = world.do(world.resident(case), "reopen", case, reason="这次是另一处")
    assert (case.state, case.exit_code) == ("reopened", "")
