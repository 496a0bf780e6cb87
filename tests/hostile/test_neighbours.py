"""One matter, several people: what a stranger who joins may see and do, and how often anybody may guess."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jinlin.cases import queries
from jinlin.cases.actions import Caller, Said, join_case
from jinlin.cases.models import Appeal, CasePhoto
from jinlin.files.actions import store_image
from jinlin.kernel.errors import Invalid
from jinlin.kernel.throttle import TooMany
from jinlin.people.access import ANYONE
from tests.files.pictures import photo


def join(case: Any, text: str, phone: str, **words: Any) -> Appeal:
    return join_case(actor=ANYONE, case_id=case.pk, said=Said(text=text, **words), caller=Caller(phone=phone))


def test_guessing_a_neighbours_digits_is_limited_though_one_proves_oneself_between(
    world: Any, settings: Any
) -> None:
    settings.JINLIN_RATE_LIMITS = True
    case = world.report(phone="13800130001")
    join(case, "我家也是", "13900139999")
    for guess in range(5000, 5010):
        with pytest.raises(Invalid):
            queries.prove(tracking=case.tracking, digits=str(guess), address=f"10.0.0.{guess - 5000}")
        if guess % 3 == 0:
            queries.prove(tracking=case.tracking, digits="9999", address="10.0.0.1")
    with pytest.raises(TooMany):
        queries.prove(tracking=case.tracking, digits="0001", address="10.0.1.1")


def test_proving_ones_own_case_often_is_no_guessing(world: Any, settings: Any) -> None:
    settings.JINLIN_RATE_LIMITS = True
    case = world.report(phone="13800130001")
    for _again in range(40):
        assert queries.prove(tracking=case.tracking, digits="0001", address="10.0.0.1").pk == case.pk


def test_the_kept_link_opens_though_others_guessed_the_digits(world: Any, settings: Any) -> None:
    settings.JINLIN_RATE_LIMITS = True
    case = world.report(phone="13800130001")
    token = queries.link_token(Appeal.unscoped.get(case=case).pk)
    for guess in range(5000, 5030):
        with pytest.raises((Invalid, TooMany)):
            queries.prove(tracking=case.tracking, digits=f"{guess:04d}", address="10.0.0.9")
    assert queries.prove(tracking=case.tracking, token=token, address="10.0.0.1").pk == case.pk


def test_joining_with_the_same_words_makes_nobody_the_first(world: Any) -> None:
    case = world.report("路灯坏了", phone="13800130001")
    theirs = join(case, "路灯坏了", "13900139999")
    mine = Appeal.unscoped.filter(case=case).exclude(pk=theirs.pk).get()
    assert [row.opened_it for row in queries.own_words(case=case, appeals=[theirs.pk])] == [False]
    assert [row.opened_it for row in queries.own_words(case=case, appeals=[mine.pk])] == [True]


@pytest.fixture
def two_photos(world: Any, home: Any) -> tuple[Any, str, str]:
    """A case with a photo of its reporter and one of a neighbour who joined."""

    def stored() -> Any:
        data = SimpleUploadedFile("a.jpg", photo((640, 480)))
        return store_image(actor=ANYONE, county="", data=data, name="a.jpg").pk

    case = world.report("路灯坏了", phone="13800130001", photos=[stored()])
    first = str(CasePhoto.objects.get(case=case).stored_id)
    join(case, "我家门口也黑", "13900139999", photos=[stored()])
    second = str(CasePhoto.objects.exclude(stored_id=first).get(case=case).stored_id)
    return case, first, second


def test_a_neighbours_photo_is_on_nobody_elses_page(two_photos: tuple[Any, str, str]) -> None:
    case, first, second = two_photos
    browser = Client()
    assert browser.post("/track", {"code": case.tracking, "digits": "0001"}).status_code == 302
    page = browser.get(f"/t/{case.tracking}").content.decode()
    assert first in page
    assert second not in page


@pytest.mark.parametrize("digits", ["0001", "9999"])
def test_a_neighbours_photo_is_in_nobody_elses_story(two_photos: tuple[Any, str, str], digits: str) -> None:
    case, first, second = two_photos
    told = Client().post(
        f"/api/v1/track/{case.tracking}", {"digits": digits}, content_type="application/json"
    )
    photos = {one for line in told.json()["lines"] for one in line["photos"]}
    assert photos == ({first} if digits == "0001" else set())
    url = f"/api/v1/track/{case.tracking}/photos/{second}"
    assert Client().post(url, {"digits": digits}, content_type="application/json").status_code == 404
