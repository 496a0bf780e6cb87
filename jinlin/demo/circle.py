"""The demo's living circle: the drawn neighbourhood is brought in like any file, assessed, a gate opened, assessed again."""

from __future__ import annotations

import csv
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from jinlin.cases.models import Case
from jinlin.circle.actions import (
    GateFacts,
    GateQuestion,
    SiteQuestion,
    Wish,
    confirm_change,
    correct_gate,
    flag_facility,
    order_assessment,
    order_study,
    run_assessment,
    run_study,
    seed_standard,
    wish_from_gap,
)
from jinlin.circle.actions.importing import (
    NetworkFiles,
    Origin,
    import_blocks,
    import_compounds,
    import_facilities,
    import_gates,
    import_network,
)
from jinlin.circle.actions.refreshing import refresh_edits
from jinlin.circle.models import Facility, Gate
from jinlin.demo import circle_land as land
from jinlin.demo.cast import COUNTY, FIRST, Cast
from jinlin.demo.plans import Place
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.people.access import ANYONE, SYSTEM

ORIGIN: Final = Origin(COUNTY, "wgs84", land.SOURCE, is_demo=True)
GATE: Final = "lyh"


def draw_circle(street: list[Place]) -> None:
    """Bring the neighbourhood in; call in the past, then `tell_story`."""
    seed_standard()
    if not street:
        return
    anchor = _anchor(street)
    village = FIRST
    with tempfile.TemporaryDirectory() as folder:
        nodes, edges = land.network(anchor)
        files = NetworkFiles(_table(folder, "nodes.csv", nodes), _table(folder, "edges.csv", edges))
        _all_in(import_network(files, origin=ORIGIN, actor=SYSTEM))
    for report in (
        import_compounds(land.courts(anchor, village), origin=ORIGIN, actor=SYSTEM),
        import_gates(land.gates(anchor), origin=ORIGIN, actor=SYSTEM),
        import_facilities(land.shops(anchor, village), origin=ORIGIN, actor=SYSTEM, complete=land.EMPTY),
        import_blocks(land.blocks(anchor, village), origin=ORIGIN, actor=SYSTEM),
    ):
        _all_in(report)


def _all_in(report: Any) -> None:
    if report.refused:
        raise RuleBroken("demo_circle", report.problems[0].sentence)


def _table(folder: str, name: str, rows: list[dict[str, Any]]) -> Path:
    path = Path(folder) / name
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _anchor(street: list[Place]) -> land.Spot:
    """Return where the drawing's south-western corner goes: the middle of the first community lies in its middle."""
    areas = [place.area for place in street if place.code.startswith(FIRST) and place.area is not None]
    middle = max(areas, key=lambda area: area.area).representative_point()
    return land.at((middle.x, middle.y), (-land.WIDTH / 2, -land.HEIGHT / 2))


def tell_story(cast: Cast, days: int = 20) -> dict[str, Any]:
    """Assess, ask which gate helps most, open it with two people, assess again; returns the walks to school."""
    now = clock.now()
    if not Gate.objects.filter(county=COUNTY, code=GATE).exists():
        return {}
    desk = cast.clerk(COUNTY)
    with clock.fixed(now - timedelta(days=days)):
        before = order_assessment(actor=desk, area=COUNTY, label="开门前（演示）")
        run_assessment(before.pk)
        run_study(order_study(actor=desk, area=COUNTY, question=GateQuestion()).pk)
        run_study(order_study(actor=desk, area=COUNTY, question=SiteQuestion("MUN-TL", 2)).pk)
    gate = Gate.objects.get(county=COUNTY, code=GATE)
    with clock.fixed(now - timedelta(days=days - 3)):
        words = "居民议事会商定，早六点到晚十点开放，物业负责开关（演示）"
        facts = GateFacts(
            name=gate.name,
            status="open",
            hours=gate.hours,
            barrier_free=True,
            source=land.SOURCE,
            confidence="surveyed",
            verified_on=clock.today(),
            other_id=gate.other_id,
        )
        change = correct_gate(actor=cast.clerk(gate.village), gate_id=gate.pk, facts=facts, words=words)
    with clock.fixed(now - timedelta(days=days - 4)):
        confirm_change(actor=_second(cast, gate.village), change_id=change.pk)
        refresh_edits()
    with clock.fixed(now - timedelta(days=days - 5)):
        after = order_assessment(actor=desk, area=COUNTY, label="开门后（演示）")
        run_assessment(after.pk)
        _voices(gate)
    return {"assessments": 2, "gate": str(gate.pk)}


def _second(cast: Cast, village: str) -> Any:
    """Return the person who looks at the gate after the first: the community's grid worker."""
    return next(actor for grid, actor in cast.grid_actors.items() if grid.startswith(village))


def _voices(gate: Gate) -> None:
    """Let somebody doubt an opening time and somebody wish for what is missing."""
    shop = Facility.objects.get(county=COUNTY, code="yd", category="HEA-PH")
    flag_facility(actor=ANYONE, facility_id=shop.pk, kind="hours", words="周日下午不开门（演示）")
    wish = Wish("MUN-TL", compound_id=gate.compound_id, words="附近没有公厕，买菜时很不方便（演示）")
    note = wish_from_gap(actor=ANYONE, wish=wish)
    Case.unscoped.filter(pk=note.pk).update(is_demo=True)
