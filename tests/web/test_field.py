"""The grid worker's phone: one tap, one effect; nothing lost without a network; two people never overwrite each other."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jinlin.cases.models import Appeal, Case, CaseEvent
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.ids import new_id
from jinlin.orgs import actions as orgs
from jinlin.people.access import SYSTEM
from tests.files.pictures import photo as picture
from tests.world import GRID, GRID2, SIBLING, VILLAGE

pytestmark = pytest.mark.django_db
NEW = "/field/new"


def outbox(client: Client, url: str, *, key: str = "", made_at: str = "", **fields: Any) -> Any:
    """Post as the outbox does: JSON wanted, key and time of the tap in header and form."""
    key = key or str(new_id())
    body = {"key": key, "made_at": made_at, **fields}
    return client.post(
        url,
        body,
        headers={"Accept": "application/json", "Idempotency-Key": key, "X-Made-At": made_at},
    )


def url_of(case: Case, verb: str = "") -> str:
    return f"/field/case/{case.tracking}" + (f"/{verb}" if verb else "")


def fresh(case: Case) -> Case:
    return Case.unscoped.get(pk=case.pk)


def test_the_day_has_three_parts(world, tuesday) -> None:
    todo = world.report("井盖坏了", category="FAC-01")
    gone = world.report("路面破损", category="FAC-03")
    world.do("grid", "escalate", gone, reason="要区里修")
    check = world.to_department()
    world.do("dept", "report_done", check, words="清走了", claim="solved")
    page = world.client("grid").get("/field/")
    text = page.content.decode()
    assert page["Jinlin-Offline"] == "keep"
    parts = re.split(r'<section id="(\w+)"', text)
    by_name = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert todo.tracking in by_name["todo"]
    assert check.tracking in by_name["check"]
    assert gone.tracking in by_name["elsewhere"]
    assert url_of(todo, "solve_on_spot") in by_name["todo"]
    assert url_of(check, "verify") not in by_name["check"]


def test_only_the_own_grid(world, tuesday) -> None:
    mine, other = world.report("我的"), world.report("桥头的", place=SIBLING)
    client = world.client("grid")
    text = client.get("/field/").content.decode()
    assert mine.tracking in text
    assert other.tracking not in text
    assert client.get(url_of(other)).status_code == 404
    assert outbox(client, url_of(other, "accept")).status_code == 404


@pytest.mark.parametrize("who", ["village", "county", "dept", "leader", "province", "admin"])
def test_the_pages_are_the_grid_workers(world, tuesday, who: str) -> None:
    client = world.client(who)
    case = world.report()
    for url in ("/field/", NEW, url_of(case)):
        assert client.get(url).status_code == 403, url


def test_a_visitor_logs_in_first_and_a_draft_waits(world, tuesday) -> None:
    case = world.report()
    assert Client().get("/field/")["Location"] == "/login?next=%2Ffield%2F"
    answer = outbox(Client(), url_of(case, "accept"))
    assert (answer.status_code, answer.json()["ok"]) == (401, False)
    assert fresh(case).state == w.SUBMITTED


def test_solving_takes_one_tap_from_the_list(world, tuesday) -> None:
    case = world.report()
    client = world.client("grid")
    form = re.search(
        rf"<form[^>]*{url_of(case, 'solve_on_spot')}.*?</form>", client.get("/field/").content.decode(), re.S
    )
    assert form
    assert "data-outbox=" in form[0]
    assert not re.search(r"<(textarea|select)|type=\"(text|file)\"", form[0])
    answer = outbox(client, url_of(case, "solve_on_spot"), expect=case.version)
    assert answer.json() == {"ok": True, "url": "/field/", "message": f"已当场解决：{case.title}"}
    assert (fresh(case).state, fresh(case).end_kind) == (w.CLOSED, "solved")


def test_without_a_script_the_form_posts_as_usual(world, tuesday) -> None:
    case = world.report()
    client = world.client("grid")
    answer = client.post(
        url_of(case, "accept"), {"key": str(new_id()), "made_at": "", "expect": "1"}, follow=True
    )
    assert answer.redirect_chain == [(url_of(case), 302)]
    assert "已接单：" in answer.content.decode()
    assert fresh(case).state == w.ACCEPTED


def test_the_same_tap_counts_once(world, tuesday) -> None:
    case = world.report()
    client, key = world.client("grid"), str(new_id())
    first = outbox(client, url_of(case, "solve_on_spot"), key=key, expect=1)
    second = outbox(client, url_of(case, "solve_on_spot"), key=key, expect=1)
    assert first.json() == second.json()
    assert CaseEvent.objects.filter(case=case, verb="solve_on_spot").count() == 1
    again = outbox(client, url_of(case, "accept"), key=key)
    assert (again.status_code, again.json()["code"]) == (422, "key_reused")


def test_an_offline_tap_keeps_its_own_time(world, tuesday) -> None:
    case = world.report()
    tapped = tuesday + timedelta(hours=2)
    with clock.fixed(tuesday + timedelta(hours=9)):
        answer = outbox(world.client("grid"), url_of(case, "accept"), made_at=tapped.isoformat(), expect=1)
    assert answer.status_code == 200, answer.content
    event = CaseEvent.objects.get(case=case, verb="accept")
    assert (event.made_at, event.at) == (tapped, tuesday + timedelta(hours=9))
    assert fresh(case).accepted_at == tapped


def test_two_taps_from_one_page_follow_each_other(world, tuesday) -> None:
    case = world.report()
    client = world.client("grid")
    assert outbox(client, url_of(case, "accept"), expect=1).status_code == 200
    answer = outbox(client, url_of(case, "escalate"), expect=1, reason="要区里修")
    assert answer.status_code == 200, answer.content
    assert fresh(case).level == 5


def test_who_comes_second_is_told_and_nothing_is_overwritten(world, tuesday) -> None:
    case = world.report()
    world.do("village", "note", case, note="看过")  # a note does not make a page stale
    client = world.client("grid")
    world.do("village", "categorise", case, category="FAC-01")
    answer = outbox(client, url_of(case, "solve_on_spot"), expect=1, words="我修好了")
    body = answer.json()
    assert (answer.status_code, body["ok"], body["code"]) == (409, False, "stale")
    assert "没有生效" in body["message"]
    assert fresh(case).is_open


def test_a_stale_form_without_a_script_keeps_what_was_written(world, tuesday) -> None:
    case = world.report()
    world.do("village", "categorise", case, category="FAC-01")
    answer = world.client("grid").post(url_of(case, "escalate"), {"expect": "1", "reason": "要区里派车来修"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "没有生效" in text
    assert "要区里派车来修" in text


def test_what_is_missing_is_said_at_the_field(world, tuesday) -> None:
    case = world.report()
    client = world.client("grid")
    refused = outbox(client, url_of(case, "escalate"))
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["reason"])
    page = client.post(url_of(case, "escalate"), {})
    assert page.status_code == 422
    assert "data-error-summary" in page.content.decode()
    assert 'href="#f-escalate-reason"' in page.content.decode()


def test_moves_that_are_not_his_are_refused(world, tuesday) -> None:
    case = world.report()
    client = world.client("grid")
    for verb, status in (("dispatch", 422), ("verify", 422), ("nonsense", 404), ("sign", 409)):
        assert outbox(client, url_of(case, verb)).status_code == status, verb
        assert client.get(url_of(case, verb)).status_code in (403, 404, 409), verb
    assert fresh(case).version == 1


def test_every_form_of_the_pages_waits_in_the_outbox(world, tuesday) -> None:
    case = world.report(phone="")
    check = world.to_department()
    world.do("dept", "report_done", check, words="清走了", claim="solved")
    client = world.client("grid")
    for url in (
        "/field/",
        NEW,
        url_of(case),
        url_of(check),
        url_of(case, "escalate"),
        url_of(check, "verify"),
    ):
        answer = client.get(url)
        assert answer["Jinlin-Offline"] == "keep", url
        forms = re.findall(r'<form[^>]*method="post"[^>]*>', answer.content.decode())
        assert forms, url
        kept = [form for form in forms if "/contact" not in form]
        assert all("data-outbox=" in form for form in kept), url
        assert answer.content.decode().count('name="key"') == len(kept), url


def test_verify_both_ways(world, tuesday) -> None:
    client = world.client("grid")
    for passed, state in (("yes", w.FOLLOW_UP), ("no", w.REWORK)):
        case = world.to_department()
        world.do("dept", "report_done", case, words="清走了", claim="solved")
        page = client.get(url_of(case)).content.decode()
        assert "承办单位说" in page
        assert "清走了" in page
        answer = outbox(client, url_of(case, "verify"), passed=passed, on_spot="yes", words="看过了")
        assert answer.status_code == 200, answer.content
        assert fresh(case).state == state


def test_found_on_patrol_with_one_button(world, tuesday) -> None:
    client = world.client("grid")
    page = client.get(NEW).content.decode()
    assert f'name="grid" value="{GRID}"' in page
    assert page.count('class="tile"') == 9
    answer = outbox(client, NEW, category="ENV-01", grid=GRID, text="")
    case = Case.unscoped.get()
    assert answer.json()["url"] == url_of(case)
    assert (case.title, case.channel, case.grid, case.level) == ("暴露垃圾", "patrol", GRID, 6)


def test_found_and_solved_in_one_go_counts_once(world, tuesday) -> None:
    client, key = world.client("grid"), str(new_id())
    for _again in range(2):
        answer = outbox(client, NEW, key=key, category="ENV-05", grid=GRID, text="撕掉了", solved="yes")
        assert answer.json()["url"] == "/field/"
    case = Case.unscoped.get()
    assert (case.state, case.self_handled) == (w.CLOSED, True)
    assert CaseEvent.objects.filter(case=case).count() == 2


def test_photo_and_place_come_along(world, tuesday, home) -> None:
    photo = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    answer = outbox(
        world.client("grid"), NEW, text="井盖碎了", grid=GRID, address="三号楼东", lon="114.645", lat="33.625",
        accuracy="12", datum="wgs84", photos=photo,
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    case = Case.unscoped.get()
    assert (case.place_text, case.lon, case.photos.count()) == ("三号楼东", 114.645, 1)
    assert Appeal.unscoped.get().accuracy_m == 12


def test_patrol_says_what_is_missing_or_wrong(world, tuesday) -> None:
    client = world.client("grid")
    wrong: list[tuple[dict[str, str], str]] = [
        ({"text": ""}, "text"),
        ({"text": "x", "grid": GRID2}, "grid"),
        ({"text": "x", "grid": "1"}, "grid"),
        ({"text": "x", "lon": "abc", "lat": "33"}, "address"),
        ({"text": "x", "lon": "nan", "lat": "inf"}, "address"),
        ({"text": "x", "category": "ZZZ-99"}, "category"),
        ({"text": "x", "address": "长" * 500}, "place_text"),
    ]
    for fields, name in wrong:
        answer = outbox(client, NEW, **fields)
        assert answer.status_code == 422, (fields, answer.content)
        assert list(answer.json()["errors"]) == [name], fields
    assert client.post(NEW, {"text": ""}).status_code == 422
    assert not Case.unscoped.exists()


def test_the_phone_is_shown_for_a_purpose_and_never_kept(world, tuesday) -> None:
    case = world.report(phone="13800138000")
    client = world.client("grid")
    page = client.get(url_of(case)).content.decode()
    assert "13800138000" not in page
    contact = re.search(r'name="contact" value="([^"]+)"', page)
    assert contact
    shown = client.post(url_of(case, "contact"), {"contact": contact[1], "purpose": "核实情况"})
    assert "13800138000" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert "Jinlin-Offline" not in shown
    assert client.post(url_of(case, "contact"), {"contact": str(new_id()), "purpose": "x"}).status_code == 404
    assert client.post(url_of(case, "contact"), {"contact": contact[1], "purpose": ""}).status_code == 422
    other = world.client("grid2").post(url_of(case, "contact"), {"contact": contact[1], "purpose": "x"})
    assert other.status_code == 404


def test_a_clerk_who_also_works_a_grid_sees_that_grid_only(world, tuesday) -> None:
    mine, other = world.report("我网格的"), world.report("桥头的", place=SIBLING)
    who, unit = world.accounts["town"], world.unit(VILLAGE)
    orgs.appoint(
        actor=SYSTEM, account=who, role="grid_worker", unit_id=unit, place=GRID, starts_on=clock.today()
    )
    text = world.client("town").get("/field/").content.decode()
    assert mine.tracking in text
    assert other.tracking not in text


def test_queries_stay_few(world, tuesday) -> None:
    cases = [world.report(f"第 {n} 件", category="FAC-01") for n in range(4)]
    client = world.client("grid")
    counts = {}
    for url, most in (("/field/", 12), (NEW, 12), (url_of(cases[0]), 15)):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        counts[url] = len(asked)
        assert len(asked) <= most, [query["sql"][:90] for query in asked]
    for n in range(20):
        world.report(f"又 {n} 件", category="FAC-02")
    with CaptureQueriesContext(connection) as asked:
        client.get("/field/")
    assert len(asked) == counts["/field/"]


def test_the_position_of_the_phone_is_never_asked_by_the_server(world, tuesday) -> None:
    page = world.client("grid").get("/field/").content.decode()
    assert 'name="lon"' not in page
    assert 'name="lat"' not in page
