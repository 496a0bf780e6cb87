"""The card of a county's model: from what, how good on what it had not seen, what it mixes up, and what came of it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q

from jinlin.insight.models import CategoryModel, Confirmation
from jinlin.insight.rules.words import FLOOR
from jinlin.orgs import queries as orgs
from jinlin.people.access import Actor
from jinlin.people.areas import require_area

MIXED: Final = 12


@dataclass(frozen=True)
class Kind:
    """One category on the card; shares are None where fewer than five texts were kept out."""

    code: str
    label: str
    learned: int
    kept_out: int
    f1: float | None
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Mixed:
    """How often texts of one category were taken for another."""

    label: str
    taken_for: str
    times: int


@dataclass(frozen=True)
class Served:
    """What came of suggestions on cases people confirmed: by the model or by the words of the tree."""

    is_learned: bool
    confirmed: int
    first: int
    in_two: int


@dataclass(frozen=True)
class Edition:
    """One training of the county's model."""

    id: UUID
    made_at: datetime
    texts: int
    right: float
    macro_f1: float
    surest_80: float
    best_two: float
    by_words: float
    serves: bool
    is_current: bool


@dataclass(frozen=True)
class ModelCard:
    """The current model of a county, its earlier editions and its record; `current` None: nothing was learned yet."""

    county: str
    current: Edition | None
    kept_out: int
    learning: tuple[tuple[int, float], ...]
    kinds: tuple[Kind, ...]
    mixed: tuple[Mixed, ...]
    editions: tuple[Edition, ...]
    served: tuple[Served, ...]
    labels: int
    units: tuple[tuple[str, int], ...]


def model_card(*, viewer: Actor, area: str) -> ModelCard:
    """Return the card for the county of an area the viewer may see (at most five queries)."""
    require_area(viewer, "insight.view", area)
    county = f"{area[:6]}000000"
    rows = list(CategoryModel.objects.filter(county=county).defer("content").order_by("-made_at"))
    current = next((row for row in rows if row.is_current), None)
    labels = Confirmation.objects.filter(county=county)
    card: dict[str, Any] = current.card if current else {}
    return ModelCard(
        county=county,
        current=_edition(current) if current else None,
        kept_out=card.get("kept_out", 0),
        learning=tuple((int(size), float(f1)) for size, f1 in card.get("learning", ())),
        kinds=tuple(_kind(one) for one in card.get("labels", ())),
        mixed=_mixed(card),
        editions=tuple(_edition(row) for row in rows),
        served=_served(labels),
        labels=labels.count(),
        units=_units(
            labels.exclude(unit=None).values_list("unit").annotate(n=Count("pk")).order_by("-n", "unit")
        ),
    )


def _edition(row: CategoryModel) -> Edition:
    card = row.card
    return Edition(
        id=row.pk,
        made_at=row.made_at,
        texts=row.texts,
        right=card["right"],
        macro_f1=card["macro_f1"],
        surest_80=card["surest_80"],
        best_two=card["best_two"],
        by_words=row.lexicon_right,
        serves=row.serves,
        is_current=row.is_current,
    )


def _kind(one: dict[str, Any]) -> Kind:
    told = one["texts"] >= FLOOR
    return Kind(
        code=one["label"],
        label=orgs.categories().path(one["label"]),
        learned=one["learned"],
        kept_out=one["texts"],
        f1=one["f1"] if told else None,
        precision=one["precision"] if told else None,
        recall=one["recall"] if told else None,
    )


def _mixed(card: dict[str, Any]) -> tuple[Mixed, ...]:
    """Return what is mixed up most, from five times on."""
    names = [one["label"] for one in card.get("labels", ())]
    times: Counter[tuple[str, str]] = Counter()
    for row, counts in enumerate(card.get("confusion", ())):
        for column, count in enumerate(counts):
            if row != column and count >= FLOOR:
                times[names[row], names[column]] = count
    tree = orgs.categories()
    return tuple(Mixed(tree.label(one), tree.label(other), n) for (one, other), n in times.most_common(MIXED))


def _served(labels: Any) -> tuple[Served, ...]:
    """Return hits per source; fewer than five confirmations tell nothing."""
    hit, near = Q(suggested=F("category__code")), Q(second=F("category__code"))
    rows = labels.values_list("was_learned").annotate(
        n=Count("pk"), first=Count("pk", filter=hit), two=Count("pk", filter=hit | near)
    )
    return tuple(Served(*row) for row in rows.order_by("-was_learned") if row[1] >= FLOOR)


def _units(rows: Iterable[tuple[UUID, int]]) -> tuple[tuple[str, int], ...]:
    told = [(unit, n) for unit, n in rows if n >= FLOOR][:MIXED]
    names = orgs.unit_names({unit for unit, _n in told})
    return tuple((names.get(unit, ""), n) for unit, n in told)
