"""Decision rules of statute, exactly: whole numbers, cross-multiplied, never a rounded share.

Sources: Civil Code article 278 (owners), Organic Law of Villagers' Committees and of Urban Residents' Committees, as
quoted in design/participation.md 6.2. Areas are whole 0.01 m², so that exactly two thirds is exactly two thirds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jinlin.kernel.errors import Invalid
from jinlin.kernel.errors import gettext as translated
from jinlin.kernel.errors import gettext_noop as _

PASSED: Final = "passed"
FAILED: Final = "failed"
NO_QUORUM: Final = "no_quorum"
UNDECIDABLE: Final = "undecidable"
VERDICTS: Final[dict[str, str]] = {
    PASSED: _("通过"),
    FAILED: _("未通过"),
    NO_QUORUM: _("到会（参与）不足，不能表决"),
    UNDECIDABLE: _("无法判定"),
}


@dataclass(frozen=True)
class Share:
    """A share that must be reached (`>=`) or passed (`>`, strict)."""

    num: int
    den: int
    strict: bool

    def met(self, part: int, whole: int) -> bool:
        """Compare part/whole with num/den without dividing; the whole must be positive."""
        left, right = part * self.den, self.num * whole
        return left > right if self.strict else left >= right

    @property
    def words(self) -> str:
        """The share as a reader compares it, like "≥2/3"."""
        return f"{'＞' if self.strict else '≥'}{self.num}/{self.den}"


HALF: Final = Share(1, 2, strict=True)
TWO_THIRDS: Final = Share(2, 3, strict=False)
THREE_QUARTERS: Final = Share(3, 4, strict=False)

MEASURES: Final[dict[str, str]] = {
    "owners": _("业主人数"),
    "area": _("专有部分面积（平方米）"),
    "adults": _("年满十八周岁的人数"),
    "households": _("户代表（户数）"),
    "groups": _("小组代表（人数）"),
    "people": _("到会人数"),
}
HUNDREDTHS: Final = frozenset({"area"})  # measures kept in hundredths of the unit people write


@dataclass(frozen=True)
class Count:
    """One measure of one vote: how many there are, take part, and say what; for area in 0.01 m²."""

    total: int
    present: int
    yes: int
    no: int
    abstain: int


@dataclass(frozen=True)
class Rule:
    """A rule by which a body decides.

    `bases` are the sets of measures that may carry it (one of them, all measures in it); `quorum` is the share of each
    measure that must take part (None: no quorum); `consent` the share of those taking part that must agree.
    """

    code: str
    name: str
    matters: str
    bases: tuple[tuple[str, ...], ...]
    quorum: Mapping[str, Share | None]
    consent: Share
    source: str
    advisory: bool = False


RULES: Final[dict[str, Rule]] = {
    rule.code: rule
    for rule in (
        Rule(
            "owners_ordinary",
            _("业主一般事项"),
            _("管理规约、业主委员会、物业服务企业、使用维修资金"),
            (("owners", "area"),),
            {"owners": TWO_THIRDS, "area": TWO_THIRDS},
            HALF,
            _("《民法典》第二百七十八条"),
        ),
        Rule(
            "owners_special",
            _("业主重大事项"),
            _("筹集维修资金、改建重建、改变共有部分用途、开门破墙、共享车位"),
            (("owners", "area"),),
            {"owners": TWO_THIRDS, "area": TWO_THIRDS},
            THREE_QUARTERS,
            _("《民法典》第二百七十八条"),
        ),
        Rule(
            "villagers_meeting",
            _("村民会议"),
            _("村里的重大事项"),
            (("adults",), ("households",)),
            {"adults": HALF, "households": TWO_THIRDS},
            HALF,
            _("《村民委员会组织法》"),
        ),
        Rule(
            "villagers_group",
            _("村民小组会议"),
            _("属于村民小组的事项"),
            (("adults",), ("households",)),
            {"adults": TWO_THIRDS, "households": TWO_THIRDS},
            HALF,
            _("《村民委员会组织法》"),
        ),
        Rule(
            "residents_meeting",
            _("居民会议"),
            _("居民区的重大事项"),
            (("adults",), ("households",), ("groups",)),
            {"adults": HALF, "households": HALF, "groups": HALF},
            HALF,
            _("《城市居民委员会组织法》"),
        ),
        Rule(
            "group_advice",
            _("小组商议（供参考）"),
            _("提建议，不是法定表决"),
            (("people",),),
            {"people": None},
            HALF,
            _("本系统的约定"),
            advisory=True,
        ),
    )
}
OWNERS_RULES: Final = frozenset({"owners_ordinary", "owners_special"})
DEFAULT_FOR_COMMON_PARTS: Final = "owners_special"


@dataclass(frozen=True)
class Line:
    """One comparison of the working: which measure, what was asked of it, both numbers, whether it holds."""

    measure: str
    asked: str  # "quorum" or "consent"
    part: int
    whole: int
    share: Share
    met: bool


@dataclass(frozen=True)
class Decision:
    """What a vote comes to under a rule, with every comparison made."""

    rule: str
    verdict: str
    lines: tuple[Line, ...]
    advisory: bool

    @property
    def passed(self) -> bool:
        """Tell whether the rule is met."""
        return self.verdict == PASSED


Tally = Mapping[str, Count]


def checked(rule: Rule, tally: Tally) -> None:
    """Refuse figures that contradict each other, naming the measure; Invalid."""
    if tuple(sorted(tally)) not in {tuple(sorted(basis)) for basis in rule.bases}:
        raise Invalid({"tally": [_("请按规则填写人数；业主表决要同时填人数和面积。")]})
    for measure, count in tally.items():
        name = {"name": translated(MEASURES[measure])}
        if min(count.total, count.present, count.yes, count.no, count.abstain) < 0:
            raise Invalid({measure: [translated(_("{name}不能是负数。")).format(**name)]})
        if count.present > count.total:
            raise Invalid({measure: [translated(_("{name}：参与的比总数多，请核对。")).format(**name)]})
        if count.yes + count.no + count.abstain != count.present:
            said = translated(_("{name}：同意、反对、弃权相加应等于参与的，请核对。"))
            raise Invalid({measure: [said.format(**name)]})


def decide(code: str, tally: Tally) -> Decision:
    """Return what a tally comes to under a rule; abstentions take part but do not agree.

    A total or a turnout of nought leaves nothing to divide by: not decidable, never "passed" and never "100 %".
    """
    rule = RULES[code]
    checked(rule, tally)
    if any(count.total == 0 or count.present == 0 for count in tally.values()):
        return Decision(code, UNDECIDABLE, (), rule.advisory)
    quorum = tuple(
        Line(measure, "quorum", count.present, count.total, share, share.met(count.present, count.total))
        for measure, count in tally.items()
        if (share := rule.quorum[measure]) is not None
    )
    consent = tuple(
        Line(
            measure,
            "consent",
            count.yes,
            count.present,
            rule.consent,
            rule.consent.met(count.yes, count.present),
        )
        for measure, count in tally.items()
    )
    if not all(line.met for line in quorum):
        return Decision(code, NO_QUORUM, (*quorum, *consent), rule.advisory)
    verdict = PASSED if all(line.met for line in consent) else FAILED
    return Decision(code, verdict, (*quorum, *consent), rule.advisory)


# when a residents' meeting must be convened: one of these shares asks for it
MUST_CONVENE: Final[dict[str, Share]] = {
    "adults": Share(1, 5, strict=False),
    "households": Share(1, 5, strict=False),
    "groups": Share(1, 3, strict=False),
}


def must_convene(measure: str, asking: int, total: int) -> bool:
    """Tell whether enough people ask for a residents' meeting; nobody can be asked where nobody is counted."""
    return total > 0 and MUST_CONVENE[measure].met(asking, total)


def as_json(tally: Tally) -> dict[str, dict[str, int]]:
    """Return a tally as it is stored."""
    return {
        name: {"total": c.total, "present": c.present, "yes": c.yes, "no": c.no, "abstain": c.abstain}
        for name, c in tally.items()
    }


def from_json(stored: Mapping[str, Mapping[str, int]]) -> dict[str, Count]:
    """Return a stored tally."""
    return {name: Count(**{key: int(value) for key, value in one.items()}) for name, one in stored.items()}
