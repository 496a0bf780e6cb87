"""The desk's pages: constant queries, filters in the address, fragments, masking, what is named and kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.audit.queries import who_saw
from jinlin.cases.models import Case
from jinlin.kernel import clock
from jinlin.orgs.queries import cache as org_cache
from jinlin.places.queries import memory
from tests.world import COUNTY, FAR, SIBLING, VILLAGE

HTMX = {"HTTP_HX_REQUEST": "true"}
SENSITIVE = "NEI-01"


def copies(case: Case, number: int) -> None:
    """Put many rows of one shape beside a case, without their timelines: lists read rows only."""
    rows = []
    for at in range(number):
        row = Case.unscoped.get(pk=case.pk)
        row.pk = row.id = Case._meta.pk.get_default()
        row.tracking = f"FUB2{at:08d}".translate(str.maketrans("01", "XY"))
        row.due_at = case.due_at + timedelta(minutes=at)
        row.village = (VILLAGE, SIBLING, FAR)[at % 3]
        rows.append(row)
    Case.unscoped.bulk_create(rows)


def queries(client, url: str) -> int:
    client.get(url)  # a process that has just started reads the trees once
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.fixture
def held(world) -> Case:
    """A case the county's desk holds."""
    case = world.report("路边的垃圾没人清", category="ENV-01", place_text="文昌路小学东门口")
    world.do("grid", "escalate", case, reason="需要部门")
    world.do("village", "escalate", case, reason="需要部门")
    return world.do("town", "escalate", case, reason="需要部门")


def test_the_list_asks_as_little_for_500_rows_as_for_50(world, held) -> None:
    client = world.client("county")
    copies(held, 49)
    few = queries(client, "/desk/?view=mine")
    copies_before = Case.unscoped.count()
    Case.unscoped.exclude(pk=held.pk).delete()
    copies(held, 499)
    many = queries(client, "/desk/?view=mine")
    assert copies_before == 50
    assert few == many <= 12


@pytest.mark.parametrize("who", ["county", "dept", "village", "leader", "supervisor", "city"])
def test_every_view_of_everybody_stays_within_the_budget(world, held, who) -> None:
    client = world.client(who)
    for view in ("mine", "decide", "check", "overdue", "out", "grid", "assist", "ledger", "open", "closed"):
        assert queries(client, f"/desk/?view={view}&category=ENV&place={COUNTY}") <= 12


def test_the_case_page_asks_at_most_15(world, held) -> None:
    for at in range(15):
        world.report(f"垃圾又满了{at}", category="ENV-01")
    assert queries(world.client("county"), f"/desk/case/{held.tracking}") <= 15
    busy = world.to_department()
    world.do("dept", "ask", busy, kind="extension", reason="要等设备", days=3)
    assert queries(world.client("dept"), f"/desk/case/{busy.tracking}") <= 15
    assert queries(world.client("county"), f"/desk/case/{busy.tracking}") <= 15
    world.do("county", "ask", held, kind="extension", reason="再等等", days=2)
    assert queries(world.client("county"), f"/desk/case/{held.tracking}") <= 15


def test_the_case_page_asks_at_most_15_in_a_process_that_knows_nothing_yet(world) -> None:
    case = world.to_department()
    client = world.client("dept")
    cache.clear()
    memory.forget()
    org_cache._copies.clear()
    org_cache._names.clear()
    assert queries(client, f"/desk/case/{case.tracking}") <= 15


def test_a_fragment_is_the_case_alone_and_going_back_is_whole(world, held) -> None:
    client = world.client("county")
    url = f"/desk/case/{held.tracking}?view=mine"
    part = client.get(url, **HTMX).content.decode()
    assert "<html" not in part
    assert "建议派给" in part
    whole = client.get(url, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true").content.decode()
    assert "<html" in whole
    assert "no-store" in client.get(url)["Cache-Control"]


def test_the_case_page_says_why_here_and_what_else_is_there(world, held) -> None:
    world.report("这里也有垃圾", category="ENV-01")
    page = world.client("county").get(f"/desk/case/{held.tracking}").content.decode()
    assert "为什么派到这里" in page
    assert "派单目录：" in page
    assert "这里也有垃圾" in page
    assert "怎么算的" in page
    assert "个工作小时，只计办公时间" in page


def test_filters_live_in_the_address(world, held) -> None:
    client = world.client("county")
    found = client.get(
        "/desk/", {"view": "open", "q": "垃圾", "category": "ENV", "place": VILLAGE}
    ).content.decode()
    assert held.tracking in found
    assert held.tracking not in client.get("/desk/", {"view": "open", "q": "没有这样的"}).content.decode()
    assert (
        held.tracking in client.get("/desk/", {"view": "open", "q": held.shown_code.lower()}).content.decode()
    )
    assert held.tracking not in client.get("/desk/", {"view": "open", "place": FAR}).content.decode()


@pytest.mark.parametrize(
    "query",
    ["q=%00a", "q=" + "x" * 61, "state=nothing", "place=abc", "view=../x", "category='", "q=%ED%A0%80"],
)
def test_a_strange_filter_is_told_or_ignored(world, held, query) -> None:
    assert world.client("county").get(f"/desk/?{query}").status_code in (200, 422)


@pytest.mark.parametrize("after", ["x", "2026-01-01~y", "~", "2026-13-01T00:00:00+00:00~" + "0" * 32])
def test_a_strange_page_mark_is_told(world, held, after) -> None:
    assert world.client("county").get("/desk/", {"after": after}).status_code == 422


def test_pages_follow_each_other_without_gap_or_repeat(world, held) -> None:
    copies(held, 119)
    client, url, seen = world.client("county"), "/desk/?view=mine", []
    while url:
        response = client.get(url)
        seen += [row.tracking for row in response.context["rows"]]
        url = f"/desk/{response.context['next']}" if response.context["next"] else ""
    assert len(seen) == len(set(seen)) == 120


def test_named_filters_are_kept_per_account_and_can_be_dropped(world, held) -> None:
    client = world.client("county")
    kept = client.post("/desk/filters", {"name": "垃圾", "query": "view=open&category=ENV&evil=1"})
    assert kept.status_code == 302
    page = client.get("/desk/")
    assert page.context["saved"] == [{"name": "垃圾", "query": "view=open&category=ENV"}]
    other = world.client("town")
    other.cookies["jl_desk"] = client.cookies["jl_desk"].value
    assert other.get("/desk/").context["saved"] == []
    client.post("/desk/filters", {"name": "垃圾", "do": "drop", "query": ""})
    assert client.get("/desk/").context["saved"] == []
    assert client.post("/desk/filters", {"name": "", "query": ""}).status_code == 422


def test_a_supervisor_reads_no_words(world, held) -> None:
    client = world.client("supervisor")
    page = client.get(f"/desk/case/{held.tracking}").content.decode()
    for words in ("路边的垃圾没人清", "文昌路", "需要部门", "看联系方式", "派单</a>"):
        assert words not in page
    assert "暴露垃圾" in page
    row = client.get("/desk/?view=open").content.decode()
    assert held.tracking in row
    assert "路边的垃圾没人清" not in row
    assert held.tracking not in client.get("/desk/", {"view": "open", "q": "路边"}).content.decode()
    assert client.get("/desk/export.xlsx").status_code == 403
    assert client.get(f"/desk/case/{held.tracking}/slip").status_code == 403


def test_a_sensitive_title_is_the_category_for_who_does_not_handle_it(world) -> None:
    case = world.report("隔壁常打孩子，夜里有哭声", category=SENSITIVE)
    assert case.sensitive
    leader = world.client("leader")
    for url in ("/desk/?view=open", f"/desk/case/{case.tracking}"):
        page = leader.get(url).content.decode()
        assert "打孩子" not in page
        assert "夜里有哭声" not in page
    assert case.tracking not in leader.get("/desk/", {"view": "open", "q": "孩子"}).content.decode()
    assert "打孩子" in world.client("village").get(f"/desk/case/{case.tracking}").content.decode()


def test_others_cases_do_not_exist(world, held) -> None:
    for who in ("county2", "town2", "dept", "other_dept"):
        for tail in ("", "/dispatch", "/contact", "/slip"):
            assert world.client(who).get(f"/desk/case/{held.tracking}{tail}").status_code == 404
    for code in ("AAAA-BBBB-CCCC", "x", "%00", held.tracking[:11]):
        assert world.client("county").get(f"/desk/case/{code}").status_code == 404


def test_a_visitor_is_sent_to_log_in(world, held) -> None:
    for path in ("", f"case/{held.tracking}", "new", "export.xlsx", f"case/{held.tracking}/contact"):
        response = world.client().get(f"/desk/{path}")
        assert response.status_code == 302
        assert response["Location"].startswith("/login?next=")


def test_a_contact_is_opened_once_for_a_purpose_and_the_resident_can_read_of_it(world, held) -> None:
    client, url = world.client("county"), f"/desk/case/{held.tracking}/contact"
    assert "13800138000" not in client.get(url).content.decode()
    assert client.post(url, {"purpose": "curiosity"}).status_code == 422
    assert not list(who_saw("cases.case", str(held.pk)))
    opened = client.post(url, {"purpose": "ask"})
    assert "13800138000" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    seen = list(who_saw("cases.case", str(held.pk)))
    assert [row.purpose for row in seen] == ["联系核实情况"]
    assert "13800138000" not in client.get(f"/desk/case/{held.tracking}").content.decode()


def test_a_contact_is_shut_to_who_does_not_handle_it_now(world, held) -> None:
    url = f"/desk/case/{held.tracking}/contact"
    assert world.client("village").post(url, {"purpose": "ask"}).status_code == 403
    assert world.client("supervisor").post(url, {"purpose": "ask"}).status_code == 403
    world.do("county", "answer", held, words="已答复")
    assert world.client("county").post(url, {"purpose": "ask"}).status_code == 403


def test_a_contact_of_another_case_is_not_opened(world, held) -> None:
    other = world.report("别处的事", phone="13900139000", place=FAR)
    appeal = other.appeals.model.unscoped.get(case=other)
    url = f"/desk/case/{held.tracking}/contact"
    world.client("county")
    world.do("county", "note", held, note="记一下")
    page = world.client("county").post(url, {"purpose": "ask", "appeal": str(appeal.pk)}).content.decode()
    assert "13900139000" not in page
    assert "13800138000" not in page


def test_the_slip_has_a_code_to_scan_and_no_contact(world, held) -> None:
    page = world.client("county").get(f"/desk/case/{held.tracking}/slip").content.decode()
    assert held.shown_code in page
    assert "data:image/svg+xml" in page
    assert "12345" in page
    assert "13800138000" not in page


def test_the_clock_is_told_in_local_time(world, held) -> None:
    with clock.fixed(datetime(2026, 3, 10, 2, 0, tzinfo=UTC)):
        case = world.report("下午的事")
    page = world.client("village").get(f"/desk/case/{case.tracking}").content.decode()
    assert "2026-03-10 10:00" in page
