"""The one way a case moves: lock, check, change, timeline, counters, audit, announce; all or nothing.

An action opens `moving(...)`, says what is special about its verb, and the step does what every move has in common.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.cases import events
from jinlin.cases.actions.facts import day_of, told
from jinlin.cases.actions.timing import Clocks
from jinlin.cases.models import Case, CaseEvent, Handover
from jinlin.cases.queries.asking import refuse
from jinlin.cases.rules import moves, relations, words
from jinlin.cases.rules.moves import Move
from jinlin.cases.rules.moves.born import BORN, QUIET, WHOLE
from jinlin.cases.rules.parts import claim_of_parts
from jinlin.cases.rules.standing import Happening, Standing, facts_of, kept, read
from jinlin.kernel import bus, clock, rows
from jinlin.kernel.errors import Conflict, NotFound
from jinlin.kernel.text import clean, clean_when
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import GRID_ROLES

OFFLINE_MINUTES = 10  # a phone's clock may be this far ahead of ours
# steps that leave the version as it is (`changes_case` is off)
QUIET_VERBS = ("note", "assist_done", "milestone", "new_date", "convene", *QUIET)


@dataclass
class Step:
    """One move under way; the action fills it in, `moving` writes it."""

    case: Case
    actor: Actor
    move: Move
    now: datetime
    made_at: datetime
    clocks: Clocks
    relations: frozenset[str]
    target: str = ""
    words: str = ""
    note: str = ""
    reason_code: str = ""
    target_name: str = ""
    typed: int = 0  # fields staff filled in by hand
    satisfied: int | None = None  # what a person answered
    stops: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    changes_case: bool = True
    announces: str = ""  # another event than the move's own
    extra_events: list[type[events.CaseFact]] = field(default_factory=list)

    @property
    def unit(self) -> UUID | None:
        """The organisation the actor acts for in this case (see `Case.acting`)."""
        return self.actor.post.unit if self.actor.post else None

    @property
    def asked_at(self) -> datetime:
        """The moment a request counts against its deadline: a grid worker's own clock, else ours.

        Only the grid works in dead spots; at a desk a time that was sent along could reach back behind a deadline.
        """
        post = self.actor.post
        checks = relations.CHECKER in self.relations and post is not None and post.role in GRID_ROLES
        return self.made_at if relations.GRID in self.relations or checks else self.now

    def say(self, *, public: str = "", note: str = "", required: bool = False) -> None:
        """Take the words for the resident and the note for the office through the input gate."""
        self.words = clean(public, max_length=1000, field="words", multiline=True, required=required)
        self.note = clean(note, max_length=1000, field="note", multiline=True)
        self.count_typed(self.words, self.note)

    def reason(self, text: str, *, required: bool = True) -> str:
        """Take a reason; it is public unless the action says otherwise."""
        given = clean(text, max_length=500, field="reason", multiline=True, required=required)
        self.count_typed(given)
        return given

    def count_typed(self, *texts: str) -> None:
        """Count what staff had to type: the burden of the work is published, never who bore it."""
        if self.actor.kind == "staff":
            self.typed += sum(bool(text) for text in texts)

    def close(self, end_kind: str) -> None:
        """End the case with the kind that keeps rates honest."""
        case = self.case
        self.target = words.CLOSED
        case.is_open = False
        case.end_kind = end_kind
        case.closed_at = self.now
        self.clocks.stop_all(self.asked_at)
        self.end_handovers("done")
        if case.meet_by is not None:
            case.meet_by = None
            case.meetings.filter(closed_at=None).update(closed_at=self.now)
        if self.move.announces != events.CaseClosed.__name__:
            self.extra_events.append(events.CaseClosed)

    def end_handovers(self, answer: str, reason: str = "") -> None:
        """Answer every open lead handover."""
        self.case.handovers.filter(is_open=True, part="lead").update(
            is_open=False, answer=answer, answered_at=self.now, answer_reason=reason
        )

    def hand_over(
        self,
        *,
        to_unit: UUID,
        to_level: int,
        direction: str,
        part: str = "lead",
        reason: str = "",
        final: bool = False,
    ) -> Handover:
        """Pass the case on: one row per passing, and for the lead the new holder."""
        case = self.case
        case.handover_count += 1
        row = Handover(
            county=case.county,
            case=case,
            seq=case.handover_count,
            direction=direction,
            part=part,
            from_unit=self.unit,
            to_unit=to_unit,
            to_level=to_level,
            reason=reason,
            by_account=self.actor.account_id,
            sent_at=self.now,
            is_final=final,
        )
        rows.insert(row)
        if part == "lead":
            case.holder_unit = to_unit
            case.level = to_level
        return row


def _locked(case_id: UUID, actor: Actor) -> Case:
    found = rows.find(Case, lock=True, id=case_id)
    if not found:
        raise NotFound(_("这件事"))
    access.require(actor, "case.move", found[0])
    return found[0]


def _check(case: Case, actor: Actor, move: Move, expect: int | None) -> frozenset[str]:
    stands = case.relations_of(actor)
    if not stands and actor.kind != "system":
        raise NotFound(_("这件事"))
    if expect is not None and expect != case.version and not _only_own_steps(case, actor, expect):
        raise _stale(case)
    refuse(case, move, stands, actor)
    return stands


def _only_own_steps(case: Case, actor: Actor, expect: int) -> bool:
    """Tell whether everything since the version the person saw was done by the same account.

    A phone without network may send "accept" and "report up" made from one page; nobody else was overruled by that.
    """
    if actor.account_id is None or expect > case.version:
        return False
    changing = case.events.exclude(verb__in=QUIET_VERBS).order_by("-seq").values_list("account", flat=True)
    since = list(changing[: case.version - expect])
    return bool(since) and all(account == actor.account_id for account in since)


def _stale(case: Case) -> Conflict:
    last = case.events.order_by("-seq").first()
    return Conflict(
        "stale",
        _("您打开页面后，{who}已在{when}做了“{did}”。您的操作没有生效，请看过最新情况再决定。"),
        who=(last.unit_name or words.CHANNELS["web"]) if last else "",
        when=clock.local(last.at).strftime("%m-%d %H:%M") if last else "",
        did=_(moves.BY_VERB[last.verb].label) if last and last.verb in moves.BY_VERB else "",
    )


@contextmanager
def moving(
    actor: Actor, case_id: UUID, verb: str, *, expect: int | None = None, at: datetime | None = None
) -> Iterator[Step]:
    """Lock a case, check the move, let the action fill the step, then write all of it (inside `once`'s transaction).

    `expect` is the version the person looked at; `at` is the time on the person's own clock.
    Raises NotFound, NotAllowed, RuleBroken, Conflict("stale"), Invalid.
    """
    move = moves.BY_VERB.get(verb) or BORN[verb]
    now = clock.now()
    made_at = min(clean_when(at, "at", minutes_slack=OFFLINE_MINUTES), now) if at else now
    case = _locked(case_id, actor)
    stands = _check(case, actor, move, expect)
    made_at = max(made_at, case.opened_at)
    step = Step(case, case.acting(actor), move, now, made_at, Clocks(case, verb=verb), stands)
    step.stops, step.starts = move.stops, move.starts
    if move.targets:
        step.target = move.targets[0]
    before = Before(case.is_open, case.due_at, case.state, case.holder_unit)
    yield step
    _finish(step, before)


@dataclass(frozen=True)
class Before:
    """How a case stood before the move."""

    is_open: bool
    due_at: datetime
    state: str
    holder_unit: UUID | None


def _finish(step: Step, before: Before) -> None:
    case = step.case
    if step.target:
        case.state = step.target
    _lapse(step, before)
    step.clocks.stop(step.stops, step.asked_at)
    if case.is_open:
        for stage in step.starts:
            step.clocks.start(stage, step.now)
    step.clocks.save()
    if step.changes_case:
        case.version += 1
    whole = _whole_of(case) if before.is_open and not case.is_open else None
    write_event(step, before.state)
    case.updated_at = step.now
    rows.change(case)
    if whole is not None:
        _whole_goes_on(step, whole)
    audit.record(actor=step.actor, verb=f"case.{step.move.verb}", obj=case, county=case.county)
    for event in (events.BY_NAME[step.announces or step.move.announces], *step.extra_events):
        bus.announce(event(case_id=case.pk, county=case.county, at=step.now))


def _lapse(step: Step, before: Before) -> None:
    """End a request nobody decided once the case has moved on: it was made for where the case stood then."""
    case = step.case
    if not case.pending:
        return
    if (
        case.is_open
        and case.pending in moves.requests_in(case.state)
        and case.holder_unit == before.holder_unit
    ):
        return
    case.approvals.filter(decided_at=None).update(granted=False, decided_at=step.now)
    case.pending = ""


def _whole_of(case: Case) -> Case | None:
    """Return the case this one is a part of, locked: before anything is counted, for counters are locked last."""
    return Case.unscoped.select_for_update().get(pk=case.part_of_id) if case.part_of_id else None


def _whole_goes_on(step: Step, whole: Case) -> None:
    """Move the whole of a divided case to follow-up once its last part has ended, however it ended."""
    parts = list(Case.unscoped.filter(county=whole.county, part_of=whole).values_list("is_open", "end_kind"))
    if whole.state != words.IN_PARTS or any(is_open for is_open, _kind in parts):
        return
    old_state = whole.state
    goes = Step(whole, step.actor, WHOLE, step.now, step.now, Clocks(whole, verb=WHOLE.verb), frozenset())
    whole.claim = claim_of_parts([kind for _is_open, kind in parts])
    whole.state = words.FOLLOW_UP
    whole.version += 1
    goes.clocks.stop(("resolve", "rework"), step.now)
    goes.clocks.start("follow_up", step.now)
    goes.clocks.save()
    write_event(goes, old_state)
    whole.updated_at = step.now
    whole.save()
    bus.announce(events.CaseDone(case_id=whole.pk, county=whole.county, at=step.now))


def write_event(step: Step, old_state: str, *, aside: bool = False) -> CaseEvent:
    """Append the timeline row, chained to the one before, with what is counted from it, and have it counted.

    Call it when case and clocks stand as they will and all other rows are locked: counters are locked last but for
    the audit chain. `aside`: a line that moves nothing (a neighbour joins), whose clocks were not even read.
    """
    case, actor = step.case, step.actor
    before, after, what = _beside(step) if aside else told(step)
    if not aside:
        case.standing = kept(after)
    case.event_count += 1
    post = actor.post
    row = rows.made(
        CaseEvent,
        county=case.county,
        case=case,
        seq=case.event_count,
        verb=step.move.verb,
        at=step.now,
        made_at=step.made_at,
        actor_kind=actor.kind,
        role=post.role if post else "",
        unit=post.unit if post else None,
        unit_name=post.unit_name if post else "",
        account=actor.account_id,
        from_state=old_state,
        to_state=case.state,
        reason_code=step.reason_code,
        words=step.words,
        note=step.note,
        target_name=step.target_name[:160],
        facts=facts_of(what),
        prev_hash=case.event_hash,
    )
    row.hash = event_hash(row)
    rows.insert(row)
    case.event_hash = row.hash
    bus.announce(
        events.CaseMoved(
            case_id=case.pk,
            county=case.county,
            at=step.now,
            seq=row.seq,
            before=before,
            after=after,
            what=what,
        )
    )
    return row


def _beside(step: Step) -> tuple[Standing, Standing, Happening]:
    stands = read(step.case.standing)
    return stands, stands, Happening(step.move.verb, step.reason_code, day_of(step.now))


_HASHED: Sequence[str] = (
    "seq", "verb", "at", "made_at", "actor_kind", "role", "unit", "account", "from_state", "to_state", "reason_code",
    "prev_hash",
)  # fmt: skip


def event_hash(row: CaseEvent) -> str:
    """Return the chained hash of a timeline row; the texts stay out, so that erasing them keeps the chain whole."""
    facts: dict[str, Any] = {name: str(getattr(row, name)) for name in _HASHED}
    facts["case"] = str(row.case_id)
    facts["facts"] = row.facts
    for name in ("at", "made_at"):
        facts[name] = getattr(row, name).astimezone(UTC).isoformat()
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
