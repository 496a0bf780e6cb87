"""共治 over the API: sign up and leave by token, book a room, plan to minutes, the figures; every refusal one sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jinlin.people.actions import issue_token
from tests.gatherings.town import TEN, opened, parlour, signed
from tests.world import VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]
OPEN, STAFF = "/api/v1/together", "/api/v1"


def key_of(world: Any, name: str) -> dict[str, str]:
    secret = issue_token(actor=world.actor(name), account=world.accounts[name], label="测试")[1]
    return {"Authorization": f"Bearer {secret}"}


def test_from_plan_to_figures(world: Any, at: Any) -> None:
    client, clerk = world.client(), key_of(world, "village")

    def staff(path: str, **body: Any) -> Any:
        return client.post(STAFF + path, body, content_type="application/json", headers=clerk)

    def anyone(path: str, **body: Any) -> Any:
        return client.post(OPEN + path, body, content_type="application/json")

    venue = parlour(world)
    when = {"starts_at": TEN.isoformat(), "ends_at": (TEN + timedelta(hours=2)).isoformat()}
    plan = {"kind": "service", "title": "义诊", "venue_id": str(venue.pk), "capacity": 1, **when}
    naive = staff("/gatherings", **plan | {"starts_at": "2026-03-12T10:00:00"})
    assert naive.status_code == 422
    row = staff("/gatherings", **plan).json()
    assert anyone(f"/gatherings/{row['id']}/seats", nickname="早", phone="13800138001").status_code == 404
    assert staff(f"/gatherings/{row['id']}/announce").json()["state"] == "open"
    listed = client.get(f"{OPEN}/areas/{VILLAGE}/gatherings").json()
    assert [one["title"] for one in listed] == ["义诊"]
    first = anyone(f"/gatherings/{row['id']}/seats", nickname="甲", phone="13800138001").json()
    second = anyone(f"/gatherings/{row['id']}/seats", nickname="乙", phone="13800138002").json()
    assert (first["state"], second["state"], second["place"]) == ("signed", "waiting", 1)
    again = anyone(f"/gatherings/{row['id']}/seats", nickname="甲", phone="13800138001")
    assert (again.status_code, again.json()["code"]) == (409, "already_signed")
    assert anyone(f"/seats/{first['id']}/withdraw", token="x" * 26).status_code == 404
    assert anyone(f"/seats/{first['id']}/withdraw", token=first["token"]).json()["state"] == "withdrawn"
    mine = client.get(f"{OPEN}/seats/{second['id']}", {"token": second["token"]}).json()
    assert mine["state"] == "signed"
    wish = {"heads": 5, "purpose": "talk", "nickname": "丙", "phone": "13800138003", **when}
    taken = anyone(f"/venues/{venue.pk}/bookings", **wish)
    assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
    assert "附近还空着" in taken.json()["detail"]
    days = client.get(f"{OPEN}/venues/{venue.pk}/calendar", {"first": "2026-03-12", "days": 1}).json()
    assert [span["purpose"] for span in days[0]["busy"]] == ["care"]
    with at(TEN + timedelta(hours=3)):
        assert staff(f"/gatherings/{row['id']}/arrivals", code=mine["code"]).status_code == 200
        assert staff(f"/gatherings/{row['id']}/hold").json()["code"] == "no_figure"
        assert staff(f"/gatherings/{row['id']}/hold", walk_ins=40).json()["served"] == 41
        figures = client.get(f"{STAFF}/gatherings/areas/{VILLAGE}/figures", headers=clerk).json()
        assert [(one["activities"], one["served"]) for one in figures] == [(1, 41)]
    assert client.get(f"{STAFF}/gatherings/areas/{VILLAGE}/figures").status_code == 401


def test_a_wish_is_claimed_once(world: Any) -> None:
    client, grid = world.client(), key_of(world, "grid")

    def send(path: str, headers: Any = None, **body: Any) -> Any:
        return client.post(path, body, content_type="application/json", headers=headers or {})

    who = {"nickname": "王奶奶", "phone": "13800138004"}
    need = {"side": "need", "kind": "micro_wish", "title": "一副老花镜", "place": VILLAGE, **who}
    posted = send(f"{OPEN}/offers", **need).json()
    assert posted["state"] == "waiting"
    assert client.get(f"{OPEN}/areas/{VILLAGE}/offers").json() == []
    assert send(f"{STAFF}/offers/{posted['id']}/publish", grid).status_code == 200
    taker = {"nickname": "小李", "phone": "13800138005"}
    found = send(f"{OPEN}/offers/{posted['id']}/claim", **taker).json()
    late = send(f"{OPEN}/offers/{posted['id']}/claim", **taker | {"phone": "13800138006"})
    assert (late.status_code, late.json()["code"]) == (409, "taken")
    assert send(f"{OPEN}/matches/{found['id']}/finish", token=found["token"]).json()["state"] == "done"
    assert send(f"{OPEN}/matches/{found['id']}/confirm", token=posted["token"]).json()["state"] == "confirmed"
    (line,) = client.get(f"{OPEN}/areas/{VILLAGE}/projects").json()
    assert line["state"] == "confirmed"


def test_figures_and_hours_are_corrected_by_another_host(world: Any, at: Any) -> None:
    client, clerk, other = world.client(), key_of(world, "village"), key_of(world, "town")
    row = opened(world)
    seat = signed(row, role="volunteer")
    home = f"{STAFF}/gatherings/{row.pk}"

    def send(path: str, headers: Any, **body: Any) -> Any:
        return client.post(home + path, body, content_type="application/json", headers=headers)

    with at(TEN):
        assert send("/arrivals", clerk, seat=str(seat.pk)).status_code == 200
    with at(TEN + timedelta(hours=3)):
        assert send("/hold", clerk, walk_ins=3).status_code == 200
        assert send("/figure", clerk, walk_ins=4, reason="数错").status_code == 403
        assert send("/figure", other, walk_ins=4, reason="数错").json()["served"] == 4
        when = {
            "came": (TEN + timedelta(hours=1)).isoformat(),
            "left": (TEN + timedelta(hours=2)).isoformat(),
        }
        given = {"seat": str(seat.pk), "reason": "来得晚", **when}
        assert send("/stays", clerk, **given).json()["code"] == "own_figure"
        (told,) = send("/stays", other, **given).json()
        assert (told["number"], told["corrected"], told["reason"]) == (1, 1, "来得晚")
        assert "邻居1" not in str(told)
        (read,) = client.get(home + "/stays", headers=clerk).json()
        assert read == told
        assert send("/stays", other, **given | {"seat": str(row.pk)}).status_code == 404
