"""What a county chose: how many false alarms it bears, how few cases are enough, when a suggestion fills a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from jinlin.insight.models import Setting
from jinlin.insight.rules.words import FLOOR
from jinlin.orgs import queries as orgs
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.areas import require_area

ALARMS_PER_60_DAYS: Final = 1.0  # per matter; the level all figures of bench/insight.py are measured at
HISTORY: Final = 30


@dataclass(frozen=True)
class Chosen:
    """What holds for one matter."""

    alarms_per_60_days: float = ALARMS_PER_60_DAYS
    minimum: int = FLOOR
    is_watched: bool = True


@dataclass(frozen=True)
class Settings:
    """What holds in a county; `autofill_margin` None: a suggestion never fills a field by itself."""

    county: str
    every: Chosen = field(default_factory=Chosen)
    own: Mapping[UUID, Chosen] = field(default_factory=dict)
    autofill_margin: float | None = None

    def of(self, category: UUID) -> Chosen:
        """Return what holds for a matter."""
        return self.own.get(category, self.every)


@dataclass(frozen=True)
class SettingRow:
    """One edition of a setting as shown; `category` is empty for all matters."""

    category: str
    category_code: str
    alarms_per_60_days: float
    minimum: int
    is_watched: bool
    autofill_margin: float | None
    made_at: datetime
    unit: str
    reason: str
    is_current: bool


def settings_of(county: str) -> Settings:
    """Return what a county chose, the defaults where it chose nothing (one query)."""
    every, own, margin = Chosen(), {}, None
    for row in Setting.objects.filter(county=county, is_current=True):
        chosen = Chosen(row.alarms_per_60_days, row.minimum, row.is_watched)
        if row.category_id is None:
            every, margin = chosen, row.autofill_margin
        else:
            own[row.category_id] = chosen
    return Settings(county, every, own, margin)


def setting_rows(*, viewer: Actor, county: str) -> tuple[SettingRow, ...]:
    """Return the editions of a county's settings, what holds first, then the latest (two queries)."""
    require_area(viewer, "insight.view", county)
    access.require(viewer, "insight.set")
    found = Setting.objects.filter(county=county).select_related("category")
    rows = list(found.order_by("-is_current", "category__code", "-made_at")[:HISTORY])
    names = orgs.unit_names({row.made_unit for row in rows})
    return tuple(
        SettingRow(
            category=row.category.name if row.category else "",
            category_code=row.category.code if row.category else "",
            alarms_per_60_days=row.alarms_per_60_days,
            minimum=row.minimum,
            is_watched=row.is_watched,
            autofill_margin=row.autofill_margin,
            made_at=row.made_at,
            unit=names.get(row.made_unit, "") if row.made_unit else "",
            reason=row.reason,
            is_current=row.is_current,
        )
        for row in rows
    )
