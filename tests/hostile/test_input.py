"""Input nobody typed by hand: each gets a sentence and the right status, never a failure of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jinlin.people.actions import issue_token
from jinlin.people.rules import normal_phone

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
