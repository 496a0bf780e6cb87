"""我的15分钟: what can be reached on foot from where somebody lives, list first; the place is used once and kept nowhere.

The place comes by POST and goes back into the page only: it stands in no address, no log and no table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.cases.actions import Caller
from jinlin.circle import actions, queries
from jinlin.circle.actions import Wish
from jinlin.circle.queries import HomePlace, MyCircle, MyRow
from jinlin.circle.rules.words import FLAG_KINDS
from jinlin.kernel import throttle
from jinlin.kernel.errors import Invalid, JinlinError
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web import walks as words
from jinlin.web.circle import maps
from jinlin.web.circle.address import is_uuid
from jinlin.web.manage.circle import row_words
from jinlin.web.resident import proof, report
from jinlin.web.resident.place_pick import searched
from jinlin.web.resident.proof import resident

LOOKS, WINDOW = 60, 600  # looks from one address in ten minutes: a compound may share it
FOUND: Final = 20


@dataclass(frozen=True)
class Where:
    """Where somebody wants to start from: a compound by its id, or a point; nothing else is known of them."""

    compound_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"

    @property
    def is_said(self) -> bool:
        """Tell whether there is anything to look from."""
        return self.compound_id is not None or self.lon is not None


def where_of(post: Mapping[str, Any]) -> Where:
    """Return the posted place; a compound picked from the list wins over a point."""
    compound = str(post.get("compound", ""))
    if is_uuid(compound):
        return Where(compound_id=UUID(compound))
    try:
        lon, lat = float(post.get("lon", "")), float(post.get("lat", ""))
    except ValueError:
        return Where()
    return Where(lon=lon, lat=lat, datum=str(post.get("datum", "")) or "wgs84")


@resident("circle.mine")
@sensitive_post_parameters("lon", "lat", "accuracy", "compound")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Any) -> HttpResponse:
    """Ask where to look from; answer with the list. A POST is answered with the page itself, so no address tells it."""
    if request.method != "POST":
        return _draw(request, {"homes": []})
    throttle.hit("circle.mine", address_of(request), limit=LOOKS, seconds=WINDOW)
    text = searched(str(request.POST.get("q", "")))
    where = where_of(request.POST)
    if "find" in request.POST or not where.is_said:
        return _picking(request, text)
    try:
        found = look(where)
    except Invalid as error:
        return _draw(request, {"homes": [], "wrong": {"": [str(error)]}}, 422)
    return _draw(request, shown(found, where))


def _picking(request: Any, text: str) -> HttpResponse:
    """Show the compounds found by name, or ask for a place."""
    if not text:
        wrong = {"q": [_("请写小区的名字再找，或者用现在的位置。")]}
        return _draw(request, {"homes": [], "wrong": wrong}, 422)
    homes: Sequence[HomePlace] = queries.home_places(q=text)[:FOUND]
    return _draw(request, {"homes": homes, "q": text, "searched": True})


def look(where: Where) -> MyCircle:
    """Return what is reached from a place."""
    if where.compound_id is not None:
        home = queries.home_place(where.compound_id)
        if home is None:
            raise Invalid({"q": [_("没有这个小区的楼栋数据，请换个名字或用位置。")]})
        return queries.my_circle(lon=home.lon, lat=home.lat)
    assert where.lon is not None
    assert where.lat is not None
    return queries.my_circle(lon=where.lon, lat=where.lat, datum=where.datum)


def shown(found: MyCircle, where: Where) -> dict[str, Any]:
    """Return the list in the words of the page: what is near, what is missing, what nobody knows yet."""
    rows = [_row(row) for row in found.rows]
    near = [row for row in rows if row["group"] == "near"]
    return {
        "found": found,
        "where": where,
        "centre": "",
        "near": sorted(near, key=lambda row: row["row"].metres or 0),
        "far": [row for row in rows if row["group"] == "far"],
        "unknown": [row for row in rows if row["group"] == "unknown"],
    }


def _row(row: MyRow) -> dict[str, Any]:
    groups = {
        "covered": "near",
        "estimated_covered": "near",
        "not_covered": "far",
        "estimated_not_covered": "far",
    }
    return {
        "row": row,
        "group": groups.get(row.status, "unknown"),
        "metres": words.metres(row.metres),
        "minutes": words.minutes(row.minutes) if row.metres is not None else "",
        "slow": words.minutes(row.slow_minutes) if row.metres is not None else "",
        "status": words.status(row.status),
        "said": _said(row),
    }


def _said(row: MyRow) -> str:
    """Return "菜市场步行 9 分钟，慢行 11 分钟": what a neighbour would say."""
    if row.metres is None:
        return _("走 15 分钟以上，或者没有路")
    facts = {"n": words.minutes(row.minutes), "slow": words.minutes(row.slow_minutes)}
    return _("步行 {n}，慢行 {slow}").format(**facts)


def _draw(request: Any, frame: Mapping[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "resident/my15.html", {"wrong": {}, **frame}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@resident("circle.flag")
@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: Any, facility_id: UUID) -> HttpResponse:
    """Say what is wrong with a facility; nothing is kept of who said so."""
    facility = queries.public_facility(facility_id)
    frame: dict[str, Any] = {
        "facility": facility,
        "kinds": words.choices(FLAG_KINDS),
        "typed": {},
        "wrong": {},
    }
    if request.method != "POST":
        return render(request, "resident/my15_wrong.html", frame)
    kind, said = str(request.POST.get("kind", "")), str(request.POST.get("words", ""))
    try:
        throttle.hit("circle.flag", address_of(request), limit=report.REPORTS, seconds=WINDOW)
        actions.flag_facility(
            actor=request.actor, facility_id=facility_id, kind=kind, words=said, key=moves.key_of(request)
        )
    except JinlinError as error:
        sentences = error.fields if isinstance(error, Invalid) else {"": [str(error)]}
        frame |= {"typed": request.POST, "wrong": sentences}
        return render(request, "resident/my15_wrong.html", frame, status=error.http_status)
    messages.success(request, _("收到了。社区会去核实，改好后这里就是对的。"))
    return HttpResponseRedirect(reverse("resident:my15"))


@resident("case.report")
@sensitive_post_parameters("lon", "lat", "compound")
@require_POST
def wish(request: Any) -> HttpResponse:
    """Take a wish out of a gap: first its page, then, with the words in it, a case of the living circle."""
    post = request.POST
    code, names = str(post.get("code", "")), queries.category_names()
    where = where_of(post)
    frame: dict[str, Any] = {
        "code": code,
        "name": names.get(code, ""),
        "where": where,
        "home": _home(where),
        "typed": post,
        "wrong": {},
    }
    if code not in names:
        return HttpResponseRedirect(reverse("resident:my15"))
    if not post.get("send"):
        return render(request, "resident/my15_wish.html", frame)
    try:
        report.knock(request)
        note = actions.wish_from_gap(
            actor=request.actor,
            wish=Wish(
                category_code=code,
                place=str(post.get("place", "")),
                compound_id=where.compound_id,
                words=str(post.get("text", "")),
            ),
            caller=Caller(phone=str(post.get("phone", ""))),
            key=moves.key_of(request),
        )
    except JinlinError as error:
        sentences = error.fields if isinstance(error, Invalid) else {"": [str(error)]}
        return render(
            request, "resident/my15_wish.html", frame | {"wrong": sentences}, status=error.http_status
        )
    proof.remember(request, note.case_id, [queries.first_words(note.case_id)])
    done = reverse("resident:done", args=[note.case.shown_code])
    return moves.answer(request, done, _("愿望收到了，请记下查询码"))


def _home(where: Where) -> str:
    """Return the name of the place a wish is about."""
    if where.compound_id is None:
        return ""
    found = queries.home_place(where.compound_id)
    return found.name if found else ""


@resident("circle.mine")
@require_safe
def standard(request: Any) -> HttpResponse:
    """Show everybody by which minutes and metres it is judged, with the source of each figure."""
    found = queries.standard()
    frame = {"head": found.head, "rows": [row_words(row) for row in found.rows]}
    return render(request, "resident/my15_standard.html", frame)


@resident("circle.mine")
@require_safe
def around(request: Any, village: str) -> HttpResponse:
    """Give walls, gates and facilities of a community: the same for everybody, nobody's place in it."""
    return maps.answer(maps.told_openly(one) for one in queries.public_map(village)["features"])
