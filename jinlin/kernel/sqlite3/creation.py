"""Test databases are files: threads and processes then meet the same gate and WAL as in service."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import creation

SIDE_FILES = ("", "-wal", "-shm", "-journal", ".gate")


class DatabaseCreation(creation.DatabaseCreation):
    """Makes the test database in the machine's temporary folder unless TEST["NAME"] says otherwise."""

    made_for_tests = False

    def _get_test_db_name(self) -> str:
        name = self.connection.settings_dict["TEST"]["NAME"]
        if name:
            return str(name)
        return os.path.join(
            tempfile.gettempdir(), f"jinlin-test-{os.getpid()}-{self.connection.alias}.sqlite3"
        )

    def create_test_db(self, *args: Any, **kwargs: Any) -> Any:
        """Create the test database with durability off, which only a power cut could notice."""
        type(self).made_for_tests = True  # of every thread's connection
        return super().create_test_db(*args, **kwargs)

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = super()._create_test_db(verbosity, autoclobber, keepdb)  # type: ignore[misc]
        if not keepdb and not self.is_in_memory_db(name):
            _remove(name)
        return name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        if test_database_name and not self.is_in_memory_db(test_database_name):
            _remove(test_database_name)


def _remove(name: str) -> None:
    for side in SIDE_FILES:
        with suppress(FileNotFoundError):
            os.remove(name + side)
