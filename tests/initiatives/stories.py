"""Short ways to act on initiatives in the named town."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative, Milestone
from jinlin.initiatives.rules.deciding import Count
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.people.access import ANYONE
from tests.world import VILLAGE

START = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def day(n: int) -> datetime:
    """10:00 local time, n days after the ordinary Tuesday."""
    return START + timedelta(days=n)


def count(total: int, yes: int, no: int = 0, abstain: int = 0) -> Count:
    return Count(total, yes + no + abstain, yes, no, abstain)


OWNERS = {"owners": count(300, 230, 5), "area": count(3_000_000, 2_400_000, 100_000)}


class Stories:
    """The town's people acting on initiatives; `go` makes a move as somebody."""

    def __init__(self, world: Any) -> None:
        self.world = world

    def wish(
        self, title: str = "小区门口装一盏路灯", *, area: str = VILLAGE, kind: str = "wish", **words: Any
    ) -> Initiative:
        """A resident's idea, still a draft."""
        return a.propose_initiative(actor=ANYONE, idea=a.Idea(title=title, area=area, kind=kind, **words))

    def works(self, title: str = "3号院改造", **words: Any) -> Initiative:
        """The community's project sheet, put in by the village."""
        idea = a.Idea(title=title, area=VILLAGE, kind="works", **words)
        return a.propose_initiative(actor=self.world.actor("village"), idea=idea)

    def go(
        self, item: Initiative, verb: str, who: str = "village", public: str = "", **inputs: Any
    ) -> Initiative:
        """Make a move; `passed` and `expect` besides the inputs it asks for."""
        passed, expect = inputs.pop("passed", None), inputs.pop("expect", None)
        return a.move_initiative(
            actor=self.world.actor(who),
            initiative_id=item.pk,
            verb=verb,
            words=a.Words(public),
            inputs=a.Inputs(**inputs),
            passed=passed,
            expect=expect,
        )

    def open(self, title: str = "小区门口装一盏路灯", **words: Any) -> Initiative:
        """A wish on the wall."""
        return self.go(self.wish(title, **words), "publish")

    def support(self, item: Initiative, phone: str, **words: Any) -> Any:
        """Support an item with a number."""
        return a.support_initiative(actor=ANYONE, initiative_id=item.pk, phone=phone, declared=True, **words)

    def meet(self, item: Initiative, who: str = "village", heads: int = 20) -> Any:
        """Note a meeting held today."""
        note = a.MeetingNote(held_on=clock.today(), heads=heads, minutes="大家说了三个方案。", absent="租户")
        return a.note_meeting(actor=self.world.actor(who), initiative_id=item.pk, meeting=note)

    def vote(self, item: Initiative, *, who: str = "village", **words: Any) -> Any:
        """Record a passed vote of owners, due in 30 days and looked at again in 60, unless said otherwise."""
        given = {
            "text": "在东门开一个行人门", "rule": "owners_special", "tally": OWNERS, "owner_name": "社区居委会",
            "due": clock.today() + timedelta(days=30), "review_on": clock.today() + timedelta(days=60),
        }  # fmt: skip
        return a.record_vote(
            actor=self.world.actor(who), initiative_id=item.pk, vote=a.Vote(**{**given, **words})
        )

    def plan(self, item: Initiative, *amounts: int, who: str = "village", reason: str = "") -> Any:
        """Plan one part for each amount, named by its number."""
        parts = [
            a.Part(name=f"第{n}期", due=date(2026, 6, n), planned_fen=fen)
            for n, fen in enumerate(amounts, start=1)
        ]
        return a.make_plan(actor=self.world.actor(who), initiative_id=item.pk, parts=parts, reason=reason)

    def part(self, item: Initiative, number: int = 1) -> Milestone:
        """A part of the current plan."""
        return Milestone.objects.get(initiative=item, number=number, is_live=True)

    def again(self, item: Initiative) -> Initiative:
        """The item as it stands now."""
        return Initiative.unscoped.get(pk=item.pk)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect the rule of this name to refuse."""
    with pytest.raises(RuleBroken) as refusal:
        yield
    assert refusal.value.code == code
    assert str(refusal.value).endswith("。")
