"""Texts of insight: the card of the county's category model, and what a text speaks of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.schemas import Given
from jinlin.insight import queries
from jinlin.insight.queries.card import model_card
from jinlin.people.areas import require_area

router = Router(tags=["insight"])


class Kind(Schema):
    """One category on the card; shares are null where fewer than five texts were kept out."""

    code: str
    label: str
    learned: int
    kept_out: int
    f1: float | None
    precision: float | None
    recall: float | None


class Mixed(Schema):
    """How often texts of one category were taken for another, from five times on."""

    label: str
    taken_for: str
    times: int


class Served(Schema):
    """What came of suggestions on cases people confirmed."""

    is_learned: bool
    confirmed: int
    first: int
    in_two: int


class Edition(Schema):
    """One training."""

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


class Card(Schema):
    """The card of a county's model; `current` null: nothing was learned yet, words of the category tree suggest."""

    county: str
    current: Edition | None
    kept_out: int
    learning: list[tuple[int, float]]
    kinds: list[Kind]
    mixed: list[Mixed]
    editions: list[Edition]
    served: list[Served]
    labels: int


class Text(Given):
    """What somebody said, to be read and forgotten."""

    area: str = Field(max_length=12, description="A county, or a place in it.")
    text: str = Field(max_length=5000)


class Suggested(Schema):
    """Up to two leaves, the likelier first; `sure` 0 to 1 for a learned model, 0 for words of the tree."""

    codes: list[str]
    sure: float
    is_learned: bool
    fills: bool


@router.get("/categories/model/{area}", auth=doors.staff("insight.view"), response=Card)
def read_category_model(request: doors.Asked, area: str) -> Any:
    """The card of the model that suggests categories in the county of an area."""
    return model_card(viewer=request.actor, area=area)


@router.post("/categories/suggestion", auth=doors.staff("insight.view"), response=Suggested)
def suggest_category(request: doors.Asked, body: Text) -> Any:
    """Two categories for a text; nothing of it is kept."""
    require_area(request.actor, "insight.view", body.area)
    found = queries.suggested(county=f"{body.area[:6]}000000", text=body.text)
    return {
        "codes": [node.code for node in found.nodes],
        **{name: getattr(found, name) for name in ("sure", "is_learned", "fills")},
    }
