"""`jinlin insight warn` from file to file, and every kind of file it refuses."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from jinlin.cli.insight import insight
from jinlin.cli.insight_warn import COLUMNS

HEAD = "time,category,place,lat,lon,who"
START = date(2025, 3, 3)
DATES = ("--train-to", "2025-05-31", "--from", "2025-06-01", "--to", "2025-06-30")


def _rows(burst: int = 40) -> list[str]:
    rng = np.random.default_rng(3)
    rows = []
    for number in range(600):
        place = int(rng.integers(0, 8))
        day = START + timedelta(days=int(rng.integers(0, 120)))
        rows.append(f"{day} 09:00:00,积水,网格{place},30.5,{114 + place / 100},p{number}")
    for number in range(burst):
        day = date(2025, 6, 10) + timedelta(days=number % 7)
        rows.append(f"{day},积水,网格{2 + number % 3},30.5,{114 + (2 + number % 3) / 100},q{number}")
    return rows


def run(folder: Path, rows: Sequence[str], *more: str, name: str = "events.csv") -> Result:
    path = folder / name
    content = "\n".join(rows).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    options = [*DATES, "--out", str(folder / "alarms.csv"), *more]
    return CliRunner().invoke(insight, ["warn", "--in", str(path), *options], catch_exceptions=False)


def told(folder: Path, name: str = "alarms.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_a_rise_from_file_to_file(tmp_path: Path) -> None:
    result = run(tmp_path, [HEAD, *_rows()], "--chinese-calendar")
    assert result.exit_code == 0, result.stderr
    found = told(tmp_path)
    assert list(found[0]) == list(COLUMNS)
    rise = [row for row in found if "2025-06-10" <= row["date"] <= "2025-06-16"]
    assert len(rise) == 1
    assert {"网格2", "网格3", "网格4"} & set(rise[0]["places"].split(";"))
    assert int(rise[0]["observed"]) >= 5
    summary = json.loads(result.stdout.splitlines()[-1])
    assert (summary["alarms"], summary["categories"], summary["days"]) == (len(found), 1, 30)


def test_packed_files_rows_in_any_order_and_without_a_place(tmp_path: Path) -> None:
    rows = _rows()
    run(tmp_path, [HEAD, *rows])
    plain = told(tmp_path)
    mixed = [HEAD, *reversed(rows), "2025-06-12,积水,,30.5,114,x", "2025-06-12,,网格1,,,x"]
    result = run(tmp_path, mixed, "--out", str(tmp_path / "b.csv.gz"), name="events.csv.gz")
    assert "1 行的 place 列是空的" in result.stderr
    with gzip.open(tmp_path / "b.csv.gz", "rt", encoding="utf-8") as handle:
        assert list(csv.DictReader(handle)) == plain


def test_a_file_cut_off_later_tells_the_same_until_then(tmp_path: Path) -> None:
    rows = [
        *_rows(),
        *(f"2025-06-2{day},新事,新网格{day},30.6,114.9,z" for day in range(9) for _n in range(3)),
    ]
    run(tmp_path, [HEAD, *rows])
    whole = [row for row in told(tmp_path) if row["date"] <= "2025-06-15"]
    run(tmp_path, [HEAD, *(row for row in rows if row < "2025-06-16")])
    assert whole
    assert told(tmp_path) == whole


def test_one_reporter_is_no_rise(tmp_path: Path) -> None:
    rows = [row.rsplit(",", 1)[0] + ",q" if ",q" in row else row for row in _rows()]
    run(tmp_path, [HEAD, *rows], "--reporter", "who")
    assert not [row for row in told(tmp_path) if "2025-06-10" <= row["date"] <= "2025-06-16"]
    run(tmp_path, [HEAD, *_rows()], "--reporter", "who")
    assert [row for row in told(tmp_path) if "2025-06-10" <= row["date"] <= "2025-06-16"]


def test_a_minimum_above_what_happened(tmp_path: Path) -> None:
    run(tmp_path, [HEAD, *_rows()], "--minimum", "200")
    assert told(tmp_path) == []


def test_days_after_the_last_event_are_not_invented(tmp_path: Path) -> None:
    result = run(tmp_path, [HEAD, *_rows()], "--to", "2031-01-01")
    assert json.loads(result.stdout.splitlines()[-1])["days"] == 30


BAD: list[tuple[str, list[str], list[str], str]] = [
    ("missing column", ["time,category,lat,lon", "2025-03-03,a,1,2"], [], "缺少列 place"),
    ("bad day", [HEAD, "昨天,a,b,1,2,x"], [], "第 2 行"),
    ("no day", [HEAD, ",a,b,1,2,x"], [], "第 2 行"),
    ("empty", [""], [], "文件是空的"),
    ("no rows", [HEAD], [], "一行数据也没有"),
    ("no number", [HEAD, "2025-03-03,a,b,north,2,x"], [], "不是数字"),
    ("no degrees", [HEAD, "2025-03-03,a,b,230,2,x"], [], "不是度数"),
    ("semicolon", [HEAD, *_rows(), "2025-03-03,a,b;c,1,2,x"], [], "含有分号"),
    ("late training", [HEAD, *_rows()], ["--train-to", "2025-06-02"], "晚于 --from"),
    ("turned round", [HEAD, *_rows()], ["--to", "2025-05-30"], "晚于 --to"),
    ("bad option", [HEAD, *_rows()], ["--from", "June"], "--from 的“June”不是日期"),
    ("little training", [HEAD, *_rows()], ["--train-to", "2025-03-20"], "至少要 42 天"),
    ("all later", [HEAD, "2026-03-03,a,b,1,2,x"], [], "没有一件可用"),
    ("nothing to watch", [HEAD, *(row for row in _rows(0) if row < "2025-06")], [], "没有可预警的日子"),
    ("no reporter", [HEAD, *_rows()], ["--reporter", "phone"], "缺少列 phone"),
    ("no budget", [HEAD, *_rows()], ["--alarms-per-60-days", "nan"], "is not in the range"),
    ("wrong year", [HEAD, *_rows(), "1925-03-03,积水,b,1,2,x"], [], "跨度过长"),
]


@pytest.mark.parametrize(("rows", "more", "said"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_what_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, rows: list[str], more: list[str], said: str
) -> None:
    result = run(tmp_path, rows, *more)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "alarms.csv").exists()


def test_no_file_and_the_file_itself(tmp_path: Path) -> None:
    result = run(tmp_path, [HEAD, *_rows()], "--out", str(tmp_path / "events.csv"))
    assert (result.exit_code, "就是输入文件" in result.stderr) == (2, True)
    arguments = ["warn", "--in", str(tmp_path / "none.csv"), *DATES, "--out", str(tmp_path / "a.csv")]
    result = CliRunner().invoke(insight, arguments)
    assert (result.exit_code, "找不到文件" in result.stderr) == (2, True)
    for option in (("--alarms-per-60-days", "0"), ("--minimum", "4")):
        assert run(tmp_path, [HEAD, *_rows()], *option).exit_code == 2


def test_django_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("\n".join([HEAD, *_rows()]), encoding="utf-8")
    program = (
        "import sys; from jinlin.cli.insight import insight; "
        f"insight({['warn', '--in', str(path), *DATES, '--out', str(tmp_path / 'a.csv')]!r}, standalone_mode=False); "
        "assert 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
