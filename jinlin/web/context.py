"""What every page needs to draw its frame: the reader's choices, the telephone number, whose phone this is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from jinlin.web.ui import prefs, whose


@dataclass(frozen=True)
class Shell:
    """The frame of a page; `here` is the quoted address to come back to, `who` tells accounts apart on one phone."""

    elder: bool
    size: str
    wall: bool
    lang: str
    html_lang: str
    name: str
    phone: str
    here: str
    who: str


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Return the template context `ui`; the board is dark unless the reader chose light. No database query."""
    lang = get_language() or settings.LANGUAGE_CODE
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    return {
        "ui": Shell(
            elder=request.COOKIES.get(prefs.MODE_COOKIE) == "elder",
            size=prefs.size_of(request),
            wall=request.COOKIES.get(prefs.THEME_COOKIE) != "light",
            lang=lang,
            html_lang="en" if lang == "en" else "zh-CN",
            name=getattr(settings, "JINLIN_NAME", "近邻"),
            phone=getattr(settings, "JINLIN_PHONE", "12345"),
            here=quote(back, safe="/"),
            who=whose.who(request),
        )
    }
