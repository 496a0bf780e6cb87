"""The desk's pages of supervision, notices and proactive work: who may, what is shown, what a resident never sees."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jinlin.audit.models import AuditEntry
from jinlin.cases.models import Case, Clock, Supervision
from jinlin.kernel import clock
from jinlin.notices.actions import climb_ladder, deliver_digests
from jinlin.notices.models import Digest, Notice
from tests.conftest import A_TUESDAY
from tests.notices.test_ladder import at, climb
from tests.world import COUNTY, GRID, OTHER, VILLAGE


@pytest.fixture
def late(world: Any) -> Case:
    """A case of 城管 that went over time: the ladder opened a daily supervision on 20 March 18:00."""
    with clock.fixed(A_TUESDAY):
        case = world.to_department(category="ENV-07")
    climb(at(20, 18))
    return case


def deliver(moment: datetime) -> int:
    with clock.fixed(moment):
        climb_ladder()
        return deliver_digests()


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_whole_way_of_a_supervision_by_pages(world: Any, late: Case) -> None:
    row = Supervision.unscoped.get()
    url = f"/desk/supervision/{row.code}"
    dept, county, county_b = world.client("dept"), world.client("county"), world.client("county_b")
    with clock.fixed(at(23)):
        assert row.code in dept.get("/desk/supervision").content.decode()
        assert dept.post(f"{url}/answer", {"words": ""}).status_code == 422
        answer = {"words": "树苗月底到货", "public": "月底前补种"}
        assert dept.post(f"{url}/answer", answer).status_code == 302
        assert county.post(f"{url}/decide", {"accepted": "no", "decision": ""}).status_code == 422
        assert (
            county.post(f"{url}/decide", {"accepted": "no", "decision": "太晚", "days": "3"}).status_code
            == 302
        )
    row.refresh_from_db()
    assert (row.state, row.due_at) == ("waiting", at(26, 18))
    with clock.fixed(at(24)):
        assert dept.post(f"{url}/answer", {"words": "提前到二十五日"}).status_code == 302
        assert county_b.post(f"{url}/decide", {"accepted": "yes"}).status_code == 302
        assert county_b.post(f"{url}/decide", {"accepted": "yes"}).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.is_open) == ("done", False)
    case = Case.unscoped.get(pk=late.pk)
    assert case.supervised == 0
    with clock.fixed(at(24)):
        page = county.get(f"/desk/case/{late.tracking}").content.decode()
    for words in ("督办退回重答", "树苗月底到货", row.code):
        assert words in page


def test_a_resident_reads_the_public_words_and_nothing_else(world: Any, late: Case) -> None:
    row = Supervision.unscoped.get()
    with clock.fixed(at(23)):
        world.client("dept").post(
            f"/desk/supervision/{row.code}/answer", {"words": "内部说法", "public": "月底前补种"}
        )
        from jinlin.cases.queries import story

        told = story(viewer=world.resident(late), case=Case.unscoped.get(pk=late.pk))
    said = " ".join(f"{line.label}{line.words}{line.note}{line.target}{line.reason}" for line in told.lines)
    assert "月底前补种" in said
    for inner in ("督办", "内部说法", row.code):
        assert inner not in said
    visitor = world.client()
    for url in ("/desk/supervision", f"/desk/supervision/{row.code}", "/desk/notices", "/desk/proactive"):
        assert visitor.get(url).status_code == 302


@pytest.mark.parametrize("who", ["dept2", "other_dept", "county2", "village2", "town2"])
def test_others_neither_see_nor_answer_it(world: Any, late: Case, who: str) -> None:
    row = Supervision.unscoped.get()
    client = world.client(who)
    assert client.get(f"/desk/supervision/{row.code}").status_code == 404
    for deed in ("answer", "decide", "drop"):
        body = {"words": "x", "accepted": "yes", "reason": "x"}
        assert client.post(f"/desk/supervision/{row.code}/{deed}", body).status_code in (403, 404)
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize(
    ("who", "deed"),
    [("dept", "decide"), ("dept", "drop"), ("county", "answer"), ("supervisor", "answer"), ("city", "answer"),
     ("city", "decide"), ("supervisor", "drop")],
)  # fmt: skip
def test_each_does_only_the_own_part(world: Any, late: Case, who: str, deed: str) -> None:
    row = Supervision.unscoped.get()
    client = world.client(who)
    body = {"words": "x", "accepted": "yes", "decision": "x", "reason": "x"}
    assert client.post(f"/desk/supervision/{row.code}/{deed}", body).status_code in (403, 404, 409)
    row.refresh_from_db()
    assert row.state == "waiting"


def test_one_person_in_both_offices_does_not_pass_the_own_answer(world: Any, late: Case) -> None:
    from jinlin.orgs.actions import appoint
    from jinlin.people.access import SYSTEM

    appoint(
        actor=SYSTEM,
        account=world.accounts["county"],
        role="department",
        unit_id=world.unit("CMB"),
        starts_on=A_TUESDAY.date(),
    )
    row, client = Supervision.unscoped.get(), world.client("county")
    with clock.fixed(at(23)):
        assert client.post(f"/desk/supervision/{row.code}/answer", {"words": "好"}).status_code == 302
        assert client.post(f"/desk/supervision/{row.code}/decide", {"accepted": "yes"}).status_code == 409
        assert "审核答复" not in client.get(f"/desk/supervision/{row.code}").content.decode()


def test_a_desk_opens_one_over_several_cases(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        one, two = (world.to_department(text, category="ENV-07") for text in ("树倒了", "草坪秃了"))
        client = world.client("county")
        page = client.get(f"/desk/supervision/new?case={one.tracking}").content.decode()
        assert "树倒了" in page
        form = {
            "case": one.tracking,
            "more": two.shown_code,
            "kind": "listed",
            "cause": "refused",
            "unit": str(world.unit("CMB")),
            "reason": "请说明什么时候补种",
        }
        assert client.post("/desk/supervision/new", form | {"kind": "interview"}).status_code == 422
        assert client.post("/desk/supervision/new", form | {"more": "ABCD-EFGH-JKLM"}).status_code == 422
        assert (
            client.post("/desk/supervision/new", form | {"unit": str(world.unit("HCB"))}).status_code == 422
        )
        assert (
            client.post("/desk/supervision/new", form | {"unit": str(world.unit(COUNTY))}).status_code == 409
        )
        assert client.post("/desk/supervision/new", form).status_code == 302
        assert client.post("/desk/supervision/new", form).status_code == 409
    row = Supervision.unscoped.get()
    assert (row.kind, row.case_count, row.opened_by is None, row.due_at) == ("listed", 2, False, at(17, 18))
    for who in ("dept", "village", "town", "leader", "supervisor"):
        assert world.client(who).get("/desk/supervision/new").status_code == 403


def test_an_office_supervises_neither_upwards_nor_elsewhere(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        case = world.to_department(category="ENV-07")
        form = {"case": case.tracking, "kind": "daily", "cause": "other", "reason": "x"}
        assert world.client("county2").get(f"/desk/supervision/new?case={case.tracking}").status_code == 404
        answer = world.client("county").post(
            "/desk/supervision/new", form | {"unit": str(world.unit("other-CMB"))}
        )
        assert answer.status_code == 422
    assert not Supervision.unscoped.exists()


def test_what_the_ladder_opened_ends_with_its_case_what_people_opened_waits(world: Any, late: Case) -> None:
    with clock.fixed(at(23)):
        world.do("dept", "report_done", late, words="补种了", claim="solved")
        world.do("grid", "verify", late, passed=True)
        world.do(world.resident(late), "follow_up", late, solved="yes")
    row = Supervision.unscoped.get()
    assert (row.state, row.is_open) == ("done", False)
    assert not Notice.unscoped.filter(ended_at=None).exists()


def test_masked_eyes_read_no_words_between_offices(world: Any, late: Case) -> None:
    row = Supervision.unscoped.get()
    with clock.fixed(at(23)):
        world.client("dept").post(f"/desk/supervision/{row.code}/answer", {"words": "内部说法"})
        page = world.client("supervisor").get(f"/desk/supervision/{row.code}").content.decode()
    assert "内部说法" not in page
    assert row.reason not in page
    assert late.title not in page


def test_the_export_is_written_down_and_safe(world: Any, late: Case) -> None:
    Supervision.unscoped.update(reason="=HYPERLINK(1)")
    answer = world.client("county").get("/desk/supervision/export.xlsx?view=open")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == "督办号"
    assert rows[2][7] == "'=HYPERLINK(1)"
    assert AuditEntry.objects.filter(verb="supervision.export").exists()
    assert world.client("supervisor").get("/desk/supervision/export.xlsx").status_code == 403


def test_the_box_and_its_marks_stand_for_the_unit(world: Any, late: Case) -> None:
    deliver(at(23, 9))
    client = world.client("county_b")
    with clock.fixed(at(23, 9)):
        page = client.get("/desk/notices").content.decode()
        assert late.title in page
        digest = Digest.unscoped.get(unit=world.unit(COUNTY))
        assert client.post("/desk/notices/seen", {"id": str(digest.pk)}).status_code == 302
        told = Notice.unscoped.get(unit=world.unit(COUNTY), rung="supervise")
        assert client.post("/desk/notices/done", {"id": str(told.pk)}).status_code == 302
        assert "本单位已阅" in world.client("county").get("/desk/notices").content.decode()
        foreign = world.client("dept2").post("/desk/notices/seen", {"id": str(digest.pk)})
        assert foreign.status_code == 404
        assert client.post("/desk/notices/seen", {"id": "none"}).status_code == 404
    digest.refresh_from_db()
    assert digest.seen_at == at(23, 9)
    assert not {f.name for f in (*Digest._meta.fields, *Notice._meta.fields)} & {
        "account",
        "by_account",
        "actor",
    }
    assert not AuditEntry.objects.filter(verb__startswith="notice.").exists()


def test_a_grid_worker_sees_reminders_in_the_own_list_only(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        case = world.report(category="ENV-07")
        world.do("grid", "accept", case)
    Clock.objects.filter(case=case, stage="dispatch").update(stopped_at=A_TUESDAY)  # decided to do it here
    Case.unscoped.filter(pk=case.pk).update(due_at=at(17, 18))
    deliver(at(16, 9))
    with clock.fixed(at(16, 9)):
        assert "时限过半" in world.client("grid").get("/field/").content.decode()
        assert "时限过半" not in world.client("grid2").get("/field/").content.decode()
        assert case.title not in world.client("village").get("/desk/notices").content.decode()
        assert world.client("grid").get("/desk/notices").status_code == 403
    assert Notice.unscoped.get(rung="half").grid == GRID


@pytest.mark.parametrize("who", ["county", "dept", "town", "city", "leader", "supervisor"])
def test_pages_cost_a_constant_number_of_queries(world: Any, late: Case, who: str) -> None:
    with clock.fixed(A_TUESDAY):
        for n in range(6):
            world.report(f"垃圾{n}", category="ENV-01", place=VILLAGE)
    deliver(at(23, 9))
    client = world.client(who)
    with clock.fixed(at(23, 9)):
        for url in ("/desk/supervision", "/desk/notices", "/desk/proactive", "/desk/"):
            assert queries(client, url) <= 12, url
        if who in ("county", "dept", "supervisor"):
            code = Supervision.unscoped.get(matters__case=late).code
            assert queries(client, f"/desk/supervision/{code}") <= 15
            assert queries(client, f"/desk/case/{late.tracking}") <= 15


def test_a_topic_is_decided_once(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        for n in range(5):
            world.report(f"垃圾{n}", category="ENV-01")
        climb_ladder()
    from jinlin.cases.models import MonthlyTopic

    climb(at(1, 9, month=4))
    topic = MonthlyTopic.objects.get()
    url = f"/desk/topics/{topic.pk}"
    with clock.fixed(at(2, month=4)):
        assert world.client("county2").post(url, {"adopted": "no", "measures": "x"}).status_code == 404
        assert world.client("town").post(url, {"adopted": "no", "measures": "x"}).status_code == 403
        county = world.client("county")
        body = {"adopted": "yes", "measures": "集中清理", "due_on": "2026-05-30"}
        assert county.post(url, body).status_code == 422
        assert county.post(url, body | {"lead_unit": str(world.unit("CMB"))}).status_code == 302
        assert county.post(url, {"adopted": "no", "measures": "x"}).status_code == 409
    topic.refresh_from_db()
    assert (topic.state, topic.lead_unit) == ("adopted", world.unit("CMB"))
    assert OTHER not in {topic.county}


def test_a_meeting_by_the_forms_of_the_desk(world: Any) -> None:
    with clock.fixed(A_TUESDAY):
        case = world.to_department(category="ENV-07")
        county, url = world.client("county"), f"/desk/case/{case.tracking}"
        asked = county.get(f"{url}/convene").content.decode()
        assert 'value="joint"' in asked
        assert 'value="office"' in asked
        body = {"expect": str(Case.unscoped.get(pk=case.pk).version)}
        assert county.post(f"{url}/convene", body | {"kind": "joint", "reason": "来回退"}).status_code == 302
        assert "待会办" in county.get(url).content.decode()
        form = county.get(f"{url}/settle").content.decode()
        assert f'value="{world.unit("CMB")}" selected' in form  # it may stay where it is
        assert 'value="2026-03-10"' in form
        told = {"held_on": "2026-03-10", "to_unit": str(world.unit("CMB")), "outcome": "仍由城管主办"}
        assert county.post(f"{url}/settle", body | told | {"held_on": "2026-04-10"}).status_code == 422
        assert county.post(f"{url}/settle", body | told).status_code == 302
        page = county.get(url).content.decode()
        assert "待会办" not in page
        assert "仍由城管主办" in page
    case = Case.unscoped.get(pk=case.pk)
    assert (case.state, case.holder_unit, case.ruled) == ("in_progress", world.unit("CMB"), True)
    assert "仍由城管主办" not in world.client().get(f"/t/{case.tracking}").content.decode()
