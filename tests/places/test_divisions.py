"""Tables of divisions: editions in any order, refusals by line, all or nothing."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from jinlin.audit.models import AuditEntry
from jinlin.kernel.errors import Invalid
from jinlin.people.access import SYSTEM
from jinlin.places import actions, queries
from jinlin.places.models import Edition, PlacesVersion, Region
from tests.places import HEAD, IN_2016, IN_2023, OLD_HEAD, SHIPPED, shared

pytestmark = pytest.mark.django_db

OLD, NEW = date(2016, 7, 31), date(2023, 6, 30)


def bring(text: str | bytes, day: date = NEW) -> actions.ImportReport:
    raw = text.encode() if isinstance(text, str) else text
    return actions.import_divisions(raw, as_of=day, source="tests")


def table() -> list[tuple[Any, ...]]:
    """Everything a reader of the table sees, without ids."""
    rows = Region.objects.select_related("replaced_by", "parent").order_by("code", "valid_from")
    return [
        (
            r.code, r.name, r.valid_from, r.valid_to, r.ur_class, r.lon, r.lat,
            r.replaced_by and (r.replaced_by.code, r.replaced_by.name),
            r.parent and (r.parent.code, r.parent.name),
        )
        for r in rows
    ]  # fmt: skip


def one(code: str, day: date | None = None) -> Region:
    return queries.region(code, day)


def test_the_move_of_a_county() -> None:
    assert bring(IN_2016, OLD).counts() == {"read": 12, "added": 12, "changed": 0, "refused": 0}
    bring(IN_2023)
    county = Region.objects.get(code="411626000000")
    assert (county.valid_from, county.valid_to) == (OLD, NEW)
    assert county.replaced_by is not None
    assert county.replaced_by.code == "411603000000"
    assert (county.replaced_by.valid_from, county.replaced_by.valid_to) == (NEW, None)
    went = {
        r.code: r.replaced_by and r.replaced_by.code
        for r in Region.objects.filter(valid_to=NEW).select_related("replaced_by")
    }
    assert went == {
        "411602002201": "411602002001",  # a village became a community
        "411602002202": None,  # gone
        "411626000000": "411603000000",
        "411626101000": "411603101000",
        "411626101201": "411603101201",
        "411626101202": "411603101202",  # renamed 大宋 -> 贾庄, same number of the same town
        "411626204000": "411603002000",  # 王店乡 -> 王店街道
        "411626204201": "411603002201",
        "411626204202": "411603002202",
    }
    assert one("411602002000").name == "七一路街道"  # the same unit, spelled anew
    assert one("411602002000").valid_from == OLD
    assert one("411626000000", date(2020, 1, 1)).name == "淮阳县"
    assert one("411603101201").ur_class == ""
    assert Region.objects.get(code="411626101201").ur_class == "220"
    assert one("411603000000").lon == county.lon  # the new district lies where the old county lay
    assert [r.name for r in queries.children("411603101000")] == ["蔡庄村民委员会", "贾庄村民委员会"]


def test_the_order_of_editions_does_not_matter() -> None:
    with transaction.atomic():
        bring(IN_2016, OLD)
        bring(IN_2023)
        straight = table()
        transaction.set_rollback(True)
    bring(IN_2023)
    report = bring(IN_2016, OLD)
    assert report.added == 9  # what was gone by 2023
    assert table() == straight
    for text, day in ((IN_2023, NEW), (IN_2016, OLD)):
        assert bring(text, day).counts() | {"read": 0} == {"read": 0, "added": 0, "changed": 0, "refused": 0}
    assert table() == straight


def test_running_twice_changes_nothing_and_says_so() -> None:
    bring(IN_2023)
    token = PlacesVersion.objects.get().token
    assert bring(IN_2023).counts() == {"read": 11, "added": 0, "changed": 0, "refused": 0}
    assert PlacesVersion.objects.get().token == token


def test_shipped_divisions_of_zhoukou() -> None:
    report = actions.import_divisions(SHIPPED / "zhoukou_2023.csv.gz", as_of=NEW, actor=SYSTEM)
    assert report.counts() == {"read": 5334, "added": 5334, "changed": 0, "refused": 0}
    assert Region.objects.filter(level=5).count() == 5113
    assert one("411671000000").is_statistical_only
    assert not one("411602000000").is_statistical_only
    assert one("411602000000").parent.code == "411600000000"
    assert one("411602001001").county == "411602000000"
    assert AuditEntry.objects.filter(verb="places.import_divisions").count() == 1


def _the_county_moved_whole() -> None:
    assert Region.objects.current().count() == 5334 + 862
    assert Region.objects.get(code="411626000000").replaced_by.code == "411603000000"
    towns = Region.objects.filter(code__startswith="411626", level=4).select_related("replaced_by")
    assert len(towns) == 18
    assert all(town.replaced_by.code.startswith("411603") for town in towns)
    villages = Region.objects.filter(code__startswith="411626", level=5)
    assert villages.filter(replaced_by__code__startswith="411603").count() > 0.9 * villages.count()


def test_shared_editions_in_both_orders() -> None:
    old = shared("admin_zhoukou_rongcheng_2016_urban_rural.csv.gz")
    new = shared("admin_zhoukou_2023.csv.gz"), shared("admin_rongcheng_2023.csv.gz")
    with transaction.atomic():
        for path in (old, *new):
            actions.import_divisions(path, as_of=OLD if path == old else NEW)
        straight = table()
        _the_county_moved_whole()
        transaction.set_rollback(True)
    for path in (*new, old):
        last = actions.import_divisions(path, as_of=OLD if path == old else NEW)
    assert last.refused == 0
    assert table() == straight


def test_shared_henan_over_zhoukou() -> None:
    actions.import_divisions(SHIPPED / "zhoukou_2023.csv.gz", as_of=NEW)
    report = actions.import_divisions(shared("admin_henan_2023.csv.gz"), as_of=NEW)
    assert report.counts() == {"read": 55164, "added": 49830, "changed": 1, "refused": 0}
    assert one("411600000000").parent.code == "410000000000"  # the one change: its parent has come


def test_a_file_of_one_town_closes_nothing_beside_it() -> None:
    bring(IN_2023)
    part = HEAD + (
        "411603101000,411603000000,4,township,新站镇\n"
        "411603101201,411603101000,5,village_committee,蔡庄村民委员会\n"
    )
    report = bring(part, date(2024, 6, 30))
    assert report.counts() == {"read": 2, "added": 0, "changed": 1, "refused": 0}
    assert Region.objects.get(valid_to=date(2024, 6, 30)).code == "411603101202"


def test_a_file_of_villages_without_their_town() -> None:
    bring(IN_2023)
    one_more = HEAD + "411603101203,411603101000,5,village_committee,新庄村民委员会\n"
    assert bring(one_more, date(2024, 6, 30)).counts() == {"read": 1, "added": 1, "changed": 0, "refused": 0}
    assert one("411603101203").parent.name == "新站镇"
    assert Region.objects.current().count() == 12
    assert "找不到上级" in lines_of(bring(HEAD + "411699001201,411699001000,5,v,没有乡镇\n"))[2]


def test_a_file_of_counties_says_nothing_of_villages() -> None:
    bring(IN_2023)
    head = "\n".join(line for line in IN_2023.splitlines() if ",5," not in line and ",4," not in line)
    assert bring(head, date(2024, 6, 30)).counts() == {"read": 3, "added": 0, "changed": 0, "refused": 0}
    without = "\n".join(line for line in head.splitlines() if "411602" not in line)
    bring(without, date(2025, 6, 30))
    closed = set(Region.objects.filter(valid_to=date(2025, 6, 30)).values_list("code", flat=True))
    assert closed == {"411602000000", "411602002000", "411602002001"}  # a county takes its subtree along


def test_a_parent_that_is_no_row() -> None:
    text = HEAD + (
        "371082000000,371000000000,3,county,荣成市\n"
        "371082001000,371082000000,4,township,宁津街道\n"
        "371082001203,371082001000,5,village_committee,渠隔村委会\n"
    )
    assert bring(text).added == 3
    assert one("371082000000").parent is None
    bring(HEAD + "371000000000,370000000000,2,prefecture,威海市\n")
    assert Region.objects.current().count() == 4
    bring(text)
    assert one("371082000000").parent.code == "371000000000"


def lines_of(report: actions.ImportReport) -> dict[int, str]:
    return {problem.line: problem.sentence for problem in report.problems}


def test_each_wrong_row_has_its_line_and_sentence() -> None:
    text = IN_2023 + (
        "4116020,411602000000,4,township,太短\n"  # 13
        "4.11602E+11,411602000000,4,township,科学计数\n"
        "411602003000,411602000000,5,township,级别错\n"
        "411602004000,411600000000,4,township,上级错\n"
        "411699001000,411699000000,4,township,没有上级\n"  # 17
        "411602002000,411602000000,4,township,重复\n"
        "411602005000,411602000000,4,township,\n"
        "411602006000,411602000000,4,township,有\x07响铃\n"
        "411602007000,411602000000,4,township\n"  # 21
        "411602008000,411602000000,4,township,=HYPERLINK(1)\n"
        f"411602009000,411602000000,4,township,{'长' * 61}\n"
        "411602010000,411602000000,street five,township,级别词错\n"
    )
    report = bring(text)
    assert report.counts() == {"read": 23, "added": 11, "changed": 0, "refused": 12}
    said = lines_of(report)
    assert list(said) == list(range(13, 25))
    for line, words in {
        13: "12 位", 14: "科学计数", 15: "按代码应是 4", 16: "按代码应是 411602000000", 17: "找不到上级 411699000000",
        18: "与第 4 行重复", 19: "名称是空的", 20: "控制字符", 21: "4 列", 22: "不像地名", 23: "最多 60 个字",
        24: "级别写的是",
    }.items():  # fmt: skip
        assert said[line].startswith(f"第 {line} 行：")
        assert words in said[line], said[line]
    assert Region.objects.count() == 11


def test_a_refused_unit_is_not_taken_for_missing() -> None:
    bring(IN_2023)
    worse = IN_2023.replace("新站镇", "")  # the town's name is empty, its villages are right
    report = bring(worse, date(2024, 6, 30))
    assert report.counts() == {"read": 11, "added": 0, "changed": 0, "refused": 1}
    assert Edition.objects.filter(as_of=date(2024, 6, 30)).count() == 1
    assert not Region.objects.filter(valid_to=date(2024, 6, 30)).exists()


def test_an_unreadable_code_closes_nothing_and_says_so() -> None:
    bring(IN_2023)
    worse = IN_2023.replace("411603101202,411603101000", "41160310120,411603101000")
    report = bring(worse, date(2024, 6, 30))
    assert report.refused == 1
    assert report.notes
    assert not Region.objects.filter(valid_to=date(2024, 6, 30)).exists()
    assert bring(IN_2023.replace("411603101202", "411603101299"), date(2024, 6, 30)).changed == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(encoding: str, packed: bool) -> None:
    text = IN_2023.replace("蔡庄", "㛃庄𠮷").replace("\n", "\r\n")  # beyond GB2312 and beyond the BMP
    raw = text.encode(encoding)
    assert bring(gzip.compress(raw) if packed else raw).added == 11
    assert one("411603101201").name == "㛃庄𠮷村民委员会"


def test_one_damaged_line_among_good_ones() -> None:
    lines = IN_2023.encode().split(b"\n")
    lines[8] = lines[8].replace("贾庄".encode(), "贾庄".encode()[:-1])
    report = bring(b"\n".join(lines))
    assert report.counts() == {"read": 11, "added": 10, "changed": 0, "refused": 1}
    assert "编码损坏" in lines_of(report)[9]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "空"),
        (b" \n\n", "空"),
        (b"code,name\n1,2\n", "缺少列：parent、level"),
        (IN_2023.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest of a workbook", "Excel"),
        (b"\xd0\xcf\x11\xe0 old workbook", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b'{"type": "FeatureCollection"}', "不是 CSV"),
        (b"<html></html>", "不是 CSV"),
        (gzip.compress(IN_2023.encode())[:-9], "损坏"),
        (bytes(range(128, 256)) * 40, "编码不是"),
        ((HEAD + '"411602000000,411600000000,3,county,川汇区\n').encode(), "引号"),
        (b"\x00" * 100, "缺少列"),
    ],
)
def test_files_that_are_no_table(raw: bytes, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        bring(raw)
    assert words in str(caught.value)
    assert not Region.objects.exists()
    assert not Edition.objects.exists()


def test_a_stray_quote_that_swallows_rows_closes_nothing() -> None:
    bring(IN_2023)
    torn = IN_2023.replace(",新站镇", ',"新站镇').replace(",贾庄村民委员会", ',贾庄村民委员会"')
    report = bring(torn, date(2024, 6, 30))
    assert "引号" in lines_of(report)[9]
    assert report.notes
    assert not Region.objects.filter(valid_to__isnull=False).exists()


def test_a_failure_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("jinlin.places.actions.divisions.insert_rows", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        bring(IN_2023)
    assert not Region.objects.exists()
    assert not Edition.objects.exists()


def test_the_old_layout_needs_its_level_and_rank_to_agree() -> None:
    text = OLD_HEAD + "411602000000,411600000000,川汇区,county,4,,f,,,,,\n"
    assert "按代码应是 3" in lines_of(bring(text))[2]


def test_a_day_that_is_none() -> None:
    with pytest.raises(Invalid):
        bring(IN_2023, date(1200, 1, 1))
