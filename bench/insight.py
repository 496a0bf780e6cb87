"""Insight: categories, reply checks, similar messages, hot issues, warnings; each beside its plain peers in one run.

    python -m bench.insight [texts] [groups] [scan]

Without a word all three parts run. Times are CPU seconds of this process; trust ratios more than levels. The data lie
beside the checkout (shared/data); a part whose data are missing says so and is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # `make bench` runs this file by its path

from bench import _insight_groups, _insight_scan, _insight_texts

STREAM = _insight_texts.DATA / "hot_issue_stream_4326.csv.gz"


def line(name: str, value: str, target: str = "") -> None:
    """Print one figure and, where the house has one, its target."""
    print(f"  {name:<76} {value:>18}   {target}", flush=True)


def missing(part: str) -> None:
    """Say which part has no data on this machine."""
    print(f"bench.insight, {part}: skipped, the public data are not beside this checkout")


def main(parts: list[str]) -> None:
    """Run the parts asked for."""
    if "texts" in parts:
        print("Texts: categories and replies")
        _insight_texts.figures(line) if _insight_texts.is_there() else missing("texts")
    if "groups" in parts:
        print("Groups: similar messages and hot issues")
        _insight_groups.figures(STREAM, line) if STREAM.is_file() else missing("groups")
    if "scan" in parts:
        print("Scan: early warning")
        is_there = _insight_scan.FILE.is_file()
        _insight_scan.figures(_insight_scan.FILE, line) if is_there else missing("scan")


if __name__ == "__main__":
    main(sys.argv[1:] or ["texts", "groups", "scan"])
