"""Finding one's case again: the page after sending, code with four digits, the kept link, the parcel page."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jinlin.cases import queries
from jinlin.cases.rules import words as w
from jinlin.kernel.errors import Invalid, JinlinError, NotFound
from jinlin.kernel.origin import address_of
from jinlin.orgs import queries as orgs
from jinlin.web.resident import parcel, proof
from jinlin.web.resident.proof import resident


def to_track(code: str) -> HttpResponse:
    """Send a visitor who has not proved a case to the page that asks for the digits; tells nothing of the case."""
    return HttpResponseRedirect(reverse("resident:track") + "?" + urlencode({"code": code[:20]}))


@resident("case.track")
@never_cache
@require_safe
def done(request: Any, code: str) -> HttpResponse:
    """Show the tracking code, the link to keep and what happens next."""
    try:
        case = queries.visible_case(viewer=request.actor, tracking=code)
    except NotFound:
        return to_track(code)
    view = parcel.parcel(viewer=request.actor, case=case, own=proof.own(request, case))
    link = request.build_absolute_uri(view.link) if view.link else ""
    qr = segno.make(link, micro=False).svg_data_uri(scale=4, border=2) if link else ""
    return render(request, "resident/done.html", {"view": view, "link": link, "qr": qr})


@resident("case.track")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: Any) -> HttpResponse:
    """Ask for the code and the last four digits; list the cases of this visit."""
    code, digits = str(request.POST.get("code", "")), str(request.POST.get("digits", ""))
    if request.method != "POST":
        return track_page(request, str(request.GET.get("code", "")))
    try:
        return _proved(request, code, digits=_digits(digits))
    except JinlinError as error:
        return track_page(request, code, error, digits)


def _digits(text: str) -> str:
    """Return four digits typed in any width; somebody may type the whole number."""
    plain = "".join(str(int(ch)) for ch in text if ch.isdecimal())[-4:]
    if len(plain) != 4:
        raise Invalid({"digits": [_("请填写手机号的后四位数字；没留电话的，请用提交时给您的链接。")]})
    return plain


def _proved(request: Any, code: str, *, digits: str = "", token: str = "") -> HttpResponse:
    case = queries.prove(tracking=code, digits=digits, token=token, address=address_of(request))
    own = queries.proved_appeals(tracking=code, digits=digits, token=token)
    proof.remember(request, case.pk, own)
    return HttpResponseRedirect(reverse("resident:case", args=[case.shown_code]))


def track_page(request: Any, code: str, error: JinlinError | None = None, digits: str = "") -> HttpResponse:
    """Draw the form with what was typed, and the cases of this visit."""
    wrong = error.fields if isinstance(error, Invalid) else {"": [str(error)]} if error else {}
    words = {"code": code[:40], "digits": digits[:20], "wrong": wrong, "mine": _mine(request)}
    return render(request, "resident/track.html", words, status=error.http_status if error else 200)


def _mine(request: Any) -> list[dict[str, Any]]:
    if not request.actor.cases:
        return []
    names = {node.id: node.label for node in orgs.categories().leaves}
    return [
        {
            "url": reverse("resident:case", args=[case.shown_code]),
            "title": names.get(case.category_id, _("未定类别")) if case.category_id else _("未定类别"),
            "meta": [case.shown_code],
            "badge": _(w.STATES[case.state][0]),
            "tone": "plain" if case.state == w.CLOSED else "action",
        }
        for case in queries.reporter_cases(request.actor)
    ]


@resident("case.track")
@never_cache
@require_safe
def link(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Open a case by the link its reporter kept."""
    try:
        return _proved(request, code, token=token)
    except JinlinError as error:
        return track_page(request, code, error)


@resident("case.track")
@never_cache
@require_safe
def case(request: Any, code: str) -> HttpResponse:
    """Show the parcel page of a proved case; a code alone shows nothing."""
    try:
        found = queries.visible_case(viewer=request.actor, tracking=code)
    except NotFound:
        return to_track(code)
    view = parcel.parcel(viewer=request.actor, case=found, own=proof.own(request, found))
    return render(request, "resident/case.html", {"view": view})
