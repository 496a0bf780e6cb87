"""`jinlin demo`: the demo world, and its log-ins."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _


@click.command()
@click.option("--if-empty", is_flag=True, help="do nothing when the node already holds organisations")
def demo(if_empty: bool) -> None:
    """Load the demo world: Zhoukou's real tree, one street in full, ninety days of invented cases."""
    from jinlin.demo.world import build, is_empty  # noqa: PLC0415  Django is ready by now

    if if_empty and not is_empty():
        return
    click.echo(json.dumps(build(), ensure_ascii=False))


def print_log_ins(base: str) -> None:
    """Print one demo log-in per role, if this node holds the demo world."""
    from jinlin.demo.world import PASSWORD, log_ins  # noqa: PLC0415

    rows = log_ins()
    if not rows:
        return
    click.echo(_("演示账号（密码都是 %(password)s）：") % {"password": PASSWORD})
    for username, role, where, path in rows:
        click.echo(f"  {username:<12} {role}  {where}  {base}{path}")
