"""The formula page, the composites it publishes, the command that counts anew."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from jinlin.cli.performance import performance
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.people.access import SYSTEM
from jinlin.performance.actions import end_weights, set_weights, sweep_empty
from jinlin.performance.models import Count, OpenCount, WeightSet
from jinlin.performance.queries import board, formulas, published_weights
from jinlin.performance.rules.indicators import INDICATORS
from tests.world import COUNTY, FAR

pytestmark = pytest.mark.django_db
WEIGHTS = {"close_rate": Decimal(20), "register_rate": Decimal("30.5"), "response_rate": Decimal("49.5")}


def published(**changed):
    told = {"actor": SYSTEM, "code": "three", "name": "综合得分", "source": "某年某号文", "weights": WEIGHTS}
    return set_weights(**told | changed)


def test_every_indicator_is_explained_to_everybody(world) -> None:
    page = world.client().get("/formulas").content.decode()
    for one in INDICATORS:
        assert one.name in page, one.code
        assert f'id="{one.code}"' in page
    assert "这里没有综合得分" in page
    told = {one.code: one for _group, many in formulas() for one in many}
    assert told["solution_rate"].numerator == "解决了 + 0.5 × 解决了一部分"
    assert told["intime_close_rate"].numerator == "已结案、没有重开 − 过了答应的日期才结案"
    assert told["intime_close_rate"].denominator == "结案应完成"
    people = told["coverage_gap_people"]  # a number of people, no share of them
    assert (people.numerator, people.denominator) == ("走路到不了至少一种基本保障设施的居民", "")
    assert "n 是测算过的居民人数" in told["coverage_gap_people"].meaning
    assert "重新打开" in told["close_rate"].meaning


def test_a_composite_is_public_with_all_its_versions(world, tuesday) -> None:
    published()
    published(weights={"close_rate": Decimal(100)})
    assert [(row.version, row.valid_to is None) for row in WeightSet.objects.order_by("version")] == [
        (1, False),
        (2, True),
    ]
    page = world.client().get("/formulas").content.decode()
    assert "第 1 版" in page
    assert "某年某号文" in page
    found = board(viewer=world.actor("county"), area=COUNTY)
    assert [one.version for one in found.composites] == [2]
    assert found.composites[0].value is None, "nothing to count yet"
    end_weights(actor=SYSTEM, code="three")
    assert not board(viewer=world.actor("county"), area=COUNTY).composites
    assert len(published_weights()) == 2
    with pytest.raises(NotFound):
        end_weights(actor=SYSTEM, code="three")


def test_a_composite_adds_up_what_the_board_shows(world, tuesday) -> None:
    for _one in range(10):
        world.do("grid", "solve_on_spot", world.report("纸箱"))
    published(weights={"close_rate": Decimal(40), "self_handled_rate": Decimal(60)})
    (one,) = board(viewer=world.actor("county"), area=COUNTY).composites
    assert one.value == Decimal(100)
    assert {percent for _name, percent, _value in one.parts} == {Decimal(40), Decimal(60)}
    for url in (f"/board/{COUNTY}", f"/board/{COUNTY}/bulletin?month=2026-03"):
        page = world.client("county").get(url).content.decode()
        assert "综合得分（第 1 版）" in page, url
        assert "100.00" in page
        assert "自行处置率 100.00% × 60% + 结案率 100.00% × 40%" in page
        assert "某年某号文" in page


@pytest.mark.parametrize(
    "changed",
    [
        {"weights": {"close_rate": Decimal(99)}},
        {"weights": {"nothing": Decimal(100)}},
        {"weights": {"ledger_age": Decimal(100)}},
        {"weights": {"close_rate": Decimal("0.04"), "register_rate": Decimal("99.96")}},
        {"weights": {"close_rate": Decimal(120), "register_rate": Decimal(-20)}},
        {"weights": {}},
        {"source": ""},
        {"code": "综合"},
    ],
)
def test_weights_must_be_public_whole_and_of_rates(changed) -> None:
    with pytest.raises(Invalid) as refused:
        published(**changed)
    assert all(sentence.endswith("。") for many in refused.value.fields.values() for sentence in many)


def test_only_the_platform_publishes_weights(world) -> None:
    for who in ("county", "leader", "province", "dept"):
        with pytest.raises(NotAllowed):
            published(actor=world.actor(who))
    assert published(actor=world.actor("admin")).version == 1


def test_the_command_proves_the_counters_and_mends_them(world, tuesday) -> None:
    world.to_department()
    run = CliRunner()
    good = run.invoke(performance, ["check"])
    assert good.exit_code == 0, good.output
    told = json.loads(good.stdout.splitlines()[-1])
    assert (told["cases"], told["wrong"]) == (1, 0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Count._meta.db_table} SET reported = 7 WHERE cut = 0 AND area = '{COUNTY}'")
    bad = run.invoke(performance, ["check", "--county", COUNTY])
    assert bad.exit_code == 1
    assert "reported" in bad.stderr
    assert json.loads(bad.stdout.splitlines()[-1])["wrong"] >= 1
    mended = run.invoke(performance, ["rebuild"])
    assert mended.exit_code == 0
    assert json.loads(mended.stdout.splitlines()[-1])["events"] == told["events"]
    assert run.invoke(performance, ["check"]).exit_code == 0
    assert run.invoke(performance, ["check", "--county", "柳河"]).exit_code == 2


def test_empty_rows_are_swept_away(world, tuesday) -> None:
    case = world.report()
    world.do("grid", "solve_on_spot", case)
    world.report("还开着的一件", place=FAR, category="FAC-02", channel="hotline")
    assert OpenCount.objects.filter(n=None).exists()
    assert sweep_empty() > 0
    assert not OpenCount.objects.filter(n=None).exists()
    assert OpenCount.objects.filter(cut=0, area=COUNTY, n=1).count() == 1
    assert sweep_empty() == 0
