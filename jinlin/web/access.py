"""The permission every view carries; the permission matrix reads it, a view without one fails a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.rules import OPEN_VERBS
from jinlin.web.errors import page, wants_json

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Asked(HttpRequest):
    """A request as views see it: with its actor."""

    actor: Actor


def permits(verb: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only actors who may use `verb` into a view; somebody not logged in is sent to log in."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor
            if verb not in OPEN_VERBS and actor.kind == "resident":
                return _to_log_in(request)
            access.require(actor, verb)
            return view(request, *args, **kwargs)

        guarded.permission = verb  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_log_in(request: HttpRequest) -> HttpResponse:
    """Send a person to the log-in page; tell the outbox with 401 to keep the draft until somebody is logged in."""
    if wants_json(request):
        return page(request, 401, _("登录已过期，请重新登录，登录后会自动送出。"), code="log_in")
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    return HttpResponseRedirect("/login?" + urlencode({"next": back}))


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say that a view is open to everybody and shows nothing of anybody."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let any member of staff into a page about nobody but themselves, also one without a post today."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.kind != "staff":
            return HttpResponseRedirect("/login?" + urlencode({"next": request.get_full_path()}))
        return view(request, *args, **kwargs)

    guarded.permission = "signed_in"  # type: ignore[attr-defined]
    return guarded
