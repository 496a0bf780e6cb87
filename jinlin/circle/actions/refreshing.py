"""After a gate or facility was edited, only what lies within reach of it is computed anew (design/living-circle.md 12).

Distances are followed for LIMIT_M: blocks farther than that from the edit, even in a straight line, cannot change, and
the ways around the others reach LIMIT_M farther. The result equals a computation of the whole, decimetre for decimetre.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from jinlin.circle.actions.assessing import keep, new_assessment, question_of
from jinlin.circle.circles import LIMIT_M
from jinlin.circle.models import Assessment, Block, Entrance, FactChange, Gate
from jinlin.circle.queries.computing import Computed, computed
from jinlin.circle.queries.facts import Home, facts_of
from jinlin.circle.queries.kept import arrays_of
from jinlin.circle.rules import arrays
from jinlin.circle.rules.covering import Blocks
from jinlin.kernel import clock
from jinlin.kernel.geo import Box, grow, inside

MOST = 200  # edits gone over in one run


def refresh_edits() -> int:
    """Bring the newest results up to date with confirmed edits; a job calls it. Returns how many edits are in now."""
    rows = list(FactChange.objects.filter(state="confirmed", refreshed_at=None).order_by("settled_at")[:MOST])
    for county in sorted({row.county for row in rows}):
        own = [row for row in rows if row.county == county]
        _refresh_county(county, own)
        with transaction.atomic():
            FactChange.objects.filter(pk__in=[row.pk for row in own]).update(refreshed_at=clock.now())
    return len(rows)


def _refresh_county(county: str, changes: Sequence[FactChange]) -> None:
    box = _around(changes)
    if box is None:
        return
    for base in _newest(county):
        _patched(base, box)


def _newest(county: str) -> list[Assessment]:
    """Return the newest result of each area, walker and moment of a county."""
    done = Assessment.objects.filter(county=county, state="done").select_related(
        "standard", "network", "arrays"
    )
    found: dict[tuple[str, str, str], Assessment] = {}
    for row in done.order_by("finished_at", "pk"):
        found[row.area, row.profile, row.moment] = row
    return list(found.values())


def _around(changes: Sequence[FactChange]) -> Box | None:
    """Return the box around everything the edits are about, before and after."""
    spots: list[tuple[float, float]] = []
    things = [row.thing for row in changes]
    spots += Gate.objects.filter(pk__in=things).values_list("lon", "lat")
    spots += Entrance.objects.filter(facility__in=things).values_list("lon", "lat")
    for row in changes:
        spots += [(v["lon"], v["lat"]) for v in (row.before, row.after) if "lon" in v and "lat" in v]
    if not spots:
        return None
    table = np.array(spots)
    west, south = table.min(axis=0).tolist()
    east, north = table.max(axis=0).tolist()
    return west, south, east, north


def _patched(base: Assessment, box: Box) -> Assessment | None:
    """Compute the blocks within reach of the box and keep the result as the newest version."""
    question = question_of(base)
    near = grow(box, LIMIT_M)
    facts = facts_of(base.county, grow(box, 2 * LIMIT_M), edition=base.network)
    own = np.array([inside(near, home.lon, home.lat) for home in facts.homes], bool)
    if not own.any():
        return None
    fresh = computed(facts, question).of(np.flatnonzero(own))
    whole = merged(before(base), fresh)
    with transaction.atomic():
        row = base if base.trigger == "edit" else _version(base)
        row.ordered_at = clock.now()
        row.save()
        keep(row, whole)
    return row


def _version(base: Assessment) -> Assessment:
    row = new_assessment(base.area, base.profile, base.moment, trigger="edit")
    row.standard, row.network, row.day, row.is_demo = base.standard, base.network, base.day, base.is_demo
    row.started_at = clock.now()
    row.state = "running"
    return row


def before(base: Assessment) -> Computed:
    """Return a kept result as it was computed."""
    values = arrays_of(base)
    ids = arrays.ids_of(values["blocks"])
    rows = {row.pk: row for row in Block.objects.filter(county=base.county)}
    homes = tuple(
        Home(
            pk,
            row.lon,
            row.lat,
            str(row.compound_id or ""),
            row.residents,
            row.buildings,
            row.town,
            row.village,
        )
        for pk, row in ((pk, rows[pk]) for pk in ids if pk in rows)
    )
    kept = np.array([pk in rows for pk in ids], bool)
    blocks = Blocks(
        np.array([home.residents for home in homes], np.int64),
        np.array([home.buildings for home in homes], np.int64),
        values["status"][kept],
        values["slow"][kept],
        values["near"][kept],
        values["straight"][kept],
    )
    codes = tuple(str(code) for code in values["codes"])
    shops = tuple(arrays.ids_of(values["shops"]))
    return Computed(homes, codes, shops, blocks, values["facility"][kept], base.engine)


def merged(old: Computed, fresh: Computed) -> Computed:
    """Return the old result with the fresh blocks in the place of theirs; blocks of other areas stay out."""
    place = {home.id: row for row, home in enumerate(old.homes)}
    pairs = [(place[home.id], row) for row, home in enumerate(fresh.homes) if home.id in place]
    into = np.array([pair[0] for pair in pairs], np.int64)
    rows = np.array([pair[1] for pair in pairs], np.int64)
    shops = list(dict.fromkeys((*old.shops, *fresh.shops)))
    number = {pk: position for position, pk in enumerate(shops)}
    moved = np.array([number[pk] for pk in fresh.shops] or [0], np.int32)
    facility = old.facility.copy()
    label = fresh.facility[rows]
    facility[into] = np.where(label >= 0, moved[label], -1)
    blocks = Blocks(
        old.blocks.residents,
        old.blocks.buildings,
        _with(old.blocks.status, into, fresh.blocks.status[rows]),
        _with(old.blocks.slow, into, fresh.blocks.slow[rows]),
        _with(old.blocks.near, into, fresh.blocks.near[rows]),
        _with(old.blocks.straight, into, fresh.blocks.straight[rows]),
    )
    return Computed(old.homes, old.codes, tuple(shops), blocks, facility, fresh.engine)


def _with(old: NDArray[Any], into: NDArray[np.int64], values: NDArray[Any]) -> NDArray[Any]:
    found = old.copy()
    found[into] = values
    return found
