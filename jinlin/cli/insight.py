"""`jinlin insight`: find early and warn early, from files to files; no database, and Django is never loaded."""

from __future__ import annotations

import click

from jinlin.cli.answers import Plugged

REFUSED = 2  # exit code of a file that cannot be used, the same as of an option that cannot


class Insight(Plugged):
    """The group; each command is loaded when it is asked for."""

    plugged = {
        "train": "jinlin.cli.insight_suggest",
        "classify": "jinlin.cli.insight_suggest",
        "replies": "jinlin.cli.insight_replies",
        "similar": "jinlin.cli.insight_similar",
        "hot": "jinlin.cli.insight_hot",
        "warn": "jinlin.cli.insight_warn",
    }


@click.group(cls=Insight, context_settings={"help_option_names": ["-h", "--help"]})
def insight() -> None:
    """Categories, similar appeals, hot issues, early warning, notes on replies; about places and issues, never people.

    Files in, files out (CSV or CSV.gz, UTF-8 or GB18030 in, UTF-8 out); no database is needed. Progress goes to stderr;
    the last line on stdout is a JSON summary. A file that cannot be used is refused with one sentence naming file, row
    and remedy, and exit code 2; nothing is then written.
    """
