"""What-ifs that are asked in a page and kept nowhere: several gates of a study opened together, a changed standard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from jinlin.circle.coverage import DETOUR_ALARM, Status
from jinlin.circle.models import Block, StandardVersion
from jinlin.circle.queries.comparing import ComparedCompound
from jinlin.circle.queries.computing import Computed, Question, computed, laid
from jinlin.circle.queries.facts import facts_of
from jinlin.circle.queries.kept import arrays_of
from jinlin.circle.queries.results import found
from jinlin.circle.queries.scope import inside
from jinlin.circle.queries.standards import rows_of
from jinlin.circle.queries.studies import study
from jinlin.circle.rules import arrays
from jinlin.circle.rules.covering import Tallies, rounded, tallied
from jinlin.circle.rules.standards import Row
from jinlin.circle.walkers import passes, profile
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people.access import Actor
from jinlin.places.models import Compound
from jinlin.places.rules import contains

__all__ = ["DETOUR_ALARM", "Tried", "TriedRow", "what_if", "what_would_change"]


@dataclass(frozen=True)
class TriedRow:
    """One category in the area of a study: people covered now and with the gates open, in tens."""

    code: str
    name: str
    before_people: int
    after_people: int
    gained_people: int


@dataclass(frozen=True)
class Tried:
    """What opening some gates together would change; nothing of it is stored."""

    rows: tuple[TriedRow, ...]
    compounds: tuple[ComparedCompound, ...]


def what_if(*, viewer: Actor, study_id: UUID, orders: Sequence[int]) -> Tried:
    """Compute the area of a gate study anew with the gates of these rows open; exact, also for gates in a row.

    Gains of gates don't add up (two in a row may be worth more than both alone), so they are computed together.
    """
    asked = study(viewer=viewer, study_id=study_id)
    rows = {row["order"]: row for row in asked.answer.get("rows", ())}
    keys = [str(rows[order]["gate_id"]) for order in orders if order in rows]
    current = StandardVersion.objects.filter(is_current=True).first()
    if asked.kind != "gates" or current is None:
        raise NotFound("study")
    question = Question(rows_of(current), asked.question["profile"], asked.question["moment"], clock.today())
    ground = laid(facts_of(asked.area[:6] + "000000"), question.walker)
    before = computed(ground.facts, question, ground=ground)
    for key in keys:
        ground = ground.opening(key)
    after = computed(ground.facts, question, ground=ground)
    names = {row.code: row.name for row in question.rows}
    return Tried(_areas(before, after, asked.area, names), _courts(before, after, asked.area, names))


def _areas(before: Computed, after: Computed, area: str, names: dict[str, str]) -> tuple[TriedRow, ...]:
    group = np.array([0 if contains(area, home.village) else -1 for home in before.homes], np.int64)
    was, now = (tallied(one.blocks, group, 1).people[0, :, Status.COVERED] for one in (before, after))
    return tuple(
        TriedRow(code, names[code], rounded(old), rounded(new), rounded(new) - rounded(old))
        for code, old, new in zip(before.codes, was.tolist(), now.tolist(), strict=True)
    )


def _courts(
    before: Computed, after: Computed, area: str, names: dict[str, str]
) -> tuple[ComparedCompound, ...]:
    """Return the ways of compounds that get shorter, the most metres saved first."""
    courts = sorted({home.court for home in before.homes if home.court and contains(area, home.village)})
    place = {court: number for number, court in enumerate(courts)}
    group = np.array([place.get(home.court, -1) for home in before.homes], np.int64)
    was, now = (tallied(one.blocks, group, len(courts)) for one in (before, after))
    called = {str(pk): name for pk, name in Compound.objects.filter(pk__in=courts).values_list("pk", "name")}
    changed = []
    for court, number in place.items():
        for column, code in enumerate(before.codes):
            old, new = (_metres(one, number, column) for one in (was, now))
            if new is None or old == new:
                continue
            changed.append(
                ComparedCompound(
                    compound_id=UUID(court),
                    name=called.get(court, ""),
                    code=code,
                    category=names[code],
                    before_m=old,
                    after_m=new,
                    before_detour=_detour(was, number, column),
                    after_detour=_detour(now, number, column),
                )
            )
    changed.sort(key=lambda row: (-((row.before_m or 1e9) - (row.after_m or 0)), row.name, row.code))
    return tuple(changed)


def _metres(found_: Tallies, group: int, column: int) -> float | None:
    value = float(found_.near_m[group, column])
    return None if np.isnan(value) else round(value, 1)


def _detour(found_: Tallies, group: int, column: int) -> float | None:
    near, straight = float(found_.near_m[group, column]), float(found_.straight_m[group, column])
    return None if np.isnan(near) or not straight > 0 else round(near / straight, 2)


def what_would_change(
    *, viewer: Actor, area: str, rows: Sequence[Row]
) -> tuple[tuple[str, str, int, int], ...]:
    """Return (code, name, people in the gap now, people in it by these rows) from the newest assessment of an area.

    Empty before a first assessment; estimated and unmapped blocks are no certain gap and stay out of both (3 queries).
    """
    row = found(viewer, area, None)
    if row is None or row.state != "done":
        return ()
    values = arrays_of(row)
    codes = [str(code) for code in values["codes"]]
    people = dict(Block.objects.filter(inside(area)).values_list("pk", "residents"))
    weight = np.array([people.get(pk, 0) for pk in arrays.ids_of(values["blocks"])], np.int64)
    told = []
    for one in rows:
        if one.code not in codes:
            continue
        status = values["status"][:, codes.index(one.code)]
        near = values["near"][:, codes.index(one.code)]
        known = (status == Status.COVERED) | (status == Status.NOT_COVERED)
        fails = known & ~passes(near, one.band(), profile(row.profile))
        before, after = (rounded(float(weight[mask].sum())) for mask in (status == Status.NOT_COVERED, fails))
        if before != after:
            told.append((one.code, one.name, before, after))
    return tuple(told)
