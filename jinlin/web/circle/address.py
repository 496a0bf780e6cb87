"""What stands in an address of the gap map: category, tier, who walks, when, which assessment; read and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from jinlin.circle import queries
from jinlin.circle.queries import AssessmentRow
from jinlin.kernel.errors import NotFound

FIELDS: Final = ("category", "tier", "profile", "moment", "version")
DEFAULTS: Final = {"profile": "planning", "moment": "workday_morning"}


@dataclass(frozen=True)
class Address:
    """A view of an area's gaps; what is as always is left out of the address."""

    area: str
    category: str = ""
    tier: str = ""
    profile: str = DEFAULTS["profile"]
    moment: str = DEFAULTS["moment"]
    version: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The pairs that differ from the default."""
        pairs = {name: getattr(self, name) for name in FIELDS}
        return {name: value for name, value in pairs.items() if value and value != DEFAULTS.get(name)}

    def url(self, page: str = "area", **changed: str) -> str:
        """Return this view on a page, changed in some fields."""
        wanted = replace(self, **changed)
        found = reverse(f"circle:{page}", args=[wanted.area])
        return f"{found}?{urlencode(wanted.query)}" if wanted.query else found


def read(area: str, asked: Mapping[str, Any]) -> Address:
    """Read an address; what nobody could have chosen counts as not chosen."""
    known = {
        "profile": {code for code, *_rest in queries.profiles()},
        "moment": {code for code, *_rest in queries.moments()},
        "category": set(queries.category_names()),
        "tier": {"block", "5", "10", "15"},
    }
    values = {name: str(asked.get(name, ""))[:40] for name in FIELDS}
    kept = {
        name: value
        for name, value in values.items()
        if value and (value in known[name] if name in known else is_uuid(value))
    }
    return Address(area, **kept)


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Chosen:
    """The assessment an address leads to: none yet, or one read for slow walkers, and a sentence when it isn't the asked."""

    row: AssessmentRow | None
    slow: bool = False
    said: str = ""


def assessment_of(rows: Sequence[AssessmentRow], asked: Address) -> Chosen:
    """Pick an area's assessment: the version asked for, else the newest for this walker and moment.

    Slow walkers use the same ways, so their result is read from any assessment; a wheelchair needs one of its own.
    """
    done = [row for row in rows if row.state == "done"]
    if asked.version:
        found = next((row for row in done if str(row.id) == asked.version), None)
        if found is None:
            raise NotFound("assessment", _("没有这一版评估，请从评估版本里选。"))
        return Chosen(found, slow=asked.profile == "slow" and found.profile != "slow")
    of_moment = [row for row in done if row.moment == asked.moment]
    own = next((row for row in of_moment if row.profile == asked.profile), None)
    if own is not None:
        return Chosen(own)
    if asked.profile == "slow" and of_moment:
        return Chosen(of_moment[0], slow=True)
    if not done:
        return Chosen(None)
    said = _("这种走法或时段还没有评估过，下面是最近一版的结果。要看就安排一次评估。")
    return Chosen(done[0], said=said)
