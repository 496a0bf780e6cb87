"""Running an action from a posted form: back to where it belongs, or the form again with each sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from jinlin.kernel.errors import Conflict, Invalid, RuleBroken

Again = Callable[[Mapping[str, list[str]], int], HttpResponse]


def write(
    request: Any, save: Callable[[], object], *, back: str, again: Again, said: str = ""
) -> HttpResponse:
    """Run an action from a posted form and go back, or show the form again with each sentence."""
    try:
        save()
    except Invalid as error:
        return again(error.fields, 422)
    except (RuleBroken, Conflict) as error:
        return again({"": [str(error)]}, error.http_status)
    messages.success(request, said or _("已保存。"))
    return HttpResponseRedirect(back)
