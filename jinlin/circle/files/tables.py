"""Tables from CSV (plain or gzip, UTF-8) and parquet, as columns of numpy arrays.

Everything is read as text first, so that a refusal can quote what stands in the file; ids stay text unless all of them
are plain whole numbers (leading zeros of a code survive).
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jinlin.circle.network import Flags, Floats, Ids
from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput
from jinlin.kernel.results import CSV_ENDS, PARQUET_ENDS

_ = gettext_noop

YES = frozenset({"1", "true", "t", "yes", "y", "是"})  # data
NO = frozenset({"", "0", "false", "f", "no", "n", "否", "none", "nan"})  # data
LARGEST_WHOLE = 2.0**53
TURNED = frozenset({"-1", "reverse"})
LONGEST_CELL: Final = 131_072  # letters


@dataclass(frozen=True, eq=False)
class Table:
    """The columns asked for, as pyarrow arrays of one length; `path` and `row_of` serve refusals only."""

    path: Path
    columns: Mapping[str, Any]
    rows: int
    cache: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name a person knows the file by."""
        return self.path.name

    def has(self, name: str) -> bool:
        """Say whether an optional column is there."""
        return name in self.columns

    def row_of(self, index: int) -> int:
        """Return the line of a CSV file (1 is the header), or the row of a parquet file counted from 1."""
        if self.path.name.endswith(PARQUET_ENDS):
            return index + 1
        for number, line in enumerate(_lines(self.path)):
            if number == index + 1:
                return line
        return index + 2

    def refuse(self, code: str, sentence: str, index: int, **facts: Any) -> DirtyInput:
        """Make the refusal of one row; the sentence may use {file} and {row}."""
        return DirtyInput(code, sentence, file=self.file, row=self.row_of(index), **facts)

    def numbers(self, name: str) -> Floats:
        """Return a column as float64; an empty or unreadable cell is refused, NaN and infinities are handed on."""
        column = self.columns[name]
        self._no_gaps(name, column)
        try:
            return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False))
        except pa.ArrowException:
            index, value = next((i, v) for i, v in enumerate(column.to_pylist()) if not _is_number(v))
            sentence = _("{file} 第 {row} 行：{column} 列的“{value}”不是数字，请改成数字。")
            raise self.refuse("not_a_number", sentence, index, column=name, value=value) from None

    def texts(self, name: str, *, empty: bool = False) -> list[str]:
        """Return a column as trimmed words; empty cells are refused unless `empty`."""
        column = pc.utf8_trim_whitespace(pc.fill_null(self._words(name), ""))
        if not empty:
            blank = pc.equal(column, "")
            if pc.any(blank).as_py():
                self._refuse_gap(name, int(np.argmax(blank.to_numpy(zero_copy_only=False))))
        words: list[str] = column.to_pylist()
        return words

    def ids(self, name: str) -> Ids:
        """Return a column of ids: int64 when all are plain whole numbers, else text."""
        self._no_gaps(name, self.columns[name])
        return _plain_ids(self.columns[name], self._words(name))

    def arrows(self, name: str) -> tuple[Flags, Flags]:
        """Return (one-way, against the row's direction) from a column such as OpenStreetMap's oneway."""
        words = np.array([word.lower() for word in self.texts(name, empty=True)], dtype=np.str_)
        forward, backward = np.isin(words, list(YES)), np.isin(words, list(TURNED))
        known = forward | backward | np.isin(words, list(NO))
        if not known.all():
            index = int(np.argmin(known))
            sentence = _(
                "{file} 第 {row} 行：{column} 列的“{value}”无法识别，请填 true 或 false（-1 表示反向单行）。"
            )
            raise self.refuse("bad_flag", sentence, index, column=name, value=str(words[index]))
        return forward | backward, backward

    def _words(self, name: str) -> Any:
        """Return a column as text; lists and records inside a cell are refused."""
        column = self.columns[name]
        try:
            return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())
        except pa.ArrowException:
            sentence = _("{file} 的列 {column} 不是文字也不是数字，请每格只存一个值后重新导出。")
            raise DirtyInput("not_plain", sentence, file=self.file, column=name) from None

    def _no_gaps(self, name: str, column: Any) -> None:
        blank = column.is_null()
        if pa.types.is_string(column.type):
            blank = pc.or_(blank, pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True))
        if pc.any(blank).as_py():
            self._refuse_gap(name, int(np.argmax(blank.to_numpy(zero_copy_only=False))))

    def _refuse_gap(self, name: str, index: int) -> None:
        sentence = _("{file} 第 {row} 行：{column} 列是空的，请补上，或删去这一行。")
        raise self.refuse("empty_cell", sentence, index, column=name)


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read the named columns of a CSV or parquet file; DirtyInput says what is wrong with it."""
    name = path.name.lower()
    if not is_there(path):
        raise DirtyInput("no_file", _("找不到文件 {file}，请核对路径。"), file=str(path))
    if name.endswith(PARQUET_ENDS):
        found = _read_parquet(path, required, optional)
    elif name.endswith(CSV_ENDS):
        found = _read_csv(path, required, optional)
    else:
        sentence = _("{file} 的格式不认识，请提供 .csv、.csv.gz 或 .parquet 文件。")
        raise DirtyInput("unknown_format", sentence, file=path.name)
    if not found.num_rows:
        raise DirtyInput("no_rows", _("{file} 里一行数据也没有，请检查导出是否完整。"), file=path.name)
    columns = {each: found.column(each).combine_chunks() for each in found.column_names}
    return Table(path, columns, found.num_rows)


def is_there(path: Path) -> bool:
    """Say whether a file is there; a name that no disk can hold is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _read_parquet(path: Path, required: Sequence[str], optional: Sequence[str]) -> Any:
    import pyarrow.parquet as pq  # noqa: PLC0415  a tenth of a second that CSV readers need not wait for

    try:
        names = pq.read_schema(path).names
        wanted = _wanted(path, names, required, optional)
        return pq.read_table(path, columns=wanted)
    except (pa.ArrowException, OSError) as error:
        sentence = _("{file} 不是有效的 parquet 文件，请重新导出，或改用 CSV。")
        raise DirtyInput("not_parquet", sentence, file=path.name) from error


def _read_csv(path: Path, required: Sequence[str], optional: Sequence[str]) -> Any:
    import pyarrow.csv as arrow_csv  # noqa: PLC0415  as above

    content = _text_of(path)
    names = _header(path, content)
    wanted = _wanted(path, [name.strip() for name in names], required, optional)
    raw = {name.strip(): name for name in names}
    convert = arrow_csv.ConvertOptions(
        include_columns=[raw[name] for name in wanted],
        column_types={raw[name]: pa.string() for name in wanted},
        strings_can_be_null=False,
    )
    parse = arrow_csv.ParseOptions(newlines_in_values=b'"' in content)
    try:
        found = arrow_csv.read_csv(io.BytesIO(content), parse_options=parse, convert_options=convert)
    except pa.ArrowInvalid as error:
        raise _ragged(path, len(names), error) from error
    return found.rename_columns(wanted)


def _text_of(path: Path) -> bytes:
    """Return the bytes of a CSV file, unpacked and known to be UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        sentence = _("{file} 读不了（{why}），请检查文件权限。")
        raise DirtyInput("unreadable", sentence, file=path.name, why=error.strerror) from error
    if path.name.lower().endswith(".gz"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            sentence = _("{file} 打不开，压缩包已损坏或并非 gzip，请重新导出。")
            raise DirtyInput("not_gzip", sentence, file=path.name) from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise DirtyInput("empty_file", _("{file} 是空文件，请检查导出是否完整。"), file=path.name)
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            sentence = _("{file} 第 {row} 行不是 UTF-8 编码，请在 Excel 中另存为“CSV UTF-8”。")
            raise DirtyInput("not_utf8", sentence, file=path.name, row=line) from None
    if b"\0" in content:
        sentence = _("{file} 不是 CSV 文本（含有零字节），请另存为 UTF-8 编码的 CSV。")
        raise DirtyInput("not_text", sentence, file=path.name)
    return content


def _header(path: Path, content: bytes) -> list[str]:
    _line, names = next(_records(path, content.split(b"\n", 1)[0]), (1, []))
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        sentence = _("{file} 的分隔符不是逗号，请另存为以英文逗号分隔的 CSV。")
        raise DirtyInput("not_commas", sentence, file=path.name)
    return names


def _wanted(path: Path, names: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """Return the columns to read; refuse missing and repeated ones."""
    missing = [name for name in required if name not in names]
    if missing:
        sentence = _("{file} 缺少列 {missing}，表头现有 {present}；请补上这些列（第 1 行是表头）。")
        facts = {"missing": "、".join(missing), "present": "、".join(names[:12]) or "-"}
        raise DirtyInput("missing_column", sentence, file=path.name, **facts)
    wanted = [name for name in (*required, *optional) if name in names]
    for name in wanted:
        if list(names).count(name) > 1:
            sentence = _("{file} 的列 {column} 出现了两次，请只保留一列。")
            raise DirtyInput("repeated_column", sentence, file=path.name, column=name)
    return wanted


def _records(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each record of a CSV file with the line on which it starts; blank lines are no records."""
    started = 1
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    try:
        for record in reader:
            if any(len(cell) > LONGEST_CELL for cell in record):
                raise csv.Error("field larger than field limit")  # whatever limit others set in this process
            if record:
                yield started, record
            started = reader.line_num + 1
    except csv.Error as error:  # a cell too long for a table: a quote that nobody closed, or no table at all
        sentence = _("{file} 第 {row} 行有一格长得不像表格，请检查引号是否成对，另存为 UTF-8 编码的 CSV。")
        raise DirtyInput("not_csv", sentence, file=path.name, row=started) from error


def _lines(path: Path) -> Iterator[int]:
    """Yield the line on which each record of a CSV file starts, the header's first."""
    for started, _record in _records(path, _text_of(path)):
        yield started


def _ragged(path: Path, width: int, error: Exception) -> DirtyInput:
    """Turn what the parser says about a torn row into a sentence."""
    for started, record in _records(path, _text_of(path)):
        if len(record) != width:
            sentence = _("{file} 第 {row} 行有 {found} 列，表头有 {width} 列，请核对这一行的逗号和引号。")
            return DirtyInput(
                "ragged_row", sentence, file=path.name, row=started, found=len(record), width=width
            )
    sentence = _("{file} 无法按 CSV 读取（{why}），请另存为 UTF-8 编码的 CSV。")
    return DirtyInput("not_csv", sentence, file=path.name, why=str(error).split("\n")[0][:120])


def _plain_ids(column: Any, words: Any) -> NDArray[Any]:
    """Return whole numbers as int64, everything else as trimmed text."""
    if pa.types.is_floating(column.type):
        values = column.to_numpy(zero_copy_only=False)
        if np.all((values == np.floor(values)) & (np.abs(values) < LARGEST_WHOLE)):
            return np.asarray(values).astype(np.int64)
    text = pc.utf8_trim_whitespace(words)
    try:
        whole = pc.cast(text, pa.int64())
    except pa.ArrowInvalid:
        return np.asarray(text.to_pylist(), dtype=np.str_)
    if pa.types.is_integer(column.type) or pc.all(pc.equal(pc.cast(whole, pa.string()), text)).as_py():
        return np.asarray(whole.to_numpy(zero_copy_only=False))
    return np.asarray(text.to_pylist(), dtype=np.str_)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
