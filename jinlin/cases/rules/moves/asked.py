"""Questions several moves ask, and sets of states several moves start from."""

from __future__ import annotations

from typing import Final

from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.shape import Need
from jinlin.kernel.errors import gettext_noop as _


def states(*names: str) -> frozenset[str]:
    return frozenset(names)


def who(*relations: str) -> frozenset[str]:
    return frozenset(relations)


WORDS = Need("words", "words", _("给居民的话"), required=True, hint=_("用大白话写清办了什么、结果怎样。"))
WORDS_FREE = Need("words", "words", _("给居民的话（可不填）"))
REASON = Need("reason", "words", _("理由"), required=True)
NOTE = Need("note", "words", _("内部说明（居民看不到）"))
PHOTOS = Need("photos", "photos", _("照片（可不传）"))
UNIT = Need("to_unit", "unit", _("主办单位"), required=True)

WORKING: Final = states(w.IN_PROGRESS, w.REWORK)
AT_DESK: Final = states(w.SUBMITTED, w.ACCEPTED, w.REOPENED)
STAGES_OF_WORK: Final = ("resolve", "rework")
