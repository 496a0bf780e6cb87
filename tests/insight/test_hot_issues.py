"""Hot issues in the product: who counts, who sees which words, what a night changes, and what a page costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jinlin.cases import actions as cases
from jinlin.cases.actions import Said
from jinlin.cases.actions.retention import erase_own_contact
from jinlin.cases.models import Appeal, Case
from jinlin.insight.actions import group_county, group_due
from jinlin.insight.hot.issues import issues_of
from jinlin.insight.models import HotIssue, Run
from jinlin.insight.queries.hot import hot_issues, issue_brief, issue_detail
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people.access import ANYONE
from tests.world import COUNTY, FAR, OTHER, SIBLING, TOWN, VILLAGE

pytestmark = pytest.mark.django_db

SAID = (  # data
    "柳岸小区东门的垃圾桶满了三天没人清，臭得很",
    "东门垃圾桶好几天没清运，柳岸小区门口臭气熏天",
    "柳岸小区东门垃圾满出来了，没人来清",
    "小区东门那几个垃圾桶一直没清，柳岸居民意见很大",
    "柳岸东门垃圾桶臭味大，几天没有人清运",
    "请尽快清运柳岸小区东门的垃圾桶，已经臭了三天",
)


@pytest.fixture(autouse=True)
def _town(world: Any, tuesday: Any) -> None:
    """Everything happens in the named town on a Tuesday."""


def told(world: Any, people: int = 6, **words: Any) -> list[Any]:
    made = []
    for k in range(people):
        asked = {"phone": f"1380000{k:04d}", "category": "ENV-01", **words}
        made.append(world.report(SAID[k % len(SAID)], **asked))
    return made


def test_five_people_make_an_issue_and_four_do_not(world: Any) -> None:
    told(world, 4)
    assert group_county(COUNTY) == 0
    world.report(SAID[4], phone="13900000009", category="ENV-01")
    assert group_county(COUNTY) == 1
    row = HotIssue.unscoped.get()
    assert (row.reporters, row.messages, row.village) == (5, 5, VILLAGE)
    run = Run.objects.filter(job="hot").order_by("id").last()
    assert "1 个问题" in run.lines[-1][1]


def test_one_person_a_hundred_times_is_one_person(world: Any) -> None:
    for k in range(30):
        world.report(SAID[k % len(SAID)], phone="13800000001", category="ENV-01")
    assert group_county(COUNTY) == 0


def test_joining_a_case_counts_and_taking_back_does_not(world: Any) -> None:
    first = told(world, 4)[0]
    said = Said(text=SAID[5], place=VILLAGE)
    cases.join_case(actor=ANYONE, case_id=first.pk, said=said, caller=cases.Caller(phone="13800000077"))
    assert group_county(COUNTY) == 1
    assert HotIssue.unscoped.get().cases.count() == 4


def test_an_issue_keeps_its_id_from_night_to_night(world: Any) -> None:
    told(world)
    group_county(COUNTY)
    first = HotIssue.unscoped.get().pk
    world.report(SAID[0], phone="13900000001", category="ENV-01")
    group_county(COUNTY)
    assert HotIssue.unscoped.get().pk == first
    assert HotIssue.unscoped.get().reporters == 7


def test_the_same_words_elsewhere_are_another_matter(world: Any) -> None:
    told(world)
    for k in range(6):
        text = ("路灯坏了", "路灯不亮", "路灯不亮很久了", "路灯一直不亮", "晚上路灯不亮", "这里路灯坏了")[
            k
        ]  # data
        place = VILLAGE if k % 2 else FAR
        world.report(text, place=place, phone=f"1370000{k:04d}", category="FAC-02")
    group_county(COUNTY)
    assert [row.category.code for row in HotIssue.unscoped.all() if row.category] == ["ENV-01"]


def test_no_count_below_five_is_left_over_beside_the_total(world: Any) -> None:
    told(world, 6)
    for k in range(2):
        world.report(SAID[k], place=SIBLING, phone=f"1390000{k:04d}", category="ENV-01")
    group_county(COUNTY)
    row = HotIssue.unscoped.get()
    if row.places.count() == 1:  # grouped apart: say it as one issue
        row.places.create(county=COUNTY, town=TOWN, village=SIBLING, messages=2)
    (shown,) = hot_issues(viewer=world.actor("county"), area=COUNTY)
    assert [one.messages for one in shown.places] == [None, None]


def test_the_headline_is_for_those_who_may_read_the_texts(world: Any) -> None:
    told(world)
    group_county(COUNTY)
    (mine,) = hot_issues(viewer=world.actor("county"), area=COUNTY)
    assert mine.has_text
    assert "垃圾" in mine.headline  # data
    (above,) = hot_issues(viewer=world.actor("city"), area=COUNTY)
    assert not above.has_text
    assert above.headline == f"{above.place} · {above.category}"
    detail = issue_detail(viewer=world.actor("city"), issue_id=above.id)
    assert (detail.cases, detail.others) == ((), 6)
    assert issue_brief(world.actor("city"), above.id).title == above.headline


@pytest.mark.parametrize(
    ("who", "seen"),
    [("county", 1), ("town", 1), ("town2", 0), ("county2", 0), ("leader", 1), ("dept", 0)],
)
def test_an_issue_is_seen_where_it_lies(world: Any, who: str, seen: int) -> None:
    told(world)
    group_county(COUNTY)
    viewer = world.actor(who)
    assert HotIssue.objects.visible_to(viewer).count() == seen
    if not seen:
        with pytest.raises(NotFound):
            issue_detail(viewer=viewer, issue_id=HotIssue.unscoped.get().pk)


def test_sensitive_and_old_words_are_not_read(world: Any) -> None:
    with clock.fixed(clock.now() - timedelta(days=200)):
        told(world)
    assert group_county(COUNTY) == 0


def test_the_night_runs_once(world: Any) -> None:
    told(world)
    with clock.fixed(clock.now().replace(hour=18)):  # two o'clock in the night of China
        assert group_due() == 1
        assert group_due() == 0


def test_pages_cost_the_same_for_one_issue_and_many(
    world: Any, client: Any, django_assert_max_num_queries: Any
) -> None:
    told(world)
    for k in range(6):
        world.report(
            f"桥头路灯不亮第{'一二三四五六'[k]}盏桥头夜里黑",
            place=SIBLING,
            phone=f"1360000{k:04d}",
            category="FAC-02",
        )  # data
    group_county(COUNTY)
    viewer = world.actor("county")
    hot_issues(viewer=viewer, area=COUNTY)
    with django_assert_max_num_queries(6):
        assert len(hot_issues(viewer=viewer, area=TOWN)) == 2
    with django_assert_max_num_queries(9):
        issue_detail(viewer=viewer, issue_id=HotIssue.unscoped.first().pk)
    assert hot_issues(viewer=viewer, area=OTHER) == ()


def test_the_pages_tell_it_with_a_map_and_lead_to_the_cases(world: Any, home: Any) -> None:
    empty = world.client("county").get(f"/insight/{COUNTY}/hot").content.decode()
    assert "没有 5 个人以上反映的同一问题" in empty
    made = told(world)
    group_county(COUNTY)
    row = HotIssue.unscoped.get()
    client = world.client("county")
    page = client.get(f"/insight/{COUNTY}/hot").content.decode()
    assert row.headline in page
    assert f"/insight/hot/{row.pk}" in page
    assert 'class="spark"' in page
    shapes = client.get(f"/insight/{COUNTY}/hot.geojson").json()["features"]
    assert any(each["properties"].get("url") == f"/insight/hot/{row.pk}" for each in shapes)
    one = client.get(f"/insight/hot/{row.pk}").content.decode()
    assert "6 人反映，共 6 条" in one
    assert f"/desk/case/{made[0].tracking}" in one
    assert client.get("/insight/hot")["Location"] == f"/insight/{COUNTY}/hot"
    assert world.client("grid").get(f"/insight/{COUNTY}/hot").status_code == 403
    assert world.client("town2").get(f"/insight/hot/{row.pk}").status_code == 404
    blind = world.client("city").get(f"/insight/hot/{row.pk}").content.decode()
    assert "垃圾桶" not in blind


def test_words_taken_back_are_told_no_more_at_once(world: Any) -> None:
    told(world, 7)
    group_county(COUNTY)
    centre = HotIssue.unscoped.get().centre
    mine = frozenset(Appeal.unscoped.filter(case=centre).values_list("pk", flat=True))
    me = replace(world.resident(centre), appeals=mine)
    cases.withdraw_case(actor=me, case_id=centre.pk)
    (row,) = hot_issues(viewer=world.actor("county"), area=COUNTY)
    assert not row.has_text
    assert row.headline == f"{row.place} · {row.category}"
    assert not HotIssue.unscoped.get().headline


def test_an_issue_of_five_goes_with_the_words_of_one(world: Any) -> None:
    made = told(world, 5)
    group_county(COUNTY)
    case = next(one for one in made if one.pk != HotIssue.unscoped.get().centre_id)
    me = replace(
        world.resident(case),
        appeals=frozenset(Appeal.unscoped.filter(case=case).values_list("pk", flat=True)),
    )
    cases.withdraw_case(actor=me, case_id=case.pk)
    assert not HotIssue.unscoped.exists()


def test_an_erased_contact_takes_the_line_along(world: Any) -> None:
    told(world, 6)
    group_county(COUNTY)
    centre = HotIssue.unscoped.get().centre
    mine = list(Appeal.unscoped.filter(case=centre).values_list("pk", flat=True))
    erase_own_contact(actor=world.resident(centre), case=centre, appeals=mine)
    issue = HotIssue.unscoped.get()
    assert (issue.headline, issue.reporters) == ("", 6)


def _appeals(case: Any) -> frozenset[Any]:
    return frozenset(Appeal.unscoped.filter(case=case).values_list("pk", flat=True))


def _take_back(world: Any, case: Any, appeals: frozenset[Any]) -> None:
    cases.withdraw_case(actor=replace(world.resident(case), appeals=appeals), case_id=case.pk)


def _merged(world: Any, case: Any, *into: Any) -> Any:
    """Return the last of the cases a case was merged into, one after the other."""
    for other in into:
        cases.merge_cases(actor=world.actor("village"), case_id=case.pk, into=other.pk)
        case = Case.unscoped.get(pk=other.pk)
    return case


@pytest.mark.parametrize("way", ["withdrawn", "erased"])
def test_words_of_a_merged_case_are_told_no_more_either(world: Any, way: str) -> None:
    made = told(world, 7)
    group_county(COUNTY)
    centre = HotIssue.unscoped.get().centre
    mine = _appeals(centre)
    last = _merged(world, centre, *[one for one in made if one.pk != centre.pk][:2])
    if way == "withdrawn":
        _take_back(world, last, mine)
    else:
        erase_own_contact(actor=world.resident(last), case=last, appeals=mine)
    assert HotIssue.unscoped.get().headline == ""


def test_an_issue_of_five_goes_with_words_that_were_merged_elsewhere(world: Any) -> None:
    made = told(world, 5)
    group_county(COUNTY)
    mine = _appeals(made[0])
    elsewhere = world.report("路灯坏了", phone="13811110000", category="FAC-02")  # data
    _take_back(world, _merged(world, made[0], elsewhere), mine)
    assert not HotIssue.unscoped.exists()


def test_an_issue_tells_of_one_person_fewer_and_goes_below_five_on_the_same_day(world: Any) -> None:
    made = told(world, 6)
    group_county(COUNTY)
    one, other = [case for case in made if case.pk != HotIssue.unscoped.get().centre_id][:2]
    _take_back(world, one, _appeals(one))
    row = HotIssue.unscoped.get()
    assert (row.reporters, row.messages, sum(row.weekly), row.places.get().messages) == (5, 5, 5, 5)
    _take_back(world, other, _appeals(other))
    assert not HotIssue.unscoped.exists()


def test_words_said_and_taken_back_after_the_count_lower_nothing(world: Any) -> None:
    case = told(world, 5)[0]
    group_county(COUNTY)
    before = _appeals(case)
    with clock.fixed(clock.now() + timedelta(hours=1)):
        said = Said(text=SAID[5], place=VILLAGE)
        cases.join_case(actor=ANYONE, case_id=case.pk, said=said, caller=cases.Caller(phone="13800000077"))
        _take_back(world, case, _appeals(case) - before)
    row = HotIssue.unscoped.get()
    assert (row.reporters, row.messages) == (5, 5)


def test_words_taken_back_while_the_night_counts_do_not_come_back(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = told(world, 6)
    turns: list[int] = []

    def meanwhile(*given: Any) -> Any:
        turns.append(len(given[0].bodies))
        found = issues_of(*given)
        if len(turns) == 1:
            _take_back(world, made[0], _appeals(made[0]))
        return found

    monkeypatch.setattr("jinlin.insight.actions.hot.issues_of", meanwhile)
    assert group_county(COUNTY) == 1
    assert turns == [6, 5]
    assert HotIssue.unscoped.get().reporters == 5


def test_a_night_in_which_words_never_rest_leaves_the_last_count(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = told(world, 9)
    group_county(COUNTY)

    def meanwhile(*given: Any) -> Any:
        case = made.pop()
        _take_back(world, case, _appeals(case))
        return issues_of(*given)

    monkeypatch.setattr("jinlin.insight.actions.hot.issues_of", meanwhile)
    assert group_county(COUNTY) == 1
    assert HotIssue.unscoped.get().reporters == 6
