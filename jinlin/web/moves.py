"""Forms of moves: what a move needs becomes fields, what was posted becomes the keywords of its action.

Resident, grid worker and desk share this, so that a new move appears everywhere by its row in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from jinlin.cases import actions
from jinlin.cases.queries import visible_case
from jinlin.cases.queries.timetable import open_milestones, pause_reasons
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import words as w
from jinlin.files.actions import store_image
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.kernel.text import clean_when
from jinlin.orgs import queries as orgs
from jinlin.web.errors import wants_json

if TYPE_CHECKING:
    from jinlin.cases.models import Case


@dataclass(frozen=True)
class FormField:
    """One question of a move as a template draws it."""

    name: str
    kind: str
    label: str
    required: bool
    hint: str = ""
    value: Any = ""
    options: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class MoveForm:
    """A move ready to be asked: its verb, its words, its fields, and the version the person looks at."""

    verb: str
    label: str
    primary: bool
    expect: int
    fields: tuple[FormField, ...] = field(default_factory=tuple)


def form_for(
    move: m.Move,
    *,
    case: Case,
    units: Sequence[tuple[str, str]] = (),
    defaults: Mapping[str, Any] | None = None,
    posted: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> MoveForm:
    """Return the form of a move; `units` are (id, name) rows for unit pickers, `defaults` what is proposed."""
    values = dict(posted or defaults or {})
    wrong = errors or {}
    fields = tuple(
        FormField(
            name=need.name,
            kind=need.kind,
            label=_(need.label),
            required=need.required,
            hint=_(need.hint) if need.hint else "",
            value=values.get(need.name, ""),
            options=_options(need, units, case),
            errors=tuple(wrong.get(need.name, ())),
        )
        for need in move.needs
    )
    return MoveForm(move.verb, _(move.label), move.primary, case.version, fields)


def _options(need: m.Need, units: Sequence[tuple[str, str]], case: Case) -> tuple[tuple[str, str], ...]:
    if need.kind in ("unit", "units", "parts"):
        return tuple(units)
    if need.choices in _FROM_DATA:
        return _FROM_DATA[need.choices](case)
    if not need.choices:
        return ()
    table: dict[Any, Any] = getattr(w, need.choices)
    return tuple(
        (str(key), _(words[0] if isinstance(words, tuple) else words)) for key, words in table.items()
    )


def _leaves(_case: Case) -> tuple[tuple[str, str], ...]:
    return tuple((node.code, f"{node.code} {node.label}") for node in orgs.categories().leaves)


# tables of choices that are data, not words of the program
_FROM_DATA: Mapping[str, Callable[[Case], tuple[tuple[str, str], ...]]] = {
    "categories": _leaves,
    "pauses": lambda _case: pause_reasons(),
    "milestones": open_milestones,
}


def perform(request: Any, verb: str, case_id: UUID) -> Case:
    """Make a move from a posted form: cleaned photos first, then one action in one transaction.

    Raises Invalid naming each field, NotFound for an unknown verb, and whatever the action raises.
    """
    move = m.BY_VERB.get(verb)
    if move is None:
        raise NotFound(_("这一步"))
    wanted = read_inputs(request, move)
    if any(need.kind == "photos" for need in move.needs):
        wanted["photos"] = store_photos(request)
    action: Any = actions.ACTIONS[verb]
    case: Case = action(
        actor=request.actor,
        case_id=case_id,
        expect=expected(request),
        at=made_at(request),
        key=key_of(request),
        **wanted,
    )
    return case


def read_inputs(request: Any, move: m.Move) -> dict[str, Any]:
    """Return what was posted as keywords of the action, photos left out; raises Invalid naming each field."""
    wanted: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for need in move.needs:
        if need.kind == "photos":
            continue
        try:
            value = _read(request, need)
        except Invalid as error:
            wrong |= error.fields
            continue
        if value is None and need.required:
            wrong[need.name] = [_("请填写“%(label)s”。") % {"label": _(need.label)}]
        if value is not None:
            wanted[need.name] = value
    if wrong:
        raise Invalid(wrong)
    return wanted


def _read(request: Any, need: m.Need) -> Any:
    post = request.POST
    text = str(post.get(need.name, "")).strip()
    if need.kind == "units":
        return [_uuid(value, need.name) for value in post.getlist(need.name) if value]
    if need.kind == "parts":
        return _parts(post.getlist("part_unit"), post.getlist("part_task"))
    if need.kind == "case":
        text = str(post.get(f"{need.name}_code", "")).strip() or text
    return _one(request, need, text) if text else None


def _one(request: Any, need: m.Need, text: str) -> Any:
    if need.kind == "case":
        return _other_case(request, need.name, text)
    if need.kind == "unit":
        return _uuid(text, need.name)
    if need.kind == "yes_no":
        return text in ("yes", "true", "1", "on")
    if need.kind == "number" or need.name in ("satisfied", "risk"):
        return _number(text, need.name)
    return _day(text, need.name) if need.kind == "date" else text


def _other_case(request: Any, name: str, text: str) -> UUID:
    try:
        return visible_case(viewer=request.actor, tracking=text).pk
    except NotFound:
        raise Invalid({name: [_("没有找到这个查询码，请核对后再填。")]}) from None


def _parts(units: Sequence[str], tasks: Sequence[str]) -> list[actions.Part]:
    rows = [(unit, task.strip()) for unit, task in zip(units, tasks, strict=False) if unit or task.strip()]
    if any(not unit or not task for unit, task in rows):
        raise Invalid({"parts": [_("每一件都要选单位并写清任务，不用的一行请留空。")]})
    return [actions.Part(_uuid(unit, "parts"), task) for unit, task in rows]


def _uuid(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid({name: [_("请从列表里选择。")]}) from None


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Invalid({name: [_("请填写数字。")]})
    return int(text)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({name: [_("日期请写成 2026-03-01 这样。")]}) from None


def store_photos(request: Any) -> tuple[UUID, ...]:
    """Clean and store the posted photos, each under its own part of the key; loose until the action hangs them."""
    key = key_of(request)
    stored = [
        store_image(
            actor=request.actor,
            county="",
            data=upload,
            name=upload.name or "",
            key=f"{key[:52]}-photo-{at}" if key else None,
        )
        for at, upload in enumerate(request.FILES.getlist("photos"))
    ]
    return tuple(row.pk for row in stored)


def key_of(request: Any) -> str | None:
    """Return the idempotency key made at the moment of the tap, from the header or the hidden field."""
    return request.headers.get("Idempotency-Key") or request.POST.get("key") or None


def made_at(request: Any) -> datetime | None:
    """Return the time on the person's own device, if it was sent."""
    text = request.headers.get("X-Made-At") or request.POST.get("made_at") or ""
    return clean_when(text, "made_at") if text else None


def expected(request: Any) -> int | None:
    """Return the version of the case the person looked at, if the form carried it."""
    text = str(request.POST.get("expect", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def answer(request: HttpRequest, url: str, message: str) -> HttpResponse:
    """Answer a move that worked: JSON for the outbox, a redirect for a person."""
    if wants_json(request):
        return JsonResponse(
            {"ok": True, "url": url, "message": message}, json_dumps_params={"ensure_ascii": False}
        )
    return HttpResponseRedirect(url)
