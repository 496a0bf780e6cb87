"""`jinlin circle assess` from files to files: the reference city, real networks, and every kind of dirty file."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from jinlin.circle.assess import COLUMNS
from jinlin.circle.files.osm import walkable
from jinlin.cli.circle import circle
from tests.circle.graphs import loaded
from tests.places import shared

LON, LAT, STEP = 114.65, 33.62, 0.001  # Zhoukou; a thousandth of a degree is 93 m east

GOOD = {
    "nodes": "node_id,lon,lat\n1,114.650,33.62\n2,114.651,33.62\n3,114.652,33.62\n",
    "edges": "u,v,length_m\n1,2,93\n2,3,93\n2,3,150\n3,3,1\n",
    "origins": "id,lon,lat,population\na,114.650,33.62,100\nb,114.652,33.62,300\nfar,114.70,33.62,100\n",
    "facilities": "id,lon,lat,category\ns,114.650,33.62,学校\n",
}


def run(folder: Path, *more: str, files: Mapping[str, Any] = GOOD, limits: str = "93,200") -> Result:
    """Write the files, run the command in this process, and return what it said."""
    names: dict[str, Path] = {}
    for name, content in files.items():
        if isinstance(content, Path):
            names[name] = content
            continue
        names[name] = folder / f"{name}.csv"
        names[name].write_bytes(content if isinstance(content, bytes) else content.encode())
    given = [part for name, path in names.items() for part in (f"--{name}", str(path))]
    out = ["--limits", limits, "--out", str(folder / "out.csv"), *more]
    return CliRunner().invoke(circle, ["assess", *given, *out], catch_exceptions=False)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def summary(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize("engine", [*loaded(), "auto"])
def test_a_small_town(tmp_path: Path, engine: str) -> None:
    told = summary(run(tmp_path, "--engine", engine))
    assert (told["loops_dropped"], told["parallel_edges_dropped"], told["edges"]) == (1, 1, 2)
    assert (told["unsnapped_origins"], told["unsnapped_population"]) == (1, 100)
    found = rows(tmp_path / "out.csv")
    assert list(found[0]) == list(COLUMNS)
    assert [list(row.values()) for row in found] == [
        ["学校", "93", "0.2", "0.2", "500", "100", "3", "1", "1"],
        ["学校", "200", "0.8", "0.8", "500", "400", "3", "1", "1"],
    ]


def test_slow_walkers_get_less_far(tmp_path: Path) -> None:
    adult, slow = tmp_path / "adult.csv", tmp_path / "slow.csv"
    run(tmp_path, "--out", str(adult), limits="186,297.6")
    told = summary(run(tmp_path, "--profile", "slow", "--out", str(slow), limits="186,297.6"))
    assert told["walked_m"] == [116.25, 186]
    assert [row["covered_population"] for row in rows(adult)] == ["400", "400"]
    assert [row["covered_population"] for row in rows(slow)] == ["100", "400"]


def test_entrances_are_no_facilities(tmp_path: Path) -> None:
    doors = (
        "id,lon,lat,category,entrance_of\nS,114.9,33.62,学校,\n"
        "S1,114.650,33.62,学校,S\nS2,114.652,33.62,学校,S\nS,114.652,33.62,公园,\n"
    )
    told = summary(run(tmp_path, files={**GOOD, "facilities": doors}, limits="93"))
    assert told["entrances"] == 4
    assert told["unsnapped_entrances"] == 1
    found = {row["category"]: row for row in rows(tmp_path / "out.csv")}
    assert (found["学校"]["facilities"], found["学校"]["population_share"]) == ("1", "0.8")
    assert (found["公园"]["facilities"], found["公园"]["population_share"]) == ("1", "0.6")


def test_one_way_edges(tmp_path: Path) -> None:
    edges = "u,v,length_m,oneway\n1,2,93,yes\n2,3,93,False\n3,1,50,-1\n"
    run(tmp_path, files={**GOOD, "edges": edges}, limits="50,200,1000")
    assert [row["covered_population"] for row in rows(tmp_path / "out.csv")] == ["100", "100", "100"]
    edges = "u,v,length_m,oneway\n2,1,93,true\n3,2,93,1\n1,3,50,0\n"
    run(tmp_path, files={**GOOD, "edges": edges}, limits="49,50")
    assert [row["covered_population"] for row in rows(tmp_path / "out.csv")] == ["100", "400"]


def test_parquet_gzip_words_as_ids_and_a_mark_at_the_start(tmp_path: Path) -> None:
    files: dict[str, Any] = {}
    for name, text in GOOD.items():
        table = arrow_csv.read_csv(pa.BufferReader(text.encode()))
        files[name] = tmp_path / f"{name}.parquet"
        pq.write_table(table, files[name])
    words = GOOD["nodes"].replace("\n1,", "\n01,")
    files["nodes"] = tmp_path / "nodes.csv.gz"
    files["nodes"].write_bytes(gzip.compress(b"\xef\xbb\xbf" + words.encode()))
    files["edges"] = GOOD["edges"].replace("\n1,", "\n\n01,").replace("\n", "\r\n")
    told = summary(run(tmp_path, "--out", str(tmp_path / "out.parquet"), files=files))
    assert told["rows"] == 2
    assert pq.read_table(tmp_path / "out.parquet").column("covered_population").to_pylist() == [100, 400]


def test_nobody_lives_there(tmp_path: Path) -> None:
    empty = "id,lon,lat,population\na,114.650,33.62,0\n"
    run(tmp_path, files={**GOOD, "origins": empty})
    assert rows(tmp_path / "out.csv")[0]["population_share"] == ""


SHIFTED = "id,lon,lat,population\n" + "".join(
    f"{n},{LON + n * STEP / 4 + 0.0054:.6f},{LAT - 0.0016 + n % 5 * 0.0003:.6f},10\n" for n in range(40)
)
STREETS = "node_id,lon,lat\n" + "".join(
    f"{n},{LON + n * STEP / 4:.6f},{LAT + n % 5 * 0.0003:.6f}\n" for n in range(40)
)
ALONG = "u,v,length_m\n" + "".join(f"{n},{n + 1},25\n" for n in range(39))

DIRTY: list[tuple[str, dict[str, Any], Sequence[str]]] = [
    ("missing_node", {"edges": "u,v,length_m\n1,2,93\n\n2,9,93\n"}, ["edges.csv 第 4 行", "9", "nodes.csv"]),
    ("negative", {"edges": "u,v,length_m\n1,2,-5\n"}, ["edges.csv 第 2 行", "-5"]),
    ("nan", {"edges": "u,v,length_m\n1,2,5\n2,3,nan\n"}, ["edges.csv 第 3 行", "nan"]),
    ("infinite", {"edges": "u,v,length_m\n1,2,inf\n"}, ["edges.csv 第 2 行", "inf"]),
    ("words", {"edges": "u,v,length_m\n1,2,abc\n"}, ["edges.csv 第 2 行", "length_m", "abc"]),
    ("hole", {"edges": "u,v,length_m\n1,2,5\n1,,5\n"}, ["edges.csv 第 3 行", "v"]),
    ("only_loops", {"edges": "u,v,length_m\n1,1,5\n"}, ["edges.csv", "环线"]),
    ("flag", {"edges": "u,v,length_m,oneway\n1,2,5,maybe\n"}, ["edges.csv 第 2 行", "maybe"]),
    ("metres", {"nodes": "node_id,lon,lat\n1,12763000.5,3975000.1\n"}, ["nodes.csv 第 2 行", "米"]),
    ("swapped", {"nodes": "node_id,lon,lat\n1,33.62,114.65\n"}, ["nodes.csv 第 2 行", "写反"]),
    (
        "beyond",
        {"origins": "id,lon,lat,population\na,114,33,1\nb,200,33,1\n"},
        ["origins.csv 第 3 行", "200"],
    ),
    ("nan_lat", {"origins": "id,lon,lat,population\na,114,nan,1\n"}, ["origins.csv 第 2 行", "nan"]),
    ("twin_node", {"nodes": GOOD["nodes"] + "2,114.6,33.6\n"}, ["nodes.csv 第 5 行", "2", "重复"]),
    ("twin_origin", {"origins": GOOD["origins"] + "a,114.65,33.62,1\n"}, ["origins.csv 第 5 行", "a"]),
    (
        "twin_facility",
        {"facilities": GOOD["facilities"] + "s,114.65,33.62,学校\n"},
        ["facilities.csv 第 3 行"],
    ),
    ("population", {"origins": "id,lon,lat,population\na,114.65,33.62,-3\n"}, ["origins.csv 第 2 行", "-3"]),
    (
        "crowd",
        {"origins": "id,lon,lat,population\na,114.65,33.62,1e308\n"},
        ["origins.csv 第 2 行", "1e+308"],
    ),
    ("one_word", {"origins": '"' + "x" * 200_000}, ["origins.csv 第 1 行", "引号"]),
    (
        "open_quote",
        {"origins": 'id,lon,lat,population\n"a,114.65,33.62,1\n' + "b,114.65,33.62,1\n" * 9000},
        ["origins.csv 第 2 行", "引号"],
    ),
    (
        "endless",
        {"origins": "id,lon,lat,population\na," + "1" * 200_000 + "x,1,2\n"},
        ["origins.csv 第 2 行"],
    ),
    ("no_category", {"facilities": "id,lon,lat,category\ns,114.65,33.62,\n"}, ["facilities.csv 第 2 行"]),
    (
        "door_of_door",
        {
            "facilities": "id,lon,lat,category,entrance_of\ns,114.65,33.62,x,\nt,114.65,33.62,x,s\n"
            "u,114.65,33.62,x,t\n"
        },
        ["facilities.csv 第 4 行", "t"],
    ),
    ("column", {"origins": "id,lon,lat\na,114.65,33.62\n"}, ["origins.csv", "population", "id、lon、lat"]),
    ("twice", {"origins": "id,lon,lat,population,lon\na,114.65,33.62,1,2\n"}, ["origins.csv", "lon"]),
    ("empty", {"origins": ""}, ["origins.csv", "空文件"]),
    ("blank", {"edges": "\n\n  \n"}, ["edges.csv", "空文件"]),
    ("header_only", {"facilities": "id,lon,lat,category\n"}, ["facilities.csv", "一行数据也没有"]),
    (
        "encoding",
        {"facilities": GOOD["facilities"].replace("学校", "幼儿园").encode("gb18030")},
        ["facilities.csv 第 2 行", "UTF-8"],
    ),
    ("utf16", {"facilities": GOOD["facilities"].encode("utf-16")}, ["facilities.csv", "UTF-8"]),
    ("zeros", {"facilities": b"id,lon,lat,category\n\0\0\0\n"}, ["facilities.csv", "零字节"]),
    ("semicolons", {"nodes": GOOD["nodes"].replace(",", ";")}, ["nodes.csv", "逗号"]),
    ("ragged", {"nodes": "node_id,lon,lat\n1,114.65,33.62\n2,114.65\n"}, ["nodes.csv 第 3 行", "2 列"]),
    (
        "two_datums",
        {"facilities": "id,lon,lat,category,datum\na,114.65,33.62,x,WGS84\nb,114.65,33.62,x,GCJ-02\n"},
        ["facilities.csv 第 3 行", "GCJ-02", "WGS 84"],
    ),
    (
        "other_datum",
        {"facilities": "id,lon,lat,category,coord_source\na,114.65,33.62,x,高德\n"},
        ["facilities.csv", "GCJ-02", "nodes.csv"],
    ),
    (
        "strange_datum",
        {"facilities": "id,lon,lat,category,crs\na,114.65,33.62,x,EPSG:3857\n"},
        ["facilities.csv 第 2 行", "epsg:3857"],
    ),
    ("shifted", {"nodes": STREETS, "edges": ALONG, "origins": SHIFTED}, ["origins.csv", "第 2 行", "GCJ-02"]),
    (
        "elsewhere",
        {"facilities": "id,lon,lat,category\na,115.65,33.62,x\nb,115.15,33.62,x\n"},
        ["facilities.csv", "第 3 行", "300 米"],
    ),
    ("long_name", {"origins": Path("x" * 300 + ".csv")}, ["找不到"]),
    ("nowhere", {"origins": Path("nowhere.csv")}, ["nowhere.csv", "找不到"]),
]


@pytest.mark.parametrize(("files", "named"), [case[1:] for case in DIRTY], ids=[case[0] for case in DIRTY])
def test_dirty_files_are_refused_in_one_sentence(
    tmp_path: Path, files: dict[str, Any], named: Sequence[str]
) -> None:
    result = run(tmp_path, files={**GOOD, **files})
    assert result.exit_code == 1
    said = result.stderr.strip().splitlines()[-1]
    assert all(word in said for word in named), said
    assert said.endswith("。")
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("nodes.parquet", b"node_id,lon,lat\n1,2,3\n", "不是有效的 parquet"),
        ("nodes.csv.gz", b"node_id,lon,lat\n1,2,3\n", "gzip"),
        ("nodes.xlsx", b"PK", "格式不认识"),
    ],
)
def test_files_that_are_not_what_they_are_called(
    tmp_path: Path, name: str, content: bytes, named: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = run(tmp_path, files={**GOOD, "nodes": path})
    assert result.exit_code == 1
    assert named in result.stderr
    assert name in result.stderr


def test_a_parquet_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "edges.parquet"
    pq.write_table(pa.table({"u": [1, 2], "v": [2, 3], "length_m": [5.0, None]}), path)
    result = run(tmp_path, files={**GOOD, "edges": path})
    assert "edges.parquet 第 2 行：length_m" in result.stderr


def test_cells_that_hold_more_than_a_value(tmp_path: Path) -> None:
    path = tmp_path / "edges.parquet"
    for u, named in (([[1], [2]], "edges.parquet 的列 u"), ([1.0, float("inf")], "第 2 行：节点 inf")):
        pq.write_table(pa.table({"u": u, "v": [2, 3], "length_m": [5.0, 1.0]}), path)
        result = run(tmp_path, files={**GOOD, "edges": path})
        assert result.exit_code == 1
        assert named in result.stderr
    pq.write_table(pa.table({"u": [1, 2], "v": [2.0, 3.0], "length_m": [[5.0], [1.0]]}), path)
    assert "第 1 行：length_m 列" in run(tmp_path, files={**GOOD, "edges": path}).stderr


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    result = run(tmp_path, "--out", str(tmp_path / "origins.csv"))
    assert result.exit_code == 1
    assert "origins.csv 就是输入文件" in result.stderr
    assert (tmp_path / "origins.csv").read_text(encoding="utf-8") == GOOD["origins"]


def test_points_left_out_are_said(tmp_path: Path) -> None:
    assert "origins.csv 有 1 个点离路网太远，没有接上路网（第一个在第 4 行）" in run(tmp_path).stderr


def osm(body: str) -> bytes:
    return f"<osm version='0.6'>{body}</osm>".encode()


def test_ways_without_positions_and_ways_nobody_walks(tmp_path: Path) -> None:
    way = "<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='footway'/></way>"
    node = "<node id='{0}' lon='114.65{0}' lat='33.62'/>"
    road = way.replace("footway", "motorway")
    files = {"pbf": tmp_path / "town.osm", "origins": GOOD["origins"], "facilities": GOOD["facilities"]}
    for body in (way, node.format(1) + way, node.format(1) + node.format(2) + road):
        files["pbf"].write_bytes(osm(body))
        result = run(tmp_path, files=files)
        assert result.exit_code == 1
        assert "没有可步行的道路" in result.stderr


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "no", "foot": "yes"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "proposed"}, False),
        ({"highway": "steps"}, True),
    ],
)
def test_who_may_walk_where(tags: dict[str, str], walked: bool) -> None:
    assert walkable(tags) is walked


def test_an_extract_that_is_none(tmp_path: Path) -> None:
    pbf = tmp_path / "city.osm.pbf"
    pbf.write_bytes(b"not at all")
    files = {"pbf": pbf, "origins": GOOD["origins"], "facilities": GOOD["facilities"]}
    result = run(tmp_path, files=files)
    assert result.exit_code == 1
    assert "city.osm.pbf 不是有效的 OpenStreetMap 数据" in result.stderr


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--limits", "500,x"), "--limits"),
        (("--limits", "0"), "--limits"),
        (("--limits", "60000"), "--limits"),
        (("--out", "out.xlsx"), "out.xlsx"),
        (("--out", "x" * 300 + ".csv"), "无法写入"),
        (("--out", "no/such/folder/out.csv"), "out.csv"),
    ],
)
def test_what_was_asked_wrongly(tmp_path: Path, more: tuple[str, str], named: str) -> None:
    result = run(tmp_path, *more)
    assert result.exit_code == 1
    assert named in result.stderr


@pytest.mark.parametrize("option", ["--snap-m"])
def test_a_number_that_is_none_is_no_number(tmp_path: Path, option: str) -> None:
    result = run(tmp_path, option, "nan")
    assert result.exit_code == 2
    assert option in result.stderr


def test_lines_ended_as_old_macs_do(tmp_path: Path) -> None:
    told = summary(run(tmp_path, files={**GOOD, "origins": GOOD["origins"].replace("\n", "\r")}))
    assert told["origins"] == 3


def test_either_a_table_or_an_extract(tmp_path: Path) -> None:
    for files in ({**GOOD, "pbf": Path("x.osm.pbf")}, {k: v for k, v in GOOD.items() if k != "edges"}):
        result = run(tmp_path, files=files)
        assert result.exit_code == 2
        assert "--pbf" in result.stderr


def test_points_of_the_same_datum_raise_no_alarm(tmp_path: Path) -> None:
    homes = "id,lon,lat,population\n" + "".join(
        f"{n},{LON + n * STEP / 5:.6f},{LAT + 0.0004:.6f},10\n" for n in range(40)
    )
    assert run(tmp_path, files={**GOOD, "nodes": STREETS, "edges": ALONG, "origins": homes}).exit_code == 0


def porto_alegre(folder: Path) -> dict[str, Any]:
    """Return the reference city: hexagons as origins, and as facilities where they hold a school or health post."""
    with gzip.open(shared("porto_alegre_hex_population_facilities.csv.gz"), "rt", encoding="utf-8") as handle:
        hexagons = list(csv.DictReader(handle))
    homes = [f"{row['id']},{row['lon']},{row['lat']},{row['population']}" for row in hexagons]
    places = [
        f"{row['id']},{row['lon']},{row['lat']},{name}"
        for name in ("schools", "healthcare")
        for row in hexagons
        if float(row[name] or 0) > 0
    ]
    return {
        "nodes": shared("porto_alegre_walk_nodes.parquet"),
        "edges": shared("porto_alegre_walk_edges.parquet"),
        "origins": "id,lon,lat,population\n" + "\n".join(homes) + "\n",
        "facilities": "id,lon,lat,category\n" + "\n".join(places) + "\n",
    }


@pytest.mark.parametrize("engine", loaded())
def test_the_reference_city(tmp_path: Path, engine: str) -> None:
    run(tmp_path, "--engine", engine, files=porto_alegre(tmp_path), limits="500,1000,1200")
    found = {(row["category"], row["limit_m"]): row for row in rows(tmp_path / "out.csv")}
    for row in rows(shared("porto_alegre_reference_coverage.csv")):
        own = found[row["measure"].rsplit(" ", 1)[1], row["limit_m"]]
        for mine, theirs in (("population_share", "network_share"), ("straight_line_share",) * 2):
            assert abs(float(own[mine]) - float(row[theirs])) <= 0.0001
        assert (own["facilities"], own["origins"]) == (row["facilities"], row["denominators"])


def around(spots: Sequence[tuple[float, float]]) -> dict[str, str]:
    """Return homes and a school at places of a real network."""
    homes = "".join(f"{n},{lon},{lat},10\n" for n, (lon, lat) in enumerate(spots))
    return {
        "origins": "id,lon,lat,population\n" + homes,
        "facilities": f"id,lon,lat,category\ns,{spots[0][0]},{spots[0][1]},学校\n",
    }


@pytest.mark.parametrize(
    ("city", "nodes", "parts", "directed"),
    [("wuhan", 21_558, 109, False), ("shenzhen_futian", 1_751, 1, True)],
)
def test_chinese_networks(tmp_path: Path, city: str, nodes: int, parts: int, directed: bool) -> None:
    points = pq.read_table(shared(f"{city}_road_nodes.parquet"), columns=["lon", "lat"]).slice(0, 900)
    spots = list(zip(points["lon"].to_pylist(), points["lat"].to_pylist(), strict=True))
    files = {
        "nodes": shared(f"{city}_road_nodes.parquet"),
        "edges": shared(f"{city}_road_edges.parquet"),
        **around(spots),
    }
    told = summary(run(tmp_path, files=files, limits="1000,20000"))
    assert (told["nodes"], told["components"]) == (nodes, parts)
    shares = [float(row["population_share"]) for row in rows(tmp_path / "out.csv")]
    assert 0 < shares[0] < shares[1] <= 1


def test_an_openstreetmap_extract(tmp_path: Path) -> None:
    """About 311,506 nodes and 336,320 edges in the largest part, as the data folder's page says."""
    spots = [(-8.61, 41.15), (-8.62, 41.15), (-8.61, 41.16)]
    files = {"pbf": shared("porto_portugal.osm.pbf"), **around(spots)}
    told = summary(run(tmp_path, files=files, limits="300,3000"))
    assert told["largest_component_nodes"] == pytest.approx(311_506, rel=0.002)
    assert told["largest_component_edges"] == pytest.approx(336_320, rel=0.002)
    assert told["engine"] == "scipy"
    assert [row["covered_population"] for row in rows(tmp_path / "out.csv")] == ["10", "30"]


def test_no_database_no_django_and_a_quick_start(tmp_path: Path) -> None:
    """The command itself: Django is never set up, no home is made, the last line is JSON."""
    for name, content in GOOD.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    given = [part for name in GOOD for part in (f"--{name}", f"{name}.csv")]
    home = tmp_path / "home"
    environment = {**os.environ, "JINLIN_HOME": str(home), "DATABASE_URL": "nonsense://"}
    code = (
        "import sys; from jinlin.cli.main import main\n"
        "try: main()\n"
        "finally:\n"
        " from django.apps import apps; assert not apps.ready\n"
        " assert 'jinlin.config.settings' not in sys.modules\n"
        " assert 'numba' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "circle", "assess", *given, "--limits", "200", "--out", "out.csv"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["rows"] == 1
    assert not home.exists()


def test_help_names_every_option_and_column() -> None:
    said = " ".join(CliRunner().invoke(circle, ["assess", "--help"]).output.split())
    for word in (*COLUMNS, "--pbf", "--snap-m", "--engine", "--profile", "entrance_of", "oneway", "parquet"):
        assert word in said
