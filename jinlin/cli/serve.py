"""`jinlin serve` and `jinlin tick`: a few processes with threads for the pages, one small one for the schedule."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import click
from django.conf import settings
from django.utils.translation import gettext as _

from jinlin.cli.demo import print_log_ins

THREADS: Final = 8
MOST_WORKERS: Final = 8


def worker_count() -> int:
    """Return how many processes serve: one, unless the deployer says more.

    On SQLite a second one takes in no more reports, for each then reads anew what the other wrote.
    """
    asked = str(settings.JINLIN_WORKERS).strip()
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= MOST_WORKERS):
        raise click.ClickException(
            _("JINLIN_WORKERS 应是 1 到 %(most)d 的整数，请改正，或留空。") % {"most": MOST_WORKERS}
        )
    return int(asked)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--address", default="127.0.0.1", show_default=True)
@click.option("--quiet", is_flag=True, help="print no addresses and log-ins")
def serve(port: int, address: str, quiet: bool) -> None:
    """Serve the pages and the API, and run the schedule beside."""
    from granian import Granian  # noqa: PLC0415  only the server needs it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    workers = worker_count()
    if not quiet:
        host = "localhost" if address in ("127.0.0.1", "0.0.0.0") else address  # noqa: S104  compared, not bound
        click.echo(
            _("近邻已启动：http://%(host)s:%(port)d/  （按 Ctrl+C 停止）") % {"host": host, "port": port}
        )
        print_log_ins(f"http://{host}:{port}")
        click.echo("", nl=True)
        sys.stdout.flush()
    ticking = subprocess.Popen([sys.executable, "-m", "jinlin.cli", "tick"])
    try:
        Granian(
            "jinlin.config.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            respawn_failed_workers=True,
            blocking_threads=THREADS,
            backpressure=256,
            websockets=False,
            log_access=settings.DEBUG,
            log_level=LogLevels.info if settings.DEBUG else LogLevels.error,
        ).serve()
    finally:
        ticking.terminate()


@click.command()
def tick() -> None:
    """Run the schedule: deliver the outbox, forget what is old."""
    from jinlin.jobs.schedule import run_forever  # noqa: PLC0415

    run_forever()
