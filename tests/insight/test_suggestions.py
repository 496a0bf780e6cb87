"""Suggestions in the product: words of the tree first, the county's model once it is better, a person's word as label."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from jinlin.insight.actions import gather, learn_county, learn_due
from jinlin.insight.models import CategoryModel, Confirmation, Run, Setting
from jinlin.insight.queries import suggested
from jinlin.insight.queries.card import model_card
from jinlin.insight.queries.replying import reply_notes
from jinlin.insight.suggest import learning
from jinlin.insight.suggest.model import Model, to_bytes
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people.actions import issue_token
from tests.insight.test_categories_command import rows
from tests.world import COUNTY, OTHER, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
LEAVES = {"路灯": "FAC-02", "垃圾": "ENV-01", "噪声": "TRA-01"}  # data
LAMP = "3 号楼下的路灯坏了一星期，晚上一片漆黑"  # data


@cache
def learned() -> Model:
    labelled = rows(150)
    texts = ["".join(words) for _label, words in labelled]
    return learning.train(texts, [LEAVES[label] for label, _words in labelled], "2026-03-03")


def model(county: str = COUNTY, *, serves: bool = True) -> CategoryModel:
    made = learned()
    return CategoryModel.objects.create(
        county=county, made_at=clock.now(), texts=150, content=to_bytes(made), card=made.card,
        lexicon_right=0.5, serves=serves,
    )  # fmt: skip


def autofill(margin: float) -> None:
    Setting.objects.create(
        county=COUNTY, alarms_per_60_days=1, minimum=5, autofill_margin=margin, made_at=clock.now()
    )


def test_words_of_the_tree_suggest_and_never_fill(world: Any) -> None:
    autofill(0.0)
    found = suggested(county=COUNTY, text=LAMP)
    assert found.first == "FAC-02"
    assert (found.is_learned, found.filled) == (False, "")
    assert suggested(county=COUNTY, text="啊").nodes == ()


def test_the_model_suggests_in_its_county_and_fills_above_the_offices_margin(
    world: Any, django_assert_max_num_queries: Any
) -> None:
    model()
    suggested(county=COUNTY, text=LAMP)
    with django_assert_max_num_queries(3):
        found = suggested(county=COUNTY, text=LAMP)
    assert (found.first, found.is_learned, found.filled) == ("FAC-02", True, "")  # nobody chose a margin
    assert len(found.nodes) == 2
    assert not suggested(county=OTHER, text=LAMP).is_learned
    autofill(0.3)
    assert suggested(county=COUNTY, text=LAMP).filled == "FAC-02"
    assert suggested(county=COUNTY, text=LAMP).sure >= 0.3
    Setting.objects.update(autofill_margin=1.0)
    assert suggested(county=COUNTY, text=LAMP).filled == ""


def test_a_model_worse_than_the_words_of_the_tree_is_kept_back(world: Any) -> None:
    model(serves=False)
    assert not suggested(county=COUNTY, text=LAMP).is_learned


def test_what_a_person_sends_on_becomes_a_label_without_its_text(world: Any) -> None:
    waiting = world.report(LAMP, category="FAC-02")
    sent = world.to_department("楼道里的垃圾没人清，臭味大")
    world.report("家里的事，请保密", category="LIV-04")
    assert gather(COUNTY) == 1
    label = Confirmation.objects.get()
    assert (label.case_id, label.category.code, label.suggested) == (sent.pk, "ENV-01", "ENV-01")
    assert label.unit is not None
    assert gather(COUNTY) == 0
    world.do("dept", "note", sent, words="清运中")
    assert not Confirmation.objects.filter(case=waiting).exists()
    columns = {field.name for field in Confirmation._meta.get_fields()}
    assert not columns & {"text", "title", "body", "account"}


def test_a_county_learns_at_night_and_says_so(world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("jinlin.insight.actions.learning.FEWEST", 30)
    for label, words in rows(36, seed=3):
        case = world.report("".join(words), category=LEAVES[label])
        world.do("grid", "accept", case)
        world.do("grid", "solve_on_spot", case, words="已现场解决")
    made = learn_county(COUNTY)
    assert made is not None
    assert made.card["texts"] == made.texts == 36
    run = Run.objects.get(job="train", county=COUNTY)
    assert run.state == "done"
    assert any("36" in said for _at, said in run.lines)
    assert learn_county(COUNTY) is None  # nothing new
    again = learn_county(COUNTY, anyway=True)
    assert again is not None
    assert CategoryModel.objects.get(is_current=True) == again
    assert learn_due() == 0  # the county was looked at today


def test_too_few_labels_are_said_in_the_log(world: Any) -> None:
    world.to_department()
    assert learn_county(COUNTY) is None
    assert "100" in Run.objects.get().lines[-1][1]


def test_the_card_is_read_in_its_own_county_only(world: Any, django_assert_max_num_queries: Any) -> None:
    empty = model_card(viewer=world.actor("county"), area=COUNTY)
    assert empty.current is None
    model()
    with django_assert_max_num_queries(9):
        card = model_card(viewer=world.actor("county"), area=COUNTY)
    assert card.current is not None
    assert {kind.code for kind in card.kinds} == set(LEAVES.values())
    page = world.client("county").get(f"/insight/{COUNTY}/model").content.decode()
    assert "路灯" in page
    assert "150" in page
    with pytest.raises(NotFound):
        model_card(viewer=world.actor("county"), area=OTHER)
    assert world.client("county2").get(f"/insight/{COUNTY}/model").status_code == 404


def test_a_resident_is_offered_two_tiles_and_none_is_picked(world: Any) -> None:
    model()
    client = world.client()
    part = client.post("/report/suggest", {"text": LAMP, "place": VILLAGE}, headers={"HX-Request": "true"})
    said = part.content.decode()
    assert said.count('type="radio"') == 2
    assert 'value="FAC-02"' in said
    assert "checked" not in said
    page = client.post(
        "/report/similar", {"text": LAMP, "place": VILLAGE}
    ).content.decode()  # without scripts
    assert "听起来像" in page
    assert "听起来像" not in client.get("/").content.decode()
    assert client.post("/report/suggest", {"text": LAMP, "category": "ENV-01"}).content.strip() == b""


def test_the_desk_sees_the_suggestion_where_the_category_is_set(world: Any) -> None:
    case = world.report(LAMP)
    page = world.client("village").get(f"/desk/case/{case.tracking}/categorise").content.decode()
    assert re.search(r'<optgroup label="建议"><option value="FAC-02">', page)
    hints = world.client("village").get("/desk/hints", {"text": LAMP, "place": VILLAGE}).content.decode()
    assert 'data-value="FAC-02"' in hints
    model()
    autofill(0.2)
    page = world.client("village").get(f"/desk/case/{case.tracking}/categorise").content.decode()
    assert re.search(r'<option value="FAC-02" selected>', page)
    case.refresh_from_db()
    assert case.category_id is None  # filled in is not set: a person sends it


def test_a_result_is_looked_over_before_it_is_sent_and_nothing_is_stopped(world: Any) -> None:
    case = world.to_department("路边的垃圾没人清，已经一个星期了")
    client = world.client("dept")
    url = f"/desk/case/{case.tracking}/report_done"
    page = client.get(url).content.decode()
    assert 'name="look"' in page
    asked = {"words": "您的来信收悉，已转有关部门处理。", "look": "1", "claim": "solved"}
    part = client.post(url, asked, headers={"HX-Request": "true", "HX-Target": "reply-notes-f-words"})
    assert "只说了收到" in part.content.decode()
    assert "<form" not in part.content.decode()
    page = client.post(url, asked).content.decode()  # without scripts: the whole form, everything typed kept
    assert "只说了收到" in page
    assert "已转有关部门处理" in page
    case.refresh_from_db()
    assert case.state == "in_progress"
    sent = {name: value for name, value in asked.items() if name != "look"}
    assert client.post(url, {**sent, "expect": case.version}).status_code < 400
    case.refresh_from_db()
    assert case.state == "verifying"  # a note stops nobody


def test_notes_are_in_words_and_a_full_answer_has_none(world: Any) -> None:
    case = world.report("路边的垃圾没人清")
    full = "经现场查看，路边的垃圾已于3月2日清运完毕，保洁员每天两次巡查，有问题请拨打电话12345。"
    assert reply_notes(viewer=world.actor("village"), case=case, words=full) == ()
    notes = reply_notes(viewer=world.actor("village"), case=case, words="垃圾是旁边工地的，属于临时堆放。")
    assert {note.code for note in notes} >= {"no_contact"}
    assert all(note.sentence.endswith("。") for note in notes)
    assert reply_notes(viewer=world.actor("village"), case=case, words=" ") == ()


def test_a_reply_to_another_matter_is_noticed(world: Any) -> None:
    for label, words in rows(24, seed=9):
        world.report("".join(words), category=LEAVES[label])
    case = world.report("东门路灯不亮，灯杆也歪了，晚上走路很黑，请派人检修")
    words = (
        "经现场核实，垃圾桶的臭味是清运不及时造成的，保洁公司已于3月2日清运完毕，苍蝇也做了消杀，垃圾不再堆放。"
        * 2
    )
    codes = [note.code for note in reply_notes(viewer=world.actor("village"), case=case, words=words)]
    assert codes[0] == "off_subject"


def test_the_api_tells_the_card_and_two_codes(world: Any) -> None:
    key = issue_token(actor=world.actor("county"), account=world.accounts["county"], label="检查")[1]
    headers = {"Authorization": f"Bearer {key}"}
    client = world.client()
    card = client.get(f"/api/v1/categories/model/{COUNTY}", headers=headers)
    assert card.json()["current"] is None
    answer = client.post(
        "/api/v1/categories/suggestion",
        json.dumps({"area": COUNTY, "text": LAMP}),
        content_type="application/json",
        headers=headers,
    )
    assert answer.json()["codes"][0] == "FAC-02"
    body = json.dumps({"area": OTHER, "text": LAMP})
    denied = client.post(
        "/api/v1/categories/suggestion", body, content_type="application/json", headers=headers
    )
    assert denied.status_code == 404
