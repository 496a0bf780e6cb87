"""Invariants of design/participation.md section 12 after any history: the actions are tried in any order by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jinlin.initiatives import actions as a
from jinlin.initiatives.models import (
    Counted,
    Initiative,
    Milestone,
    PaperTally,
    Payment,
    Plan,
    Resolution,
    StageEntry,
    Standing,
    Support,
)
from jinlin.initiatives.models.rows import WrittenOnce
from jinlin.initiatives.rules import kinds, moves, procedures
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError, NotFound
from jinlin.notices.models import Notice
from jinlin.people.access import ANYONE
from tests.initiatives.stories import OWNERS, Stories, count, day, refused
from tests.world import VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
random_history = settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
DEEDS = (
    *(("move", verb) for verb in moves.VERBS), ("support", ""), ("support", ""), ("paper", ""), ("assist", ""), ("meet", ""),
    ("vote", ""), ("step", ""), ("plan", ""), ("evidence", ""), ("accept", ""), ("pay", ""), ("answer", ""), ("days", ""),
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """Take one example back, whatever came of it."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


class History:
    """A few items, and every deed anybody may try on them."""

    def __init__(self, told: Stories, data: st.DataObject) -> None:
        self.told, self.data, self.now = told, data, day(0)
        self.items = [
            told.wish("装一盏路灯"), told.wish("装两盏路灯"), told.wish("路灯三"), told.wish("开门", kind="topic", common_parts=True),
            told.wish("修路", kind="topic", procedure="four_two"), told.works(),
        ]  # fmt: skip

    def pick(self, options: Any) -> Any:
        return self.data.draw(st.sampled_from(options))

    def try_one(self) -> None:
        what, verb = self.pick(DEEDS)
        item, who = self.pick(self.items), self.pick(("village", "town", "village2"))
        if what == "days":
            self.now += timedelta(days=self.pick((1, 3, 7, 31)))
            return
        with suppress(JinlinError), clock.fixed(self.now), transaction.atomic():
            getattr(self, what)(item, who, verb)

    def move(self, item: Initiative, who: str, verb: str) -> None:
        before = self.told.again(item)
        allowed = {one.verb: one.target for one in moves.moves_from(item.kind, before.stage)}
        inputs = {
            "feasibility": self.pick(("feasible", "unfeasible", "")), "cost_fen": self.pick((None, 0, 500)), "works_class": "basic",
            "owner_unit": self.told.world.unit(VILLAGE), "lawful_basis": "清单", "fund_source": "财政", "granted_fen": 900,
            "target": self.pick(self.items).pk,
        }  # fmt: skip
        self.told.go(item, verb, who, public=self.pick(("", "理由")), **inputs)
        assert self.told.again(item).stage == allowed[verb], "only edges of the table"

    def support(self, item: Initiative, _who: str, _verb: str) -> None:
        self.told.support(item, f"1380013800{self.pick(range(4))}")

    def assist(self, item: Initiative, who: str, _verb: str) -> None:
        phone = f"1380013800{self.pick(range(4))}"
        a.support_for(actor=self.told.world.actor(who), initiative_id=item.pk, phone=phone)

    def paper(self, item: Initiative, who: str, _verb: str) -> None:
        a.add_paper(actor=self.told.world.actor(who), initiative_id=item.pk, count=self.pick((-3, 2, 5)))

    def meet(self, item: Initiative, who: str, _verb: str) -> None:
        self.told.meet(item, who)

    def vote(self, item: Initiative, who: str, _verb: str) -> None:
        if item.procedure == procedures.FOUR_TWO:
            step = self.pick(procedures.ORDER)
            tally = {"adults": count(10, self.pick((5, 6)))} if step == "villagers_decide" else {}
            self.told.vote(item, who=who, step=step, rule="", tally=tally)
        else:
            self.told.vote(
                item, who=who, tally=self.pick((OWNERS, {"owners": count(9, 1), "area": count(9, 9)}))
            )

    def step(self, item: Initiative, who: str, _verb: str) -> None:
        step = self.pick(procedures.ORDER)
        a.publish_step(actor=self.told.world.actor(who), initiative_id=item.pk, step=step, text="公开")

    def plan(self, item: Initiative, who: str, _verb: str) -> None:
        amounts = self.pick(((900,), (600, 300), (600, 200), (500, 300, 100)))
        self.told.plan(item, *amounts, who=who, reason=self.pick(("", "改")))

    def _part(self, item: Initiative) -> Any:
        rows = list(Milestone.objects.filter(initiative=item).order_by("id"))
        return self.pick(rows).pk if rows else item.pk

    def evidence(self, item: Initiative, who: str, _verb: str) -> None:
        a.submit_part(actor=self.told.world.actor(who), milestone_id=self._part(item), evidence="照片")

    def accept(self, item: Initiative, who: str, _verb: str) -> None:
        a.accept_part(
            actor=self.told.world.actor(who),
            milestone_id=self._part(item),
            agreed=self.pick((True, False)),
            words="缺",
        )

    def pay(self, item: Initiative, who: str, _verb: str) -> None:
        a.record_payment(
            actor=self.told.world.actor(who), milestone_id=self._part(item), amount_fen=self.pick((1, 300, 600, 900)),
            paid_on=clock.today(), receipt="F1",
        )  # fmt: skip

    def answer(self, item: Initiative, who: str, _verb: str) -> None:
        a.note_answer(actor=self.told.world.actor(who), initiative_id=item.pk, says="yes")


@random_history
@given(data=st.data())
def test_any_history_keeps_the_promises(told: Stories, data: st.DataObject) -> None:
    with undone():
        history = History(told, data)
        voices: dict[Any, set[bytes]] = {item.pk: set() for item in history.items}
        for _n in range(data.draw(st.integers(5, 45))):
            history.try_one()
            _remember(voices)
        _check(history, voices)


def _remember(voices: dict[Any, set[bytes]]) -> None:
    for row in Support.objects.values("first_id", "resident"):
        voices[row["first_id"]].add(bytes(row["resident"]))


def _check(history: History, voices: dict[Any, set[bytes]]) -> None:
    rows = list(Initiative.unscoped.filter(pk__in=voices).select_related("merged_into"))
    entries = list(StageEntry.objects.filter(initiative__in=rows))
    for entry in entries:  # 1
        assert entry.target not in kinds.NEEDS_PUBLIC_REASON or entry.public_text
    for row in rows:
        _check_words(row, entries)
        _check_money(row)
        _check_topic(row, entries)
    _check_supports(rows, voices)
    papers = PaperTally.objects.filter(initiative__in=rows).aggregate(n=Sum("count"))["n"] or 0
    assert sum(row.paper_count for row in rows) == papers
    for stage, n in Standing.objects.filter(n__gt=0).values_list("stage", "n"):
        assert n <= sum(row.stage == stage for row in rows)
    assert Standing.objects.aggregate(n=Sum("n"))["n"] == len(rows)
    assert not Counted.objects.filter(
        name="deliberated", n__gt=sum(row.kind == "topic" for row in rows)
    ).exists()


def _check_words(row: Initiative, entries: list[StageEntry]) -> None:
    """1 and 2: a price or a reason, and no stage skipped."""
    assert row.feasibility != "feasible" or row.cost_fen is not None
    assert row.feasibility != "unfeasible" or row.feasibility_reason
    path = sorted(
        (one for one in entries if one.initiative_id == row.pk and one.target), key=lambda one: one.number
    )
    for earlier, later in pairwise(path):
        assert later.source == earlier.target


def _check_supports(rows: list[Initiative], voices: dict[Any, set[bytes]]) -> None:
    """3: every resident once, after any order of merges."""
    heirs: dict[Any, set[bytes]] = {}
    for row in rows:
        root = row
        while root.merged_into is not None:
            root = root.merged_into
        heirs.setdefault(root.pk, set()).update(voices[row.pk])
    for row in rows:
        mine = {
            bytes(one) for one in Support.objects.filter(initiative=row).values_list("resident", flat=True)
        }
        assert mine == (set() if row.merged_into else heirs[row.pk])
        assert row.online_count + row.assisted_count == len(mine)
        assert row.support_total == row.online_count + row.assisted_count + row.paper_count


def _check_money(row: Initiative) -> None:
    """6: paid within the grant and behind acceptance by another; every version adds up."""
    parts = list(Milestone.objects.filter(initiative=row, is_live=True))
    paid = Payment.objects.filter(initiative=row).aggregate(n=Sum("amount_fen"))["n"] or 0
    assert row.paid_fen == paid <= row.granted_fen
    assert sum(part.paid_fen for part in parts) == paid
    if row.plan_version:
        assert sum(part.planned_fen for part in parts) == row.granted_fen
    for part in parts:
        assert part.paid_fen <= part.planned_fen
        assert not part.paid_fen or (part.accepted_by and part.accepted_by != part.submitted_by)
    assert list(
        Plan.objects.filter(initiative=row).order_by("version").values_list("version", flat=True)
    ) == list(range(1, row.plan_version + 1))


def _check_topic(row: Initiative, entries: list[StageEntry]) -> None:
    """11: only the six steps in order reach decided, and no notice was cut short."""
    mine = sorted((one for one in entries if one.initiative_id == row.pk), key=lambda one: one.number)
    at = {one.target: clock.local(one.at).date() for one in mine if one.target}
    if row.kind != kinds.TOPIC or kinds.DECIDED not in at:
        return
    assert (at["discussed"] - at["open"]).days >= 5
    assert (at["decided"] - at["discussed"]).days >= 7
    passed = Resolution.objects.filter(initiative=row, verdict="passed").exclude(due=None)
    assert passed.exists()
    assert not passed.filter(review_on=None).exists()
    if row.common_parts:
        assert passed.filter(rule=row.common_rule).exists()
    if row.procedure == procedures.FOUR_TWO:
        assert tuple(one.step for one in mine if one.step) == procedures.ORDER


def test_a_clock_turned_back_moves_nothing(told: Stories, at: Any) -> None:
    item = told.go(told.wish("开门", kind="topic"), "publish", lawful_basis="清单")
    until = told.again(item).notice_until
    with at(day(-3)), refused("clock_back"):
        told.meet(item)
    with at(day(1)):
        a.set_figure(
            actor=told.world.actor("county"),
            area="411602000000",
            name="notice_days",
            value=20,
            valid_from=date(2026, 3, 12),
            source="县里定",
        )
        with pytest.raises(JinlinError):
            a.set_figure(
                actor=told.world.actor("county"),
                area="411602000000",
                name="notice_days",
                value=4,
                valid_from=date(2026, 3, 12),
                source="想快点",
            )
    assert told.again(item).notice_until == until == day(5).date()


@random_history
@given(runs=st.lists(st.integers(0, 90), min_size=1, max_size=6))
def test_a_due_review_reminds_once_whenever_the_job_runs(told: Stories, runs: list[int]) -> None:
    with undone():
        item = told.go(told.wish("开门", kind="topic"), "publish", lawful_basis="清单")
        row = told.vote(item, rule="group_advice", tally={"people": count(9, 9)}, review_on=day(30).date())
        for run in runs:
            with clock.fixed(day(run)):
                a.remind_reviews()
        due = any(run >= 30 for run in runs)
        assert Notice.unscoped.filter(ref=row.pk).count() == int(due)


def test_history_is_never_rewritten(told: Stories) -> None:
    told.open()
    for model in (StageEntry, PaperTally, Payment, Plan):
        with pytest.raises(WrittenOnce):
            model.objects.all().delete()
        with pytest.raises(WrittenOnce):
            model.objects.all().update(county="x")


def test_no_table_holds_what_must_not_be_held() -> None:
    forbidden = (
        "id_number",
        "id_card",
        "idcard",
        "face",
        "track",
        "latitude_of",
        "score_of",
        "points",
        "rank",
        "phone",
        "mobile",
    )
    for model in apps.get_app_config("initiatives").get_models():
        for field in (one for one in model._meta.get_fields() if not isinstance(one, models.BooleanField)):
            assert not any(word in field.name for word in forbidden), (model.__name__, field.name)


def test_a_number_is_kept_nowhere(told: Stories) -> None:
    item = told.open()
    told.support(item, "13812345678")
    row = Support.objects.get()
    assert b"13812345678" not in bytes(row.resident)
    assert row.passed is not None
    other = told.open("另一件")
    told.support(other, "13812345678")
    assert {bytes(one.resident) for one in Support.objects.all()} == {bytes(row.resident)}, (
        "merges can tell the same resident"
    )
    assert Support.objects.get(initiative=other).passed_id != row.passed_id, (
        "and a link opens only what was done through it"
    )
    a.withdraw_support(actor=ANYONE, initiative_id=item.pk, passed=row.passed_id)
    assert told.again(item).support_total == 0


def test_whoever_stands_at_the_counter_counts_over_what_was_typed_online(told: Stories) -> None:
    item, number = told.open(), "13800138000"
    typed = told.support(item, number)
    clerk = told.world.actor("village")
    for _again in range(2):
        a.support_for(actor=clerk, initiative_id=item.pk, phone=number)
    told.support(item, number)
    item = told.again(item)
    assert (item.online_count, item.assisted_count, item.support_total) == (0, 1, 1)
    with pytest.raises(NotFound):
        a.withdraw_support(actor=ANYONE, initiative_id=item.pk, passed=typed.pk)
    assert told.again(item).support_total == 1
