"""Parts of a board made from sums: what happened, the stages, the mixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from jinlin.cases.rules import words as w
from jinlin.performance.queries.drills import Drills
from jinlin.performance.queries.filters import category_label, channel_label, line_label, narrower
from jinlin.performance.queries.scope import Teller
from jinlin.performance.queries.shapes import Counted, Drill, Flow, Share, Stage, Waiting
from jinlin.performance.rules.indicators import FEW, share
from jinlin.performance.rules.measures import STAGES, staged
from jinlin.performance.rules.named import STAGE_NAMES

# which states of open cases wait in a stage of the loop
WAITS: Final[dict[str, tuple[str, ...]]] = {
    "accept": (w.SUBMITTED, w.REOPENED),
    "dispatch": (w.ACCEPTED,),
    "sign": (w.DISPATCHED,),
    "contact": (w.SIGNED,),
    "resolve": (w.IN_PROGRESS, w.IN_PARTS),
    "rework": (w.REWORK,),
    "rule": (w.OBJECTED,),
    "verify": (w.VERIFYING,),
    "follow_up": (w.FOLLOW_UP,),
    "review": (w.LEDGERED, w.SUSPENDED),
}
_PLAIN: Final = (
    "dispatched", "returned", "reworked", "reopened", "extended", "suspended", "ledgered", "joined",
)  # fmt: skip


def flow_of(sums: Mapping[str, int], tell: Teller, drills: Drills) -> Flow:
    """Return what happened in the period; those with a list behind them lead there."""

    def counted(measure: str, drill: Drill | None = None) -> Counted:
        return Counted(tell.count(sums.get(measure, 0)), drill or drills.behind(measure))

    def kinds(
        prefix: str, names: Mapping[str, str], drill: Callable[[str], Drill | None]
    ) -> tuple[Waiting, ...]:
        return tuple(
            Waiting(code, _(name), counted(f"{prefix}_{code}", drill(code)))
            for code, name in names.items()
            if sums.get(f"{prefix}_{code}")
        )

    whole = not drills.filters.line  # a line changes hands: only what is open now has the line its list has
    ended = drills.period("ended") if whole else None
    return Flow(
        reported=counted("reported", drills.period("reported") if whole else None),
        opened=counted("opened", drills.period("opened") if whole else None),
        closed=counted("ended", ended),
        beyond=counted("beyond", drills.period("ended", end="beyond") if whole else None),
        self_handled=counted("self_handled", drills.period("self_handled") if whole else None),
        direct=counted("direct", drills.period("reported", end="answered") if whole else None),
        **{name: counted(name) for name in _PLAIN},
        exits=kinds(
            "exit",
            {code: words[0] for code, words in w.EXITS.items()},
            lambda code: drills.period("reported", exit=code) if whole else None,
        ),
        ends=kinds("end", w.END_KINDS, lambda code: drills.period("ended", end=code) if whole else None),
    )


def funnel_of(
    sums: Mapping[str, int], still: Mapping[str, int], tell: Teller, drills: Drills
) -> tuple[Stage, ...]:
    """Return the stages of the loop in their order: of the period, and how many wait there now."""
    found = []
    for stage in STAGES:
        should, done, late = (sums.get(staged(stage, part), 0) for part in ("should", "done", "late"))
        waiting = sum(still.get(f"in_{state}", 0) for state in WAITS.get(stage, ()))
        if stage == "close":
            waiting = still.get("n", 0)
        label = _(STAGE_NAMES[stage])
        numbers = {"should": should, "done": done, "in_time": done - late, "late": late, "waiting": waiting}
        of_parts = {name: staged(stage, name) for name in numbers}
        of_parts["in_time"] = staged(stage, "done_in_time")
        of_parts["waiting"] = "open" if stage == "close" else f"waiting_{stage}"
        led = {name: drills.behind(of) for name, of in of_parts.items()}
        found.append(Stage(stage, label, **{name: tell.count(n) for name, n in numbers.items()}, drills=led))
    return tuple(found)


def shares_of(found: Mapping[str, int], column: str, tell: Teller, drills: Drills) -> tuple[Share, ...]:
    """Return the parts of a mix, most first; a share of fewer than ten in all is not told.

    Who is told tens gets shares of these tens: true shares that don't add up would tell how many are left.
    """
    label = {"category": category_label, "channel": channel_label, "line": line_label}[column]
    told = {code: tell.count(n) or 0 for code, n in found.items()}
    whole = sum(told.values())
    parts = []
    for code, n in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        drill = drills.period("reported", **{column: code}) if code and not drills.filters.line else None
        narrowed = replace(drills, filters=narrower(drills.filters, column, code))
        drill = drill or narrowed.behind("reported", bare=not code)
        part = share(told[code], whole) if whole >= FEW and tell.count(n) is not None else None
        parts.append(Share(code, label(code), Counted(tell.count(n), drill), tell.rate(part)))
    return tuple(parts)
