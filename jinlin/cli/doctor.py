"""`jinlin doctor`: what is wrong with this installation, one sentence each, with what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from jinlin.kernel import clock

Finding = tuple[str, str]  # ("ok" | "care" | "bad", sentence)
OLD_SQLITE = (3, 37, 0)
LOW_DISK = 1_000_000_000
LADDER_SILENT = timedelta(hours=1)


@click.command()
def doctor() -> None:
    """Check folders, keys, database, migrations, assets, reference data and the audit chain; exit 1 if one is bad."""
    bad = False
    for check in CHECKS:
        for mark, sentence in _safely(check):
            bad = bad or mark == "bad"
            click.echo(f"{ {'ok': '✓', 'care': '!', 'bad': '✗'}[mark] } {sentence}")
    sys.exit(1 if bad else 0)


def _safely(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except DatabaseError as error:
        yield "bad", _("数据库打不开：%(why)s。请先运行 make run，或检查 DATABASE_URL。") % {"why": error}


def check_home() -> Iterator[Finding]:
    """The data folder exists, can be written, has room, and its keys are private."""
    home = Path(settings.JINLIN_HOME)
    if not home.is_dir() or not os.access(home, os.W_OK):
        yield (
            "bad",
            _("数据目录 %(home)s 不存在或不能写，请建好并改属主，或设置 JINLIN_HOME。") % {"home": home.name},
        )
        return
    yield "ok", _("数据目录可写")
    if shutil.disk_usage(home).free < LOW_DISK:
        yield "care", _("磁盘剩余不到 1 GB，请清理或扩容。")
    loose = [key.name for key in (home / "keys").glob("*") if key.is_file() and key.stat().st_mode & 0o077]
    if loose:
        yield "bad", _("密钥文件别人也能读：%(names)s。请 chmod 600。") % {"names": "、".join(loose)}


def check_database() -> Iterator[Finding]:
    """The database answers, is new enough, and has every migration."""
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        row = cursor.fetchone()
    version = str(row[0]) if row else ""
    yield "ok", f"{connection.vendor} {version}"
    if connection.vendor == "sqlite" and tuple(map(int, version.split("."))) < OLD_SQLITE:
        yield "bad", _("SQLite 太旧，请升级到 3.37 以上，或改用 PostgreSQL。")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield "bad", _("有 %(n)d 个数据库升级没做，请运行 make run。") % {"n": len(waiting)}
    else:
        yield "ok", _("数据库结构是最新的")


def check_assets() -> Iterator[Finding]:
    """Scripts and styles were built, and so was the English catalogue."""
    built = Path(settings.BASE_DIR) / "web" / "static" / "dist"
    if any(built.glob("**/*.css")):
        yield "ok", _("页面样式和脚本已生成")
    else:
        yield "bad", _("页面样式还没生成，请运行 make assets。")


def check_reference() -> Iterator[Finding]:
    """Divisions, categories and stage times are loaded."""
    from jinlin.cases.queries.health import has_stages  # noqa: PLC0415
    from jinlin.orgs.queries import categories  # noqa: PLC0415
    from jinlin.places.queries import count_regions  # noqa: PLC0415

    regions = count_regions()
    if regions:
        yield "ok", _("行政区划 %(n)d 个") % {"n": regions}
    else:
        yield "care", _("还没有行政区划，请运行 jinlin import divisions 文件。")
    if not categories().leaves or not has_stages():
        yield "care", _("事项类别或时限还没有，请运行 jinlin setup。")


def check_trust() -> Iterator[Finding]:
    """The open days of the audit chain hold together and nothing is stuck in the outbox."""
    from jinlin.audit.queries import check_open_days  # noqa: PLC0415
    from jinlin.kernel.bus import stuck_messages  # noqa: PLC0415

    broken = [report for report in check_open_days() if not report.ok]
    if broken:
        yield "bad", _("审计链有 %(n)d 处对不上，请立即联系安全管理员，不要重启。") % {"n": len(broken)}
    else:
        yield "ok", _("审计链完整")
    if stuck := stuck_messages():
        yield "care", _("有 %(n)d 条通知多次没送出，请看日志。") % {"n": stuck}


def check_ladder() -> Iterator[Finding]:
    """The escalation ladder has run within the hour, and its gateway is an address."""
    from jinlin.cases.queries.ladder import last_run  # noqa: PLC0415
    from jinlin.notices.actions.sending import check_address  # noqa: PLC0415

    ran = last_run()
    if ran is None or clock.now() - ran > LADDER_SILENT:
        yield "care", _("升级提醒一个多小时没有运行，请启动 jinlin tick（jinlin serve 会一起启动）。")
    else:
        yield "ok", _("升级提醒在运行")
    if wrong := check_address(settings.JINLIN_NOTICE_WEBHOOK):
        yield "bad", wrong


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_home,
    check_database,
    check_assets,
    check_reference,
    check_trust,
    check_ladder,
)
