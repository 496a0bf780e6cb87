"""The demo's gatherings: a parlour with bookings, a courtyard feast of 200, talks that settle matters, a joint meeting, help."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jinlin.demo.cast import COUNTY, FIRST, Cast
from jinlin.gatherings import actions
from jinlin.gatherings.actions import BookingWish, Draft, ItemSaid, Person, Plan, Taker, VenueFacts
from jinlin.gatherings.models import AgendaItem, Gathering, NeighbourGroup, Venue
from jinlin.gatherings.queries import link_token
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.people.access import ANYONE, Actor
from jinlin.places import queries as places

TALKS: Final = (  # data  what neighbours talked over in the parlour, and what came of it
    ("楼道堆物谁来清", "三家说好周六一起清，物业出车", "settled"),
    ("楼上拖椅子响", "给桌椅加脚垫，晚上十点后不挪家具", "settled"),
    ("门口停车挡道", "画一条线，接送孩子时段不停", "settled"),
    ("宠物不拴绳", "定下遛狗公约，先试一个月", "follow_up"),
    ("晾衣竿滴水", "换成带接水槽的，费用两家分", "settled"),
)
FEAST: Final = 214  # who came to the courtyard without signing up
COMPANY: Final = 28


def tell_gatherings(cast: Cast, now: datetime) -> dict[str, int]:
    """Tell the story of FIRST's neighbours over the last seven weeks and the next two; returns counts."""
    story = _Story(cast, now)
    story.rooms()
    story.feast()
    story.talks()
    story.joint_meeting()
    story.coming()
    story.help()
    story.group()
    return {"gatherings": Gathering.unscoped.count(), "venues": Venue.objects.count()}


class _Story:
    """The people of the story and the days it takes place on."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.clerk: Actor = cast.at_unit(cast.desk(FIRST).pk)
        self.worker = next(actor for grid, actor in cast.grid_actors.items() if grid.startswith(FIRST))
        self.parlour: Venue
        self.yard: Venue

    def at(self, days: int, hour: int) -> datetime:
        """Return an hour of the day so many days from now (less than none: ago)."""
        return clock.local(self.now + timedelta(days=days)).replace(
            hour=hour, minute=0, second=0, microsecond=0
        )

    def rooms(self) -> None:
        """Open the parlour and the courtyard; neighbours book, one waits for an answer."""
        with clock.fixed(self.at(-60, 9)):
            self.parlour = self._open("社区会客厅（演示）", "parlour", 30, "请带走垃圾，小声说话。")
            self.yard = self._open("近邻小院（演示）", "courtyard", 300, "雨天不开放。")
        with clock.fixed(self.at(-3, 10)):
            for days, hour, purpose in ((2, 9, "family"), (3, 16, "class"), (5, 9, "talk")):
                wish = BookingWish(
                    self.parlour.pk, self.at(days, hour), self.at(days, hour + 2), 12, purpose,
                    nickname="三号楼老邻居", phone="10000000001",  # data  a number nobody has
                )  # fmt: skip
                row = actions.book_venue(actor=ANYONE, wish=wish)
                if purpose != "talk":
                    actions.confirm_booking(actor=self.clerk, booking_id=row.pk)

    def _open(self, name: str, kind: str, capacity: int, words: str) -> Venue:
        facts = VenueFacts(
            name, kind, "文昌路 1 号院（演示）", capacity, quiet=((750, 840),), longest=360,  # data
            step_free=True, house_rules=words,
        )  # fmt: skip
        return actions.open_venue(actor=self.clerk, place=FIRST, facts=facts)

    def _plan(self, plan: Plan, *, before: int = 7) -> Gathering:
        with clock.fixed(plan.starts_at - timedelta(days=before)):
            row = actions.plan_gathering(actor=self.clerk, plan=plan)
            return (
                actions.announce_gathering(actor=self.clerk, gathering_id=row.pk) if plan.is_public else row
            )

    def _close(self, row: Gathering, walk_ins: int, said: dict[str, tuple[str, str]] | None = None) -> None:
        with clock.fixed(row.ends_at + timedelta(minutes=20)):
            actions.hold_gathering(actor=self.clerk, gathering_id=row.pk, walk_ins=walk_ins)
            if said is None:
                return
            items = [
                ItemSaid(item.pk, *said.get(item.title, ("按议程通报，没有不同意见", "")))  # data
                for item in AgendaItem.objects.filter(gathering=row)
            ]
            actions.write_minutes(actor=self.clerk, gathering_id=row.pk, items=items, publish=True)

    def feast(self) -> None:
        """Hold the feast in the courtyard: some signed up, many came by, two volunteers kept their own hours."""
        plan = Plan(
            "activity", "近邻小院长桌宴（演示）", self.at(-16, 16), self.at(-16, 20),  # data
            words="一家一道菜，院里坐一坐。", venue_id=self.yard.pk, capacity=60,  # data
        )  # fmt: skip
        row = self._plan(plan)
        with clock.fixed(row.starts_at - timedelta(days=2)):
            seats = [self._sign(row, number) for number in range(COMPANY)]
            book = actions.open_book(actor=ANYONE, county=COUNTY)
            seats += [self._sign(row, 90, role="volunteer", book=book.pk)]
        with clock.fixed(row.starts_at + timedelta(minutes=10)):
            for seat in seats[2:]:
                actions.note_arrival(actor=self.worker, gathering_id=row.pk, attendance_id=seat)
        self._close(row, FEAST)

    def _sign(self, row: Gathering, number: int, role: str = "resident", book: UUID | None = None) -> UUID:
        token = link_token("book", book) if book else ""
        who = Person(f"邻居{number + 1}", f"1000000{number + 10:04d}", role, book, token)  # data
        return actions.sign_up(actor=ANYONE, gathering_id=row.pk, who=who).pk

    def talks(self) -> None:
        """Talk matters over in the parlour, week after week; most are settled there and then."""
        for week, (title, said, outcome) in enumerate(TALKS):
            begin = self.at(-7 * week - 4, 15)
            plan = Plan(
                "parlour", f"会客厅谈事：{title}（演示）", begin, begin + timedelta(hours=1),  # data
                venue_id=self.parlour.pk, capacity=12, is_public=False, agenda=(title,),
            )  # fmt: skip
            self._close(self._plan(plan, before=2), 4 + week % 3, {title: (said, outcome)})

    def joint_meeting(self) -> None:
        """Hold the quarterly meeting of the co-building units."""
        plan = Plan(
            "joint", "共建单位季度联席会（演示）", self.at(-25, 9), self.at(-25, 11), venue_id=self.parlour.pk,  # data
            capacity=20,
        )  # fmt: skip
        row = self._plan(plan)
        self._close(row, 11, {})

    def coming(self) -> None:
        """Announce what is to come: a meeting, a clinic with few seats and a waiting list, one called off."""
        with clock.fixed(self.at(-2, 9)):
            begin = self.at(4, 9)
            talk = Plan(
                "deliberation", "加装电梯议事会（演示）", begin, begin + timedelta(hours=2),  # data
                place=FIRST, place_words="社区二楼会议室", agenda=("通报方案", "听各家意见", "商量下一步"),  # data
            )  # fmt: skip
            clinic = Plan(
                "service", "社区义诊（演示）", self.at(6, 8), self.at(6, 11), place=FIRST,  # data
                place_words="小区中心广场", capacity=5,  # data
            )  # fmt: skip
            off = Plan(
                "activity", "露天电影（演示）", self.at(3, 19), self.at(3, 21), venue_id=self.yard.pk, capacity=100  # data
            )  # fmt: skip
            rows = [
                actions.announce_gathering(
                    actor=self.clerk, gathering_id=actions.plan_gathering(actor=self.clerk, plan=plan).pk
                )
                for plan in (talk, clinic, off)
            ]
            for number in range(7):
                self._sign(rows[1], number)
            actions.cancel_gathering(
                actor=self.clerk, gathering_id=rows[2].pk, reason="预报有雨，改到下月"
            )  # data

    def help(self) -> None:
        """Fill the three lists: a wish granted and one waiting, an errand with its receipt, rooms lent by a unit."""
        with clock.fixed(self.at(-12, 10)):
            granted = self._post("micro_wish", "想要一副老花镜（演示）")
            self._post("micro_wish", "想学用手机挂号（演示）")
            taken = actions.claim_need(
                actor=ANYONE,
                need_id=granted,
                taker=Taker("热心邻居", "10000000003"),  # data
            )
            errand = self._post("errand", "帮忙交电费（演示）", errand="pay_bill")
            run = actions.claim_need(actor=self.worker, need_id=errand, taker=Taker())
            unit = orgs.search_units(county=COUNTY, limit=1)[0]
            room = actions.post_offer(
                actor=self.worker,
                draft=Draft(
                    "resource", "space", "周末会议室两间（演示）", FIRST, quantity=2, unit=unit.pk
                ),  # data
            )
            actions.publish_offer(actor=self.clerk, offer_id=room.pk)
            need = self._post("space", "书法班缺一间教室（演示）")
            pair = actions.match_offers(actor=self.clerk, need_id=need, resource_id=room.pk)
        with clock.fixed(self.at(-10, 16)):
            for match in (taken, run, pair):
                actions.finish_match(
                    actor=self.worker,
                    match_id=match.pk,
                    receipt="电费票 0312（演示）" if match is run else "",  # data
                )
            for match, posted in ((taken, granted), (run, errand)):
                actions.confirm_match(actor=ANYONE, match_id=match.pk, token=link_token("offer", posted))

    def _post(self, kind: str, title: str, errand: str = "") -> UUID:
        draft = Draft(
            "need",
            kind,
            title,
            FIRST,
            errand=errand,
            nickname="一位居民",
            phone="10000000002",  # data
        )
        row = actions.post_offer(actor=ANYONE, draft=draft)
        return actions.publish_offer(actor=self.clerk, offer_id=row.pk).pk

    def group(self) -> None:
        """Give a ten-household group its page, with one neighbour's wish on it."""
        grids = [row.code for row in places.grids_of(FIRST)]
        found = next((micro for grid in grids for micro in places.micro_grids_of(grid)), None)
        if found is None:
            return
        with clock.fixed(self.at(-1, 18)):
            row: NeighbourGroup = actions.open_group(actor=self.clerk, micro_grid=found.code)
            draft = Draft(
                "need", "neighbour", "出门三天，请帮收快递（演示）", nickname="对门", phone="10000000004",  # data
                names_poster=True, group_id=row.pk, group_token=link_token("group", row.pk, row.turn),
            )  # fmt: skip
            actions.post_offer(actor=ANYONE, draft=draft)
