"""Warnings: what is raised, extended, dropped; who sees them, who decides, what comes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from jinlin.cases.models import Case
from jinlin.insight import actions, queries
from jinlin.insight.models import Warning
from jinlin.insight.queries import WarningFilters
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.insight.findings import finding, raised
from tests.world import COUNTY, FAR, GRID, OTHER, SIBLING, TOWN, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(world: Any, tuesday: Any) -> None:
    """Everything happens in the named town on a Tuesday."""


def listed(world: Any, who: str, **filters: str) -> list[Warning]:
    page = queries.warning_list(viewer=world.actor(who), filters=WarningFilters(**filters))
    return [row.id for row in page.rows]


def test_too_few_cases_or_people_raise_nothing() -> None:
    few = [
        finding((VILLAGE, 4, 0.1)),
        finding((VILLAGE, 40, 0.1), reporters=4, category="ENV-02"),
    ]
    made = actions.record_warnings(county=COUNTY, findings=few)
    assert (made.raised, made.below) == ((), 2)
    assert not Warning.unscoped.exists()


def test_what_goes_on_is_extended_and_takes_the_stronger_figures() -> None:
    first = raised((VILLAGE, 12, 3.0))
    day = clock.today()
    made = actions.record_warnings(
        county=COUNTY, findings=[finding((VILLAGE, 14, 3.0), (SIBLING, 6, 2.0), day=day, method="ewma")]
    )
    assert (made.raised, made.extended) == ((), (first.pk,))
    first.refresh_from_db()
    assert (first.observed, first.neighbours, first.extensions, first.last_day) == (20, 1, 1, day)
    assert (first.method, first.village, first.town) == ("scan", "", TOWN)
    again = actions.record_warnings(county=COUNTY, findings=[finding((VILLAGE, 14, 3.0), day=day)])
    assert again == actions.Recorded()


def test_two_findings_of_one_night_that_overlap_are_one_warning() -> None:
    made = actions.record_warnings(
        county=COUNTY,
        findings=[
            finding((VILLAGE, 9, 2.0), method="ewma", score=1.1),
            finding((VILLAGE, 9, 2.0), (SIBLING, 8, 2.0)),
        ],
    )
    assert len(made.raised) == 1
    assert Warning.unscoped.get().method == "scan"


def test_other_matters_other_places_and_later_times_are_news() -> None:
    raised((VILLAGE, 12, 3.0))
    others = [finding(category="ENV-02"), finding((FAR, 9, 1.0))]
    assert len(actions.record_warnings(county=COUNTY, findings=others).raised) == 2
    later = clock.today() + timedelta(days=30)
    assert len(actions.record_warnings(county=COUNTY, findings=[finding(day=later)]).raised) == 1


def test_a_dismissed_warning_comes_back_only_when_it_has_grown_by_half(world: Any) -> None:
    first = raised((VILLAGE, 10, 3.0))
    actions.dismiss_warning(
        actor=world.actor("town"), warning_id=first.pk, dismissal="noise", reason="集中清运，已看过现场"
    )
    day = clock.today()
    assert not actions.record_warnings(county=COUNTY, findings=[finding((VILLAGE, 14, 3.0), day=day)]).raised
    made = actions.record_warnings(county=COUNTY, findings=[finding((VILLAGE, 15, 3.0), day=day)])
    assert Warning.unscoped.get(pk=made.raised[0]).before_id == first.pk


def test_sensitive_matters_are_told_of_villages_only() -> None:
    made = actions.record_warnings(
        county=COUNTY,
        findings=[finding((GRID, 9, 1.0), category="NEI-01"), finding((SIBLING, 9, 1.0), category="NEI-01")],
    )
    assert (len(made.raised), made.below) == (1, 1)


def test_a_county_chooses_how_few_are_enough_and_what_is_watched(world: Any) -> None:
    county = world.actor("county")
    choice = actions.Choice(alarms_per_60_days=0.5, minimum=15, autofill_margin=0.4)
    actions.change_setting(actor=county, county=COUNTY, choice=choice, reason="试行")
    off = actions.Choice(category="ENV-02", is_watched=False)
    actions.change_setting(actor=county, county=COUNTY, choice=off, reason="正在普查")
    made = actions.record_warnings(county=COUNTY, findings=[finding(), finding(category="ENV-02")])
    assert (made.raised, made.below, made.unwatched) == ((), 1, 1)
    held = queries.settings_of(COUNTY)
    assert (held.every.minimum, held.autofill_margin, len(held.own)) == (15, 0.4, 1)
    rows = queries.setting_rows(viewer=county, county=COUNTY)
    assert [row.is_current for row in rows] == [True, True]
    actions.change_setting(actor=county, county=COUNTY, choice=actions.Choice(), reason="恢复")
    assert queries.settings_of(COUNTY).every == queries.Chosen()


@pytest.mark.parametrize(
    ("field", "choice"),
    [
        ("minimum", actions.Choice(minimum=4)),
        ("alarms_per_60_days", actions.Choice(alarms_per_60_days=0)),
        ("autofill_margin", actions.Choice(autofill_margin=-1)),
        ("category", actions.Choice(category="没有")),
    ],
)
def test_settings_out_of_range_are_refused(world: Any, field: str, choice: actions.Choice) -> None:
    with pytest.raises(Invalid) as refused:
        actions.change_setting(actor=world.actor("county"), county=COUNTY, choice=choice, reason="试")
    assert list(refused.value.fields) == [field]


def test_settings_belong_to_the_county_s_desk(world: Any) -> None:
    for who, error in (("town", NotAllowed), ("county2", NotFound), ("dept", NotAllowed)):
        with pytest.raises(error):
            actions.change_setting(
                actor=world.actor(who), county=COUNTY, choice=actions.Choice(), reason="试"
            )


def test_who_sees_which_warning(world: Any) -> None:
    here, far = raised((VILLAGE, 12, 3.0)), raised((FAR, 9, 1.0))
    both = raised((SIBLING, 9, 1.0), (FAR, 9, 1.0), category="ENV-02")
    expected = {
        "county": {here.pk, far.pk, both.pk},
        "city": {here.pk, far.pk, both.pk},
        "supervisor": {here.pk, far.pk, both.pk},
        "town": {here.pk, both.pk},
        "leader": {here.pk, both.pk},
        "town2": {far.pk, both.pk},
        "village": {here.pk},
        "village2": {both.pk},
        "county2": set(),
        "dept": set(),
    }
    for who, wanted in expected.items():
        assert set(listed(world, who)) == wanted, who
    for who in ("grid", "province", "admin", "resident"):
        with pytest.raises(NotAllowed):
            listed(world, who)
    assert listed(world, "county", area=VILLAGE) == [here.pk]
    assert listed(world, "county", category="ENV-02", state="open", method="scan") == [both.pk]
    with pytest.raises(NotFound):
        listed(world, "village", area=FAR)
    with pytest.raises(NotFound):
        queries.warning_detail(viewer=world.actor("village"), warning_id=far.pk)


def test_a_list_costs_the_same_whatever_its_length(world: Any) -> None:
    from django.db import connection

    viewer = world.actor("county")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.warning_list(viewer=viewer, filters=WarningFilters(area=COUNTY))
        return len(asked)

    raised((VILLAGE, 12, 3.0))
    cost()
    one = cost()
    for code in ("ENV-02", "ENV-03", "FAC-02"):
        raised((VILLAGE, 12, 3.0), (FAR, 6, 2.0), category=code)
    cost()
    assert cost() == one <= 9


def test_what_a_warning_says(world: Any) -> None:
    raised((VILLAGE, 12, 3.25), (SIBLING, 4, 0.5), reporters=11)
    row = queries.warning_list(viewer=world.actor("county"), filters=WarningFilters()).rows[0]
    assert (
        row.sentence
        == "柳岸社区和周边 1 处，7 天里“暴露垃圾”16 件，往常约 3.8 件；反映的有 11 人，截至 03-09。"
    )
    assert [(one.name, one.observed) for one in row.places] == [("柳岸社区", None), ("桥头社区", None)]
    assert row.past.total == 0
    raised((VILLAGE, 12, 3.25), (SIBLING, 7, 0.5), (FAR, 4, 0.5), (OTHER, 2, 0.1), category="ENV-02")
    filters = WarningFilters(category="ENV-02")
    row = queries.warning_list(viewer=world.actor("county"), filters=filters).rows[0]
    assert [one.observed for one in row.places] == [12, 7, None, None]  # 6 in two places tell of neither


def test_a_decision_is_taken_once_with_a_reason_where_the_whole_warning_lies(world: Any) -> None:
    row = raised((VILLAGE, 12, 3.0), (FAR, 9, 1.0))
    for who, error in (
        ("town", NotFound),
        ("village", NotAllowed),
        ("dept", NotAllowed),
        ("county2", NotFound),
    ):
        with pytest.raises(error):
            actions.confirm_warning(actor=world.actor(who), warning_id=row.pk)
    county = world.actor("county")
    with pytest.raises(Invalid):
        actions.dismiss_warning(actor=county, warning_id=row.pk, dismissal="noise", reason=" ")
    with pytest.raises(Invalid):
        actions.dismiss_warning(actor=county, warning_id=row.pk, dismissal="tired", reason="不想看")
    with pytest.raises(Conflict):
        actions.set_outcome(actor=county, warning_id=row.pk, outcome="true")
    actions.confirm_warning(actor=county, warning_id=row.pk, reason="电话核实属实")
    with pytest.raises(Conflict):
        actions.dismiss_warning(actor=county, warning_id=row.pk, dismissal="noise", reason="误报")
    actions.set_outcome(actor=county, warning_id=row.pk, outcome="partly", words="一处属实")
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("confirmed", "partly")


def test_the_record_of_a_method_is_told_with_the_next_warning(world: Any) -> None:
    county = world.actor("county")
    for number, outcome in enumerate(("true", "false_alarm", "true")):
        row = raised((VILLAGE, 12, 3.0), day=clock.today() - timedelta(days=60 * (number + 1)))
        actions.confirm_warning(actor=county, warning_id=row.pk)
        actions.set_outcome(actor=county, warning_id=row.pk, outcome=outcome)
    known = raised((SIBLING, 9, 1.0), method="ewma")
    actions.dismiss_warning(actor=county, warning_id=known.pk, dismissal="known", reason="正在修")
    raised((VILLAGE, 12, 3.0))
    row = queries.warning_list(viewer=county, filters=WarningFilters(state="open")).rows[0]
    assert (row.past.true, row.past.false_alarm, row.past.total) == (2, 1, 3)
    lines = {line.method: line for line in queries.precision(viewer=county, area=COUNTY)}
    assert (lines["scan"].raised, lines["scan"].waiting, lines["scan"].past.right) == (4, 1, 2)
    assert (lines["ewma"].dismissed, lines["ewma"].past.already_known) == (1, 1)
    budget = queries.budgets(viewer=county, county=COUNTY)
    assert [(line.category_code, line.raised, line.false_alarms, line.budget) for line in budget] == [
        ("ENV-01", 5, 1, 1.0)
    ]
    assert queries.precision(viewer=world.actor("town2"), area="411602002000") == ()


def test_a_confirmed_warning_becomes_a_case_once_and_they_know_each_other(world: Any) -> None:
    row = raised((VILLAGE, 12, 3.0))
    town = world.actor("town")
    words = "请去柳岸社区看看垃圾堆放点"
    with pytest.raises(Conflict):
        actions.open_proactive_case(actor=town, warning_id=row.pk, words=words)
    actions.confirm_warning(actor=town, warning_id=row.pk)
    row = actions.open_proactive_case(actor=town, warning_id=row.pk, words=words)
    case = Case.unscoped.get(pk=row.case_id)
    assert (case.channel, case.village, case.category.code) == ("warning", VILLAGE, "ENV-01")
    assert queries.warning_of_case(viewer=town, case_id=case.pk) == row.pk
    assert queries.warning_detail(viewer=town, warning_id=row.pk).case == case.tracking
    assert queries.warning_of_case(viewer=world.actor("county2"), case_id=case.pk) is None
    with pytest.raises(Conflict):
        actions.open_proactive_case(actor=town, warning_id=row.pk, words=words)


def test_nothing_below_five_is_drawn(world: Any) -> None:
    for number in range(7):
        world.report(f"第 {number} 处垃圾没人清", category="ENV-01")
    raised((VILLAGE, 7, 1.0), day=clock.today())
    row = queries.warning_list(viewer=world.actor("county"), filters=WarningFilters()).rows[0]
    assert row.curve is not None
    assert row.curve.counts[-1] == 7
    assert set(row.curve.counts[:-1]) == {0}
    raised((SIBLING, 7, 1.0), day=clock.today())
    for number in range(3):
        world.report(f"第 {number} 处垃圾没人清", category="ENV-01", place=SIBLING)
    row = queries.warning_list(viewer=world.actor("village2"), filters=WarningFilters()).rows[0]
    assert row.curve is not None
    assert row.curve.counts[-1] is None
    assert OTHER not in {one.code for one in row.places}


def test_a_run_keeps_its_log_and_says_why_it_stopped(world: Any) -> None:
    with actions.running("scan", county=COUNTY) as run:
        run.say("读入 120 天。")
        run.progress(3, 3)
    with pytest.raises(RuntimeError), actions.running("scan", county=COUNTY):
        raise RuntimeError("x")
    failed, done = queries.runs(viewer=world.actor("town"))
    assert (done.state, done.done, [said for _at, said in done.lines]) == ("done", 3, ["读入 120 天。"])
    assert failed.state == "failed"
    assert "RuntimeError" in failed.lines[0][1]
    assert queries.last_run("scan", COUNTY) == done.started_at
    assert queries.runs(viewer=world.actor("county2")) == ()
    with pytest.raises(NotFound):
        queries.run(viewer=world.actor("county2"), run_id=done.id)
