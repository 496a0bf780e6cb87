"""`jinlin circle site` from files to files: what each site adds, what is proved, and every kind of dirty candidate."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from jinlin.circle.siting.answer import COLUMNS
from jinlin.cli.circle import circle
from tests.circle.graphs import loaded
from tests.places import shared

LON, LAT, STEP = 114.650, 33.62, 0.001  # a thousandth of a degree is 93 m east


def spot(at: float) -> str:
    return f"{LON + at * STEP:.4f},{LAT}"


ROW = {  # F8 along a street of six homes of 10 people, 100 m apart: sites left, right and in the middle
    "nodes": "node_id,lon,lat\n" + "".join(f"{at},{spot(at)}\n" for at in range(8)),
    "edges": "u,v,length_m\n" + "".join(f"{at},{at + 1},100\n" for at in range(7)),
    "origins": "id,lon,lat,population\n" + "".join(f"o{at},{spot(at)},10\n" for at in range(6)),
    "facilities": f"id,lon,lat,category\nf,{spot(7)},食堂\ng,{spot(0)},学校\n",
    "candidates": f"id,lon,lat,cost\nL,{spot(1)},2.5\nM,{spot(2.9)},1.5\nR,{spot(4)},2.5\n",
}


def run(folder: Path, *more: str, files: Mapping[str, str | bytes] = ROW) -> Result:
    """Write the files, run the command in this process, and return what it said."""
    given: list[str] = []
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        given += [f"--{name}", str(path)]
    given += ["--category", "食堂", "--budget", "2", "--radius", "100", "--out", str(folder / "out.csv")]
    return CliRunner().invoke(circle, ["site", *given, *more], catch_exceptions=False)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as handle:
        return list(csv.reader(handle))


def summary(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize("engine", [*loaded(), "auto"])
def test_two_sites_for_a_street(tmp_path: Path, engine: str) -> None:
    """The canteen at 7 reaches nobody within 100 m; left and right together reach everybody."""
    told = summary(run(tmp_path, "--engine", engine))
    assert rows(tmp_path / "out.csv") == [
        list(COLUMNS),
        ["1", "L", "30", "0.5"],
        ["2", "R", "30", "1.0"],
    ]
    assert (told["covered_share"], told["upper_bound_share"], told["gap_percent"]) == (1.0, 1.0, 0)
    assert (told["existing_share"], told["existing_facilities"], told["sites"]) == (0, 1, 2)
    assert told["seconds"] > 0


def test_what_exists_counts_and_is_not_built_again(tmp_path: Path) -> None:
    """Canteens at 1 and 7: the left is served, so the right comes first and nothing else is worth building."""
    more = ROW["facilities"] + f"h,{spot(1)},食堂\n"
    told = summary(run(tmp_path, files={**ROW, "facilities": more}))
    assert rows(tmp_path / "out.csv")[1:] == [["1", "R", "30", "1.0"]]
    assert (told["existing_share"], told["covered_share"], told["sites"], told["spent"]) == (0.5, 1.0, 1, 1)


def test_a_budget_in_money(tmp_path: Path) -> None:
    """4 is enough for the middle (30 people for 1.5) and one side, not for both sides."""
    told = summary(run(tmp_path, "--budget", "4", "--cost", "cost"))
    assert told["spent"] == 4
    assert told["newly_covered_population"] == 50
    assert told["covered_share"] <= told["upper_bound_share"] < 1
    assert told["gap_percent"] == pytest.approx(
        (told["upper_bound_share"] / told["covered_share"] - 1) * 100, abs=0.01
    )
    told = summary(run(tmp_path, "--budget", "5", "--cost", "cost"))
    assert (told["covered_share"], told["gap_percent"]) == (1.0, 0)


def test_people_off_the_map_count_in_the_share_only(tmp_path: Path) -> None:
    far = ROW["origins"] + "far,114.9,33.62,60\n"
    told = summary(run(tmp_path, files={**ROW, "origins": far}))
    assert (told["covered_share"], told["unsnapped_origins"], told["unsnapped_population"]) == (0.5, 1, 60)


def test_slow_walkers_need_nearer_sites(tmp_path: Path) -> None:
    told = summary(run(tmp_path, "--profile", "slow"))
    assert told["walked_m"] == 62.5
    assert told["covered_share"] == round(20 / 60, 6)


def test_a_candidate_off_the_map_is_counted_and_never_chosen(tmp_path: Path) -> None:
    far = ROW["candidates"] + "X,114.9,33.62,1\n"
    told = summary(run(tmp_path, "--out", str(tmp_path / "out.parquet"), files={**ROW, "candidates": far}))
    assert (told["candidates"], told["unsnapped_candidates"]) == (4, 1)
    assert pq.read_table(tmp_path / "out.parquet").column("candidate").to_pylist() == ["L", "R"]


def test_a_category_that_does_not_exist_yet(tmp_path: Path) -> None:
    result = run(tmp_path, "--category", "书屋")
    assert result.exit_code == 1
    assert "学校、食堂" in result.stderr
    assert "--none-yet" in result.stderr
    told = summary(run(tmp_path, "--category", "书屋", "--none-yet"))
    assert (told["existing_facilities"], told["covered_share"]) == (0, 1.0)


def test_nobody_lives_there(tmp_path: Path) -> None:
    empty = ROW["origins"].replace(",10\n", ",0\n")
    told = summary(run(tmp_path, files={**ROW, "origins": empty}))
    assert (told["covered_share"], told["upper_bound_share"], told["gap_percent"]) == (None, None, 0)
    assert rows(tmp_path / "out.csv") == [list(COLUMNS)]


DIRTY = {
    "twice": ({"candidates": ROW["candidates"] + f"L,{spot(5)},1\n"}, [], ["candidates.csv", "第 5 行", "L"]),
    "not degrees": (
        {"candidates": "id,lon,lat\nL,33.62,114.65\n"},
        [],
        ["candidates.csv", "第 2 行", "写反"],
    ),
    "no rows": ({"candidates": "id,lon,lat\n"}, [], ["candidates.csv", "一行"]),
    "no bytes": ({"candidates": b""}, [], ["candidates.csv", "空文件"]),
    "a column missing": ({"candidates": "id,lon\nL,114.65\n"}, [], ["candidates.csv", "lat"]),
    "all off the map": (
        {"candidates": "id,lon,lat\nL,115.65,33.62\n"},
        [],
        ["candidates.csv", "第 2 行", "--snap-m"],
    ),
    "another datum": (
        {"candidates": f"id,lon,lat,datum\nL,{spot(1)},gcj02\n"},
        [],
        ["candidates.csv", "GCJ-02", "WGS 84"],
    ),
    "no such cost": ({}, ["--cost", "price"], ["candidates.csv", "price"]),
    "a cost of nothing": (
        {"candidates": f"id,lon,lat,cost\nL,{spot(1)},0\n"},
        ["--cost", "cost"],
        ["candidates.csv", "第 2 行", "0"],
    ),
    "a cost without end": (
        {"candidates": f"id,lon,lat,cost\nL,{spot(1)},2\nM,{spot(2)},inf\n"},
        ["--cost", "cost"],
        ["candidates.csv", "第 3 行"],
    ),
    "a negative population": (
        {"origins": f"id,lon,lat,population\na,{spot(1)},-3\n"},
        [],
        ["origins.csv", "第 2 行", "-3"],
    ),
    "no budget": ({}, ["--budget", "0"], ["--budget"]),
    "a budget that is none": ({}, ["--budget", "nan"], ["--budget"]),
    "a radius nobody walks": ({}, ["--radius", "-1"], ["--radius"]),
    "nowhere to write": ({}, ["--out", "/none/out.csv"], ["out.csv", "--out"]),
}


@pytest.mark.parametrize("case", DIRTY)
def test_dirty_input_is_refused_by_row(tmp_path: Path, case: str) -> None:
    changed, more, words = DIRTY[case]
    result = run(tmp_path, *more, files={**ROW, **changed})
    sentence = result.stderr.strip().splitlines()[-1]
    assert result.exit_code == 1, result.stderr
    assert [word for word in words if word not in sentence] == [], sentence
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("name", ["origins", "candidates"])
def test_an_input_is_never_written_over(tmp_path: Path, name: str) -> None:
    result = run(tmp_path, "--out", str(tmp_path / f"{name}.csv"))
    assert result.exit_code == 1
    assert f"{name}.csv 就是输入文件" in result.stderr
    assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8") == ROW[name]


def test_help_names_every_column_and_the_proof() -> None:
    said = CliRunner().invoke(circle, ["site", "--help"]).stdout
    for word in (*COLUMNS, "--candidates", "--category", "--budget", "--cost", "--radius", "--seconds"):
        assert word in said
    for word in ("covered_share", "upper_bound_share", "gap_percent", "seconds"):
        assert word in said


def test_a_real_city(tmp_path: Path) -> None:
    """Porto Alegre: what exists covers 84.42 % within 1 km, as the reference says; thirty sites are proved near the best."""
    import gzip

    with gzip.open(shared("porto_alegre_hex_population_facilities.csv.gz"), "rt", encoding="utf-8") as handle:
        hexagons = list(csv.DictReader(handle))
    spots = [f"{row['id']},{row['lon']},{row['lat']}" for row in hexagons]
    people = [f"{one},{row['population'] or 0}\n" for one, row in zip(spots, hexagons, strict=True)]
    health = [
        f"{one},health\n" for one, row in zip(spots, hexagons, strict=True) if float(row["healthcare"] or 0)
    ]
    files = {
        "origins": "id,lon,lat,population\n" + "".join(people),
        "facilities": "id,lon,lat,category\n" + "".join(health),
        "candidates": "id,lon,lat\n" + "".join(f"{one}\n" for one in spots),
    }
    net = ["--nodes", str(shared("porto_alegre_walk_nodes.parquet"))]
    net += ["--edges", str(shared("porto_alegre_walk_edges.parquet"))]
    told = summary(
        run(tmp_path, *net, "--category", "health", "--budget", "30", "--radius", "1000", files=files)
    )
    assert told["existing_share"] == pytest.approx(0.8442, abs=0.001)
    assert told["covered_share"] > 0.99
    assert told["gap_percent"] < 0.5
    assert len(rows(tmp_path / "out.csv")) == 31
