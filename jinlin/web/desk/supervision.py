"""Supervision 督办 on the desk: the list, one whole, opening it from a case, answering, deciding, dropping, export."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.cases import queries as cases
from jinlin.cases.actions import supervising
from jinlin.cases.queries import supervised
from jinlin.cases.queries.rows import as_rows
from jinlin.cases.rules import oversight as rules
from jinlin.cases.rules.tracking import typed_code
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.people import access
from jinlin.web import moves, workbooks
from jinlin.web.access import permits
from jinlin.web.desk.frame import show

if TYPE_CHECKING:
    from jinlin.cases.models import Case

EXPORTED: Final = 5_000
WIDTHS: Final = (16, 12, 12, 12, 26, 26, 20, 50, 17, 17, 8, 8, 8, 17)
CURRENT: Final = "supervision"


def _picked(request: Any) -> tuple[str, str]:
    """Return (view, kind) of the address; what nobody could have chosen counts as not chosen."""
    views = supervised.views_for(request.actor)
    view, kind = request.GET.get("view", ""), request.GET.get("kind", "")
    return view if view in views else "", kind if kind in rules.KINDS else ""


@permits("supervision.view")
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the supervisions in sight; without a chosen view the first that holds any."""
    actor = request.actor
    counts = supervised.supervision_counts(viewer=actor)
    views = supervised.views_for(actor)
    asked, kind = _picked(request)
    view = asked or next((name for name in views if counts.get(name)), "open")
    page = supervised.supervision_list(viewer=actor, view=view, kind=kind, after=request.GET.get("after", ""))
    query = urlencode({name: value for name, value in (("view", view), ("kind", kind)) if value})
    context = {
        "rows": page.rows,
        "view": view,
        "kind": kind,
        "heading": _(supervised.VIEWS[view]),
        "kinds": [(key, _(label)) for key, label in rules.KINDS.items()],
        "tabs": _tabs(views, counts, view, kind),
        "query": query,
        "next": f"?{query}&{urlencode({'after': page.next})}" if page.next else "",
        "first": f"?{query}" if request.GET.get("after") else "",
        "may_export": access.may(actor, "case.export"),
        "printed": clock.local(clock.now()),
    }
    return show(request, "desk/supervision/list.html", context, current=CURRENT)


def _tabs(views: tuple[str, ...], counts: dict[str, int], view: str, kind: str) -> list[dict[str, Any]]:
    tail = f"&kind={kind}" if kind else ""
    return [
        {
            "label": _(supervised.VIEWS[name]),
            "url": f"/desk/supervision?view={name}{tail}",
            "current": name == view,
            "count": counts.get(name),
            "overdue": name == "overdue" and bool(counts.get(name)),
        }
        for name in views
    ]


@permits("supervision.view")
@require_safe
def one(request: Any, supervision: str) -> HttpResponse:
    """Show one supervision with its cases, its answers and what may be done now."""
    return _page(request, supervision)


def _page(request: Any, code: str, *, deed: str = "", error: Any = None) -> HttpResponse:
    row = supervised.supervision_by_code(viewer=request.actor, code=code)
    detail = supervised.supervision_detail(viewer=request.actor, row=row)
    fields = getattr(error, "fields", None) or ({"": [str(error)]} if error else {})
    context = {
        "detail": detail,
        "row": detail.row,
        "deed": deed,
        "errors": fields,
        "typed": request.POST if error else {},
        "printed": clock.local(clock.now()),
        "may_print": access.may(request.actor, "case.print"),
    }
    status = error.http_status if error else 200
    return show(request, "desk/supervision/one.html", context, status=status, current=CURRENT)


@permits("supervision.open")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Ask of which unit, why and by when about one or several cases, or open it."""
    wanted = request.POST if request.method == "POST" else request.GET
    found, unknown = _cases(request, wanted.getlist("case"))
    if request.method != "POST":
        if unknown:
            raise NotFound(_("这件事"))
        return _form(request, found)
    try:
        if unknown:
            raise Invalid({"more": [_("没有找到查询码 %(code)s，请核对后再填。") % {"code": unknown[0]}]})
        made = supervising.open_supervision(
            actor=request.actor, order=_order(request, found), key=moves.key_of(request)
        )
    except (Invalid, RuleBroken, Conflict) as error:
        return _form(request, found, error)
    messages.success(request, _("已开督办 %(code)s，承办单位会收到通知。") % {"code": made.code})
    return HttpResponseRedirect(f"/desk/supervision/{made.code}")


def _cases(request: Any, codes: list[str]) -> tuple[list[Case], list[str]]:
    """Return the visible cases of the codes in the address or typed into the form, and the codes nobody knows."""
    typed = re.split(r"[\s,，、;；]+", request.POST.get("more", "")[:2000])
    wanted = [code for code in dict.fromkeys(typed_code(part) for part in (*codes, *typed)) if code]
    found = cases.visible_cases(viewer=request.actor, trackings=wanted[: rules.MOST_CASES + 1])
    known = {case.tracking for case in found}
    return list(found), [code for code in wanted if code not in known]


def _order(request: Any, found: list[Case]) -> supervising.Order:
    post = request.POST
    if not found:
        raise Invalid({"more": [_("请填至少一件事的查询码。")]})
    return supervising.Order(
        kind=post.get("kind", ""),
        cause=post.get("cause", ""),
        unit=_unit(post.get("unit", "")),
        cases=[case.pk for case in found],
        reason=post.get("reason", ""),
        days=_days(post.get("days", "")),
        talk_at=_moment(post.get("talk_at", "")),
    )


def _unit(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid({"unit": [_("请选择督办哪个单位。")]}) from None


def _days(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid({"days": [_("答复期限请填 1 到 60 个工作日。")]})
    return int(text)


def _moment(text: str) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid({"talk_at": [_("请按“2024-05-01 08:30”填写。")]}) from None
    return at if at.tzinfo else at.replace(tzinfo=clock.LOCAL)


def _form(request: Any, found: list[Case], error: Any = None) -> HttpResponse:
    units = supervised.units_to_supervise(viewer=request.actor, cases=found)
    fields = getattr(error, "fields", None) or ({"": [str(error)]} if error else {})
    late = any(case.is_open and case.due_at < clock.now() for case in found)
    context = {
        "rows": as_rows(found, request.actor),
        "units": [(str(unit.pk), unit.name) for unit in units],
        "kinds": [
            (
                key,
                _("%(kind)s（一般 %(n)d 个工作日内答复）") % {"kind": _(label), "n": rules.ANSWER_DAYS[key]},
            )
            for key, label in rules.KINDS.items()
        ],
        "causes": [(key, _(label)) for key, label in rules.CAUSES.items()],
        "values": request.POST
        if error
        else {"kind": "daily", "cause": "overdue" if late else "", "unit": str(units[0].pk) if units else ""},
        "errors": fields,
    }
    status = error.http_status if error else 200
    return show(request, "desk/supervision/new.html", context, status=status, current=CURRENT)


@permits("supervision.view")
@require_POST
def act(request: Any, supervision: str, deed: str) -> HttpResponse:
    """Answer, take or send back an answer, or drop; the action decides who may."""
    row = supervised.supervision_by_code(viewer=request.actor, code=supervision)
    deeds = {"answer": _answer, "decide": _decide, "drop": _drop}
    if deed not in deeds:
        raise NotFound(_("这一步"))
    try:
        done = deeds[deed](request, row.pk)
    except (Invalid, RuleBroken, Conflict) as error:
        return _page(request, supervision, deed=deed, error=error)
    messages.success(request, done)
    return HttpResponseRedirect(f"/desk/supervision/{row.code}")


def _answer(request: Any, supervision_id: UUID) -> str:
    supervising.answer_supervision(
        actor=request.actor,
        supervision_id=supervision_id,
        words=request.POST.get("words", ""),
        public=request.POST.get("public", ""),
        key=moves.key_of(request),
    )
    return _("已答复，等开督办的单位审核。")


def _decide(request: Any, supervision_id: UUID) -> str:
    said = request.POST.get("accepted", "")
    if said not in ("yes", "no"):
        raise Invalid({"accepted": [_("请选择通过，还是退回重答。")]})
    supervising.decide_answer(
        actor=request.actor,
        supervision_id=supervision_id,
        accepted=said == "yes",
        words=request.POST.get("decision", ""),
        days=_days(request.POST.get("days", "")),
        key=moves.key_of(request),
    )
    return _("已办结这件督办。") if said == "yes" else _("已退回，承办单位会收到通知。")


def _drop(request: Any, supervision_id: UUID) -> str:
    supervising.drop_supervision(
        actor=request.actor,
        supervision_id=supervision_id,
        reason=request.POST.get("reason", ""),
        key=moves.key_of(request),
    )
    return _("已撤销这件督办。")


@permits("case.export")
@require_safe
def export(request: Any) -> HttpResponse:
    """Send the current view as a workbook; who took what is written down."""
    actor = request.actor
    access.require(actor, "supervision.view")
    view, kind = _picked(request)
    view = view or "open"
    page = supervised.supervision_list(viewer=actor, view=view, kind=kind, limit=EXPORTED)
    label, n = str(_(supervised.VIEWS[view])), len(page.rows)
    purpose = _("导出督办“%(view)s” %(n)s 件") % {"view": label, "n": n}
    workbooks.taken(actor, verb="supervision.export", purpose=purpose)
    mark = _("%(unit)s %(name)s 于 %(when)s 从“%(view)s”导出，共 %(n)s 件。仅供办理使用，请勿外传。") % {
        "unit": actor.post.unit_name if actor.post else "",
        "name": actor.name,
        "when": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"),
        "view": label,
        "n": n,
    }
    book = workbooks.Book()
    sheet = book.sheet(str(_("督办清单")), WIDTHS, mark=mark, freeze="A3")
    workbooks.row(sheet, [mark], bold=True)
    workbooks.row(sheet, _headings(), bold=True)
    for row in page.rows:
        workbooks.row(sheet, _values(row))
    return workbooks.attachment(book.saved(), "supervision")


def _headings() -> list[str]:
    return [
        *(_("督办号"), _("种类"), _("原因"), _("状态"), _("承办单位"), _("开督办的单位"), _("地方")),
        *(_("要求"), _("开督办时间"), _("答复期限"), _("超期"), _("件数"), _("答复次数"), _("结束时间")),
    ]


def _values(row: supervised.SupervisionRow) -> list[str | int]:
    return [
        *(row.code, row.kind_label, row.cause_label, row.state_label, row.unit, row.opener, row.place),
        *(row.reason, _when(row.opened_at), _when(row.due_at), str(_("是")) if row.is_overdue else ""),
        *(row.case_count, row.answer_count, _when(row.closed_at)),
    ]


def _when(moment: datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
