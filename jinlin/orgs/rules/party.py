"""Coverage of grids by Party organisations, complete teams, office numbers; pure (participation.md 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import gettext_noop as _

KINDS: Final = ("committee", "general_branch", "branch", "group", "member_home")  # widest first
BRANCHES: Final = frozenset({"committee", "general_branch", "branch"})  # what covers a grid
SCOPES: Final = ("region", "grid", "building", "exclusive", "unit")
TEAM_KINDS: Final = ("five_in_one", "appeals", "supervisors")
CORE_BODIES: Final = ("党组织", "居（村）委会", "业主委员会", "物业服务企业")  # data
FIFTH_BODIES: Final = ("派出所", "社会组织", "居民代表", "其他单位")  # data
CHECKLIST: Final = ("材料", "隐蔽工程", "安全", "扰民")  # data: domain.md 6.6
HEADS: Final = ("grid_leader", "building_head", "unit_head")
STEP_KINDS: Final[Mapping[str, str]] = {
    "case": _("立一件事"),
    "visit": _("走访"),
    "gathering": _("议事或活动"),
    "follow_up": _("回访"),
    "note": _("其他步骤"),
}
_MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_OFFICE: Final = re.compile(r"[\d\- 转()（）+]{3,32}")


@dataclass(frozen=True)
class Coverage:
    """How many grids there are, how many have a branch, how many a branch or an instructor, and which have neither."""

    grids: int
    org: int
    work: int
    no_branch: tuple[str, ...]
    uncovered: tuple[str, ...]

    @property
    def org_rate(self) -> float | None:
        """组织覆盖率: grids with an own or joint branch / all grids; None without grids."""
        return self.org / self.grids if self.grids else None

    @property
    def work_rate(self) -> float | None:
        """工作覆盖率: grids with a branch or an assigned instructor / all grids; None without grids."""
        return self.work / self.grids if self.grids else None


def coverage(grids: Iterable[str], branches: Iterable[str], instructed: Iterable[str]) -> Coverage:
    """Return the two coverage figures of these grids (domain.md 2.1); what is tied outside of them doesn't count."""
    all_grids = frozenset(grids)
    covered = all_grids & frozenset(branches)
    worked = covered | (all_grids & frozenset(instructed))
    return Coverage(
        len(all_grids),
        len(covered),
        len(worked),
        tuple(sorted(all_grids - covered)),
        tuple(sorted(all_grids - worked)),
    )


def may_hold(parent_kind: str, kind: str) -> bool:
    """Tell whether a Party organisation may stand under another: never under a narrower one or one of its kind."""
    return KINDS.index(parent_kind) < KINDS.index(kind)


def is_office_number(phone: str) -> bool:
    """Tell whether a number may stand on a public board: an office's, not somebody's own mobile telephone."""
    bare = re.sub(r"[\s\-()（）]", "", phone)
    return bool(_OFFICE.fullmatch(phone)) and len(re.sub(r"\D", "", phone)) >= 3 and not _MOBILE.match(bare)


def missing_bodies(bodies: Sequence[str]) -> tuple[str, ...]:
    """Return which of the four core bodies a 五位一体 team lacks; "第五方" when nobody else is in it."""
    lacking = tuple(body for body in CORE_BODIES if body not in bodies)
    fifth = any(body not in CORE_BODIES for body in bodies)
    return lacking if fifth else (*lacking, "第五方")  # data
