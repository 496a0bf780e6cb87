"""`jinlin clock due`: a file of periods in, due times and their working out; no database, no settings, nothing left behind."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jinlin.cli.main import cli

HEAD = "id,start,amount,unit"
EXAMPLE = "a1,2025-09-28T09:00,5,working_day"


def run(*words: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["clock", "due", *map(str, words)], input=stdin)


def write(path: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join((head, *lines, "")).encode(encoding))
    return path


def table(raw: bytes | str) -> dict[str, dict[str, str]]:
    text = raw if isinstance(raw, str) else raw.decode()
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def counts(result: Result) -> dict[str, int]:
    found: dict[str, int] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def asked(path: Path, *lines: str, head: str = HEAD, words: tuple[object, ...] = ()) -> dict[str, str]:
    """Ask for due times; id -> due."""
    out = path / "out.csv"
    result = run("--in", write(path / "in.csv", *lines, head=head), "--out", out, *words)
    assert result.exit_code == 0, result.output
    return {key: row["due"] for key, row in table(out.read_bytes()).items()}


def test_the_public_command_needs_no_database_and_leaves_no_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    env = {
        **os.environ,
        "JINLIN_HOME": str(home),
        "DATABASE_URL": "nonsense://",
        "DJANGO_SETTINGS_MODULE": "no.such",
    }
    source, out = write(tmp_path / "in.csv", EXAMPLE), tmp_path / "out.csv"
    done = subprocess.run(
        [sys.executable, "-m", "jinlin.cli", "clock", "due", "--in", source, "--out", out],
        env=env,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, '{"read": 1, "written": 1, "refused": 0}\n'), done.stderr
    row = table(out.read_bytes())["a1"]
    assert row["due"] == "2025-10-11T18:00:00"
    for words in (
        "9月29、30日，10月9、10、11日",
        "10月1日至8日国庆节、中秋节放假",
        "10月11日（周六）调休上班",
    ):
        assert words in row["explanation"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"], "nothing else is made"


def test_units_and_ways_to_write_a_start(tmp_path: Path) -> None:
    assert asked(
        tmp_path,
        "1,2026-03-10T10:00,24,clock_hour",
        "2,2026-03-10 10:00:30,2.5,Working_Hour",
        "3,2026-03-10T02:00:00Z,4,working_hour",
        "4,2026-03-10T02:00+00:00,1,working_day",
        "5,2026-03-10,4,calendar_day",
        "6,2026-03-10T10:00,0,working_day",
        "7,2026-03-10T10:00:00.25,5.0,working_day",
        "8,2026-03-10T10:00,0.0001,clock_hour",
    ) == {
        "1": "2026-03-11T10:00:00",
        "2": "2026-03-10T15:00:30",
        "3": "2026-03-10T16:30:00+08:00",
        "4": "2026-03-11T18:00:00+08:00",
        "5": "2026-03-16T18:00:00",
        "6": "2026-03-10T10:00:00",
        "7": "2026-03-17T18:00:00",
        "8": "2026-03-10T10:00:00",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("is_gzip", [False, True])
def test_usual_encodings_plain_and_gzip(tmp_path: Path, encoding: str, is_gzip: bool) -> None:
    raw = f"{HEAD}\n第一件,2025-09-28T09:00,5,working_day\n".encode(encoding)
    source = tmp_path / "期限.csv"
    source.write_bytes(gzip.compress(raw) if is_gzip else raw)
    out = tmp_path / ("out.csv.gz" if is_gzip else "out.csv")
    result = run("--in", source, "--out", out)
    assert counts(result) == {"read": 1, "written": 1, "refused": 0}
    told = gzip.decompress(out.read_bytes()) if is_gzip else out.read_bytes()
    assert table(told)["第一件"]["due"] == "2025-10-11T18:00:00"


def test_streams_keep_the_table_alone_on_stdout() -> None:
    result = run("--in", "-", "--out", "-", stdin=f"{HEAD}\n{EXAMPLE}\n".encode())
    assert result.exit_code == 0
    assert table(result.stdout)["a1"]["due"] == "2025-10-11T18:00:00"
    assert result.stderr.strip().splitlines()[-1] == '{"read": 1, "written": 1, "refused": 0}'


def test_bad_rows_are_named_and_the_others_answered(tmp_path: Path) -> None:
    source = write(
        tmp_path / "期限.csv",
        EXAMPLE,
        "b1,昨天,1,working_day",
        "b2,2026-03-10,1,clock_hour",
        "b3,2026-03-10T10:00,1.5,working_day",
        "b4,2026-03-10T10:00,-1,working_hour",
        "b5,2026-03-10T10:00,五,working_day",
        "b6,2026-03-10T10:00,1,week",
        "b7,2026-03-10T10:00,,working_day",
        ",2026-03-10T10:00,1,working_day",
        "b9,1900-01-01T10:00,1,working_day",
        "b10,2149-12-01T10:00,90,working_day",
        "b11,2026-03-10T10:00,1,working_day,x,y",
        "b12,2026-03-10T10:00,nan,clock_hour",
        "b13,2026-02-30T10:00,1,clock_hour",
        "b14,2026-03-10T10:00,1_0,clock_hour",
    )
    out, report = tmp_path / "out.csv", tmp_path / "refused.csv"
    result = run("--in", source, "--out", out, "--report", report)
    assert result.exit_code == 1
    assert counts(result) == {"read": 15, "written": 1, "refused": 14}
    assert list(table(out.read_bytes())) == ["a1"]
    for sentence in (
        "期限.csv 第 3 行：开始时间“昨天”看不懂，请写成 2025-09-28T09:00。",
        "期限.csv 第 4 行：开始时间“2026-03-10”没有时刻，按小时计算需写成 2025-09-28T09:00。",
        "期限.csv 第 5 行：数量“1.5”不是整天，按日计算请填写整数；要算半天请改用 working_hour。",
        "期限.csv 第 6 行：数量“-1”超出范围，请填写 0 到 100000 之间的数。",
        "期限.csv 第 7 行：数量“五”不是数，请填写如 5 或 2.5。",
        "期限.csv 第 16 行：数量“1_0”不是数，请填写如 5 或 2.5。",
        "期限.csv 第 8 行：单位“week”不认识，请用 clock_hour、working_hour、working_day、calendar_day 之一。",
        "期限.csv 第 9 行：缺少 amount，请补填。",
        "期限.csv 第 10 行：缺少 id，请补填。",
        "期限.csv 第 11 行：开始或到期不在 1949 至 2149 年之间，请核对开始时间和数量。",
        "期限.csv 第 13 行：比列名多出了内容，请给含逗号的内容加上引号。",
    ):
        assert sentence in result.stderr
    assert report.read_text(encoding="utf-8-sig").count("\n") == 15


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "in.csv：文件是空的"),
        (b"id,start,amount\n1,2,3\n", "in.csv：第 1 行缺少列 unit"),
        (b"PK\x03\x04....", "不是 CSV"),
        (gzip.compress(f"{HEAD}\n{EXAMPLE}\n".encode())[:30], "压缩文件已损坏"),
        (b'id,start,amount,unit\n"1,2\n', "行不是有效的 CSV"),
        (None, "打不开文件"),
    ],
)
def test_an_unusable_file_writes_nothing_and_keeps_what_was_there(
    tmp_path: Path, raw: Any, words: str
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    if raw is not None:
        source.write_bytes(raw)
    out.write_text("before")
    result = run("--in", source, "--out", out)
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == '{"read": 0, "written": 0, "refused": 0}\n'
    assert out.read_text() == "before"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", EXAMPLE)
    for out in (tmp_path / "no" / "out.csv", source):
        result = run("--in", source, "--out", out)
        assert result.exit_code == 1
        assert "请换一个" in result.stderr
        assert counts(result)["written"] == 0
    assert source.read_text().startswith(HEAD), "the source is never overwritten"
    result = run("--in", source, "--out", "/dev/null")
    assert (result.exit_code, Path("/dev/null").is_file()) == (0, False)


def test_regions_without_files_follow_the_national_calendar_and_say_so(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", f"{EXAMPLE},411602000000", head=f"{HEAD},region")
    result = run("--in", source, "--out", tmp_path / "out.csv")
    assert result.exit_code == 0
    assert "各地区一律按全国日历" in result.stderr


def test_local_days_and_hours_by_region(tmp_path: Path) -> None:
    calendar = write(
        tmp_path / "days.csv",
        "411600000000,2026-03-11,0,全市停水",
        "411602000000,2026-03-11,1,",
        "411602000000,2026-03-14,是,",
        ",2026-03-12,否,",
        head="region,day,is_workday,note",
    )
    hours = write(
        tmp_path / "hours.csv",
        "410000000000,2026-05-01,08:00-12:00 15:00-18:30",
        "410000000000,2026-10-01,08:30-12:00 14:30-18:00",
        head="region,valid_from,spans",
    )
    due = asked(
        tmp_path,
        "city,2026-03-10T10:00,1,working_day,411600000000",
        "town,2026-03-10T10:00,1,working_day,411602001",
        "other,2026-03-10T10:00,1,working_day,110101000000",
        "none,2026-03-10T10:00,2,working_day,",
        "saturday,2026-03-13T10:00,1,working_day,411602001001",
        "summer,2026-06-10T10:00,1,working_day,411602001001",
        "winter,2026-11-10T10:00,1,working_day,411602001001",
        "elsewhere,2026-06-10T10:00,1,working_day,110101000000",
        head=f"{HEAD},region",
        words=("--calendar", calendar, "--hours", hours),
    )
    assert due == {
        "city": "2026-03-13T18:00:00",
        "town": "2026-03-11T18:00:00",
        "other": "2026-03-11T18:00:00",
        "none": "2026-03-13T18:00:00",
        "saturday": "2026-03-14T18:00:00",
        "summer": "2026-06-11T18:30:00",
        "winter": "2026-11-11T18:00:00",
        "elsewhere": "2026-06-11T18:00:00",
    }


def test_hours_of_a_wider_area_hold_until_the_narrower_one_has_its_own(tmp_path: Path) -> None:
    hours = write(
        tmp_path / "hours.csv",
        "410000000000,2025-01-01,08:00-12:00 15:00-18:30",
        "411602000000,2026-05-01,09:00-17:00",
        "410000000000,2026-06-01,08:00-12:00 14:00-17:30",
        head="region,valid_from,spans",
    )
    due = asked(
        tmp_path,
        "before,2026-04-10T10:00,1,working_day,411602001",
        "own,2026-05-11T10:00,1,working_day,411602001",
        "still,2026-06-10T10:00,1,working_day,411602001",
        "wider,2026-06-10T10:00,1,working_day,411681",
        "older,2024-06-11T10:00,1,working_day,411602001",
        head=f"{HEAD},region",
        words=("--hours", hours),
    )
    assert due == {
        "before": "2026-04-13T18:30:00",
        "own": "2026-05-12T17:00:00",
        "still": "2026-06-11T17:00:00",
        "wider": "2026-06-11T17:30:00",
        "older": "2024-06-12T18:00:00",
    }, "as a node with the same rows counts"


def test_a_region_named_in_words_that_no_file_knows_is_said(tmp_path: Path) -> None:
    days = write(tmp_path / "d.csv", "川汇,2026-03-11,0", head="region,day,is_workday")
    rows = ("a,2026-03-10T10:00,1,working_day,川汇", "b,2026-03-10T10:00,1,working_day,川滙")
    source = write(tmp_path / "in.csv", *rows, head=f"{HEAD},region")
    result = run("--in", source, "--out", tmp_path / "out.csv", "--calendar", days)
    assert result.exit_code == 0
    assert "地区“川滙”不是区划代码" in result.stderr
    assert "“川汇”" not in result.stderr


def test_nothing_that_is_read_or_answered_is_written_over(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", EXAMPLE, "bad,x,1,working_day")
    out, days = tmp_path / "out.csv", write(tmp_path / "d.csv", head="region,day,is_workday")
    for words in (
        ("--out", out, "--report", source),
        ("--out", out, "--report", out),
        ("--out", days, "--calendar", days),
    ):
        result = run("--in", source, *words)
        assert result.exit_code == 1
        assert "请换一个文件名" in result.stderr
        assert counts(result)["written"] == 0
    assert source.read_text().startswith(HEAD)
    assert not out.exists()


def test_a_report_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", EXAMPLE, "bad,x,1,working_day")
    result = run("--in", source, "--out", tmp_path / "out.csv", "--report", tmp_path / "no" / "r.csv")
    assert result.exit_code == 1
    assert "请换一个可以写入的位置" in result.stderr
    assert counts(result) == {"read": 2, "written": 1, "refused": 1}
    assert (tmp_path / "out.csv").exists()


def test_due_and_its_explanation_agree_to_the_second(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in.csv",
        "third,2026-03-10T09:00,0.333,working_hour",
        "split,2026-03-10T09:00:30.5,0.333,clock_hour",
    )
    run("--in", source, "--out", tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[1].startswith("third,2026-03-10T09:19:59,")
    assert "09:00—09:19:59；" in lines[1]
    assert lines[1].endswith("09:19:59 到期。")
    assert lines[2].startswith("split,2026-03-10T09:20:29,")
    assert lines[2].endswith("09:20:29 到期。")


@pytest.mark.parametrize("head", [HEAD.replace(",", ";"), HEAD.replace(",", "\t"), f"{HEAD},start"])
def test_another_separator_or_a_column_twice_is_refused(tmp_path: Path, head: str) -> None:
    source = write(tmp_path / "in.csv", EXAMPLE, head=head)
    result = run("--in", source, "--out", tmp_path / "out.csv")
    assert result.exit_code == 1
    assert "英文逗号" in result.stderr or "两个列都叫 start" in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("option", "head", "line", "words"),
    [
        ("--calendar", "region,day,is_workday", ",2026-03-99,1", "extra.csv 第 2 行：日期“2026-03-99”看不懂"),
        (
            "--calendar",
            "region,day,is_workday",
            ",2026-03-10,也许",
            "extra.csv 第 2 行：“也许”不知道是不是上班",
        ),
        ("--calendar", "region,day", ",2026-03-10", "extra.csv 第 1 行缺少列 is_workday"),
        ("--calendar", "region,day,is_workday", ",1900-03-10,1", "extra.csv 第 2 行：日期“1900-03-10”"),
        ("--hours", "region,valid_from,spans", ",2026-03-10,18:00-08:00", "extra.csv 第 2 行：办公时间"),
        ("--hours", "region,valid_from,spans", ",2026-03-10,8-12", "extra.csv 第 2 行：办公时间"),
    ],
)
def test_an_unclear_calendar_is_refused_as_a_whole(
    tmp_path: Path, option: str, head: str, line: str, words: str
) -> None:
    source, extra = write(tmp_path / "in.csv", EXAMPLE), write(tmp_path / "extra.csv", line, head=head)
    result = run("--in", source, "--out", tmp_path / "out.csv", option, extra)
    assert result.exit_code == 1
    assert words in result.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_header_alone_and_many_rows(tmp_path: Path) -> None:
    assert asked(tmp_path) == {}
    many = [f"{n},2025-09-28T09:00,{n % 30},working_day" for n in range(5_000)]
    assert len(asked(tmp_path, *many)) == 5_000
