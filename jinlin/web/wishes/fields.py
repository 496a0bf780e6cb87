"""Reading amounts, areas, days and tallies from forms: people write yuan and square metres, we keep fen and 0.01 m²."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from jinlin.initiatives.rules.deciding import HUNDREDTHS, RULES, Count
from jinlin.kernel.errors import Invalid

_AMOUNT: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?")


def hundredths(text: str, field: str) -> int | None:
    """Return an amount with up to two digits as whole hundredths, None when empty; Invalid when it is none."""
    plain = text.replace(",", "").replace("，", "").strip()
    if not plain:
        return None
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise Invalid({field: [_("请填写数字，最多两位小数。")]})
    return int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0") or 0)


def fen(post: Mapping[str, Any], field: str) -> int | None:
    """Return posted yuan in fen."""
    return hundredths(str(post.get(field, "")), field)


def whole(post: Mapping[str, Any], field: str, *, signed: bool = False) -> int:
    """Return a posted whole number, 0 when empty; Invalid when it is none."""
    text = str(post.get(field, "")).strip()
    if not text:
        return 0
    body = text[1:] if signed and text[:1] in "-－" else text
    if not body.isdecimal() or len(body) > 9:
        raise Invalid({field: [_("请填写数字。")]})
    return -int(body) if body is not text else int(body)


def day(post: Mapping[str, Any], field: str, *, required: bool = False) -> date | None:
    """Return a posted day, None when empty."""
    text = str(post.get(field, "")).strip()
    if not text and not required:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({field: [_("请选择日期。")]}) from None


def tally(post: Mapping[str, Any], rule: str) -> dict[str, Count]:
    """Return the posted figures of a vote: those measures of the rule of which anything was filled in."""
    if rule not in RULES:
        return {}
    found = {}
    for basis in RULES[rule].bases:
        for measure in basis:
            values = [
                str(post.get(f"{measure}_{name}", "")).strip()
                for name in ("total", "present", "yes", "no", "abstain")
            ]
            if any(values) and measure not in found:
                found[measure] = Count(*(_number(text, measure) for text in values))
    return found


def _number(text: str, measure: str) -> int:
    value = hundredths(text, measure) or 0
    if measure in HUNDREDTHS:
        return value
    if value % 100:
        raise Invalid({measure: [_("人数要填整数。")]})
    return value // 100
