"""Opening seals to read: one's own files in a list, one file whole, a picture; each look is an audit row by id only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.files import queries as files
from jinlin.files.models import StoredFile
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.mediation.actions.step import VERB, acting, standing_of
from jinlin.mediation.models import Doc, Mediation, Party
from jinlin.mediation.rules import moves as m
from jinlin.mediation.rules import words as w
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.models import Account
from jinlin.places import queries as places

PAGE: Final = 50  # each row of it is opened


@dataclass(frozen=True)
class FileRow:
    """One line of a mediator's own list."""

    id: UUID
    number: str
    title: str
    kind_label: str
    stage: str
    stage_label: str
    outcome_label: str
    place: str
    opened_at: datetime
    next_on: date | None
    next_label: str
    is_late: bool
    is_over: bool
    version: int


@dataclass(frozen=True)
class PartyView:
    """One party."""

    id: UUID
    side: str
    side_label: str
    called: str
    reach: str
    home: str
    proxy: str
    consented_on: date | None
    told_on: date | None


@dataclass(frozen=True)
class Line:
    """One labelled text of a paper."""

    label: str
    text: str


@dataclass(frozen=True)
class DocView:
    """One paper: its lines as a person reads them, its pictures by id."""

    id: UUID
    slot: str
    on: date
    by: str
    lines: tuple[Line, ...]
    words: dict[str, Any]
    pictures: tuple[UUID, ...]


@dataclass(frozen=True)
class SlotView:
    """One of the thirteen slots."""

    code: str
    label: str
    hint: str
    by_hand: bool
    is_required: bool
    docs: tuple[DocView, ...]

    @property
    def is_full(self) -> bool:
        """Whether a paper lies in it."""
        return bool(self.docs)


@dataclass(frozen=True)
class MoveView:
    """A step the stage knows: whether it may be made now, or why not yet."""

    move: m.Move
    why_not: str = ""

    @property
    def verb(self) -> str:
        """Its name."""
        return self.move.verb


@dataclass(frozen=True)
class MemberView:
    """A mediator on the file, or one who left it."""

    name: str
    role_label: str
    is_on: bool
    has_conflict: bool


@dataclass(frozen=True)
class StepView:
    """One line of what happened."""

    at: datetime
    label: str
    by: str


@dataclass(frozen=True)
class FileView:
    """One file whole."""

    row: FileRow
    facts: str
    case_code: str
    origin: str
    origin_label: str
    outcome: str
    accepted_on: date | None
    due_on: date | None
    extended_days: int
    agreed_on: date | None
    perform_on: date | None
    visit_due_on: date | None
    court_until: date | None
    filed_on: date | None
    keep_until: date | None
    parties: tuple[PartyView, ...]
    slots: tuple[SlotView, ...]
    moves: tuple[MoveView, ...]
    members: tuple[MemberView, ...]
    steps: tuple[StepView, ...]
    committee: str


LABELS: dict[str, str] = {
    move_ask.name: move_ask.label for move in m.MOVES for move_ask in move.asks if move.verb != "party"
}
TABLES: dict[str, dict[str, str]] = {
    move_ask.name: getattr(w, move_ask.choices)
    for move in m.MOVES
    for move_ask in move.asks
    if move_ask.choices
}
STEP_LABELS: dict[str, str] = {move.verb: move.label for move in m.MOVES}


@dataclass(frozen=True)
class FilePage:
    """A page of a mediator's own files; `late` counts over all pages."""

    rows: tuple[FileRow, ...]
    number: int
    pages: int
    late: int


def my_files(*, actor: Actor, is_over: bool = False, page: int = 1) -> FilePage:
    """Return a page of the files the actor is a mediator on, the nearest day first; one audit row for the look."""
    access.require(actor, VERB)
    seen = access.visible(actor, Mediation.objects.all()).filter(erased_at=None)
    seen = seen.filter(stage=w.FILED) if is_over else seen.exclude(stage=w.FILED)
    running = Case(When(ended_on=None, then="due_on"), default="visit_due_on")
    seen = seen.annotate(next_day=Case(When(stage=w.FILED, then=Value(None)), default=running))
    counted = seen.aggregate(all=Count("pk"), late=Count("pk", filter=Q(next_day__lt=clock.today())))
    pages = max(1, -(-counted["all"] // PAGE))
    number = min(max(1, page), pages)
    ordered = seen.order_by(F("next_day").asc(nulls_last=True), "-opened_at", "-id")
    rows = list(ordered[PAGE * (number - 1) : PAGE * number])
    _looked(actor, "mediation.list", None, rows[0].county if rows else "")
    names = places.area_names({row.village or row.town or row.county for row in rows})
    return FilePage(tuple(_row(row, names) for row in rows), number, pages, counted["late"])


def _looked(actor: Actor, verb: str, row: Any, county: str) -> None:
    with transaction.atomic():
        fields = ("words",) if row is not None else ()
        audit.record(actor=acting(actor), verb=verb, obj=row, county=county, fields=fields)


def _row(row: Mediation, names: dict[str, str]) -> FileRow:
    on, label = _next_of(row)
    return FileRow(
        id=row.pk,
        number=row.number,
        title=row.opened().get("title", ""),
        kind_label=_(w.KINDS[row.kind]),
        stage=row.stage,
        stage_label=_(w.STAGES[row.stage]),
        outcome_label=_(w.OUTCOMES[row.outcome]) if row.outcome else "",
        place=names.get(row.village or row.town or row.county, ""),
        opened_at=row.opened_at,
        next_on=on,
        next_label=label,
        is_late=on is not None and on < clock.today(),
        is_over=row.stage == w.FILED,
        version=row.version,
    )


def _next_of(row: Mediation) -> tuple[date | None, str]:
    """Return the next day that matters and what for."""
    if row.stage == w.FILED:
        return None, ""
    if row.ended_on is None:
        return row.due_on, _("调解期限") if row.due_on else ""
    if row.visit_due_on is not None:
        return row.visit_due_on, _("回访")
    return None, _("待归档")


def open_one(*, actor: Actor, file_id: UUID) -> FileView:
    """Return one file whole; NotFound to everybody but its mediators, whether or not it exists."""
    row = _found(actor, file_id)
    _looked(actor, "mediation.read", row, row.county)
    parties = list(row.parties.order_by("seq"))
    docs = list(row.docs.order_by("seq"))
    members = list(row.members.order_by("since", "id"))
    steps = list(row.steps.order_by("seq"))
    accounts = {one.account for one in members} | {one.by_account for one in steps}
    accounts |= {one.by_account for one in docs}
    named = Account.objects.filter(pk__in=[one for one in accounts if one])
    people: dict[Any, str] = dict(named.values_list("pk", "name"))
    now = standing_of(row, parties)
    names = places.area_names({row.village or row.town or row.county})
    words = row.opened()
    post = acting(actor).post
    return FileView(
        row=_row(row, names),
        facts=words.get("facts", ""),
        case_code=words.get("code", ""),
        origin=row.origin,
        origin_label=_(w.ORIGINS[row.origin]),
        outcome=row.outcome,
        **{
            name: getattr(row, name)
            for name in (
                *("accepted_on", "due_on", "extended_days", "agreed_on", "perform_on"),
                *("visit_due_on", "court_until", "filed_on", "keep_until"),
            )
        },
        parties=tuple(_party(one) for one in parties),
        slots=_slots(docs, people, now),
        moves=_moves(now),
        members=tuple(
            MemberView(
                people.get(one.account, ""), _(w.ROLES[one.role]), one.ended_at is None, one.has_conflict
            )
            for one in members
        ),
        steps=tuple(StepView(one.at, _step_label(one.verb), people.get(one.by_account, "")) for one in steps),
        committee=post.unit_name if post else "",
    )


def _found(actor: Actor, file_id: UUID) -> Mediation:
    access.require(actor, VERB)
    row = access.visible(actor, Mediation.objects.all()).filter(pk=file_id, erased_at=None).first()
    if row is None:
        raise NotFound(_("这份卷宗"))
    return row


def _step_label(verb: str) -> str:
    if verb in STEP_LABELS:
        return _(STEP_LABELS[verb])
    return {
        "open": _("立卷"),
        "paper": _("放入材料"),
        "member": _("加入调解员"),
        "conflict": _("调解员回避"),
    }.get(verb, verb)


def _party(row: Party) -> PartyView:
    words = row.opened()
    return PartyView(
        id=row.pk,
        side=row.side,
        side_label=_(w.SIDES[row.side]),
        **{name: words.get(name, "") for name in ("called", "reach", "home", "proxy")},
        consented_on=row.consented_on,
        told_on=row.told_on,
    )


def _moves(now: m.Standing) -> tuple[MoveView, ...]:
    today = clock.today()
    found = []
    for move in m.open_moves(now):
        held = m.holds_up(move.verb, now, today)
        found.append(MoveView(move, str(held) if held else ""))
    return tuple(found)


def _slots(docs: Iterable[Doc], people: dict[Any, str], now: m.Standing) -> tuple[SlotView, ...]:
    required = m.required_slots(now.outcome, now.perform_on) if now.outcome else m.REQUIRED["written"]
    by_slot: dict[str, list[DocView]] = {}
    for doc in docs:
        by_slot.setdefault(doc.slot, []).append(_doc(doc, people))
    return tuple(
        SlotView(
            code=slot.code,
            label=_(slot.label),
            hint=_(slot.hint) if slot.hint else "",
            by_hand=slot.by_hand,
            is_required=slot.code in required,
            docs=tuple(by_slot.get(slot.code, ())),
        )
        for slot in w.SLOTS
    )


def _doc(doc: Doc, people: dict[Any, str]) -> DocView:
    words = doc.opened()
    lines = tuple(
        Line(_label(name), _text(name, value)) for name, value in words.items() if value not in ("", None)
    )
    held = files.files_of(doc).values_list("pk", flat=True) if doc.pictures else ()
    return DocView(
        id=doc.pk,
        slot=doc.slot,
        on=doc.on,
        by=people.get(doc.by_account, ""),
        lines=lines,
        words=words,
        pictures=tuple(held),
    )


def _label(name: str) -> str:
    if name == "party":
        return _("当事人")
    return _("说明") if name == "words" else _(LABELS.get(name, name))


def _text(name: str, value: Any) -> str:
    table = TABLES.get(name)
    return _(table[value]) if table and value in table else str(value)


def picture(*, actor: Actor, file_id: UUID, stored_id: UUID, thumb: bool = False) -> bytes:
    """Return the JPEG of a picture in a file; NotFound unless it is the file's and the actor on the file."""
    row = _found(actor, file_id)
    stored = StoredFile.objects.filter(pk=stored_id, owner_kind=Doc._meta.label_lower).first()
    ids = {str(pk) for pk in row.docs.filter(pictures__gt=0).values_list("pk", flat=True)}
    if stored is None or stored.owner_id not in ids:
        raise NotFound(_("这张照片"))
    _looked(actor, "mediation.picture", row, row.county)
    return files.read_file(stored, thumb=thumb)
