"""Checks the rows of a table of divisions, so that only a whole tree reaches the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from jinlin.kernel import text
from jinlin.kernel.errors import Invalid
from jinlin.kernel.geo import CHINA, inside, to_wgs84
from jinlin.kernel.tables import Problem, Table, read_bytes, read_table, unpack, wrong_file
from jinlin.places import rules
from jinlin.places.rules.history import Seen

_ALSO_CALLED = {  # data: column names met in published tables
    "code": ("code", "代码", "区划代码", "统计用区划代码"),
    "parent": ("parent", "上级代码", "父级代码"),
    "level": ("level", "级别", "层级"),
    "name": ("name", "名称"),
    "rank": ("rank",),
    "ur_class": ("ur_class", "ur_class_2016", "ur_code", "城乡分类代码"),
    "lon": ("longitude",),  # tables of 2016 give GCJ-02
    "lat": ("latitude",),
}
_LEVEL_WORDS = {  # data
    "province": 1, "省": 1, "city": 2, "prefecture": 2, "市": 2, "county": 3, "district": 3, "县": 3, "区": 3,
    "town": 4, "township": 4, "street": 4, "乡镇": 4, "街道": 4, "village": 5, "community": 5, "村": 5, "社区": 5,
}  # fmt: skip
_NO_PARENT = ("", "0", "000000000000", "100000000000")
_FORMULA = re.compile(r"[=+@\-<>]")


@dataclass(slots=True)
class Divisions:
    """A checked table: units that form whole trees, their roots with the deepest level, and what was refused.

    A file of villages without their town speaks about that town (`roots`) but not about all of it (`partial`).
    """

    seen: dict[str, Seen]
    roots: dict[str, int]
    read: int
    problems: list[Problem]
    partial: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)  # codes of refused rows: not missing, only not readable
    may_lack: bool = False  # a refused row had no readable code, so nothing may be called missing


def read_divisions(file: Path | str | bytes, standing: Callable[[set[str]], set[str]]) -> Divisions:
    """Return the checked units of a CSV file (a path, or its bytes; plain or gzip).

    `standing(codes)` says which of these codes the database has. Invalid if it is no such table at all.
    """
    raw = unpack(file) if isinstance(file, bytes) else read_bytes(file)
    return check_table(read_table(raw), standing)


def table_of(rows: Iterable[Mapping[str, str]]) -> Table:
    """Return a table made of dictionaries; line numbers count as if a header stood above them."""
    listed = list(rows)
    columns = list(dict.fromkeys(name for row in listed for name in row))
    cells = [(n, [str(row.get(c, "") or "") for c in columns]) for n, row in enumerate(listed, 2)]
    return Table([c.lower() for c in columns], cells)


def check_table(table: Table, standing: Callable[[set[str]], set[str]]) -> Divisions:
    """Return the units whose rows are right, and one sentence for each row that is not."""
    return _Check(table).run(standing)


class _RefusedRow(Exception):
    """Carries the sentence about one row."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    parent: str
    seen: Seen


class _Check:
    """One table on its way through the gate."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.where = _columns(table.columns)
        self.rows: dict[str, _Row] = {}
        self.found = Divisions({}, {}, len(table.rows) + len(table.problems), list(table.problems))
        self.found.may_lack = bool(table.problems)

    def run(self, standing: Callable[[set[str]], set[str]]) -> Divisions:
        for line, cells in self.table.rows:
            self._take(line, cells)
        outside = {row.parent for row in self.rows.values() if row.parent and row.parent not in self.rows}
        self._keep_whole_trees(standing(_with_ancestors(outside)) if outside else set())
        self.found.problems.sort(key=lambda p: p.line)
        return self.found

    def _take(self, line: int, cells: list[str]) -> None:
        try:
            if "\n" in "".join(cells):  # a stray quote may have swallowed other rows
                self.found.may_lack = True
                raise _RefusedRow(_("格子里有换行，可能多了一个引号，请改正。"))
            if len(cells) != len(self.table.columns):
                raise _RefusedRow(
                    _("这一行有 %(now)d 列，表头有 %(want)d 列，请补齐。")
                    % {"now": len(cells), "want": len(self.table.columns)}
                )
            row = self._row(line, cells)
        except _RefusedRow as refused:
            self._refuse(line, self._code_in(cells), str(refused))
        else:
            self.rows[row.seen.code] = row

    def _code_in(self, cells: list[str]) -> str:
        where = self.where["code"]
        return cells[where].strip() if where < len(cells) else ""

    def _refuse(self, line: int, code: str, sentence: str) -> None:
        self.found.problems.append(
            Problem(line, _("第 %(line)d 行：%(what)s") % {"line": line, "what": sentence})
        )
        if rules.is_region_code(code):
            self.found.spared.add(code)
        else:
            self.found.may_lack = True

    def _cell(self, cells: list[str], column: str) -> str:
        where = self.where.get(column)
        return cells[where].strip() if where is not None else ""

    def _row(self, line: int, cells: list[str]) -> _Row:
        code = self._cell(cells, "code")
        if not rules.is_region_code(code):
            raise _RefusedRow(
                _("代码“%(code)s”不是 12 位统计用区划代码，请核对（不要用 Excel 的科学计数格式）。")
                % {"code": code[:40]}
            )
        if code in self.rows:
            raise _RefusedRow(
                _("代码 %(code)s 与第 %(line)d 行重复，请只保留一行。")
                % {"code": code, "line": self.rows[code].line}
            )
        level = rules.level_of(code)
        self._check_level(cells, level)
        parent = self._parent(cells, code, level)
        name = _name(cells[self.where["name"]])
        ur_class = self._cell(cells, "ur_class")
        if ur_class and ur_class not in rules.UR_CLASSES:
            raise _RefusedRow(
                _("城乡分类代码“%(code)s”不认识，请按国家统计局的三位分类填写或留空。")
                % {"code": ur_class[:20]}
            )
        lon, lat = _point(self._cell(cells, "lon"), self._cell(cells, "lat"))
        return _Row(line, parent, Seen(code, name, rules.stem(name, level), level, ur_class, lon, lat))

    def _check_level(self, cells: list[str], level: int) -> None:
        word = self._cell(cells, "level").lower()
        given = int(word) if word in ("1", "2", "3", "4", "5") else _LEVEL_WORDS.get(word)
        rank = self._cell(cells, "rank")
        if given != level or (rank and rank != str(level)):
            raise _RefusedRow(
                _("级别写的是“%(word)s”，按代码应是 %(level)d，请改正。")
                % {"word": word[:20], "level": level}
            )

    def _parent(self, cells: list[str], code: str, level: int) -> str:
        parent, due = self._cell(cells, "parent"), rules.parent_code(code, level)
        if parent != due and not (due == "" and parent in _NO_PARENT):
            raise _RefusedRow(
                _("上级代码写的是“%(parent)s”，按代码应是 %(due)s，请改正。")
                % {"parent": parent[:40], "due": due or _("空")}
            )
        return due

    def _keep_whole_trees(self, standing: set[str]) -> None:
        """Accept rows from the top down: a row stands if its parent does, or if it is a root of the file."""
        lowest_root = max(3, min((row.seen.level for row in self.rows.values()), default=3))
        for code in sorted(self.rows, key=lambda c: (self.rows[c].seen.level, c)):
            row = self.rows[code]
            seen, parent = self.found.seen, row.parent
            here = not parent or parent in seen or parent in standing
            if not here and not self._may_be_root(row, standing, lowest_root):
                sentence = _("找不到上级 %(parent)s，请先导入上级或补上那一行。") % {"parent": parent}
                self._refuse(row.line, code, sentence)
                continue
            self._note_root(row)
            seen[code] = row.seen
        self._measure_depth()

    def _note_root(self, row: _Row) -> None:
        """A row is a root of the file if the file shows nothing above it."""
        code, level = row.seen.code, row.seen.level
        if any(above in self.found.seen for above in rules.lineage(code)):
            return
        if level == 5:
            self.found.partial.add(row.parent)
            code = row.parent
        self.found.roots[code] = level

    def _may_be_root(self, row: _Row, standing: set[str], lowest_root: int) -> bool:
        """A county or above may lack its parent, unless a unit further up is here: then the tree has a hole."""
        if row.seen.level > lowest_root or row.seen.level == 5:
            return False
        above = rules.lineage(row.seen.code)
        return not any(code in self.rows or code in standing or code in self.found.spared for code in above)

    def _measure_depth(self) -> None:
        prefixes = {rules.prefix_of(root): root for root in self.found.roots}
        lengths = sorted({len(prefix) for prefix in prefixes})
        for code, seen in self.found.seen.items():
            root = next((prefixes[code[:n]] for n in lengths if code[:n] in prefixes), None)
            if root is not None and seen.level > self.found.roots[root]:
                self.found.roots[root] = seen.level


def _with_ancestors(codes: set[str]) -> set[str]:
    return codes | {above for code in codes for above in rules.lineage(code)}


def _columns(names: list[str]) -> dict[str, int]:
    """Return where each column stands; Invalid naming the columns that are missing."""
    where: dict[str, int] = {}
    for column, spellings in _ALSO_CALLED.items():
        for spelling in spellings:
            if spelling in names:
                where[column] = names.index(spelling)
                break
    missing = [column for column in ("code", "parent", "level", "name") if column not in where]
    if missing:
        raise wrong_file(
            _("缺少列：%(columns)s。第一行应是列名，至少有 code、parent、level、name。")
            % {"columns": _("、").join(missing)}
        )
    return where


def _name(cell: str) -> str:
    try:
        name = text.clean(cell, max_length=60, field="name")
    except Invalid as error:
        raise _RefusedRow(_("名称有误：%(why)s") % {"why": error.message}) from error
    if not name:
        raise _RefusedRow(_("名称是空的，请填写。"))
    if _FORMULA.match(name):
        raise _RefusedRow(_("名称“%(name)s”不像地名，请改正。") % {"name": name[:20]})
    return name


def _point(lon: str, lat: str) -> tuple[float | None, float | None]:
    """Return a unit's point in WGS84 (published tables give GCJ-02); a point that is none is left out."""
    if not lon:
        return None, None
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None, None
    if not inside(CHINA, x, y):
        return None, None
    x, y = to_wgs84(x, y, "gcj02")
    return round(x, 6), round(y, 6)
