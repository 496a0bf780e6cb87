"""Dated choice, duty lists and the choice of lead and assisting units, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.orgs import rules

CITY, COUNTY, TOWN, VILLAGE = "411600000000", "411602000000", "411602001000", "411602001001"
CHAIN = (VILLAGE, TOWN, COUNTY, CITY, "410000000000")
DAY = date(2026, 3, 10)


@dataclass(frozen=True)
class Row:
    region_code: str = ""
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None
    level: int = 3
    name: str = ""


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("410000000000", 1),
        (CITY, 2),
        (COUNTY, 3),
        (TOWN, 4),
        ("411602100000", 4),
        (VILLAGE, 5),
        ("411602001200", 5),
        ("411602001001001", 5),
        ("41160200100100102", 5),
    ],
)
def test_level_is_read_from_the_code(code, level):
    assert rules.level_of(code) == level


def test_chain_names_every_region_above():
    assert rules.chain(VILLAGE) == CHAIN
    assert rules.chain(VILLAGE + "001") == CHAIN
    assert rules.chain("") == ()


@pytest.mark.parametrize(
    ("place", "code", "expected"),
    [
        (COUNTY, VILLAGE, True),
        (COUNTY, COUNTY, True),
        (VILLAGE, VILLAGE + "001", True),
        (TOWN, COUNTY, False),
        (COUNTY, "411681001001", False),
        ("", COUNTY, True),
        (COUNTY, "", False),
        ("", "", True),
    ],
)
def test_a_place_covers_what_lies_in_it(place, code, expected):
    assert rules.covers(place, code) is expected


@pytest.mark.parametrize(
    ("given_codes", "expected"),
    [
        ((COUNTY, TOWN, VILLAGE), CHAIN),
        ((COUNTY, "", VILLAGE), CHAIN),
        ((COUNTY, TOWN, ""), CHAIN[1:]),
        ((COUNTY, "", ""), CHAIN[2:]),
        ((COUNTY, "411681001000", "411681001001"), CHAIN[2:]),
        ((COUNTY, "411602002000", VILLAGE), CHAIN),
    ],
)
def test_a_case_stands_only_in_its_own_county(given_codes, expected):
    assert rules.case_chain(*given_codes) == expected


def test_code_range_holds_the_region_and_nothing_else():
    low, high = rules.code_range(COUNTY)
    assert low <= COUNTY < high
    assert low <= VILLAGE < high
    assert not low <= "411603000000" < high


@pytest.mark.parametrize(
    ("rows", "level", "expected"),
    [
        ([], 3, None),
        ([Row(name="all"), Row(COUNTY, name="county")], 3, "county"),
        ([Row(COUNTY, name="county"), Row(TOWN, name="town")], 3, "town"),
        ([Row("411681000000", name="other")], 3, None),
        ([Row(name="old", valid_to=DAY), Row(name="new", valid_from=DAY)], 3, "new"),
        ([Row(name="future", valid_from=date(2027, 1, 1))], 3, None),
        ([Row(name="ended", valid_to=date(2025, 1, 1))], 3, None),
        ([Row(name="empty", valid_from=DAY, valid_to=DAY)], 3, None),
        ([Row(name="county", level=3), Row(name="town", level=4)], 4, "town"),
        ([Row(name="county", level=3)], 4, "county"),
        ([Row(name="a", valid_from=date(2021, 1, 1)), Row(name="b", valid_from=date(2022, 1, 1))], 3, "b"),
    ],
)
def test_pick_takes_the_most_specific_row_in_force(rows, level, expected):
    found = rules.pick(rows, regions=CHAIN, on=DAY, level=level)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("kind", "level", "part", "expected"),
    [
        ("basic", 4, "lead", True),
        ("cooperate", 4, "lead", False),
        ("cooperate", 4, "assist", True),
        ("withdrawn", 4, "lead", False),
        ("withdrawn", 4, "assist", False),
        (None, 4, "lead", True),
        ("basic", 5, "lead", True),
        ("cooperate", 5, "lead", False),
        ("cooperate", 5, "assist", True),
        ("withdrawn", 5, "assist", False),
        (None, 5, "lead", False),
        (None, 5, "assist", False),
        ("withdrawn", 3, "lead", True),
        (None, 2, "lead", True),
    ],
)
def test_may_lead(kind, level, part, expected):
    assert rules.may_lead(kind, level, part) is expected


def unit(line, region=COUNTY, kind="department", serial=1):
    return rules.Unit(UUID(int=serial), line, kind, region, f"{region}-{line}-{serial}")


CENTRE = unit("", COUNTY, "governance_centre", 90)
CITY_CENTRE = unit("", CITY, "governance_centre", 91)
TOWN_OFFICE = unit("TWN", TOWN, "town_office", 92)
COMMITTEE = unit("VIL", VILLAGE, "committee", 93)
CMB, HCB, PSB = unit("CMB", serial=1), unit("HCB", serial=2), unit("PSB", serial=3)
PROPERTY = unit("PMC", VILLAGE, "property", 4)
ALL = (CENTRE, CITY_CENTRE, TOWN_OFFICE, COMMITTEE, CMB, HCB, PSB)
BASIC = rules.Duties("basic", "basic")
ASSIST = rules.Duties("cooperate", "cooperate")
WITHDRAWN = rules.Duties("withdrawn", "cooperate")


@pytest.mark.parametrize(
    ("units", "duties", "leads", "assists", "lead", "assisting", "how"),
    [
        (ALL, ASSIST, ["CMB"], ["HCB"], CMB, (HCB,), "catalogue"),
        (ALL, ASSIST, ["CMB"], ["VIL"], CMB, (COMMITTEE,), "catalogue"),
        (ALL, WITHDRAWN, ["CMB"], ["TWN", "VIL"], CMB, (), "catalogue"),
        (ALL, BASIC, ["VIL"], ["PSB"], COMMITTEE, (PSB,), "catalogue"),
        (ALL, BASIC, ["GRD"], [], COMMITTEE, (), "catalogue"),
        (ALL, ASSIST, ["VIL"], ["PSB", "HCB"], PSB, (HCB,), "department"),
        (ALL, rules.Duties("basic", "cooperate"), ["VIL"], [], TOWN_OFFICE, (), "town_desk"),
        (ALL, ASSIST, ["VIL"], [], CENTRE, (), "desk"),
        (ALL, WITHDRAWN, ["TWN"], [], CENTRE, (), "desk"),
        (ALL, WITHDRAWN, ["TWN"], ["HCB"], HCB, (), "department"),
        (ALL, BASIC, ["PMC", "VIL"], ["CMB"], COMMITTEE, (CMB,), "catalogue"),
        ((*ALL, PROPERTY), BASIC, ["PMC", "VIL"], ["CMB"], PROPERTY, (CMB,), "catalogue"),
        (
            (CENTRE, TOWN_OFFICE, COMMITTEE),
            BASIC,
            ["CMB"],
            ["TWN", "VIL"],
            CENTRE,
            (TOWN_OFFICE, COMMITTEE),
            "desk",
        ),
        ((CITY_CENTRE, TOWN_OFFICE), BASIC, ["CMB"], [], CITY_CENTRE, (), "desk"),
        ((TOWN_OFFICE,), WITHDRAWN, ["CMB"], [], None, (), "none"),
        (ALL, BASIC, [], [], CENTRE, (), "desk"),
    ],
)
def test_choose(units, duties, leads, assists, lead, assisting, how):
    choice = rules.choose(rules.Chooser(CHAIN, duties, units), leads, assists)
    assert (choice.lead, choice.assists, choice.how) == (lead, assisting, how)


def test_several_property_companies_are_left_to_a_person():
    second = unit("PMC", VILLAGE, "property", 5)
    choice = rules.choose(rules.Chooser(CHAIN, BASIC, (*ALL, PROPERTY, second)), ["PMC"], ["HCB"])
    assert choice.lead == HCB
    assert choice.others == (PROPERTY, second)
    assert choice.skips[0] == rules.Skip("PMC", "several")


def test_a_city_desk_asks_the_city_department_first():
    city_cmb = unit("CMB", CITY, serial=8)
    asked = rules.Chooser(CHAIN, ASSIST, (*ALL, city_cmb), level=rules.CITY)
    assert rules.choose(asked, ["CMB"], ["HCB"]).lead == city_cmb
    assert rules.choose(asked, ["CMB"], ["HCB"]).assists == (HCB,)
    assert rules.choose(asked, ["EDU"], []).lead == CITY_CENTRE


LINES = ["CMB", "HCB", "PSB", "TWN", "VIL", "GRD", "PMC", "UTL-E"]
REGIONS = [*CHAIN, "411681000000", "411681001000", "411681001001", "411602002000", "411602001002"]
KIND = st.sampled_from([None, "basic", "cooperate", "withdrawn"])
UNITS = st.lists(
    st.builds(
        rules.Unit,
        id=st.uuids(),
        line=st.sampled_from([*LINES, ""]),
        kind=st.sampled_from(["department", "town_office", "committee", "governance_centre", "property"]),
        region_code=st.sampled_from(REGIONS),
        code=st.just(""),
    ),
    max_size=25,
)


@given(
    UNITS,
    KIND,
    KIND,
    st.lists(st.sampled_from(LINES), max_size=3),
    st.lists(st.sampled_from(LINES), max_size=3),
)
def test_a_choice_keeps_to_its_chain_and_to_the_duty_lists(units, town, village, leads, assists):
    """Whatever stands where: own chain only, withdrawn never to a town, no community lead of what it assists."""
    duties = rules.Duties(town, village)
    choice = rules.choose(rules.Chooser(CHAIN, duties, tuple(units)), leads, assists)
    everyone = [unit for unit in (choice.lead, *choice.assists, *choice.others) if unit]
    assert all(unit.region_code in CHAIN for unit in everyone)
    assert choice.lead not in choice.assists
    if town == "withdrawn":
        assert not [unit for unit in everyone if unit.kind in ("town_office", "committee") and unit.level > 3]
    if village != "basic" and choice.lead:
        assert (choice.lead.line, choice.lead.kind, choice.lead.level) != ("VIL", "committee", 5)
    if any(unit.kind == "governance_centre" and unit.region_code == COUNTY for unit in units):
        assert choice.lead is not None
