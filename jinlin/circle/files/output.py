"""Result files: CSV or parquet by the name's ending, written beside and then moved, so that a stop leaves no half file."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinlin.circle.files.tables import PARQUET_ENDS
from jinlin.circle.refusal import DirtyInput
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop

ENDS = (".csv", *PARQUET_ENDS)


def check_output(path: Path, *inputs: Path | None) -> None:
    """Refuse a result file that cannot be written or would replace an input, before anything is computed."""
    if not path.name.lower().endswith(ENDS):
        sentence = _("--out 的 {file} 需以 .csv 或 .parquet 结尾。")
        raise DirtyInput("unknown_format", sentence, file=path.name)
    if not _can_hold(path):
        sentence = _("--out 的 {file} 无法写入，请先建立文件夹 {folder} 并确认有写入权限。")
        raise DirtyInput("cannot_write", sentence, file=path.name, folder=str(path.parent))
    if any(given is not None and _is_same(path, given) for given in inputs):
        sentence = _("--out 的 {file} 就是输入文件，写入会毁掉它，请换一个文件名。")
        raise DirtyInput("over_input", sentence, file=path.name)


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


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of the named columns; None becomes an empty cell. UTF-8 without a mark, as other programs expect."""
    part = path.with_name(f".{path.name}.part")
    try:
        if path.name.lower().endswith(PARQUET_ENDS):
            _parquet(part, columns, rows)
        else:
            _csv(part, columns, rows)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        sentence = _("--out 的 {file} 没有写成（{why}），请检查磁盘空间和权限。")
        raise DirtyInput(
            "cannot_write", sentence, file=path.name, why=error.strerror or str(error)
        ) from error


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if row[name] is None else row[name] for name in columns] for row in rows])


def _parquet(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa  # noqa: PLC0415  slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415  as above

    arrays = {}
    for name in columns:
        values = [row[name] for row in rows]
        floats = any(isinstance(value, float) for value in values)
        arrays[name] = pa.array([float(v) if floats and v is not None else v for v in values])
    pq.write_table(pa.table(arrays), path, compression="zstd")
