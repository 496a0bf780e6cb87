"""我的15分钟: the list first, for two paces; the place stands in no address, no log, no table; wishes and wrong data land."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinlin.cases.models import Case
from jinlin.circle.models import Flag, GapNote
from tests.world import VILLAGE
from tests.world.circle import ANCHOR, Neighbourhood, draw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
PIN = {"lon": f"{ANCHOR[0] + 0.00117:.6f}", "lat": f"{ANCHOR[1] + 0.0009:.6f}", "datum": "wgs84"}


@pytest.fixture
def near(world: Any, home: Any, tmp_path: Path) -> Neighbourhood:
    return draw(tmp_path)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:400])
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_name_leads_to_the_list(world: Any, near: Neighbourhood) -> None:
    client = world.client()
    assert "您住在哪里" in text(client.get("/15"))
    found = text(client.post("/15", {"q": "柳荫", "find": "1"}))
    assert f'name="compound" value="{near.home}"' in found
    page = text(client.post("/15", {"compound": str(near.home)}))
    assert "从柳荫小区（演示·手绘）出发" in page
    assert re.search(r"步行 \d+ 分钟，慢行 \d+ 分钟", page)
    assert page.index("该有、但太远的") < page.index("data-map"), "list first, map second"
    assert "没有找到这个名字" in text(client.post("/15", {"q": "不存在的院子", "find": "1"}))
    assert "请写小区的名字" in text(client.post("/15", {}), 422)


def test_a_pin_is_kept_nowhere(world: Any, near: Neighbourhood, caplog: Any) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        answer = world.client().post("/15", PIN)
    page = text(answer)
    assert "走得到的" in page
    assert answer["Cache-Control"] == "no-store"
    writes = [
        one["sql"]
        for one in asked
        if re.match(r"(INSERT|UPDATE)", one["sql"]) and "session" not in one["sql"]
    ]
    assert not any(PIN["lon"] in sql or PIN["lat"] in sql for sql in writes)
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any(PIN["lon"] in line for line in said)
    assert PIN["lon"] not in page
    assert not re.search(r'(?:href|action)="[^"]*lon=', page)


def test_open_now_is_of_now(world: Any, near: Neighbourhood, tuesday: Any, at: Any) -> None:
    from datetime import timedelta

    assert "现在开着" in text(world.client().post("/15", {"compound": str(near.home)}))
    with at(tuesday + timedelta(hours=13, minutes=30)):  # 23:30
        assert "现在没开" in text(world.client().post("/15", {"compound": str(near.home)}))


@pytest.mark.parametrize("form", [
    {"lon": "nan", "lat": "33"}, {"lon": "500", "lat": "33"}, {"compound": "0" * 32}, {"lon": "x", "lat": "y"},
    {"q": "\x00", "find": "1"},
])  # fmt: skip
def test_nonsense_gets_a_sentence(world: Any, near: Neighbourhood, form: dict[str, str]) -> None:
    assert world.client().post("/15", form).status_code in (200, 422)


def test_far_away_says_what_to_do(world: Any, near: Neighbourhood) -> None:
    assert "这里还看不了" in text(world.client().post("/15", {"lon": "116.4", "lat": "39.9"}))


def test_wrong_data_is_flagged_without_a_name(world: Any, near: Neighbourhood) -> None:
    client = world.client()
    url = f"/15/wrong/{near.pharmacy}"
    assert "北街药店" in text(client.get(url))
    assert "请选择" in text(client.post(url, {"kind": ""}), 422)
    assert client.post(url, {"kind": "closed"})["Location"] == "/15"
    assert Flag.objects.get().kind == "closed"
    assert client.get(f"/15/wrong/{near.gate}").status_code == 404


def test_a_wish_becomes_a_case_with_its_gap(world: Any, near: Neighbourhood) -> None:
    client = world.client()
    asked = {"code": "MUN-TL", "compound": str(near.home)}
    assert "家门口想要公厕" in text(client.post("/15/wish", asked))
    answer = client.post("/15/wish", asked | {"send": "1", "text": "买菜时很不方便", "key": "w" * 32})
    assert answer.status_code == 302
    again = client.post("/15/wish", asked | {"send": "1", "text": "买菜时很不方便", "key": "w" * 32})
    assert again["Location"] == answer["Location"]
    note = GapNote.objects.get()
    case = Case.unscoped.get(pk=note.case_id)
    assert (note.category, note.compound_id, case.category.code[:3], case.village) == (
        "MUN-TL",
        near.home,
        "CIR",
        VILLAGE,
    )
    done = text(client.get(answer["Location"]))
    assert case.shown_code in done
    assert client.post("/15/wish", {"code": "NO"})["Location"] == "/15"


def test_the_map_for_everybody_holds_no_work_in_progress(world: Any, near: Neighbourhood) -> None:
    features = world.client().get(f"/15/map/{VILLAGE}").json()["features"]
    kinds = {one["properties"]["kind"] for one in features}
    assert kinds == {"compound", "wall", "gate", "facility"}
    assert "proposed" not in {one["properties"].get("status") for one in features}


def test_everybody_may_read_the_standard(world: Any, near: Neighbourhood) -> None:
    page = text(world.client().get("/15/standard"))
    assert "小学" in page
    assert "待核对" in page
