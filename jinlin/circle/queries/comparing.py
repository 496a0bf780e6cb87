"""Two versions of the results side by side: before and after a gate, a facility, a renewal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.circle.models import Assessment, Cover
from jinlin.circle.queries.results import BY, AssessmentRow, Shares, as_row, found, span
from jinlin.circle.queries.standards import rows_of
from jinlin.kernel.errors import NotFound
from jinlin.people.access import Actor
from jinlin.places.rules import level_of


@dataclass(frozen=True)
class ComparedRow:
    """One facility before and after: people covered, and the share of those whose surroundings are mapped."""

    code: str
    name: str
    before_people: int
    after_people: int
    gained_people: int
    before_rate: Decimal | None
    after_rate: Decimal | None
    before_gap: int
    after_gap: int


@dataclass(frozen=True)
class ComparedCompound:
    """One facility as a compound reaches it, where that changed; None: not within two kilometres."""

    compound_id: UUID
    name: str
    code: str
    category: str
    before_m: float | None
    after_m: float | None
    before_detour: float | None
    after_detour: float | None


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side; `differs` names what else changed besides the ground."""

    before: AssessmentRow
    after: AssessmentRow
    differs: tuple[str, ...]
    rows: tuple[ComparedRow, ...]
    compounds: tuple[ComparedCompound, ...]


def compared(*, viewer: Actor, area: str, before: UUID, after: UUID) -> Comparison:
    """Compare two finished versions for one area (at most nine queries)."""
    old, new = found(viewer, area, before), found(viewer, area, after)
    if old is None or new is None or old.state != "done" or new.state != "done":
        raise NotFound(_("这次评估"))
    names = {std.code: std.name for std in (*rows_of(old.standard), *rows_of(new.standard))}
    one, two = _covers(old, area), _covers(new, area)
    rows = tuple(
        _compared(code, names[code], one[code], two[code]) for code in names if code in one and code in two
    )
    return Comparison(as_row(old), as_row(new), _differs(old, new), rows, _compounds(old, new, area, names))


def _covers(row: Assessment, area: str) -> dict[str, Cover]:
    return {cover.category: cover for cover in row.covers.filter(place=area, level=level_of(area))}


def _compared(code: str, name: str, old: Cover, new: Cover) -> ComparedRow:
    before, after = Shares(*old.people), Shares(*new.people)
    return ComparedRow(
        code=code,
        name=name,
        before_people=before.covered,
        after_people=after.covered,
        gained_people=after.covered - before.covered,
        before_rate=before.coverage.of_mapped,
        after_rate=after.coverage.of_mapped,
        before_gap=before.not_covered,
        after_gap=after.not_covered,
    )


def _differs(old: Assessment, new: Assessment) -> tuple[str, ...]:
    pairs: Iterable[tuple[bool, str]] = (
        (old.network_id != new.network_id, _("路网版本不同")),
        (old.standard_id != new.standard_id, _("设施标准版本不同")),
        (old.profile != new.profile, _("步行者不同")),
        (old.moment != new.moment, _("时段不同")),
    )
    return tuple(words for differs, words in pairs if differs)


def _compounds(
    old: Assessment, new: Assessment, area: str, names: dict[str, str]
) -> tuple[ComparedCompound, ...]:
    def table(row: Assessment) -> dict[tuple[Any, str], Cover]:
        rows = row.covers.filter(level=BY["compound"], **span(area)).select_related("compound")
        return {(cover.compound_id, cover.category): cover for cover in rows}

    one, two = table(old), table(new)
    found_rows = []
    for key in one.keys() & two.keys():
        was, now = one[key], two[key]
        if was.compound is None or (was.near_m == now.near_m and was.people == now.people):
            continue
        found_rows.append(
            ComparedCompound(
                compound_id=was.compound.pk,
                name=was.compound.name,
                code=was.category,
                category=names.get(was.category, was.category),
                before_m=was.near_m,
                after_m=now.near_m,
                before_detour=was.detour,
                after_detour=now.detour,
            )
        )
    found_rows.sort(key=_by_saving)
    return tuple(found_rows)


def _by_saving(row: ComparedCompound) -> tuple[float, str, str]:
    far = 1e9
    saved = (row.before_m if row.before_m is not None else far) - (
        row.after_m if row.after_m is not None else far
    )
    return -saved, row.name, row.code
