"""Proposals with their reasons, the tree, desks and names; each at a constant number of queries."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jinlin.kernel.errors import NotFound
from jinlin.orgs import actions, queries
from jinlin.orgs.actions import Terms
from jinlin.orgs.models import Organisation
from jinlin.orgs.queries import cache
from jinlin.people.access import SYSTEM

from .conftest import COUNTY, OTHER_COUNTY, TOWN, VILLAGE, found


def test_a_street_lamp_goes_to_the_bureau_with_the_power_company(county, django_assert_max_num_queries):
    cache._copies.clear()
    with django_assert_max_num_queries(6):
        proposal = queries.propose("FAC-02", **county.case, level=3)
    assert proposal.lead == county.units["CMB"]
    assert proposal.assists == (county.units["UTL-E"],)
    assert proposal.reason == (
        "派单目录：路灯 由 川汇区城市管理局 主办，川汇区供电公司 协办；履职清单：乡镇（街道）配合"
    )
    with django_assert_max_num_queries(4):
        queries.propose("FAC-02", **county.case, level=3)


@pytest.mark.parametrize(
    ("code", "lead", "assists", "how"),
    [
        ("ENV-01", "CMB", ["village"], "catalogue"),
        ("ENV-04", "village", ["CMB"], "catalogue"),
        ("NEI-01", "village", ["PSB"], "catalogue"),
        ("NEI-03", "town", ["NRP", "AGR"], "catalogue"),
        ("HSG-01", "HCB", [], "department"),
        ("SAF-01", "FIR", ["village"], "catalogue"),
        ("SAF-02", "UTL-G", ["HCB"], "catalogue"),
        ("FAC-05", "centre", [], "desk"),
        ("CIR-01", "town", ["NRP", "HCB"], "catalogue"),
        ("EDU-01", "centre", [], "desk"),
        ("FAC", "centre", [], "desk"),
        ("", "centre", [], "desk"),
        ("XXX-99", "centre", [], "desk"),
    ],
)
def test_proposals_by_default(county, code, lead, assists, how):
    proposal = queries.propose(code, **county.case)
    assert proposal.lead == county.units[lead]
    assert list(proposal.assists) == [county.units[name] for name in assists]
    assert proposal.how == how
    assert proposal.lead.name in proposal.reason
    assert "%(" not in proposal.reason


def test_the_reason_speaks_the_language_of_the_page(county):
    with translation.override("en"):
        reason = queries.propose("FAC-02", **county.case).reason
    assert "Street lamp" in reason


def test_what_is_withdrawn_is_never_proposed_to_the_town(county):
    actions.set_duty_item(actor=SYSTEM, category_code="NEI-03", kind="withdrawn", region_code=COUNTY)
    proposal = queries.propose("NEI-03", **county.case)
    assert proposal.lead == county.units["NRP"]
    assert proposal.assists == (county.units["AGR"],)
    assert "乡镇（街道）：已上级收回，不派" in proposal.reason
    assert queries.duty_kind("NEI-03", town=TOWN) == "withdrawn"
    assert queries.duty_kind("NEI-03", town=OTHER_COUNTY) == "basic"
    assert queries.duty_kind("NEI-03", town=TOWN, level=5) == "withdrawn"


def test_no_shipped_leaf_gives_a_withdrawn_matter_to_town_or_community(county):
    for node in queries.categories().leaves:
        proposal = queries.propose(node.code, **county.case)
        bodies = {proposal.lead, *proposal.assists, *proposal.others}
        assert proposal.lead is not None
        if queries.duty_kind(node.code, town=TOWN) == "withdrawn":
            assert not bodies & {county.units["town"], county.units["village"]}
        if queries.duty_kind(node.code, town=TOWN, level=5) != "basic":
            assert proposal.lead != county.units["village"]


def test_a_community_never_leads_what_it_only_assists(county):
    actions.set_duty_item(
        actor=SYSTEM, category_code="NEI-07", kind="cooperate", level=5, region_code=VILLAGE
    )
    proposal = queries.propose("NEI-07", **county.case)
    assert proposal.lead == county.units["town"]
    assert proposal.how == "town_desk"
    assert "只配合，不主办" in proposal.reason


def test_a_local_catalogue_speaks_before_the_general_one_from_its_day(county):
    actions.set_catalogue_entry(
        actor=SYSTEM,
        category_code="FAC-02",
        lead_lines=["HCB"],
        region_code=COUNTY,
        terms=Terms(valid_from=date(2026, 4, 1), note="路灯已移交住建"),
    )
    assert queries.propose("FAC-02", **county.case).lead == county.units["CMB"]
    later = queries.propose("FAC-02", **county.case, on=date(2026, 4, 1))
    assert later.lead == county.units["HCB"]
    assert "路灯已移交住建" in later.reason
    other = queries.propose("FAC-02", county=OTHER_COUNTY, on=date(2026, 4, 1))
    assert other.lead == county.units["other-CMB"]


def test_several_property_companies_are_offered_not_chosen(county):
    first = found(VILLAGE, "property", "阳光物业", "PMC")
    assert queries.propose("HSG-01", **county.case).lead == first
    second = found(VILLAGE, "property", "安居物业", "PMC")
    proposal = queries.propose("HSG-01", **county.case)
    assert proposal.lead == county.units["HCB"]
    assert proposal.others == (first, second)
    assert "请人工选择" in proposal.reason


def test_without_any_body_the_reason_says_what_to_do(seeded):
    proposal = queries.propose("FAC-02", county=COUNTY)
    assert proposal.lead is None
    assert "综治中心" in proposal.reason


CODES = st.sampled_from(["ENV-04", "FAC-02", "NEI-01", "NEI-03", "HSG-01", "SAF-01", "CIR-01", "LIV-08", ""])
PLACES = [COUNTY, TOWN, VILLAGE, OTHER_COUNTY, "411681001000", "411681001001", "411602002000", "411602002001"]
BODY = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(["CMB", "HCB", "PSB", "TWN", "VIL", "PMC", "UTL-E", ""]),
    st.sampled_from(["department", "town_office", "committee", "governance_centre", "property"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    code=CODES,
    bodies=st.lists(BODY, max_size=20),
    level=st.sampled_from([2, 3, 4, 5]),
    where=st.sampled_from(PLACES),
)
def test_a_proposal_never_leaves_the_cases_own_county(seeded, code, bodies, level, where):
    Organisation.objects.all().delete()
    Organisation.objects.bulk_create(
        Organisation(
            code=str(serial), name=f"单位{serial}", kind=kind, line=line, level=3, region_code=place,
            county=place[:6] + "000000", valid_from=date(2020, 1, 1),
        )
        for serial, (place, line, kind) in enumerate(bodies)
    )  # fmt: skip
    proposal = queries.propose(code, county=COUNTY, town=where, village=VILLAGE, level=level)
    units = [unit for unit in (proposal.lead, *proposal.assists, *proposal.others) if unit]
    assert all(unit.region_code in (VILLAGE, TOWN, COUNTY) for unit in units)
    assert proposal.reason
    if any(place == COUNTY and kind == "governance_centre" for place, _, kind in bodies):
        assert proposal.lead is not None


def test_the_tree_costs_one_query_once_known(seeded, django_assert_num_queries):
    cache._copies.clear()
    with django_assert_num_queries(2):
        queries.categories()
    with django_assert_num_queries(1):
        tree = queries.categories()
        assert len(tree.roots) == 14
        assert len(tree.leaves) == 118
        assert tree.path("FAC-02") == "公用设施 / 路灯"
        assert tree.label("OLD-1") == "OLD-1"
        with translation.override("en"):
            assert tree.label("FAC-02") == "Street lamp"
    with pytest.raises(NotFound):
        queries.category("XXX-01")


def test_another_process_sees_a_change_by_the_token(seeded):
    queries.categories()
    kept = dict(cache._copies)
    actions.edit_category(actor=SYSTEM, category_code="FAC-02", changes={"name": "路灯照明"})
    cache._copies.update(kept)
    assert queries.category("FAC-02").name == "路灯照明"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("路灯", "FAC-02"),
        ("灯 不亮", "FAC-02"),
        ("井盖", "FAC-01"),
        ("noise", "NEI-01"),
        ("FAC-07", "FAC-07"),
        ("狗叫", "ENV-09"),
        ("被骗", "NET-02"),
        ("小区门口的路灯坏了三天", "FAC-02"),
    ],
)
def test_everyday_words_find_the_category(seeded, text, first):
    assert queries.search_categories(text)[0].code == first


def test_the_picker_shows_the_most_used_first(seeded):
    used = {"NEI-01": 40, "FAC-02": 7}
    assert [node.code for node in queries.search_categories(counts=used, limit=3)] == [
        "NEI-01",
        "FAC-02",
        "ENV-01",
    ]
    assert queries.search_categories("xyzq") == []


def test_the_desk_of_a_place_is_the_nearest_above(county, django_assert_num_queries):
    cache._copies.clear()
    with django_assert_num_queries(2):
        assert queries.desk_of(VILLAGE + "001") == county.units["village"]
    with django_assert_num_queries(1):
        assert queries.desk_of(VILLAGE + "001") == county.units["village"]
    assert queries.desk_of("411602001009") == county.units["town"]
    assert queries.desk_of("411602009001") == county.units["centre"]
    with pytest.raises(NotFound):
        queries.desk_of("411603001001")
    with django_assert_num_queries(1):
        desks = queries.desks_of([VILLAGE, TOWN, OTHER_COUNTY, "411603000000"])
    assert set(desks) == {VILLAGE, TOWN, OTHER_COUNTY}


def test_names_for_a_list_cost_one_query(county, django_assert_num_queries):
    ids = [row.id for row in county.units.values()]
    with django_assert_num_queries(1):
        names = queries.unit_names([*ids, None])
    assert len(names) == len(ids)
    with django_assert_num_queries(0):
        assert queries.unit_name(ids[0]) == names[ids[0]]
        assert queries.unit_name(None) == ""
    assert queries.unit_name(uuid4()) == ""
    assert queries.unit(ids[0]).name == names[ids[0]]
    with pytest.raises(NotFound):
        queries.unit(uuid4())


def test_units_for_pickers(county):
    assert queries.units_of_line("CMB", COUNTY) == [county.units["CMB"]]
    found_units = queries.search_units("供电", county=COUNTY)
    assert found_units == [county.units["UTL-E"]]
    away = found("411602002000", "town_office", "七一路街道办事处", "TWN")
    shown = queries.search_units(county=COUNTY, regions=(VILLAGE, TOWN, COUNTY))
    assert away not in shown
    assert county.units["town"] in shown


def test_manage_pages_are_paged_at_two_queries(county, django_assert_num_queries):
    with django_assert_num_queries(2):
        page = queries.catalogue_page(number=2)
        assert (len(page.rows), page.pages, page.total) == (50, 3, 118)
        assert page.rows[0].category.name
    with django_assert_num_queries(2):
        duties = queries.duty_page(kind="withdrawn", level=4, region_code=TOWN)
        assert duties.total == 33
    with django_assert_num_queries(2):
        bodies = queries.organisation_page(region_code=COUNTY, size=5)
        assert bodies.total == 12
        assert len(bodies.rows) == 5
    assert queries.organisation_page(region_code=TOWN, kind="town_office").rows == (county.units["town"],)
    assert queries.catalogue_page(category="FAC", number=99).number == 1
    assert ("utility", "公共服务企业") in queries.organisation_kinds()
    assert ("basic", "基本履职") in queries.duty_kinds()
