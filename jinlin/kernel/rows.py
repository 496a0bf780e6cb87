"""One row at nearly the speed of the driver: the statement of a table is made once, not for every row.

The ORM builds each SELECT, INSERT and UPDATE anew, which costs several times what the database needs for it. A move of a case
reads and writes a dozen rows while everybody else waits at the gate, so those rows go this way. Values pass through the
fields as in `Model.save`; there are no signals, no related rows are checked and no parents of a table are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from threading import local
from types import NoneType
from typing import Any, Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
Turn = Callable[[Any], Any]

# What the driver takes as it stands, by field: for these the fields would hand the value through unchanged.
_AS_IT_IS: Final[dict[type[models.Field[Any, Any]], frozenset[type]]] = {
    models.CharField: frozenset({str, NoneType}),
    models.TextField: frozenset({str, NoneType}),
    models.FloatField: frozenset({float, NoneType}),
    models.BooleanField: frozenset({bool, NoneType}),
    models.IntegerField: frozenset({int, NoneType}),
    models.PositiveIntegerField: frozenset({int, NoneType}),
    models.PositiveSmallIntegerField: frozenset({int, NoneType}),
    models.BinaryField: frozenset({NoneType}),
}
_NOTHING: Final[frozenset[type]] = frozenset({NoneType})


def _utc_text(value: datetime) -> str:
    """Return a moment as Django writes it on SQLite; TypeError for one without a zone, which the field then judges."""
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


def _kind(vendor: str, field: Any) -> tuple[frozenset[type], type | None, Turn | None]:
    """Return the kinds of value a field hands through, and the kind that needs a turn on its way, with that turn."""
    stored = field.target_field if field.is_relation else field
    made_by_itself = getattr(stored, "auto_now", False) or getattr(stored, "auto_now_add", False)
    lite = vendor == "sqlite"
    if type(stored) is models.UUIDField:
        return (_NOTHING, UUID, _hex) if lite else (_NOTHING | {UUID}, None, None)
    if type(stored) is models.DateTimeField and not made_by_itself:
        return _NOTHING, datetime, _utc_text if lite else _aware
    if type(stored) is models.DateField and not made_by_itself:
        return (_NOTHING, date, date.isoformat) if lite else (_NOTHING | {date}, None, None)
    return (frozenset() if made_by_itself else _AS_IT_IS.get(type(stored), frozenset())), None, None


class _Shape:
    """The fields of a statement: where their values stand in a row, and which of them need a turn."""

    def __init__(self, vendor: str, fields: Sequence[Any]) -> None:
        self.fields = tuple(fields)
        names = [field.attname for field in fields]
        take = itemgetter(*names)
        self.take = take if len(names) > 1 else lambda held: (take(held),)
        self.kinds = tuple(_kind(vendor, field) for field in fields)

    def values(self, row: models.Model, db: Any, add: bool) -> list[Any]:
        """Return the driver's values of a row: the usual kinds at once, everything else as `Model.save` does it."""
        try:
            values = list(self.take(row.__dict__))
        except KeyError:  # something is not set yet: the field knows what then
            return [field.get_db_prep_save(field.pre_save(row, add), db) for field in self.fields]
        for at, (plain, kind, turn) in enumerate(self.kinds):
            value = values[at]
            here = type(value)
            if here in plain:
                continue
            if here is kind and turn is not None:
                try:
                    values[at] = turn(value)
                    continue
                except TypeError:
                    pass
            field = self.fields[at]
            values[at] = field.get_db_prep_save(field.pre_save(row, add), db)
        return values


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
def _blank(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Any], ...], dict[str, str]]:
    """Return a model's fixed defaults, those that are made anew for each row, and its relations with their columns."""
    fixed: dict[str, Any] = {}
    fresh: list[tuple[str, Any]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            fresh.append((field.attname, field.get_default))
        else:
            fixed[field.attname] = field.get_default()
    relations = {field.name: field.attname for field in model._meta.concrete_fields if field.is_relation}
    return fixed, tuple(fresh), relations


def made(model: type[M], **values: Any) -> M:
    """Return `Model(**values)` at a fraction of its price: no signals, no properties, names of fields only."""
    fixed, fresh, relations = _blank(model)
    row = model.__new__(model)
    held = row.__dict__
    state = held["_state"] = ModelState()
    held.update(fixed)
    for name, value in values.items():
        if name in relations:
            held[relations[name]] = None if value is None else value.pk
            state.fields_cache[name] = value
        elif name in held or any(name == attname for attname, _make in fresh):
            held[name] = value
        else:
            raise TypeError(f"{model.__name__} has no field {name!r}")
    for name, make in fresh:
        if name not in values:
            held[name] = make()
    return row


_mine = local()


def link() -> Any:
    """Return this thread's connection at the price of an attribute; Django looks it up through an async-aware local."""
    try:
        return _mine.link
    except AttributeError:
        _mine.link = connections[DEFAULT_DB_ALIAS]
        return _mine.link


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run a statement and return its cursor: inside a transaction on SQLite the driver's own, which costs a third.

    Whoever listens to statements (tests that count, the debug log) still hears them, for then it is Django's cursor.
    """
    db = link()
    if (
        db.vendor == "sqlite"
        and db.in_atomic_block
        and not (db.force_debug_cursor or db.execute_wrappers or db.needs_rollback or settings.DEBUG)
    ):
        try:
            return db.connection.execute(_question_marks(sql), values)
        except db.Database.Error:
            with db.wrap_database_errors:
                raise
    cursor = db.cursor()
    cursor.execute(sql, values)
    return cursor


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
