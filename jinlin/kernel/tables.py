"""From the bytes of a table to lines of text: gzip, UTF-8 with or without BOM, GB18030; clear refusals."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinlin.kernel.errors import Invalid
from jinlin.kernel.errors import gettext as _

MOST_CELL = (
    10_000_000  # characters; a cell too long for its field is one refused row, not the end of the file
)
MOST_BYTES = 512 * 1024 * 1024  # a table of all of China has some 60 MB
_KINDS = (  # data: (first bytes, what a person calls such a file)
    (b"PK\x03\x04", "Excel (xlsx) / ZIP"),
    (b"\xd0\xcf\x11\xe0", "Excel (xls)"),
    (b"%PDF", "PDF"),
    (b"\x1f\x9d", "compress"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3", "SQLite"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One refused row: the line it stands on (0: the whole file) and what to do about it."""

    line: int
    sentence: str


@dataclass(slots=True)
class Table:
    """A table as text: column names, then (line number, cells); lines that could not be read are problems."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]
    problems: list[Problem] = field(default_factory=list)


def wrong_file(sentence: str) -> Invalid:
    """An error about the file as a whole."""
    return Invalid({"file": [sentence]})


def read_bytes(path: Path | str) -> bytes:
    """Return what a file holds, unpacked if it is gzip (told by its first bytes, not by its name)."""
    try:
        raw = Path(path).read_bytes()
    except IsADirectoryError as error:
        raise wrong_file(_("这是一个文件夹，请指定一个文件。")) from error
    except OSError as error:
        raise wrong_file(_("打不开文件“%(name)s”，请核对路径和权限。") % {"name": Path(path).name}) from error
    return unpack(raw)


def unpack(raw: bytes) -> bytes:
    """Return gzip content or the bytes themselves; Invalid for a damaged or immense archive and an empty file."""
    if raw[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(raw)) as packed:
                raw = packed.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise wrong_file(_("压缩文件已损坏，请重新下载后再导入。")) from error
    if len(raw) > MOST_BYTES:
        raise wrong_file(_("文件太大，请分成几个文件导入。"))
    if not raw.strip():
        raise wrong_file(_("文件是空的，请选择有内容的文件。"))
    return raw


def read_table(raw: bytes) -> Table:
    """Return the CSV table in unpacked bytes; Invalid if the file is of another type or encoding."""
    _refuse_other_types(raw)
    lines, problems = _decode(raw)
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(_breaks_kept(lines), strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader)]
        rows = [
            (reader.line_num, cells) for cells in reader if cells and (cells[0] or any(map(str.strip, cells)))
        ]
    except StopIteration as error:
        raise wrong_file(_("文件是空的，请选择有内容的文件。")) from error
    except csv.Error as error:
        sentence = _("第 %(line)d 行不是有效的 CSV，请检查引号后重新导入。") % {"line": reader.line_num}
        raise wrong_file(sentence) from error
    return Table(columns, rows, problems)


def _breaks_kept(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield line + "\n"


def _refuse_other_types(raw: bytes) -> None:
    for first, kind in _KINDS:
        if raw.startswith(first):
            raise wrong_file(
                _("这是 %(kind)s 文件，不是 CSV，请另存为“CSV UTF-8”后再导入。") % {"kind": kind}
            )
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise wrong_file(_("文件编码是 UTF-16，请另存为“CSV UTF-8”后再导入。"))
    if raw.lstrip()[:1] in (b"{", b"[", b"<"):
        raise wrong_file(_("这不是 CSV 表格，请选择 CSV 文件。"))


def _decode(raw: bytes) -> tuple[list[str], list[Problem]]:
    """Return the lines; a line that its neighbours' encoding can't read is a problem, not the end."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or not _mostly_utf8(raw):
            return _split(text), []
    return _decode_by_line(raw)


def _split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _mostly_utf8(raw: bytes) -> bool:
    """Say whether most lines with letters beyond ASCII are good UTF-8: GB18030 text hardly ever is."""
    good = total = 0
    for line in raw.split(b"\n"):
        if line.isascii():
            continue
        total += 1
        good += _readable(line, "utf-8")
    return good * 2 > total


def _readable(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decode_by_line(raw: bytes) -> tuple[list[str], list[Problem]]:
    encoding = "utf-8" if _mostly_utf8(raw) else "gb18030"
    lines, problems = [], []
    for number, line in enumerate(raw.replace(b"\r\n", b"\n").split(b"\n"), 1):
        try:
            lines.append(line.decode(encoding))
        except UnicodeDecodeError:
            lines.append("")
            problems.append(
                Problem(
                    number, _("第 %(line)d 行：编码损坏，读不出文字，请修复后重新导入。") % {"line": number}
                )
            )
    if len(problems) * 2 > len(lines) or (problems and problems[0].line == 1):
        raise wrong_file(_("文件编码不是 UTF-8 或 GB18030，请另存为“CSV UTF-8”后再导入。"))
    return lines, problems
