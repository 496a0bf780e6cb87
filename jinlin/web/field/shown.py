"""What the grid worker's pages draw: lines of the day, facts of a case, the bottom menu. No queries of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jinlin.cases.queries import CaseRow
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words as w
from jinlin.cases.rules.ladder import RUNGS
from jinlin.web.moves import MoveForm, form_for

if TYPE_CHECKING:
    from jinlin.cases.queries import Detail
    from jinlin.cases.queries import Line as Step

ONE_TAP: Final = ("accept", "solve_on_spot")
MAIN_FORMS: Final = ("verify", "escalate", "solve_on_spot", "report_done", "contact", "follow_up")
TONES: Final[dict[str, str]] = {
    w.SUBMITTED: "wait",
    w.REOPENED: "wait",
    w.VERIFYING: "wait",
    w.CLOSED: "done",
    w.SUSPENDED: "none",
    w.LEDGERED: "none",
}
_AT_GRID: Final = frozenset({rel.GRID, rel.HOLDER})
PAUSED: Final = (w.SUSPENDED, w.LEDGERED)
PURPOSES: Final = (
    gettext_lazy("核实情况"),
    gettext_lazy("约时间上门"),
    gettext_lazy("告知办理结果"),
)


@dataclass(frozen=True)
class DayLine:
    """One line of the day: the row to draw and the moves that need one tap only."""

    tracking: str
    version: int
    title: str
    lon: float | None
    lat: float | None
    row: Mapping[str, Any]
    taps: tuple[m.Move, ...] = ()
    next: m.Move | None = None  # asks something: opens on the page of the case


def day_line(row: CaseRow, *, holder: bool = False, rung: str = "") -> DayLine:
    """Return a line of the list that only leads to its page; `holder` adds who has it now, `rung` a reminder."""
    mark = _(RUNGS[rung]) if rung in RUNGS and not row.is_overdue else ""
    meta = [mark, row.category, row.place, row.holder if holder else ""]
    if row.appeal_count > 1:
        meta.append(ngettext("%(n)s 人反映", "%(n)s 人反映", row.appeal_count) % {"n": row.appeal_count})
    shown = {
        "url": reverse("field:case", args=[row.tracking]),
        "title": row.title,
        "meta": [part for part in meta if part],
        "badge": row.state_label,
        "tone": tone(row.state),
        "due_at": row.due_at,
    }
    return DayLine(row.tracking, row.version, row.title, row.lon, row.lat, shown)


def todo_line(row: CaseRow, rung: str = "") -> DayLine:
    """Return a line of what is held at the grid: the moves that ask nothing, and reporting up once it is taken."""
    taps = one_tap_moves(row)
    up = m.BY_VERB["escalate"]
    goes_up = len(taps) == 1 and row.state in up.sources
    return replace(day_line(row, rung=rung), taps=taps, next=up if goes_up else None)


def check_line(row: CaseRow) -> DayLine:
    """Return a line of what waits for a look."""
    return replace(day_line(row), next=m.BY_VERB["verify"])


def tone(state: str) -> str:
    """Return the tone of a state's badge."""
    return TONES.get(state, "action")


def one_tap_moves(row: CaseRow) -> tuple[m.Move, ...]:
    """Return the moves a worker of this grid may make now that ask nothing."""
    now = m.Condition(level=row.level, pending=row.pending)
    allowed = m.allowed_moves(state=row.state, relations=_AT_GRID, now=now)
    return tuple(move for move in allowed if move.verb in ONE_TAP)


@dataclass(frozen=True)
class Actions:
    """What can be done on the case page: one-tap buttons in the band, forms below, the rarer ones folded."""

    taps: tuple[MoveForm, ...] = ()
    main: tuple[MoveForm, ...] = ()
    more: tuple[MoveForm, ...] = ()

    @property
    def escalates(self) -> bool:
        """Whether reporting up is one of the forms."""
        return any(form.verb == "escalate" for form in self.main)


@dataclass(frozen=True)
class Refused:
    """A form that came back: which, what was filled in, what is wrong with it."""

    verb: str = ""
    posted: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, Sequence[str]]:
        """The sentences by the id of the control they jump to."""
        return {f"{self.verb}-{name}" if name else "": sentences for name, sentences in self.errors.items()}

    @property
    def is_more(self) -> bool:
        """Whether the form stands among the rarer ones."""
        return self.verb not in (*MAIN_FORMS, "accept")


def actions_of(detail: Detail, refused: Refused | None = None) -> Actions:
    """Sort the moves allowed now into taps, main forms and the rest."""
    back = refused or Refused()
    forms = []
    for move in detail.moves:
        mine = move.verb == back.verb
        forms.append(
            form_for(
                move,
                case=detail.case,
                posted=back.posted if mine else None,
                errors=back.errors if mine else None,
            )
        )
    by_place = sorted(
        (form for form in forms if form.verb in MAIN_FORMS), key=lambda form: MAIN_FORMS.index(form.verb)
    )
    return Actions(
        taps=tuple(form for form in forms if form.verb in ONE_TAP),
        main=tuple(by_place),
        more=tuple(form for form in forms if form.verb not in (*MAIN_FORMS, "accept", "withdraw")),
    )


def claim_of(detail: Detail) -> Step | None:
    """Return what the handler says was done, while somebody still has to look at it."""
    if detail.row.state != w.VERIFYING:
        return None
    return next((line for line in reversed(detail.lines) if line.verb == "report_done"), None)


def timeline(lines: Sequence[Step]) -> list[dict[str, Any]]:
    """Return the case's steps as the timeline part draws them, newest first."""
    rows: list[dict[str, Any]] = []
    for line in reversed(lines):
        title = line.label + (f"：{line.target}" if line.target else "")
        rows.append(
            {
                "title": title,
                "when": line.made_at,
                "by": line.who,
                "text": line.words,
                "inner": line.note,
                "badge": line.reason,
                "photos": photos(line.photos),
                "state": "now" if not rows else "done",
            }
        )
    return rows


def photos(ids: Sequence[Any]) -> list[dict[str, str]]:
    """Return the addresses of pictures for a photo grid."""
    return [
        {"url": f"/photo/{one}", "thumb": f"/photo/{one}/thumb", "alt": _("第 {n} 张照片").format(n=at)}
        for at, one in enumerate(ids, start=1)
    ]


def tabs(
    current: str, counts: Mapping[str, int] | None = None, *, late: bool = False
) -> list[dict[str, Any]]:
    """Return the bottom menu; counts are known on the list only, other pages show none."""
    home, found = reverse("field:home"), counts or {}
    rows = [
        ("home", _("待办"), home, "list", found.get("todo", 0)),
        ("check", _("待核查"), f"{home}#check", "eye", found.get("check", 0)),
        ("new", _("报一件"), reverse("field:new"), "plus", 0),
        ("elsewhere", _("已转出"), f"{home}#elsewhere", "send", 0),
        ("me", _("我的"), "/me", "user", 0),
    ]
    return [
        {
            "label": label,
            "url": url,
            "icon": icon,
            "current": key == current,
            "main": key == "new",
            "count": count or "",
            "overdue": late and key == "home",
        }
        for key, label, url, icon, count in rows
    ]
