"""The demo's drawn neighbourhood of four walled compounds, laid into 柳岸社区 of the named town and assessed once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from jinlin.circle import actions
from jinlin.circle.actions import importing
from jinlin.circle.models import Assessment, Facility, Gate
from jinlin.demo import circle_land as land
from jinlin.people.access import SYSTEM
from jinlin.places.models import Compound
from tests.world import COUNTY, SQUARE, VILLAGE

ANCHOR = (SQUARE[0] + 0.003, SQUARE[1] + 0.003)
ORIGIN = importing.Origin(COUNTY, "wgs84", land.SOURCE, is_demo=True)


@dataclass(frozen=True)
class Neighbourhood:
    """What tests name: the compound with the long way to school, the gate that ends it, the first assessment."""

    home: UUID
    gate: UUID
    school: UUID
    pharmacy: UUID
    assessment: UUID


def draw(folder: Path) -> Neighbourhood:
    """Import the neighbourhood and assess the county."""
    actions.seed_standard()
    nodes, edges = land.network(ANCHOR)
    files = importing.NetworkFiles(_table(folder / "n.csv", nodes), _table(folder / "e.csv", edges))
    importing.import_network(files, origin=ORIGIN, actor=SYSTEM)
    importing.import_compounds(land.courts(ANCHOR, VILLAGE), origin=ORIGIN, actor=SYSTEM)
    importing.import_gates(land.gates(ANCHOR), origin=ORIGIN, actor=SYSTEM)
    importing.import_facilities(land.shops(ANCHOR, VILLAGE), origin=ORIGIN, actor=SYSTEM, complete=land.EMPTY)
    importing.import_blocks(land.blocks(ANCHOR, VILLAGE), origin=ORIGIN, actor=SYSTEM)
    return Neighbourhood(
        home=Compound.objects.get(name=land.named("柳荫小区")).pk,
        gate=Gate.objects.get(code="lyh").pk,
        school=Facility.objects.get(code="xx").pk,
        pharmacy=Facility.objects.get(code="yd").pk,
        assessment=assess("开门以前"),
    )


def assess(label: str) -> UUID:
    """Order and run an assessment of the county."""
    row: Assessment = actions.order_assessment(actor=SYSTEM, area=COUNTY, label=label)
    actions.run_assessment(row.pk)
    return row.pk


def _table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
