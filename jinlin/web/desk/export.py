"""The export of a list as a workbook: what the list shows, no contact, a first row that says who took it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinlin.cases import queries as cases
from jinlin.cases.queries import CaseRow
from jinlin.cases.queries.drills import DRILLS
from jinlin.cases.queries.rows import VIEWS
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid
from jinlin.web import workbooks
from jinlin.web.access import permits
from jinlin.web.desk.filters import chosen

LIMIT: Final = 5_000
WIDTHS: Final = (16, 44, 18, 12, 24, 24, 17, 8, 17, 17, 14, 10, 8, 8, 8)


@permits("case.export")
@require_safe
def export(request: Any) -> HttpResponse:
    """Send the current view under its filters, 5,000 rows at most; who took what is written down."""
    actor = request.actor
    picked = chosen(actor, request.GET)
    if picked.errors:
        raise Invalid(picked.errors)
    page = cases.case_list(viewer=actor, view=picked.view, filters=picked.filters, limit=LIMIT)
    view = str(_((VIEWS | DRILLS)[picked.view]))
    n = len(page.rows)
    workbooks.taken(actor, verb="case.export", purpose=_("导出“%(view)s” %(n)s 件") % {"view": view, "n": n})
    unit = actor.post.unit_name if actor.post else ""
    mark = _("%(unit)s %(name)s 于 %(when)s 从“%(view)s”导出，共 %(n)s 件。仅供办理使用，请勿外传。") % {
        "unit": unit,
        "name": actor.name,
        "when": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"),
        "view": view,
        "n": n,
    }
    more = _("只导出了前 %(n)s 件，请用筛选分批导出其余的。") % {"n": LIMIT} if page.next else ""
    return workbooks.attachment(workbook(page.rows, mark, more), "cases")


def workbook(rows: tuple[CaseRow, ...], mark: str, more: str = "") -> bytes:
    """Return the workbook; written row by row, so that 5,000 rows need little memory."""
    book = workbooks.Book()
    sheet = book.sheet(str(_("事件清单")), WIDTHS, mark=mark, freeze="A3")
    workbooks.row(sheet, [mark], bold=True)
    workbooks.row(sheet, headings(), bold=True)
    for row in rows:
        workbooks.row(sheet, values(row))
    if more:
        workbooks.row(sheet, [more], bold=True)
    return book.saved()


def headings() -> list[str]:
    """Return the names of the columns."""
    return [
        _("查询码"),
        _("事项"),
        _("类别"),
        _("状态"),
        _("地点"),
        _("承办"),
        _("到期"),
        _("超期"),
        _("提交时间"),
        _("办结时间"),
        _("结果"),
        _("渠道"),
        _("时限类"),
        _("人数"),
        _("返工"),
    ]


def values(row: CaseRow) -> list[str | int]:
    """Return one row of the sheet; moments as local text, so that no program shifts them."""
    return [
        row.code,
        row.title,
        row.category,
        row.state_label,
        row.place,
        row.holder,
        _when(row.due_at),
        str(_("是")) if row.is_overdue else "",
        _when(row.opened_at),
        _when(row.closed_at),
        row.end_label,
        row.channel,
        row.sla_class,
        row.appeal_count,
        row.rework_count,
    ]


def _when(moment: Any) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
