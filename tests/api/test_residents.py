"""What a resident's program can do without a key: report, join, track, answer, reopen, withdraw."""

from __future__ import annotations

from typing import Any

import pytest

from jinlin.cases.models import Appeal, Case
from tests.world import GRID, VILLAGE

SAID = {"text": "楼下的井盖坏了", "place": VILLAGE, "contact": {"phone": "13800138000"}}
KEY = "tap-00000001"


def test_report_gives_a_receipt_that_opens_the_story(program: Any) -> None:
    answer = program.post("", "/reports", SAID)
    assert answer.status_code == 201, answer.content
    receipt = answer.json()
    for proof in ({"digits": "8000"}, {"token": receipt["token"]}):
        story = program.post("", f"/track/{receipt['code']}", proof)
        assert story.status_code == 200, story.content
        told = story.json()
        assert (told["title"], told["state"], told["steps"][0]["mark"]) == (SAID["text"], "submitted", "now")
    wrong = program.post("", f"/track/{receipt['code']}", {"digits": "1111"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    unknown = program.post("", "/track/AAAABBBBCCCC", {"digits": "8000"})
    assert unknown.json()["fields"] == wrong.json()["fields"], "an unknown code and wrong digits answer alike"


def test_a_key_makes_a_report_happen_once(program: Any) -> None:
    first = program.post("", "/reports", SAID, key=KEY)
    again = program.post("", "/reports", SAID, key=KEY)
    assert first.json() == again.json()
    assert Case.unscoped.count() == 1
    other = program.post("", "/reports", SAID | {"text": "别的事"}, key=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    bad = program.post("", "/reports", SAID, key="short")
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["key"])


def test_photo_hangs_on_the_report_and_is_seen_by_its_owner_only(program: Any, world: Any) -> None:
    stored = program.photo()
    assert stored.status_code == 201, stored.content
    receipt = program.post("", "/reports", SAID | {"photos": [stored.json()["id"]]}).json()
    path = f"/track/{receipt['tracking']}/photos/{stored.json()['id']}"
    seen = program.post("", path, {"token": receipt["token"]})
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
    other = program.post("", "/reports", SAID | {"contact": {"phone": "13900139999"}}).json()
    refused = program.post("", f"/track/{other['tracking']}/photos/{stored.json()['id']}", {"digits": "9999"})
    assert refused.status_code == 404
    assert program.get("grid", f"/photos/{stored.json()['id']}").status_code == 200
    assert program.get("grid", f"/photos/{stored.json()['id']}", thumb="true").status_code == 200
    for who in ("grid2", "county2", "supervisor"):
        assert program.get(who, f"/photos/{stored.json()['id']}").status_code == 404, who


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\xff\xd8\xff\xe0 not a photo"])
def test_what_is_no_photo_is_refused_in_a_sentence(program: Any, data: bytes) -> None:
    answer = program.photo(data=data)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["fields"]["photo"]


def test_join_needs_an_open_public_matter(program: Any, world: Any) -> None:
    case = world.report("路灯不亮", category="FAC-02")
    [near] = program.get("", "/similar", category="FAC-02", village=VILLAGE).json()
    assert near["code"] == case.shown_code
    joined = program.post("", f"/cases/{near['code']}/join", {"text": "我家门口也是"}, key=KEY)
    assert joined.status_code == 201, joined.content
    assert Appeal.unscoped.filter(case=case).count() == 2
    story = program.post("", f"/track/{case.tracking}", {"token": joined.json()["token"]}).json()
    assert "路灯不亮" not in str(story), "a neighbour doesn't read the first person's words"
    own = program.post("", f"/track/{case.tracking}", {"digits": "8000"}).json()
    assert own["title"] == "路灯不亮"
    sensitive = next(
        node for node in program.get("", "/categories").json() if node["sensitive"] and node["parent"]
    )
    hidden = world.report("家里的事", category=sensitive["code"])
    assert program.get("", "/similar", category=sensitive["code"], village=VILLAGE).json() == []
    assert program.post("", f"/cases/{hidden.tracking}/join", {}).status_code == 404
    apart = world.report("路灯下有人打架", category="FAC-02")
    Case.unscoped.filter(pk=apart.pk).update(sensitive=True)
    near = program.get("", "/similar", category="FAC-02", village=VILLAGE).json()
    assert [row["code"] for row in near] == [case.shown_code], "sensitive by itself, not by its matter"
    world.do("grid", "solve_on_spot", case)
    assert program.post("", f"/cases/{case.tracking}/join", {}).status_code == 404


def test_answer_reopen_and_withdraw(program: Any, world: Any) -> None:
    case = world.to_department()
    world.do("dept", "report_done", case, words="已清运", claim="solved")
    world.do("grid", "verify", case, passed=True)
    at = f"/track/{case.tracking}"
    story = program.post("", at, {"digits": "8000"}).json()
    assert story["may_answer"]
    bad = program.post("", f"{at}/follow_up", {"digits": "8000", "solved": "maybe"})
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["solved"])
    stale = program.post("", f"{at}/follow_up", {"digits": "8000", "solved": "yes", "expect": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    done = program.post(
        "", f"{at}/follow_up", {"digits": "8000", "solved": "yes", "expect": story["version"]}
    )
    assert (done.status_code, done.json()["state"]) == (200, "closed"), done.content
    again = program.post("", f"{at}/reopen", {"digits": "8000", "reason": "又堆起来了"})
    assert again.json()["state"] == "reopened"
    gone = program.post("", f"{at}/withdraw", {"digits": "8000"})
    assert (gone.json()["state"], gone.json()["end_label"]) == ("closed", "本人撤回")


def test_who_saw_my_data(program: Any, world: Any) -> None:
    case = world.to_department()
    contact = program.get("dept", f"/cases/{case.tracking}").json()["said"][0]["contact_id"]
    opened = program.post(
        "dept", f"/cases/{case.tracking}/contacts/{contact}", {"purpose": "联系居民核实位置"}
    )
    assert opened.json()["phone"] == "13800138000"
    [look] = program.post("", f"/track/{case.tracking}/seen", {"digits": "8000"}).json()
    assert look["purpose"] == "联系居民核实位置"
    assert "城" in look["department"]


def test_tries_at_a_code_are_limited(program: Any, world: Any) -> None:
    case = world.report()
    codes = [
        program.post("", f"/track/{case.tracking}", {"digits": f"{n:04d}"}).status_code for n in range(12)
    ]
    assert codes[:10] == [422] * 10
    last = program.post("", f"/track/{case.tracking}", {"digits": "8000"})
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0


def test_staff_report_for_a_caller_and_get_no_token(program: Any, world: Any) -> None:
    answer = program.post("county", "/reports", SAID | {"channel": "hotline"})
    assert answer.status_code == 201
    assert answer.json()["token"] == ""
    assert program.post("grid", "/reports", SAID | {"channel": "patrol"}).status_code == 201
    for who in ("grid", "admin"):
        assert program.post(who, "/reports", SAID | {"channel": "hotline"}).status_code == 403, who
    refused = program.post("", "/reports", SAID | {"channel": "hotline"})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["channel"])


def test_report_by_point_in_any_datum(program: Any) -> None:
    point = {"lon": 114.6511, "lat": 33.6235, "datum": "gcj02"}
    answer = program.post("", "/reports", {"text": "路面有坑", "point": point})
    assert answer.status_code == 201, answer.content
    assert Case.unscoped.get(tracking=answer.json()["tracking"]).grid == GRID
    nowhere = program.post("", "/reports", {"text": "路面有坑"})
    assert nowhere.status_code == 201, "the one county at work takes it"
    degrees = program.post("", "/reports", {"text": "坑", "point": {"lon": 33.6, "lat": 114.6}})
    assert degrees.status_code == 422


def test_erase_my_contact(program: Any, world: Any) -> None:
    receipt = program.post("", "/reports", SAID).json()
    at = f"/track/{receipt['tracking']}"
    again = program.post("", f"{at}/erase", {"token": receipt["token"]}, key=KEY)
    assert again.status_code == 200, again.content
    case = Case.unscoped.get(tracking=receipt["tracking"])
    assert not case.callable
    shown = program.get("grid", f"/cases/{case.tracking}").json()["said"][0]
    path = f"/cases/{case.tracking}/contacts/{shown['contact_id']}"
    told = program.post("grid", path, {"purpose": "核实"})
    assert told.status_code == 404 or told.json()["phone"] == ""
    assert program.post("", at, {"digits": "8000"}).status_code == 422, "nothing is left to compare with"
    assert program.post("", at, {"token": receipt["token"]}).status_code == 200


def test_knocks_on_different_doors_are_counted_apart(program: Any, world: Any) -> None:
    for _n in range(35):
        assert program.get("", "/places", q="柳岸").status_code == 200
    codes = [program.post("", "/reports", SAID).status_code for _n in range(31)]
    assert codes == [201] * 30 + [429]
    assert program.get("", "/places", q="柳岸").status_code == 200
