"""Taking a step: one action for all of them; what each writes stands in `HANDLERS`, what it asks in `rules.moves`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.kernel.idempotency import once
from jinlin.mediation.actions.said import Reader, Said, answers
from jinlin.mediation.actions.step import Paper, locked, party_of, put, standing_of, write_step
from jinlin.mediation.models import Mediation, Party
from jinlin.mediation.queries.terms import terms_on
from jinlin.mediation.rules import moves as m
from jinlin.mediation.rules import words as w
from jinlin.people.access import Actor


@dataclass
class Taking:
    """One step being taken: the locked file, who takes it, the answers, and what turns the next stage."""

    row: Mediation
    actor: Actor
    said: Said
    reader: Reader
    found: dict[str, Any]
    now: m.Standing
    turns: set[str] = field(default_factory=set)
    note: str = ""

    def put(self, slot: str, words: dict[str, Any], on: date, party: Party | None = None) -> None:
        """Put a paper into a slot."""
        put(self.row, self.actor, Paper(slot, words, on, party))

    def party(self) -> Party:
        """Return the party the answer names."""
        return party_of(self.row, self.said.fields.get("party"))


@once("mediation.move")
def make_move(
    *, actor: Actor, file_id: UUID, verb: str, said: Said, expect: int | None = None, key: str | None = None
) -> Mediation:
    """Take a step of the table on a file the actor is a mediator of."""
    row = locked(actor, file_id, expect)
    now = standing_of(row)
    move = m.check(verb, now, clock.today())
    reader, found = answers(move, said)
    taking = Taking(row, actor, said, reader, found, now)
    HANDLERS[verb](taking)
    row.stage = m.after(verb, now, taking.turns)
    if row.stage == w.ENDED:
        row.ended_on = clock.today()
    write_step(row, actor, verb, taking.note)
    return row


def _party(t: Taking) -> None:
    t.reader.done()
    if t.now.parties >= 30:
        raise Invalid({"called": [_("一份卷宗最多登记 30 位当事人。")]})
    party = Party(county=t.row.county, mediation=t.row, seq=t.now.parties + 1, side=t.found["side"])
    party.seal(**{name: t.found[name] for name in ("called", "reach", "home", "proxy")})
    party.save(force_insert=True)


def _consent(t: Taking) -> None:
    party = t.party()
    t.reader.done()
    party.consented_on = t.found["on"]
    party.save(update_fields=["consented_on"])


def _end(outcome: str) -> Callable[[Taking], None]:
    def handle(t: Taking) -> None:
        called = t.party().opened().get("called", "") if outcome != "failed" else ""
        t.reader.done()
        t.row.outcome = outcome
        t.put(
            "note",
            {"party": called, "words": t.found["words"], "told": t.found.get("told", "")},
            clock.today(),
        )
        if outcome == "refused" or "entry" not in t.now.slots:
            # refused or withdrawn before acceptance: the file shows at least what was asked for and by whom
            t.put("entry", {"claims": t.row.opened().get("facts", "")}, clock.today())

    return handle


def _accept(t: Taking) -> None:
    t.reader.done()
    t.row.accepted_on = t.found["on"]
    t.row.due_on = m.due_on(t.found["on"], terms_on(t.row.county).days, 0)
    t.put("entry", {"claims": t.found["claims"]}, t.found["on"])
    if not t.now.untold:
        t.turns.add("last")


def _tell(t: Taking) -> None:
    party = t.party()
    t.reader.done()
    first = party.told_on is None
    party.told_on = t.found["on"]
    party.save(update_fields=["told_on"])
    called = party.opened().get("called", "")
    t.put("rights", {"party": called}, t.found["on"], party)
    t.put("identity", {"party": called, "checked": t.found["checked"]}, t.found["on"], party)
    if t.now.untold - first == 0:
        t.turns.add("last")


def _investigate(t: Taking) -> None:
    t.reader.done()
    t.put("investigation", {"whom": t.found["whom"], "words": t.found["words"]}, t.found["on"])


def _hear(t: Taking) -> None:
    t.reader.done()
    if t.found["openness"] == "open" and t.found["objects"] == "yes":
        raise Invalid({"openness": [_("有人不同意或涉及隐私、商业秘密的，不能公开调解。")]})
    words = {name: t.found[name] for name in ("place", "openness", "objects", "words")}
    t.put("hearing", words, t.found["on"])


def _extend(t: Taking) -> None:
    most = terms_on(t.row.county).extension_days
    days = t.reader.number("days", most)
    t.reader.done()
    _all_of(t, "consents", _("延期要每一位当事人都同意。"))
    assert t.row.accepted_on is not None
    if t.row.extended_days + days > most:
        raise Invalid({"days": [_("延期累计不能超过 %(most)d 天。") % {"most": most}]})
    t.row.extended_days += days
    t.row.due_on = m.due_on(
        t.row.accepted_on, terms_on(t.row.county, t.row.accepted_on).days, t.row.extended_days
    )
    t.put("note", {"words": t.found["words"], "days": days}, clock.today())


def _all_of(t: Taking, name: str, sentence: str) -> None:
    wanted = {str(pk) for pk in t.row.parties.values_list("pk", flat=True)}
    if not wanted <= t.reader.several(name):
        raise Invalid({name: [sentence]})


def _agree(t: Taking) -> None:
    t.reader.done()
    _all_of(t, "signed", _("协议要每一位当事人签名、盖章或确认才能成立。"))
    row, on = t.row, t.found["on"]
    if row.accepted_on and not row.accepted_on <= on <= (row.due_on or on):
        raise Invalid({"on": [_("达成日期应在受理之后、调解期限之内。")]})
    row.outcome, row.agreed_on = t.found["form"], on
    row.ended_on = on
    row.court_until = m.court_until(on, terms_on(row.county).court_days)
    row.perform_on = row.visit_due_on = t.found["perform_on"]
    if row.perform_on:
        t.turns.add("dated")
    words = {name: t.found[name] for name in ("points", "duties", "manner")}
    words["perform_on"] = row.perform_on.isoformat() if row.perform_on else ""
    t.put("agreement", words, on)


def _perform(t: Taking) -> None:
    t.reader.done()
    t.row.perform_on = t.row.visit_due_on = t.found["perform_on"]


def _visit(t: Taking) -> None:
    found, full = t.found, t.found["performed"] == "full"
    if not full and found["performed"] and found["told"] != "yes":
        t.reader.wrong.setdefault("told", []).append(_("没有全部履行的，要告知当事人后面的途径。"))
    if full and found["again_on"]:
        t.reader.wrong.setdefault("again_on", []).append(_("已经全部履行，不用再约回访。"))
    t.reader.done()
    t.row.visit_due_on = found["again_on"]
    if found["again_on"]:
        t.turns.add("again")
    words = {name: found[name] for name in ("how", "performed", "pleased", "words", "told")}
    t.put("visit", words, found["on"])


def _court(t: Taking) -> None:
    t.reader.done()
    late = t.row.court_until is not None and t.found["on"] > t.row.court_until
    if "court" not in t.now.slots and late:
        raise Invalid({"on": [_("共同申请要在协议生效之日起三十日内提出。")]})
    t.put("court", {"court": t.found["court"], "result": t.found["result"]}, t.found["on"])


def _file(t: Taking) -> None:
    t.reader.done()
    years = terms_on(t.row.county).keep_years
    today = clock.today()
    t.row.filed_on = today
    t.row.keep_until = (
        date(today.year + years + 1, 1, 1) if years else None
    )  # whole years, from the next one on


HANDLERS: Final[dict[str, Callable[[Taking], None]]] = {
    "party": _party,
    "consent": _consent,
    "refuse": _end("refused"),
    "accept": _accept,
    "tell": _tell,
    "investigate": _investigate,
    "hear": _hear,
    "extend": _extend,
    "agree": _agree,
    "fail": _end("failed"),
    "withdraw": _end("withdrawn"),
    "perform": _perform,
    "visit": _visit,
    "court": _court,
    "file": _file,
}
