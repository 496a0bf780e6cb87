"""Forms of steps as a page draws them: every question of `rules.moves` becomes a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.mediation.actions import Said
from jinlin.mediation.actions.reading import FileView, MoveView
from jinlin.mediation.rules import words as w
from jinlin.mediation.rules.moves import BY_VERB, Ask, Move

FEW: Final = 4  # up to so many answers stand as buttons, more in a list
# what comes next at each stage, the first that nothing holds up
NEXT: Final[dict[str, tuple[str, ...]]] = {
    w.OPENED: ("accept", "consent", "party"),
    w.ACCEPTED: ("tell",),
    w.TOLD: ("hear", "consent", "tell"),
    w.INVESTIGATING: ("hear", "consent", "tell"),
    w.HEARING: ("agree", "consent", "tell"),
    w.AGREED: ("file", "visit"),
    w.PERFORMING: ("visit",),
    w.VISITED: ("file",),
    w.ENDED: ("file",),
    w.FILED: (),
}


@dataclass(frozen=True)
class FormField:
    """One question ready to be drawn."""

    name: str
    id: str
    kind: str
    label: str
    hint: str
    required: bool
    value: Any
    choices: tuple[tuple[str, str], ...]
    errors: Sequence[str]


@dataclass(frozen=True)
class StepForm:
    """One step with its questions; `is_open` shows it unfolded, `why_not` stands instead of the questions."""

    verb: str
    label: str
    hint: str
    why_not: str
    is_open: bool
    quiet: bool
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class Refused:
    """A step that was refused: what was filled in and what is wrong with it."""

    verb: str
    posted: Mapping[str, Any]
    errors: Mapping[str, Sequence[str]]


def said_of(request: Any, asks: Sequence[Ask]) -> Said:
    """Return what was posted as answers."""
    post = request.POST
    return Said(
        {
            ask.name: post.getlist(ask.name) if ask.kind == "all_parties" else post.get(ask.name, "")
            for ask in asks
        }
    )


def next_verb(view: FileView) -> str:
    """Return the step to offer first, "" when something else has to be put in before."""
    free = {one.verb for one in view.moves if not one.why_not}
    if view.row.stage == w.OPENED and len(view.parties) < 2:
        return "party"
    if any(party.consented_on is None for party in view.parties):
        free -= {"hear", "agree"}
    return next((verb for verb in NEXT[view.row.stage] if verb in free), "")


def step_forms(view: FileView, refused: Refused | None) -> list[StepForm]:
    """Return the forms of all steps of the stage, the next one first."""
    first = refused.verb if refused else next_verb(view)
    forms = [_form(view, one, first, refused) for one in view.moves]
    return sorted(forms, key=lambda form: (not form.is_open, form.quiet, bool(form.why_not)))


def _form(view: FileView, one: MoveView, first: str, refused: Refused | None) -> StepForm:
    move = one.move
    mine = refused if refused and refused.verb == move.verb else None
    return StepForm(
        verb=move.verb,
        label=_(move.label),
        hint=_(move.hint) if move.hint else "",
        why_not=one.why_not,
        is_open=move.verb == first,
        quiet=move.quiet,
        fields=tuple(_field(view, move, ask, mine) for ask in move.asks),
    )


def _field(view: FileView, move: Move, ask: Ask, mine: Refused | None) -> FormField:
    value = mine.posted.get(ask.name, "") if mine else _usual(view, move, ask)
    choices = _choices(view, move, ask)
    return FormField(
        name=ask.name,
        id=f"f-{ask.name}" if mine else f"{move.verb}-{ask.name}",
        kind=_kind(ask, len(choices)),
        label=_(ask.label),
        hint=_(ask.hint) if ask.hint else "",
        required=ask.required,
        value=value,
        choices=choices,
        errors=tuple(mine.errors.get(ask.name, ())) if mine else (),
    )


def _kind(ask: Ask, many: int) -> str:
    if ask.kind in ("choice", "party"):
        if ask.choices == "YES":
            return "checkbox"
        return "radio" if many <= FEW else "select"
    return {
        "line": "text",
        "words": "textarea",
        "date": "date",
        "number": "number",
        "all_parties": "checkbox",
    }[ask.kind]


def _choices(view: FileView, move: Move, ask: Ask) -> tuple[tuple[str, str], ...]:
    if ask.kind in ("party", "all_parties"):
        rows = view.parties
        if move.verb == "consent":
            rows = tuple(one for one in rows if one.consented_on is None) or rows
        if move.verb == "tell":
            rows = tuple(one for one in rows if one.told_on is None) or rows
        return tuple((str(one.id), f"{one.side_label}：{one.called}") for one in rows)
    return tuple((key, _(label)) for key, label in getattr(w, ask.choices).items()) if ask.choices else ()


def _usual(view: FileView, move: Move, ask: Ask) -> Any:
    """Return what is most often answered, so that a step takes a tap or two."""
    if ask.kind == "date" and ask.name == "on":
        return clock.today().isoformat()
    if ask.kind == "party":
        choices = _choices(view, move, ask)
        return choices[0][0] if choices else ""
    if move.verb == "accept" and ask.name == "claims":
        return view.facts
    if move.verb == "party" and ask.name == "side":
        return "respondent" if view.parties else "applicant"
    return {"openness": "closed", "objects": "no", "form": "written", "days": "30"}.get(ask.name, "")


MEMBER_ASKS: Final = (Ask("account", "line", "log-in"), Ask("role", "choice", "role", choices="ROLES"))
CONFLICT_ASKS: Final = (
    Ask("by", "choice", "by", choices="BY_WHOM"),
    Ask("words", "words", "why"),
    Ask("account", "line", "log-in", required=False),
)
assert set(NEXT) == set(w.STAGES)
assert all(verb in BY_VERB for verbs in NEXT.values() for verb in verbs)
