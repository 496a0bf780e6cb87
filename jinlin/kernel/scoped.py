"""Reads that must say who is reading: the first wall between one area's rows and another's.

A model whose rows not everybody may see declares
    objects = CaseQuerySet.as_manager()      # CaseQuerySet(ScopedQuerySet) implements visible_to(actor)
    unscoped = models.Manager()              # for migrations, locked reads in actions, the eraser
and any read through `objects`, or through a reverse manager, that never passed `visible_to` raises Unscoped.
Signalen's single queryset method is the pattern (design/trust.md section 3.2).
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Unscoped(RuntimeError):
    """A programmer's mistake: rows were asked for without saying who is asking."""


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that answers only after `visible_to(actor)`; every narrowing of a scoped one stays scoped."""

    _scoped = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Mark whatever the subclass's own `visible_to` returns as scoped."""
        super().__init_subclass__(**kwargs)
        own = cls.__dict__.get("visible_to")
        if own is None:
            return

        @wraps(own)
        def visible_to(self: Any, *args: Any, **kwargs: Any) -> Any:
            seen = own(self, *args, **kwargs)._chain()
            seen._scoped = True
            return seen

        cls.visible_to = visible_to  # type: ignore[method-assign]

    def visible_to(self, actor: Any) -> Self:
        """Return the rows this actor may know of; every scoped queryset implements it."""
        raise NotImplementedError(f"{type(self).__name__} must implement visible_to")

    def _require_scope(self) -> None:
        if not self._scoped:
            raise Unscoped(f"{self.model.__name__}.objects was read without visible_to(actor)")

    def _clone(self) -> Self:
        copy: Self = super()._clone()  # type: ignore[misc]
        copy._scoped = self._scoped
        return copy

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def aiterator(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().aiterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def contains(self, obj: Any) -> bool:
        self._require_scope()
        return super().contains(obj)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def explain(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().explain(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: written SQL can't be narrowed."""
        raise Unscoped(f"{self.model.__name__}.objects.raw() can't be scoped")

    def _with_scope_of(self, combined: Any, *others: Any) -> Any:
        combined._scoped = self._scoped and all(getattr(other, "_scoped", False) for other in others)
        return combined

    def __and__(self, other: Any) -> Any:
        return self._with_scope_of(super().__and__(other), other)

    def __or__(self, other: Any) -> Any:
        return self._with_scope_of(super().__or__(other), other)

    def __xor__(self, other: Any) -> Any:
        return self._with_scope_of(super().__xor__(other), other)

    def union(self, *others: Any, all: bool = False) -> Any:
        return self._with_scope_of(super().union(*others, all=all), *others)

    def intersection(self, *others: Any) -> Any:
        return self._with_scope_of(super().intersection(*others), *others)

    def difference(self, *others: Any) -> Any:
        return self._with_scope_of(super().difference(*others), *others)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The manager of ScopedQuerySet, for models that build theirs with `from_queryset`."""
