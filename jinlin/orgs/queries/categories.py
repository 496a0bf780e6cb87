"""The category tree and the lines, remembered by version; read once per page, then looked up without queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import get_language

from jinlin.kernel.errors import NotFound
from jinlin.orgs.models import Category, Line
from jinlin.orgs.queries import cache


def _english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class CategoryNode:
    """One category as pages need it; `label` follows the reader's language."""

    id: UUID
    code: str
    parent: str
    name: str
    name_en: str
    sla_class: str
    urgent_sla_class: str
    sensitive: bool
    photo_required: bool
    public_space: bool
    is_active: bool
    keywords: str
    note: str

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if _english() and self.name_en else self.name

    @property
    def is_leaf(self) -> bool:
        """Whether a case can carry it."""
        return bool(self.parent)


@dataclass(frozen=True)
class CategoryTree:
    """All categories, active or not, in their own order."""

    nodes: tuple[CategoryNode, ...]
    by_code: Mapping[str, CategoryNode] = field(repr=False)

    @property
    def roots(self) -> tuple[CategoryNode, ...]:
        """Active level-1 categories."""
        return tuple(node for node in self.nodes if not node.parent and node.is_active)

    @property
    def leaves(self) -> tuple[CategoryNode, ...]:
        """Active level-2 categories under active roots."""
        return tuple(
            node for node in self.nodes if node.parent and node.is_active and self._open(node.parent)
        )

    def _open(self, code: str) -> bool:
        return code in self.by_code and self.by_code[code].is_active

    def children(self, code: str) -> tuple[CategoryNode, ...]:
        """Active leaves of one root."""
        return tuple(node for node in self.leaves if node.parent == code)

    def get(self, code: str) -> CategoryNode | None:
        """Return a category by code, also a closed one (old cases carry it)."""
        return self.by_code.get(code)

    def label(self, code: str) -> str:
        """Return the name to show for a code, the code itself when unknown."""
        node = self.by_code.get(code)
        return node.label if node else code

    def path(self, code: str) -> str:
        """Return "root / leaf" in the language of the page."""
        node = self.by_code.get(code)
        return f"{self.label(node.parent)} / {node.label}" if node and node.parent else self.label(code)


@dataclass(frozen=True)
class LineName:
    """A department code with its names."""

    code: str
    name: str
    name_en: str
    short_name: str
    kind: str

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if _english() and self.name_en else self.name


def load_tree() -> CategoryTree:
    """Read the whole tree (one query); use `categories` unless the copy is kept elsewhere."""
    fields = (
        *("id", "code", "name", "name_en", "sla_class", "urgent_sla_class", "sensitive", "photo_required"),
        *("public_space", "is_active", "keywords", "note", "parent__code"),
    )
    rows = list(Category.objects.order_by("position", "code").values(*fields))
    nodes = tuple(CategoryNode(parent=row.pop("parent__code") or "", **row) for row in rows)
    return CategoryTree(nodes, {node.code: node for node in nodes})


def load_lines() -> dict[str, LineName]:
    """Read every line (one query)."""
    rows = Line.objects.order_by("position", "code")
    return {row.code: LineName(row.code, row.name, row.name_en, row.short_name, row.kind) for row in rows}


def categories() -> CategoryTree:
    """Return the tree (one query once the process knows it, two the first time)."""
    return cache.remembered("tree", load_tree)


def category(code: str) -> CategoryNode:
    """Return one category; NotFound when there is none. On a list, read `categories()` once instead."""
    node = categories().get(code)
    if node is None:
        raise NotFound("category")
    return node


def category_code(category_id: UUID) -> str:
    """Return the code of a category by its id, "" when there is none."""
    return next((node.code for node in categories().nodes if node.id == category_id), "")


def line_names() -> dict[str, LineName]:
    """Return the lines by code in their own order (one query once known)."""
    return cache.remembered("lines", load_lines)


def search_categories(
    text: str = "", *, counts: Mapping[str, int] | None = None, limit: int = 20
) -> list[CategoryNode]:
    """Return leaves for a picker on a phone: what the words hit best first, then what is used most.

    `counts` maps leaf codes to how often they were used; without words the most used come first, then tree order.
    """
    used = counts or {}
    words = text.casefold().split()
    tree = categories()
    scored = []
    for order, node in enumerate(tree.leaves):
        score = _score(node, tree, words)
        if score > 0:
            scored.append((-score, -used.get(node.code, 0), order, node))
    scored.sort(key=lambda row: row[:3])
    return [node for *_, node in scored[:limit]]


def _score(node: CategoryNode, tree: CategoryTree, words: list[str]) -> int:
    """Return 1 without words; else the sum of the best hits, 0 when a word hits nothing."""
    if not words:
        return 1
    total = 0
    for word in words:
        hit = _hit(node, tree, word)
        if not hit:
            return 0
        total += hit
    return total


def _hit(node: CategoryNode, tree: CategoryTree, word: str) -> int:
    """Score one word: the name, then everyday words, then words found inside a whole sentence, then the root."""
    names = [name.casefold() for name in (node.name, node.name_en, node.code)]
    if word in names:
        return 8
    if any(name.startswith(word) for name in names):
        return 6
    if any(word in name for name in names):
        return 5
    return _hit_words(node, word) or int(any(word in name.casefold() for name in _root_names(node, tree)))


def _hit_words(node: CategoryNode, word: str) -> int:
    keywords = node.keywords.casefold().split()
    if word in keywords or node.name.casefold() in word:
        return 4
    if any(word in key for key in keywords):
        return 3
    return 2 if any(key in word for key in keywords if len(key) > 1) else 0


def _root_names(node: CategoryNode, tree: CategoryTree) -> tuple[str, ...]:
    root = tree.get(node.parent)
    return (root.name, root.name_en) if root else ()
