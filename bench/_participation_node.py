"""One node for the pages: builds its town, fills it, then answers `number of a page` lines with statements and milliseconds.

python -m bench._participation_node ROWS        # started twice by `_participation_pages`, asked in turns
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from bench._participation_town import Town, prepared


def paths(town: Town) -> list[tuple[str, str, str]]:
    """Return (what it is, who asks, address) of every page."""
    from jinlin.gatherings.models import Gathering, Venue  # noqa: PLC0415  Django is ready by now
    from jinlin.initiatives.models import Initiative, Round  # noqa: PLC0415
    from jinlin.kernel import clock  # noqa: PLC0415
    from tests.world import COUNTY, TOWN, VILLAGE  # noqa: PLC0415

    room = Venue.objects.earliest("made_at").pk
    soon = Gathering.unscoped.filter(state="open").earliest("starts_at").pk
    topic = Initiative.unscoped.filter(kind="topic", is_public=True).earliest("created_at").pk
    first = Round.objects.earliest("id").pk
    year = clock.today().year
    return [
        ("wish wall", "", f"/together/wishes?place={VILLAGE}"),
        ("wish wall, most wanted of the county", "", f"/together/wishes?place={COUNTY}&by=most"),
        ("wish wall, done in the street", "", f"/together/wishes?place={TOWN}&phase=done"),
        ("wish map", "", f"/together/wishes/map.geojson?place={TOWN}"),
        ("topics", "", f"/together/topics?place={VILLAGE}"),
        ("one topic", "", f"/together/i/{topic}"),
        ("meetings near me", "", f"/together/gatherings?place={VILLAGE}"),
        ("meetings that were", "", f"/together/gatherings?place={VILLAGE}&when=past"),
        ("one meeting", "", f"/together/gatherings/{soon}"),
        ("calendar file", "", f"/together/gatherings.ics?place={VILLAGE}"),
        ("calendar of a room", "", f"/together/venues/{room}"),
        ("list of needs", "", f"/together/lists?place={VILLAGE}&list=need"),
        ("list of resources", "", f"/together/lists?place={VILLAGE}&list=resource"),
        ("list of projects", "", f"/together/lists?place={VILLAGE}&list=project"),
        ("booking calendar", "village", f"/gatherings/area/{VILLAGE}/bookings"),
        ("gatherings, community", "village", f"/gatherings/area/{VILLAGE}"),
        ("gatherings, county", "county", f"/gatherings/area/{COUNTY}"),
        ("three lists, community", "village", f"/gatherings/area/{VILLAGE}/offers"),
        ("figures of gatherings", "county", f"/gatherings/area/{COUNTY}/figures?year={year}"),
        ("desk of initiatives, community", "village", "/initiatives/"),
        ("desk of initiatives, county", "county", "/initiatives/?kind=topic"),
        ("agenda of decisions", "county", "/initiatives/duties"),
        ("co-governance board", "county", "/initiatives/figures"),
        ("board of the county", "county", f"/board/{COUNTY}"),
        ("venture office", "county", "/initiatives/ventures"),
        ("one round of ventures", "county", f"/initiatives/ventures/{first}"),
        ("coverage", "county", f"/party/{COUNTY}"),
        ("coverage map", "county", f"/party/{COUNTY}/map.geojson"),
    ]


def main() -> int:
    """Serve until the line closes."""
    from contextlib import redirect_stdout  # noqa: PLC0415

    rows, answer = int(sys.argv[1]), sys.stdout
    with redirect_stdout(sys.stderr), prepared() as town:
        from django.conf import settings  # noqa: PLC0415

        from bench._participation_fill import agrees, fill  # noqa: PLC0415  Django is ready by now

        settings.ALLOWED_HOSTS = ["*"]
        start = time.perf_counter()
        fill(town, rows)
        found = paths(town)
        told: dict[str, Any] = {
            "names": [name for name, _who, _path in found],
            "database": town.database,
            "filled_s": round(time.perf_counter() - start, 1),
            "agrees": agrees(),
        }
        answer.write(json.dumps(told) + "\n")
        answer.flush()
        clients = {who: town.world.client(who) for who in {who for _name, who, _path in found}}
        for line in sys.stdin:
            _name, who, path = found[int(line)]
            answer.write(json.dumps(_ask(clients[who], path)) + "\n")
            answer.flush()
    return 0


def _ask(client: Any, path: str) -> tuple[int, float, float, float]:
    """Return (statements, milliseconds, of them in the database, kilobytes of the answer) of one request."""
    from django.db import connection  # noqa: PLC0415

    counted: list[float] = []

    def count(execute: Any, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            counted.append(time.perf_counter() - began)

    with connection.execute_wrapper(count):
        began = time.perf_counter()
        response = client.get(path)
        took = time.perf_counter() - began
    assert response.status_code == 200, (path, response.status_code)
    return len(counted), 1000 * took, 1000 * sum(counted), len(response.content) / 1024


if __name__ == "__main__":
    raise SystemExit(main())
