"""The standard organisations of a level, named as in the field and made in bulk."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from jinlin.kernel.errors import Invalid, NotAllowed
from jinlin.orgs import actions, queries
from jinlin.orgs.actions import levels
from jinlin.orgs.models import Organisation
from jinlin.people.access import ANYONE, SYSTEM
from jinlin.places.models import Region

from .conftest import CITY, COUNTY, OTHER_COUNTY, TOWN, VILLAGE

TREE = [
    (CITY, "周口市", 2),
    (COUNTY, "川汇区", 3),
    (TOWN, "陈州街回族街道", 4),
    ("411602100000", "李埠口乡", 4),
    (VILLAGE, "陈州社区居民委员会", 5),
    ("411602100200", "李庄村民委员会", 5),
    (OTHER_COUNTY, "项城市", 3),
]


@pytest.fixture
def tree(seeded):
    """Lay a small tree of two counties."""
    rows = [
        Region(code=code, name=name, stem=name, level=level, kind="", valid_from=date(2020, 1, 1))
        for code, name, level in TREE
    ]
    Region.objects.bulk_create(rows)


@pytest.mark.parametrize(
    ("name", "office", "party"),
    [
        ("陈州街回族街道", "陈州街回族街道办事处", "中共陈州街回族街道工作委员会"),
        ("城关镇", "城关镇人民政府", "中共城关镇委员会"),
        ("李埠口乡", "李埠口乡人民政府", "中共李埠口乡委员会"),
        ("七一路办事处", "七一路办事处", "中共七一路工作委员会"),
        ("周口经济开发区", "周口经济开发区管理委员会", "中共周口经济开发区工作委员会"),
    ],
)
def test_names_of_a_town(name, office, party):
    assert levels.town_office_name(name) == office
    assert levels.town_party_name(name) == party


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("新华社区居民委员会", "新华社区"),
        ("新华社区居委会", "新华社区"),
        ("李庄村民委员会", "李庄村"),
        ("李庄村村民委员会", "李庄村"),
        ("李庄村委会", "李庄村"),
        ("大王庄村村委会", "大王庄村"),
        ("茅岗居民委员会", "茅岗社区"),
        ("某虚拟社区", "某虚拟社区"),
    ],
)
def test_stem_of_a_village(name, stem):
    assert levels.village_stem(name) == stem


def test_a_county_gets_its_desk_departments_and_utilities(tree):
    made = actions.make_level_organisations(actor=SYSTEM, region_code=COUNTY, level=3)
    names = set(Organisation.objects.values_list("name", flat=True))
    assert made == len(names) == 2 + 37
    assert {"川汇区综治中心", "川汇区城市管理局", "中共川汇区委组织部", "川汇区供电公司"} <= names
    assert all("{" not in name for name in names)
    assert queries.propose("FAC-02", county=COUNTY).lead.name == "川汇区城市管理局"
    assert queries.desk_of(VILLAGE).name == "川汇区综治中心"


def test_every_level_of_a_city_in_bulk_and_only_once(tree, django_assert_max_num_queries):
    for level in (2, 3, 4, 5):
        with django_assert_max_num_queries(16):
            assert actions.make_level_organisations(actor=SYSTEM, region_code=CITY, level=level) > 0
    total = Organisation.objects.count()
    for level in (2, 3, 4, 5):
        assert actions.make_level_organisations(actor=SYSTEM, region_code=CITY, level=level) == 0
    assert Organisation.objects.count() == total
    branch = Organisation.objects.get(code=f"{VILLAGE}-PARTY")
    assert branch.name == "中共陈州社区支部委员会"
    assert branch.parent.name == "中共陈州街回族街道工作委员会"
    office = Organisation.objects.get(code=f"{TOWN}-TWN")
    assert (office.parent.name, office.county, office.level) == ("川汇区综治中心", COUNTY, 4)
    assert Organisation.objects.get(code=f"{CITY}-TRF").name == "周口市公安局交警支队"
    case = SimpleNamespace(county=COUNTY, town="411602100000", village="411602100200")
    assert queries.propose("NEI-01", **vars(case)).lead.name == "李庄村民委员会"


def test_a_level_above_the_region_or_a_stranger_is_refused(tree):
    with pytest.raises(Invalid):
        actions.make_level_organisations(actor=SYSTEM, region_code=TOWN, level=3)
    with pytest.raises(NotAllowed):
        actions.make_level_organisations(actor=ANYONE, region_code=COUNTY, level=3)
