"""The input gate against the hostile corpus of design/trust.md section 11."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean, clean_json, clean_point, clean_when, parse_json


def line(value, **how):
    return clean(value, **({"max_length": 50, "field": "title"} | how))


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("  路灯坏了 ", "路灯坏了"),
        ("e\u0301", "é"),
        ("付\u202e款\u202c", "付款"),
        ("隐\u200b藏\ufeff", "隐藏"),
        ("👨\u200d👩\u200d👧 一家", "👨\u200d👩\u200d👧 一家"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("甲\u200d乙", "甲乙"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("𠮷田", "𠮷田"),
        ("第一行\r\n第二行\t完", "第一行 第二行 完"),
        ("=SUM(A1)", "=SUM(A1)"),
        ("<b>粗</b>", "<b>粗</b>"),
        (None, ""),
    ],
)
def test_clean_line(given_, expected):
    assert line(given_) == expected


def test_clean_text_keeps_lines_and_tabs():
    assert line("一\r\n二\r三\u2028四\t五", multiline=True) == "一\n二\n三\n四\t五"


@pytest.mark.parametrize(
    "value",
    [
        "a\x00b",
        "\ud800",
        "a\udfff",
        "\x07",
        "\x1b[31m",
        "\x9b",
        "长" * 51,
        "长" * 100_000,
        7,
        b"bytes",
        ["x"],
    ],
)
@pytest.mark.parametrize("multiline", [False, True])
def test_clean_refuses(value, multiline):
    with pytest.raises(Invalid) as caught:
        line(value, multiline=multiline)
    assert list(caught.value.fields) == ["title"]
    assert str(caught.value).endswith("。")


@pytest.mark.parametrize("value", ["", "   ", None, "\u200b\u200b", "\n\t"])
def test_required_means_something_visible(value):
    assert line(value) == ""
    with pytest.raises(Invalid):
        line(value, required=True)


@given(st.text(alphabet=st.characters(codec=None), max_size=80), st.booleans())
def test_whatever_passes_is_storable_and_stays(value, multiline):
    try:
        text = line(value, multiline=multiline)
    except Invalid:
        return
    text.encode("utf-8")
    assert len(text) <= 50
    assert "\x00" not in text
    assert unicodedata.is_normalized("NFC", text)
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u200b\ufeff")
    assert not any(unicodedata.category(c) == "Cc" and (c not in "\n\t" or not multiline) for c in text)
    assert line(text, multiline=multiline) == text


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        {"a": -float("inf")},
        2**60,
        {"a": [{"b": "\ud800"}]},
        {"\x00": 1},
        nested(21),
        nested(100_000),
        list(range(10_001)),
        {"a": object()},
        {"a": {1, 2}},
    ],
)
def test_clean_json_refuses(value):
    with pytest.raises(Invalid):
        clean_json(value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"\xb7\xce",
        b"NaN",
        b"1e999",
        b'"\\ud800"',
        b"[" * 100_000,
        b"9" * 5000,
        b" " * 2_000_001,
    ],
)
def test_parse_json_refuses(raw):
    with pytest.raises(Invalid):
        parse_json(raw)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("甲ab", max_size=3), inner, max_size=4)
    ),
    max_leaves=30,
)


@given(json_values)
def test_ordinary_json_passes_unchanged(value):
    assert clean_json(value) == value
    assert parse_json(json.dumps(value)) == value


NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NOW, NOW),
        (datetime(2026, 3, 10, 10, 0), NOW),  # noqa: DTZ001
        ("2026-03-10 10:00", NOW),
        ("2026-03-10T02:00:00Z", NOW),
        (NOW + timedelta(minutes=9), NOW + timedelta(minutes=9)),
    ],
)
def test_clean_when(value, expected):
    with clock.fixed(NOW):
        assert clean_when(value, "when") == expected


@pytest.mark.parametrize(
    "value",
    [
        NOW + timedelta(minutes=11),
        datetime(1, 1, 1),  # noqa: DTZ001
        datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime(1899, 12, 31, tzinfo=UTC),
        "明天",
        "",
        None,
        5,
        "2026-13-40",
    ],
)
def test_clean_when_refuses(value):
    with clock.fixed(NOW), pytest.raises(Invalid) as caught:
        clean_when(value, "when")
    assert list(caught.value.fields) == ["when"]


def test_a_promise_may_lie_in_the_future():
    with clock.fixed(NOW):
        assert clean_when(NOW + timedelta(days=30), "due", future_ok=True) == NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("lon", "lat", "datum"),
    [
        (33.6, 114.65, "wgs84"),
        (0, 0, "wgs84"),
        (float("nan"), 33, "wgs84"),
        (float("inf"), 33, "wgs84"),
        (None, None, "wgs84"),
        ("东经", "北纬", "wgs84"),
        (True, True, "wgs84"),
        (10**400, 33, "wgs84"),
        (12761234.0, 3981234.0, "wgs84"),
        (114.65, 33.6, "beijing54"),
    ],
)
def test_clean_point_refuses(lon, lat, datum):
    with pytest.raises(Invalid) as caught:
        clean_point(lon, lat, datum)
    assert str(caught.value).startswith("坐标")


def test_clean_point_accepts_text_and_converts():
    assert clean_point("114.65", "33.62") == (114.65, 33.62)
    lon, lat = clean_point(114.65, 33.62, "gcj02")
    assert 0.003 < 114.65 - lon < 0.009
    assert abs(33.62 - lat) < 0.005
