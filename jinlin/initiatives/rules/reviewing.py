"""Blind review: scores of a project, names that must not stand in its text, aliases without a trace; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from jinlin.kernel.errors import gettext_noop as _

FULL: Final = 100
RECOMMENDATIONS: Final[dict[str, str]] = {
    "fund": _("建议资助"),
    "smaller": _("建议减额资助"),
    "not": _("不建议资助"),
}
GRADES: Final = ((85, "A"), (60, "B"), (0, "C"))  # of a project, never of a person [R xjdsb.com]
DEFAULT_CRITERIA: Final[tuple[tuple[str, str, int], ...]] = (
    ("need", _("需求是否真实"), 30),
    ("plan", _("方案是否可行"), 30),
    ("budget", _("预算是否合理"), 20),
    ("effect", _("成效能否持续"), 20),
)
_SPACE: Final = re.compile(r"[\s\W_]+")


@dataclass(frozen=True)
class Criterion:
    """One criterion of a round and its weight; the weights of a round add up to 100."""

    code: str
    name: str
    weight: int


def weighted(scores: Mapping[str, int], criteria: Sequence[Criterion]) -> Decimal:
    """Return the weighted score of one review, 0 to 100 with two digits, half up."""
    total = sum(scores[one.code] * one.weight for one in criteria)
    return (Decimal(total) / FULL).quantize(Decimal("0.01"), ROUND_HALF_UP)


def mean(scores: Sequence[Decimal]) -> Decimal | None:
    """Return the mean of reviews, None without any."""
    if not scores:
        return None
    return (sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def grade(score: Decimal | None) -> str:
    """Return the grade of a project, "" without a score."""
    return "" if score is None else next(name for least, name in GRADES if score >= least)


def squeezed(text: str) -> str:
    """Return a text as names are compared: one width, one case, no spaces or marks between the letters."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Return which names of an applicant stand in a text, also written apart or in full width."""
    body = squeezed(text)
    return [name for name in names if len(squeezed(name)) > 1 and squeezed(name) in body]


def telling_names(organisation: str, others: Iterable[str] = ()) -> list[str]:
    """Return what gives an applicant away: its name, the name without its legal ending and place, and people given."""
    found = [organisation, *others]
    short = organisation
    for ending in _ENDINGS:
        if short.endswith(ending):
            short = short.removesuffix(ending)
            break
    short = _PLACE.sub("", short)
    if len(short) > 1:
        found.append(short)
    return [name for name in dict.fromkeys(one.strip() for one in found) if len(name) > 1]


_ENDINGS: Final = (  # data
    "社会工作服务中心",
    "社会工作事务所",
    "公益服务中心",
    "志愿服务协会",
    "志愿者协会",
    "服务中心",
    "发展中心",
    "促进会",
    "基金会",
    "联合会",
    "有限公司",
    "协会",
    "学校",
    "中心",
)
_PLACE: Final = re.compile(
    r"^(?:[^省市区县镇乡]{1,4}[省市区县])?(?:[^省市区县镇乡街道]{1,4}(?:街道|镇|乡|区|县))?"
)
