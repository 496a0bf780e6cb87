"""Moves made at the desk: by form and by fragment, stale, forbidden, many at once, entered for a caller, exported."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from jinlin.audit.models import AuditEntry
from jinlin.cases.models import Appeal, Case, CaseLink
from jinlin.cases.rules.moves import MOVES
from jinlin.kernel.ids import new_id
from jinlin.web.desk.export import workbook
from jinlin.web.workbooks import safe
from tests.world import COUNTY, SIBLING, VILLAGE

HTMX = {"HTTP_HX_REQUEST": "true"}


def fresh(case: Case) -> Case:
    return Case.unscoped.get(pk=case.pk)


def url(case: Case, verb: str) -> str:
    return f"/desk/case/{case.tracking}/{'contacted' if verb == 'contact' else verb}"


@pytest.fixture
def held(world) -> Case:
    """A case the county's desk holds."""
    case = world.report("路边的垃圾没人清", category="ENV-01")
    world.do("grid", "escalate", case, reason="需要部门")
    world.do("village", "escalate", case, reason="需要部门")
    return world.do("town", "escalate", case, reason="需要部门")


def test_a_dispatch_is_proposed_and_confirmed(world, held) -> None:
    client = world.client("county")
    page = client.get(f"/desk/case/{held.tracking}")
    proposal = page.context["detail"].proposal
    form = {"to_unit": str(proposal.lead.pk), "expect": str(held.version), "key": str(new_id())}
    assert client.post(url(held, "dispatch"), form).status_code == 302
    assert fresh(held).holder_unit == proposal.lead.pk
    again = client.post(url(held, "dispatch"), form)  # a double click
    assert again.status_code == 302
    assert fresh(held).version == held.version + 1


def test_a_fragment_answers_with_the_fresh_case_and_its_row(world, held) -> None:
    form = {"to_unit": str(world.unit("CMB")), "expect": str(held.version), "back": "view=mine"}
    part = world.client("county").post(url(held, "dispatch"), form, **HTMX)
    text = part.content.decode()
    assert part.status_code == 200
    assert "<html" not in text
    assert f'id="row-{held.tracking}" hx-swap-oob="true"' in text
    assert "已完成" in text


def test_a_bad_form_comes_back_with_what_was_written(world, held) -> None:
    client = world.client("county")
    page = client.post(url(held, "decline"), {"words": "我写了这些", "expect": str(held.version)})
    assert page.status_code == 422
    assert "我写了这些" in page.content.decode()
    assert "error-summary" in page.content.decode()
    part = client.post(url(held, "decline"), {"words": "我写了这些"}, **HTMX)
    assert part.status_code == 422
    assert part["HX-Retarget"] == "#move-body"
    assert fresh(held).version == held.version


def test_a_stale_form_tells_who_did_what_and_overwrites_nothing(world, held) -> None:
    world.do("county_b", "dispatch", held, to_unit=world.unit("CMB"))
    form = {"words": "这是我的答复", "expect": str(held.version)}
    for headers in ({}, HTMX):
        page = world.client("county").post(url(held, "answer"), form, **headers)
        text = page.content.decode()
        assert page.status_code == 409
        assert "川汇区综治中心" in text
        assert "派单" in text
        assert "这是我的答复" in text  # nothing typed is lost
        assert "已派单" in text  # the fresh case stands beside
    as_json = world.client("county").post(url(held, "answer"), form, HTTP_ACCEPT="application/json")
    assert as_json.status_code == 409
    assert as_json.json()["code"] == "stale"
    assert fresh(held).state == "dispatched"


def test_two_press_at_once_and_only_one_counts(world, held) -> None:
    first = {"words": "甲的答复", "expect": str(held.version), "key": str(new_id())}
    second = {"words": "乙的答复", "expect": str(held.version), "key": str(new_id())}
    assert world.client("county").post(url(held, "answer"), first).status_code == 302
    assert world.client("county_b").post(url(held, "answer"), second).status_code == 409
    assert fresh(held).events.filter(verb="answer").count() == 1


@pytest.mark.parametrize("verb", [move.verb for move in MOVES])
def test_a_forbidden_move_typed_into_the_address_bar(world, held, verb) -> None:
    """The village has handed it up and may still see it; the supervisor only looks on: neither moves it."""
    for who, allowed in (("village", {"note"}), ("supervisor", set()), ("leader", set())):
        if verb in allowed:
            continue
        client = world.client(who)
        for response in (
            client.get(url(held, verb)),
            client.post(url(held, verb), {"words": "x", "reason": "x"}),
        ):
            assert response.status_code in (403, 409, 422), (who, verb, response.status_code)
    assert fresh(held).version == held.version


def test_every_offered_move_has_a_page_without_scripts(world, held) -> None:
    client = world.client("county")
    page = client.get(f"/desk/case/{held.tracking}")
    offered = [*page.context["asked"], *page.context["others"]]
    assert {move["verb"] for move in offered} >= {
        "dispatch",
        "escalate",
        "merge",
        "split",
        "ask",
        "decline",
        "hand_down",
    }
    for move in offered:
        for headers in ({}, HTMX):
            response = client.get(move["url"], **headers)
            assert response.status_code == 200, move
            assert 'name="expect"' in response.content.decode()
    assert client.get(f"/desk/case/{held.tracking}/fly").status_code == 404


def test_objection_ruling_and_the_final_dispatch(world, held) -> None:
    world.do("county", "dispatch", held, to_unit=world.unit("CMB"))
    dept, county = world.client("dept"), world.client("county")
    assert dept.post(url(held, "object"), {"reason": "不归我们管"}).status_code == 302
    asked = county.get(url(held, "rule")).content.decode()
    assert "不归我们管" in asked
    assert "为什么派到这里" in asked
    ruled = county.post(
        url(held, "rule"), {"upheld": "yes", "reason": "确实", "to_unit": str(world.unit("HCB"))}
    )
    assert ruled.status_code == 302
    assert fresh(held).holder_unit == world.unit("HCB")
    again = world.client("dept2").post(url(held, "object"), {"reason": "也不归我们"})
    assert again.status_code == 409
    assert "不能再提异议" in again.content.decode()


def test_extension_is_asked_and_decided_by_somebody_else(world) -> None:
    case = world.to_department()
    dept, county = world.client("dept"), world.client("county")
    bad = dept.post(url(case, "ask"), {"kind": "extension", "reason": "等设备", "days": "99"})
    assert bad.status_code == 422
    assert (
        dept.post(url(case, "ask"), {"kind": "extension", "reason": "等设备", "days": "3"}).status_code == 302
    )
    assert fresh(case).pending == "extension"
    assert case.tracking in county.get("/desk/?view=decide").content.decode()
    asked = county.get(url(case, "decide")).content.decode()
    assert "等设备" in asked
    assert "3 个工作日" in asked
    assert county.post(url(case, "decide"), {"granted": "yes", "reason": "同意"}).status_code == 302
    assert fresh(case).pending == ""


@pytest.mark.parametrize(("kind", "state"), [("suspension", "suspended"), ("ledger", "ledgered")])
def test_suspension_and_ledger(world, kind, state) -> None:
    case = world.to_department()
    from jinlin.kernel import clock

    until = (clock.today() + timedelta(days=10)).isoformat()
    form = {"kind": kind, "reason": "要等汛期过后", "until": until}
    assert world.client("dept").post(url(case, "ask"), form).status_code == 422, "a pause has a coded reason"
    asked = world.client("dept").get(url(case, "ask")).content.decode()
    assert "恶劣天气或汛期，不能施工（最长 60 天）" in asked
    form["why"] = {"suspension": "weather", "ledger": "funds"}[kind]
    assert world.client("dept").post(url(case, "ask"), form).status_code == 302
    assert (
        world.client("county").post(url(case, "decide"), {"granted": "yes", "reason": "同意"}).status_code
        == 302
    )
    assert fresh(case).state == state
    assert case.tracking in world.client("county").get("/desk/?view=ledger").content.decode()
    assert world.client("dept").post(url(case, "resume"), {"words": "恢复办理"}).status_code == 302
    assert fresh(case).state == "in_progress"


def test_merge_offers_the_open_neighbour_and_takes_a_code(world, held) -> None:
    other = world.report("还是那堆垃圾", category="ENV-01")
    client = world.client("county")
    assert other.tracking in client.get(url(held, "merge")).content.decode()
    assert client.post(url(held, "merge"), {"into_code": "AAAABBBBCCCC"}).status_code == 422
    done = client.post(url(held, "merge"), {"into_code": other.shown_code})
    assert done.status_code == 302
    assert CaseLink.objects.get(case=held).other_id == other.pk


def test_split_into_parts(world, held) -> None:
    client = world.client("county")
    one = {"part_unit": [str(world.unit("CMB")), ""], "part_task": ["清垃圾", ""]}
    assert client.post(url(held, "split"), one).status_code == 422
    half = {"part_unit": [str(world.unit("CMB")), ""], "part_task": ["清垃圾", "没有单位"]}
    assert "没有单位" in client.post(url(held, "split"), half).content.decode()
    two = {"part_unit": [str(world.unit("CMB")), str(world.unit("HCB"))], "part_task": ["清垃圾", "修围墙"]}
    assert client.post(url(held, "split"), two).status_code == 302
    assert fresh(held).state == "in_parts"
    assert Case.unscoped.filter(part_of=held).count() == 2
    assert "修围墙" in client.get(f"/desk/case/{held.tracking}").content.decode()


def test_what_left_ones_sight_goes_back_to_the_list(world, held) -> None:
    up = world.do("county", "escalate", held, reason="要市里办")
    city = world.client("city")
    down = city.post(url(up, "hand_down"), {"to_unit": str(world.unit(COUNTY)), "back": "view=mine"})
    assert down.status_code == 302
    assert city.get(down["Location"]).status_code == 200


def test_many_are_dispatched_each_with_its_own_result(world) -> None:
    cases = []
    for at in range(3):
        case = world.report(f"垃圾{at}", category="ENV-01")
        world.do("grid", "escalate", case, reason="需要部门")
        world.do("village", "escalate", case, reason="需要部门")
        cases.append(world.do("town", "escalate", case, reason="需要部门"))
    client = world.client("county")
    picks = [f"{case.tracking}:{case.version}" for case in cases]
    over = client.post("/desk/batch", {"verb": "dispatch", "pick": picks})
    rows = over.context["rows"]
    assert all(row["ready"] and row["why"].startswith("派单目录") for row in rows)
    world.do("county_b", "answer", cases[1], words="我先答复了")  # somebody is quicker
    form = {"verb": "dispatch", "go": "1", "pick": picks, "key": str(new_id())}
    form |= {f"to-{row['tracking']}": str(row["lead"].pk) for row in rows}
    done = client.post("/desk/batch", form)
    assert [result.ok for result in done.context["results"]] == [True, False, True]
    assert "答复" in done.context["results"][1].sentence
    assert [fresh(case).state for case in cases] == ["dispatched", "closed", "dispatched"]
    versions = [fresh(case).version for case in cases]
    client.post("/desk/batch", form)  # the same again changes nothing
    assert [fresh(case).version for case in cases] == versions


def test_a_long_batch_goes_on_in_small_bites(world) -> None:
    cases = [world.report(f"事{at}", category="ENV-01", place=SIBLING) for at in range(7)]
    client = world.client("village2")
    picks = [f"{case.tracking}:{case.version}" for case in cases]
    form = {"verb": "accept", "go": "1", "first": "1", "pick": picks, "key": str(new_id())}
    first = client.post("/desk/batch", form, **HTMX)
    assert (first.context["done"], first.context["total"], len(first.context["rest"])) == (5, 7, 2)
    rest = {
        "verb": "accept",
        "go": "1",
        "pick": first.context["rest"],
        "key": first.context["key"],
        "total": "7",
    }
    last = client.post("/desk/batch", rest, **HTMX)
    assert (last.context["done"], last.context["total"]) == (7, 7)
    assert "hx-trigger" not in last.content.decode()


@pytest.mark.parametrize(
    "form",
    [{"verb": "answer", "pick": "x"}, {"verb": "accept"}, {"verb": "accept", "pick": ["", "::", "\0"]}],
)
def test_a_strange_batch_changes_nothing(world, held, form) -> None:
    response = world.client("county").post("/desk/batch", form | {"go": "1"})
    assert response.status_code in (200, 422)
    assert fresh(held).version == held.version


def test_a_call_is_entered_and_its_caller_sealed(world) -> None:
    client = world.client("county")
    form = {
        "channel": "hotline",
        "text": "桥头那边下水道堵了",
        "kind": "help",
        "place": SIBLING,
        "phone": "13700137000",
    }
    form |= {"name": "王先生", "key": str(new_id())}
    done = client.post("/desk/new", form)
    assert done.status_code == 302
    client.post("/desk/new", form)  # a double click
    case = Case.unscoped.get(channel="hotline")
    assert (case.village, case.callable) == (SIBLING, True)
    assert "13700137000" not in str(Appeal.unscoped.filter(case=case).values())
    page = client.get(done["Location"]).content.decode()
    assert case.shown_code in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"channel": "web"}, "channel"),
        ({"category": "XXX-99"}, "category"),
        ({"place": "999999999999"}, "place"),
        ({"kind": "?"}, "kind"),
        ({"text": "a\0b"}, "text"),
        ({"phone": "12"}, "phone"),
        ({"key": "short"}, "key"),
    ],
)
def test_a_bad_entry_is_told_at_its_field(world, change, field) -> None:
    form = {"channel": "visit", "text": "来访反映的事", "kind": "help", "place": VILLAGE} | change
    page = world.client("town").post("/desk/new", form)
    assert page.status_code == 422
    assert field in page.context["errors"]
    assert not Case.unscoped.exists()


def test_places_and_hints_while_typing(world) -> None:
    client = world.client("county")
    found = client.get("/desk/places", {"where": "桥头"}).content.decode()
    assert SIBLING in found
    assert "南顿" not in client.get("/desk/places", {"where": "南顿"}).content.decode()  # another county
    looked = client.post("/desk/new", {"find": "1", "where": "桥头", "text": "没写完的话"})
    assert SIBLING in looked.content.decode()
    assert "没写完的话" in looked.content.decode()
    world.report("垃圾", category="ENV-01")
    hints = client.get(
        "/desk/hints", {"text": "有垃圾", "category": "ENV-01", "place": VILLAGE}
    ).content.decode()
    assert "同一地方已有人反映" in hints


@pytest.mark.parametrize("who", ["leader", "supervisor", "grid", "province", "admin"])
def test_who_may_not_enter_for_others(world, who) -> None:
    assert world.client(who).get("/desk/new").status_code == 403


def test_the_export_holds_the_list_without_contacts(world, held) -> None:
    trick = world.report("=HYPERLINK(1)", category="ENV-01", title="=1+1", phone="13600136000")
    client = world.client("county")
    response = client.get("/desk/export.xlsx?view=open&category=ENV")
    assert response.status_code == 200
    rows = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(response.content)).active.iter_rows()
    ]
    mark, heads, body = rows[0][0], rows[1], rows[2:]
    assert "county" in mark
    assert "川汇区综治中心" in mark
    assert {row[0] for row in body} == {held.shown_code, trick.shown_code}
    assert "'=1+1" in {row[1] for row in body}
    assert not {"电话", "姓名", "住址"} & set(heads)
    assert "13600136000" not in str(rows)
    assert AuditEntry.objects.filter(verb="case.export").count() == 1
    assert world.client("village").get(f"/desk/export.xlsx?view=open&q={'x' * 61}").status_code == 422


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula(start) -> None:
    assert safe(f"{start}1").startswith("'")
    sheet = load_workbook(BytesIO(workbook((), f"{start}cmd()"))).active
    assert sheet["A1"].data_type == "s"


def test_the_export_stops_at_its_limit(world, held, monkeypatch) -> None:
    monkeypatch.setattr("jinlin.web.desk.export.LIMIT", 1)
    world.report("还有一件")
    response = world.client("county").get("/desk/export.xlsx?view=open")
    rows = [row[0].value for row in load_workbook(BytesIO(response.content)).active.iter_rows()]
    assert len(rows) == 4
    assert "只导出了前 1 件" in rows[-1]
