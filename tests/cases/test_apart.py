"""Who did the work doesn't check it, rule on it or pass it off as more than it was: stand-ins, several posts, parts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.audit.queries import who_saw
from jinlin.cases import events
from jinlin.cases.actions import Caller, Part, Said, join_case
from jinlin.cases.models import Appeal, Case, CaseEvent
from jinlin.cases.queries import case_detail, story, visible_case
from jinlin.cases.rules.parts import claim_of_parts
from jinlin.kernel import bus
from jinlin.kernel.errors import Invalid, NotAllowed, RuleBroken
from jinlin.orgs import actions as orgs
from jinlin.orgs.models import Category
from jinlin.people import access
from jinlin.people.access import ANYONE, SYSTEM
from jinlin.people.actions import open_contact, stand_in
from jinlin.people.models import Post
from tests.world import TOWN

pytestmark = pytest.mark.usefixtures("tuesday")
SINCE = date(2026, 3, 1)


def fresh(case: Case) -> Case:
    return Case.unscoped.get(pk=case.pk)


def also(world: Any, name: str, unit: str, role: str) -> None:
    """Give somebody a second post."""
    orgs.appoint(
        actor=SYSTEM,
        account=world.accounts[name],
        role=role,
        unit_id=world.unit(unit),
        place="",
        starts_on=SINCE,
    )


def done(world: Any) -> Case:
    return world.do("dept", "report_done", world.to_department(), words="已清运", claim="solved")


def test_a_second_post_in_the_handling_unit_keeps_one_from_checking(world: Any) -> None:
    case = done(world)
    also(world, "county_b", "CMB", "department")
    with pytest.raises(NotAllowed):
        world.do("county_b", "verify", case, passed=True)
    assert world.do("county", "verify", case, passed=True).state == "follow_up"
    with pytest.raises(NotAllowed):
        world.do("county_b", "follow_up", case, solved="yes")


def test_who_stands_in_for_the_handling_unit_does_not_check_either(world: Any) -> None:
    case = done(world)
    post = Post.objects.get(account=world.accounts["dept"])
    stand_in(
        actor=SYSTEM,
        post=post,
        account=world.accounts["town"],
        starts_on=SINCE,
        ends_on=SINCE + timedelta(days=60),
    )
    with pytest.raises(NotAllowed):
        world.do("town", "verify", case, passed=True)


def test_who_works_in_the_objecting_unit_does_not_rule(world: Any) -> None:
    case = world.report(category="ENV-01")
    for who in ("grid", "village", "town"):
        world.do(who, "escalate", case, reason="本级办不了")
    world.do("county", "dispatch", case, to_unit=world.unit("CMB"))
    also(world, "county_b", "CMB", "department")
    world.do("dept", "object", case, reason="不归我们")
    with pytest.raises(NotAllowed):
        world.do("county_b", "rule", case, upheld=True, reason="不归我们")
    assert world.do("county", "rule", case, upheld=False, reason="归你们").ruled


def in_two_parts(world: Any) -> tuple[Case, Case, Case]:
    whole = world.report(category="ENV-04")
    for who in ("grid", "village", "town"):
        world.do(who, "escalate", whole, reason="本级办不了")
    parts = [Part(world.unit("CMB"), "清垃圾"), Part(world.unit(TOWN), "做工作")]
    world.do("county", "split", whole, parts=parts)
    one = Case.unscoped.get(part_of=whole, holder_unit=world.unit("CMB"))
    return whole, one, Case.unscoped.get(part_of=whole, holder_unit=world.unit(TOWN))


def work(world: Any, who: str, part: Case, claim: str) -> None:
    world.do(who, "sign", part)
    world.do(who, "contact", part)
    world.do(who, "report_done", part, words="办好了", claim=claim)
    world.do("county_b", "verify", part, passed=True)


def test_who_did_a_part_does_not_follow_up_the_whole(world: Any) -> None:
    whole, one, two = in_two_parts(world)
    work(world, "dept", one, "solved")
    work(world, "town", two, "solved")
    assert fresh(whole).state == "follow_up"
    with pytest.raises(NotAllowed):
        world.do("town", "follow_up", whole, solved="yes")
    assert world.do("village", "follow_up", whole, solved="yes").end_kind == "solved"


def test_dividing_a_case_solves_no_more_than_its_parts(world: Any) -> None:
    whole, one, two = in_two_parts(world)
    work(world, "dept", one, "solved")
    work(world, "town", two, "explained")
    assert world.do("village", "follow_up", whole, solved="unknown").end_kind == "partly"


@pytest.mark.parametrize(
    ("kinds", "claim"),
    [
        (("solved", "solved"), "solved"),
        (("solved", "duplicate"), "solved"),
        (("solved", "explained"), "partly"),
        (("partly", "beyond"), "partly"),
        (("answered", "not_ours"), "explained"),
        (("beyond", "explained"), "explained"),
        (("duplicate",), "explained"),
    ],
)
def test_the_claim_of_parts(kinds: tuple[str, ...], claim: str) -> None:
    assert claim_of_parts(kinds) == claim


def test_only_who_handles_or_checks_it_now_may_open_the_contact(world: Any) -> None:
    case = world.to_department()
    for who, may in (("dept", True), ("county", False), ("town", False), ("grid", False)):
        assert access.may(world.actor(who), "contact.open", case) is may, who
        shown = case_detail(
            viewer=world.actor(who), case=visible_case(viewer=world.actor(who), tracking=case.tracking)
        )
        assert shown.may_open_contact is may, who
    world.do("dept", "report_done", case, words="办好了")
    for who, may in (("dept", False), ("grid", True)):
        assert access.may(world.actor(who), "contact.open", fresh(case)) is may, who


def test_every_end_is_announced(world: Any) -> None:
    heard: list[events.CaseFact] = []
    bus.subscribe(events.CaseClosed, heard.append, after_commit=False)
    try:
        hard = world.do("dept", "ask", world.to_department(), kind="beyond", reason="涉及铁路用地")
        world.do("county", "decide", hard, granted=True, reason="属实")
        _whole, one, _two = in_two_parts(world)
        work(world, "dept", one, "solved")
        asked = done(world)
        world.do("grid", "verify", asked, passed=True)
        world.do("village", "follow_up", asked, solved="yes")
        spot = world.do("grid", "solve_on_spot", world.report())
    finally:
        bus.unsubscribe(events.CaseClosed, heard.append)
    assert [event.case_id for event in heard] == [hard.pk, one.pk, asked.pk, spot.pk]


def test_a_matter_without_a_category_is_not_sent_to_the_street(world: Any) -> None:
    """The duty lists are asked by category: leaving it open is no way around what was withdrawn."""
    case = world.report(category="")
    for who in ("grid", "village", "town"):
        world.do(who, "escalate", case, reason="本级办不了")
    with pytest.raises(RuleBroken) as told:
        world.do("county", "dispatch", case, to_unit=world.unit(TOWN))
    assert told.value.code == "category_first"
    assert world.do("county", "dispatch", case, to_unit=world.unit("CMB")).state == "dispatched"


def test_a_time_sent_along_does_not_reach_back_behind_a_deadline(world: Any, tuesday: Any, at: Any) -> None:
    case = world.to_department()
    with at(tuesday + timedelta(days=30)), pytest.raises(RuleBroken) as told:
        world.do("dept", "ask", case, kind="extension", reason="忘了", days=3, at=tuesday)
    assert told.value.code == "extension_late"
    on_grid = world.do("grid", "accept", world.report())
    with at(tuesday + timedelta(days=30)):
        asked = world.do("grid", "ask", on_grid, kind="extension", reason="没有信号", days=3, at=tuesday)
    assert asked.pending == "extension", "a phone in a dead spot keeps its own time"


def test_a_neighbours_withdrawal_does_not_say_that_all_is_over(world: Any) -> None:
    case = world.report()
    join_case(actor=ANYONE, case_id=case.pk, said=Said(text="我也是"), caller=Caller(phone="13900139000"))
    world.do(world.resident(case), "withdraw", case)
    told = story(viewer=world.resident(case), case=fresh(case))
    assert told.lines[-1].label == "一位反映人撤回了，其他人反映的继续办理"
    assert [line.label for line in told.lines].count("已由本人撤回") == 0


def test_the_unit_that_acts_stands_on_it_whatever_other_posts_one_has(world: Any) -> None:
    """The resident reads which department opened the contact: the one that has the case, not the person's first."""
    also(world, "dept2", "CMB", "department")
    case = world.to_department(phone="13800138000")
    contact = Appeal.unscoped.get(case=case).contact_id
    actor = world.actor("dept2")
    open_contact(actor=actor, contact_id=contact, purpose="核实", subject=case)
    assert who_saw("cases.case", case.pk)[0].department == world.units["CMB"].name
    world.do(actor, "note", case, words="在清")
    assert CaseEvent.objects.filter(case=case).latest("seq").unit == world.unit("CMB")
    with pytest.raises(NotAllowed):
        open_contact(actor=world.actor("county"), contact_id=contact, purpose="看看", subject=case)


def test_a_desk_brings_the_photo_a_matter_asks_for_too(world: Any) -> None:
    case = world.report(category="ENV-04")
    world.do("grid", "escalate", case, reason="本级办不了")
    Category.objects.filter(code="ENV-04").update(photo_required=True)
    with pytest.raises(Invalid) as told:
        world.do("village", "solve_here", case, words="已清理")
    assert set(told.value.fields) == {"photos"}
