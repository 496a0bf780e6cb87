"""One case whole, for whoever handles or oversees it, and the same case as the resident reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.cases.models import Appeal, Case, CaseEvent
from jinlin.cases.queries.merged import merged_chain
from jinlin.cases.queries.rows import CaseRow, as_rows, reads_texts
from jinlin.cases.queries.timers import Promise, Timer, awaited, timers_of
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cases.rules.moves.born import BORN
from jinlin.kernel.errors import gettext_noop as noop
from jinlin.orgs import queries as orgs
from jinlin.orgs.queries import Proposal
from jinlin.people.access import Actor


@dataclass(frozen=True)
class Line:
    """One step of the timeline as shown; `note` is empty for those who may not read internal notes."""

    seq: int
    at: datetime
    made_at: datetime
    verb: str
    label: str
    who: str
    to_state: str
    target: str
    words: str
    note: str
    reason: str
    photos: tuple[UUID, ...]


@dataclass(frozen=True)
class Said:
    """One appeal as shown."""

    id: UUID
    kind: str
    channel: str
    text: str
    place_text: str
    made_at: datetime
    may_call: bool
    contact_id: UUID | None


@dataclass(frozen=True)
class Pending:
    """A request that waits for a second person."""

    kind: str
    label: str
    reason: str
    days: int | None
    until: date | None
    asked_unit: str
    asked_at: datetime


@dataclass(frozen=True)
class Detail:
    """Everything a handler's page needs."""

    row: CaseRow
    case: Case
    said: tuple[Said, ...]
    lines: tuple[Line, ...]
    timers: tuple[Timer, ...]
    moves: tuple[m.Move, ...]
    relations: frozenset[str]
    proposal: Proposal | None
    assists: tuple[str, ...]
    links: tuple[tuple[str, str, str], ...]  # (kind label, code, title)
    pending: Pending | None
    reads_texts: bool
    may_open_contact: bool

    @property
    def pending_reason(self) -> str:
        """Why the waiting request was made, "" when nothing waits."""
        return self.pending.reason if self.pending else ""


_LINKS = {
    "duplicate": noop("合并到"),
    "part_of": noop("是这件的一部分"),
    "repeat": noop("重复于"),
    "caused_by": noop("由来"),
}


def case_detail(*, viewer: Actor, case: Case) -> Detail:
    """Return a case for its page; the caller got it from `visible_case`. At most 13 queries."""
    relations = case.relations_of(viewer)
    reads = reads_texts(case, viewer)
    inside = viewer.kind != "resident"
    calls = inside and rel.opens_contact(case.state, relations, visit_due=case.visit_due)
    allowed = m.allowed_moves(state=case.state, relations=relations, now=case.condition())
    wants_proposal = any(move.verb in ("dispatch", "rule") for move in allowed)
    return Detail(
        row=as_rows([case], viewer)[0],
        case=case,
        said=_said(case, reads, calls),
        lines=timeline(case, with_notes=inside and reads, with_words=reads),
        timers=timers_of(case),
        moves=allowed,
        relations=relations,
        proposal=proposal_for(case) if wants_proposal else None,
        assists=tuple(orgs.unit_names(case.assists()).values()),
        links=_links(case, viewer),
        pending=pending_of(case, reads) if case.pending else None,
        reads_texts=reads,
        may_open_contact=calls,
    )


def proposal_for(case: Case) -> Proposal:
    """Ask the catalogue and the duty lists who should take a case, and why (see `orgs.queries.propose`)."""
    code = case.category.code if case.category else ""
    level = min(case.level, 5)
    return orgs.propose(code, county=case.county, town=case.town, village=case.village, level=level)


def pending_of(case: Case, reads: bool = True) -> Pending | None:
    """Return the request that waits for a second person, its reason only for who reads the texts."""
    row = case.waiting()
    if row is None:
        return None
    return Pending(
        kind=row.kind,
        label=_(w.APPROVALS[row.kind]),
        reason=row.reason if reads else "",
        days=row.days,
        until=row.until,
        asked_unit=orgs.unit_name(row.asked_unit),
        asked_at=row.asked_at,
    )


def callers(*, viewer: Actor, case: Case) -> tuple[list[Said], bool]:
    """Return who left a contact and may be called, and whether the viewer may open it now (3 queries)."""
    relations = case.relations_of(viewer)
    allowed = viewer.kind != "resident" and rel.opens_contact(case.state, relations, visit_due=case.visit_due)
    found = _said(case, reads_texts(case, viewer), True) if allowed else ()
    return [one for one in found if one.contact_id and one.may_call], allowed


def _said(case: Case, reads: bool, calls: bool) -> tuple[Said, ...]:
    rows = Appeal.unscoped.filter(county=case.county, case=case).order_by("made_at")[:20]
    return tuple(
        Said(
            id=row.pk,
            kind=_(w.APPEAL_KINDS[row.kind]),
            channel=_(w.CHANNELS[row.channel]),
            text=row.text if reads else _("（原文只有办理单位能看）"),
            place_text=row.place_text if reads else "",
            made_at=row.made_at,
            may_call=bool(row.contact_id) and not row.do_not_contact,
            contact_id=row.contact_id if calls else None,
        )
        for row in rows
    )


def _links(case: Case, viewer: Actor) -> tuple[tuple[str, str, str], ...]:
    linked = [(_(_LINKS.get(row.kind, row.kind)), row.other) for row in case.links.select_related("other")]
    parts = Case.unscoped.filter(county=case.county, part_of=case) if case.state == w.IN_PARTS else ()
    linked += [(_("分办"), part) for part in parts]
    if not reads_texts(case, viewer):
        return ()
    masked = _("（原文只有办理单位能看）")
    return tuple(
        (kind, other.shown_code, other.title if reads_texts(other, viewer) else masked)
        for kind, other in linked
    )


def timeline(case: Case, *, with_notes: bool, with_words: bool = True) -> tuple[Line, ...]:
    """Return the timeline, oldest first; a line nobody outside may read is left out unless `with_notes`.

    Without `with_words` only what happened, by whom and when is left: no words, no photos (masked viewers).
    """
    photos: dict[int, list[UUID]] = {}
    if with_words:
        for seq, stored in case.photos.order_by("id").values_list("seq", "stored_id"):
            photos.setdefault(seq, []).append(stored)
    rows = case.events.order_by("seq")
    if not with_words:
        return tuple(_bare(_line(row, True, ())) for row in rows)
    lines = [_line(row, with_notes, tuple(photos.get(row.seq, ()))) for row in rows]
    return tuple(line for line in lines if with_notes or line.label)


def _bare(line: Line) -> Line:
    return replace(line, words="", note="", target="" if line.verb == "merge" else line.target)


def last_objection(case: Case) -> Line | None:
    """Return the line of the newest objection, for whoever rules on it (one query)."""
    row = case.events.filter(verb="object").order_by("-seq").first()
    return _line(row, True, ()) if row else None


def _line(row: CaseEvent, with_notes: bool, photos: tuple[UUID, ...]) -> Line:
    move = m.BY_VERB.get(row.verb) or BORN.get(row.verb)
    public = move.public if move else ""
    if row.verb in ("note", "sup_answered") and row.words:
        public = noop("办理进展")
    if row.verb == "categorise" and row.words:
        public = noop("最迟答复时间有调整")
    if row.verb == "retime" and not row.words:
        public = ""  # only inner stages moved
    if row.verb == "withdraw" and row.to_state != w.CLOSED:
        public = noop("一位反映人撤回了，其他人反映的继续办理")
    label = (move.label if move else row.verb) if with_notes else public
    return Line(
        seq=row.seq,
        at=row.at,
        made_at=row.made_at,
        verb=row.verb,
        label=_(label) if label else "",
        who=_who(row),
        to_state=row.to_state,
        target=row.target_name,
        words=row.words,
        note=row.note if with_notes else "",
        reason=_reason(row),
        photos=photos,
    )


def _reason(row: CaseEvent) -> str:
    tables: dict[str, str] = {code: _(label) for code, (label, _plain) in w.EXITS.items()}
    tables |= {
        "passed": _("核查通过"),
        "failed": _("核查没通过"),
        "upheld": _("异议成立"),
        "overruled": _("异议不成立"),
        "ceiling": _("暂停已到最长期限，自动恢复计时"),
    }
    tables |= {code: _(label) for code, label in (w.SOLVED | w.APPROVALS).items()}
    for kind, label in w.APPROVALS.items():
        tables[f"{kind}_yes"] = _("同意%(what)s") % {"what": _(label)}
        tables[f"{kind}_no"] = _("不同意%(what)s") % {"what": _(label)}
    return tables.get(row.reason_code, "")


def _who(row: CaseEvent) -> str:
    if row.actor_kind == "resident":
        return _("居民")
    if row.actor_kind == "system":
        return _("系统")
    if row.role in ("grid_worker", "grid_leader"):
        return _("网格员")
    return row.unit_name or _("工作人员")


@dataclass(frozen=True)
class Story:
    """What the resident sees: like a parcel, who has it, what happens next, by when."""

    case: Case
    code: str
    title: str
    category: str
    state: str
    plain: str
    steps: tuple[tuple[str, str, str], ...]  # (key, label, "done" | "now" | "")
    holder: str
    next_by: datetime | None
    promise: datetime | None
    promised: Promise | None
    next_plain: str  # how the moment of the next step is counted
    check_on: date | None  # of a late step: by when somebody looks at it, and who
    check_by: str
    is_late: bool
    lines: tuple[Line, ...]
    end_label: str
    merged_into: Story | None
    may_answer: bool
    may_reopen: bool
    may_withdraw: bool
    reopened_before: bool


def story(*, viewer: Actor, case: Case, deep: bool = True) -> Story:
    """Return a case in plain words for the person who reported it; at most 8 queries."""
    row = as_rows([case], viewer)[0]
    relations = case.relations_of(viewer)
    allowed = {
        move.verb for move in m.allowed_moves(state=case.state, relations=relations, now=case.condition())
    }
    other = None
    if deep and (chain := merged_chain(case)):
        other = story(viewer=viewer, case=chain[-1], deep=False)
    holder = _("网格员") if case.level == w.GRID_LEVEL else row.holder
    waits = awaited(case)
    return Story(
        case=case,
        code=case.shown_code,
        title=case.title,
        category=row.category,
        state=case.state,
        plain=_(w.STATES[case.state][1]),
        steps=_steps(case.state),
        holder=holder if case.is_open else "",
        next_by=row.due_at,
        promise=case.result_due_at if case.is_open else None,
        promised=waits.promise,
        next_plain=waits.plain,
        check_on=waits.check_on,
        check_by=waits.check_by,
        is_late=row.is_overdue,
        lines=timeline(case, with_notes=False),
        end_label=row.end_label,
        merged_into=other,
        may_answer="follow_up" in allowed,
        may_reopen="reopen" in allowed,
        may_withdraw="withdraw" in allowed,
        reopened_before=case.reopen_count > 0,
    )


def _steps(state: str) -> tuple[tuple[str, str, str], ...]:
    at = next(index for index, (_key, _label, states) in enumerate(w.STEPS) if state in states)
    return tuple(
        (key, _(label), "now" if index == at else "done" if index < at else "")
        for index, (key, label, _states) in enumerate(w.STEPS)
    )
