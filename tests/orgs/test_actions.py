"""Founding, closing, editing: what is written, what is refused, who may."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from jinlin.audit.models import AuditEntry
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.orgs import actions, queries
from jinlin.orgs.actions import Details, Terms
from jinlin.orgs.models import CatalogueEntry, DutyItem, Organisation
from jinlin.people.access import ANYONE, SYSTEM, ActivePost, Actor
from jinlin.people.models import Account

from .conftest import COUNTY, OTHER_COUNTY, TOWN, VILLAGE, found

TODAY = date(2026, 3, 10)


def clerk(role, place, level=3):
    post = ActivePost(uuid4(), role, level, None, "", place, "")
    return Actor(kind="staff", account_id=uuid4(), name="测试", posts=(post,))


def test_an_organisation_takes_level_and_county_from_its_region(seeded):
    row = actions.create_organisation(
        actor=SYSTEM, name=" 阳光物业 ", kind="property", region_code=VILLAGE, line="PMC"
    )
    assert (row.name, row.level, row.county, row.code) == ("阳光物业", 5, COUNTY, f"{VILLAGE}-PMC")
    second = actions.create_organisation(
        actor=SYSTEM, name="安居物业", kind="property", region_code=VILLAGE, line="PMC"
    )
    assert second.code == f"{VILLAGE}-PMC-2"
    assert AuditEntry.objects.filter(verb="organisation.create").count() == 2


def test_the_same_key_founds_once(seeded):
    ask = {
        "actor": SYSTEM,
        "name": "阳光物业",
        "kind": "property",
        "region_code": VILLAGE,
        "key": "key-12345",
    }
    assert actions.create_organisation(**ask).id == actions.create_organisation(**ask).id
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "字" * 81}, "name"),
        ({"name": "坏\x00字"}, "name"),
        ({"kind": "court"}, "kind"),
        ({"kind": "town_office"}, "kind"),
        ({"region_code": "41160"}, "region_code"),
        ({"region_code": "４１１６０２００１００１"}, "region_code"),
        ({"line": "XYZ"}, "line"),
        ({"details": Details(parent=uuid4())}, "parent"),
        ({"details": Details(phone="1" * 40)}, "phone"),
    ],
)
def test_bad_input_is_refused_by_field(seeded, change, field):
    ask = {"actor": SYSTEM, "name": "阳光物业", "kind": "property", "region_code": VILLAGE} | change
    with pytest.raises(Invalid) as refused:
        actions.create_organisation(**ask)
    assert list(refused.value.fields) == [field]
    assert not Organisation.objects.exists()


def test_a_taken_code_is_refused_and_free_again_after_closing(seeded):
    ask = {"actor": SYSTEM, "name": "阳光物业", "kind": "property", "region_code": VILLAGE}
    row = actions.create_organisation(**ask, details=Details(code="SUN"))
    with pytest.raises(Invalid):
        actions.create_organisation(**ask, details=Details(code="SUN"))
    actions.close_organisation(actor=SYSTEM, unit_id=row.id)
    assert actions.create_organisation(**ask, details=Details(code="SUN")).id != row.id


def test_a_closed_unit_is_no_longer_proposed_but_keeps_its_name(county):
    lamp = county.units["CMB"]
    actions.close_organisation(actor=SYSTEM, unit_id=lamp.id, on=TODAY)
    proposal = queries.propose("FAC-02", **county.case)
    assert proposal.lead == county.units["centre"]
    assert proposal.how == "desk"
    assert queries.unit_name(lamp.id) == "川汇区城市管理局"
    with pytest.raises(RuleBroken):
        actions.close_organisation(actor=SYSTEM, unit_id=lamp.id)
    with pytest.raises(Invalid):
        actions.close_organisation(actor=SYSTEM, unit_id=county.units["HCB"].id, on=date(2019, 1, 1))
    with pytest.raises(NotFound):
        actions.close_organisation(actor=SYSTEM, unit_id=uuid4())


def test_a_new_name_shows_at_once(county):
    row = county.units["CMB"]
    assert queries.unit_name(row.id) == "川汇区城市管理局"
    actions.edit_organisation(actor=SYSTEM, unit_id=row.id, changes={"name": "川汇区综合行政执法局"})
    assert queries.unit_name(row.id) == "川汇区综合行政执法局"
    with pytest.raises(Invalid):
        actions.edit_organisation(actor=SYSTEM, unit_id=row.id, changes={"region_code": OTHER_COUNTY})


@pytest.mark.parametrize(
    ("actor", "region", "allowed"),
    [
        (clerk("county_clerk", COUNTY), VILLAGE, True),
        (clerk("county_clerk", OTHER_COUNTY), VILLAGE, False),
        (clerk("county_clerk", COUNTY), "", False),
        (clerk("city_clerk", "411600000000", 2), COUNTY, True),
        (clerk("platform_admin", "411600000000", 2), "", True),
        (clerk("town_clerk", TOWN, 4), TOWN, False),
        (clerk("department", COUNTY), COUNTY, False),
        (ANYONE, COUNTY, False),
        (SYSTEM, "", True),
    ],
)
def test_only_who_looks_after_the_area_may_change_it(seeded, actor, region, allowed):
    def change():
        actions.set_duty_item(actor=actor, category_code="FAC-02", kind="withdrawn", region_code=region)

    if allowed:
        change()
        assert DutyItem.objects.filter(kind="withdrawn", category__code="FAC-02", region_code=region).exists()
        return
    with pytest.raises(NotAllowed):
        change()
    assert not DutyItem.objects.filter(kind="withdrawn", category__code="FAC-02").exists()


def test_a_catalogue_entry_ends_where_the_next_begins(seeded):
    first = CatalogueEntry.objects.get(category__code="FAC-02")
    made = actions.set_catalogue_entry(
        actor=SYSTEM,
        category_code="FAC-02",
        lead_lines=["HCB", "HCB", "CMB"],
        assist_lines=["UTL-E", "HCB"],
        terms=Terms(valid_from=date(2026, 4, 1), source="川政办〔2026〕1号"),
        expect=first.id,
    )
    first.refresh_from_db()
    assert first.valid_to == made.valid_from == date(2026, 4, 1)
    assert (made.lead_lines, made.assist_lines) == (["HCB", "CMB"], ["UTL-E"])
    with pytest.raises(RuleBroken, match="2026-04-01"):
        actions.set_catalogue_entry(actor=SYSTEM, category_code="FAC-02", lead_lines=["CMB"])
    with pytest.raises(Conflict):
        actions.set_catalogue_entry(
            actor=SYSTEM,
            category_code="FAC-02",
            lead_lines=["CMB"],
            terms=Terms(valid_from=date(2026, 5, 1)),
            expect=first.id,
        )
    assert CatalogueEntry.objects.filter(category__code="FAC-02").count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lead_lines": []}, "lead_lines"),
        ({"lead_lines": ["NOPE"]}, "lead_lines"),
        ({"assist_lines": ["CMB", "x" * 300]}, "assist_lines"),
        ({"category_code": "FAC"}, "category_code"),
        ({"category_code": "FAC-99"}, "category_code"),
        ({"level": 9}, "level"),
        ({"terms": Terms(note="字" * 300)}, "note"),
    ],
)
def test_a_bad_catalogue_entry_is_refused(seeded, change, field):
    ask = {"actor": SYSTEM, "category_code": "FAC-02", "lead_lines": ["CMB"]} | change
    with pytest.raises(Invalid) as refused:
        actions.set_catalogue_entry(**ask)
    assert list(refused.value.fields) == [field]
    assert CatalogueEntry.objects.filter(valid_to=None).count() == 118


@pytest.mark.parametrize("change", [{"kind": "often"}, {"level": 3}, {"category_code": "X"}])
def test_a_bad_duty_item_is_refused(seeded, change):
    with pytest.raises(Invalid):
        actions.set_duty_item(**{"actor": SYSTEM, "category_code": "FAC-02", "kind": "basic"} | change)


def test_edit_category_checks_every_field_at_once(seeded):
    with pytest.raises(Invalid) as refused:
        actions.edit_category(
            actor=SYSTEM,
            category_code="FAC-02",
            changes={"name": "", "sla_class": "P9", "code": "X", "sensitive": "yes"},
        )
    assert set(refused.value.fields) == {"name", "sla_class", "code", "sensitive"}
    with pytest.raises(NotFound):
        actions.edit_category(actor=SYSTEM, category_code="FAC-77", changes={"name": "灯"})
    actions.edit_category(actor=SYSTEM, category_code="FAC-02", changes={"is_active": False})
    assert "FAC-02" not in {node.code for node in queries.categories().leaves}
    assert queries.category("FAC-02").name == "路灯"


def test_a_new_leaf_stands_under_its_root(seeded):
    actions.add_category(actor=SYSTEM, category_code="FAC-11", changes={"name": "充电桩"})
    assert [node.code for node in queries.categories().children("FAC")][-1] == "FAC-11"
    for code in ("FAC-11", "fac-12", "ZZZ-01", "FAC-1"):
        with pytest.raises(Invalid):
            actions.add_category(actor=SYSTEM, category_code=code, changes={"name": "某事"})


def test_an_appointment_keeps_to_the_units_area(county):
    account = Account.objects.enrol(username="zhang", name="张三", password=None)
    unit = county.units["town"]
    post = actions.appoint(actor=SYSTEM, account=account, role="town_clerk", unit_id=unit.id)
    assert (post.place, post.level, post.unit, post.unit_name, post.line) == (
        TOWN,
        4,
        unit.id,
        unit.name,
        "TWN",
    )
    grid = actions.appoint(
        actor=SYSTEM,
        account=account,
        role="grid_worker",
        unit_id=county.units["village"].id,
        place=VILLAGE + "001",
    )
    assert grid.place == VILLAGE + "001"
    with pytest.raises(RuleBroken):
        actions.appoint(actor=SYSTEM, account=account, role="town_clerk", unit_id=unit.id, place=OTHER_COUNTY)


def test_a_desk_stands_only_on_its_own_level(seeded):
    for kind, region in (("committee", TOWN), ("governance_centre", VILLAGE), ("town_office", COUNTY)):
        with pytest.raises(Invalid):
            found(region, kind, "某单位")
