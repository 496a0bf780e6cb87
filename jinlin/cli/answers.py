"""What commands from files to files share: signs of life on stderr, one JSON line on stdout, one sentence for a refusal."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from jinlin.kernel.errors import JinlinError


class Plugged(click.Group):
    """A group that loads a command when it is asked for, so that `--help` stays quick; `plugged`: name -> module."""

    plugged: Mapping[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands that are there."""
        return sorted([*self.commands, *(name for name, module in self.plugged.items() if find_spec(module))])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        module = self.plugged.get(cmd_name)
        if module is None or find_spec(module) is None:
            return super().get_command(ctx, cmd_name)
        found = getattr(import_module(module), cmd_name)
        return found if isinstance(found, click.Command) else None


class Within(click.FloatRange):
    """A range of numbers; NaN, which no comparison keeps out, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or fail as click does."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not in the range {self._describe_range()}.", param, ctx)
        return number


def say(sentence: str, **facts: Any) -> None:
    """Show a step on stderr."""
    click.echo(sentence.format_map(facts), err=True)


def counting(sentence: str) -> Callable[[int, int], None]:
    """Return a function that rewrites one line with (done, of all), on a terminal only."""
    shown = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if shown:
            click.echo(f"\r{sentence} {done}/{total}", nl=done == total, err=True)

    return show


@contextmanager
def finishing(refused: int = 1) -> Iterator[dict[str, Any]]:
    """Give a dict for the summary; it becomes the last line on stdout. A refusal is one sentence and exit code `refused`."""
    started = time.perf_counter()
    summary: dict[str, Any] = {}
    try:
        yield summary
    except JinlinError as error:
        click.echo(str(error), err=True)
        sys.exit(refused)
    summary["seconds"] = round(time.perf_counter() - started, 3)
    click.echo(json.dumps(summary, ensure_ascii=False))
