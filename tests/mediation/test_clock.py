"""Random histories never break a rule of the file; reminders come once and say nothing; old files go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jinlin.audit.models import AuditEntry
from jinlin.files.actions import store_image
from jinlin.files.models import StoredFile
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError, NotFound
from jinlin.mediation.actions import erase_due_files, open_one, remind_mediators
from jinlin.mediation.models import Doc, Mediation, Party, Reminder, Step
from jinlin.mediation.rules import moves as m
from jinlin.mediation.rules import words as w
from jinlin.notices.models import PersonalNotice
from jinlin.notices.queries.personal import own_notices
from tests.conftest import A_TUESDAY
from tests.files.pictures import photo
from tests.mediation.story import Story, keep_ten_years, later

pytestmark = pytest.mark.usefixtures("tuesday", "home")
DEEDS = st.one_of(
    st.sampled_from([*m.BY_VERB, "both", "hearing", "agreed", "paper", "remind"]),
    st.integers(min_value=1, max_value=35),
)


def both(story: Story) -> None:
    for side in ("applicant", "respondent"):
        story.do("party", side=side)
    for party in story.parties:
        story.do("consent", party=party)


def hearing(story: Story) -> None:
    for party in story.parties:
        story.do("tell", party=party)
    story.do("hear")


def papers(story: Story) -> None:
    for slot in ("back", "note"):
        story.paper(slot)


TOGETHER: dict[str, Callable[[Story], object]] = {  # so that random histories get somewhere
    "both": both,
    "hearing": hearing,
    "agreed": lambda story: story.do("agree", perform_on=""),
    "paper": papers,
    "remind": lambda _story: remind_mediators(),
}


def deed(story: Story, what: str) -> None:
    """Do one thing, or several that belong together."""
    if what in TOGETHER:
        TOGETHER[what](story)
    else:
        story.do(what)


def holds(row: Mediation) -> None:
    """What must hold of a file after anything."""
    slots = set(row.docs.values_list("slot", flat=True))
    assert (row.accepted_on is None) == (row.due_on is None)
    if row.due_on:
        assert row.due_on == row.accepted_on + timedelta(days=30 + row.extended_days)
        assert row.extended_days <= 30
    assert (row.outcome in w.SETTLED) == (row.agreed_on is not None)
    if row.agreed_on:
        assert row.accepted_on <= row.agreed_on <= row.due_on
        assert row.court_until == row.agreed_on + timedelta(days=30)
        assert "agreement" in slots
    if row.stage == w.PERFORMING:
        assert row.visit_due_on is not None
    if row.perform_on and row.stage in (w.VISITED, w.FILED):
        assert "visit" in slots
    if row.stage == w.FILED:
        assert m.required_slots(row.outcome, row.perform_on) <= slots
        assert row.keep_until == date(row.filed_on.year + 11, 1, 1)
    if "hearing" in slots:
        assert not row.parties.filter(told_on=None, seq__lte=2).exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, min_size=8, max_size=24))
def test_random_histories(world: Any, deeds: list[str | int]) -> None:
    keep_ten_years()
    now = A_TUESDAY
    with clock.fixed(now):
        story = Story(world)
        deed(story, "both")
        story.do("accept")
    for what in deeds:
        if isinstance(what, int):
            now += timedelta(days=what)
            continue
        with clock.fixed(now):
            before = story.row
            had = before.docs.count()
            try:
                deed(story, what)
            except JinlinError:
                if what in m.BY_VERB:  # refused: nothing half-written
                    assert (story.row.version, story.row.docs.count()) == (before.version, had)
            holds(story.row)


def test_reminders_come_once_and_say_nothing(world: Any) -> None:
    story = Story(world).to_hearing()
    with clock.fixed(later(story.row.due_on - timedelta(days=6))):
        assert remind_mediators() == 0
    with clock.fixed(later(story.row.due_on - timedelta(days=5))):
        assert [remind_mediators() for _time in range(3)] == [1, 0, 0]
        story.do("agree")
        assert remind_mediators() == 1  # the court window has begun
    with clock.fixed(later(story.row.court_until - timedelta(days=3))):
        assert remind_mediators() == 2  # performance is due, the window closes
        assert remind_mediators() == 0
    kinds = list(Reminder.objects.order_by("made_at", "kind").values_list("kind", flat=True))
    assert sorted(kinds) == ["clock", "court", "court", "visit"]
    assert set(PersonalNotice.objects.values_list("account", flat=True)) == {world.accounts["mediator"].pk}
    words = {one.words for one in own_notices(world.actor("mediator"))}
    assert words == {"您经办的卷宗有日子到了，请打开“我的卷宗”查看。"}
    assert own_notices(world.actor("mediator_b")) == ()
    assert own_notices(world.actor("county")) == ()
    client = world.client("mediator")
    assert "我的卷宗" in client.get("/me").content.decode()
    client.get("/mediation/")
    assert own_notices(world.actor("mediator")) == ()


def test_a_job_that_runs_late_reminds_of_what_passed(world: Any) -> None:
    story = Story(world).to_hearing()
    with clock.fixed(later(story.row.due_on + timedelta(days=40))):
        assert remind_mediators() == 1
    assert Reminder.objects.get().kind == "late"


def test_old_files_are_erased_and_still_counted(world: Any) -> None:
    keep_ten_years()
    story = Story(world).to_hearing()
    stored = store_image(actor=story.actor, county="", data=photo((64, 48)), sealed=True)
    story.paper("evidence", pictures=[stored.pk])
    story.do("agree", perform_on="")
    story.paper("back")
    story.do("file")
    with clock.fixed(later(story.row.keep_until - timedelta(days=1))):
        assert erase_due_files() == 0
    with clock.fixed(later(story.row.keep_until)):
        assert [erase_due_files() for _time in range(2)] == [1, 0]
        with pytest.raises(NotFound):
            open_one(actor=story.actor, file_id=story.file.pk)
    row = story.row
    assert row.words_sealed is None
    assert row.agreed_on is not None
    assert not any(kind.objects.exists() for kind in (Doc, Party, Step, Reminder))
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert AuditEntry.objects.filter(verb="mediation.erase", object_id=str(row.pk)).count() == 1


def test_every_look_is_written_down_by_id_only(world: Any) -> None:
    story = Story(world, words="甲乙丙")
    open_one(actor=story.actor, file_id=story.file.pk)
    rows = AuditEntry.objects.filter(object_id=str(story.file.pk)).values_list(
        "verb", "purpose", "object_kind"
    )
    assert ("mediation.read", "", "mediation.mediation") in rows
    assert {purpose for _verb, purpose, _kind in rows} == {""}
