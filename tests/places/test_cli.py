"""The commands: counts on the last line, sentences on stderr, exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jinlin.cli.import_places import group, guess_day
from jinlin.places.models import Edition, Region
from tests.places import IN_2016, IN_2023, SHIPPED, collection, feature, square
from tests.places.conftest import EAST

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words))


def counts(result: Result) -> dict[str, int]:
    found: dict[str, int] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("admin_zhoukou_2023.csv.gz", date(2023, 6, 30)),
        ("admin_zhoukou_rongcheng_2016_urban_rural.csv.gz", date(2016, 7, 31)),
        ("区划20240115.csv", date(2024, 1, 15)),
        ("区划_2024-01-15.csv", date(2024, 1, 15)),
        ("divisions.csv", date(2026, 3, 10)),
        ("411602002001.csv", date(2026, 3, 10)),
        ("2023-13-45.csv", date(2023, 6, 30)),
    ],
)
def test_the_day_a_name_tells(tuesday: Any, name: str, day: date) -> None:
    assert guess_day(name) == day


def test_divisions_twice() -> None:
    file = str(SHIPPED / "zhoukou_2023.csv.gz")
    first = run("divisions", file)
    assert first.exit_code == 0
    assert counts(first) == {"read": 5334, "added": 5334, "changed": 0, "refused": 0}
    assert Edition.objects.get().as_of == date(2023, 6, 30)
    assert Edition.objects.get().source == "zhoukou_2023.csv.gz"
    assert counts(run("divisions", file)) == {"read": 5334, "added": 0, "changed": 0, "refused": 0}


def test_divisions_with_a_day_a_source_and_refusals(tmp_path: Path) -> None:
    old, new, out = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "refused.csv"
    old.write_text(IN_2016, encoding="gb18030")
    new.write_text(IN_2023 + "4116,,1,x,太短\n", encoding="utf-8-sig")
    run("divisions", str(old), "--as-of", "2016-07-31", "--source", "统计局")
    result = run("divisions", str(new), "--as-of", "2023-06-30", "--report", str(out))
    assert result.exit_code == 0
    assert "第 13 行" in result.stderr
    assert counts(result)["refused"] == 1
    assert out.read_text("utf-8-sig").splitlines()[1].startswith("13,")
    assert Region.objects.get(code="411603000000").valid_from == date(2023, 6, 30)


def test_an_unusable_file_ends_with_counts_and_one(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"PK\x03\x04")
    result = run("divisions", str(bad))
    assert result.exit_code == 1
    assert "Excel" in result.stderr
    assert counts(result) == {"read": 0, "added": 0, "changed": 0, "refused": 0}
    assert run("divisions", str(tmp_path / "none.csv")).exit_code == 2


def test_grids_and_default_grids(county: str, tmp_path: Path) -> None:
    assert counts(run("default-grids", "--within", county))["added"] == 2
    file = tmp_path / "grids.geojson"
    good, bad = feature(square(114.64, 33.62), village=EAST), feature(None, village=EAST)
    file.write_text(json.dumps(collection(good, bad)), encoding="utf-8")
    assert run("grids", str(file)).exit_code == 2  # the datum has to be stated
    result = run("grids", str(file), "--datum", "wgs84")
    assert counts(result) == {"read": 2, "added": 0, "changed": 1, "refused": 1}
    assert "第 2 个网格" in result.stderr
    assert "2/2" in result.stderr, "every import shows how far it is"
