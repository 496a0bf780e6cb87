"""What the manage pages share: reading one posted form, saying what went wrong, going back to the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from jinlin.cases.queries.retiming import Preview
from jinlin.kernel.errors import Conflict, Invalid, RuleBroken


def edit(
    request: Any,
    *,
    template: str,
    words: Mapping[str, Any],
    save: Callable[[Mapping[str, Any]], object],
    back: str,
    look: Callable[[Mapping[str, Any]], Preview | None] | None = None,
) -> HttpResponse:
    """Show a form; on POST run `save` with what was typed and go back, or show it again with each sentence (422).

    `look` says what saving would do to clocks that run: if it would move any, the form comes back once to be confirmed.
    """
    if request.method != "POST":
        return render(request, template, {**words, "errors": {}, "typed": {}})
    try:
        found = look(request.POST) if look and not request.POST.get("confirm") else None
        if found is not None and (found.cases or found.is_partial):
            return render(request, template, {**words, "errors": {}, "typed": request.POST, "preview": found})
        save(request.POST)
    except Invalid as error:
        return _again(request, template, words, error.fields, 422)
    except (RuleBroken, Conflict) as error:
        return _again(request, template, words, {"": [str(error)]}, error.http_status)
    messages.success(request, _("已保存。"))
    return HttpResponseRedirect(back)


def _again(
    request: Any, template: str, words: Mapping[str, Any], errors: Mapping[str, list[str]], status: int
) -> HttpResponse:
    shown = {**words, "errors": errors, "typed": request.POST}
    return render(request, template, shown, status=status)


def day_of(text: str, field: str) -> date | None:
    """Return a posted date, None when empty; Invalid when it is none of our time."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({field: [_("日期请写成 2026-03-01 这样。")]}) from None
    if not 1900 <= day.year <= 2100:
        raise Invalid({field: [_("时间应在 1900 年到 2100 年之间，请核对。")]})
    return day


def key_of(request: Any) -> str | None:
    """Return the form's idempotency key."""
    return str(request.POST.get("key", "")) or None


def page_number(request: Any) -> int:
    """Return the asked page, 1 when it is no number."""
    text = str(request.GET.get("page", "1"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def home_region(request: Any) -> str:
    """Return the region the viewer manages: the place of the first managing post."""
    post = next(iter(request.actor.in_roles({"county_clerk", "city_clerk", "platform_admin"})), None)
    return str(post.place) if post else ""
