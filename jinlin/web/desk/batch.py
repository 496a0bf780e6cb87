"""One move for many cases: looked over first, then one by one, each with its own result.

Every case is its own transaction and its own key, so a repeat of the whole changes nothing twice. With scripts the
page asks for five at a time and shows how far it has come; without, the server does all of them before it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinlin.cases import actions
from jinlin.cases import queries as cases
from jinlin.cases.rules import moves as m
from jinlin.cases.rules import words as w
from jinlin.cases.rules.tracking import typed_code
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.orgs.queries import Proposal
from jinlin.people.access import Actor
from jinlin.people.rules import DESK_ROLES
from jinlin.web import moves
from jinlin.web.access import permits
from jinlin.web.desk.filters import QUERY_MAX
from jinlin.web.desk.frame import is_fragment, show

if TYPE_CHECKING:
    from jinlin.cases.models import Case

VERBS: Final = ("dispatch", "accept", "sign")
MOST: Final = 50
CHUNK: Final = 5


@dataclass(frozen=True)
class Pick:
    """One ticked row: its code and the version that was looked at."""

    code: str
    version: int | None

    @property
    def value(self) -> str:
        """As it stands in the form."""
        return f"{self.code}:{self.version or ''}"


@dataclass(frozen=True)
class Result:
    """What became of one row."""

    pick: Pick
    title: str
    ok: bool
    sentence: str


def verbs_for(actor: Actor) -> tuple[str, ...]:
    """Return what somebody may do to several cases at once: a department signs, it neither accepts nor dispatches."""
    desk = any(actor.in_roles(DESK_ROLES))
    return VERBS if desk else ("sign",) if any(actor.in_roles(("department",))) else ()


@permits("case.move")
@require_POST
def batch(request: Any) -> HttpResponse:
    """Look over what was ticked, or do it."""
    verb = request.POST.get("verb", "")
    if verb not in VERBS:
        raise Invalid({"verb": [_("只能批量派单、接单或签收，其他的请逐件办理。")]})
    picks = _picks(request)
    if not picks:
        raise Invalid({"pick": [_("请先在列表里勾选要办的事。")]})
    if request.POST.get("go") != "1":
        return _look_over(request, verb, picks)
    return _go(request, verb, picks)


def _picks(request: Any) -> list[Pick]:
    found: dict[str, Pick] = {}
    for value in request.POST.getlist("pick")[:MOST]:
        code, _colon, version = value.partition(":")
        code = typed_code(code)
        known = version.isascii() and version.isdigit() and len(version) < 10
        found[code] = Pick(code, int(version) if known else None)
    return list(found.values())


def _look_over(request: Any, verb: str, picks: list[Pick]) -> HttpResponse:
    """Show each case with whom it would go to and why, before anything happens."""
    seen = cases.visible_cases(viewer=request.actor, trackings=[pick.code for pick in picks])
    by_code = {pick.code: pick for pick in picks}
    known: dict[tuple[str, ...], Proposal] = {}
    rows = [_row(request, verb, case, by_code[case.tracking], known) for case in seen]
    context = _frame(request, verb) | {"rows": rows, "ready": sum(row["ready"] for row in rows)}
    return show(request, "desk/batch.html", context)


def _row(
    request: Any, verb: str, case: Case, pick: Pick, known: dict[tuple[str, ...], Proposal]
) -> dict[str, Any]:
    row: dict[str, Any] = {"pick": pick.value, "code": case.shown_code, "title": case.title, "why": ""}
    row |= {"tracking": case.tracking, "category": case.category.name if case.category else _("未定类别")}
    if case.state not in m.BY_VERB[verb].sources:
        state = _(w.STATES[case.state][0])
        return row | {
            "ready": False,
            "why": _("现在是“%(state)s”，不能%(move)s。")
            % {"state": state, "move": _(m.BY_VERB[verb].label)},
        }
    if verb != "dispatch":
        return row | {"ready": True}
    code = case.category.code if case.category else ""
    place = (code, case.county, case.town, case.village, str(case.level))
    proposal = known.get(place) or cases.proposal_for(case)
    known[place] = proposal
    ready = proposal.lead is not None and proposal.lead.pk != case.holder_unit and bool(code)
    return row | {
        "ready": ready,
        "why": proposal.reason,
        "lead": proposal.lead if ready else None,
        "assists": proposal.assists if ready else (),
    }


def _go(request: Any, verb: str, picks: list[Pick]) -> HttpResponse:
    """Do the next few (all of them without scripts) and say what became of each."""
    total = max(_number(request.POST.get("total", "")), len(picks))
    some = picks[:CHUNK] if is_fragment(request) else picks
    rest = picks[len(some) :]
    titles = {
        case.tracking: case
        for case in cases.visible_cases(viewer=request.actor, trackings=[pick.code for pick in some])
    }
    results = [_one(request, verb, pick, titles.get(pick.code)) for pick in some]
    failed = _number(request.POST.get("failed", "")) + sum(not result.ok for result in results)
    context = _frame(request, verb) | {
        "results": results,
        "rest": [pick.value for pick in rest],
        "units": _carried(request, rest),
        "done": total - len(rest),
        "total": total,
        "failed": failed,
        "good": total - len(rest) - failed,
    }
    template = "desk/parts/batch_rows.html" if is_fragment(request) else "desk/batch_done.html"
    if is_fragment(request) and request.POST.get("first") == "1":
        template = "desk/parts/batch_run.html"
    return show(request, template, context)


def _frame(request: Any, verb: str) -> dict[str, Any]:
    return {
        "verb": verb,
        "label": _(m.BY_VERB[verb].label),
        "key": request.POST.get("key", "")[:40],
        "back": request.POST.get("back", "")[:QUERY_MAX],
    }


def _one(request: Any, verb: str, pick: Pick, case: Case | None) -> Result:
    if case is None:
        return Result(pick, pick.code, False, _("没有找到这件事，可能已转到别处。"))
    inputs: dict[str, Any] = {}
    key = moves.key_of(request)
    try:
        if verb == "dispatch":
            inputs = _receivers(request, pick)
        action: Any = actions.ACTIONS[verb]
        done = action(
            actor=request.actor,
            case_id=case.pk,
            expect=pick.version,
            key=f"{key[:40]}-{pick.code}" if key else None,
            **inputs,
        )
    except JinlinError as error:
        return Result(pick, case.title, False, str(error))
    return Result(pick, case.title, True, _(w.STATES[done.state][0]))


def _receivers(request: Any, pick: Pick) -> dict[str, Any]:
    try:
        lead = UUID(request.POST.get(f"to-{pick.code}", ""))
        assist = [UUID(unit) for unit in request.POST.getlist(f"assist-{pick.code}")]
    except ValueError:
        raise Invalid({"to_unit": [_("没有建议的主办单位，请打开这一件单独派。")]}) from None
    return {"to_unit": lead, "assist": assist}


def _carried(request: Any, rest: list[Pick]) -> list[tuple[str, str]]:
    """Return the hidden fields of the rows still to do."""
    return [
        (name, value)
        for pick in rest
        for name in (f"to-{pick.code}", f"assist-{pick.code}")
        for value in request.POST.getlist(name)
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
