"""Result files: CSV, CSV.gz or parquet by the name's ending, written beside and then moved: a stop leaves no half file."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinlin.kernel.errors import gettext_noop
from jinlin.kernel.refusal import DirtyInput

_ = gettext_noop

PARQUET_ENDS = (".parquet", ".pq")
PACKED_END = ".gz"
CSV_ENDS = (".csv", ".csv.gz")
ENDS = (*CSV_ENDS, *PARQUET_ENDS)


def check_output(path: Path, *inputs: Path | None, ends: Sequence[str] = ENDS, option: str = "--out") -> None:
    """Refuse a result file that cannot be written or would replace an input, before anything is computed."""
    if not path.name.lower().endswith(tuple(ends)):
        sentence = _("{option} 的 {file} 需以 {ends} 结尾。")
        shown = " / ".join(ends)
        raise DirtyInput("unknown_format", sentence, file=path.name, ends=shown, option=option)
    if not _can_hold(path):
        sentence = _("{option} 的 {file} 无法写入，请先建立文件夹 {folder} 并确认有写入权限。")
        raise DirtyInput("cannot_write", sentence, file=path.name, folder=str(path.parent), option=option)
    if any(given is not None and _is_same(path, given) for given in inputs):
        sentence = _("{option} 的 {file} 就是输入文件，写入会毁掉它，请换一个文件名。")
        raise DirtyInput("over_input", sentence, file=path.name, option=option)


def _can_hold(path: Path) -> bool:
    """Say whether a file of this name can be written in its folder, as far as one can know beforehand."""
    try:
        return path.parent.is_dir() and os.access(path.parent, os.W_OK) and not path.is_dir()
    except OSError:  # a name that no disk can hold
        return False


def _is_same(path: Path, given: Path) -> bool:
    """Say whether two names lead to one file, which need not be there yet; an unreadable name leads nowhere."""
    try:
        return path.resolve() == given.resolve() or path.samefile(given)
    except OSError:
        return False


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give a path to write to, moved to its place when all went well; DirtyInput when the disk refuses."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        sentence = _("{file} 没有写成（{why}），请检查磁盘空间和权限。")
        why = error.strerror or str(error)
        raise DirtyInput("cannot_write", sentence, file=path.name, why=why) from error
    finally:
        part.unlink(missing_ok=True)


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of the named columns; None becomes an empty cell. UTF-8 without a mark, as other programs expect."""
    name = path.name.lower()
    with written(path) as part:
        if name.endswith(PARQUET_ENDS):
            _parquet(part, columns, rows)
        else:
            _csv(part, columns, rows, packed=name.endswith(PACKED_END))


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, packed: bool) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if row[name] is None else row[name] for name in columns] for row in rows])
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)


def _parquet(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa  # noqa: PLC0415  slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415  as above

    arrays = {}
    for name in columns:
        values = [row[name] for row in rows]
        floats = any(isinstance(value, float) for value in values)
        arrays[name] = pa.array([float(v) if floats and v is not None else v for v in values])
    pq.write_table(pa.table(arrays), path, compression="zstd")
