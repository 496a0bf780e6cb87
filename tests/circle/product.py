"""The drawn neighbourhood of the demo in the named town, for tests: nobody in it exists."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from jinlin.circle.actions import seed_standard
from jinlin.circle.actions.importing import (
    NetworkFiles,
    Origin,
    import_blocks,
    import_compounds,
    import_facilities,
    import_gates,
    import_network,
)
from jinlin.demo import circle_land as land
from jinlin.people.access import SYSTEM
from tests.world import COUNTY, VILLAGE

ANCHOR = (114.6425, 33.6225)  # inside the drawn grid of 柳岸社区
ORIGIN = Origin(COUNTY, "wgs84", land.SOURCE, is_demo=True)


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def network_files(folder: Path) -> NetworkFiles:
    nodes, edges = land.network(ANCHOR)
    return NetworkFiles(table(folder / "nodes.csv", nodes), table(folder / "edges.csv", edges))


def draw(folder: Path) -> list[Any]:
    """Bring everything in; returns the five reports."""
    seed_standard()
    return [
        import_network(network_files(folder), origin=ORIGIN, actor=SYSTEM),
        import_compounds(land.courts(ANCHOR, VILLAGE), origin=ORIGIN, actor=SYSTEM),
        import_gates(land.gates(ANCHOR), origin=ORIGIN, actor=SYSTEM),
        import_facilities(land.shops(ANCHOR, VILLAGE), origin=ORIGIN, actor=SYSTEM, complete=land.EMPTY),
        import_blocks(land.blocks(ANCHOR, VILLAGE), origin=ORIGIN, actor=SYSTEM),
    ]
