"""One row at nearly the speed of the driver: the statement of a table is made once, not for every row.

The ORM builds each SELECT, INSERT and UPDATE anew, which costs several times what the database needs for it. A move of a case
reads and writes a dozen rows while everybody else waits at the gate, so those rows go this way. Values pass through the
fields as in `Model.save`; there are no signals, no related rows are checked and no parents of a table are written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from threading import local
from types import NoneType
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=models.Model)
Turn = Callable[[Any], Any]

# What the driver takes as it stands, by field: for these the fields would hand the value through unchanged.
_AS_IT_IS: Final[dict[type[models.Field[Any, Any]], type]] = {
    models.CharField: str,
    models.TextField: str,
    models.FloatField: float,
    models.BooleanField: bool,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
}
_DEBUG: Final[bool] = settings.DEBUG
_RECIPES: Final = 500  # so many mixtures of kinds are remembered of one statement; nulls make a few dozen


def _utc_text(value: datetime) -> str:
    """Return a moment as Django writes it on SQLite; TypeError for one without a zone, which the field then judges."""
    return _utc_of(value, value.fold)  # moments of the hour that comes twice are equal but for that


@lru_cache(maxsize=512)  # a move writes its one moment into a dozen rows
def _utc_of(value: datetime, _fold: int) -> str:
    if value.tzinfo is None:
        raise TypeError
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _hex(value: UUID) -> str:
    """Return an id as Django writes it on SQLite."""
    return value.hex


def _aware(value: datetime) -> datetime:
    """Return a moment as it stands; TypeError for one without a zone, which the field then judges."""
    if value.tzinfo is None:
        raise TypeError
    return value


_LITE: Final[dict[type[models.Field[Any, Any]], dict[type, Turn | None]]] = {
    models.UUIDField: {UUID: _hex},
    models.DateTimeField: {datetime: _utc_text},
    models.DateField: {date: date.isoformat},
    models.BinaryField: {bytes: None},
    models.JSONField: {dict: json.dumps, list: json.dumps},
}
_OTHER: Final[dict[type[models.Field[Any, Any]], dict[type, Turn | None]]] = {
    models.UUIDField: {UUID: None},
    models.DateTimeField: {datetime: _aware},
    models.DateField: {date: None},
    models.BinaryField: {},
}


def _kinds(vendor: str, field: Any) -> dict[type, Turn | None]:
    """Return the kinds of value a field hands through (None) or turns into something on its way."""
    stored = field.target_field if field.is_relation else field
    turned = _LITE if vendor == "sqlite" else _OTHER
    by_itself = any(getattr(stored, name, None) for name in ("auto_now", "auto_now_add", "encoder"))
    if by_itself or type(stored) not in {**_AS_IT_IS, **turned}:
        return {}
    plain: dict[type, Turn | None] = {_AS_IT_IS[type(stored)]: None} if type(stored) in _AS_IT_IS else {}
    return {NoneType: None, **plain, **turned.get(type(stored), {})}


class _Shape:
    """The fields of a statement: where their values stand in a row, and which of them need a turn.

    Most rows of a table mix the same kinds of values, so what to do is looked up by the mixture, not field by field.
    """

    def __init__(self, vendor: str, fields: Sequence[Any]) -> None:
        self.fields = tuple(fields)
        names = [field.attname for field in fields]
        take = itemgetter(*names)
        self.take = take if len(names) > 1 else lambda held: (take(held),)
        self.kinds = tuple(_kinds(vendor, field) for field in fields)
        self.recipes: dict[tuple[type, ...], tuple[tuple[int, Turn | None], ...]] = {}

    def values(self, row: models.Model, db: Any, add: bool) -> list[Any]:
        """Return the driver's values of a row: the usual kinds at once, everything else as `Model.save` does it."""
        try:
            values = list(self.take(row.__dict__))
        except KeyError:  # something is not set yet: the field knows what then
            return [_saved(field, row, db, add) for field in self.fields]
        mixture = tuple(map(type, values))
        recipe = self.recipes.get(mixture)
        for at, turn in self._learned(mixture) if recipe is None else recipe:
            try:
                values[at] = turn(values[at]) if turn else _saved(self.fields[at], row, db, add)
            except TypeError:
                values[at] = _saved(self.fields[at], row, db, add)
        return values

    def _learned(self, mixture: tuple[type, ...]) -> tuple[tuple[int, Turn | None], ...]:
        recipe = tuple(
            (at, known.get(kind))
            for at, (known, kind) in enumerate(zip(self.kinds, mixture, strict=True))
            if known.get(kind) is not None or kind not in known
        )
        if len(self.recipes) >= _RECIPES:
            self.recipes.clear()
        self.recipes[mixture] = recipe
        return recipe


def _saved(field: Any, row: models.Model, db: Any, add: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add), db)


@lru_cache(maxsize=256)
def _insert(vendor: str, model: type[models.Model]) -> tuple[str, _Shape]:
    fields = tuple(model._meta.concrete_fields)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608  names only
    return sql, _Shape(vendor, fields)


@lru_cache(maxsize=1024)
def _update(vendor: str, model: type[models.Model], names: tuple[str, ...]) -> tuple[str, _Shape]:
    fields = tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and (not names or field.name in names or field.attname in names)
    )
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    pk = quote(str(model._meta.pk.column))
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {pk} = %s"  # noqa: S608  names only
    return sql, _Shape(vendor, fields)


@lru_cache(maxsize=256)
def _blank(
    model: type[models.Model],
) -> tuple[dict[str, Any], tuple[tuple[str, Any], ...], dict[str, str], int]:
    """Return a model's fixed defaults, those made anew for each row, its relations with their columns, and its width."""
    fixed: dict[str, Any] = {}
    fresh: list[tuple[str, Any]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            fresh.append((field.attname, field.get_default))
        else:
            fixed[field.attname] = field.get_default()
    relations = {field.name: field.attname for field in model._meta.concrete_fields if field.is_relation}
    return fixed, tuple(fresh), relations, len(fixed) + len(fresh) + 1  # with its state


def made(model: type[M], **values: Any) -> M:
    """Return `Model(**values)` at a fraction of its price: no signals, no properties, names of fields only."""
    fixed, fresh, relations, width = _blank(model)
    row = model.__new__(model)
    held = row.__dict__
    state = held["_state"] = ModelState()
    held.update(fixed)
    for name in relations.keys() & values.keys():
        other = state.fields_cache[name] = values.pop(name)
        held[relations[name]] = None if other is None else other.pk
    held.update(values)
    for name, make in fresh:
        if name not in values:
            held[name] = make()
    if len(held) != width:
        raise TypeError(f"{model.__name__} has no field {', '.join(held.keys() - fixed.keys())}")
    return row


def twin(row: M) -> M:
    """Return a row of its own with the same values: `copy.copy` takes ten times as long."""
    other = type(row).__new__(type(row))
    state = ModelState()
    state.adding, state.db = row._state.adding, row._state.db
    state.fields_cache = dict(row._state.fields_cache)
    other.__dict__.update(row.__dict__)
    other.__dict__["_state"] = state
    return other


_mine = local()


def link() -> Any:
    """Return this thread's connection at the price of an attribute; Django looks it up through an async-aware local."""
    try:
        return _mine.link
    except AttributeError:
        _mine.link = connections[DEFAULT_DB_ALIAS]
        return _mine.link


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run a statement and return its cursor: inside a transaction the driver's own, which costs a third.

    PostgreSQL keeps the statement prepared, so that it is read and planned once for a connection, not for every row.
    Whoever listens to statements (tests that count, the debug log) still hears them, for then it is Django's cursor.
    """
    db = link()
    if (
        not db.in_atomic_block
        or db.force_debug_cursor
        or db.execute_wrappers
        or db.needs_rollback
        or _DEBUG
        or db.vendor not in _DIRECT
    ):
        cursor = db.cursor()
        cursor.execute(sql, values)
        return cursor
    try:
        return _DIRECT[db.vendor](db.connection, sql, values)
    except db.Database.Error:
        with db.wrap_database_errors:
            raise


def _sqlite(driver: Any, sql: str, values: Sequence[Any]) -> Any:
    return driver.execute(_question_marks(sql), values)


def _postgres(driver: Any, sql: str, values: Sequence[Any]) -> Any:
    from psycopg import Cursor  # a node on SQLite never loads it

    return Cursor(driver).execute(sql, values, prepare=True)


_DIRECT: Final[dict[str, Callable[[Any, str, Sequence[Any]], Any]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgres,
}


@lru_cache(maxsize=2048)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?")


def insert(row: models.Model) -> None:
    """Insert a row whose primary key is already made; IntegrityError as from the ORM. Call inside a transaction."""
    db = link()
    sql, fields = _insert(db.vendor, type(row))
    run(sql, fields.values(row, db, True))
    row._state.adding, row._state.db = False, db.alias


def insert_unless(row: models.Model, conflict: str, more: Sequence[Any] = ()) -> int:
    """Insert a row, with what to do when one like it stands ("(key) DO NOTHING"); how many rows were written.

    `more` are values for marks in `conflict`; what a RETURNING gives comes from `insert_returning`.
    """
    return int(_inserting(row, conflict, more).rowcount)


def insert_returning(row: models.Model, conflict: str, more: Sequence[Any] = ()) -> Any:
    """Insert a row like `insert_unless` and return the one row that its RETURNING gives."""
    return _inserting(row, conflict, more).fetchone()


def _inserting(row: models.Model, conflict: str, more: Sequence[Any]) -> Any:
    db = link()
    sql, fields = _insert(db.vendor, type(row))
    return run(f"{sql} ON CONFLICT {conflict}", [*fields.values(row, db, True), *more])


def change(row: models.Model, names: Sequence[str] = ()) -> None:
    """Write the named fields of a row that stands (all without names); DoesNotExist if it is gone."""
    db = link()
    sql, fields = _update(db.vendor, type(row), tuple(names))
    pk: Any = row._meta.pk
    values = [*fields.values(row, db, False), pk.get_db_prep_save(row.pk, db)]
    if not run(sql, values).rowcount:
        raise type(row).DoesNotExist  # type: ignore[attr-defined]


@lru_cache(maxsize=256)
def _select(
    vendor: str, model: type[models.Model], asked: tuple[tuple[str, bool], ...], lock: bool
) -> tuple[str, list[str], list[Any], list[tuple[int, Any, Any]]]:
    quote = connection.ops.quote_name
    fields = list(model._meta.concrete_fields)
    by_name = {field.attname: field for field in fields}
    columns = ", ".join(quote(str(field.column)) for field in fields)
    tests = " AND ".join(
        f"{quote(str(by_name[name].column))} {'IS NULL' if empty else '= %s'}" for name, empty in asked
    )
    sql = f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {tests}"  # noqa: S608  names only
    if lock and connection.features.has_select_for_update:
        sql += " FOR UPDATE"
    turns = []
    for at, field in enumerate(fields):
        col = field.get_col(model._meta.db_table)
        for turn in (*connection.ops.get_db_converters(col), *field.get_db_converters(connection)):
            turns.append((at, turn, col))
    return (
        sql,
        [field.attname for field in fields],
        [by_name[name] for name, empty in asked if not empty],
        turns,
    )


def find(model: type[M], *, lock: bool = False, **equals: Any) -> list[M]:
    """Return the rows whose columns (attnames) equal these values, None meaning null; locked if asked (one query).

    Who may see them is the caller's business, as with `Model.unscoped`.
    """
    db = link()
    asked = tuple((name, value is None) for name, value in equals.items())
    sql, names, fields, turns = _select(db.vendor, model, asked, lock)
    given = [value for value in equals.values() if value is not None]
    values = [field.get_db_prep_value(value, db) for field, value in zip(fields, given, strict=True)]
    found = [list(row) for row in run(sql, values).fetchall()]
    for row in found:
        for at, turn, col in turns:
            row[at] = turn(row[at], col, db)
    return [model.from_db(db.alias, names, row) for row in found]


def among(model: type[models.Model], name: str, words: Sequence[str]) -> RawSQL:
    """Return the condition that a column is one of some words of the code's own, with the words written out.

    SQLite reads an index with a condition only for a statement that shows the same words, not for marks.
    """
    if not all(word.isidentifier() for word in words):
        raise ValueError(f"not words of the code: {words!r}")
    quote, field = connection.ops.quote_name, cast(Any, model._meta.get_field(name))
    column = f"{quote(model._meta.db_table)}.{quote(field.column)}"
    listed = ", ".join(f"'{word}'" for word in words)
    return RawSQL(f"{column} IN ({listed})", (), output_field=models.BooleanField())  # noqa: S611  our own words
