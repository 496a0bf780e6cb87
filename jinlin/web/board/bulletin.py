"""The monthly bulletin 办理情况通报: sentences made from figures, each with its n; what can't be told is said to be so."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.performance.queries import Board, Figure, Filters, Share
from jinlin.web.board.drawn import branches
from jinlin.web.board.shown import is_unit, last_year, told

FIRST_YEAR: Final = 2000
MOST_NAMED: Final = 5
TIMELY: Final = (
    "intime_register_rate",
    "accurate_dispatch_rate",
    "intime_dispose_rate",
    "close_rate",
    "intime_close_rate",
)
FELT: Final = ("response_rate", "solution_rate", "satisfaction_rate", "reopen_rate", "repeat_rate")
# the age of the ledger is a number of this minute, not of a month: it stands in the appendix only
HOW: Final = (
    "return_ping_pong",
    "proactive_share",
    "self_handled_rate",
    "burden_fields_per_case",
    "ledger_age",
)


@dataclass(frozen=True)
class Section:
    """A heading with its sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Month:
    """The month of a bulletin, and its neighbours in the address; `next` is "" for the running month."""

    first: date
    last: date
    running: bool
    previous: str
    next: str

    @property
    def name(self) -> str:
        """The month in words."""
        return formats.date_format(self.first, _("Y年n月"))

    @property
    def code(self) -> str:
        """The month as the address has it."""
        return f"{self.first:%Y-%m}"


def month_of(text: str) -> Month:
    """Return the month of "2026-10", the last full one for ""; Invalid for nonsense and for months to come."""
    today = clock.today()
    first = _first(text) if text else _shifted(today.replace(day=1), -1)
    if not date(FIRST_YEAR, 1, 1) <= first <= today:
        raise Invalid({"month": [_("月份不对，请按“2026-10”填写，不能晚于本月。")]})
    last = first.replace(day=monthrange(first.year, first.month)[1])
    following = _shifted(first, 1)
    return Month(
        first,
        min(last, today),
        last >= today,
        f"{_shifted(first, -1):%Y-%m}",
        f"{following:%Y-%m}" if following <= today else "",
    )


def _first(text: str) -> date:
    try:
        year, month = text.split("-")
        if len(year) == 4 and len(month) == 2 and (year + month).isascii():
            return date(int(year), int(month), 1)
    except ValueError:
        pass
    raise Invalid({"month": [_("月份不对，请按“2026-10”填写，不能晚于本月。")]})


def _shifted(first: date, months: int) -> date:
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def of_month(filters: Filters, month: Month) -> Filters:
    """Return the filters for the days of a month."""
    return replace(filters, since=month.first, until=month.last)


def sections(board: Board, month: Month) -> list[Section]:
    """Return the bulletin's text."""
    found = {figure.code: figure for figure in board.figures}
    before = {figure.code: figure for figure in board.last_year}
    return [
        Section(_("一、总体情况"), tuple(_overall(board, month))),
        Section(_("二、办理时效"), _told(TIMELY, found, before)),
        Section(_("三、群众评价"), (*_told(FELT, found, before), _("未作答的不算满意，也不算解决。"))),
        Section(_("四、诉求构成"), tuple(_mix(branches(board), board.channels))),
        Section(_("五、流转与负担"), _told(HOW, found, before)),
    ]


def _overall(board: Board, month: Month) -> list[str]:
    flow = board.flow
    of_unit = is_unit(board)
    came = flow.dispatched if of_unit else flow.reported
    facts = {
        "month": month.name,
        "name": board.area.name,
        "reported": told(came.value),
        "closed": told(flow.closed.value),
        "reopened": told(flow.reopened.value),
        "returned": told(flow.returned.value),
    }
    if came.value == 0 and flow.closed.value == 0:
        return [_("{month}，{name}没有受理和办结诉求。").format(**facts)]
    words = _(
        "{month}，{name}受理诉求 {reported} 件，办结 {closed} 件，重开 {reopened} 件，退回 {returned} 次。"
    )
    if of_unit:
        words = _(
            "{month}，{name}派给本部门 {reported} 件，办结 {closed} 件，重开 {reopened} 件，退回 {returned} 次。"
        )
    found = [words.format(**facts)]
    if month.running:
        day = formats.date_format(month.last, _("n月j日"))
        found.append(_("本月还没有结束，数字统计到{day}。").format(day=day))
    if board.masked:
        found.append(_("少于 10 的写作 <10，其余取整到十。"))
    return found


def _told(codes: Sequence[str], found: Mapping[str, Figure], before: Mapping[str, Figure]) -> tuple[str, ...]:
    """Return a sentence for each figure that has a value, then which have none and why."""
    figures = [found[code] for code in codes if code in found]
    told = [sentence(figure, before.get(figure.code)) for figure in figures if figure.value is not None]
    few = [figure.name for figure in figures if figure.value is None and not figure.no_data]
    none = [figure.name for figure in figures if figure.no_data]
    if few:
        told.append(_("样本不足 10 件、不作评价的：{names}。").format(names=_("、").join(few)))
    if none:
        told.append(_("没有可以统计的件、不作评价的：{names}。").format(names=_("、").join(none)))
    return tuple(told)


def sentence(figure: Figure, before: Figure | None) -> str:
    """Return one indicator as a sentence: value, what it rests on, own last year."""
    words = _("{name} {words}（n={n}").format(name=figure.name, words=figure.words, n=told(figure.n))
    if figure.no_answer_share is not None:
        words += _("，未作答 {share}%").format(share=figure.no_answer_share)
    return words + _("），{year}。").format(year=last_year(figure, before))


def _mix(categories: Sequence[Share], channels: Sequence[Share]) -> list[str]:
    found = []
    for lead, shares in ((_("按类别"), categories), (_("按渠道"), channels)):
        named = [_named(share) for share in shares[:MOST_NAMED] if share.count.value != 0]
        if named:
            more = _("，其余 {n} 类").format(n=len(shares) - MOST_NAMED) if len(shares) > MOST_NAMED else ""
            found.append(_("{lead}：{list}{more}。").format(lead=lead, list=_("、").join(named), more=more))
    return found or [_("本月没有诉求。")]


def _named(share: Share) -> str:
    part = _("（{share}%）").format(share=share.share) if share.share is not None else ""
    return _("{label} {n} 件{part}").format(label=share.label, n=told(share.count.value), part=part)
