"""A report as it is being written: everything typed is kept until it is sent, whatever goes wrong on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from jinlin.cases.actions import Caller, Said
from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean, clean_point
from jinlin.orgs import queries as orgs
from jinlin.places import queries as places
from jinlin.places.rules import is_grid_code, is_region_code, level_of
from jinlin.web import moves

# What people say most (domain.md 7): big buttons; everything else is found in the list or left to staff.
COMMON = ("ENV-01", "FAC-02", "FAC-01", "FAC-04", "HSG-03", "HSG-01", "FAC-03", "ENV-09")
FIELDS = ("text", "category", "category_other", "place_text", "lon", "lat", "accuracy", "datum", "phone")
KEPT_PHOTOS = "report-photos"
DAY = 24 * 3600
VILLAGE = 5
# the action's names of what was wrong -> the names of the fields on the page
SHOWN_AT = {"location": "place_text", "place": "place_next", "photo": "photos", "title": "text"}


@dataclass
class Draft:
    """What stands in the form: the words as typed, the place picked so far, photos already taken in."""

    values: dict[str, str] = field(default_factory=dict)
    place: str = ""
    photos: tuple[UUID, ...] = ()
    do_not_contact: bool = False

    @property
    def category(self) -> str:
        """The leaf picked from the buttons or from the whole list, "" when left to staff."""
        code = self.values.get("category", "") or self.values.get("category_other", "")
        return code if code.isascii() and code.isprintable() else "?"

    @property
    def kept_photos(self) -> str:
        """The photos as a signed field, so that nobody hangs another person's picture on a report."""
        return signing.dumps([str(one) for one in self.photos], salt=KEPT_PHOTOS) if self.photos else ""

    def said(self) -> Said:
        """Return the words for the action; Invalid when the place is no pair of numbers."""
        return Said(
            text=self.values.get("text", ""),
            category=self.category,
            place=self.place,
            place_text=self.values.get("place_text", ""),
            lon=self._number("lon"),
            lat=self._number("lat"),
            datum=self.values.get("datum") or "wgs84",
            accuracy_m=self._accuracy(),
            photos=self.photos,
        )

    def caller(self) -> Caller:
        """Return whom to call back, if anybody."""
        return Caller(phone=self.values.get("phone", ""), do_not_contact=self.do_not_contact)

    def _number(self, name: str) -> float | None:
        text = self.values.get(name, "").strip()
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            raise Invalid({"place_text": [_("位置没有取好，请重新点一下，或只写地址。")]}) from None

    def _accuracy(self) -> float | None:
        """How exact the phone says it is; nonsense is no reason to refuse a report."""
        try:
            metres = float(self.values.get("accuracy", ""))
        except ValueError:
            return None
        return metres if math.isfinite(metres) and 0 <= metres < 100_000 else None


def read(post: Mapping[str, Any], *, length: int = 6000) -> Draft:
    """Take a form as it was posted; meaning is judged by the action, here only broken photos are dropped."""
    values = {name: str(post.get(name, ""))[: length if name == "text" else 400] for name in FIELDS}
    values["text"] = str(post.get("text", ""))  # the gate says how many characters are too many
    place = next(
        (str(post.get(name)) for name in ("place_found", "place_next", "place") if post.get(name)), ""
    )
    known = is_region_code(place) or is_grid_code(place)
    return Draft(
        values,
        place if known else "",
        _kept(str(post.get("kept_photos", ""))),
        bool(post.get("do_not_contact")),
    )


def _kept(text: str) -> tuple[UUID, ...]:
    if not text:
        return ()
    try:
        return tuple(UUID(one) for one in signing.loads(text, salt=KEPT_PHOTOS, max_age=DAY))
    except (signing.BadSignature, ValueError, TypeError):
        return ()


def take_photos(request: Any, draft: Draft) -> None:
    """Clean and store the posted photos beside those kept from an earlier try; they stay loose until the report."""
    draft.photos = (*draft.photos, *moves.store_photos(request))


def shown_errors(error: Invalid) -> dict[str, list[str]]:
    """Return the sentences under the names of the fields on the page."""
    found: dict[str, list[str]] = {}
    for name, sentences in error.fields.items():
        found.setdefault(SHOWN_AT.get(name, name), []).extend(sentences)
    return found


def village_of(draft: Draft) -> str:
    """Return the village a draft points to, "" when nothing tells yet: choice, then point, then address."""
    if draft.place and level_of(draft.place) >= VILLAGE:
        return draft.place[:12]
    hit = _grid_of(draft)
    if hit:
        return hit
    try:
        address = clean(draft.values.get("place_text", ""), max_length=200, field="place_text")
    except Invalid:
        return ""
    guess = places.find_place_in_text(address, within=draft.place) if address else None
    return guess.code[:12] if guess and level_of(guess.code) >= VILLAGE else ""


def _grid_of(draft: Draft) -> str:
    """Return the village of the drawn grid the point lies in, "" without a point or a grid."""
    try:
        said = draft.said()
        point = clean_point(said.lon, said.lat, said.datum) if said.lon is not None else None
    except Invalid:
        return ""
    hit = places.locate(*point) if point else None
    return hit.village if hit else ""


def common_choices() -> list[tuple[str, str]]:
    """Return the big buttons: the commonest matters, then "another one"."""
    tree = orgs.categories()
    active = {node.code: node.label for node in tree.leaves}
    rows = [(code, active[code]) for code in COMMON if code in active]
    return [*rows, ("", _("说不清"))]


def all_choices() -> list[tuple[str, str]]:
    """Return every active leaf for the list, named with its branch."""
    tree = orgs.categories()
    return [
        ("", _("不选")),
        *((node.code, f"{tree.label(node.parent)} · {node.label}") for node in tree.leaves),
    ]
