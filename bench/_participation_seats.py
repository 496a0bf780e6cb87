"""500 people behind one address sign up over HTTP for the last 50 seats, with the limits on knocking switched on."""

from __future__ import annotations

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from bench._http import serving
from bench._participation_town import Town

SEATS = 50
AT_ONCE = 16
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_KEY = re.compile(r'name="key" value="([^"]+)"')


def run(town: Town, asked: Any) -> dict[str, Any]:
    """Let everybody open the page and post its form, sixteen at a time; then look who sits and who waits."""
    from jinlin.gatherings import actions  # noqa: PLC0415  Django is ready by now
    from jinlin.gatherings.actions import Plan  # noqa: PLC0415
    from jinlin.gatherings.models import Attendance, Gathering  # noqa: PLC0415
    from jinlin.kernel import clock  # noqa: PLC0415
    from tests.world import VILLAGE  # noqa: PLC0415

    begin = clock.now() + timedelta(days=2)
    plan = Plan(
        "activity", "义诊", begin, begin + timedelta(hours=2), place=VILLAGE, place_words="广场", capacity=SEATS  # data
    )  # fmt: skip
    clerk = town.world.actor("village")
    row = actions.plan_gathering(actor=clerk, plan=plan)
    actions.announce_gathering(actor=clerk, gathering_id=row.pk)
    path = f"/together/gatherings/{row.pk}"
    with serving(town.site) as port, ThreadPoolExecutor(AT_ONCE) as crowd:
        start = time.perf_counter()
        told = list(crowd.map(lambda number: _sign_up(port, path, number), range(asked.people)))
        seconds = time.perf_counter() - start
    row = Gathering.unscoped.get(pk=row.pk)
    seats = list(Attendance.unscoped.filter(gathering=row).order_by("number").values_list("number", "state"))
    statuses = {status: told.count(status) for status in set(told)}
    waiting = max(0, asked.people - SEATS)
    in_order = [state for _number, state in seats] == ["signed"] * SEATS + ["waiting"] * waiting
    numbers = [number for number, _state in seats] == list(range(1, asked.people + 1))
    return {
        "database": town.database,
        "people": asked.people,
        "answers": statuses,
        "in": sum(state == "signed" for _number, state in seats),
        "waiting": sum(state == "waiting" for _number, state in seats),
        "in_order": in_order and numbers,
        "seconds": round(seconds, 1),
        "per_second": round(asked.people / seconds, 1),
        "kept": statuses == {302: asked.people} and in_order and numbers and row.seats_taken == SEATS,
    }


def _sign_up(port: int, path: str, number: int) -> int:
    """Open the page as a browser would, fill the form in, post it; returns the status of the answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path)
    shown = line.getresponse()
    page = shown.read().decode()
    cookies = "; ".join(cookie.split(";")[0] for cookie in shown.headers.get_all("Set-Cookie") or [])
    token, key = _TOKEN.search(page), _KEY.search(page)
    assert token is not None
    assert key is not None
    form = {
        "csrfmiddlewaretoken": token[1],
        "key": key[1],
        "nickname": f"邻居{number}",  # data
        "phone": f"139{number:08d}",
        "role": "resident",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
    line.request("POST", f"{path}/sign-up", urlencode(form), headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status
