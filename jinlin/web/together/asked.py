"""What the pages of 共治 read from a request: the place, a moment, a number, and what this visitor keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from jinlin.gatherings.rules.slots import SLOT, clock_face
from jinlin.kernel import clock
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.kernel.text import clean_when
from jinlin.places import queries as places
from jinlin.places.rules import is_region_code, level_of, short_name
from jinlin.web.resident.place_pick import search, searched

KEPT = 12
VILLAGE = 5
Again = Callable[[Mapping[str, Any], int], HttpResponse]


@dataclass(frozen=True)
class Where:
    """The place a list is about, the way to narrower and wider ones, and what a search by name found."""

    code: str
    name: str
    above: tuple[str, str] | None
    below: tuple[tuple[str, str], ...]
    find: str
    found: tuple[tuple[str, str, str], ...]

    @property
    def is_village(self) -> bool:
        """Tell whether it is a community, the place things stand in."""
        return bool(self.code) and level_of(self.code) == VILLAGE


def where(request: Any) -> Where:
    """Return the chosen place: of the address, else of this visit, else the node's own; kept for the visit only."""
    asked = str(request.GET.get("place", ""))[:12]
    known = is_region_code(asked) and places.stands(asked)
    if known and request.session.get("together_place") != asked:
        request.session["together_place"] = asked
    code = asked if known else str(request.session.get("together_place", "")) or _default()
    if not code or not places.stands(code):
        return Where("", "", None, (), "", ())
    find = searched(str(request.GET.get("find", "")))
    level = level_of(code)
    below = [] if level >= VILLAGE else [(row.code, short_name(row.name)) for row in places.children(code)]
    above = [row for row in places.ancestors(code) if row.code != code] if level > 3 else []
    up = max(above, key=lambda row: row.level, default=None)
    return Where(
        code,
        short_name(places.area_name(code)),
        (up.code, short_name(up.name)) if up else None,
        tuple(below),
        find,
        search(find, within="") if find else (),
    )


def _default() -> str:
    if settings.JINLIN_DEFAULT_PLACE:
        return str(settings.JINLIN_DEFAULT_PLACE)[:12]
    county = places.first_county()
    return county.code if county else ""


def keep(request: Any, kind: str, row_id: UUID, token: str, title: str) -> None:
    """Keep a link of one's own for this visit, the newest first, so that it needn't be looked for."""
    mine = [row for row in request.session.get("together", ()) if row[1] != str(row_id)]
    request.session["together"] = [[kind, str(row_id), token, title[:30]], *mine][:KEPT]


def kept(request: Any) -> list[dict[str, str]]:
    """Return one's own links of this visit as (route, id, token, title)."""
    rows = [row for row in request.session.get("together", ()) if len(row) == 4]
    return [dict(zip(("kind", "id", "token", "title"), row, strict=True)) for row in rows]


def moment(post: Mapping[str, Any], day: str, time: str) -> datetime:
    """Return a posted day and time of day as a moment; Invalid names the field that is missing."""
    if not post.get(day):
        raise Invalid({day: [_("请选择日期。")]})
    if not post.get(time):
        raise Invalid({time: [_("请选择时间。")]})
    face = str(post.get(time))
    if face == "24:00":
        return clean_when(f"{post.get(day)} 00:00", time, future_ok=True) + timedelta(days=1)
    return clean_when(f"{post.get(day)} {face}", time, future_ok=True)


def number(post: Mapping[str, Any], field: str, *, empty: int | None = None) -> int | None:
    """Return a posted whole number, `empty` for none; Invalid when it is no number."""
    text = str(post.get(field, "")).strip()
    if not text:
        return empty
    sign, digits = (-1, text[1:]) if text[0] in "-－" else (1, text)
    if not digits.isdecimal() or len(digits) > 6:
        raise Invalid({field: [_("请填写数字。")]})
    return sign * int(digits)


def uuid_of(text: Any, field: str) -> UUID | None:
    """Return a posted id, None when empty; Invalid when it was typed by hand."""
    if not text:
        return None
    try:
        return UUID(str(text))
    except ValueError:
        raise Invalid({field: [_("请从列表里选择。")]}) from None


def week_of(text: str) -> date:
    """Return the Monday of the asked day's week, this week's for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = clock.today()
    if not 1900 <= day.year <= 2100:  # the week before it may lie in no calendar
        day = clock.today()
    return day - timedelta(days=day.weekday())


def faces(opens: int, closes: int) -> list[tuple[str, str]]:
    """Return the half hours of a day as choices."""
    return [
        (clock_face(minute), clock_face(minute)) for minute in range(opens, min(closes, 24 * 60) + 1, SLOT)
    ]


def choices(table: Mapping[str, str], only: Any = None) -> list[tuple[str, str]]:
    """Return a table of words as choices in the reader's language."""
    return [(key, _(words)) for key, words in table.items() if only is None or key in only]


def attempt(save: Callable[[], str], again: Again) -> HttpResponse:
    """Run a deed that returns where to go next, or show the form again with each sentence and the right status."""
    try:
        return HttpResponseRedirect(save())
    except JinlinError as error:
        if error.http_status == 404:
            raise
        wrong = wrong_fields(error)
        facts = {"wrong": wrong, "free": getattr(error, "free", ())}
        return again(facts, error.http_status)


ASKED_AS = {"starts_at": "from", "ends_at": "to"}  # a moment is asked for as a day and two times of day


def wrong_fields(error: JinlinError) -> dict[str, list[str]]:
    """Return the sentences of a refusal by the field of the form they belong to."""
    if not isinstance(error, Invalid):
        return {"": [str(error)]}
    return {ASKED_AS.get(name, name): sentences for name, sentences in error.fields.items()}
