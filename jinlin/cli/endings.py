"""How every reading of a file looks from outside: a bar and sentences on stderr, the counts as the last line on stdout."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click
from tqdm import tqdm

from jinlin.kernel.errors import JinlinError
from jinlin.kernel.errors import gettext as _
from jinlin.kernel.tables import Problem

NOTHING = {"read": 0, "added": 0, "changed": 0, "refused": 0}  # what an import of an unusable file ends with
SHOWN = 50  # refused rows on the screen; all of them go into --report


class Report(Protocol):
    """What became of a file."""

    problems: list[Problem]
    notes: list[str]

    def counts(self) -> dict[str, int]:
        """The numbers it ends with."""


file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
report_option = click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write refused rows here as CSV",
)


@contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on stderr; the yielded function takes (done, in all)."""
    with tqdm(unit=unit, file=sys.stderr, mininterval=0.5, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        yield show
        bar.refresh()  # a short run ends before the first half second


@contextmanager
def ending(
    report_file: Path | None, nothing: Mapping[str, int] = NOTHING, *, err: bool = False
) -> Iterator[Callable[[Report], Any]]:
    """Whatever happens, the last line on stdout (or stderr) is the counts; an unusable file exits with 1."""
    reports: list[Report] = []
    try:
        yield reports.append
    except JinlinError as error:
        click.echo(str(error), err=True)
        click.echo(json.dumps(nothing), err=err)
        sys.exit(1)
    for report in reports:
        _tell(report, report_file, err)


def _tell(report: Report, report_file: Path | None, err: bool) -> None:
    for problem in report.problems[:SHOWN]:
        click.echo(problem.sentence, err=True)
    if len(report.problems) > SHOWN:
        left = len(report.problems) - SHOWN
        click.echo(_("还有 %(count)d 行未收，用 --report 写成文件查看。") % {"count": left}, err=True)
    for note in report.notes:
        click.echo(note, err=True)
    is_written = report_file is None or _write_problems(report_file, report.problems)
    click.echo(json.dumps(report.counts()), err=err)
    if not is_written:
        sys.exit(1)


def _write_problems(path: Path, problems: Sequence[Problem]) -> bool:
    """Write the refused rows; False, with a sentence, where that can't be: what was done stays done."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(["line", "problem"])
            writer.writerows([problem.line, problem.sentence] for problem in problems)
    except OSError as error:
        words = {"name": path, "why": error.strerror or error}
        click.echo(_("写不了“%(name)s”（%(why)s），请换一个可以写入的位置。") % words, err=True)
        return False
    return True
