"""A fresh node with the named town for the participation bench: the database of DATABASE_URL, else a new SQLite file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._http import Site


@dataclass
class Town:
    """The node (for a server of its own) and the town in it."""

    site: Site
    world: Any

    @property
    def database(self) -> str:
        """The kind of database behind it."""
        from django.db import connection  # noqa: PLC0415  Django is ready only inside `prepared`

        return connection.vendor


@contextmanager
def prepared() -> Iterator[Town]:
    """Migrate an empty database, build the town, and clear up afterwards."""
    home = Path(tempfile.mkdtemp(prefix="participation-"))
    os.environ["JINLIN_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinlin.config.settings")
    import django  # noqa: PLC0415  after the environment is set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from tests import world  # noqa: PLC0415

    try:
        call_command("migrate", verbosity=0)
        call_command("flush", verbosity=0, interactive=False)
        yield Town(Site(home, os.environ.get("DATABASE_URL", "")), world.build())
    finally:
        shutil.rmtree(home, ignore_errors=True)
