"""Around every request: language, who acts, and errors turned into pages; nothing about one domain."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from jinlin.audit import context
from jinlin.kernel.errors import JinlinError
from jinlin.kernel.ids import new_id
from jinlin.people.access import ANYONE, Actor, actor_for, resident_with
from jinlin.web import errors

Answer = Callable[[HttpRequest], HttpResponse]
API: Final = "/api/"
API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


class PageMiddleware:
    """What pages need and programs don't: their CSP, sessions, log-in, messages.

    The API looks at no cookie, so that no site can act through somebody's browser; going round these saves its calls time.
    """

    CHAIN = (CSPMiddleware, SessionMiddleware, AuthenticationMiddleware, MessageMiddleware)

    def __init__(self, get_response: Answer) -> None:
        self.program = get_response
        self.page: Any = get_response
        for kind in reversed(self.CHAIN):
            self.page = kind(self.page)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a page through the whole chain, a call of the API past it."""
        if not request.path_info.startswith(API):
            answer: HttpResponse = self.page(request)
            return answer
        response = self.program(request)
        response.headers.setdefault("Content-Security-Policy", API_POLICY)
        return response


class LanguageMiddleware:
    """Chinese unless the reader chose English; the browser's own wish is not asked (Chinese first)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the language for this request from `?lang=` or the cookie."""
        wanted = request.GET.get("lang") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ActorMiddleware:
    """Make `request.actor` once: staff from the posts of today, else the resident of this visit."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request for the audit and let it run as its actor."""
        with context.request(str(new_id())):
            request.actor = actor_of(request)  # type: ignore[attr-defined]
            return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts: no query for a resident, three for staff; the API's doors ask again by key."""
    if request.path_info.startswith(API):
        return ANYONE
    if request.session.get("_auth_user_id") and request.user.is_authenticated:
        return actor_for(request.user)
    return resident_of(request) if "cases" in request.session else ANYONE


def resident_of(request: HttpRequest) -> Actor:
    """Return the resident of this visit: the cases and the own words shown so far."""
    return resident_with(proved_cases(request), proved_words(request))


def proved_cases(request: HttpRequest) -> frozenset[UUID]:
    """Return the cases this visitor has shown to be theirs."""
    return _ids(request, "cases")


def proved_words(request: HttpRequest) -> frozenset[UUID]:
    """Return the appeals this visitor has shown to be their own words, never a neighbour's."""
    return _ids(request, "words")


def _ids(request: HttpRequest, name: str) -> frozenset[UUID]:
    """Return the ids kept in this visit under a name; a broken cookie proves nothing."""
    found = set()
    for text in request.session.get(name, ()):
        try:
            found.add(UUID(text))
        except (ValueError, TypeError, AttributeError):
            continue
    return frozenset(found)


def remember_case(request: HttpRequest, case_id: UUID) -> None:
    """Keep a proved case for this visit, the twenty newest at most, and let the request act on it."""
    kept = [str(case_id), *(text for text in request.session.get("cases", ()) if text != str(case_id))]
    request.session["cases"] = kept[:20]
    if request.actor.kind == "resident":  # type: ignore[attr-defined]
        request.actor = resident_of(request)  # type: ignore[attr-defined]


class ErrorMiddleware:
    """Turn the five kinds of error into one sentence with the right status, as a page or as JSON."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request run; an address that only takes forms answers whoever types it with a page, not with nothing."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        sentence = _("这个网址不能直接打开，请从首页进入。")
        told = errors.page(request, response.status_code, sentence, code="method")
        told["Allow"] = response.headers.get("Allow", "")
        return told

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse an address no page can look up: a NUL is a failure to PostgreSQL (the API has its own gate)."""
        if not hasattr(view, "permission"):
            return None
        if "\x00" in request.path_info:
            return errors.not_found(request)
        asked = (text for name, values in request.GET.lists() for text in (name, *values))
        if any("\x00" in text for text in asked):
            sentence = _("文字里有无法识别的字符，请删除后重新输入。")
            return errors.page(request, 422, sentence, code="invalid")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a known error; anything else stays a failure that is logged."""
        if isinstance(error, JinlinError):
            return errors.answer(request, error)
        return None
