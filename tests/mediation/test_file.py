"""One file: its way, its clock, its papers, what is refused and in which words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from jinlin.mediation.actions import Dispute, my_files, open_file, open_one, reading
from jinlin.mediation.models import Mediation
from jinlin.mediation.rules import moves as m
from jinlin.mediation.rules import words as w
from tests.mediation.story import Story, keep_ten_years, later

pytestmark = pytest.mark.usefixtures("tuesday", "home")


def test_from_opening_to_archive(world: Any) -> None:
    keep_ten_years()
    story = Story(world).to_archive()
    row = story.row
    assert (row.stage, row.outcome) == (w.FILED, "written")
    assert row.due_on == date(2026, 4, 9)  # thirty calendar days after Tuesday 10 March
    assert row.court_until == row.agreed_on + timedelta(days=30)
    assert row.keep_until == date(2037, 1, 1)
    view = open_one(actor=story.actor, file_id=row.pk)
    assert [slot.code for slot in view.slots] == list(w.SLOT)
    assert all(slot.is_full for slot in view.slots if slot.is_required)
    assert len(view.steps) == row.version
    assert not view.moves


def test_nothing_is_filed_before_the_archive_rule_is_set(world: Any) -> None:
    story = Story(world).to_hearing()
    story.do("agree", perform_on="")
    story.paper("back")
    with pytest.raises(RuleBroken, match="保存年限"):
        story.do("file")
    keep_ten_years()
    assert story.do("file").stage == w.FILED


def test_filing_names_what_is_missing(world: Any) -> None:
    keep_ten_years()
    story = Story(world).to_hearing()
    story.do("fail")
    with pytest.raises(RuleBroken, match="封底"):
        story.do("file")
    story.paper("back")
    assert story.do("file").outcome == "failed"


def test_acceptance_waits_for_both_sides(world: Any) -> None:
    story = Story(world)
    with pytest.raises(RuleBroken, match="申请人和被申请人"):
        story.do("accept")
    story.do("party")
    story.do("party", side="respondent")
    story.do("consent")
    with pytest.raises(RuleBroken, match="没有同意"):
        story.do("accept")
    story.do("refuse", party=story.parties[1])
    assert (story.row.stage, story.row.outcome) == (w.ENDED, "refused")


def test_the_clock_stops_who_lets_it_pass(world: Any) -> None:
    story = Story(world).to_hearing()
    with clock.fixed(later(story.row.due_on + timedelta(days=1))):
        with pytest.raises(RuleBroken, match="期限已过"):
            story.do("agree")
        with pytest.raises(Invalid, match="每一位当事人"):
            story.do("extend", consents=story.parties[:1])
        with pytest.raises(Invalid):
            story.do("extend", days="31")
        story.do("extend", days="10")
        assert story.do("agree").stage == w.PERFORMING
        assert story.row.due_on == date(2026, 4, 19)


def test_an_open_hearing_needs_everybody(world: Any) -> None:
    story = Story(world).to_hearing()
    with pytest.raises(Invalid, match="不能公开"):
        story.do("hear", openness="open", objects="yes")
    story.do("hear", openness="open")


def test_who_did_not_perform_is_told_the_way(world: Any) -> None:
    keep_ten_years()
    story = Story(world).to_hearing()
    story.do("agree", form="oral")
    story.paper("back")
    with clock.fixed(later(story.row.perform_on)):
        with pytest.raises(Invalid, match="途径"):
            story.do("visit", performed="part")
        again = (clock.today() + timedelta(days=7)).isoformat()
        assert story.do("visit", performed="part", told="yes", again_on=again).stage == w.PERFORMING
    with clock.fixed(later(story.row.visit_due_on)):
        assert story.do("visit").stage == w.VISITED
        assert story.do("file").stage == w.FILED


def test_the_court_window_closes(world: Any) -> None:
    story = Story(world).to_hearing()
    story.do("agree")
    with (
        clock.fixed(later(story.row.court_until + timedelta(days=1))),
        pytest.raises(RuleBroken, match="三十日"),
    ):
        story.do("court")
    with clock.fixed(later(story.row.court_until)):
        story.do("court")
    with clock.fixed(later(story.row.court_until + timedelta(days=9))):
        story.do("court", result="confirmed")


def test_no_citizen_number_is_kept(world: Any) -> None:
    with pytest.raises(Invalid, match="证件号码"):
        Story(world, facts="身份证 411602199003074512 在此")
    story = Story(world)
    with pytest.raises(Invalid, match="证件号码"):
        story.do("party", called="某人41160219900307451X")


def test_who_may_open(world: Any) -> None:
    with pytest.raises(NotAllowed):
        Story(world, "county")
    with pytest.raises(Invalid, match="查询码"):
        Story(world, case="ABCD-EFGH-JKMN")
    case = world.report("楼上漏水")
    story = Story(world, case=case.shown_code)
    assert open_one(actor=story.actor, file_id=story.file.pk).case_code == case.shown_code
    assert Story(world, "mediator_b").row.village == ""
    with pytest.raises(NotFound):
        open_one(actor=world.actor("mediator_b"), file_id=story.file.pk)


def test_a_repeat_opens_one_file(world: Any) -> None:
    fields = {"kind": "family", "origin": "applied", "title": "某事"}
    for _time in range(2):
        open_file(actor=world.actor("mediator"), dispute=Dispute(fields), key="k" * 12)
    assert Mediation.unscoped.count() == 1


@pytest.mark.parametrize("verb", [*m.BY_VERB])
def test_every_forbidden_edge_is_refused(verb: str) -> None:
    for stage in set(w.STAGES) - m.BY_VERB[verb].sources:
        with pytest.raises(RuleBroken):
            m.check(verb, m.Standing(stage), date(2026, 3, 10))


def test_the_administrator_sets_terms_and_sees_no_file(world: Any) -> None:
    admin = world.client("admin")
    assert "还没有设定保存年限" in admin.get("/manage/mediation").content.decode()
    wrong = admin.post("/manage/mediation", {"days": "30", "keep_years": "x"})
    assert wrong.status_code == 422
    given = {"days": "30", "extension_days": "15", "court_days": "30", "warn_days": "3", "keep_years": "0"}
    assert admin.post("/manage/mediation", {**given, "source": "县司法局通知"}).status_code == 302
    story = Story(world).to_hearing()
    with pytest.raises(Invalid, match="15"):
        story.do("extend", days="16")
    story.do("agree", perform_on="")
    story.paper("back")
    assert story.do("file").keep_until is None
    assert admin.get(f"/mediation/{story.file.pk}").status_code == 403
    assert world.client("county").get("/manage/mediation").status_code == 403


def test_programs_of_mediators_do_the_same(world: Any) -> None:
    from jinlin.people.actions import issue_token

    def program(name: str) -> dict[str, str]:
        secret = issue_token(actor=world.actor(name), account=world.accounts[name], label="x")[1]
        return {"Authorization": f"Bearer {secret}"}

    client, own = world.client(), program("mediator")
    body = {"kind": "family", "origin": "applied", "title": "赡养"}
    made = client.post("/api/v1/mediations", body, content_type="application/json", headers=own).json()
    path = f"/api/v1/mediations/{made['row']['id']}"
    party = {"side": "applicant", "called": "演示甲"}
    after = client.post(f"{path}/steps/party", party, content_type="application/json", headers=own).json()
    assert after["parties"][0]["called"] == "演示甲"
    stale = client.post(
        f"{path}/steps/party", {**party, "expect": 1}, content_type="application/json", headers=own
    )
    assert stale.status_code == 409
    assert [row["title"] for row in client.get("/api/v1/mediations", headers=own).json()] == ["赡养"]
    assert client.get("/api/v1/mediations", headers=program("mediator_b")).json() == []
    assert client.get(path, headers=program("mediator_b")).status_code == 404
    assert client.get(path, headers=program("county")).status_code == 403


def test_the_own_files_are_told_page_by_page_the_nearest_day_first(world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    late, waiting, fresh = (Story(world, words=word) for word in ("早", "中", "晚"))
    waiting.to_hearing()
    with clock.fixed(clock.now() - timedelta(days=40)):
        late.to_hearing()
    first = my_files(actor=fresh.actor)
    assert [one.id for one in first.rows] == [late.file.pk, waiting.file.pk]
    assert (first.number, first.pages, first.late) == (1, 2, 1)
    assert [one.id for one in my_files(actor=fresh.actor, page=2).rows] == [fresh.file.pk]
    page = world.client("mediator").get("/mediation/").content.decode()
    assert "第 1 页，共 2 页" in page
    assert "有 1 份过了日子" in page
    assert "晚漏水" in world.client("mediator").get("/mediation/?page=2").content.decode()
