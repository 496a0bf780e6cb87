"""`jinlin circle gates` from files to files: the wall of Zhoukou, pairs, proposals, and every kind of dirty candidate."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from jinlin.circle.gates.answer import COLUMNS, PAIR_COLUMNS
from jinlin.cli.circle import circle
from tests.circle.graphs import loaded
from tests.places import shared

WALL = {  # F1: the school is 250 m east of the home; the way around the wall is 475 + 250 + 475 m
    "nodes": "node_id,lon,lat\n1,114.6500,33.6200\n2,114.6500,33.6243\n3,114.6527,33.6243\n4,114.6527,33.6200\n",
    "edges": "u,v,length_m\n1,2,475\n2,3,250\n3,4,475\n",
    "origins": "id,lon,lat,population\nhome,114.6500,33.6200,120\nnorth,114.6500,33.6243,30\n",
    "facilities": "id,lon,lat,category\ns,114.6527,33.6200,学校\nh,114.6500,33.6200,卫生站\n",
    "candidates": "u,v,length_m\n2,3,250\n1,4,250\n",
}


def run(
    folder: Path, *more: str, files: Mapping[str, str | bytes | None] = WALL, limit: str = "1000"
) -> Result:
    """Write the files (None: leave one out), run the command in this process, and return what it said."""
    given: list[str] = []
    for name, content in files.items():
        if content is None:
            continue
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        given += [f"--{name}", str(path)]
    given += ["--limit", limit, "--out", str(folder / "out.csv"), *more]
    return CliRunner().invoke(circle, ["gates", *given], catch_exceptions=False)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def summary(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize("engine", [*loaded(), "auto"])
def test_the_wall(tmp_path: Path, engine: str) -> None:
    """Behind the gate 120 people are 250 m from the school; the 30 in the north keep their 725 m."""
    told = summary(run(tmp_path, "--engine", engine))
    found = rows(tmp_path / "out.csv")
    assert list(found[0]) == list(COLUMNS)
    assert [list(row.values()) for row in found] == [
        ["1", "1", "4", "250", "120", "90000", "学校"],
        ["2", "2", "3", "250", "0", "0", ""],
    ]
    assert (told["candidates"], told["gates_that_help"], told["gates_that_newly_cover"]) == (2, 1, 1)
    assert told["covered_population_by_category"] == {"卫生站": 150, "学校": 30}
    assert told["rows"] == 2


def test_slow_walkers_get_less_far(tmp_path: Path) -> None:
    told = summary(run(tmp_path, "--profile", "slow", limit="400"))
    assert told["walked_m"] == 250
    assert rows(tmp_path / "out.csv")[0]["newly_covered_population"] == "120"
    run(tmp_path, "--profile", "slow", limit="399")
    assert rows(tmp_path / "out.csv")[0]["newly_covered_population"] == "0"


def test_gates_by_their_coordinates(tmp_path: Path) -> None:
    """Without length_m the straight line between the nodes is walked."""
    ends = "u_lon,u_lat,v_lon,v_lat\n114.65001,33.62002,114.6527,33.6200\n"
    run(tmp_path, files={**WALL, "candidates": ends})
    (row,) = rows(tmp_path / "out.csv")
    assert (row["u"], row["v"], row["newly_covered_population"]) == ("1", "4", "120")
    assert 249 < float(row["length_m"]) < 251


def test_the_top_of_the_list_in_parquet(tmp_path: Path) -> None:
    told = summary(run(tmp_path, "--top", "1", "--out", str(tmp_path / "out.parquet")))
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert told["rows"] == len(found) == 1
    assert found[0]["u"] == 1
    assert found[0]["categories"] == "学校"


def test_a_pair_named_twice_counts_once(tmp_path: Path) -> None:
    result = run(tmp_path, files={**WALL, "candidates": "u,v,length_m\n1,4,300\n4,1,250\n1,4,400\n"})
    (row,) = rows(tmp_path / "out.csv")
    assert (row["u"], row["v"], row["length_m"]) == ("4", "1", "250")
    assert "2" in result.stderr


def test_a_gate_shorter_than_the_straight_line_is_pointed_out(tmp_path: Path) -> None:
    result = run(tmp_path, files={**WALL, "candidates": "u,v,length_m\n1,4,20\n"})
    assert result.exit_code == 0
    assert "直线距离" in result.stderr


def test_pairs_that_are_worth_more_together(tmp_path: Path) -> None:
    """F4: alone 0 and 10 people, together 110."""
    files = {
        "nodes": "node_id,lon,lat\nP,114.650,33.62\nM,114.651,33.62\nF,114.652,33.62\n",
        "edges": "u,v,length_m\nP,F,2000\nM,F,2000\n",
        "origins": "id,lon,lat,population\np,114.650,33.62,100\nm,114.651,33.62,10\n",
        "facilities": "id,lon,lat,category\nf,114.652,33.62,市场\n",
        "candidates": "u,v,length_m\nP,M,100\nM,F,100\n",
    }
    told = summary(run(tmp_path, "--pairs", str(tmp_path / "pairs.csv"), files=files, limit="1200"))
    assert [row["newly_covered_population"] for row in rows(tmp_path / "out.csv")] == ["10", "0"]
    assert [row["person_metres_saved"] for row in rows(tmp_path / "out.csv")] == ["11000", "0"]
    (pair,) = rows(tmp_path / "pairs.csv")
    assert tuple(pair) == PAIR_COLUMNS
    assert (pair["newly_covered_population"], pair["person_metres_saved"]) == ("110", "111000")
    assert (pair["more_people_than_sum"], pair["more_person_metres_than_sum"]) == ("100", "100000")
    assert told["pairs"] == 1


def streets() -> dict[str, str | bytes | None]:
    """Two streets 33 m apart that meet at their west end; the school is at the east end of the northern one."""
    nodes, edges = [], []
    for row in range(2):
        for at in range(30):
            nodes.append(f"{row * 30 + at},{114.65 + at * 0.0003:.4f},{33.62 + row * 0.0003:.4f}\n")
            if at:
                edges.append(f"{row * 30 + at - 1},{row * 30 + at},28\n")
    return {
        "nodes": "node_id,lon,lat\n" + "".join(nodes),
        "edges": "u,v,length_m\n0,30,33\n" + "".join(edges),
        "origins": "id,lon,lat,population\neast,114.6587,33.6200,80\nwest,114.6500,33.6200,20\n",
        "facilities": "id,lon,lat,category\ns,114.6587,33.6203,学校\n",
    }


@pytest.mark.parametrize("engine", loaded())
def test_gates_are_proposed_across_the_gap(tmp_path: Path, engine: str) -> None:
    told = summary(run(tmp_path, "--auto", "--engine", engine, files=streets()))
    found = rows(tmp_path / "out.csv")
    assert (found[0]["u"], found[0]["v"]) == ("29", "59")
    assert found[0]["newly_covered_population"] == "80"
    assert 32 < float(found[0]["length_m"]) < 35
    assert len(found) == told["rows"] == told["gates_that_help"]
    assert all(int(row["u"]) < 30 <= int(row["v"]) for row in found)


def test_engines_write_the_same_file(tmp_path: Path) -> None:
    written = set()
    for engine in loaded():
        run(tmp_path, "--auto", "--engine", engine, "--near-m", "100", files=streets())
        written.add((tmp_path / "out.csv").read_bytes())
    assert len(written) == 1


def test_nothing_to_propose_is_an_empty_list(tmp_path: Path) -> None:
    told = summary(run(tmp_path, "--auto", files={**WALL, "candidates": None}))
    assert (told["candidates"], told["rows"], told["mean_nodes_repaired"]) == (0, 0, 0)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"


DIRTY = {
    "no such node": ({"candidates": "u,v\n1,4\n1,9\n"}, ["candidates.csv", "第 3 行", "9", "核对"]),
    "to itself": ({"candidates": "u,v\n1,4\n3,3\n"}, ["candidates.csv", "第 3 行", "3"]),
    "a negative length": ({"candidates": "u,v,length_m\n1,4,-2\n"}, ["candidates.csv", "第 2 行", "-2"]),
    "a length that is none": ({"candidates": "u,v,length_m\n1,4,nan\n"}, ["candidates.csv", "第 2 行"]),
    "words for a length": ({"candidates": "u,v,length_m\n1,4,远\n"}, ["candidates.csv", "第 2 行", "远"]),
    "an empty cell": ({"candidates": "u,v,length_m\n1,,5\n"}, ["candidates.csv", "第 2 行", "v"]),
    "no columns": ({"candidates": "a,b\n1,4\n"}, ["candidates.csv", "u、v", "u_lon"]),
    "one end only": ({"candidates": "u,length_m\n1,4\n"}, ["candidates.csv", "u、v"]),
    "no rows": ({"candidates": "u,v\n"}, ["candidates.csv", "一行"]),
    "no bytes": ({"candidates": ""}, ["candidates.csv", "空文件"]),
    "a torn row": ({"candidates": "u,v\n1,4\n1\n"}, ["candidates.csv", "第 3 行"]),
    "not UTF-8": (
        {"candidates": "u,v\n1,4\n不存在,4\n".encode("gb18030")},
        ["candidates.csv", "第 3 行", "UTF-8"],
    ),
    "not degrees": (
        {"candidates": "u_lon,u_lat,v_lon,v_lat\n114.65,33.62,114.65,133.62\n"},
        ["candidates.csv", "第 2 行", "133.62"],
    ),
    "far from any way": (
        {"candidates": "u_lon,u_lat,v_lon,v_lat\n114.65,33.62,114.75,33.62\n"},
        ["candidates.csv", "第 2 行", "v_lon", "300"],
    ),
    "both ends at one node": (
        {"candidates": "u_lon,u_lat,v_lon,v_lat\n114.65,33.62,114.6501,33.62\n"},
        ["candidates.csv", "第 2 行", "同一个"],
    ),
    "a network without ways": ({"edges": "u,v,length_m\n1,1,3\n"}, ["edges.csv"]),
    "a missing node": ({"edges": "u,v,length_m\n1,7,3\n"}, ["edges.csv", "第 2 行", "7"]),
}


@pytest.mark.parametrize("case", DIRTY)
def test_dirty_files_are_refused_by_row(tmp_path: Path, case: str) -> None:
    changed, words = DIRTY[case]
    result = run(tmp_path, files={**WALL, **changed})
    sentence = result.stderr.strip().splitlines()[-1]
    assert result.exit_code == 1, result.stderr
    assert [word for word in words if word not in sentence] == [], sentence
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("limit", ["0", "-5", "nan", "60000"])
def test_a_limit_that_nobody_walks(tmp_path: Path, limit: str) -> None:
    result = run(tmp_path, limit=limit)
    assert result.exit_code == 1
    assert "--limit" in result.stderr


def test_candidates_or_auto_never_both_nor_none(tmp_path: Path) -> None:
    for files, more in ((WALL, ["--auto"]), ({**WALL, "candidates": None}, [])):
        result = run(tmp_path, *more, files=files)
        assert result.exit_code == 2
        assert "--auto" in result.stderr


def test_an_output_that_cannot_be_written_is_refused_first(tmp_path: Path) -> None:
    for more in (["--out", str(tmp_path / "none" / "out.csv")], ["--pairs", str(tmp_path / "pairs.txt")]):
        result = run(tmp_path, *more)
        assert result.exit_code == 1
        assert "计算" not in result.stderr


@pytest.mark.parametrize(
    ("option", "name"),
    [("--out", "origins"), ("--out", "candidates"), ("--pairs", "edges"), ("--pairs", "out")],
)
def test_an_input_is_never_written_over(tmp_path: Path, option: str, name: str) -> None:
    result = run(tmp_path, option, str(tmp_path / f"{name}.csv"))
    assert result.exit_code == 1
    assert f"{name}.csv" in result.stderr
    assert all((tmp_path / f"{one}.csv").read_text(encoding="utf-8") == text for one, text in WALL.items())
    assert not (tmp_path / "out.csv").exists()


def test_help_needs_no_arrays_and_names_every_column() -> None:
    said = CliRunner().invoke(circle, ["gates", "--help"]).stdout
    for word in (*COLUMNS, "--candidates", "--auto", "--limit", "--top", "--pairs", "--engine", "--profile"):
        assert word in said


def test_a_real_city_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Porto Alegre: no Django, no database, a list within seconds."""
    nodes, edges = shared("porto_alegre_walk_nodes.parquet"), shared("porto_alegre_walk_edges.parquet")
    (tmp_path / "o.csv").write_text("id,lon,lat,population\na,-51.2,-30.04,1000\n", encoding="utf-8")
    (tmp_path / "f.csv").write_text("id,lon,lat,category\nf,-51.205,-30.04,school\n", encoding="utf-8")
    command = [sys.executable, "-m", "jinlin.cli", "circle", "gates", "--auto", "--limit", "1200"]
    command += ["--nodes", str(nodes), "--edges", str(edges)]
    command += ["--origins", "o.csv", "--facilities", "f.csv", "--out", "out.csv"]
    root = str(Path(__file__).resolve().parents[2])
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "JINLIN_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["candidates"] > 0
    assert not (tmp_path / "home" / "db.sqlite3").exists()
