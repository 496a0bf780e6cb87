"""`jinlin insight warn`: where more happens than usual, from a file of events to a file of alarms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jinlin.cli.answers import Within, counting, finishing, say
from jinlin.cli.insight import REFUSED
from jinlin.kernel.errors import gettext_noop

_ = gettext_noop

_FILE = click.Path(path_type=Path)
COLUMNS = ("date", "category", "places", "observed", "expected", "window_days", "score", "method")


@click.command("warn")
@click.option("--in", "given", type=_FILE, required=True, help="events, one a row")
@click.option("--time", default="time", show_default=True, help="column of the day or time")
@click.option("--category", default="category", show_default=True, help="column of the matter")
@click.option(
    "--place", default="place", show_default=True, help="column of the place: a grid, a village, a precinct"
)
@click.option("--lat", default="lat", show_default=True, help="column of the latitude (degrees)")
@click.option("--lon", default="lon", show_default=True, help="column of the longitude (degrees)")
@click.option("--reporter", help="column of who reported: one person's repeats count once")
@click.option("--train-to", required=True, help="last day to learn from")
@click.option("--from", "start", required=True, help="first day to warn on")
@click.option("--to", "stop", required=True, help="last day to warn on")
@click.option(
    "--alarms-per-60-days",
    default=1.0,
    show_default=True,
    type=Within(0.01, 30),
    help="alarm days the office bears for each matter in 60 days",
)
@click.option(
    "--minimum",
    default=5,
    show_default=True,
    type=click.IntRange(5),
    help="fewer events (people) are never told",
)
@click.option(
    "--chinese-calendar",
    is_flag=True,
    help="holidays and make-up working days of the mainland are days of their own kind",
)
@click.option("--out", type=_FILE, required=True, help="alarms, .csv or .csv.gz")
def warn(given: Path, out: Path, start: str, stop: str, train_to: str, **options: Any) -> None:
    """Days and neighbourhoods on which a matter is reported more than usual, within a budget of false alarms.

    Columns of OUT: date, category, places (joined by ";"), observed, expected, window_days, score (1: just over the
    line), method (scan: lasting rise in a neighbourhood; burst: within three days; ewma: one place; whole: everywhere).
    Lines come from days up to --train-to; nothing later than a day is used for that day. A place that was told keeps
    quiet for 14 days.
    """
    with finishing(REFUSED) as summary:
        from jinlin.insight.files.incidents import Period, read_events  # noqa: PLC0415  arrays are slow to load
        from jinlin.insight.scan.city import City  # noqa: PLC0415  as above
        from jinlin.insight.scan.night import Budget  # noqa: PLC0415  as above
        from jinlin.kernel.results import CSV_ENDS, check_output, write_rows  # noqa: PLC0415  as above

        period = Period.of(train_to, start, stop)
        check_output(out, given, ends=CSV_ENDS)
        say(_("读取 {file}"), file=given.name)
        columns = {name: options[name] for name in ("time", "category", "place", "lat", "lon", "reporter")}
        read = read_events(given, columns, period)
        for sentence, facts in read.remarks:
            say(sentence, **facts)
        events = read.events
        say(
            _("{events} 件，{days} 天，{places} 个地点，{matters} 类事项；自 {start} 起逐日计算"),
            events=len(events.day), days=events.days, places=len(events.places),
            matters=len(events.matters), start=period.start,
        )  # fmt: skip
        city = City(events, read.lat, read.lon, chinese=options["chinese_calendar"])
        budget = Budget(options["alarms_per_60_days"], options["minimum"])
        alarms = city.alarms(budget, read.learn, read.watch, counting(_("计算")))
        write_rows(out, COLUMNS, [city.row(alarm) for alarm in alarms])
        say(_("已写入 {file}：{alarms} 次预警"), file=out.name, alarms=len(alarms))
        summary.update(
            alarms=len(alarms), events=len(events.day), categories=len(events.matters),
            places=len(events.places), days=len(read.watch),
            alarm_days_per_60_days=city.rate(alarms, len(read.watch)), out=str(out),
        )  # fmt: skip
