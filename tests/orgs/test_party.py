"""Party organisations and teams: coverage with its gaps, complete teams, office numbers, no names without consent."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.orgs import actions, queries
from jinlin.orgs.actions import Body, Head, PartyFacts
from jinlin.orgs.models import HeadSeat, PartyOrg, SupervisorSeat
from jinlin.orgs.rules import party as rules
from tests import world as w

BRANCH = PartyFacts(name="第一网格党支部", kind="branch", members=12)
FIVE = tuple(Body(body, f"柳岸{body}", 2) for body in (*rules.CORE_BODIES, "派出所"))
GRIDS = st.frozensets(st.sampled_from([f"4116020010010{n:02d}" for n in range(12)]))


@given(grids=GRIDS, branches=GRIDS, instructed=GRIDS)
def test_coverage_counts_every_grid_once(grids, branches, instructed) -> None:
    found = rules.coverage(grids, chain(branches, branches), instructed)
    assert found.org + len(found.no_branch) == found.grids == len(grids)
    assert found.work + len(found.uncovered) == found.grids
    assert found.org <= found.work
    assert set(found.uncovered) <= set(found.no_branch) <= grids
    assert (found.org_rate is None) == (found.work_rate is None) == (not grids)


@pytest.mark.parametrize(
    ("phone", "fits"),
    [
        ("0394-8223344", True),
        ("8223344转3", True),
        ("12345", True),
        ("13800138000", False),
        ("+86 138 0013 8000", False),
        ("138-0013-8000", False),
        ("没有", False),
        ("", False),
    ],
)
def test_only_office_numbers_go_on_a_board(phone, fits) -> None:
    assert rules.is_office_number(phone) is fits


@pytest.mark.parametrize(
    ("bodies", "lacking"),
    [
        ((), (*rules.CORE_BODIES, "第五方")),
        (rules.CORE_BODIES, ("第五方",)),
        ((*rules.CORE_BODIES, "社会组织"), ()),
        (("党组织", "派出所"), ("居（村）委会", "业主委员会", "物业服务企业")),
    ],
)
def test_what_a_team_of_five_lacks(bodies, lacking) -> None:
    assert rules.missing_bodies(bodies) == lacking


def test_a_party_organisation_stands_under_a_wider_one_only() -> None:
    for up, wide in enumerate(rules.KINDS):
        for down, narrow in enumerate(rules.KINDS):
            assert rules.may_hold(wide, narrow) is (up < down)


def test_branches_and_instructors_cover_grids(world) -> None:
    village, town = world.actor("village"), world.actor("town")
    before = queries.area_coverage(viewer=town, area=w.TOWN).whole
    assert (before.grids, before.org, before.work) == (2, 0, 0)
    made = actions.found_party_org(actor=village, region_code=w.VILLAGE, facts=BRANCH, ties=[w.GRID])
    actions.assign_instructor(actor=town, grid=w.GRID2, unit=queries.desk_of(w.TOWN).pk)
    now = queries.area_coverage(viewer=town, area=w.TOWN)
    assert (now.whole.org, now.whole.work, now.whole.no_branch, now.whole.uncovered) == (1, 2, (w.GRID2,), ())
    assert dict(now.below)[w.SIBLING].org_rate == 0
    assert (now.kinds, now.members) == ({"branch": 1}, 12)
    actions.assign_instructor(actor=town, grid=w.GRID2, unit=None)
    actions.close_party_org(actor=village, party_org=made.pk)
    assert queries.area_coverage(viewer=town, area=w.TOWN).whole.work == 0
    with pytest.raises(RuleBroken):
        actions.rate_party_org(actor=village, party_org=made.pk, year=2026, stars=5)


def test_a_group_covers_no_grid_and_a_branch_on_two_grids_is_joint(world) -> None:
    town = world.actor("town")
    group = PartyFacts(name="3 号楼党小组", kind="group", scope="building", members=4)
    actions.found_party_org(actor=town, region_code=w.VILLAGE, facts=group, ties=[w.GRID])
    assert queries.area_coverage(viewer=town, area=w.TOWN).whole.org == 0
    joint = actions.found_party_org(actor=town, region_code=w.TOWN, facts=BRANCH, ties=[w.GRID, w.GRID2])
    assert joint.is_joint
    assert queries.area_coverage(viewer=town, area=w.TOWN).whole.org == 2
    with pytest.raises(Invalid):
        actions.edit_party_org(actor=town, party_org=joint.pk, facts=BRANCH, ties=["411681100201001"])
    with pytest.raises(Invalid):
        actions.edit_party_org(
            actor=town, party_org=joint.pk, facts=PartyFacts(name="x", kind="club"), ties=[]
        )
    assert queries.area_coverage(viewer=town, area=w.TOWN).whole.org == 2


def test_the_chain_and_its_names_are_kept(world) -> None:
    town = world.actor("town")
    top = actions.found_party_org(
        actor=town,
        region_code=w.TOWN,
        facts=PartyFacts(name="柳河街道党工委", kind="committee", scope="region"),
    )
    below = PartyFacts(name="第一网格党支部", kind="branch", parent=top.pk)
    made = actions.found_party_org(actor=town, region_code=w.TOWN, facts=below)
    with pytest.raises(Conflict):
        actions.found_party_org(actor=town, region_code=w.TOWN, facts=below)
    with pytest.raises(RuleBroken):
        actions.close_party_org(actor=town, party_org=top.pk)
    upside_down = PartyFacts(name="柳河街道党工委", kind="committee", scope="region", parent=made.pk)
    with pytest.raises(Invalid):
        actions.edit_party_org(actor=town, party_org=top.pk, facts=upside_down, ties=[])
    assert [row.row.name for row in queries.party_orgs(viewer=town, area=w.TOWN, kind="branch")] == [
        made.name
    ]


def test_stars_are_for_branches_and_read_newest_first(world) -> None:
    town = world.actor("town")
    made = actions.found_party_org(actor=town, region_code=w.VILLAGE, facts=BRANCH)
    for year, stars in ((2025, 4), (2024, 2), (2025, 5)):
        actions.rate_party_org(actor=town, party_org=made.pk, year=year, stars=stars)
    assert queries.party_org(viewer=town, party_org=made.pk).stars == 5
    with pytest.raises(Invalid):
        actions.rate_party_org(actor=town, party_org=made.pk, year=2025, stars=6)


def test_a_team_of_five_is_complete_and_counted(world) -> None:
    town = world.actor("town")
    with pytest.raises(Invalid, match="物业服务企业"):
        actions.form_team(
            actor=town, region_code=w.VILLAGE, kind="five_in_one", name="柳岸联合队", bodies=FIVE[:3]
        )
    assert not queries.teams(viewer=town, area=w.TOWN)
    made = actions.form_team(
        actor=town, region_code=w.VILLAGE, kind="five_in_one", name="柳岸联合队", bodies=FIVE
    )
    assert made.people == 10
    for n, people in ((1, 7), (2, 11)):
        actions.form_team(
            actor=town,
            region_code=w.VILLAGE,
            kind="appeals",
            name=f"第{n}诉求办理小组",
            bodies=[Body("居民代表", "柳岸居民", people)],
        )
    assert queries.team_figures(w.COUNTY) == queries.TeamFigures(2, 18)
    with pytest.raises(Invalid):
        actions.set_bodies(actor=town, team=made.pk, bodies=[*FIVE, FIVE[0]])
    actions.disband_team(actor=town, team=made.pk)
    assert {row.row.kind for row in queries.teams(viewer=town, area=w.TOWN)} == {"appeals"}


def test_a_supervisor_states_conflicts_before_the_seat(world) -> None:
    town = world.actor("town")
    team = actions.form_team(actor=town, region_code=w.VILLAGE, kind="supervisors", name="柳岸监理团")
    assert team.checklist == list(rules.CHECKLIST)
    seat = {"actor": town, "team": team.pk, "alias": "监督员 1", "chosen_by": "lot"}
    with pytest.raises(Invalid):
        actions.seat_supervisor(**seat)
    made = actions.seat_supervisor(**seat, stated=True, conflict="亲属在施工单位")
    assert made.has_conflict
    with pytest.raises(Conflict):
        actions.seat_supervisor(**seat, stated=True)
    actions.leave_seat(actor=town, seat=made.pk)
    assert SupervisorSeat.objects.get(pk=made.pk).conflict == ""
    actions.set_checklist(actor=town, team=team.pk, items=["材料", "", "噪声"])
    assert queries.team(viewer=town, team=team.pk).row.checklist == ["材料", "噪声"]


def test_the_board_of_heads_names_nobody_who_did_not_agree(world) -> None:
    village = world.actor("village")
    head = {"kind": "building_head", "grid": w.GRID, "spot": "3 号楼"}
    with pytest.raises(Invalid):
        actions.seat_head(actor=village, head=Head(**head, office_phone="13800138000"))
    with pytest.raises(Invalid):
        actions.seat_head(actor=village, head=Head(**head, office_phone="8223344", shown_name="某某"))
    first = actions.seat_head(
        actor=village, head=Head(**head, office_phone="8223344", shown_name="某某", agreed=True)
    )
    second = actions.seat_head(actor=village, head=Head(**head, office_phone="8223355"))
    shown = queries.heads_of(w.VILLAGE)
    assert [(row.pk, row.shown_name, row.office_phone) for row in shown] == [(second.pk, "", "8223355")]
    assert HeadSeat.objects.get(pk=first.pk).shown_name == ""
    actions.unseat_head(actor=village, seat=second.pk)
    assert queries.heads_of(w.VILLAGE) == []


def test_training_is_a_number(world) -> None:
    town = world.actor("town")
    today = date(2026, 3, 1)
    actions.note_training(
        actor=town, region_code=w.TOWN, topic="接待礼仪", held_on=today, minutes=90, came=23
    )
    found = queries.trainings(viewer=town, area=w.COUNTY[:6] + "001000", since=date(2026, 1, 1))
    assert (found.held, found.came) == (1, 23)
    with pytest.raises(Invalid):
        actions.note_training(actor=town, region_code=w.TOWN, topic="x", held_on=None, minutes=90, came=23)


def test_staffing_counts_posts(world) -> None:
    found = queries.staffing(viewer=world.actor("county"), area=w.TOWN)
    assert (found.grids, found.worked, found.vacant) == (2, 2, ())
    bare = queries.staffing(viewer=world.actor("county"), area=w.TOWN2)
    assert bare.worked + len(bare.vacant) == bare.grids


def test_a_work_method_is_edited_by_a_new_version(world) -> None:
    county = world.actor("county")
    shipped = queries.method(county=w.COUNTY, code="1211")
    steps = [{"kind": "visit", "words": "先到现场"}, {"kind": "note", "words": ""}]
    actions.save_method(actor=county, county=w.COUNTY, code="1211", name=shipped.name, steps=steps)
    assert queries.method(county=w.COUNTY, code="1211").steps == [{"kind": "visit", "words": "先到现场"}]
    assert queries.method(county=w.OTHER, code="1211").steps == shipped.steps
    with pytest.raises(Invalid):
        actions.save_method(actor=county, county=w.COUNTY, code="1211", name="x", steps=[])
    with pytest.raises(NotFound):
        queries.method(county=w.COUNTY, code="none")


@pytest.mark.parametrize("who", ["town2", "county2", "village2"])
def test_another_area_does_not_exist(world, who) -> None:
    made = actions.found_party_org(actor=world.actor("town"), region_code=w.VILLAGE, facts=BRANCH)
    with pytest.raises(NotFound):
        queries.party_org(viewer=world.actor(who), party_org=made.pk)
    with pytest.raises(NotFound):
        actions.close_party_org(actor=world.actor(who), party_org=made.pk)
    assert PartyOrg.objects.get(pk=made.pk).valid_to is None


@pytest.mark.parametrize("who", ["grid", "dept", "mediator", "province"])
def test_only_desks_keep_party_organisations(world, who) -> None:
    with pytest.raises(NotAllowed):
        actions.found_party_org(actor=world.actor(who), region_code=w.VILLAGE, facts=BRANCH)


def test_pages_cost_the_same_at_any_size(world, django_assert_num_queries) -> None:
    town = world.actor("town")
    for n in range(12):
        facts = PartyFacts(name=f"第{n}党支部", kind="branch")
        actions.found_party_org(actor=town, region_code=w.VILLAGE, facts=facts, ties=[w.GRID])
    with django_assert_num_queries(4):
        queries.area_coverage(viewer=town, area=w.TOWN)
    with django_assert_num_queries(3):
        assert len(queries.party_orgs(viewer=town, area=w.TOWN)) == 12
