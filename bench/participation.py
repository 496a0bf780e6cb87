"""Participation under load: 500 sign up over HTTP for the last 50 seats, a room wanted by many, lists that stay cheap.

    python -m bench.participation [seats|rooms|pages|all] [--people 500] [--tries 1000] [--rows 100000] [--rounds 40]

Runs against the database of DATABASE_URL (default: a fresh SQLite file in a temporary JINLIN_HOME). The server is the real
one (granian), the people are separate connections behind one address, and the limits on knocking are on, as in service.
Prints one JSON line per part and exits with 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from bench import _participation_pages as pages
from bench import _participation_rooms as rooms
from bench import _participation_seats as seats
from bench._participation_town import prepared

IN_A_TOWN = {"seats": seats.run, "rooms": rooms.run}
PARTS = (*IN_A_TOWN, "pages")


def main() -> int:
    """Run the asked parts and tell whether every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=(*PARTS, "all"))
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--writers", type=int, default=8)
    asked = parser.parse_args()
    kept = True
    wanted = PARTS if asked.part == "all" else (asked.part,)
    if IN_A_TOWN.keys() & set(wanted):
        with prepared() as town:
            for name in wanted:
                if name in IN_A_TOWN:
                    kept = _tell(name, IN_A_TOWN[name](town, asked)) and kept
    if "pages" in wanted:
        kept = _tell("pages", pages.run(asked)) and kept
    return 0 if kept else 1


def _tell(name: str, found: dict[str, Any]) -> bool:
    sys.stdout.write(json.dumps({"part": name, **found}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return bool(found["kept"])


if __name__ == "__main__":
    raise SystemExit(main())
