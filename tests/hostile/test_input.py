"""Input nobody typed by hand: each gets a sentence and the right status, never a failure of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jinlin.people.actions import issue_token
from jinlin.people.models import Post
from jinlin.people.rules import normal_phone
from tests.world import COUNTY, GRID, VILLAGE

NOBODY = "00000000-0000-0000-0000-000000000000"
MOMENTS = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00")


def key_of(world: Any, who: str) -> dict[str, str]:
    """Return the header of a program that acts for somebody."""
    account = world.accounts[who]
    return {
        "Authorization": f"Bearer {issue_token(actor=world.actor(who), account=account, label='测试')[1]}"
    }


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_page_mark_at_the_end_of_time_is_refused(world: Any, moment: str) -> None:
    query = {"view": "open", "after": f"{moment}~{NOBODY}"}
    page = world.client("county").get("/desk/", query)
    assert page.status_code == 422
    assert "请回到第一页" in page.content.decode()
    told = Client().get("/api/v1/cases", query, headers=key_of(world, "county"))
    assert told.status_code == 422


def test_a_form_sent_to_an_operation_that_reads_json_is_told_so(world: Any) -> None:
    case = world.report()
    url = f"/api/v1/cases/{case.tracking}/moves/accept"
    told = Client().post(url, {"expect": "1"}, headers=key_of(world, "grid"))
    assert told.status_code == 415
    assert "JSON" in told.json()["detail"]
    case.refresh_from_db()
    assert case.state == "submitted"


@pytest.mark.parametrize("page", ["", "staff/new", "catalogue/ENV-01", "organisations/new", "days"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_manage_pages_know_get_and_post_only(world: Any, page: str, method: str) -> None:
    assert world.client("county").generic(method, f"/manage/{page}").status_code == 405


def test_too_many_photos_are_told_how_many(world: Any, home: Any) -> None:
    photos = [SimpleUploadedFile(f"{at}.jpg", b"x", content_type="image/jpeg") for at in range(20)]
    page = Client().post("/report", {"text": "路灯坏了", "photos": photos})
    assert page.status_code == 413
    assert "照片太多" in page.content.decode()


def test_a_form_that_is_too_long_is_told_so(world: Any) -> None:
    page = Client().post("/report", {"text": "路" * 400_000}, headers={"Accept": "application/json"})
    assert page.status_code in (413, 422)
    plain = "text=" + "x" * 1_100_000
    page = Client().generic("POST", "/report", plain, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413
    assert "太大" in page.content.decode()


@pytest.mark.parametrize("typed", ["１３８００１３８０００", "138-0013-8000", "+86 138 0013 8000"])
def test_a_phone_typed_wide_is_the_same_phone(typed: str) -> None:
    assert normal_phone(typed) == "13800138000"


@pytest.mark.parametrize("typed", ["①②③④⑤⑥⑦⑧", "²²²²²²²²"])
def test_signs_that_only_look_like_digits_are_no_phone(typed: str) -> None:
    assert normal_phone(typed) == ""


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_rule_starts_in_our_time(world: Any, day: str) -> None:
    form = {"lead_lines": ["HCB"], "source": "派单目录", "valid_from": day}
    page = world.client("county").post("/manage/catalogue/ENV-01", form)
    assert page.status_code == 422
    assert "1900 年到 2100 年" in page.content.decode()


PAGES = (
    "/?place={x}&text={x}&lon={x}&lat={x}&category={x}",
    "/t/{x}",
    "/t/{x}/{x}",
    "/done/{x}",
    "/track?code={x}",
    "/login?next={x}",
    "/regions?q={x}",
    "/regions/{x}",
    "/places?q={x}&code={x}&within={x}",
    "/places/areas.geojson?code={x}&area={x}",
    "/field/case/{x}",
    "/field/new?{x}={x}",
    "/desk/?view={x}&q={x}&category={x}&place={x}&state={x}&sla={x}&channel={x}&after={x}&case={x}",
    "/desk/case/{x}",
    "/desk/case/{x}/slip",
    "/desk/case/{x}/contact",
    "/desk/places?q={x}",
    "/desk/hints?category={x}&place={x}&text={x}&place_text={x}",
    "/desk/export.xlsx?q={x}",
    "/board/{x}",
    "/board/{x}/areas.geojson",
    "/manage/catalogue?branch={x}&page={x}",
    "/manage/catalogue/{x}",
    "/manage/duties?branch={x}&level={x}&kind={x}",
    "/manage/duties/{x}/4",
    "/manage/organisations?q={x}&kind={x}&page={x}",
    "/manage/staff?q={x}",
    "/manage/times/{x}/{x}",
    "/manage/days?year={x}",
)


@pytest.mark.parametrize("mark", ["%00", "a%00b", "%ED%A0%80", "9" * 300, "%C2%B2" * 12])
def test_no_address_breaks_a_page(world: Any, mark: str) -> None:
    for who in ("", "grid", "county", "supervisor", "admin"):
        client = world.client(who)
        for page in PAGES:
            answer = client.get(page.replace("{x}", mark))
            assert answer.status_code in (200, 302, 400, 403, 404, 422), (who, page, answer.status_code)


FORMS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("", "/report", {"text": "路灯坏了", "place_text": "柳岸社区", "phone": "13800138000", "place": VILLAGE}),
    ("", "/report/similar", {"text": "a", "category": "ENV-01", "place_text": "柳岸社区", "place": VILLAGE}),
    ("", "/report/place", {"go": VILLAGE, "find": "柳岸", "place": VILLAGE, "place_next": VILLAGE}),
    ("", "/track", {"code": "FUBHWXC34AN5", "digits": "1234"}),
    ("", "/prefs", {"mode": "elder", "next": "/", "lang": "en"}),
    ("county", "/me/tokens", {"label": "x"}),
    ("county", "/desk/filters", {"name": "x", "query": "view=open"}),
    ("county", "/desk/batch", {"verb": "accept", "pick": "FUBHWXC34AN5:1", "go": "1", "key": "k" * 12}),
    (
        "village",
        "/desk/new",
        {"text": "a", "category": "ENV-01", "place": VILLAGE, "phone": "", "channel": "visit"},
    ),
    (
        "grid",
        "/field/new",
        {"text": "a", "category": "ENV-01", "grid": GRID, "address": "", "lon": "", "lat": ""},
    ),
    (
        "county",
        "/manage/catalogue/ENV-01",
        {"lead_lines": "CMB", "assist_lines": "", "source": "s", "note": ""},
    ),
    ("county", "/manage/duties/ENV-01/4", {"kind": "basic", "source": "s", "note": ""}),
    (
        "county",
        "/manage/organisations/new",
        {"name": "x", "kind": "department", "region_code": COUNTY, "line": "CMB", "phone": "", "address": ""},
    ),
    (
        "county",
        "/manage/staff/new",
        {"username": "u", "name": "n", "role": "leader", "unit": "", "place": ""},
    ),
    ("county", "/manage/days", {"day": "2027-01-01", "kind": "holiday", "note": "", "work": "yes"}),
    ("admin", "/manage/times/P3/accept", {"amount": "1", "unit": "clock_hour", "source": ""}),
)
TYPED = (
    "\x00",
    "a\x07",
    "9" * 400,
    "NaN",
    "0001-01-01",
    "9999-12-31",
    "²²²²²²²²²²²²",
    "\u202e\u202c",
    NOBODY,
)


@pytest.mark.parametrize(("who", "url", "form"), FORMS, ids=[url for _who, url, _form in FORMS])
def test_no_field_breaks_a_form(world: Any, settings: Any, who: str, url: str, form: dict[str, str]) -> None:
    settings.JINLIN_RATE_LIMITS = False
    client = world.client(who)
    for name in (*form, "key"):
        for typed in TYPED:
            answer = client.post(url, form | {name: typed})
            assert answer.status_code in (200, 302, 400, 403, 404, 409, 422), (
                name,
                typed,
                answer.status_code,
            )


def test_no_field_breaks_the_page_of_an_account(world: Any) -> None:
    post = Post.objects.get(account=world.accounts["dept"])
    form = {"post": str(post.pk), "deputy": "grid2", "from": "2030-01-01", "to": "2030-01-02"}
    for name in form:
        for typed in TYPED:
            answer = world.client("county").post(f"/manage/staff/{post.account_id}", form | {name: typed})
            assert answer.status_code in (302, 422), (name, typed, answer.status_code)


def test_no_name_breaks_the_log_in(world: Any) -> None:
    for typed in ("\x00", "\u202e", "9" * 400):
        assert Client().post("/login", {"username": typed, "password": typed}).status_code == 422, typed
    form = {"old": "\x00", "new": "\x00" * 12, "again": "\x00" * 12}
    assert world.client("county").post("/me/password", form).status_code == 422
