"""The working of a due moment in words: the whole of it for staff, one plain sentence for residents.

Chinese through `kernel.errors.gettext`, so it works without Django; a clause is one sentence of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from itertools import chain
from typing import Final

from jinlin.cases.rules.deadlines.calendar import Spans
from jinlin.cases.rules.deadlines.national import PUBLISHED
from jinlin.cases.rules.deadlines.working import Piece, Run, Working
from jinlin.kernel.errors import gettext as _
from jinlin.kernel.errors import gettext_noop as noted

WEEKDAYS: Final = (
    noted("周一"),
    noted("周二"),
    noted("周三"),
    noted("周四"),
    noted("周五"),
    noted("周六"),
    noted("周日"),
)
MONTHS: Final = (
    noted("1月"),
    noted("2月"),
    noted("3月"),
    noted("4月"),
    noted("5月"),
    noted("6月"),
    noted("7月"),
    noted("8月"),
    noted("9月"),
    noted("10月"),
    noted("11月"),
    noted("12月"),
)
_DAY: Final = noted("{month}{days}日")
MOST_DAYS: Final = 31  # counted days spelled out; of a longer period the first and the last are named
MOST_PIECES: Final = 6
_ON_END: Final = 4  # so many days on end are written as a range


def sentence(working: Working) -> str:
    """Return the whole working for staff, in one sentence of clauses."""
    clauses = [_head(working)]
    clauses += _special(working.runs)
    if working.moved:
        clauses.append(_moved(working))
        clauses += _special(working.moved[1:])
    clauses += _paused(working)
    if working.extended_days:
        days = _days(working.extension)
        clauses.append(
            _("经批准延长 {count} 个工作日：计入{days}").format(count=working.extended_days, days=days)
        )
        clauses += _special(working.extension)
    clauses += _unpublished(working)
    clauses.append(_end(working))
    return _("；").join(clauses) + _("。")


def plain(working: Working) -> str:
    """Return what a resident reads: the latest moment, how it is counted, and only what surprises."""
    clauses = [_plain_head(working)]
    clauses += [
        clause
        for run in chain(working.runs, working.moved, working.extension)
        if run.why in ("holiday", "make_up", "local_off", "local_work") and (clause := _clause(run))
    ]
    if working.moved:
        clauses.append(_("最后一天不上班，顺延到下一个工作日"))
    if working.pauses:
        clauses.append(_("暂停的时间不算在内"))
    if working.extended_days:
        clauses.append(_("已批准延长 {count} 个工作日").format(count=working.extended_days))
    clauses += _unpublished(working)
    return _("；").join(clauses) + _("。")


def _amount(working: Working) -> str:
    return str(int(working.amount)) if working.amount == int(working.amount) else f"{working.amount:.10g}"


def _head(working: Working) -> str:
    start, amount = _moment(working.start), _amount(working)
    if not working.amount:
        return _("{start} 起，期限为零，即时到期").format(start=start)
    if working.unit == "working_day":
        days = _days(working.runs)
        return _("{start} 起 {amount} 个工作日，当日不计：计入{days}").format(
            start=start, amount=amount, days=days
        )
    if working.unit == "calendar_day":
        day = _weekday(working.last_day or working.due.date())
        return _("{start} 起 {amount} 个自然日，当日不计：最后一天是{day}").format(
            start=start, amount=amount, day=day
        )
    if working.unit == "working_hour":
        return _("{start} 起 {amount} 个工作小时，只计办公时间：{times}").format(
            start=start, amount=amount, times=_pieces(working.pieces)
        )
    return _("{start} 起 {amount} 个小时，连续计算，夜间和节假日也计").format(start=start, amount=amount)


def _plain_head(working: Working) -> str:
    due, amount = _moment(working.due, year=working.due.year != working.start.year), _amount(working)
    if not working.amount:
        return _("最迟 {due}").format(due=due)
    if working.unit == "working_day":
        return _("最迟 {due}：按 {amount} 个工作日计算，从第二天算起，周末不算").format(
            due=due, amount=amount
        )
    if working.unit == "calendar_day":
        return _("最迟 {due}：按 {amount} 天计算，从第二天算起").format(due=due, amount=amount)
    if working.unit == "working_hour":
        return _("最迟 {due}：按 {amount} 个工作小时计算，只算办公时间（{hours}）").format(
            due=due, amount=amount, hours=_hours(working.spans)
        )
    return _("最迟 {due}：按 {amount} 小时连续计算").format(due=due, amount=amount)


def _end(working: Working) -> str:
    due = _moment(working.due)
    if working.extended_days or (working.amount and working.unit in ("working_day", "calendar_day")):
        return _("{due} 下班时到期").format(due=due)
    if working.unit == "working_hour" and working.amount:
        return _("办公时间 {hours}；{due} 到期").format(hours=_hours(working.spans), due=due)
    return _("{due} 到期").format(due=due)


def _special(runs: Iterable[Run]) -> list[str]:
    """Return the clauses of holidays, make-up days and local days, then how many days of weekends."""
    clauses = [clause for run in runs if (clause := _clause(run))]
    weekends = sum(run.days for run in runs if run.why == "weekend")
    if weekends:
        clauses.append(_("周末 {count} 天不计").format(count=weekends))
    return clauses


def _clause(run: Run) -> str:
    """Return why a stretch of days is out of the plain week, or nothing when it isn't."""
    if run.why == "holiday":
        return _("{days}{names}放假").format(days=_range(run), names=_names(run))
    if run.why == "make_up":
        return _("{days}调休上班").format(days=_range(run, weekdays=True))
    if run.why == "local_off":
        return _noted(_("{days}本地不上班").format(days=_range(run, weekdays=True)), run)
    if run.why == "local_work":
        return _noted(_("{days}本地上班").format(days=_range(run, weekdays=True)), run)
    return ""


def _noted(clause: str, run: Run) -> str:
    if not run.names:
        return clause
    return _("{clause}（{note}）").format(clause=clause, note=_("、").join(run.names))


def _names(run: Run) -> str:
    return _("、").join(map(_, run.names))


def _moved(working: Working) -> str:
    day = _weekday(working.last_day or working.base_due.date())
    onto = _weekday(working.base_due.date())
    first = working.moved[0]
    if first.why == "holiday":
        return _("{day}逢{names}放假，顺延到下一个工作日{next}").format(
            day=day, names=_names(first), next=onto
        )
    return _("{day}不上班，顺延到下一个工作日{next}").format(day=day, next=onto)


def _paused(working: Working) -> Iterator[str]:
    for begin, end in working.pauses:
        yield _("{begin}至{end}暂停，其间不计").format(begin=_moment(begin), end=_moment(end))


def _unpublished(working: Working) -> Iterator[str]:
    future = [str(year) for year in working.unpublished if year >= PUBLISHED.stop]
    past = [str(year) for year in working.unpublished if year < PUBLISHED.start]
    if future:
        yield _("{years} 年全国放假安排尚未公布，暂按周一至周五上班计算，公布后重算").format(
            years=_span(future)
        )
    if past:
        yield _("{years} 年没有全国放假安排的数据，按周一至周五上班计算").format(years=_span(past))


def _span(years: Sequence[str]) -> str:
    return years[0] if len(years) == 1 else _("{first}至{last}").format(first=years[0], last=years[-1])


def _days(runs: Sequence[Run]) -> str:
    """Return the counted days by month: 9月29、30日，10月9、10、11日; of a long period the first and the last."""
    counted = [run for run in runs if run.counts]
    if not counted:
        return _("无")
    total = sum(run.days for run in counted)
    if total > MOST_DAYS:
        return _("{first}至{last}之间的 {count} 个工作日").format(
            first=_day(counted[0].first), last=_day(counted[-1].last), count=total
        )
    months: dict[int, list[str]] = {}
    for first, last in _joined(counted):
        for month, text in _within_months(first, last):
            months.setdefault(month, []).append(text)
    return _("，").join(
        _(_DAY).format(month=_(MONTHS[month % 12]), days=_("、").join(texts))
        for month, texts in months.items()
    )


def _joined(runs: Iterable[Run]) -> list[tuple[date, date]]:
    """Return stretches of counted days, those that touch as one."""
    found: list[tuple[date, date]] = []
    for run in runs:
        if found and run.first.toordinal() - found[-1][1].toordinal() == 1:
            found[-1] = (found[-1][0], run.last)
        else:
            found.append((run.first, run.last))
    return found


def _within_months(first: date, last: date) -> Iterator[tuple[int, str]]:
    """Yield (months since the year 0, days) of a stretch: each day, or a range where there are many on end."""
    day = first
    while day <= last:
        stop = last if (last.year, last.month) == (day.year, day.month) else _month_end(day)
        month = day.year * 12 + day.month - 1
        if stop.day - day.day + 1 >= _ON_END:
            yield month, _("{first}至{last}").format(first=day.day, last=stop.day)
        else:
            for number in range(day.day, stop.day + 1):
                yield month, str(number)
        day = date.fromordinal(stop.toordinal() + 1)


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _day(day: date) -> str:
    return _day_in(_(_DAY), day)


def _weekday(day: date) -> str:
    return _weekday_in(_(_DAY), day)


@lru_cache(maxsize=4096)
def _day_in(pattern: str, day: date) -> str:
    """Return a day in the language that the translated pattern tells, which is why it is part of the key."""
    return pattern.format(month=_(MONTHS[day.month - 1]), days=day.day)


@lru_cache(maxsize=4096)
def _weekday_in(pattern: str, day: date) -> str:
    return _("{day}（{weekday}）").format(day=_day_in(pattern, day), weekday=_(WEEKDAYS[day.weekday()]))


@lru_cache(maxsize=4096)
def _year_in(pattern: str, day: date) -> str:
    return _("{year}年{day}").format(year=day.year, day=_weekday_in(pattern, day))


def _range(run: Run, *, weekdays: bool = False) -> str:
    """Return a stretch of days: 10月1日至8日, 1月29日至2月4日, or one day (with its weekday)."""
    if run.first == run.last:
        return _weekday(run.first) if weekdays else _day(run.first)
    if (run.first.year, run.first.month) == (run.last.year, run.last.month):
        last = _("{day}日").format(day=run.last.day)
    else:
        last = _day(run.last)
    return _("{first}至{last}").format(first=_day(run.first), last=last)


def _moment(moment: datetime, *, year: bool = True) -> str:
    day = _year_in(_(_DAY), moment.date()) if year else _weekday(moment.date())
    return _("{day}{time}").format(day=day, time=_clock(moment))


def _hours(spans: Spans) -> str:
    return _("、").join([f"{_clock(begin)}—{_clock(end)}" for begin, end in spans])


def _pieces(pieces: Sequence[Piece]) -> str:
    """Return the office time that ran, day by day; of many pieces the first ones and the last."""
    texts = [
        _("{day} {begin}—{end}").format(day=_day(p.day), begin=_clock(p.begin), end=_clock(p.end))
        for p in pieces
    ]
    if len(texts) > MOST_PIECES:
        hours = sum(p.seconds for p in pieces[2:-1]) / 3600
        texts[2:-1] = [_("其间 {hours} 小时").format(hours=f"{hours:.10g}")]
    return _("、").join(texts)


def _clock(at: time | datetime) -> str:
    shown = f"{at.hour:02}:{at.minute:02}"
    return f"{shown}:{at.second:02}" if at.second else shown
