"""One's own data: who looked at it, and having the contact erased."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.audit.queries import PAGE, who_saw
from jinlin.cases.actions.retention import erase_own_contact
from jinlin.cases.queries import visible_case
from jinlin.kernel.errors import NotFound
from jinlin.web import moves
from jinlin.web.resident import parcel, proof
from jinlin.web.resident.proof import resident
from jinlin.web.resident.track import to_track
from jinlin.web.resident.words import LOOKED


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1


@resident("case.track")
@never_cache
@require_safe
def seen(request: Any, code: str) -> HttpResponse:
    """Show when which department opened this person's contact and what for; never the officer's name (trust.md 6)."""
    try:
        case = visible_case(viewer=request.actor, tracking=code)
    except NotFound:
        return to_track(code)
    number = max(1, _page_number(str(request.GET.get("page", "1"))))
    looks = who_saw("cases.case", case.pk, number)
    rows = [
        {
            "when": look.at,
            "purpose": look.purpose or _(LOOKED),
            "department": look.department or _("系统"),
            "fields": [FIELD_NAMES[name]() for name in look.fields if name in FIELD_NAMES],
        }
        for look in looks
    ]
    more = f"?page={number + 1}" if len(looks) == PAGE else ""
    return render(request, "resident/seen.html", {"case": case, "rows": rows, "more": more, "number": number})


FIELD_NAMES = {
    "phone": lambda: _("电话"),
    "name": lambda: _("姓名"),
    "address": lambda: _("住址"),
}


@resident("case.track")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: Any, code: str) -> HttpResponse:
    """Explain what erasing does; on POST erase the contact this person left, at once and for good."""
    try:
        case = visible_case(viewer=request.actor, tracking=code)
    except NotFound:
        return to_track(code)
    own = proof.own(request, case)
    if request.method == "POST":
        erase_own_contact(
            actor=request.actor, case=case, appeals=[row.id for row in own], key=moves.key_of(request)
        )
        messages.success(request, _("您留的联系方式已经删除，谁也看不到了。"))
        return HttpResponseRedirect(reverse("resident:case", args=[case.shown_code]))
    link = parcel.link_to(case, own)
    words = {
        "case": case,
        "own": own,
        "has_contact": any(row.contact_id for row in own),
        "link": request.build_absolute_uri(link) if link else "",
    }
    return render(request, "resident/erase.html", words)
