"""The resident's pages: say it, keep the code, follow it, answer, see who looked, have it erased."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jinlin.audit import actions as audit
from jinlin.cases.models import Appeal, Case, CasePhoto
from jinlin.cases.queries import link_token
from jinlin.kernel.ids import new_id
from jinlin.people.models import SealedContact
from tests.files.pictures import SVG, photo
from tests.web.test_ui import Reader
from tests.world import FAR, GRID, SQUARE, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
WORDS = "三号楼下的路灯坏了一星期"
JSON = {"HTTP_ACCEPT": "application/json"}


def words_of(answer: Any) -> str:
    return answer.content.decode()


def whole(answer: Any, status: int = 200) -> str:
    """Check what every page must be, and return its text."""
    assert answer.status_code == status, words_of(answer)[:2000]
    text = words_of(answer)
    page = Reader(text)
    ids = [attrs["id"] for _tag, attrs in page.tags if attrs.get("id")]
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    assert not page.unlabelled()
    assert not any(
        "style" in attrs or any(name.startswith("on") for name in attrs) for _t, attrs in page.tags
    )
    assert "tel:12345" in text
    return text


def form(**more: Any) -> dict[str, Any]:
    return {"text": WORDS, "place_next": VILLAGE, "phone": "13800138000", "key": str(new_id()), **more}


def picture(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo((640, 480)), "image/jpeg")


def sent(client: Client, **more: Any) -> Case:
    """Report by the form and return the case."""
    answer = client.post("/report", form(**more))
    assert answer.status_code == 302, words_of(answer)[:3000]
    return Case.unscoped.get(tracking=answer.url.split("/")[-1].replace("-", ""))


def token_of(case: Case) -> str:
    return link_token(Appeal.unscoped.get(case=case).pk)


def test_the_form_is_one_page_and_says_who_uses_it(world: Any, client: Client) -> None:
    answer = client.get("/")
    text = whole(answer)
    assert [f"tel:{number}" in text for number in ("110", "119", "120")] == [True] * 3
    assert "谁用、为什么、留多久" in text
    assert 'data-outbox="' in text
    assert answer["Jinlin-Offline"] == "keep"
    required = [
        one.get("name") for one in Reader(text).all("input", "textarea", "select") if "required" in one
    ]
    assert required == ["text"]


def test_words_and_a_place_are_enough(world: Any, client: Client) -> None:
    case = sent(client, phone="")
    assert (case.village, case.grid, case.category) == (VILLAGE, GRID, None)
    page = whole(client.get(f"/done/{case.shown_code}"))
    assert case.shown_code in page
    assert "data:image/svg+xml" in page
    assert "只能用下面的链接查" in page
    assert f"/t/{case.shown_code}/{token_of(case)}" in page


def test_the_address_or_a_point_tells_the_place(world: Any, client: Client) -> None:
    assert sent(client, place_next="", place_text="桥头社区门口").village != VILLAGE
    west, south, east, north = SQUARE
    point = {
        "lon": str((west + east) / 2),
        "lat": str((south + north) / 2),
        "datum": "wgs84",
        "accuracy": "20",
    }
    assert sent(client, place_next="", **point).grid == GRID


def test_with_a_mistake_every_word_and_photo_stays(world: Any, client: Client) -> None:
    answer = client.post("/report", form(place_next="", phone="138", photos=picture()))
    text = whole(answer, 422)
    assert WORDS in text
    assert "data-error-summary" in text
    assert "电话号码不完整" in text
    kept = re.search(r'name="kept_photos" value="([^"]+)"', text)
    assert kept
    case = sent(client, kept_photos=kept[1], photos=picture("b.jpg"))
    assert CasePhoto.objects.filter(case=case).count() == 2
    assert client.get(f"/photo/{CasePhoto.objects.filter(case=case)[0].stored_id}").status_code == 200


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"text": ""}, "请填写这一项"),
        ({"text": "长" * 5001}, "最多 5000 个字"),
        ({"text": "坏\x07字"}, "控制字符"),
        ({"phone": "12"}, "电话号码不完整"),
        ({"lon": "33.6", "lat": "114.6"}, "填反"),
        ({"lon": "abc", "lat": "1"}, "位置没有取好"),
        ({"lon": "nan", "lat": "nan"}, "坐标不像经纬度"),
        ({"category": "NO-99"}, "没有这个类别"),
        ({"category": "\x00坏"}, "没有这个类别"),
        ({"place_next": "", "place": "411602999999"}, "没有找到这个地方"),
        ({"key": "x"}, "提交编号不对"),
        ({"photos": SimpleUploadedFile("a.jpg", SVG, "image/jpeg")}, "照片"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    world: Any, client: Client, more: dict[str, Any], sentence: str
) -> None:
    answer = client.post("/report", form(**more))
    text = whole(answer, 422)
    assert sentence in text
    assert "13800138000" in text or "phone" in more
    assert not Case.unscoped.exists()
    spoken = json.loads(client.post("/report", form(**more), **JSON).content)
    assert spoken["ok"] is False
    assert spoken["errors"]


def test_a_double_click_sends_once(world: Any, client: Client) -> None:
    body = form()
    first, second = client.post("/report", body), client.post("/report", body)
    assert first.url == second.url
    assert Case.unscoped.count() == 1
    other = client.post("/report", {**body, "text": "另一件事"})
    assert "编号已用于另一项操作" in whole(other, 422)
    assert "另一件事" in words_of(other)


def test_the_outbox_gets_json_and_a_wrong_clock_keeps_nobody_out(world: Any, client: Client) -> None:
    body = form(made_at="2031-01-01T00:00:00Z")
    answer = client.post("/report", body, **JSON)
    said = json.loads(answer.content)
    assert answer.status_code == 200
    assert said["ok"] is True
    assert said["url"].startswith("/done/")
    whole(client.get(said["url"]))
    assert json.loads(client.post("/report", form(made_at="2009-01-01T00:00:00Z"), **JSON).content)["ok"]


def test_similar_cases_come_first_and_joining_keeps_words_and_photos(world: Any, client: Client) -> None:
    case = world.report("路灯不亮", category="FAC-02")
    neighbour = Client()
    asked = neighbour.post("/report", form(category="FAC-02", photos=picture()))
    text = whole(asked)
    assert "邻居可能已经反映过同一件事" in text
    assert Case.unscoped.count() == 1
    assert WORDS in text
    ticket = re.search(r'name="ticket" value="([^"]+)"', text)
    kept = re.search(r'name="kept_photos" value="([^"]+)"', text)
    assert ticket
    assert kept
    body = form(category="FAC-02", ticket=ticket[1], kept_photos=kept[1])
    joined = neighbour.post(f"/t/{case.shown_code}/join", body)
    assert joined.status_code == 302, words_of(joined)[:2000]
    assert "已加入" in whole(neighbour.get(joined.url))
    case.refresh_from_db()
    assert case.appeal_count == 2
    page = whole(neighbour.get(f"/t/{case.shown_code}"))
    assert WORDS in page
    assert "路灯不亮" not in page  # a neighbour's own words stay with the neighbour
    anyway = neighbour.post("/report", form(category="FAC-02", similar_seen="1"))
    assert anyway.status_code == 302


def test_nobody_joins_a_case_we_did_not_offer(world: Any, client: Client) -> None:
    case = world.report("路灯不亮", category="FAC-02")
    answer = client.post(f"/t/{case.shown_code}/join", form(ticket="made-up"))
    assert "过期" in whole(answer, 422)
    assert client.get(f"/t/{case.shown_code}").status_code == 302


def test_one_is_not_asked_to_join_oneself(world: Any, client: Client) -> None:
    case = sent(client, category="FAC-02")
    text = whole(client.post("/report", form(category="FAC-02")))
    assert "这是您反映的，看进展" in text
    assert f'href="/t/{case.shown_code}"' in text
    assert 'name="ticket"' not in text


def test_nothing_is_ticked_that_did_not_happen(world: Any, client: Client) -> None:
    case = sent(client)
    world.do("grid", "solve_on_spot", case, words="当场换好了")
    page = Reader(whole(client.get(f"/t/{case.shown_code}")))
    assert len(page.all("svg")) > 0
    text = words_of(client.get(f"/t/{case.shown_code}"))
    assert "核查<span" not in text
    assert "办结<span" in text
    assert "当场换好了" in text


def test_similar_is_a_fragment_for_htmx(world: Any, client: Client) -> None:
    world.report("路灯不亮", category="FAC-02")
    body = {"category": "FAC-02", "place_next": VILLAGE}
    part = client.post("/report/similar", body, HTTP_HX_REQUEST="true")
    assert "是这件，我也加入" in words_of(part)
    assert "<html" not in words_of(part)
    far = client.post("/report/similar", {**body, "place_next": FAR}, HTTP_HX_REQUEST="true")
    assert words_of(far).strip() == ""
    whole(client.post("/report/similar", {**body, "text": WORDS}))


def test_the_place_is_picked_step_by_step_without_a_script(world: Any, client: Client) -> None:
    first = whole(client.get("/"))
    assert "川汇区</option>" in first  # the only province and city are not asked for
    step = whole(client.post("/report/place", {"text": WORDS, "place_next": TOWN}))
    assert WORDS in step
    assert "柳河街道" in step
    assert VILLAGE in step
    part = words_of(client.post("/report/place", {"find": "东风"}, HTTP_HX_REQUEST="true"))
    assert FAR in part
    assert "<html" not in part
    for odd in ("411602999999", "x", "9" * 12, "²" * 12):
        whole(client.post("/report/place", {"place_next": odd, "find": "\x00坏"}))
    assert "已选：" in whole(client.get(f"/?place={VILLAGE}"))


def test_a_flood_from_one_address_is_held_with_a_sentence(
    world: Any, client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("jinlin.web.resident.report.REPORTS", 2)
    for _turn in range(2):
        assert client.post("/report", form()).status_code == 302
    answer = client.post("/report", form())
    text = whole(answer, 429)
    assert "操作太频繁" in text
    assert WORDS in text


def test_a_code_alone_shows_nothing(world: Any, client: Client) -> None:
    case = world.report(WORDS)
    for path in ("", "/seen", "/erase", "/follow_up", "/reopen", "/withdraw"):
        answer = client.get(f"/t/{case.shown_code}{path}")
        assert answer.status_code == 302
        assert answer.url.startswith("/track?")
    assert client.get(f"/done/{case.shown_code}").url == client.get("/done/AAAA").url.replace(
        "AAAA", case.shown_code
    )
    assert WORDS not in whole(client.get(f"/track?code={case.shown_code}"))
    assert client.post(f"/t/{case.shown_code}/withdraw", {"key": str(new_id())}).status_code == 302
    assert Case.unscoped.get(pk=case.pk).is_open


def test_code_with_digits_or_the_kept_link_opens_it(world: Any, client: Client) -> None:
    case = world.report(WORDS, phone="13912345678")
    wrong = client.post("/track", {"code": case.shown_code, "digits": "0000"})
    assert "没有查到" in whole(wrong, 422)
    unknown = client.post("/track", {"code": "ZZZZ-ZZZZ-ZZZZ", "digits": "5678"})
    assert "没有查到" in whole(unknown, 422)
    assert "后四位" in whole(client.post("/track", {"code": case.shown_code, "digits": "12"}), 422)
    good = client.post(
        "/track", {"code": case.shown_code.lower().replace("-", " "), "digits": "１３９１２３４５６７８"}
    )
    assert good.url == f"/t/{case.shown_code}"
    assert WORDS in whole(client.get(good.url))
    assert case.shown_code in whole(client.get("/track"))
    other = Client()
    assert other.get(f"/t/{case.shown_code}/{token_of(case)}").url == f"/t/{case.shown_code}"
    assert WORDS in whole(other.get(f"/t/{case.shown_code}"))
    for made_up in ("made-up", "中文", "x" * 400):
        whole(Client().get(f"/t/{case.shown_code}/{made_up}"), 422)


def test_guessing_digits_is_stopped(world: Any, client: Client) -> None:
    case = world.report(WORDS, phone="13912345678")
    codes = [
        client.post("/track", {"code": case.tracking, "digits": f"{n:04d}"}).status_code for n in range(12)
    ]
    assert codes[0] == 422
    assert codes[-1] == 429


def test_the_parcel_tells_the_story_in_plain_words(world: Any, client: Client) -> None:
    case = sent(client, category="ENV-01", similar_seen="1", photos=picture())
    page = whole(client.get(f"/t/{case.shown_code}"))
    assert "已收到，等网格员接单" in page
    assert "网格员会接单" in page
    assert "最迟" in page
    assert "/photo/" in page
    world.do("grid", "accept", case)
    world.do("grid", "escalate", case, reason="网格处理不了")
    world.do("village", "escalate", case, reason="需要部门")
    world.do("town", "escalate", case, reason="需要部门")
    world.do("county", "dispatch", case, to_unit=world.unit("CMB"), note="内部的话")
    page = whole(client.get(f"/t/{case.shown_code}"))
    assert "已派给承办单位" in page
    assert world.units["CMB"].name in page
    assert "内部的话" not in page


def _to_follow_up(world: Any, case: Case) -> None:
    world.do("dept", "report_done", case, words="已清理干净", claim="solved")
    world.do("grid", "verify", case, passed=True)


def test_two_questions_are_asked_apart_and_partly_means_again(world: Any, client: Client) -> None:
    case = world.to_department()
    _to_follow_up(world, case)
    client.get(f"/t/{case.shown_code}/{token_of(case)}")
    assert "去回答" in whole(client.get(f"/t/{case.shown_code}"))
    path = f"/t/{case.shown_code}/follow_up"
    text = whole(client.get(path))
    assert "问题解决了吗" in text
    assert "对办理过程满意吗" in text
    version = re.search(r'name="expect" value="(\d+)"', text)
    assert version
    empty = client.post(path, {"satisfied": "5", "words": "还有一点", "key": str(new_id())})
    kept = whole(empty, 422)
    assert "还有一点" in kept
    assert re.search(r'value="5" checked', kept)
    body = {"solved": "partly", "satisfied": "4", "expect": version[1], "key": str(new_id())}
    assert client.post(path, body).url == f"/t/{case.shown_code}"
    assert client.post(path, body).url == f"/t/{case.shown_code}"  # twice tapped, once done
    case.refresh_from_db()
    assert case.state == "rework"
    assert case.rework_count == 1
    assert "正在重新" in words_of(client.get(f"/t/{case.shown_code}")) or "退回重新办理" in words_of(
        client.get(f"/t/{case.shown_code}")
    )
    late = client.get(path)
    assert late.status_code == 409


def test_a_stale_answer_is_told_and_keeps_its_words(world: Any, client: Client) -> None:
    case = world.to_department()
    _to_follow_up(world, case)
    client.get(f"/t/{case.shown_code}/{token_of(case)}")
    body = {"solved": "yes", "words": "谢谢", "expect": "1", "key": str(new_id())}
    text = whole(client.post(f"/t/{case.shown_code}/follow_up", body), 409)
    assert "谢谢" in text
    assert Case.unscoped.get(pk=case.pk).is_open


def test_solved_closes_and_reopening_is_free_once(world: Any, client: Client) -> None:
    case = world.to_department()
    _to_follow_up(world, case)
    client.get(f"/t/{case.shown_code}/{token_of(case)}")
    client.post(f"/t/{case.shown_code}/follow_up", {"solved": "yes", "key": str(new_id())})
    page = whole(client.get(f"/t/{case.shown_code}"))
    assert "已办结" in page
    assert "没办好，重新打开" in page
    whole(client.get(f"/t/{case.shown_code}/reopen"))
    done = client.post(f"/t/{case.shown_code}/reopen", {"key": str(new_id()), "photos": picture()})
    assert done.status_code == 302
    assert "已重新打开" in whole(client.get(f"/t/{case.shown_code}"))
    refused = client.get(f"/t/{case.shown_code}/reopen")
    assert refused.status_code == 409


def test_withdrawing_ends_it_but_not_for_the_neighbours(world: Any, client: Client) -> None:
    case = sent(client)
    whole(client.get(f"/t/{case.shown_code}/withdraw"))
    client.post(f"/t/{case.shown_code}/withdraw", {"key": str(new_id()), "reason": "已经好了"})
    assert "已由本人撤回" in whole(client.get(f"/t/{case.shown_code}"))
    shared = sent(client, category="FAC-02")
    other = Client()
    asked = words_of(other.post("/report", form(category="FAC-02")))
    ticket = re.search(r'name="ticket" value="([^"]+)"', asked)
    assert ticket
    other.post(f"/t/{shared.shown_code}/join", form(ticket=ticket[1]))
    gone = other.post(f"/t/{shared.shown_code}/withdraw", {"key": str(new_id())})
    assert gone.url == "/track"
    assert other.get(f"/t/{shared.shown_code}").status_code == 302
    assert Case.unscoped.get(pk=shared.pk).is_open


def test_a_merged_case_shows_the_one_it_joined(world: Any, client: Client) -> None:
    first = world.report("垃圾成堆", category="ENV-01")
    case = sent(client, category="ENV-01", similar_seen="1")
    world.do("village", "merge", case, into=first.pk)
    page = whole(client.get(f"/t/{case.shown_code}"))
    assert "已合并到这一件" in page
    assert first.shown_code in page
    assert "垃圾成堆" not in page
    assert WORDS in page
    assert "已收到，等网格员接单" in page


def test_who_saw_my_data_names_departments_only(world: Any, client: Client) -> None:
    case = sent(client)
    path = f"/t/{case.shown_code}/seen"
    assert "还没有人打开过" in whole(client.get(path))
    audit.record(
        actor=world.actor("grid"), verb="contact.open", obj=case, county=case.county, purpose="核实位置",
        fields=("phone",),
    )  # fmt: skip
    page = whole(client.get(path))
    assert "核实位置" in page
    assert "电话" in page
    assert world.accounts["grid"].username not in page.replace("grid-", "").replace('grid"', "")
    whole(client.get(path + "?page=0"))
    whole(client.get(path + "?page=²"))


def test_erasing_takes_the_own_contact_only_and_is_final(world: Any, client: Client) -> None:
    case = sent(client, category="FAC-02")
    other = Client()
    asked = words_of(other.post("/report", form(category="FAC-02")))
    ticket = re.search(r'name="ticket" value="([^"]+)"', asked)
    assert ticket
    other.post(f"/t/{case.shown_code}/join", form(ticket=ticket[1], phone="13700000001"))
    page = whole(client.get(f"/t/{case.shown_code}/erase"))
    assert "谁也找不回来" in page
    answer = client.post(f"/t/{case.shown_code}/erase", {"key": str(new_id())})
    assert answer.url == f"/t/{case.shown_code}"
    assert "已经删除" in whole(client.get(answer.url))
    left = SealedContact.objects.filter(erased_at__isnull=True)
    assert [row.opened("phone") for row in left] == ["13700000001"]
    assert Client().post("/track", {"code": case.tracking, "digits": "8000"}).status_code == 422
    assert "没有留下联系方式" in whole(client.get(f"/t/{case.shown_code}/erase"))


def test_a_photo_is_for_its_people_only(world: Any, client: Client) -> None:
    case = sent(client, photos=picture())
    stored = CasePhoto.objects.get(case=case).stored_id
    for path in (f"/photo/{stored}", f"/photo/{stored}/thumb"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private")
        assert answer["Content-Disposition"].startswith("inline")
        assert Client().get(path).status_code == 404
        assert world.client("grid").get(path).status_code == 200
        assert world.client("grid2").get(path).status_code == 404
    assert client.get(f"/photo/{new_id()}").status_code == 404


def test_staff_are_residents_on_these_pages(world: Any) -> None:
    clerk = world.client("dept2")
    case = sent(clerk)
    assert Appeal.unscoped.get(case=case).entered_by is None
    assert WORDS in whole(clerk.get(f"/t/{case.shown_code}"))


def test_pages_cost_a_constant_number_of_queries(
    world: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    case = sent(client, photos=picture())
    first = world.report("路灯不亮", category="FAC-02")
    joined = sent(client, category="FAC-02", similar_seen="1")
    world.do("village", "merge", joined, into=first.pk)
    paths = ["/", "/track", f"/done/{case.shown_code}", f"/t/{case.shown_code}", f"/t/{joined.shown_code}"]
    paths += [f"/t/{case.shown_code}/{verb}" for verb in ("withdraw", "seen", "erase")]
    for path in paths:
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "cookies", [{"django_language": "en"}, {"jl_mode": "elder"}], ids=["english", "elder"]
)
def test_pages_stand_in_english_and_in_elder_mode(
    world: Any, client: Client, cookies: dict[str, str]
) -> None:
    client.cookies.load(cookies)
    case = sent(client)
    for path in ("/", "/track", "/privacy", f"/t/{case.shown_code}", f"/done/{case.shown_code}"):
        whole(client.get(path))


def test_forged_fields_are_worth_nothing(world: Any, client: Client) -> None:
    case = sent(client, photos=picture())
    stored = str(CasePhoto.objects.get(case=case).stored_id)
    thief = Client()
    taken = sent(thief, kept_photos=json.dumps([stored]))
    assert not CasePhoto.objects.filter(case=taken).exists()
    session = thief.session
    session["cases"], session["words"] = ["not-a-uuid", 7], [None, "x"]
    session.save()
    thief.cookies["sessionid"] = session.session_key
    whole(thief.get("/track"))
