"""Every indicator as a formula over the counters: numerator, denominator, and what may be said of so few.

Sources: domain.md 5.1 (rates of urban management), 5.2 (the three rates of hotlines), 5.4 (our own); the rounding and the
edge rules are those of 5.3. There is no composite here: see `composite` for one that a deployer publishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from jinlin.kernel.errors import gettext_noop as _
from jinlin.performance.rules.measures import ANSWER_BUCKETS, EDGES, GIVEN, GROWTH, LEDGER_SINCE, staged

RATE, MEAN, MEDIAN, AGE, NUMBER, PEOPLE = "rate", "mean", "median", "age", "number", "people"
FEW: Final = 10  # below this many nothing is said of a place or a unit (domain.md 5.2, trust.md 7)
HALF, SIX_TENTHS = Decimal("0.5"), Decimal("0.6")
UP, DOWN, NEITHER = "up", "down", ""
URBAN, HOTLINE, OWN = "urban", "hotline", "own"
GROUPS: Final = {
    URBAN: _("办理过程（参照数字城管）"),
    HOTLINE: _("三率（参照热线考核）"),
    OWN: _("减负与实效（本系统自定）"),
}
Terms = tuple[tuple[str, Decimal], ...]  # (measure, weight)


def _sum(*names: str, less: tuple[str, ...] = ()) -> Terms:
    return (*((name, Decimal(1)) for name in names), *((name, Decimal(-1)) for name in less))


@dataclass(frozen=True)
class Indicator:
    """One indicator; `formula` says in plain words what the terms compute."""

    code: str
    name: str
    group: str
    kind: str
    numerator: Terms
    denominator: Terms
    formula: str
    source: str
    direction: str = UP
    target: Decimal | None = None
    silent: Terms = ()  # who was asked and did not answer

    @property
    def measures(self) -> frozenset[str]:
        """The counters it is made of."""
        return frozenset(
            name for terms in (self.numerator, self.denominator, self.silent) for name, _w in terms
        )

    @property
    def is_given(self) -> bool:
        """Whether it comes from another room, not from the counters."""
        return self.measures <= frozenset(GIVEN)

    @property
    def unit(self) -> str:
        """What its value is counted in."""
        return _UNITS[self.kind]


_UNITS: Final = {
    RATE: "%",
    MEAN: _("个"),
    MEDIAN: _("小时"),
    AGE: _("天"),
    NUMBER: _("件"),
    PEOPLE: _("人"),
}
_ANSWERED: Final = _sum("solved_yes", "solved_partly", "solved_no", "solved_unknown")
_RATED: Final = _sum(*(f"satisfied_{level}" for level in (5, 4, 3, 2, 1)))
_CLOSED: Final = _sum("ended", "reopened")
_D51, _D52, _D54 = "domain.md 5.1", "domain.md 5.2", "domain.md 5.4"

INDICATORS: Final[tuple[Indicator, ...]] = (
    Indicator("register_rate", _("立案率"), URBAN, RATE, _sum("registered"), _sum("reported"),
              _("反映的事里，有多少被接下来办理。按反映的那一天算。"), _D51),
    Indicator("intime_register_rate", _("按时立案率"), URBAN, RATE,
              _sum("registered", less=("registered_late",)), _sum("registered"),
              _("接下来办理的事里，有多少是在接单期限内接的。"), _D51),
    Indicator("accurate_dispatch_rate", _("准确派遣率"), URBAN, RATE, _sum("dispatched", less=("returned",)),
              _sum("dispatched"), _("派出去的单子里，有多少没有因为派错被退回。收回的误派不算。"), _D51),
    Indicator("dispose_rate", _("处置率"), URBAN, RATE, _sum(staged("resolve", "done")),
              _sum(staged("resolve", "should")),
              _("办理期限落在这段时间（或提前办完）的单子里，有多少办完了。批准中止、挂账的先拿出来。"), _D51),
    Indicator("intime_dispose_rate", _("按期处置率"), URBAN, RATE,
              _sum(staged("resolve", "done"), less=(staged("resolve", "late"),)),
              _sum(staged("resolve", "should")), _("应当办完的单子里，有多少在期限内办完。"), _D51),
    Indicator("close_rate", _("结案率"), URBAN, RATE, _sum(staged("close", "done")),
              _sum(staged("close", "should")),
              _("答应居民的日期落在这段时间（或提前结案）的事里，有多少已经结案。批准中止、挂账的先拿出来。"
                "结了又重新打开的，那一次不算结案。"), _D51),
    Indicator("intime_close_rate", _("按期结案率"), URBAN, RATE,
              _sum(staged("close", "done"), less=(staged("close", "late"),)), _sum(staged("close", "should")),
              _("应当结案的事里，有多少在答应居民的日期之前结案。分母是应结案，不是已结案；"
                "结了又重新打开的，那一次也不算按期结案。"), _D51),
    Indicator("rework_rate", _("返工率"), URBAN, RATE, _sum("reworked"), _sum("handled"),
              _("报告办完的单子里，有多少因为没办好被退回至少一次。"), _D51, DOWN),
    Indicator("self_handled_rate", _("自行处置率"), URBAN, RATE, _sum("self_handled"), _sum("grid_accepted"),
              _("网格接下来的事里，有多少没有派单、由网格当场解决。"), _D51),
    Indicator("direct_answer_rate", _("直接答复率"), URBAN, RATE, _sum("direct"), _sum("reported"),
              _("反映的事里，有多少在受理时就答复清楚了。"), _D51),
    Indicator("repeat_rate", _("重复诉求率"), URBAN, RATE, _sum("joined", "repeats"), _sum("reported", "joined"),
              _("所有诉求里，有多少说的是已经有人反映过的同一件事。"), _D51, DOWN),
    Indicator("response_rate", _("响应率"), HOTLINE, RATE, _sum("contact_in_time"), _sum("contact_wanted"),
              _("派出去、本人愿意接电话的单子里，有多少在期限内真正联系过本人。不愿被联系的不算。"), _D52),
    Indicator("solution_rate", _("解决率"), HOTLINE, RATE,
              (("solved_yes", Decimal(1)), ("solved_partly", HALF)), _ANSWERED,
              _("回访里答了“解决了没有”的：解决了算一件，解决一部分算半件。没有联系上的不算解决。"
                "经两人批准为客观上办不到的不进分母。"), _D52, silent=_sum("unanswered")),
    Indicator("satisfaction_rate", _("满意率"), HOTLINE, RATE,
              (("satisfied_5", Decimal(1)), ("satisfied_4", Decimal(1)), ("satisfied_3", SIX_TENTHS)), _RATED,
              _("打了分的回访里：很满意、满意算一件，基本满意算 0.6 件。没有回答的绝不算满意。"), _D52,
              silent=_sum("unanswered", "unrated")),
    Indicator("burden_fields_per_case", _("每件填写项数"), OWN, MEAN, _sum("typed"), _CLOSED,
              _("每结一件事，工作人员手工填写了多少项文字。目标不超过 6 项。"), _D54, DOWN, Decimal(6)),
    Indicator("duplicate_entries_avoided", _("少填的重复件"), OWN, NUMBER, _sum("joined"), (),
              _("邻居加入已有的事、没有再报一遍的次数。"), _D54),
    Indicator("median_time_to_truth", _("首次实话时间（中位数）"), OWN, MEDIAN,
              _sum(*ANSWER_BUCKETS), _sum(*ANSWER_BUCKETS),
              _("从反映到工作人员第一次给出实在答复，一半的事不超过这么久。按分档计数估算，误差不超过档宽。"),
              _D54, DOWN),
    Indicator("reopen_rate", _("重开率"), OWN, RATE, _sum("reopened"), _CLOSED,
              _("结了的事里，有多少因为没办好又重新打开。按结案的那一天算。"), _D54, DOWN),
    Indicator("return_ping_pong", _("平均经手单位数"), OWN, MEAN, _sum("touched"), _CLOSED,
              _("每结一件事，平均经过几个单位的手。"), _D54, DOWN),
    Indicator("proactive_share", _("主动发现占比"), OWN, RATE, _sum("proactive"), _sum("reported"),
              _("所有的事里，有多少是巡查、走访、预警先发现的，还没等居民来说。"), _D54),
    Indicator("ledger_age", _("挂账平均天数"), OWN, AGE, _sum(LEDGER_SINCE), _sum("in_ledgered"),
              _("现在挂在台账上的事，平均挂了多少天。这是此刻的数，不随所选时段变化。"), _D54, DOWN),
    Indicator("coverage_gap_people", _("便民生活圈未覆盖人数"), OWN, PEOPLE, _sum("people_uncovered"),
              _sum("people_judged"),
              _("按国家标准的距离，走路到不了至少一种基本保障设施的居民人数，取整到十人；n 是测算过的居民人数。"
                "取自最近一次生活圈测算（规划口径），住处没有上图的不算在内。这是测算时的数，不随所选时段变化。"),
              _D54, DOWN),
    Indicator("deliberation_followthrough", _("议事决定按期落实率"), OWN, RATE, _sum("decisions_kept"),
              _sum("decisions_due"), _("期限落在这段时间、议事定下的事里，有多少按约定日期落实。"), _D54),
)  # fmt: skip
BY_CODE: Final[dict[str, Indicator]] = {one.code: one for one in INDICATORS}
OF_FLOWS: Final = frozenset(
    name for one in INDICATORS if one.kind != AGE for name in one.measures if name not in GIVEN
)


@dataclass(frozen=True)
class Result:
    """What an indicator comes to: null and `no_data` when there is nothing to count, `too_few` below ten."""

    code: str
    value: Decimal | None
    numerator: Decimal
    denominator: int
    n: int
    no_answer_share: Decimal | None = None
    too_few: bool = False
    no_data: bool = False


def half_up(value: Decimal) -> Decimal:
    """Round to two digits, halves up (domain.md 5.3)."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def share(part: Decimal | int, whole: int) -> Decimal | None:
    """Return a part of a whole in per cent to two digits; None without a whole, never 100 per cent."""
    return half_up(Decimal(part) * 100 / whole) if whole else None


def total(terms: Terms, sums: Mapping[str, int]) -> Decimal:
    """Return the weighted sum of measures."""
    return sum((weight * sums.get(name, 0) for name, weight in terms), Decimal(0))


def computed(indicator: Indicator, sums: Mapping[str, int], *, today: int = 0) -> Result:
    """Return an indicator over sums of measures; `today` is the ordinal of the day, for ages."""
    if indicator.kind == PEOPLE and not indicator.measures & sums.keys():
        return Result(indicator.code, None, Decimal(0), 0, 0, no_data=True)
    numerator, n = total(indicator.numerator, sums), int(total(indicator.denominator, sums))
    if indicator.kind == NUMBER:
        return Result(indicator.code, numerator, numerator, 0, int(numerator))
    if indicator.kind == AGE:
        numerator = n * today - numerator
    return Result(
        code=indicator.code,
        value=_value(indicator.kind, numerator, n, sums) if n >= FEW else None,
        numerator=numerator,
        denominator=n,
        n=n,
        no_answer_share=_silence(indicator, n, sums),
        too_few=0 < n < FEW,
        no_data=n <= 0,
    )


def tells_few(indicator: Indicator, sums: Mapping[str, int]) -> bool:
    """Tell whether a rate, beside its n and the other rates, would betray a count of one to nine.

    What it is made of, what is left of the whole, and what two rates of one whole differ by (late ones, say).
    """
    parts = [sums.get(name, 0) for name, _weight in indicator.numerator]
    added = sum(sums.get(name, 0) for name, weight in indicator.numerator if weight > 0)
    taken = sum(sums.get(name, 0) for name, weight in indicator.numerator if weight < 0)
    rest = int(total(indicator.denominator, sums)) - added + taken
    return indicator.kind == RATE and any(0 < n < FEW for n in (*parts, rest, added - taken))


def is_silence_few(indicator: Indicator, sums: Mapping[str, int]) -> bool:
    """Tell whether the share of those who did not answer would betray a count of one to nine."""
    return any(0 < sums.get(name, 0) < FEW for name, _weight in indicator.silent)


def _value(kind: str, numerator: Decimal, n: int, sums: Mapping[str, int]) -> Decimal | None:
    if kind == RATE:
        return share(numerator, n)
    if kind == PEOPLE:
        return numerator
    if kind == MEDIAN:
        return half_up(Decimal(str(median_minutes(sums))) / 60)
    return half_up(numerator / n)


def _silence(indicator: Indicator, n: int, sums: Mapping[str, int]) -> Decimal | None:
    if not indicator.silent:
        return None
    silent = int(total(indicator.silent, sums))
    asked = n + silent
    return share(silent, asked) if asked >= FEW else None


def median_minutes(sums: Mapping[str, int]) -> float:
    """Return the median of a histogram in minutes, straight between the edges of its bucket.

    The true median lies in the same bucket, whose edges are a factor 1.5 apart; the first begins at 0, and the last
    is taken as wide as its neighbour.
    """
    counts = [sums.get(name, 0) for name in ANSWER_BUCKETS]
    half, below = sum(counts) / 2, 0
    lows, highs = (0.0, *EDGES), (*EDGES, EDGES[-1] * GROWTH)
    for n, low, high in zip(counts, lows, highs, strict=True):
        if n and below + n >= half:
            return low + (high - low) * (half - below) / n
        below += n
    return 0.0


def composite(weights: Mapping[str, int], values: Mapping[str, Decimal | None]) -> Decimal | None:
    """Return a published composite: weights in thousandths over rates in per cent; None when any of them is missing."""
    parts = [(weight, values.get(code)) for code, weight in weights.items()]
    if not parts or any(value is None for _weight, value in parts):
        return None
    whole = sum((weight * value for weight, value in parts if value is not None), Decimal(0))
    return half_up(whole / 1000)
