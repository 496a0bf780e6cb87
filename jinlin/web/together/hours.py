"""My hours: a volunteer's own book, opened by a link nobody else has, exported and thrown away by the volunteer only."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.gatherings import actions, queries
from jinlin.gatherings.rules import words as w
from jinlin.kernel import clock
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, keep, where
from jinlin.web.together.frame import draw


@resident("together.join")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Any) -> HttpResponse:
    """Explain the book of hours and open one; who doesn't want hours needs none."""
    place = where(request)

    def page(facts: Any, status: int) -> HttpResponse:
        known = request.session.get("together_book")
        mine = reverse("together:hours", args=known) if known else ""
        return draw(
            request, "together/hours_begin.html", {"where": place, "mine": mine, **facts}, status=status
        )

    if request.method != "POST":
        return page({}, 200)

    def save() -> str:
        actions.knock_to_post(address_of(request))
        county = place.code[:6] + "000000" if place.code else ""
        book = actions.open_book(actor=request.actor, county=county, key=moves.key_of(request))
        token = queries.link_token("book", book.pk)
        request.session["together_book"] = [str(book.pk), token]
        return reverse("together:hours", args=[book.pk, token])

    return attempt(save, page)


@resident("together.join")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: Any, book_id: UUID, token: str) -> HttpResponse:
    """Show one's own hours; the link in hand makes it this visit's book."""
    found = queries.hours_by_link(book_id=book_id, token=token)

    def page(facts: Any, status: int) -> HttpResponse:
        frame = {
            "book": found,
            "rows": [(row, _(w.PART_ROLES[row.role])) for row in found.rows],
            "hours": f"{found.total / 60:.1f}",
            "link": request.build_absolute_uri(reverse("together:hours", args=[book_id, token])),
            "csv": reverse("together:hours-csv", args=[book_id, token]),
            **facts,
        }
        return draw(request, "together/hours.html", frame, status=status)

    if request.method != "POST":
        request.session["together_book"] = [str(book_id), token]
        keep(request, "book", book_id, token, _("我的时数"))
        return page({}, 200)

    def save() -> str:
        actions.erase_book(actor=request.actor, book_id=book_id, token=token, key=moves.key_of(request))
        request.session.pop("together_book", None)
        request.session["together"] = [
            row for row in request.session.get("together", ()) if row[1] != str(book_id)
        ]
        messages.success(request, _("时数本已删除，谁也查不到了。"))
        return reverse("together:home")

    return attempt(save, page)


@resident("together.join")
@never_cache
@require_safe
def export(request: Any, book_id: UUID, token: str) -> HttpResponse:
    """Give the hours as a table to the volunteer, who alone has the link."""
    found = queries.hours_by_link(book_id=book_id, token=token)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([_("日期"), _("活动"), _("身份"), _("分钟"), _("更正过")])
    for row in found.rows:
        title = row.title if row.title[:1] not in "=+-@\t\r" else f"'{row.title}"  # no cell is a formula
        day = clock.local(row.starts_at).date().isoformat()
        table.writerow([day, title, _(w.PART_ROLES[row.role]), row.minutes, _("是") if row.corrected else ""])
    table.writerow(["", _("合计（重叠时间只算一次）"), "", found.total, ""])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="hours.csv"'
    return response
