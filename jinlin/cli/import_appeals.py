"""`jinlin import appeals`: a hotline export becomes appeals and cases, once per row, with a bar and a report."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from tqdm import tqdm

FIELDS = ("external_id", "title", "text", "time", "address", "category", "lon", "lat", "kind", "phone")
NEEDED = ("external_id", "text", "time")


def read_map(text: str) -> dict[str, str]:
    """Return field -> column from `external_id=id,title=title,...`; BadParameter in one sentence."""
    found: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        name, _sep, column = pair.partition("=")
        if name.strip() not in FIELDS or not column.strip():
            raise click.BadParameter(
                _("“%(pair)s”不认识；可用字段：%(names)s") % {"pair": pair, "names": "、".join(FIELDS)}
            )
        found[name.strip()] = column.strip()
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise click.BadParameter(_("还缺字段：%(names)s") % {"names": "、".join(missing)})
    return found


@dataclass(frozen=True)
class Table:
    """The rows of an export with their line numbers."""

    rows: list[tuple[int, dict[str, str]]]

    @classmethod
    def read(cls, path: Path, columns: dict[str, str]) -> Table:
        """Read UTF-8 or GB18030, plain or gzip; ClickException when the file can't be used."""
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            try:
                raw = gzip.decompress(raw)
            except (OSError, EOFError) as error:
                raise click.ClickException(
                    _("%(file)s 压缩包已损坏，请重新导出。") % {"file": path.name}
                ) from error
        reader = csv.DictReader(io.StringIO(_decoded(raw, path.name), newline=""))
        have = set(reader.fieldnames or ())
        missing = sorted(set(columns.values()) - have)
        if missing:
            words = {"file": path.name, "names": "、".join(missing)}
            raise click.ClickException(_("%(file)s 第 1 行没有这些列：%(names)s。请核对 --map。") % words)
        return cls(list(_lines(reader)))


def _decoded(raw: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.ClickException(
        _("%(file)s 的编码不是 UTF-8 也不是 GB18030，请另存为 UTF-8。") % {"file": name}
    )


def _lines(reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(10_000_000)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise click.ClickException(
                _("第 %(line)d 行不是合法的 CSV：%(why)s") % {"line": reader.line_num, "why": error}
            ) from error
        yield (
            reader.line_num,
            {
                key: value or ""
                for key, value in row.items()
                if isinstance(key, str) and not isinstance(value, list)
            },
        )


@click.command("appeals")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "mapping",
    required=True,
    help="external_id=id,title=title,text=body,time=time[,address=..,category=..,lon=..,lat=..]",
)
@click.option(
    "--default",
    "default_place",
    default="",
    help="region code used when neither point nor address tells where",
)
@click.option("--system", default="", help="name of the exporting system; default: the file's name")
@click.option(
    "--datum", type=click.Choice(["wgs84", "gcj02", "bd09"]), default="wgs84", help="of lon and lat"
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write refused rows here as CSV",
)
def appeals(**options: Any) -> None:
    """Turn a hotline export (CSV, plain or gzip) into appeals and cases; safe to run twice."""
    from jinlin.cases.actions.importing import Importer  # noqa: PLC0415  Django is ready by now

    path: Path = options["file"]
    columns = read_map(options["mapping"])
    table = Table.read(path, columns)
    importer = Importer(
        system=options["system"] or path.name.split(".")[0],
        default_place=options["default_place"],
        datum=options["datum"],
    )
    bar = tqdm(total=len(table.rows), unit="row", file=sys.stderr, desc=_("导入诉求"), mininterval=0.5)
    with bar:
        for line, row in table.rows:
            importer.take(line, {name: row.get(column, "") for name, column in columns.items()})
            bar.update()
        importer.finish()
    for line, sentence in importer.problems[:20]:
        click.echo(_("第 %(line)d 行：%(why)s") % {"line": line, "why": sentence}, err=True)
    if options["report_file"]:
        _write_report(options["report_file"], importer.problems)
    click.echo(json.dumps(importer.counts()))


def _write_report(path: Path, problems: list[tuple[int, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["line", "problem"])
        writer.writerows(problems)
