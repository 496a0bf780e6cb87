"""吹哨报到: who may call whom, by when they answer, that both sides are judged, and that nobody else sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jinlin.cases.actions import whistling
from jinlin.cases.actions.whistling import Call
from jinlin.cases.models import WhistleReply
from jinlin.cases.queries import whistles
from jinlin.cases.rules import whistle as rules
from jinlin.cases.rules.whistle import Reply
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from tests import world as w

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]


def call(world: Any, kind: str = "joint", **more: Any) -> Any:
    given = {
        "topic": "占道夜市",
        "words": "三家摊位占了盲道",
        "place": w.VILLAGE,
        "units": [world.unit("CMB")],
    }
    return whistling.blow_whistle(actor=world.actor("town"), call=Call(kind=kind, **(given | more)))


@pytest.mark.parametrize(
    ("check", "reply", "is_open", "fits"),
    [
        (rules.check_answer, Reply(), True, True),
        (rules.check_answer, Reply(answered=True), True, False),
        (rules.check_answer, Reply(), False, False),
        (rules.check_arrival, Reply(), True, True),
        (rules.check_arrival, Reply(came=True), True, False),
        (rules.check_arrival, Reply(), False, False),
        (rules.check_needed, Reply(), False, True),
        (rules.check_needed, Reply(), True, False),
        (rules.check_needed, Reply(needed="no"), False, False),
    ],
)
def test_each_move_has_its_time(check: Any, reply: Reply, is_open: bool, fits: bool) -> None:
    if fits:
        check(is_open, reply)
    else:
        with pytest.raises(RuleBroken):
            check(is_open, reply)


@pytest.mark.parametrize(("kind", "hours"), [("emergency", 2), ("joint", None)])
def test_the_time_to_answer_follows_the_kind(world: Any, kind: str, hours: int | None) -> None:
    row = call(world, kind)
    due = WhistleReply.unscoped.get(whistle=row).due_at
    if hours:
        assert due == row.called_at + timedelta(hours=hours)
    else:
        assert clock.local(due).date() > clock.local(row.called_at).date()


def test_both_sides_are_judged_and_counted(world: Any) -> None:
    row = call(world, units=[world.unit("CMB"), world.unit("HCB")])
    dept, town = world.actor("dept"), world.actor("town")
    assert [one.topic for one in whistles.whistles(viewer=dept, view="mine")] == ["占道夜市"]
    whistling.answer_whistle(actor=dept, whistle=row.pk, answer="下午三点到")
    with pytest.raises(RuleBroken):
        whistling.answer_whistle(actor=dept, whistle=row.pk, answer="再说一次")
    whistling.note_arrival(actor=town, whistle=row.pk, unit=world.unit("CMB"), words="已劝离")
    with pytest.raises(RuleBroken):
        whistling.end_whistle(actor=town, whistle=row.pk)
    with pytest.raises(RuleBroken):
        whistling.judge_call(actor=dept, whistle=row.pk, needed="yes")
    whistling.judge_unit(actor=town, whistle=row.pk, unit=world.unit("CMB"), solved="yes")
    whistling.end_whistle(actor=town, whistle=row.pk)
    whistling.judge_call(actor=dept, whistle=row.pk, needed="partly")
    found = whistles.whistle_figures(w.COUNTY, row.called_at, row.called_at + timedelta(days=1))
    assert found == whistles.WhistleFigures(1, 2, 1, 1, 1, 1, 1, 0)
    assert whistles.whistles(viewer=town, view="open") == []
    assert whistles.whistles(viewer=dept, view="ended")[0].answered == 1


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "party"},
        {"units": []},
        {"place": "411602001099"},
        {"topic": ""},
        {"words": "x" * 1001},
    ],
)
def test_a_bad_call_is_refused_in_words(world: Any, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        call(world, **more)
    assert whistles.whistles(viewer=world.actor("town"), view="called") == []


def test_only_the_own_township_calls_and_only_called_units_answer(world: Any) -> None:
    with pytest.raises(NotFound):
        call(world, place=w.FAR)
    for who in ("village", "county", "dept"):
        with pytest.raises(NotAllowed):
            whistling.blow_whistle(
                actor=world.actor(who),
                call=Call("joint", "x", "x", w.VILLAGE, [world.unit("CMB")]),
            )
    row = call(world)
    with pytest.raises(NotFound):
        whistling.answer_whistle(actor=world.actor("dept2"), whistle=row.pk, answer="我们也来")
    with pytest.raises(NotFound):
        whistles.whistle(viewer=world.actor("town2"), whistle=row.pk)
    with pytest.raises(NotAllowed):
        whistling.note_arrival(
            actor=world.actor("dept"), whistle=row.pk, unit=world.unit("CMB"), words="到了"
        )
    assert whistles.whistle(viewer=world.actor("county"), whistle=row.pk).caller


def test_only_the_post_that_may_call_judges_for_the_caller(world: Any) -> None:
    row = call(world)
    town = world.actor("town")
    post = replace(town.posts[0], role="leader")
    other = replace(town.posts[0], unit=world.unit(w.VILLAGE))
    both = replace(town, posts=(post, other))
    with pytest.raises(NotAllowed):
        whistling.note_arrival(actor=both, whistle=row.pk, unit=world.unit("CMB"), words="到了")


def test_a_list_costs_the_same_at_any_length(world: Any, django_assert_max_num_queries: Any) -> None:
    for _n in range(12):
        call(world, units=[world.unit("CMB"), world.unit("HCB")])
    viewer = world.actor("town")
    with django_assert_max_num_queries(5):
        assert len(whistles.whistles(viewer=viewer, view="called")) == 12
