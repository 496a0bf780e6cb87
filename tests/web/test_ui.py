"""The gallery and the reader's choices: every component renders, reads well and stays on this server."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import engines
from django.test import Client

from jinlin.web.ui import due
from jinlin.web.ui.fields import error_lines
from jinlin.web.ui.prefs import SIZES

PAGES = ("/ui", "/ui/field", "/ui/desk", "/ui/board", "/ui/slip", "/offline")
LABELLED = {"input", "select", "textarea"}


class Reader(HTMLParser):
    """What a page is made of, as far as these tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside_label = 0
        self.wrapped: set[int] = set()
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "label":
            self.inside_label += 1
        if self.inside_label:
            self.wrapped.add(len(self.tags) - 1)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.inside_label -= 1

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in names]

    def unlabelled(self) -> list[dict[str, str]]:
        targets = {attrs.get("for") for attrs in self.all("label")}
        return [
            attrs
            for place, (tag, attrs) in enumerate(self.tags)
            if tag in LABELLED
            and attrs.get("type") != "hidden"
            and place not in self.wrapped
            and attrs.get("id") not in targets
            and not attrs.get("aria-label")
        ]


def read(client: Client, address: str) -> Reader:
    answer = client.get(address)
    assert answer.status_code == 200
    return Reader(answer.content.decode())


def draw(text: str, **words: object) -> str:
    return engines["django"].from_string("{% load i18n ui %}" + text).render(words)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    "cookies", [{}, {"jl_mode": "elder", "django_language": "en"}], ids=["plain", "elder-en"]
)
def test_every_page_is_whole(client: Client, address: str, cookies: dict[str, str]) -> None:
    client.cookies.load(cookies)
    page = read(client, address)
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    assert len(page.all("main")) == 1
    assert [
        name
        for name, count in Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs).items()
        if count > 1
    ] == []
    assert page.unlabelled() == []
    assert all(attrs.get("alt") is not None for attrs in page.all("img"))
    assert all("style" not in attrs for _, attrs in page.tags)
    assert not page.all("style")
    assert all(attrs.get("src") or attrs.get("type") == "application/json" for attrs in page.all("script"))
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


@pytest.mark.parametrize("address", PAGES)
def test_no_address_outside_this_server(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    foreign = re.findall(r"""(?:href|src|action|content)=["'](//[^"']+|https?:[^"']+)""", text)
    assert foreign == []


@pytest.mark.parametrize("address", PAGES[:4])
def test_telephone_and_elder_switch_on_every_page(client: Client, address: str, settings) -> None:
    settings.JINLIN_PHONE = "0394-12345"
    page = read(client, address)
    links = [attrs["href"] for attrs in page.all("a")]
    assert "tel:0394-12345" in links
    assert any(link.startswith("/prefs?mode=elder&next=") for link in links)


def test_references_point_at_something(client: Client) -> None:
    page = read(client, "/ui")
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    wanted = [
        name
        for _, attrs in page.tags
        for key in (
            "for",
            "aria-describedby",
            "aria-labelledby",
            "aria-controls",
            "data-dialog",
            "data-chart",
        )
        for name in attrs.get(key, "").split()
    ]
    assert wanted
    assert set(wanted) <= ids


def test_elder_mode_is_a_plain_link_and_lasts(client: Client) -> None:
    answer = client.get("/prefs?mode=elder&next=/ui")
    assert (answer.status_code, answer["Location"]) == (302, "/ui")
    assert client.cookies["jl_mode"]["max-age"] > 10_000_000
    html = read(client, "/ui").all("html")[0]
    assert (html["data-mode"], html["data-size"]) == ("elder", "20")
    client.get("/prefs?mode=plain&next=/ui")
    assert "data-mode" not in read(client, "/ui").all("html")[0]


def test_a_form_or_a_script_may_ask_too(client: Client) -> None:
    client.post("/prefs?mode=elder", headers={"Accept": "application/json"})
    client.post("/prefs", {"size": "24", "next": "/ui"})
    html = read(client, "/ui").all("html")[0]
    assert (html["data-mode"], html["data-size"]) == ("elder", "24")


def test_text_size_steps_stop_at_both_ends(client: Client) -> None:
    client.get("/prefs?mode=elder")
    for _ in range(9):
        client.get("/prefs?size=larger")
    assert read(client, "/ui").all("html")[0]["data-size"] == SIZES[-1] == "30"
    for _ in range(9):
        client.get("/prefs?size=smaller")
    assert read(client, "/ui").all("html")[0]["data-size"] == SIZES[0] == "18"


@pytest.mark.parametrize(
    "value", ["//evil.example", "https://evil.example/x", "javascript:alert(1)", "/\\evil.example"]
)
def test_going_back_stays_here(client: Client, value: str) -> None:
    assert client.get("/prefs", {"mode": "elder", "next": value})["Location"] == "/"


@pytest.mark.parametrize("query", ["mode=loud", "size=99", "size=larger", "theme=pink", "lang=xx", ""])
def test_odd_choices_are_no_error(client: Client, query: str) -> None:
    assert client.get(f"/prefs?{query}").status_code == 302
    assert client.post("/prefs?" + query, headers={"Accept": "application/json"}).json() == {"ok": True}


def test_a_nul_is_refused_before_anything_reads_it(client: Client) -> None:
    assert client.get("/prefs?next=%00").status_code == 422


def test_forged_cookies_fall_back(client: Client) -> None:
    client.cookies.load({"jl_mode": '"><script>', "jl_size": "9999", "jl_theme": "x"})
    html = read(client, "/ui").all("html")[0]
    assert "data-mode" not in html


def test_board_is_dark_unless_light_was_chosen(client: Client) -> None:
    assert read(client, "/ui/board").all("html")[0]["data-theme"] == "wall"
    client.get("/prefs?theme=light")
    assert "data-theme" not in read(client, "/ui/board").all("html")[0]


def test_language_switch(client: Client) -> None:
    assert read(client, "/ui").all("html")[0]["lang"] == "zh-CN"
    client.get("/prefs?lang=en")
    assert read(client, "/ui").all("html")[0]["lang"] == "en"


def test_service_worker_and_token(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    token = client.get("/csrf")
    assert token["Cache-Control"] == "no-store"
    assert set(token.json()) == {"token", "who"}


def test_unknown_frame_is_not_found(client: Client) -> None:
    assert client.get("/ui/nothing").status_code == 404


class Report(forms.Form):
    """A form with the kinds of widget a page may use."""

    title = forms.CharField(label="Title", help_text="One line", max_length=20)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    body = forms.CharField(label="Body", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="Agree", required=False)


def test_form_fields_say_what_is_wrong_where_it_is() -> None:
    form = Report({"title": "", "kind": "z"})
    text = draw("{% ui_errors form %}{% for f in form %}{% ui_field f %}{% endfor %}", form=form)
    page = Reader(text)
    summary = next(attrs for attrs in page.all("div") if attrs.get("role") == "alert")
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary
    title = next(attrs for attrs in page.all("input") if attrs.get("name") == "title")
    assert title["aria-invalid"] == "true"
    assert {"id_title-hint", "id_title-error"} <= set(title["aria-describedby"].split())
    assert {"#id_title", "#id_kind"} == {attrs["href"] for attrs in page.all("a")}
    assert page.unlabelled() == []


def test_what_people_typed_is_text_never_markup() -> None:
    bad = '<b onclick=x>&"'
    text = draw(
        "{% ui_input name='t' label=bad value=bad errors=bad hint=bad %}{% ui_badge bad tone='done' %}{% ui_row row %}"
        "{% ui_card title=bad %}{{ bad }}{% endui_card %}{% ui_chart id='c' title=bad names=names series=series %}"
        "{% ui_timeline items %}{% ui_button bad href=bad %}",
        bad=bad,
        row={"url": bad, "title": bad, "meta": [bad]},
        names=[bad],
        series=[{"name": bad, "numbers": [1]}],
        items=[{"title": bad, "text": bad, "inner": bad, "by": bad}],
    )
    assert "<b " not in text


def test_error_lines_take_forms_mappings_and_sentences() -> None:
    assert error_lines({}) == []
    assert [line.href for line in error_lines({"title": ["x"], "__all__": ["y"]})] == ["#f-title", ""]
    assert [line.text for line in error_lines("z")] == ["z"]


NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (timedelta(days=2, hours=3), "还剩 2 天 3 小时", "left"),
        (timedelta(days=30, hours=3), "还剩 30 天", "left"),
        (timedelta(hours=4), "还剩 4 小时", "soon"),
        (timedelta(seconds=5), "还剩 1 分钟", "soon"),
        (timedelta(0), "还剩 1 分钟", "soon"),
        (timedelta(hours=-5, minutes=-59), "超时 5 小时", "overdue"),
    ],
)
def test_due_time_in_words(left: timedelta, words: str, tone: str) -> None:
    told = due.told(NOW + left, NOW)
    assert (told.words, told.tone) == (words, tone)


def test_due_time_kept_late_paused_or_none() -> None:
    assert due.told(NOW, NOW, met=NOW).tone == "met"
    assert due.told(NOW, NOW, met=NOW + timedelta(1)).words == "超时办到"
    assert due.told(NOW - timedelta(1), NOW, paused=True).tone == "none"
    assert due.told(None, NOW).words == "不限时"
