"""The `jinlin` command: parses words, calls one action, prints one answer."""

from __future__ import annotations

import os
import sys

import click
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from jinlin.cli.circle import circle
from jinlin.cli.clock import clock
from jinlin.cli.insight import insight
from jinlin.kernel.errors import JinlinError

ALONE = (
    "circle",
    "clock",
    "insight",
)  # commands that need neither settings nor a database, and leave nothing behind


def _ready() -> None:
    """Load Django once, before any command touches a room."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinlin.config.settings")
    import django  # noqa: PLC0415  settings must be named first

    django.setup()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """近邻 Jinlin: run and look after one node."""


cli.add_command(circle)
cli.add_command(clock)
cli.add_command(insight)


@cli.group("import")
def importing() -> None:
    """Bring data in; progress on stderr, one JSON line on stdout."""
    prepare_empty()


@cli.command()
def setup() -> None:
    """Bring the database to its newest shape and load reference data that is missing."""
    from jinlin.cases.actions import seed_stages  # noqa: PLC0415
    from jinlin.cases.actions.rungs import seed_ladder  # noqa: PLC0415
    from jinlin.circle.actions import seed_standard  # noqa: PLC0415
    from jinlin.insight.actions import seed_templates  # noqa: PLC0415
    from jinlin.notices.actions import seed_quiet_hours  # noqa: PLC0415
    from jinlin.orgs.actions import seed_reference  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    seed_reference()
    seed_stages()
    seed_ladder()
    seed_quiet_hours()
    seed_standard()
    seed_templates()


def prepare_empty() -> None:
    """Set a database without a single table up, so that the first command of a new node just works."""
    if not connection.introspection.table_names():
        click.get_current_context().invoke(setup)


def _mount() -> None:
    """Hang every command on the group; their modules need Django to be ready."""
    from jinlin.cli import (  # noqa: PLC0415
        accounts,
        demo,
        docs,
        doctor,
        import_appeals,
        import_circle,
        import_places,
        performance,
        serve,
    )

    for command in import_places.group.commands.values():
        importing.add_command(command)
    importing.add_command(import_appeals.appeals)
    for command in import_circle.group.commands.values():
        importing.add_command(command)
    for command in (
        accounts.account,
        demo.demo,
        docs.docs,
        doctor.doctor,
        performance.performance,
        serve.serve,
        serve.tick,
    ):
        cli.add_command(command)


def _sentences(error: JinlinError) -> list[str]:
    """Return what to print: each field's sentence, or the one of the error."""
    fields = getattr(error, "fields", None) or {}
    return [one for several in fields.values() for one in several] or [str(error)]


def main() -> None:
    """Entry point of the console script: known errors become one line and exit code 1."""
    if sys.argv[1:2] not in [[name] for name in ALONE]:
        _ready()
        _mount()
    try:
        cli()
    except JinlinError as error:
        for sentence in _sentences(error):
            click.echo(sentence, err=True)
        sys.exit(1)
    except DatabaseError as error:
        click.echo(
            _("数据库用不了：%(why)s。请运行 jinlin setup，再运行 jinlin doctor。") % {"why": error}, err=True
        )
        sys.exit(1)
