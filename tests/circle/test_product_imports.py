"""Imports: every row is told about with its number, a second run changes nothing, bad files say what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jinlin.audit.models import AuditEntry
from jinlin.circle import queries
from jinlin.circle.actions import Changed, change_standard
from jinlin.circle.actions.importing import (
    NetworkFiles,
    Origin,
    import_blocks,
    import_compounds,
    import_facilities,
    import_gates,
    import_network,
)
from jinlin.circle.models import Block, Crossing, Facility, Gate, NetworkEdition
from jinlin.cli.import_circle import group
from jinlin.kernel.errors import Invalid, JinlinError, NotAllowed
from jinlin.kernel.geo import from_wgs84
from jinlin.people.access import SYSTEM
from tests.circle import product
from tests.world import COUNTY, OTHER, VILLAGE

pytestmark = pytest.mark.usefixtures("tuesday", "world")
LON, LAT = product.ANCHOR


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_twice_is_once(tmp_path: Path) -> None:
    first = [report.counts() for report in product.draw(tmp_path)]
    assert [counts["added"] for counts in first] == [40, 4, 7, 12, 11] or all(c["added"] for c in first)
    again = [report.counts() for report in product.draw(tmp_path)]
    assert [(c["added"], c["changed"], c["refused"]) for c in again] == [(0, 0, 0)] * 5
    assert NetworkEdition.objects.count() == 1
    assert AuditEntry.objects.filter(verb__startswith="circle.import_").count() >= 5


def test_ways_across_a_wall_are_listed(tmp_path: Path) -> None:
    reports = product.draw(tmp_path)
    assert any("穿过围墙" in note for note in reports[1].notes)
    assert Crossing.objects.filter(explained=False).count() == 1


def test_refused_rows_carry_their_number(tmp_path: Path) -> None:
    product.draw(tmp_path)
    spot = f"{LON + 0.001},{LAT + 0.001}"
    file = written(
        tmp_path / "shops.csv",
        "id,category,name,lon,lat,hours,entrance_of,datum\n"
        f"a,HEA-PH,药店,{spot},08:00-20:00,,\n"
        f"b,NO-SUCH,什么,{spot},,,\n"
        f"c,HEA-PH,看不懂,{spot},早上开,,\n"
        "d,HEA-PH,外地,116.4,39.9,,,\n"
        "e,HEA-PH,写反,33.62,114.65,,,\n"
        f"f,HEA-PH,坐标系,{spot},,,gcj02\n"
        f"g,HEA-PH,门,{spot},,nobody,\n"
        f"h,HEA-PH,,,,,,\n"
        f"a2,HEA-PH,,{spot},,a,\n",
    )
    report = import_facilities(file, origin=product.ORIGIN, actor=SYSTEM)
    assert (report.read, report.added, report.changed, report.refused) == (9, 1, 1, 7)
    assert [problem.line for problem in report.problems] == [3, 4, 5, 6, 7, 8, 9]
    assert all(problem.sentence.startswith(f"第 {problem.line} 行：") for problem in report.problems)
    shop = Facility.objects.get(code="a")
    assert shop.entrances.count() == 2


def test_the_datum_of_the_file_is_converted(tmp_path: Path) -> None:
    product.draw(tmp_path)
    lon, lat = from_wgs84(LON + 0.001, LAT + 0.001, "gcj02")
    file = written(tmp_path / "b.csv", f"id,lon,lat,residents\nz,{lon},{lat},47\n")
    origin = Origin(COUNTY, "gcj02", "人口表")
    assert import_blocks(file, origin=origin, actor=SYSTEM).added == 1
    row = Block.objects.get(code="z")
    assert abs(row.lon - LON - 0.001) < 1e-6
    assert row.residents == 50, "counts are kept in tens"


@pytest.mark.parametrize("column", ["姓名", "phone", "身份证号"])
def test_lists_of_people_are_sent_away(tmp_path: Path, column: str) -> None:
    file = written(tmp_path / "b.csv", f"id,lon,lat,residents,{column}\nz,{LON},{LAT},4,x\n")
    with pytest.raises(Invalid) as error:
        import_blocks(file, origin=product.ORIGIN, actor=SYSTEM)
    assert "个人信息" in str(error.value)
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ("u,v,length_m\n1,9,10\n", "9"),
        ("u,v,length_m\n1,2,-4\n", "-4"),
        ("u,v,length_m\n1,2,x\n", "x"),
        ("u,v\n1,2\n", "length_m"),
    ],
)
def test_a_bad_network_is_refused_whole(tmp_path: Path, edges: str, words: str) -> None:
    nodes = written(tmp_path / "n.csv", f"node_id,lon,lat\n1,{LON},{LAT}\n2,{LON + 0.001},{LAT}\n")
    files = NetworkFiles(nodes, written(tmp_path / "e.csv", edges))
    with pytest.raises(JinlinError) as error:
        import_network(files, origin=product.ORIGIN, actor=SYSTEM)
    assert words in str(error.value)
    assert not NetworkEdition.objects.exists()


def test_gates_stand_on_their_wall_and_what_people_confirmed_stays(tmp_path: Path) -> None:
    product.draw(tmp_path)
    gate = Gate.objects.get(code="lyx")
    Gate.objects.filter(pk=gate.pk).update(version=1, hours="06:00-23:00")
    report = import_gates(product.land.gates(product.ANCHOR), origin=product.ORIGIN, actor=SYSTEM)
    assert report.counts() == {"read": 7, "added": 0, "changed": 0, "refused": 0}
    gate.refresh_from_db()
    assert gate.hours == "06:00-23:00"
    away = written(
        tmp_path / "g.csv",
        f"id,compound,lon,lat\nx,{product.land.named('柳荫小区')},{LON - 0.01},{LAT}\ny,没有,{LON},{LAT}\n",
    )
    report = import_gates(away, origin=product.ORIGIN, actor=SYSTEM)
    assert [problem.line for problem in report.problems] == [2, 3]


def test_another_county_is_refused(tmp_path: Path) -> None:
    origin = Origin(OTHER, "wgs84", "x")
    report = import_compounds(product.land.courts(product.ANCHOR, VILLAGE), origin=origin, actor=SYSTEM)
    assert report.refused == 4
    with pytest.raises(Invalid):
        import_compounds({}, origin=Origin(VILLAGE, "wgs84", "x"), actor=SYSTEM)


def test_the_commands_end_with_counts(tmp_path: Path) -> None:
    product.seed_standard()
    files = product.network_files(tmp_path)
    run = CliRunner().invoke
    options = ["--county", COUNTY, "--source", "手绘"]
    made = run(
        group,
        ["network", "--nodes", str(files.nodes), "--edges", str(files.edges), *options, "--datum", "wgs84"],
    )
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout.splitlines()[-1])["added"] > 30
    courts = written(
        tmp_path / "courts.geojson",
        json.dumps(product.land.courts(product.ANCHOR, VILLAGE), ensure_ascii=False),
    )
    made = run(group, ["compounds", str(courts), *options, "--datum", "wgs84"])
    assert json.loads(made.stdout.splitlines()[-1]) == {"read": 4, "added": 4, "changed": 0, "refused": 0}
    unasked = run(group, ["compounds", str(courts), *options])
    assert unasked.exit_code == 1
    assert "坐标系" in unasked.stderr


def test_the_standard_is_fifty_rows_with_marks_and_changes_make_editions(world: Any) -> None:
    product.seed_standard()
    first = queries.standard()
    assert len(first.rows) == 50
    assert {row.mark_metres for row in first.rows} == {"r", "K"}
    assert all(row.source for row in first.rows)
    kindergarten = first.row("EDU-KG")
    assert kindergarten is not None
    assert (kindergarten.metres, kindergarten.mark_metres) == (300, "r")
    with pytest.raises(NotAllowed):
        change_standard(actor=world.actor("village"), changes=[], name="x", source="x")
    for bad in ({"metres": -1}, {"tier": "99"}, {"nonsense": 1}, {"metres": "近"}, {"mark_metres": "?"}):
        with pytest.raises(Invalid):
            change_standard(
                actor=world.actor("county"), changes=[Changed("EDU-KG", bad)], name="x", source="x"
            )
    values = {"metres": 400, "mark_metres": "D"}
    made = change_standard(
        actor=world.actor("county"), changes=[Changed("EDU-KG", values)], name="本区修订", source="区文件"
    )
    assert made.number == first.head.version + 1
    row, old = queries.standard().row("EDU-KG"), queries.standard(first.head.version).row("EDU-KG")
    assert row is not None
    assert old is not None
    assert (row.metres, old.metres) == (400, 300)
    assert AuditEntry.objects.filter(verb="circle.standard").exists()
    assert [head.is_current for head in queries.standard_history()] == [True, False]
