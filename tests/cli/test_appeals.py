"""`jinlin import appeals`: every row once, whatever the file looks like; bad rows named by line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jinlin.cases.models import Appeal, Case
from jinlin.cli.main import _mount, cli
from tests.world import COUNTY, GRID, SQUARE, VILLAGE

MAP = "external_id=id,title=title,text=body,time=time"
HEAD = "id,title,body,time"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "appeals" / "hot_issue_stream_4326.csv.gz"


@pytest.fixture(autouse=True)
def _commands() -> None:
    if "serve" not in cli.commands:
        _mount()


def run(path: Path, *words: str, mapping: str = MAP) -> Result:
    return CliRunner().invoke(cli, ["import", "appeals", str(path), "--map", mapping, *words])


def counts(result: Result) -> dict[str, int]:
    assert result.exit_code == 0, result.output
    found: dict[str, int] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def write(path: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join((head, *lines, "")).encode(encoding))
    return path


ROW = "a1,路灯坏了,家门口的路灯不亮,2026-02-01 08:00:00"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_takes_usual_encodings_and_adds_nothing_twice(world: Any, tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "热线.csv", ROW, "a2,积水,路口积水,2026/2/1 9:30", encoding=encoding)
    assert counts(run(path)) == {"read": 2, "added": 2, "changed": 0, "refused": 0}
    assert counts(run(path)) == {"read": 2, "added": 0, "changed": 0, "refused": 0}
    case = Case.unscoped.get(title="路灯坏了")
    assert (case.county, case.channel, case.is_open) == (COUNTY, "import", True)


def test_gzip_and_a_broken_one(world: Any, tmp_path: Path) -> None:
    path = tmp_path / "export.csv.gz"
    path.write_bytes(gzip.compress(f"{HEAD}\n{ROW}\n".encode()))
    assert counts(run(path))["added"] == 1
    path.write_bytes(path.read_bytes()[:40])
    result = run(path)
    assert result.exit_code == 1
    assert "压缩文件已损坏" in result.stderr
    assert result.stdout == '{"read": 0, "added": 0, "changed": 0, "refused": 0}\n', (
        "an import always ends with it"
    )


def test_place_from_point_code_and_words(world: Any, tmp_path: Path) -> None:
    west, south, _east, _north = SQUARE
    path = write(
        tmp_path / "a.csv",
        f"p1,点,有点位,2026-02-01 08:00:00,,{west + 0.001},{south + 0.001}",
        f"p2,码,有编码,2026-02-01 08:00:00,{VILLAGE},,",
        "p3,词,有地址,2026-02-01 08:00:00,川汇区柳河街道桥头社区 3 号楼,,",
        "p4,无,没有地方,2026-02-01 08:00:00,,,",
        head="id,title,body,time,address,lon,lat",
    )
    result = run(path, "--default", "411602002001", mapping=MAP + ",address=address,lon=lon,lat=lat")
    assert counts(result)["added"] == 4
    places = {case.title: (case.village, case.grid) for case in Case.unscoped.filter(channel="import")}
    assert places["点"] == (VILLAGE, GRID)
    assert places["码"][0] == VILLAGE
    assert places["词"][0] == "411602001002"
    assert places["无"][0] == "411602002001"


def test_bad_rows_are_refused_by_line_and_their_neighbours_taken(world: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        ROW,
        "a3,,,2026-02-01 08:00:00",
        "a4,时间,不对,昨天",
        "a5,将来,还没到,2199-01-01 08:00:00",
        ",无号,没有编号,2026-02-01 08:00:00",
        "a6,零,有\x00零,2026-02-01 08:00:00",
        "a7,<script>alert(1)</script>,=1+1,2026-02-01 08:00:00",
    )
    report = tmp_path / "refused.csv"
    result = run(path, "--report", str(report))
    assert counts(result) == {"read": 7, "added": 2, "changed": 0, "refused": 5}
    assert "第 4 行：时间“昨天”看不懂" in result.output
    assert report.read_text(encoding="utf-8-sig").count("\n") == 6
    assert Appeal.unscoped.get(external_id="a7").text == "=1+1"


def test_an_endless_cell_refuses_its_row_only(world: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ROW, f"a8,长,{'长' * 200_000},2026-02-01 08:00:00")
    assert counts(run(path)) == {"read": 2, "added": 1, "changed": 0, "refused": 1}


def test_categories_only_where_known(world: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        "c1,一,一,2026-02-01 08:00:00,FAC-02",
        "c2,二,二,2026-02-01 08:00:00,没有这类",
        head=HEAD + ",kind",
    )
    assert counts(run(path, mapping=MAP + ",category=kind"))["added"] == 2
    found = {
        case.title: case.category and case.category.code for case in Case.unscoped.filter(channel="import")
    }
    assert found == {"一": "FAC-02", "二": None}


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [("external_id=id,text=nope,time=time", "nope"), ("external_id=id", "还缺字段"), ("wrong=id", "不认识")],
)
def test_a_wrong_map_is_told(world: Any, tmp_path: Path, mapping: str, sentence: str) -> None:
    result = run(write(tmp_path / "a.csv", ROW), mapping=mapping)
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_other_encodings_and_empty_files_are_told(world: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xfe\x00\x01\xff")
    assert "编码" in run(path).output
    path.write_bytes(b"")
    assert run(path).exit_code != 0


@pytest.mark.sqlite_only(reason="twenty seconds are enough once")
@pytest.mark.skipif(not REAL.exists(), reason="shared/data/appeals is not on this machine")
def test_takes_a_real_export_whole(world: Any) -> None:
    result = run(REAL, "--default", VILLAGE)
    assert counts(result) == {"read": 4326, "added": 4326, "changed": 0, "refused": 0}
    assert counts(run(REAL, "--default", VILLAGE))["added"] == 0
