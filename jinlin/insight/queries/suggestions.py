"""What category a text speaks of: the county's own model where it serves, else the words of the category tree."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final
from uuid import UUID

from jinlin.cases.models import Appeal, Case
from jinlin.insight.models import CategoryModel
from jinlin.insight.queries.settings import settings_of
from jinlin.orgs import queries as orgs
from jinlin.orgs.queries import CategoryNode, CategoryTree

if TYPE_CHECKING:
    from jinlin.insight.suggest.lexicon import Lexicon
    from jinlin.insight.suggest.model import Model

LEAST: Final = 4  # characters; a shorter text speaks of nothing yet
MODELS: Final = 4  # of as many counties a process keeps at hand
_models: OrderedDict[UUID, Model] = OrderedDict()
_words: list[tuple[CategoryTree, Lexicon]] = []
_lock = Lock()


@dataclass(frozen=True)
class Suggested:
    """Up to two leaves a text speaks of, the likelier first; `fills`: surer than the office asks for filling a field."""

    nodes: tuple[CategoryNode, ...] = ()
    sure: float = 0.0
    is_learned: bool = False
    fills: bool = False

    @property
    def first(self) -> str:
        """The code of the likelier leaf, "" where nothing is suggested."""
        return self.nodes[0].code if self.nodes else ""

    @property
    def filled(self) -> str:
        """The code to put into the field beforehand, "" where a person is to choose."""
        return self.first if self.fills else ""


def suggested(*, county: str, text: str) -> Suggested:
    """Return what a text speaks of (at most four queries, one of them only when a new model is met).

    Nothing of the text is kept. `county` "" asks the words of the tree. A field is filled only by a learned model that
    is surer than the county's setting; dispatch is confirmed by a person all the same.
    """
    if len(text.strip()) < LEAST:
        return Suggested()
    model = model_of(county) if county else None
    found = _by_model(model, text) if model is not None else Suggested()
    if not found.nodes:
        return Suggested(_leaves(*_pair(lexicon(), text)))
    margin = settings_of(county).autofill_margin
    return Suggested(found.nodes, found.sure, True, margin is not None and found.sure >= margin)


def suggested_for(case: Case) -> Suggested:
    """Return what the first words of a case speak of; kept on the instance, so that a form may ask twice.

    The caller has read the case through the viewer's sight.
    """
    kept: Suggested | None = getattr(case, "_suggested", None)
    if kept is not None:
        return kept
    words = Appeal.unscoped.filter(county=case.county, case=case).order_by("received_at", "pk")
    title, text = words.values_list("title", "text").first() or ("", "")
    found = suggested(county=case.county, text=f"{title}\n{text}")
    case._suggested = found  # type: ignore[attr-defined]
    return found


def model_of(county: str) -> Model | None:
    """Return the county's model that serves, None where words of the tree do better or nothing was learned yet."""
    row = CategoryModel.objects.filter(county=county, is_current=True, serves=True)
    pk = row.values_list("pk", flat=True).first()
    if pk is None:
        return None
    with _lock:
        known = _models.get(pk)
    if known is not None:
        return known
    from jinlin.insight.suggest.model import from_bytes  # noqa: PLC0415  arrays are slow to load

    content = row.filter(pk=pk).values_list("content", flat=True).first()
    if content is None:
        return None
    model = from_bytes(bytes(content), county)
    with _lock:
        _models[pk] = model
        while len(_models) > MODELS:
            _models.popitem(last=False)
    return model


def lexicon() -> Lexicon:
    """Return the words of the tree as they stand, made anew when an office has edited it."""
    from jinlin.insight.suggest import lexicon as words  # noqa: PLC0415  as above

    tree = orgs.categories()
    with _lock:
        if _words and _words[0][0] is tree:
            return _words[0][1]
    made = words.lexicon({node.code: (node.name, node.keywords) for node in tree.leaves})
    with _lock:
        _words[:] = [(tree, made)]
    return made


def _by_model(model: Model, text: str) -> Suggested:
    found = model.classify([text])[0]
    nodes = _leaves(found.first, found.second)
    is_open = (
        bool(nodes) and nodes[0].code == found.first
    )  # a leaf that was closed since is suggested no more
    return Suggested(nodes, found.sure) if is_open and found.sure > 0 else Suggested()


def _pair(words: Lexicon, text: str) -> tuple[str, str]:
    found = words.classify([text])[0]
    return found.first, found.second


def _leaves(*codes: str) -> tuple[CategoryNode, ...]:
    active = {node.code: node for node in orgs.categories().leaves}
    return tuple(active[code] for code in codes if code in active)
