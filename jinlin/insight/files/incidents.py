"""Events from a file: when, what, where, and who reported it; refused by row when they cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.files.tables import Table, read_table
from jinlin.insight.files.times import moment
from jinlin.insight.scan.series import Events, indexed, middles, without_repeats
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

Floats = NDArray[np.float64]
LEAST_TRAINING = 42  # days: four weeks for what is usual, a week's gap, a week of scores
LONGEST = 366 * 25  # days


@dataclass(frozen=True, slots=True)
class Period:
    """Learn up to `train_to` (never later than the day before `start`), warn from `start` to `stop`."""

    train_to: date
    start: date
    stop: date

    @classmethod
    def of(cls, train_to: str, start: str, stop: str) -> Period:
        """Read the three days; DirtyInput says which one is wrong."""
        days = [
            _day(name, word) for name, word in (("--train-to", train_to), ("--from", start), ("--to", stop))
        ]
        if days[0] > days[1]:
            sentence = _("--train-to {train_to} 晚于 --from {start}：阈值只能来自预警之前的日子，请改早。")
            raise DirtyInput("train_after_from", sentence, train_to=days[0], start=days[1])
        if days[1] > days[2]:
            sentence = _("--from {start} 晚于 --to {stop}，请对调或改正。")
            raise DirtyInput("from_after_to", sentence, start=days[1], stop=days[2])
        return cls(*days)


def _day(option: str, word: str) -> date:
    found = moment(word.strip())
    if found is None:
        sentence = _("{option} 的“{value}”不是日期，请写成 2019-04-25。")
        raise DirtyInput("not_a_date", sentence, option=option, value=word[:40])
    return found.date()


@dataclass(frozen=True, eq=False)
class Read:
    """Events of all days up to the last one warned on, places by their middle (P,), days to learn from and to watch.

    `remarks` are sentences about rows that were left out.
    """

    events: Events
    lat: Floats
    lon: Floats
    learn: int
    watch: range
    remarks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def read_events(path: Path, columns: Mapping[str, str | None], period: Period) -> Read:
    """Read the events of a file; columns: time, category, place, lat, lon and perhaps reporter -> name in the file.

    Where a place is comes from its events up to `train_to` only; a place first seen later stands alone.
    """
    wanted = [str(columns[name]) for name in ("time", "category", "place", "lat", "lon")]
    who = columns.get("reporter")
    table = read_table(path, [*wanted, who] if who else wanted)
    day = table.days(wanted[0])
    lat, lon = _points(table, *wanted[3:])
    names, homes = np.array(table.texts(wanted[1], empty=True)), np.array(table.texts(wanted[2], empty=True))
    use = (names != "") & (homes != "") & (day <= np.datetime64(period.stop))
    remarks = _left_out(path, names, homes, wanted)
    first, days, learn = _days(path, day[use], period)
    _no_joiner(table, wanted[2])
    places, place = indexed(homes[use].tolist())
    matters, matter = indexed(names[use].tolist())
    when = (day[use] - np.datetime64(first)).astype(np.int64)
    people = _people(table, who, use) if who else None
    past = when < learn
    middle = middles(place[past], len(places), lat[use][past], lon[use][past])
    events = without_repeats(Events(first, days, matters, places, when, matter, place, people))
    watch = range((period.start - first).days, days)
    return Read(events, *middle, learn, watch, remarks)


def _days(path: Path, day: NDArray[np.datetime64], period: Period) -> tuple[date, int, int]:
    """Return the first day, how many days until the end, and how many of them are for learning; refuse too few."""
    if not len(day):
        sentence = _("{file} 在 {stop} 以前没有一件可用的事项，请核对日期和列名。")
        raise DirtyInput("no_rows", sentence, file=path.name, stop=period.stop)
    first: date = day.min().astype(object)
    learn = min((period.train_to - first).days + 1, (period.start - first).days)
    if learn < LEAST_TRAINING:
        sentence = _(
            "{file} 自 {first} 起，到 --train-to 只有 {days} 天可学，至少要 {least} 天，请提供更早的数据或推迟 --train-to。"
        )
        facts = {"first": first, "days": max(learn, 0), "least": LEAST_TRAINING}
        raise DirtyInput("too_little_training", sentence, file=path.name, **facts)
    last: date = min(period.stop, day.max().astype(object))
    if last < period.start:
        sentence = _("{file} 最后一件在 {last}，早于 --from {start}，没有可预警的日子，请提供更新的数据。")
        raise DirtyInput("nothing_to_watch", sentence, file=path.name, last=last, start=period.start)
    days = (last - first).days + 1
    if days > LONGEST:
        sentence = _("{file} 从 {first} 到 {last} 跨度过长，请检查时间列里有没有写错的年份。")
        raise DirtyInput("too_long", sentence, file=path.name, first=first, last=last)
    return first, days, learn


def _points(table: Table, lat: str, lon: str) -> tuple[Floats, Floats]:
    north, east = table.numbers(lat, empty=np.nan), table.numbers(lon, empty=np.nan)
    for name, values, most in ((lat, north, 90), (lon, east, 180)):
        bad = np.flatnonzero(np.abs(np.nan_to_num(values)) > most)
        if len(bad):
            sentence = _(
                "{file} 第 {row} 行：{column} 列的 {value} 不是度数，应在 -{most} 到 {most} 之间，请改正。"
            )
            facts = {"column": name, "value": f"{values[bad[0]]:.10g}", "most": most}
            raise table.refuse("not_degrees", sentence, int(bad[0]), **facts)
    return north, east


def _left_out(
    path: Path, names: NDArray[np.str_], homes: NDArray[np.str_], wanted: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    sentence = _("{file} 有 {count} 行的 {column} 列是空的，没有计入")
    found = []
    for column, values in ((wanted[1], names), (wanted[2], homes)):
        count = int((values == "").sum())
        if count:
            found.append((sentence, {"file": path.name, "count": count, "column": column}))
    return found


def _no_joiner(table: Table, column: str) -> None:
    for index, word in enumerate(table.columns[column]):
        if ";" in word:
            sentence = _("{file} 第 {row} 行：{column} 列的“{value}”含有分号，结果用分号连接地点，请换掉它。")
            raise table.refuse("joiner_in_place", sentence, index, column=column, value=word[:40])


def _people(table: Table, column: str, use: NDArray[np.bool_]) -> NDArray[np.int64]:
    words = np.array(table.texts(column, empty=True))[use]
    _names, index = indexed(words.tolist())
    return np.where(words == "", -1, index)
