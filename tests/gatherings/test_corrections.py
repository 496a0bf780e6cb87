"""Times of a stay are corrected by somebody who neither noted nor corrected them last, once the gathering is closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from jinlin.gatherings import actions, queries
from jinlin.gatherings.actions import Person
from jinlin.gatherings.models import Attendance, Gathering, StayCorrection
from jinlin.kernel import clock
from jinlin.kernel.errors import NotAllowed, RuleBroken
from tests.gatherings.town import HOUR, TEN, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]


def helped(world: Any, **more: Any) -> tuple[Gathering, Attendance]:
    """An open gathering with a volunteer on its list."""
    row = opened(world, **more)
    who = Person("孙师傅", role="volunteer")
    return row, actions.sign_up(actor=world.actor("village"), gathering_id=row.pk, who=who)


def corrected(world: Any, who: str, seat: Attendance) -> StayCorrection:
    return actions.correct_stay(
        actor=world.actor(who), attendance_id=seat.pk, came=TEN, left=TEN + HOUR, reason="早走"
    )


def test_neither_who_noted_coming_nor_who_noted_leaving(world: Any, at: Any) -> None:
    row, seat = helped(world)
    with at(TEN):
        actions.note_arrival(actor=world.actor("village"), gathering_id=row.pk, code=seat.code)
    with at(TEN + HOUR / 2):
        actions.note_leaving(actor=world.actor("town"), attendance_id=seat.pk)
    with at(row.ends_at):
        actions.hold_gathering(actor=world.actor("grid"), gathering_id=row.pk, walk_ins=0)
        for own in ("village", "town", "grid"):
            with pytest.raises(NotAllowed, match="另一位主持人"):
                corrected(world, own, seat)
        assert corrected(world, "county", seat).out_at == TEN + HOUR


def test_nobody_corrects_the_own_correction(world: Any, at: Any) -> None:
    row, seat = helped(world)
    with at(TEN):
        actions.note_arrival(actor=world.actor("grid"), gathering_id=row.pk, code=seat.code)
    with at(row.ends_at):
        actions.hold_gathering(actor=world.actor("grid"), gathering_id=row.pk, walk_ins=0)
        corrected(world, "village", seat)
    with at(row.ends_at + HOUR):
        with pytest.raises(NotAllowed, match="另一位主持人"):
            corrected(world, "village", seat)
        corrected(world, "town", seat)
    with at(row.ends_at + 2 * HOUR):
        corrected(world, "village", seat)
    assert seat.corrections.count() == 3


def test_while_it_runs_an_arrival_is_taken_back_not_corrected(world: Any, at: Any) -> None:
    row, seat = helped(world)
    with at(TEN):
        actions.note_arrival(actor=world.actor("town"), gathering_id=row.pk, code=seat.code)
    with at(TEN + HOUR):
        with pytest.raises(RuleBroken, match="结束登记以后"):
            corrected(world, "village", seat)
        actions.undo_arrival(actor=world.actor("town"), attendance_id=seat.pk)
        actions.note_arrival(actor=world.actor("grid"), gathering_id=row.pk, code=seat.code)
    with at(row.ends_at):
        actions.hold_gathering(actor=world.actor("grid"), gathering_id=row.pk, walk_ins=0)
        (stay,) = queries.hosted_stays(viewer=world.actor("town"), row=Gathering.unscoped.get(pk=row.pk))
        assert (stay.came, stay.corrected) == (TEN + HOUR, 0)
        assert corrected(world, "town", seat).in_at == TEN, "what was taken back is nobody's note any more"


@pytest.mark.parametrize(
    ("hours", "came", "left"),
    [
        (22, TEN + 15 * HOUR, TEN + 19 * HOUR),  # both past midnight
        (22, TEN + 2 * HOUR, TEN + 16 * HOUR),  # over midnight
        (22, TEN - HOUR, TEN + 12 * HOUR),  # came to set up
        (12, TEN + 10 * HOUR, TEN + 14.5 * HOUR),  # stayed to clean up, past midnight
        (2, TEN - HOUR, TEN + 3 * HOUR),
    ],
)
def test_times_land_on_the_day_of_the_gathering(
    world: Any, at: Any, hours: int, came: datetime, left: datetime
) -> None:
    row, seat = helped(world, ends_at=TEN + hours * HOUR)
    with at(TEN):
        actions.note_arrival(actor=world.actor("town"), gathering_id=row.pk, code=seat.code)
    with at(TEN + timedelta(days=2)):
        actions.hold_gathering(actor=world.actor("town"), gathering_id=row.pk, walk_ins=0)
        faces = {name: f"{clock.local(time):%H:%M}" for name, time in (("came", came), ("left", left))}
        posted = {"seat": str(seat.pk), "reason": "核对了照片", **faces}
        assert world.client("village").post(f"/gatherings/{row.pk}/stays", posted).status_code == 302
    found = seat.corrections.get()
    assert (found.in_at, found.out_at) == (came, left)


def test_times_the_wrong_way_round_are_refused(world: Any, at: Any) -> None:
    row, seat = helped(world)
    with at(TEN):
        actions.note_arrival(actor=world.actor("town"), gathering_id=row.pk, code=seat.code)
    with at(TEN + timedelta(days=2)):
        actions.hold_gathering(actor=world.actor("town"), gathering_id=row.pk, walk_ins=0)
        posted = {"seat": str(seat.pk), "came": "11:00", "left": "10:30", "reason": "写反了"}
        answer = world.client("village").post(f"/gatherings/{row.pk}/stays", posted)
    assert answer.status_code == 422
    assert "离场要晚于到场" in answer.content.decode()
    assert not seat.corrections.exists()
