"""Participation under load: 500 sign up over HTTP for the last 50 seats, a room wanted by many, lists that stay cheap.

    python -m bench.participation [seats|rooms|pages|wishes|all] [--people 500] [--tries 1000] [--rows 100000]

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
from bench import _participation_wishes as wishes
from bench._participation_town import prepared

PARTS = {"seats": seats.run, "rooms": rooms.run, "pages": pages.run, "wishes": wishes.run}


def main() -> int:
    """Run the asked parts and tell whether every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=(*PARTS, "all"))
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--writers", type=int, default=8)
    asked = parser.parse_args()
    kept = True
    with prepared() as town:
        for name in PARTS if asked.part == "all" else (asked.part,):
            found: dict[str, Any] = PARTS[name](town, asked)
            sys.stdout.write(json.dumps({"part": name, **found}, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            kept = kept and bool(found["kept"])
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
