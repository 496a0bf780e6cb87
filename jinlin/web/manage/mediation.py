"""Lengths of the mediation clock and how long files are kept; no file can be seen from here."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinlin.kernel.errors import Invalid
from jinlin.mediation.actions import Lengths, set_terms
from jinlin.mediation.queries.terms import terms_on, terms_set
from jinlin.web.access import permits
from jinlin.web.manage.forms import edit
from jinlin.web.moves import key_of

NUMBERS = ("days", "extension_days", "court_days", "warn_days", "keep_years")


@permits("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: Any) -> HttpResponse:
    """Show the terms in force and earlier ones, or set those that hold from today on."""

    def save(post: Any) -> object:
        numbers = {name: _number(post.get(name, ""), name) for name in NUMBERS}
        lengths = Lengths(**numbers, source=post.get("source", ""))
        return set_terms(actor=request.actor, lengths=lengths, key=key_of(request))

    now = terms_on("")
    years = "" if now.keep_years is None else str(now.keep_years)
    words = {"now": now, "years": years, "earlier": terms_set([])}
    return edit(
        request, template="manage/mediation.html", words=words, save=save, back=reverse("manage:mediation")
    )


def _number(text: str, field: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid({field: [_("请填整数。")]})
    return int(text)
