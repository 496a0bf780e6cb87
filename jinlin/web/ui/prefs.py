"""The reader's choices, kept in cookies of this browser only: elder mode, size of text, wall theme, language."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme

SIZES: Final = ("18", "20", "22", "24", "27", "30")
MODE_COOKIE: Final = "jl_mode"
SIZE_COOKIE: Final = "jl_size"
THEME_COOKIE: Final = "jl_theme"
YEAR: Final = 365 * 24 * 3600


def size_of(request: HttpRequest) -> str:
    """Return the chosen text size of elder mode in px at the browser's default, "20" unless chosen."""
    chosen = request.COOKIES.get(SIZE_COOKIE, "")
    return chosen if chosen in SIZES else "20"


def _stepped(request: HttpRequest, wanted: str) -> str:
    if wanted in SIZES:
        return wanted
    step = {"larger": 1, "smaller": -1}.get(wanted, 0)
    place = SIZES.index(size_of(request)) + step
    return SIZES[max(0, min(place, len(SIZES) - 1))]


def _asked(request: HttpRequest) -> dict[str, str]:
    return {**request.GET.dict(), **request.POST.dict()}


def chosen_cookies(request: HttpRequest) -> dict[str, str]:
    """Return the cookies a request to /prefs asks for; unknown values are left out, never an error."""
    asked = _asked(request)
    wanted: dict[str, str] = {}
    if (mode := asked.get("mode", "")) in ("elder", "plain"):
        wanted[MODE_COOKIE] = mode
    if size := asked.get("size", ""):
        wanted[SIZE_COOKIE] = _stepped(request, size)
    if (theme := asked.get("theme", "")) in ("wall", "light"):
        wanted[THEME_COOKIE] = theme
    if (language := asked.get("lang", "")) in dict(settings.LANGUAGES):
        wanted[settings.LANGUAGE_COOKIE_NAME] = language
    return wanted


def answer(request: HttpRequest) -> HttpResponse:
    """Set the cookies and go back to the page the reader was on (an address of this server only)."""
    back = _asked(request).get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response: HttpResponse = (
        JsonResponse({"ok": True})
        if "application/json" in request.headers.get("Accept", "")
        else HttpResponseRedirect(back)
    )
    for name, value in chosen_cookies(request).items():
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    response["Cache-Control"] = "no-store"
    return response
