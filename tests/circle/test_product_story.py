"""The Zhoukou story through the product: a wall, twenty minutes to a school 250 m away, one gate, and the proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from jinlin.circle import queries
from jinlin.circle.actions import (
    GateFacts,
    GateQuestion,
    SharingTerms,
    SiteQuestion,
    Wish,
    agree_sharing,
    confirm_change,
    correct_facility,
    correct_gate,
    end_sharing,
    flag_facility,
    order_assessment,
    order_study,
    propose_gate,
    refresh_edits,
    run_assessment,
    run_study,
    settle_flag,
    undo_change,
    wish_from_gap,
)
from jinlin.circle.actions.changing import FacilityFacts
from jinlin.circle.coverage import Status
from jinlin.circle.models import Assessment, Block, Cover, Facility, FactChange, GapNote, Gate
from jinlin.circle.queries.kept import arrays_of
from jinlin.circle.queries.standards import rows_of
from jinlin.circle.rules.arrays import ids_of
from jinlin.circle.rules.covering import rounded
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, JinlinError, NotAllowed, NotFound, RuleBroken
from jinlin.people.access import ANYONE
from jinlin.performance.queries import figures
from jinlin.places.models import Compound
from tests.circle import product
from tests.world import COUNTY, SIBLING, TOWN, VILLAGE

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def town(world: Any, tmp_path: Path) -> Any:
    reports = product.draw(tmp_path)
    assert [report.refused for report in reports] == [0] * 5, [report.problems for report in reports]
    return world


def assessed(world: Any, label: str = "", profile: str = "planning") -> Assessment:
    row = order_assessment(actor=world.actor("county"), area=COUNTY, label=label, profile=profile)
    done = run_assessment(row.pk)
    assert done.state == "done", done.error
    return done


def cover(row: Assessment, category: str, name: str = "柳荫小区") -> Cover:
    return Cover.objects.get(assessment=row, compound__name__startswith=name, category=category)


def told(row: Assessment) -> list[str]:
    """Everything an assessment says, to be compared with another."""
    names = (
        "place",
        "level",
        "compound",
        "category",
        "people",
        "buildings",
        "slow_gap",
        "facilities",
        "near_m",
    )
    return sorted(map(str, row.covers.values_list(*names, "straight_m", "detour")))


def open_facts(gate: Gate, **changes: Any) -> GateFacts:
    facts = GateFacts(
        name=gate.name,
        status="open",
        access=gate.access,
        hours=gate.hours,
        source="现场查看",
        other_id=gate.other_id,
        barrier_free=gate.barrier_free,
    )
    return replace(facts, **changes)


def open_gate(world: Any, code: str = "lyh") -> FactChange:
    gate = Gate.objects.get(code=code)
    change = correct_gate(actor=world.actor("grid"), gate_id=gate.pk, facts=open_facts(gate))
    return confirm_change(actor=world.actor("village"), change_id=change.pk)


def test_one_gate_ends_the_detour(town: Any) -> None:
    before = assessed(town, "开门前")
    was = cover(before, "EDU-PS")
    assert was.near_m is not None
    assert was.detour is not None
    assert 1_150 <= was.near_m <= 1_300  # a round trip of forty minutes at 60 m a minute
    assert was.detour > 2
    assert was.people[:2] == [0, 820]
    open_gate(town)
    after = assessed(town, "开门后")
    now = cover(after, "EDU-PS")
    assert now.detour is not None
    assert now.detour < 1.4
    assert now.people[:2] == [820, 0]
    found = queries.compared(viewer=town.actor("village"), area=VILLAGE, before=before.pk, after=after.pk)
    school = next(row for row in found.rows if row.code == "EDU-PS")
    assert school.gained_people >= 820
    assert found.differs == ()
    best = found.compounds[0]
    assert best.before_m is not None
    assert best.after_m is not None
    assert best.after_m < best.before_m


def test_the_refreshed_result_is_the_whole_result(town: Any) -> None:
    """An edit is followed only as far as it can reach; the figures are those of a computation of everything."""
    assessed(town)
    change = open_gate(town)
    assert refresh_edits() == 1
    assert told(Assessment.objects.filter(trigger="edit").latest("pk")) == told(assessed(town))
    undo_change(actor=town.actor("grid"), change_id=change.pk)
    shop = Facility.objects.get(category="COM-MK")
    facts = FacilityFacts(status="closed", source="现场查看")
    correct_facility(actor=town.actor("grid"), facility_id=shop.pk, facts=facts)
    assert refresh_edits() == 2
    assert refresh_edits() == 0
    assert told(Assessment.objects.filter(trigger="edit").latest("pk")) == told(assessed(town))


def test_not_mapped_and_no_list_are_no_gap(town: Any) -> None:
    """A lane nobody drew is not mapped, an empty list is a gap, a list that was never loaded says nothing."""
    assessed(town)
    page = queries.coverage(viewer=town.actor("county"), area=COUNTY)
    rows = {row.code: row for row in page.rows}
    lane = rows["EDU-PS"].people
    assert lane.not_mapped == 40
    assert lane.no_data == 0
    assert rows["MUN-TL"].people.covered == 0
    assert rows["MUN-TL"].gap_people > 1_000
    assert not rows["EDU-JS"].has_data
    assert rows["EDU-JS"].covered_of_mapped is None
    assert "EMG-FS" not in rows  # three minutes of a fire engine are no walk
    names = {row.code for row in queries.gaps(viewer=town.actor("county"), area=COUNTY)}
    assert "MUN-TL" in names
    assert "EDU-JS" not in names
    yard = cover(Assessment.objects.get(), "COM-CV", "纺织厂")
    assert yard.people == [0, 0, 400, 0, 0, 0], (
        "no way inside is mapped: an estimate, and never counted as covered"
    )


def test_people_are_told_in_tens_and_shares_sum_to_a_hundred(town: Any) -> None:
    assessed(town)
    page = queries.coverage(viewer=town.actor("village"), area=VILLAGE)
    for row in page.rows:
        people = [getattr(row.people, name) for name in row.people.__dataclass_fields__]
        assert all(n % 10 == 0 for n in people)
        if row.has_data:
            names = list(row.people.__dataclass_fields__)[:5]
            total = sum(row.people.percent(name) or 0 for name in names)
            assert abs(total - 100) <= 0.03


def test_boards_tell_who_lacks_something_everybody_must_have(town: Any) -> None:
    assert queries.people_lacking(area=COUNTY) is None
    assessed(town, profile="slow")
    assert queries.people_lacking(area=COUNTY) is None, "at the pace of planning only"
    row = assessed(town)
    kept = arrays_of(row)
    basic = {one.code for one in rows_of(row.standard) if one.need == "B"}
    columns = [at for at, code in enumerate(kept["codes"]) if str(code) in basic]
    residents = dict(Block.objects.values_list("pk", "residents"))
    sums = [0, 0]
    for pk, statuses in zip(ids_of(kept["blocks"]), kept["status"][:, columns], strict=True):
        sums[0] += residents[pk] * (Status.NOT_COVERED in statuses)
        sums[1] += residents[pk] * bool({Status.NOT_COVERED, Status.COVERED} & set(statuses.tolist()))
    people, judged = queries.people_lacking(area=COUNTY)
    assert (people, judged) == (rounded(sums[0]), rounded(sums[1]))
    assert 0 < people <= judged
    told = {one.code: one for one in figures(viewer=town.actor("county"), area=COUNTY)}["coverage_gap_people"]
    assert (told.value, told.n, told.no_data) == (people, judged, False)
    elsewhere = queries.people_lacking(area=SIBLING)
    assert elsewhere is None or elsewhere[1] <= judged


def test_slow_walkers_stand_beside(town: Any) -> None:
    assessed(town)
    rows = queries.coverage(viewer=town.actor("county"), area=COUNTY).rows
    assert all(row.slow_gap_people >= row.gap_people for row in rows if row.has_data)
    assert any(row.slow_gap_people > row.gap_people for row in rows if row.has_data)


def test_wheelchairs_need_gates_without_barriers(town: Any) -> None:
    """The unmapped yard's only gate has a barrier: from there nothing is reached in a wheelchair."""
    row = assessed(town, profile="wheelchair")
    assert cover(row, "COM-CV", "纺织厂").people[0] == 0
    assert cover(row, "COM-CV", "纺织厂").near_m is None


def test_gates_are_ordered_by_who_gains(town: Any) -> None:
    assessed(town)
    row = order_study(actor=town.actor("county"), area=COUNTY, question=GateQuestion())
    answer = run_study(row.pk).answer
    assert answer is not None
    best = answer["rows"][0]
    assert best["name"] == "两院之间的墙"
    assert best["gains"][0][0].startswith("柳荫小区")
    assert best["bears"].startswith("柳荫小区")
    assert best["other"].startswith("河湾小区")
    assert best["people"] >= 2_000
    open_gate(town)
    before = Assessment.objects.filter(trigger="order").first()
    assert before is not None
    after = assessed(town)
    gained = 0
    for one in after.covers.filter(level=3):
        gained += one.people[0] - before.covers.get(level=3, category=one.category).people[0]
    assert gained == best["people"], "what the study promised is what the next assessment finds"


def test_sites_come_with_a_proof(town: Any) -> None:
    row = order_study(actor=town.actor("county"), area=COUNTY, question=SiteQuestion("MUN-TL", 2))
    answer = run_study(row.pk).answer
    assert answer is not None
    assert len(answer["rows"]) == 2
    assert answer["existing_share"] == 0
    assert answer["covered_share"] <= answer["upper_bound_share"] <= 1
    assert answer["gap_percent"] >= 0
    assert answer["rows"][0]["people"] >= answer["rows"][1]["people"]


def test_a_study_without_candidates_says_what_to_do(town: Any) -> None:
    Gate.objects.exclude(status="open").delete()
    row = order_study(actor=town.actor("county"), area=COUNTY, question=GateQuestion())
    done = run_study(row.pk)
    assert done.state == "failed"
    assert "提出要开的门" in done.error


def test_a_second_person_confirms(town: Any) -> None:
    gate = Gate.objects.get(code="lyh")
    change = correct_gate(actor=town.actor("grid"), gate_id=gate.pk, facts=open_facts(gate))
    gate.refresh_from_db()
    assert gate.status == "proposed", "nothing holds before the second person"
    with pytest.raises(RuleBroken) as error:
        confirm_change(actor=town.actor("grid"), change_id=change.pk)
    assert error.value.code == "same_person"
    with pytest.raises(Conflict):
        correct_gate(
            actor=town.actor("village"), gate_id=gate.pk, facts=open_facts(gate, hours="08:00-18:00")
        )
    with pytest.raises(Invalid):
        confirm_change(actor=town.actor("village"), change_id=change.pk, agreed=False)
    confirm_change(actor=town.actor("village"), change_id=change.pk)
    gate.refresh_from_db()
    assert gate.status == "open"
    page = queries.gate(viewer=town.actor("village"), gate_id=gate.pk)
    assert [row.state for row in page.history] == ["confirmed"]
    assert page.history[0].may_undo
    undone = undo_change(actor=town.actor("village"), change_id=change.pk, words="墙后还没修好")
    gate.refresh_from_db()
    assert gate.status == "proposed"
    assert undone.state == "undone"
    assert len(queries.gate(viewer=town.actor("village"), gate_id=gate.pk).history) == 2


def test_a_new_gate_explains_a_crossing(town: Any) -> None:
    viewer = town.actor("village")
    cut = queries.crossings(viewer=viewer, area=VILLAGE)
    assert len(cut) == 1
    facts = GateFacts(name="便门", lon=cut[0].lon, lat=cut[0].lat, status="open", source="现场查看")
    change = propose_gate(actor=town.actor("grid"), compound_id=cut[0].compound_id, facts=facts)
    assert len(queries.crossings(viewer=viewer, area=VILLAGE)) == 1
    confirm_change(actor=viewer, change_id=change.pk)
    assert queries.crossings(viewer=viewer, area=VILLAGE) == ()
    undo_change(actor=viewer, change_id=change.pk)
    assert len(queries.crossings(viewer=viewer, area=VILLAGE)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        GateFacts(lon=114.6, lat=33.6, source="x"),
        GateFacts(source="x"),
        GateFacts(lon=114.6425, lat=33.6234, source=""),
        GateFacts(lon=114.6425, lat=33.6234, source="x", status="broken"),
        GateFacts(lon=114.6425, lat=33.6234, source="x", hours="早上"),
        GateFacts(lon=114.6425, lat=33.6234, source="x", length_m=0),
        GateFacts(lon=114.6425, lat=33.6234, source="x", verified_on=date(2030, 1, 1)),
    ],
    ids=["far from the wall", "nowhere", "no source", "status", "hours", "length", "future"],
)
def test_bad_gates_are_refused_in_words(town: Any, facts: GateFacts) -> None:
    court = Compound.objects.get(name__startswith="柳荫小区")
    with pytest.raises(JinlinError) as error:
        propose_gate(actor=town.actor("grid"), compound_id=court.pk, facts=facts)
    assert str(error.value).endswith("。")
    assert not Gate.objects.filter(is_live=False).exists()


@pytest.mark.parametrize(
    ("name", "error"), [("dept", NotAllowed), ("town2", NotFound), ("village2", NotFound)]
)
def test_others_do_not_touch_these_gates(town: Any, name: str, error: type[Exception]) -> None:
    gate = Gate.objects.get(code="lyh")
    with pytest.raises(error):
        correct_gate(actor=town.actor(name), gate_id=gate.pk, facts=open_facts(gate))
    with pytest.raises(NotFound):
        queries.gates(viewer=town.actor("village2"), area=VILLAGE)


def test_what_a_neighbour_could_share(town: Any) -> None:
    """The canteen behind a residents' gate: nobody else's until there is an agreement for it and for the gate."""
    assessed(town)
    viewer = town.actor("village")
    court = Compound.objects.get(name__startswith="纺织厂")
    page = queries.compound(viewer=viewer, compound_id=court.pk)
    assert "ELD-ML" in {row.code for row in page.missing}
    far = Compound.objects.get(name__startswith="柳荫小区")
    assert queries.compound(viewer=viewer, compound_id=far.pk).detours
    canteen, gate = Facility.objects.get(category="ELD-ML"), Gate.objects.get(code="lsb")
    terms = SharingTerms([far.pk], "共享协议第1号", "07:00-20:00", valid_from=date(2026, 3, 1))
    for thing in ({"facility_id": canteen.pk}, {"gate_id": gate.pk}):
        rule = agree_sharing(actor=viewer, terms=terms, **thing)
    after = assessed(town)
    assert cover(after, "ELD-ML").near_m is not None
    assert cover(after, "ELD-ML", "河湾小区").near_m is None, "the agreement is with one compound only"
    end_sharing(actor=viewer, rule_id=rule.pk)
    with pytest.raises(Invalid):
        agree_sharing(actor=viewer, terms=replace(terms, agreement=""), facility_id=canteen.pk)


def test_residents_flag_and_the_community_answers(town: Any) -> None:
    shop = Facility.objects.get(category="HEA-PH")
    flag_facility(actor=ANYONE, facility_id=shop.pk, kind="hours", words="周日不开")
    with pytest.raises(Invalid):
        flag_facility(actor=ANYONE, facility_id=shop.pk, kind="other")
    rows = queries.flags(viewer=town.actor("village"), area=VILLAGE)
    assert [row.words for row in rows] == ["周日不开"]
    settle_flag(actor=town.actor("grid"), flag_id=rows[0].id, outcome="corrected")
    assert queries.flags(viewer=town.actor("village"), area=VILLAGE) == ()
    with pytest.raises(Conflict):
        settle_flag(actor=town.actor("village"), flag_id=rows[0].id, outcome="corrected")


def test_a_wish_becomes_a_case_with_its_gap(town: Any) -> None:
    assessed(town)
    court = Compound.objects.get(name__startswith="柳荫小区")
    note = wish_from_gap(actor=ANYONE, wish=Wish("MUN-TL", compound_id=court.pk), key="wish-0001-abcd")
    again = wish_from_gap(actor=ANYONE, wish=Wish("MUN-TL", compound_id=court.pk), key="wish-0001-abcd")
    assert again.pk == note.pk
    assert GapNote.objects.count() == 1
    assert note.case.category is not None
    assert note.case.category.code == "CIR-01"
    assert (note.status, note.people) == ("not_covered", 820)
    assert note.case.village == VILLAGE
    assert (note.case.lon, note.case.lat) == (None, None), "a wish carries no point"
    assert [row.code for row in queries.wishes(viewer=town.actor("town"), area=TOWN)] == ["MUN-TL"]
    with pytest.raises(Invalid):
        wish_from_gap(actor=ANYONE, wish=Wish("MUN-TL", place=SIBLING, leaf="ENV-01"))


def test_my_circle_is_told_and_forgotten(town: Any, django_assert_max_num_queries: Any) -> None:
    lon, lat = product.land.at(product.ANCHOR, (110, 100))
    with django_assert_max_num_queries(16) as seen:
        mine = queries.my_circle(lon=lon, lat=lat)
    assert not [query for query in seen.captured_queries if not query["sql"].startswith("SELECT")]
    rows = {row.code: row for row in mine.rows}
    assert mine.compound.startswith("柳荫小区")
    school = rows["EDU-PS"]
    assert (school.status, school.facility) == ("not_covered", "第一小学（演示）")
    assert school.minutes is not None
    assert 19 < school.minutes < 21, "twenty minutes each way"
    assert rows["TRA-EB"].status == "covered", "the residents' own shed"
    assert rows["EDU-JS"].status == "no_data"
    with clock.fixed(datetime(2026, 3, 10, 14, 30, tzinfo=UTC)):  # half past ten at night
        night = {row.code: row for row in queries.my_circle(lon=lon, lat=lat).rows}
    assert (rows["HEA-PH"].open_now, night["HEA-PH"].open_now) == (True, False)
    assert school.open_now is None, "hours that nobody wrote down are not told as open"
    assert not queries.my_circle(lon=116.4, lat=39.9).found
    with pytest.raises(Invalid):
        queries.my_circle(lon=33.6, lat=114.6)


def test_maps_tell_what_the_tables_tell(town: Any) -> None:
    assessed(town)
    viewer = town.actor("county")
    gap = queries.gap_map(viewer=viewer, area=COUNTY, category="EDU-PS")
    blocks = [one["properties"] for one in gap["features"] if one["properties"]["kind"] == "block"]
    covered = sum(one["people"] for one in blocks if one["status"] == "covered")
    row = next(r for r in queries.coverage(viewer=viewer, area=COUNTY).rows if r.code == "EDU-PS")
    assert covered == row.people.covered
    kinds = {one["properties"]["kind"] for one in queries.wall_map(viewer=viewer, area=VILLAGE)["features"]}
    assert kinds == {"wall", "gate", "facility", "crossing"}
    told_of = queries.data_confidence(viewer=viewer, area=COUNTY)
    assert told_of.blocks_mapped == told_of.blocks - 1
    assert told_of.next


@pytest.mark.parametrize("area", [COUNTY, TOWN, VILLAGE])
def test_coverage_costs_few_queries(town: Any, area: str, django_assert_max_num_queries: Any) -> None:
    assessed(town)
    viewer = town.actor("county")
    for read in (
        lambda: queries.coverage(viewer=viewer, area=area),
        lambda: queries.gaps(viewer=viewer, area=area, by="compound"),
        lambda: queries.compounds(viewer=viewer, area=area),
        lambda: queries.facilities(viewer=viewer, area=area),
        lambda: queries.data_confidence(viewer=viewer, area=area),
    ):
        with django_assert_max_num_queries(14):
            read()
