"""The input gate: every word, moment and place from outside passes here before a rule reads it.

The same gate serves pages, API, CSV and GeoJSON, so that no entrance is weaker than another
(design/trust.md section 8; the hostile corpus of section 11 is its test).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.utils.translation import gettext as _

from . import clock
from .errors import Invalid
from .geo import CHINA, Datum, inside, to_wgs84

_EMOJI = r"[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
# Invisible marks that hide or reorder text. A joiner inside an emoji sequence is meaning, not hiding.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e00ff]"
)
_JOINED = re.compile(f"(?:{_EMOJI}(?:\u200d{_EMOJI})*)|\u200d")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL_LINE = re.compile("[\x00-\x1f\x7f-\x9f]")
_CONTROL_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_HUGE_NUMBER = 2**53


def _refuse(field: str, sentence: str) -> Invalid:
    return Invalid({field: [sentence]})


def _strip_joiner(found: re.Match[str]) -> str:
    return "" if found.group() == "\u200d" else found.group()


def clean(
    value: object, *, max_length: int, field: str, multiline: bool = False, required: bool = False
) -> str:
    """Return `value` as text that is safe to store, compare and print.

    NFC; hidden and direction marks removed; line ends made "\\n"; trimmed. Refuses (Invalid) what cannot be
    stored or read: lone surrogates, NUL and other control characters, too many characters, emptiness if
    `required`. `max_length` counts code points after cleaning.
    """
    if value is None or value == "":
        return _measured("", max_length, field, required)
    if not isinstance(value, str):
        raise _refuse(field, _("这里需要填写文字。"))
    if len(value) > 4 * max_length + 1000:
        raise _too_long(field, max_length, len(value))
    if _SURROGATE.search(value):
        raise _refuse(field, _("文字里有无法识别的字符，请删除后重新输入。"))
    text = _BREAKS.sub("\n", value)
    if not multiline:  # a pasted line break or tab is a space to the person who pasted it
        text = text.replace("\n", " ").replace("\t", " ")
    if (_CONTROL_TEXT if multiline else _CONTROL_LINE).search(text):
        raise _refuse(field, _("文字里有不可见的控制字符，请删除后重新输入。"))
    text = _JOINED.sub(_strip_joiner, _HIDDEN.sub("", unicodedata.normalize("NFC", text))).strip()
    return _measured(text, max_length, field, required)


def _measured(text: str, max_length: int, field: str, required: bool) -> str:
    if len(text) > max_length:
        raise _too_long(field, max_length, len(text))
    if required and not text:
        raise _refuse(field, _("请填写这一项。"))
    return text


def _too_long(field: str, max_length: int, length: int) -> Invalid:
    sentence = _("最多 %(max)d 个字，现在有 %(now)d 个，请缩短。") % {"max": max_length, "now": length}
    return _refuse(field, sentence)


def clean_json(obj: Any, max_depth: int = 20, max_nodes: int = 10_000, *, field: str = "body") -> Any:
    """Return `obj` (already parsed JSON) if every part of it can be stored; Invalid otherwise.

    Walks without recursion. Refuses NaN and infinities, integers beyond 2**53, lone surrogates, NUL,
    nesting deeper than `max_depth` and more than `max_nodes` values.
    """
    waiting: list[tuple[Any, int]] = [(obj, 1)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if seen + len(waiting) > max_nodes:
            raise _refuse(field, _("数据太大，请分批提交。"))
        if depth > max_depth:
            raise _refuse(field, _("数据嵌套太深，请简化后提交。"))
        _check_leaf(node, field)
        if isinstance(node, dict):
            for name in node:
                _check_leaf(name, field)
            waiting.extend((child, depth + 1) for child in node.values())
        elif isinstance(node, list | tuple):
            waiting.extend((child, depth + 1) for child in node)
    return obj


def _check_leaf(node: Any, field: str) -> None:
    if isinstance(node, str):
        if "\x00" in node or _SURROGATE.search(node):
            raise _refuse(field, _("数据里有无法识别的字符，请检查编码后重新提交。"))
    elif isinstance(node, float):
        if not math.isfinite(node):
            raise _refuse(field, _("数据里有无效的数字，请检查后重新提交。"))
    elif isinstance(node, int):
        if abs(node) > _HUGE_NUMBER:
            raise _refuse(field, _("数据里有过大的数字，请检查后重新提交。"))
    elif node is not None and not isinstance(node, dict | list | tuple):
        raise _refuse(field, _("数据格式不对，请按接口说明提交。"))


def parse_json(raw: bytes | str, *, field: str = "body", max_bytes: int = 2_000_000) -> Any:
    """Parse JSON from outside and pass it through `clean_json`; Invalid for whatever is not usable JSON."""
    if len(raw) > max_bytes:
        raise _refuse(field, _("数据太大，请分批提交。"))
    try:
        obj = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _refuse(field, _("数据不是有效的 JSON，请检查后重新提交。")) from error
    return clean_json(obj, field=field)


def clean_when(
    dt: datetime | str | None, field: str, *, future_ok: bool = False, minutes_slack: int = 10
) -> datetime:
    """Return a moment in UTC; a moment without a zone is read as a wall clock in China.

    Accepts a datetime or ISO 8601 text. Refuses years outside 1900-2100 and, unless `future_ok`, moments
    later than now plus `minutes_slack` (a phone's clock may run ahead).
    """
    if isinstance(dt, str):
        try:
            dt = datetime.fromisoformat(dt.strip())
        except ValueError:
            dt = None
    if not isinstance(dt, datetime):
        raise _refuse(field, _("时间格式不对，请按“2024-05-01 08:30”填写。"))
    if not 1900 <= dt.year <= 2100:
        raise _refuse(field, _("时间应在 1900 年到 2100 年之间，请核对。"))
    moment = (dt if dt.utcoffset() is not None else dt.replace(tzinfo=clock.LOCAL)).astimezone(UTC)
    if not future_ok and moment > clock.now() + timedelta(minutes=minutes_slack):
        raise _refuse(field, _("时间不能晚于现在，请核对手机时间后重新填写。"))
    return moment


def clean_point(
    lon: object, lat: object, datum: str = "wgs84", *, field: str = "location"
) -> tuple[float, float]:
    """Return (lon, lat) in WGS84 degrees; Invalid for what is not a point in China in a known datum."""
    if datum not in ("wgs84", "gcj02", "bd09"):
        raise _refuse(field, _("坐标系不认识，请使用 wgs84、gcj02 或 bd09。"))
    sentence = _("坐标不像经纬度，请填写国内的经度（73 到 136）和纬度（3 到 54）。")
    try:
        if isinstance(lon, bool) or isinstance(lat, bool):
            raise TypeError
        x, y = float(cast(float, lon)), float(cast(float, lat))
    except (TypeError, ValueError, OverflowError) as error:
        raise _refuse(field, sentence) from error
    if not (math.isfinite(x) and math.isfinite(y)):
        raise _refuse(field, sentence)
    if not inside(CHINA, x, y):
        if inside(CHINA, y, x):
            sentence = _("坐标不像经纬度：经度和纬度好像填反了，请对调后再试。")
        raise _refuse(field, sentence)
    return to_wgs84(x, y, cast(Datum, datum))
