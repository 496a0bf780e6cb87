"""Tables of texts and events: CSV, plain or gzip, UTF-8 (with or without mark) or GB18030, as columns of words.

Every refusal is one sentence that names the file, the row (the line of the file, 1 is the header) and the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from jinlin.insight.files.times import moment
from jinlin.kernel import tables as raw_tables
from jinlin.kernel.errors import Invalid, gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

NAMES_SHOWN = 12


@dataclass(frozen=True, eq=False)
class Table:
    """The columns asked for, all of one length; `lines` is where each row ends in the file."""

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]
    _moments: dict[str, datetime] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def file(self) -> str:
        """The name a person knows the file by."""
        return self.path.name

    def has(self, name: str) -> bool:
        """Say whether an optional column is there."""
        return name in self.columns

    def refuse(self, code: str, sentence: str, index: int, **facts: Any) -> DirtyInput:
        """Make the refusal of one row; the sentence may use {file} and {row}."""
        return DirtyInput(code, sentence, file=self.file, row=self.lines[index], **facts)

    def texts(self, name: str, *, empty: bool = False) -> list[str]:
        """Return a column as trimmed words; empty cells are refused unless `empty`."""
        words = self.columns[name]
        if not empty:
            self._no_gap(name)
        return words

    def ids(self, name: str) -> list[str]:
        """Return a column of ids as words; refuse a second row with the same one."""
        self._no_gap(name)
        seen: dict[str, int] = {}
        for index, word in enumerate(self.columns[name]):
            first = seen.setdefault(word, index)
            if first != index:
                sentence = _("{file} 第 {row} 行：{column} 的“{value}”与第 {other} 行重复，请只保留一行。")
                facts = {"column": name, "value": _short(word), "other": self.lines[first]}
                raise self.refuse("repeated_id", sentence, index, **facts)
        return self.columns[name]

    def moments(self, name: str) -> list[datetime]:
        """Return a column as local times without zone; an empty or unreadable cell is refused."""
        self._no_gap(name)
        return [self._moment(name, index, word) for index, word in enumerate(self.columns[name])]

    def moments_or_none(self, name: str) -> list[datetime | None]:
        """Return a column as local times; an empty cell is None, an unreadable one is refused."""
        return [
            self._moment(name, index, word) if word else None for index, word in enumerate(self.columns[name])
        ]

    def days(self, name: str) -> NDArray[np.datetime64]:
        """Return a column as calendar days (datetime64[D])."""
        return np.array([each.date() for each in self.moments(name)], dtype="datetime64[D]")

    def numbers(self, name: str, *, empty: float | None = None) -> NDArray[np.float64]:
        """Return a column as float64; an empty cell becomes `empty` or is refused, anything but a number is refused."""
        if empty is None:
            self._no_gap(name)
        found = np.empty(len(self), np.float64)
        for index, word in enumerate(self.columns[name]):
            try:
                found[index] = float(word) if word or empty is None else empty
            except ValueError:
                found[index] = np.nan
            if not np.isfinite(found[index]) and not (not word and empty is not None):
                sentence = _("{file} 第 {row} 行：{column} 列的“{value}”不是数字，请改成数字。")
                raise self.refuse("not_a_number", sentence, index, column=name, value=_short(word))
        return found

    def _moment(self, name: str, index: int, word: str) -> datetime:
        known = self._moments.get(word)
        if known is None:
            known = moment(word)
            if known is None:
                sentence = _(
                    "{file} 第 {row} 行：{column} 列的“{value}”不是日期，请写成 2019-04-25 或 2019-04-25 09:30:00。"
                )
                raise self.refuse("not_a_date", sentence, index, column=name, value=_short(word))
            self._moments[word] = known
        return known

    def _no_gap(self, name: str) -> None:
        for index, word in enumerate(self.columns[name]):
            if not word:
                sentence = _("{file} 第 {row} 行：{column} 列是空的，请补上，或删去这一行。")
                raise self.refuse("empty_cell", sentence, index, column=name)


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read the named columns (in any case of letters) of a CSV file; DirtyInput says what is wrong with it."""
    found = _read(path)
    if found.problems:
        _not_usable(path, found.problems[0].sentence)
    places = _places(path, found.columns, required, optional)
    width = len(found.columns)
    if not found.rows:
        raise DirtyInput("no_rows", _("{file} 里一行数据也没有，请检查导出是否完整。"), file=path.name)
    for line, cells in found.rows:
        if len(cells) != width:
            sentence = _("{file} 第 {row} 行有 {found} 列，表头有 {width} 列，请核对这一行的逗号和引号。")
            facts = {"row": line, "found": len(cells), "width": width}
            raise DirtyInput("ragged_row", sentence, file=path.name, **facts)
    columns = {name: [cells[place].strip() for _line, cells in found.rows] for name, place in places.items()}
    return Table(path, columns, [line for line, _cells in found.rows])


def _read(path: Path) -> raw_tables.Table:
    """Return the table as the kernel reads it, every refusal with the name of the file before it."""
    if not path.name.isprintable() or not _is_there(path):
        raise DirtyInput("no_file", _("找不到文件 {file}，请核对路径。"), file=str(path))
    try:
        return raw_tables.read_table(raw_tables.read_bytes(path))
    except Invalid as error:
        _not_usable(path, str(error))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no disk can hold
        return False


def _not_usable(path: Path, why: str) -> NoReturn:
    raise DirtyInput("not_usable", _("{file}：{why}"), file=path.name, why=why)


def _places(
    path: Path, present: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> dict[str, int]:
    """Return where each wanted column stands; refuse missing and repeated ones."""
    missing = [name for name in required if name.strip().lower() not in present]
    if missing:
        sentence = _("{file} 缺少列 {missing}，表头现有 {present}；请补上这些列，或用选项指定列名。")
        facts = {
            "missing": "、".join(missing),
            "present": "、".join(map(_short, present[:NAMES_SHOWN])) or "-",
        }
        raise DirtyInput("missing_column", sentence, file=path.name, **facts)
    places = {}
    for name in dict.fromkeys((*required, *optional)):
        plain = name.strip().lower()
        if present.count(plain) > 1:
            sentence = _("{file} 的列 {column} 出现了两次，请只保留一列。")
            raise DirtyInput("repeated_column", sentence, file=path.name, column=name)
        if plain in present:
            places[name] = present.index(plain)
    return places


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:40] + "…"
