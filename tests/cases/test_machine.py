"""Random people make random moves, allowed and forbidden, over the named town; what must hold, holds at every step."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jinlin.cases.actions import ACTIONS, Caller, Part, Said, join_case
from jinlin.cases.actions.step import QUIET_VERBS, event_hash
from jinlin.cases.models import Approval, Case, CaseEvent, Handover, Verification
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.errors import JinlinError
from jinlin.orgs.actions import appoint
from jinlin.orgs.queries import categories, duty_kind
from jinlin.people.access import ANYONE, SYSTEM, Actor, resident_with
from jinlin.people.actions import stand_in
from jinlin.people.models import Post
from jinlin.performance.actions import check_counters
from jinlin.performance.models import Count, OpenCount
from jinlin.performance.rules.cuts import BASE, DEEP
from tests.conftest import A_TUESDAY
from tests.world import COUNTY, FAR, GRID, PEOPLE, SIBLING, TOWN, VILLAGE

WHO = (*PEOPLE, "resident", "stranger")
CHECKS = ("verify", "follow_up", "close_unanswered", "revisit")
SENDING = ("dispatch", "hand_down", "rule", "settle")
PICK = st.integers(0, 10_000)
RUNS = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


def day(moment: Any) -> date:
    """Return the local day of a moment."""
    return clock.local(moment).date()


def choose(many: Any, pick: int) -> Any:
    """Return one of many by a number."""
    found = list(many)
    return found[pick % len(found)]


class Town(RuleBasedStateMachine):
    """The town, its cases, and what random people do to them."""

    world: Any

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now = A_TUESDAY
        self._double_up()
        self.actors: dict[str, Actor] = {name: self.world.actor(name) for name in PEOPLE}
        self.units: list[UUID] = [unit.pk for unit in self.world.units.values()]
        self.leaves = self._leaves()
        self.tap = 0

    def teardown(self) -> None:
        """Put the town back as it was."""
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def _double_up(self) -> None:
        """Give one person a second post and let another stand in: own work is own work by whatever post."""
        accounts = self.world.accounts
        cmb, since = self.world.unit("CMB"), A_TUESDAY.date()
        appoint(actor=SYSTEM, account=accounts["county_b"], role="department", unit_id=cmb, starts_on=since)
        post = Post.objects.get(account=accounts["town"])
        stand_in(
            actor=SYSTEM,
            post=post,
            account=accounts["dept2"],
            starts_on=since,
            ends_on=since + timedelta(days=900),
        )

    def _leaves(self) -> list[str]:
        """A few matters of every kind: ordinary, urgent, sensitive, withdrawn from townships, in no list."""
        leaves = [node.code for node in categories().leaves]
        kinds = {duty_kind(code, town=TOWN): code for code in leaves}
        sensitive = next(node.code for node in categories().leaves if node.sensitive)
        urgent = next(node.code for node in categories().leaves if node.sla_class == "P1")
        return [*dict.fromkeys((*kinds.values(), sensitive, urgent, "HSG-05"))]

    def actor(self, who: str, case: Case) -> Actor:
        if who in self.actors:
            return self.actors[who]
        return resident_with({case.pk}) if who == "resident" else ANYONE

    @initialize(pick=PICK)
    def first(self, pick: int) -> None:
        self.report(pick)

    @precondition(lambda self: Case.unscoped.filter(part_of=None).count() < 4)
    @rule(pick=PICK)
    def report(self, pick: int) -> None:
        place = choose((VILLAGE, GRID, SIBLING, FAR, TOWN, COUNTY), pick)
        category = choose(["", *self.leaves], pick // 7)
        with clock.fixed(self.now):
            self.world.report(
                f"第{pick}件", place=place, category=category, phone=choose(("", "13800138000"), pick)
            )

    @rule(pick=PICK)
    def join(self, pick: int) -> None:
        case = choose(Case.unscoped.order_by("id"), pick)
        self._try(lambda: join_case(actor=ANYONE, case_id=case.pk, said=Said(text="我也是"), caller=Caller()))

    @rule(hours=st.sampled_from((1, 5, 26, 24 * 8, 24 * 95)))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(pick=PICK, other=PICK, more=PICK)
    def allowed_move(self, pick: int, other: int, more: int) -> None:
        """Let somebody who may do something do it, so that cases come far."""
        case = choose(Case.unscoped.order_by("id"), pick)
        pairs = []
        with clock.fixed(self.now):
            for who in WHO:
                actor = self.actor(who, case)
                found = m.allowed_moves(
                    state=case.state, relations=case.relations_of(actor), now=case.condition()
                )
                pairs += [(who, move.verb) for move in found]
        if pairs:
            who, verb = choose(sorted(pairs), other)
            self._move(case, who, verb, more)

    @rule(pick=PICK, who=st.sampled_from(WHO), verb=st.sampled_from(sorted(ACTIONS)), more=PICK)
    def any_move(self, pick: int, who: str, verb: str, more: int) -> None:
        self._move(choose(Case.unscoped.order_by("id"), pick), who, verb, more)

    def _move(self, case: Case, who: str, verb: str, pick: int) -> None:
        actor = self.actor(who, case)
        inputs = self._inputs(case, m.BY_VERB[verb], pick)
        expect = case.version - 1 if pick % 13 == 0 else case.version
        before = Case.unscoped.get(pk=case.pk)
        action: Any = ACTIONS[verb]
        made = self._try(
            lambda: action(actor=actor, case_id=case.pk, expect=expect, **inputs),
        )
        after = Case.unscoped.get(pk=case.pk)
        if not made:
            assert (after.version, after.state, after.event_hash) == (
                before.version,
                before.state,
                before.event_hash,
            )
            return
        self._check_move(before, after, actor, verb)

    def _try(self, action: Any) -> bool:
        """Make a move; a refusal is a sentence of ours, writes nothing, and is no failure."""
        rows = CaseEvent.objects.count()
        told = ""
        try:
            with clock.fixed(self.now):
                action()
        except JinlinError as error:
            told = str(error)
        if told:
            assert told.endswith("。"), told
            assert CaseEvent.objects.count() == rows
        return not told

    def _inputs(self, case: Case, move: m.Move, pick: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for at, need in enumerate(move.needs):
            if need.kind == "photos" or (not need.required and need.name in ("assist", "on_spot")):
                continue
            found[need.name] = self._value(case, need, pick // (at + 1))
        return found

    def _value(self, case: Case, need: m.Need, pick: int) -> Any:
        if need.kind == "choice" and need.choices == "categories":
            return choose(self.leaves, pick)
        if need.choices == "pauses":
            return choose(("weather", "party", "funds", "plan", "nonsense"), pick)
        if need.choices == "milestones":
            return choose(("", *w.STEP_CODES[:3]), pick)
        if need.kind == "choice":
            return choose(getattr(w, need.choices), pick)
        if need.kind == "parts":
            return [Part(choose(self.units, pick + n), f"第{n}份") for n in range(2)]
        local: dict[str, Any] = {
            "unit": choose(self.units, pick),
            "units": [],
            "yes_no": bool(pick % 3),
            "number": pick % 12,
            "date": clock.local(self.now).date() + timedelta(days=pick % 40),
            "case": choose(Case.unscoped.order_by("id").values_list("pk", flat=True), pick),
        }
        return local.get(need.kind, "说明" if pick % 17 else "")

    def _check_move(self, before: Case, after: Case, actor: Actor, verb: str) -> None:
        """What must hold of the move that was just made."""
        assert after.version == before.version + (verb not in QUIET_VERBS)
        if verb in CHECKS and actor.kind == "staff":
            assert actor.account_id != before.handler_account, "checked own work"
            parts = set(Case.unscoped.filter(part_of=before).values_list("handler_unit", flat=True))
            done_by = {before.handler_unit} if before.handler_unit else parts
            assert not done_by & actor.units, "checked own unit's work"
        if verb == "rule":
            assert before.holder_unit not in actor.units, "ruled on own objection"
        if verb == "decide":
            asked = Approval.objects.filter(case=after).order_by("-decided_at").first()
            assert asked is not None
            assert asked.asked_by != actor.account_id, "granted own request"
        assert not (verb == "object" and before.ruled), "objected after a ruling"
        assert before.ruled <= after.ruled, "a ruling was undone"
        if verb in SENDING and after.state == w.DISPATCHED:
            self._check_receivers(after)
        if before.is_open and not after.is_open:
            self._check_end(after)

    def _check_receivers(self, case: Case) -> None:
        """A withdrawn duty never goes to a township or village, a community never leads what it only assists."""
        sent = case.handovers.filter(is_open=True).exclude(answer="objected").order_by("-seq").first()
        if sent is None or sent.to_level < 4 or sent.to_unit is None:
            return
        assert case.category is not None, "sent down before the lists could be asked"
        place = case.village if sent.to_level == 5 else case.town
        kind = duty_kind(case.category.code, town=place, level=sent.to_level)
        assert kind != "withdrawn"
        assert sent.part == "assist" or kind in ("basic", None)

    def _check_end(self, case: Case) -> None:
        """No way from dispatched to closed without verification or a recorded exemption."""
        sent, checked = False, False
        for row in CaseEvent.objects.filter(case=case).order_by("seq"):
            if row.to_state == w.DISPATCHED:
                sent, checked = True, False
            elif row.to_state in (w.ACCEPTED, w.REOPENED):  # taken back: the desk has it again
                sent = False
            elif row.to_state == w.VERIFYING and row.verb == "report_done":
                checked = False
            elif row.reason_code in ("passed", "exemption_yes", "beyond_yes"):
                checked = True
        assert not sent or checked or case.end_kind == "withdrawn", case.end_kind

    @invariant()
    def chains_hold(self) -> None:
        heads = dict(Case.unscoped.values_list("pk", "event_hash"))
        counts = dict(Case.unscoped.values_list("pk", "event_count"))
        last: dict[UUID, tuple[int, str]] = {}
        for row in CaseEvent.objects.order_by("case", "seq"):
            seq, before = last.get(row.case_id, (0, ""))
            assert (row.seq, row.prev_hash) == (seq + 1, before)
            assert row.hash == event_hash(row)
            last[row.case_id] = (row.seq, row.hash)
        assert {case: (counts[case], heads[case]) for case in heads} == last

    @invariant()
    def counters_equal_a_recount(self) -> None:
        """The counters say what the timelines say, and both what the cases say."""
        verdict = check_counters()
        assert not verdict.wrong, verdict.differences
        wanted: Counter[tuple[str, date]] = Counter()
        for case in Case.unscoped.all():
            wanted["opened", day(case.opened_at)] += 1
            if case.is_open:
                wanted["n", day(case.due_at)] += 1
            else:
                wanted["ended", day(case.closed_at)] += 1
        kept: Counter[tuple[str, date]] = Counter()
        for row in Count.objects.filter(cut=DEEP):
            kept["opened", row.day] += row.opened or 0
            kept["ended", row.day] += row.ended or 0
        for row in OpenCount.objects.filter(cut=BASE):
            kept["n", row.day] += row.n or 0
        assert +kept == wanted

    @invariant()
    def every_case_stands_right(self) -> None:
        pending = set(Approval.objects.filter(decided_at=None).values_list("case_id", flat=True))
        leads = Counter(Handover.objects.filter(is_open=True, part="lead").values_list("case_id", flat=True))
        for case in Case.unscoped.all():
            assert case.due_at is not None
            assert bool(case.end_kind) == (not case.is_open) == (case.state == w.CLOSED)
            assert bool(case.pending) == (case.pk in pending)
            assert leads[case.pk] <= case.is_open
            assert case.holder_unit is not None, "never without a desk"
            parts = Case.unscoped.filter(part_of=case)
            assert case.state != w.IN_PARTS or parts.filter(is_open=True).exists(), "waits for nothing"
        assert not Verification.objects.filter(
            by_account=F("case__handler_account"), case__state=w.FOLLOW_UP
        ).exists()
        assert not Approval.objects.filter(decided_by=F("asked_by")).exists()


def test_random_people_break_nothing(world: Any) -> None:
    machine = type("TownMachine", (Town,), {"world": world})
    run_state_machine_as_test(machine, settings=RUNS)
