"""`jinlin performance`: count the timelines anew, prove the counters, publish a composite."""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from django.utils.translation import gettext as _

from jinlin.cli.endings import progress_bar
from jinlin.people.access import SYSTEM
from jinlin.performance import actions
from jinlin.places.rules import is_region_code


@click.group("performance")
def performance() -> None:
    """The counters behind boards and indicators."""


def _county(_context: Any, _option: Any, value: str) -> str:
    if value and not (is_region_code(value) and value.endswith("000000") and value[4:6] != "00"):
        raise click.BadParameter(_("请填县（市、区）的 12 位区划代码，或去掉 --county 全部重算。"))
    return value


county_option = click.option("--county", default="", callback=_county, help="only this county's counters")


@performance.command()
@county_option
def rebuild(county: str) -> None:
    """Throw the counters away and count the timelines anew; moves wait while a county is written."""
    began = time.monotonic()
    with progress_bar("line") as told:
        verdict = actions.rebuild_counters(county=county, told=told)
    _tell(verdict, began)


@performance.command()
@county_option
def check(county: str) -> None:
    """Prove that the counters are what the timelines say; exit 1 and show the first differences if not."""
    began = time.monotonic()
    with progress_bar("line") as told:
        verdict = actions.check_counters(county=county, told=told)
    for one in verdict.differences:
        where = " ".join(filter(None, map(str, one.row)))
        click.echo(
            _("%(table)s %(where)s %(measure)s：计数器是 %(kept)d，按时间线应为 %(true)d。")
            % {
                "table": one.table,
                "where": where,
                "measure": one.measure,
                "kept": one.kept,
                "true": one.true,
            },
            err=True,
        )
    if verdict.wrong:
        click.echo(_("计数器与时间线不符，请运行 jinlin performance rebuild 重算。"), err=True)
    _tell(verdict, began, wrong=verdict.wrong)
    sys.exit(1 if verdict.wrong else 0)


def _tell(verdict: actions.Verdict, began: float, **more: int) -> None:
    seconds = time.monotonic() - began
    told = {
        "cases": verdict.cases,
        "events": verdict.lines,
        "rows": verdict.rows,
        **more,
        "seconds": round(seconds, 2),
        "events_per_second": round(verdict.lines / max(seconds, 1e-9)),
    }
    click.echo(json.dumps(told))


@performance.command()
@click.option("--code", required=True, help="short name in small letters, kept over all versions")
@click.option("--name", required=True, help="what people read")
@click.option("--source", required=True, help="the document that decided the weights")
@click.argument("weights", nargs=-1)
def weigh(code: str, name: str, source: str, weights: tuple[str, ...]) -> None:
    """Publish a composite of rates from today on: `close_rate=20 satisfaction_rate=30 ...`, together 100."""
    parts: dict[str, Decimal] = {}
    for text in weights:
        indicator, _sep, percent = text.partition("=")
        try:
            parts[indicator.strip()] = Decimal(percent)
        except InvalidOperation:
            raise click.BadParameter(
                _("“%(text)s”看不懂，请写成 close_rate=20 这样。") % {"text": text}
            ) from None
    made = actions.set_weights(actor=SYSTEM, code=code, name=name, source=source, weights=parts)
    click.echo(json.dumps({"code": made.code, "version": made.version}))


@performance.command()
@click.argument("code")
def unweigh(code: str) -> None:
    """Stop publishing a composite; its versions stay on the formula page."""
    made = actions.end_weights(actor=SYSTEM, code=code)
    click.echo(json.dumps({"code": made.code, "version": made.version}))
