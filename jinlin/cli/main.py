"""The `jinlin` command: parses words, calls one action, prints one answer."""

from __future__ import annotations

import os
import sys

import click


def _ready() -> None:
    """Load Django once, before any command touches a room."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinlin.config.settings")
    import django  # noqa: PLC0415  settings must be named first

    django.setup()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """近邻 Jinlin: run and look after one node."""


@cli.group("import")
def importing() -> None:
    """Bring data in; progress on stderr, one JSON line on stdout."""


@cli.command()
def setup() -> None:
    """Bring the database to its newest shape and load reference data that is missing."""
    from django.core.management import call_command  # noqa: PLC0415

    from jinlin.cases.actions import seed_stages  # noqa: PLC0415
    from jinlin.orgs.actions import seed_reference  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    seed_reference()
    seed_stages()


def _mount() -> None:
    """Hang every command on the group; their modules need Django to be ready."""
    from jinlin.cli import demo, docs, doctor, import_appeals, import_places, serve  # noqa: PLC0415

    for command in import_places.group.commands.values():
        importing.add_command(command)
    importing.add_command(import_appeals.appeals)
    for command in (demo.demo, docs.docs, doctor.doctor, serve.serve, serve.tick):
        cli.add_command(command)


def main() -> None:
    """Entry point of the console script: known errors become one line and exit code 1."""
    _ready()
    from jinlin.kernel.errors import JinlinError  # noqa: PLC0415

    _mount()
    try:
        cli()
    except JinlinError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
