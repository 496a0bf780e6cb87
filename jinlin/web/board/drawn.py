"""Series of the board's charts, each with the table that stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.utils import formats
from django.utils.translation import gettext as _

from jinlin.orgs import queries as orgs
from jinlin.performance.queries import Board, Counted, Share, Stage, Trend
from jinlin.web.board.shown import drill_url, led, told

MOST_BARS: Final = 8
# the way every dispatched matter goes; what only some meet stands in the table below the chart
MAIN_STAGES: Final = ("accept", "dispatch", "sign", "contact", "resolve", "verify", "follow_up", "close")

FEW: Final = 10  # shares of fewer are not told
CENT: Final = Decimal("0.01")

Chart = dict[str, Any]


def trend(found: Trend, *, of_unit: bool) -> Chart:
    """Return what came (to a department: by dispatch) and was closed, by day, week or month."""
    key, label = ("dispatched", _("派单")) if of_unit else ("reported", _("受理"))
    pattern = _("Y年n月") if found.step == "month" else "n/j"
    return {
        "names": [formats.date_format(point.day, pattern) for point in found.points],
        "series": [
            _line(label, key, "blue", found),
            _line(_("办结"), "closed", "green", found),
        ],
        "corner": {"day": _("日期"), "week": _("周（从这天起）"), "month": _("月份")}.get(found.step, _("日期")),
        "empty": not any(point.counts.get(name) != 0 for point in found.points for name in (key, "closed")),
    }  # fmt: skip


def _line(label: str, name: str, tone: str, found: Trend) -> Chart:
    numbers = [point.counts.get(name) for point in found.points]
    urls = [led(point.drills.get(name)) if n else "" for point, n in zip(found.points, numbers, strict=True)]
    return {"name": label, "numbers": numbers, "urls": urls, "tone": tone}


def coming(days: Sequence[tuple[date, Counted]]) -> Chart:
    """Return what falls due on the days ahead."""
    return {
        "names": [formats.date_format(day, "n/j") for day, _n in days],
        "series": [
            {
                "name": _("到期"),
                "numbers": [one.value for _day, one in days],
                "urls": [drill_url(one) for _day, one in days],
                "tone": "ochre",
            }
        ],
        "links": [drill_url(one) for _day, one in days],
        "corner": _("日期"),
        "empty": not any(one.value != 0 for _day, one in days),
    }


def funnel(stages: Sequence[Stage]) -> Chart:
    """Return what each stage had to do in the period: in time, late, still waiting; the main way first."""
    main = [stage for stage in stages if stage.stage in MAIN_STAGES]
    stages = [*main, *(stage for stage in stages if stage not in main)]
    return {
        "bars": len(main),
        "names": [stage.label for stage in stages],
        "series": [
            _part(_("按时"), "in_time", stages, tone="green"),
            _part(_("超时"), "late", stages, tone="overdue"),
            _part(_("在等"), "waiting", stages, tone="blue"),
            _part(_("应办"), "should", stages, only_table=True),
            _part(_("办了"), "done", stages, only_table=True),
        ],
        "corner": _("环节"),
        "empty": not any(stage.should != 0 for stage in stages),
    }


def _part(label: str, name: str, stages: Sequence[Stage], **looks: Any) -> Chart:
    numbers = [getattr(stage, name) for stage in stages]
    urls = [led(stage.drills.get(name)) if n else "" for stage, n in zip(stages, numbers, strict=True)]
    if looks.get("only_table"):
        numbers = [told(n) for n in numbers]
    return {"name": label, "numbers": numbers, "urls": urls, **looks}


def mix(board: Board) -> Chart:
    """Return the categories with the most cases, branches until one is chosen; what follows them is one bar."""
    return _shares(branches(board), _("类别"))


def branches(board: Board) -> Sequence[Share]:
    """Return the mix by branch; by leaf inside a chosen branch, and where rounded numbers can't be added."""
    if board.masked or board.filters.category:
        return board.categories
    tree = orgs.categories()
    found: dict[str, list[Share]] = {}
    for share in board.categories:
        node = tree.get(share.code)
        found.setdefault((node.parent or node.code) if node else share.code, []).append(share)
    whole = sum(share.count.value or 0 for share in board.categories)
    made = [
        _branch(code, tree.label(code) or several[0].label, several, whole) for code, several in found.items()
    ]
    return sorted(made, key=lambda share: (-(share.count.value or 0), share.code))


def _branch(code: str, label: str, leaves: Sequence[Share], whole: int) -> Share:
    n = sum(leaf.count.value or 0 for leaf in leaves)
    drill = leaves[0].count.drill
    list_of = {**drill, "category": code} if drill and code else drill
    share = None if whole < FEW else (Decimal(100 * n) / whole).quantize(CENT, ROUND_HALF_UP)
    return Share(code, label, Counted(n, list_of), share)


def sources(board: Board) -> Chart:
    """Return where cases came from."""
    return _shares(board.channels, _("渠道"))


def _shares(shares: Sequence[Share], corner: str) -> Chart:
    head, tail = list(shares[:MOST_BARS]), shares[MOST_BARS:]
    names = [share.label for share in head]
    numbers: list[int | None] = [share.count.value for share in head]
    urls = [drill_url(share.count) for share in head]
    parts = ["" if share.share is None else f"{share.share}%" for share in head]
    if tail:
        names.append(_("其余 {n} 类").format(n=len(tail)))
        known = [share.count.value for share in tail]
        numbers.append(sum(n or 0 for n in known) if None not in known else None)  # no sum of what isn't told
        urls.append("")
        parts.append("")
    return {
        "names": names,
        "series": [
            {"name": _("件数"), "numbers": numbers, "urls": urls, "tone": "blue"},
            {"name": _("占比"), "numbers": parts, "only_table": True},
        ],
        "links": urls,
        "corner": corner,
        "empty": not names,
    }
