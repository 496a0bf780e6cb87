"""`jinlin account add`: the first log-in of a node; later ones are made at /manage/."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _


@click.group()
def account() -> None:
    """Look after log-ins."""


@account.command("add")
@click.argument("username")
@click.option("--name", default="", help="shown name; default: the log-in name")
@click.option("--role", default="platform_admin", show_default=True)
@click.option("--place", required=True, help="region code the post is for")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def add(username: str, name: str, role: str, place: str, password: str) -> None:
    """Make a log-in with its first post; the post stands at the desk of the place unless it is platform_admin."""
    from jinlin.orgs.actions import NewAccount, found_first  # noqa: PLC0415  Django is ready by now

    found_first(new=NewAccount(username, name or username, password), role=role, place=place)
    click.echo(_("已建立账号 %(name)s。") % {"name": username})
