"""What is printed and handed round: the day's sheet, the month's bulletin as words, page and workbook."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from jinlin.audit.models import AuditEntry
from jinlin.kernel import clock, throttle
from jinlin.kernel.errors import Invalid
from jinlin.orgs.queries import categories
from jinlin.performance.queries import Figure, board, formulas
from jinlin.web.board import bulletin
from jinlin.web.board.shown import difference, last_year, rate_of
from jinlin.web.workbooks import PER_HOUR
from tests.world import COUNTY, TOWN

pytestmark = pytest.mark.django_db


def figure(value: str | None = "93.72", **words: Any) -> Figure:
    facts = {
        "code": "close_rate", "name": "结案率", "group": "urban", "value": Decimal(value) if value else None, "unit": "%",
        "numerator": 911, "denominator": 972, "n": 972, "no_answer_share": None, "too_few": False, "no_data": False,
        "direction": "up", "target": None, "formula": "办结 / 应结",
    }  # fmt: skip
    return Figure(**(facts | words))


@pytest.mark.parametrize(
    ("asked", "first", "last", "running", "previous", "following"),
    [
        ("", date(2026, 2, 1), date(2026, 2, 28), False, "2026-01", "2026-03"),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 10), True, "2026-02", ""),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), False, "2024-01", "2024-03"),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31), False, "2025-11", "2026-01"),
    ],
)
def test_months(tuesday, asked, first, last, running, previous, following) -> None:
    month = bulletin.month_of(asked)
    assert (month.first, month.last, month.running) == (first, last, running)
    assert (month.previous, month.next) == (previous, following)


@pytest.mark.parametrize(
    "asked", ["2026-04", "1999-12", "2026-3", "2026-13", "202603", "abc", "２０２６-03", "2026-03-01"]
)
def test_no_such_month(tuesday, world, asked: str) -> None:
    with pytest.raises(Invalid, match="2026-10"):
        bulletin.month_of(asked)
    assert world.client("county").get(f"/board/{COUNTY}/bulletin?month={asked}").status_code == 422


def test_sentences_say_what_they_rest_on_or_why_there_is_none() -> None:
    before = figure("91.00")
    assert (
        bulletin.sentence(figure(), before) == "结案率 93.72%（n=972），去年同期 91.00%，高 2.72 个百分点。"
    )
    asked = figure(no_answer_share=Decimal("31.25"))
    assert "，未作答 31.25%" in bulletin.sentence(asked, None)


def test_own_last_year_is_compared_only_where_both_can_be_told() -> None:
    none = figure(None, no_data=True, n=0)
    few = figure(None, too_few=True, n=3)
    assert last_year(figure(), None) == last_year(figure(), none) == "去年同期无数据"
    assert last_year(figure(), few) == "去年同期样本不足"
    assert last_year(few, figure()) == "去年同期 93.72%"
    assert difference(figure(), Decimal("93.72")) == "持平"
    assert difference(figure("1.20", unit="个"), Decimal("3.20")) == "低 2.00 个"


def test_the_bulletin_counts_its_month_only(world, tuesday) -> None:
    with clock.fixed(tuesday - timedelta(days=20)):
        world.do("grid", "solve_on_spot", world.report("门口的纸箱", category="ENV-01"))
    world.report("三月的一件", category="FAC-01")
    page = world.client("county").get(f"/board/{COUNTY}/bulletin?month=2026-02").content.decode()
    assert "2026年2月，川汇区受理诉求 1 件，办结 1 件" in page
    branch = categories().label("ENV")
    assert f"按类别：{branch} 1 件。" in page
    assert re.search(r"样本不足 10 件、不作评价的：[^。]*结案率", page)
    assert re.search(r"没有可以统计的件、不作评价的：[^。]*满意率", page)
    assert "不排名次" in page
    running = world.client("county").get(f"/board/{COUNTY}/bulletin?month=2026-03").content.decode()
    assert "本月还没有结束，数字统计到3月10日" in running
    empty = world.client("county").get(f"/board/{COUNTY}/bulletin?month=2025-06").content.decode()
    assert "2025年6月，川汇区没有受理和办结诉求。" in empty
    assert "100%" not in empty.replace("不写 100%", "")


def test_what_a_figure_rests_on_begins_with_what_there_is() -> None:
    nothing = figure(None, n=0, no_data=True, target=Decimal(6))
    assert rate_of(nothing, None).n == "目标不超过 6"
    silent = figure(None, n=0, no_data=True, no_answer_share=Decimal("100.00"))
    assert rate_of(silent, None).n == "未作答 100.00%"
    whole = figure(numerator=Decimal(911), no_answer_share=Decimal("3.21"))
    assert rate_of(whole, None).n == "n=972，未作答 3.21%"


def test_every_figure_has_its_formula(world, tuesday) -> None:
    page = world.client("town").get(f"/board/{TOWN}/bulletin").content.decode()
    found = board(viewer=world.actor("town"), area=TOWN)
    assert len(found.figures) > 10
    for one in found.figures:
        assert one.name in page
        assert one.formula
        assert one.formula in page, one.code
    told = {formula.code for _group, several in formulas() for formula in several}
    assert told == {one.code for one in found.figures}


def workbook_of(answer: Any) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_workbook_holds_text_figures_areas_and_who_took_it(world, tuesday) -> None:
    world.report("一件", category="FAC-01")
    answer = world.client("county").get(f"/board/{COUNTY}/bulletin.xlsx?month=2026-03")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert f'filename="bulletin-{COUNTY}-2026-03-' in answer["Content-Disposition"]
    sheets = workbook_of(answer)
    assert list(sheets) == ["通报", "指标", "各地", "构成"]
    assert sheets["通报"][0][0] == "川汇区2026年3月办理情况通报"
    assert "川汇区" in sheets["通报"][1][0]
    found = board(viewer=world.actor("county"), area=COUNTY)
    assert [row[0] for row in sheets["指标"][1:]] == [one.name for one in found.figures]
    assert all(row[8] for row in sheets["指标"][1:]), "each with its formula"
    assert [row[:3] for row in sheets["各地"][1:3]] == [
        ("柳河街道", TOWN, 1),
        ("东风街道", "411602002000", 0),
    ]
    entry = AuditEntry.objects.get(verb="board.export")
    assert "2026年3月" in entry.purpose
    assert entry.county == COUNTY


def test_exports_are_limited(world, tuesday, settings) -> None:
    settings.JINLIN_RATE_LIMITS = True
    actor = world.actor("county")
    for _one in range(PER_HOUR):
        throttle.hit("export", str(actor.account_id), limit=PER_HOUR, seconds=3600)
    client = world.client("county")
    answer = client.get(f"/board/{COUNTY}/bulletin.xlsx")
    assert answer.status_code == 429
    assert "操作太频繁" in answer.content.decode()
    assert client.get("/desk/export.xlsx?view=open").status_code == 429
    assert world.client("town").get(f"/board/{TOWN}/bulletin.xlsx").status_code == 200


def test_the_sheet_of_the_day(world, tuesday) -> None:
    world.report("一件", category="FAC-01")
    answer = world.client("leader").get(f"/board/{TOWN}/daily")
    page = answer.content.decode()
    assert "柳河街道诉求办理日报" in page
    assert "柳岸社区" in page
    assert "办得怎么样" in page
    assert answer["Cache-Control"] == "no-store"
    assert "/desk/?" not in page, "paper has no links"
