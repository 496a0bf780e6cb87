"""Log-in with lock-out, one's own page, regions, places, the privacy notice."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from jinlin.people.models import Account
from jinlin.people.queries import account_of_token
from tests.web.test_resident import whole, words_of
from tests.world import COUNTY, GRID, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
GOOD = "一个够长的密码-2026"
JSON = {"HTTP_ACCEPT": "application/json"}


@cache
def hashed() -> str:
    return make_password(GOOD)


@pytest.fixture
def staffed(world: Any) -> Any:
    """Give the accounts of the town a password; only in the database, the town is shared."""
    Account.objects.update(password=hashed())
    return world


def inside(name: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=name))
    return client


def log_in(client: Client, name: str, password: str = GOOD, **more: str) -> Any:
    return client.post("/login", {"username": name, "password": password, **more})


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("grid", "/field/"),
        ("town", "/desk/"),
        ("dept", "/desk/"),
        ("leader", "/board/"),
        ("supervisor", "/board/"),
        ("admin", "/manage/"),
    ],
)
def test_each_role_lands_where_its_work_is(staffed: Any, client: Client, name: str, url: str) -> None:
    whole(client.get("/login"))
    assert log_in(client, name.upper()).url == url
    assert client.get("/login").url == url


def test_the_asked_page_follows_but_never_another_site(staffed: Any, client: Client) -> None:
    assert log_in(client, "grid", next="/me").url == "/me"
    for bad in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        assert log_in(Client(), "grid", next=bad).url == "/field/"


def test_five_failures_lock_the_name_and_not_the_address(staffed: Any, client: Client) -> None:
    for _turn in range(5):
        text = whole(log_in(client, "grid", "falsch"), 422)
        assert "连错五次" in text
        assert 'value="grid"' in text
    locked = log_in(client, "grid")
    assert "分钟后再试" in whole(locked, 429)
    assert log_in(client, "dept").status_code == 302


def test_unknown_names_answer_like_wrong_passwords(staffed: Any, client: Client) -> None:
    unknown = whole(log_in(client, "nobody", "x"), 422)
    assert "登录名或密码不对" in unknown
    whole(log_in(client, "", ""), 422)
    whole(log_in(client, "a\x00b", "x" * 500), 422)


def test_logging_out_needs_a_post(staffed: Any, client: Client) -> None:
    log_in(client, "grid")
    whole(client.get("/logout"))
    whole(client.get("/me"))
    assert client.post("/logout").url == "/"
    assert client.get("/me").url.startswith("/login?next=%2Fme")


def test_my_page_shows_posts_and_needs_a_log_in(staffed: Any, client: Client) -> None:
    for path in ("/me", "/me/password", "/me/tokens"):
        assert client.get(path).url.startswith("/login?")
    text = whole(inside("grid").get("/me"))
    assert "网格员" in text
    assert "柳岸第一网格" in text


def test_changing_the_password(staffed: Any, client: Client) -> None:
    log_in(client, "grid")
    other = Client()
    log_in(other, "grid")
    body = {"old": GOOD, "new": "又一个够长的密码-88", "again": "又一个够长的密码-88"}
    assert "原密码不对" in whole(client.post("/me/password", {**body, "old": "x"}), 422)
    assert "不一样" in whole(client.post("/me/password", {**body, "again": "x"}), 422)
    whole(client.post("/me/password", {**body, "new": "short", "again": "short"}), 422)
    assert client.post("/me/password", body).url == "/me"
    assert "密码已修改" in whole(client.get("/me"))
    assert other.get("/me").status_code == 302  # the other log-in has ended
    assert log_in(Client(), "grid").status_code == 422


def test_a_key_is_shown_once_and_ends_at_once(staffed: Any) -> None:
    client = inside("dept")
    whole(client.post("/me/tokens", {"label": ""}), 422)
    text = whole(client.post("/me/tokens", {"label": "对接程序"}))
    secret = re.search(r'<p class="code">([^<]+)</p>', text)
    assert secret
    assert account_of_token(secret[1]) == staffed.accounts["dept"]
    page = whole(client.get("/me"))
    assert secret[1] not in page
    row = staffed.accounts["dept"].tokens.get()
    assert inside("grid").post(f"/me/tokens/{row.pk}/revoke").status_code == 404
    assert client.post(f"/me/tokens/{row.pk}/revoke").url == "/me"
    assert account_of_token(secret[1]) is None
    assert "已停用" in whole(client.get("/me"))


def test_the_region_tree_and_its_search(world: Any, client: Client) -> None:
    assert "河南省" in whole(client.get("/regions"))
    county = whole(client.get(f"/regions/{COUNTY}"))
    assert "柳河街道" in county
    assert "街道（乡镇）（2）" in county
    village = whole(client.get(f"/regions/{VILLAGE}"))
    assert GRID in village
    assert f"/?place={VILLAGE}" in village
    assert "南顿镇" in whole(client.get("/regions?q=南顿"))
    assert "没有找到" in whole(client.get(f"/regions/{TOWN}?q=南顿"))
    assert client.get(f"/regions/{GRID}").url == f"/regions/{VILLAGE}"
    for odd in ("411699000000", "abc", "000000000000", "²" * 12):
        whole(client.get(f"/regions/{odd}"), 404)
    for odd in ("%00", "%", "_", "x" * 500, "１２"):
        whole(client.get("/regions", {"q": odd}))


def test_places_answer_programs_and_send_people_to_the_tree(world: Any, client: Client) -> None:
    found = json.loads(client.get("/places", {"q": "柳岸"}, **JSON).content)["places"]
    assert [row["code"] for row in found] == [VILLAGE]
    assert "川汇区" in found[0]["where"]
    below = json.loads(client.get("/places", {"of": COUNTY}, **JSON).content)["places"]
    assert TOWN in [row["code"] for row in below]
    grids = json.loads(client.get("/places", {"of": VILLAGE}, **JSON).content)["places"]
    assert [row["code"] for row in grids] == [GRID]
    assert json.loads(client.get("/places", {"of": "x"}, **JSON).content)["ok"]
    assert client.get("/places").url == "/regions"
    areas = client.get("/places/areas.geojson")
    assert areas["Content-Type"] == "application/geo+json"
    features = json.loads(areas.content)["features"]
    assert [one["properties"]["code"] for one in features] == [GRID]
    assert json.loads(client.get("/places/areas.geojson?within=x").content)["features"]


def test_the_privacy_notice_says_who_why_and_how_long(client: Client) -> None:
    text = whole(client.get("/privacy"))
    for words in ("谁在用", "收什么，为什么", "留多久", "您可以要求", "180 天"):
        assert words in text


def test_errors_are_pages_too(world: Any, client: Client) -> None:
    assert "没有找到" in whole(client.get("/nothing-here"), 404)
    assert client.get("/report").status_code == 405
    assert words_of(client.get("/places/areas.geojson?within=" + COUNTY))


def test_a_copied_cookie_ends_with_the_log_out(world: Any) -> None:
    client = world.client("village")
    copied = {name: morsel.value for name, morsel in client.cookies.items()}
    assert client.get("/desk/").status_code == 200
    assert client.post("/logout").status_code == 302
    thief = Client()
    for name, value in copied.items():
        thief.cookies[name] = value
    assert thief.get("/desk/").status_code == 302
