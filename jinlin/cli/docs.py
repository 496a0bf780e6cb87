"""`jinlin docs`: write the generated reference pages."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--to", "folder", default="docs/reference", show_default=True, help="Folder to write into.")
def docs(folder: str) -> None:
    """Write the reference pages that come from the code: API, permissions, moves, settings."""
    from jinlin.cli import reference  # noqa: PLC0415  Django must be ready

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, text in reference.pages().items():
        (target / name).write_text(text, encoding="utf-8")
        click.echo(f"{target / name}")
