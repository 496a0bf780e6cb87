"""共治 on the screen: residents without an account, the community from plan to minutes; every page whole, no name told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from jinlin.gatherings import actions
from jinlin.gatherings.models import Attendance, Booking, Gathering, Match, Offer, Venue
from jinlin.gatherings.queries import link_token
from jinlin.kernel.ids import new_id
from jinlin.people.models import SealedContact
from tests.gatherings.town import TEN, opened, parlour, published, signed
from tests.web.test_resident import whole
from tests.world import VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "home")]
AFTER = TEN + timedelta(hours=3)
ME = {"nickname": "三号楼老张", "phone": "13800138007", "role": "resident"}


def page(answer: Any, status: int = 200) -> str:
    return re.sub(r"\s+", " ", whole(answer, status))


def form(**more: Any) -> dict[str, Any]:
    return {"key": str(new_id()), **more}


def test_sign_up_keep_the_link_and_leave(world: Any) -> None:
    row, client = opened(world, capacity=1), world.client()
    signed(row, 1)
    assert "邻里包饺子" in page(client.get(f"/together/gatherings?place={VILLAGE}"))
    assert "名额已满。现在报名会排进候补" in page(client.get(f"/together/gatherings/{row.pk}"))
    wrong = page(client.post(f"/together/gatherings/{row.pk}/sign-up", form(phone="12")), 422)
    assert "请写怎么称呼您" in wrong
    done = client.post(f"/together/gatherings/{row.pk}/sign-up", form(**ME))
    mine = page(client.get(done.url))
    assert "排上候补了" in mine
    assert "第 1 位" in mine
    again = client.post(f"/together/gatherings/{row.pk}/sign-up", form(**ME))
    assert "已经报过名" in page(again, 409)
    assert "邻里包饺子" in page(client.get("/together/"))
    first = Attendance.unscoped.get(gathering=row, number=1)
    world.client().post(f"/together/seat/{first.pk}/{link_token('seat', first.pk)}", form())
    mine = page(client.get(done.url))
    assert "轮到您了" in mine
    seat = Attendance.unscoped.get(gathering=row, number=2)
    assert seat.code in mine
    staff = world.client("village")
    told = page(staff.get(f"/gatherings/{row.pk}"))
    assert "补上了名额，请打电话告诉" in told
    assert ME["phone"] not in told
    number = f"/gatherings/contact/seat/{seat.pk}"
    assert ME["phone"] not in page(staff.get(number))
    assert ME["phone"] in page(staff.post(number, {"purpose": "告诉他补上了名额"}))
    assert world.client("village2").get(number).status_code == 404
    assert staff.post(f"/gatherings/{row.pk}/do/told", form(seat=str(seat.pk))).status_code == 302
    assert client.post(done.url, form()).status_code == 302
    assert not SealedContact.objects.filter(erased_at=None).exists()
    assert client.get(f"/together/seat/{seat.pk}/{'x' * 26}").status_code == 404


def test_a_room_is_booked_answered_and_given_back(world: Any) -> None:
    client, staff = world.client(), world.client("village")
    new = f"/gatherings/area/{VILLAGE}/venues/new"
    rules = {
        "name": "柳岸会客厅", "kind": "parlour", "address": "柳岸路 1 号", "capacity": "20", "opens": "08:00",
        "closes": "21:00", "weekday": ["0", "1", "2", "3", "4"], "quiet": "12:30-14:00", "longest": "240",
        "days_ahead": "60", "needs_approval": "1",
    }  # fmt: skip
    page(staff.get(new))
    assert "安静时段请写成" in page(staff.post(new, form(**rules | {"quiet": "12点半"})), 422)
    assert staff.post(new, form(**rules)).status_code == 302
    venue = Venue.objects.get()
    assert venue.weekdays == "1111100"
    page(staff.get(f"/gatherings/venues/{venue.pk}"))
    assert "柳岸会客厅" in page(client.get(f"/together/venues?place={VILLAGE}"))
    home = f"/together/venues/{venue.pk}"
    asked = form(
        day="2026-03-12", to="11:00", heads="8", purpose="talk", nickname="李婶", phone="13800138006"
    )
    assert "邻居休息的时间" in page(client.post(home, asked | {"from": "12:00", "to": "13:00"}), 409)
    assert "请填写来几个人" in page(client.post(home, asked | {"from": "10:00", "heads": ""}), 409)
    assert "请选择日期" in page(client.post(home, asked | {"from": "10:00", "day": ""}), 422)
    done = client.post(home, asked | {"from": "10:00"})
    assert "等待确认" in page(client.get(done.url))
    desk = f"/gatherings/area/{VILLAGE}/bookings"
    assert "李婶" in page(staff.get(desk))
    row = Booking.unscoped.get()
    assert "李婶" not in page(world.client("leader").get(desk)), "who looks over needs no names"
    assert staff.post(f"/gatherings/bookings/{row.pk}", form(deed="confirm")).status_code == 302
    week = page(client.get(home + "?week=2026-03-12"))
    assert "10:00–11:00" in week
    assert "邻里商量事情" in week
    assert "李婶" not in week
    taken = page(client.post(home, asked | form() | {"from": "10:30", "phone": "13800138005"}), 409)
    assert "附近还空着" in taken
    assert "?day=2026-03-12&amp;from=11:00" in taken
    page(staff.post(f"/gatherings/bookings/{row.pk}", form(deed="cancel")), 422)
    closed = staff.post(f"/gatherings/venues/{venue.pk}", form(deed="close", day="2026-03-12", reason="刷墙"))
    assert "已有人订好" in page(closed, 409)
    assert client.post(done.url, form()).status_code == 302
    assert "已取消" in page(client.get(done.url))


def plan(**more: Any) -> dict[str, Any]:
    given = {
        "kind": "deliberation", "title": "加装电梯议事会", "day": "2026-03-12", "from": "10:00", "to": "12:00",
        "place_words": "社区二楼", "is_public": "1", "agenda": "通报方案\n听各家意见", "announce": "1",
    }  # fmt: skip
    return form(**given | more)


def test_from_plan_to_minutes_in_one_sitting(world: Any, at: Any) -> None:
    staff, new = world.client("village"), f"/gatherings/area/{VILLAGE}/new"
    page(staff.get(new))
    assert "结束时间要晚于开始时间" in page(staff.post(new, plan(to="09:00")), 422)
    home = staff.post(new, plan()).url
    row = Gathering.unscoped.get()
    assert row.state == "open"
    assert "听各家意见" in page(staff.get(home))
    page(staff.get(f"{home}/edit"))
    notice = staff.get(f"{home}/notice").content.decode()
    assert "扫码报名" in notice
    signed(row, 1)
    with at(AFTER):
        door = page(staff.get(f"{home}/door"))
        assert "邻居1" not in door, "the page a phone may keep names nobody"
        assert "没有这个号码" in page(staff.post(f"{home}/arrive", form(code="000001")), 422)
        names = page(staff.get(f"{home}/names"))
        assert "邻居1" in names
        seat = Attendance.unscoped.get()
        assert staff.post(f"{home}/arrive", form(code=seat.code)).status_code == 302
        sent = staff.post(f"{home}/walk-ins", form(more="5"), headers={"Accept": "application/json"})
        assert sent.json()["ok"] is True
        items = list(row.agenda.values_list("pk", flat=True))
        said = {f"said-{pk}": "大家同意先做方案" for pk in items} | {f"outcome-{items[0]}": "follow_up"}
        page(staff.get(f"{home}/minutes"))
        assert staff.post(f"{home}/minutes", form(**said, deed="draft")).status_code == 302
        assert staff.post(f"{home}/minutes", form(**said, deed="publish")).status_code == 302
        row.refresh_from_db()
        assert (row.state, row.served) == ("held", 6)
        paper = staff.get(f"{home}/paper").content.decode()
        assert "大家同意先做方案" in paper
        assert "邻居1" not in paper
        public = page(world.client().get(f"/together/gatherings/{row.pk}"))
        assert "大家同意先做方案" in public
        assert "邻居1" not in public
        figures = page(world.client("leader").get(f"/gatherings/area/{VILLAGE}/figures"))
        assert "会议场次" in figures
        own = page(staff.post(f"{home}/do/figure", form(walk_ins="7", reason="数漏")), 403)
        assert "另一位主持人" in own
        assert (
            world.client("town").post(f"{home}/do/figure", form(walk_ins="7", reason="数漏")).status_code
            == 302
        )
        assert "数漏" in page(staff.get(home))


def test_the_three_lists(world: Any) -> None:
    client, staff = world.client(), world.client("village")
    client.get(f"/together/?place={VILLAGE}")
    page(client.get(f"/together/lists/new?kind=micro_wish&place={VILLAGE}"))
    page(client.get("/together/lists/new?kind=errand"))
    page(client.get("/together/lists/new"))
    wish = form(kind="micro_wish", title="想要一副老花镜", nickname="王奶奶", phone="13800138004")
    assert "请填写这一项" in page(client.post("/together/lists/new", wish | {"title": ""}), 422)
    mine = client.post("/together/lists/new", wish).url
    assert "社区正在核对" in page(client.get(mine))
    need = Offer.unscoped.get()
    desk = f"/gatherings/area/{VILLAGE}/offers"
    assert "想要一副老花镜" in page(staff.get(desk))
    assert staff.post(f"/gatherings/offers/{need.pk}/publish", form()).status_code == 302
    listed = page(client.get(f"/together/lists?place={VILLAGE}"))
    assert "我来圆" in listed
    assert "王奶奶" not in listed
    other = world.client()
    taken = other.post(f"/together/lists/{need.pk}/claim", form(nickname="小李", phone="13800138003")).url
    assert "认领好了" in page(other.get(taken))
    late = world.client().post(f"/together/lists/{need.pk}/claim", form(nickname="慢", phone="13800138002"))
    assert "先认领" in page(late, 409)
    assert "没做成的原因" in page(other.post(taken, form(deed="drop")), 422)
    assert other.post(taken, form(deed="done")).status_code == 302
    assert client.post(mine, form(deed="confirm", match=str(Match.objects.get().pk))).status_code == 302
    assert "确认办成" in page(client.get("/together/lists?list=project"))
    assert "小李" not in page(client.get("/together/lists?list=project"))
    page(staff.get(f"{desk}/new"))
    errand = form(side="need", kind="errand", errand="pay_bill", title="交电费", nickname="孙大爷")
    assert staff.post(f"{desk}/new", errand).status_code == 302
    errand_id = Offer.unscoped.get(kind="errand").pk
    assert "另一位同事" in page(staff.post(f"/gatherings/offers/{errand_id}/publish", form()), 403)
    grid = world.client("grid")
    assert grid.post(f"/gatherings/offers/{errand_id}/publish", form()).status_code == 302
    assert grid.post(f"/gatherings/offers/{errand_id}/claim", form()).status_code == 302
    run = Match.objects.get(need=errand_id)
    assert "票据号" in page(grid.post(f"/gatherings/matches/{run.pk}/finish", form()), 422)
    assert grid.post(f"/gatherings/matches/{run.pk}/finish", form(receipt="0312-7")).status_code == 302
    assert staff.post(f"/gatherings/matches/{run.pk}/confirm", form()).status_code == 302
    page(staff.get(f"/gatherings/area/{VILLAGE}/groups"))


def test_hours_are_opened_by_the_link_only(world: Any, at: Any) -> None:
    client = world.client()
    page(client.get(f"/together/hours?place={VILLAGE}"))
    book = client.post("/together/hours", form()).url
    assert "还没有时数" in page(client.get(book))
    row = opened(world, title="=清扫楼道")
    done = client.post(
        f"/together/gatherings/{row.pk}/sign-up", form(**ME | {"role": "volunteer", "hours": "1"})
    )
    assert done.status_code == 302
    with at(TEN):
        actions.note_arrival(
            actor=world.actor("grid"), gathering_id=row.pk, code=Attendance.unscoped.get().code
        )
    with at(AFTER):
        actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk, walk_ins=0)
        assert "2.0 小时" in page(client.get(book))
        table = client.get(f"{book}/export.csv").content.decode("utf-8-sig")
        assert "2026-03-12,'=清扫楼道,志愿者,120" in table
        assert world.client("village").get(f"{book[:-4]}xxxx").status_code == 404
        assert "三号楼老张" not in table
        assert client.post(book, form()).status_code == 302
        assert client.get(book).status_code == 404


def test_the_calendar_keeps_what_was_cancelled(world: Any) -> None:
    row = opened(world)
    actions.cancel_gathering(actor=world.actor("village"), gathering_id=row.pk, reason="下雨")
    opened(world, title="开着的")
    answer = world.client().get(f"/together/gatherings.ics?place={VILLAGE}")
    events = {str(one["uid"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    gone = events[f"{row.pk}@jinlin"]
    assert (str(gone["status"]), str(gone["description"])) == ("CANCELLED", "下雨")
    assert gone["dtstart"].dt == TEN
    assert len(events) == 2
    assert "下雨" in page(world.client().get(f"/together/gatherings/{row.pk}"))


def queries_of(client: Any, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200, path
    return len(asked)


def test_lists_cost_the_same_for_one_and_for_many(world: Any) -> None:
    venue, staff, client = parlour(world, needs_approval=False), world.client("village"), world.client()
    paths = [
        (client, f"/together/gatherings?place={VILLAGE}"),
        (client, f"/together/lists?place={VILLAGE}"),
        (client, f"/together/venues/{venue.pk}?week=2026-03-12"),
        (staff, f"/gatherings/area/{VILLAGE}"),
        (staff, f"/gatherings/area/{VILLAGE}/bookings?week=2026-03-12"),
        (staff, f"/gatherings/area/{VILLAGE}/offers"),
    ]
    row = opened(world, venue_id=venue.pk, capacity=20)
    signed(row)
    published(world)
    few = [queries_of(*one) for one in paths]
    for hour in range(2, 8):
        opened(
            world,
            title=f"第{hour}场",
            venue_id=venue.pk,
            starts_at=TEN + timedelta(hours=hour + 2),
            ends_at=TEN + timedelta(hours=hour + 3),
            capacity=9,
        )
        published(world, title=f"心愿{hour}")
    assert [queries_of(*one) for one in paths] == few
    assert max(few) <= 12


def test_what_a_flood_meets(world: Any, settings: Any) -> None:
    row, client = opened(world), world.client()
    home = f"/together/gatherings/{row.pk}/sign-up"
    assert client.post(home, form(**ME)).status_code == 302
    told = [client.post(home, form(**ME)).status_code for _ in range(32)]
    assert told[0] == 409, "already signed up"
    assert told[-1] == 429, "nobody asks number by number who comes"
    others = [client.post(home, form(**ME | {"phone": f"139{n:08d}"})).status_code for n in range(40)]
    assert set(others) == {302}, "a hall of people behind one address is welcome"


def test_another_host_corrects_when_somebody_came(world: Any, at: Any) -> None:
    row = opened(world)
    seat, second = signed(row, 1, role="volunteer"), signed(row, 2)
    village, town = world.client("village"), world.client("town")
    url = f"/gatherings/{row.pk}/stays"
    assert "没有志愿者到场" in page(town.get(url))
    with at(TEN):
        actions.note_arrival(actor=world.actor("village"), gathering_id=row.pk, attendance_id=seat.pk)
    with at(AFTER):
        actions.hold_gathering(actor=world.actor("village"), gathering_id=row.pk, walk_ins=3)
        assert url in page(town.get(f"/gatherings/{row.pk}"))
        assert "10:00–12:00" in page(town.get(url))
        typed = form(seat=str(seat.pk), came="10:30", left="11:30", reason="看签到照片")
        assert "另一位主持人" in page(village.post(url, typed), 403)
        assert "离场要晚于到场" in page(town.post(url, typed | {"left": "10:00"}), 422)
        assert "请选择时间" in page(town.post(url, typed | {"came": ""}), 422)
        assert town.post(url, typed).status_code == 302
        told = page(town.get(url))
        assert "10:30–11:30" in told
        assert "更正过 1 次：看签到照片" in told
        assert "邻居2" not in told, "who took part has no hours"
        assert town.post(url, typed | form(seat=str(second.pk))).status_code == 409, "never came"
        assert town.post(url, typed | form(seat=str(row.pk))).status_code == 404
    assert world.client("village2").get(url).status_code == 404
    assert world.client("leader").get(url).status_code == 403


def test_a_place_in_the_first_address_holds_for_the_visit(world: Any) -> None:
    client = world.client()
    page(client.get(f"/together/?place={VILLAGE}"))
    assert "请先在上面选到您所在的社区" not in page(client.get("/together/lists/new"))
