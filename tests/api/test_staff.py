"""What the programs of staff can do: lists, one case, every move of the golden loop, contact, board, keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jinlin.cases.models import Case
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import relations as rel
from jinlin.people.access import SYSTEM
from jinlin.people.actions import close_account
from jinlin.people.models import Account
from tests.world import COUNTY, FAR, GRID, OTHER, TOWN, VILLAGE

KEY = "tap-00000001"


def test_the_golden_loop_through_the_api(program: Any, world: Any) -> None:
    case = world.report("路边的垃圾没人清", category="ENV-01")
    unit = next(row for row in program.get("county", "/units", county=COUNTY).json() if row["line"] == "CMB")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("grid", "accept", {}),
        ("grid", "escalate", {"reason": "网格处理不了"}),
        ("village", "escalate", {"reason": "需要部门处理"}),
        ("town", "escalate", {"reason": "需要部门处理"}),
        ("county", "dispatch", {"to_unit": unit["id"]}),
        ("dept", "sign", {}),
        ("dept", "contact", {"words": "已电话联系"}),
        ("dept", "report_done", {"words": "已清运", "claim": "solved"}),
        ("grid", "verify", {"passed": True, "on_spot": True}),
    ]
    for who, verb, body in steps:
        shown = program.get(who, f"/cases/{case.tracking}").json()
        assert verb in [move["verb"] for move in shown["moves"]], (who, verb)
        answer = program.move(who, case, verb, expect=shown["row"]["version"], **body)
        assert answer.status_code == 200, (verb, answer.content.decode())
    assert answer.json()["row"]["state"] == "follow_up"
    assert Case.unscoped.get(pk=case.pk).version == len(steps) + 1


def test_the_second_of_two_is_told_what_happened(program: Any, world: Any) -> None:
    case = world.report()
    assert program.move("grid", case, "accept", expect=1).status_code == 200
    stale = program.move("village", case, "answer", words="已答复", expect=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert "接单" in stale.json()["detail"]


def test_a_key_makes_a_move_happen_once(program: Any, world: Any) -> None:
    case = world.report()
    first = program.move("grid", case, "escalate", key=KEY, reason="办不了")
    again = program.move("grid", case, "escalate", key=KEY, reason="办不了")
    assert (first.status_code, again.status_code) == (200, 200), again.content
    assert first.json()["row"]["version"] == again.json()["row"]["version"] == 2
    other = program.move("grid", case, "escalate", key=KEY, reason="换个理由")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_move_keeps_the_time_of_the_tap(program: Any, world: Any, tuesday: Any) -> None:
    case = world.report(at=tuesday - timedelta(hours=3))
    tapped = (tuesday - timedelta(hours=1)).isoformat()
    assert program.move("grid", case, "accept", made_at=tapped).status_code == 200
    assert Case.unscoped.get(pk=case.pk).accepted_at == tuesday - timedelta(hours=1)
    future = (tuesday + timedelta(hours=1)).isoformat()
    assert program.move("grid", case, "note", words="在办", made_at=future).status_code == 422


def test_forbidden_moves_are_refused_with_their_reason(program: Any, world: Any) -> None:
    case = world.report()
    cases = (
        ("dept", "sign", {}, 404, "not_found"),
        ("grid2", "accept", {}, 404, "not_found"),
        ("leader", "accept", {}, 403, "not_allowed"),
        ("town", "accept", {}, 403, "not_your_move"),
        ("grid", "verify", {"passed": True}, 409, "wrong_state"),
        ("village", "decline", {"exit_code": "nonsense", "words": "不行"}, 422, "invalid"),
        ("village", "decline", {"words": "不行"}, 422, "invalid"),
        ("village", "answer", {"words": "好", "extra": 1}, 422, "invalid"),
        ("village", "merge", {"into": "AAAABBBBCCCC"}, 404, "not_found"),
    )
    for who, verb, body, status, code in cases:
        answer = program.move(who, case, verb, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (who, verb, answer.content)
    assert Case.unscoped.get(pk=case.pk).version == 1


def test_every_move_of_staff_is_an_operation() -> None:
    from jinlin.api.moves import OWN, body_of

    for move in m.MOVES:
        fields = set(body_of(move).model_fields) - {"expect", "made_at"}
        assert fields == {need.name for need in move.needs}, move.verb
    assert {move.verb for move in m.MOVES if move.who == OWN} == {"withdraw"}
    assert rel.REPORTER in OWN


def test_merge_and_split(program: Any, world: Any) -> None:
    one, two, three = (world.report(f"垃圾{n}", category="ENV-01") for n in range(3))
    merged = program.move("village", two, "merge", into=one.shown_code)
    assert merged.json()["row"]["end_label"] == "与另一件合并", merged.content
    world.do("grid", "escalate", three, reason="要分办")
    world.do("village", "escalate", three, reason="要分办")
    world.do("town", "escalate", three, reason="要分办")
    parts = [
        {"to_unit": str(world.unit("CMB")), "task": "清垃圾"},
        {"to_unit": str(world.unit("HCB")), "task": "修围挡"},
    ]
    split = program.move("county", three, "split", parts=parts)
    assert split.json()["row"]["state"] == "in_parts", split.content
    links = program.get("county", f"/cases/{three.tracking}").json()["links"]
    assert {link["title"] for link in links} == {"清垃圾", "修围挡"}
    assert program.move("county", one, "split", parts=parts[:1]).status_code in (403, 422)


def test_lists_page_filter_and_count(program: Any, world: Any) -> None:
    cases = [world.report(f"第{n}件 井盖", category="ENV-01") for n in range(5)]
    world.report("别处的事", place=FAR)
    seen: list[str] = []
    after = ""
    for _page in range(3):
        page = program.get("town", "/cases", limit=2, after=after).json()
        seen += [row["code"] for row in page["rows"]]
        after = page["next"]
    assert sorted(seen) == sorted(case.shown_code for case in cases)
    assert after == ""
    found = program.get("town", "/cases", q="第3件").json()["rows"]
    assert [row["title"] for row in found] == ["第3件 井盖"]
    assert program.get("town", "/cases", q=cases[0].shown_code).json()["rows"][0]["id"] == str(cases[0].pk)
    assert len(program.get("county", "/cases", place=TOWN).json()["rows"]) == 5
    assert program.get("town", "/cases", view="everything").status_code == 422
    assert program.get("town", "/cases", after="nonsense").status_code == 422
    assert program.get("village", "/cases/counts").json()["grid"] == 5
    assert len(program.get("grid", "/field").json()["todo"]) == 5
    history = program.get("village", f"/cases/{cases[0].tracking}/history").json()
    assert len(history) == 4


def test_lists_cost_the_same_however_long(
    program: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        world.report(f"第{n}件", category="ENV-01")
    program.get("county", "/cases")
    with django_assert_max_num_queries(12):
        assert len(program.get("county", "/cases").json()["rows"]) == 12
    case = Case.unscoped.first()
    with django_assert_max_num_queries(20):
        program.get("county", f"/cases/{case.tracking}")


def test_contact_opens_only_while_handling(program: Any, world: Any) -> None:
    case = world.to_department()
    contact = program.get("dept", f"/cases/{case.tracking}").json()["said"][0]["contact_id"]
    path = f"/cases/{case.tracking}/contacts/{contact}"
    purpose = {"purpose": "核实"}
    assert program.post("dept2", path, purpose).status_code == 404
    assert program.post("leader", path, purpose).status_code == 403
    assert program.post("dept", path, {}).status_code == 422
    assert program.post("dept", path, purpose).json()["phone"] == "13800138000"
    other = world.report("别的事", phone="13900139000")
    theirs = program.get("grid", f"/cases/{other.tracking}").json()["said"][0]["contact_id"]
    assert program.post("dept", f"/cases/{case.tracking}/contacts/{theirs}", purpose).status_code == 404


def test_board_opens_on_the_own_area(program: Any, world: Any) -> None:
    world.report()
    own = program.get("town", "/board").json()
    assert (own["code"], own["total"]["open"]) == (TOWN, 1)
    assert [child["open"] for child in own["children"] if child["code"] == VILLAGE] == [1]
    assert program.get("county", f"/board/{TOWN}").json()["total"]["open"] == 1
    for area in (OTHER, COUNTY, "x", "4116020010ab", "1" * 300):
        assert program.get("town", f"/board/{area}").status_code == 404, area
    assert program.get("grid", "/board").status_code == 403
    assert program.get("province", "/board").json()["masked"]


def test_keys_are_made_listed_and_ended(program: Any, world: Any) -> None:
    me = program.get("dept", "/me").json()
    assert me["posts"][0]["role"] == "department"
    made = program.post("dept", "/me/tokens", {"label": "热线平台", "days": 30})
    assert made.status_code == 201
    secret = made.json()["secret"]
    call = {"Authorization": f"Bearer {secret}"}
    assert program.client.get("/api/v1/me", headers=call).status_code == 200
    listed = program.get("dept", "/me/tokens").json()
    assert {row["label"] for row in listed} == {"测试", "热线平台"}
    assert secret not in str(listed)
    assert program.delete("dept2", f"/me/tokens/{made.json()['id']}").status_code == 404
    assert program.delete("dept", f"/me/tokens/{made.json()['id']}").json()["revoked_at"]
    gone = program.client.get("/api/v1/me", headers=call)
    assert (gone.status_code, gone["WWW-Authenticate"]) == (401, "Bearer")


def test_a_closed_account_and_a_cookie_open_nothing(program: Any, world: Any) -> None:
    program.secret("dept")
    close_account(actor=SYSTEM, account=Account.objects.get(username="dept"))
    assert program.get("dept", "/cases").status_code == 401
    browser = world.client("county")
    assert browser.get("/api/v1/cases").status_code == 401, "a log-in cookie is no key"


def test_places_and_categories_are_public(program: Any, world: Any) -> None:
    assert program.get("", "/places", q="柳岸").json()[0]["code"] == VILLAGE
    assert program.get("", f"/places/{TOWN}").json()["parent_code"] == COUNTY
    assert {row["code"] for row in program.get("", f"/places/{TOWN}/children").json()} >= {VILLAGE}
    assert [row["name"] for row in program.get("", "/places/roots").json()] == ["河南省"]
    hit = program.get("", "/places/locate", lon=114.645, lat=33.625).json()
    assert hit["grid"]["code"] == GRID
    assert program.get("", "/places/locate", lon=114.7, lat=33.9).json()["grid"] is None
    grids = program.get("", f"/places/{VILLAGE}/grids.geojson").json()
    assert grids["features"][0]["geometry"]["type"] == "Polygon"
    assert program.get("", "/places/410000000000/grids.geojson").status_code == 422
    assert program.get("", "/places/999999999999").status_code == 404
    assert program.get("", "/places/locate", lon=0, lat=0).status_code == 422
    assert any(row["code"] == "ENV-01" for row in program.get("", "/categories").json())


def test_proposals_say_why(program: Any, world: Any) -> None:
    found = program.get("county", "/proposals", category="ENV-01", place=VILLAGE).json()
    assert found["lead"]["id"]
    assert found["reason"]
    assert program.get("county", "/proposals", category="NONE-1", place=COUNTY).status_code == 200
    assert program.get("county", "/proposals", category="ENV-01", place="x").status_code == 422
    assert program.get("grid", "/proposals", place=VILLAGE).status_code == 403


def test_a_hotline_report_without_a_place_goes_to_the_own_desk(program: Any, world: Any) -> None:
    answer = program.post("county", "/reports", {"text": "说不清在哪儿的事", "channel": "hotline"})
    assert answer.status_code == 201, answer.content
    assert Case.unscoped.get(tracking=answer.json()["tracking"]).county == COUNTY
