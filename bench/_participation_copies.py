"""Many rows from one that an action wrote: every column as the action left it but for those named.

A hundred thousand deeds take most of an hour; the rows of a page have to be many, not to have a history each.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

BATCH = 5_000


class Copies:
    """Writes copies of a row that stands in the database."""

    def __init__(self, row: Model) -> None:
        self.row = type(row)._base_manager.get(pk=row.pk)
        self.fields = {field.attname: field for field in row._meta.concrete_fields}
        self.base = [self._said(name, getattr(self.row, name)) for name in self.fields]
        self.at = {name: number for number, name in enumerate(self.fields)}

    def _said(self, name: str, value: Any) -> Any:
        return self.fields[name].get_db_prep_save(value, connection)

    def write(self, changes: Iterable[dict[str, Any]]) -> None:
        """Insert a copy for each set of changed columns (by attribute name; the key has to be among them)."""
        named = ", ".join(connection.ops.quote_name(field.column) for field in self.fields.values())
        places = ", ".join(["%s"] * len(self.fields))
        table = connection.ops.quote_name(self.row._meta.db_table)
        said = f"INSERT INTO {table} ({named}) VALUES ({places})"
        left = iter(changes)
        while batch := [self._values(one) for one in islice(left, BATCH)]:
            with connection.cursor() as cursor:
                cursor.executemany(said, batch)

    def _values(self, changed: dict[str, Any]) -> list[Any]:
        values = list(self.base)
        for name, value in changed.items():
            values[self.at[name]] = self._said(name, value)
        return values
