"""Fills a node for the pages: `count` rows of each kind, copied from rows that the actions wrote (`_participation_copies`).

What is filled, for `count`: initiatives (wishes and topics of two communities, in all stages) over six years, with a history line each
and a decision on every third; gatherings, half of them held, half to come, over ten months; bookings of sixty rooms
that don't overlap, with their half hours; needs and resources; matches; sign-ups; Party organisations, a hundredth of
them in the county asked, the others in other counties. One round of ventures with forty applications is the same on
every node, with `count` / 50 further applications in rounds of forty beside it. The counters are added up from the same
numbers; `agrees` counts the rows anew and compares.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum

from bench._participation_copies import Copies
from bench._participation_town import Town
from jinlin.gatherings import actions as g
from jinlin.gatherings.models import Booking, BookingSlot, Gathering, Match, MonthCount, Offer
from jinlin.gatherings.queries import figures
from jinlin.gatherings.rules.slots import wall
from jinlin.initiatives import actions as i
from jinlin.initiatives.models import Counted, Initiative, Resolution, StageEntry, Standing
from jinlin.initiatives.rules import kinds, phases
from jinlin.kernel import clock
from jinlin.kernel.ids import new_id
from jinlin.orgs.models import PartyOrg
from jinlin.people.access import ANYONE
from tests.world import COUNTY, SIBLING, TOWN, VILLAGE

ROOMS, A_DAY = 60, 6
APPLICATIONS = 40
HALF = timedelta(minutes=30)


def fill(town: Town, count: int) -> None:
    """Write everything; in one transaction, or a crash would leave half a town."""
    with transaction.atomic():
        _gatherings(town, count)
        _bookings(town, count)
        _offers(town, count)
        _initiatives(town, count)
        _ventures(town, count)
        _party(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _where(number: int) -> dict[str, str]:
    return {"village": SIBLING if number % 5 == 0 else VILLAGE}


def _when(number: int, now: datetime) -> datetime:
    """Half are over, half are to come, all within ten months, on full minutes."""
    return now + timedelta(minutes=((number * 7919) % 432_000) - 216_000)


def _gatherings(town: Town, count: int) -> None:
    clerk, now = town.world.actor("village"), clock.now().replace(second=0, microsecond=0)
    plan = g.Plan("activity", "义诊", now - timedelta(hours=1), now + timedelta(hours=1), place=VILLAGE,
                  place_words="广场", capacity=400)  # data  # fmt: skip
    with clock.fixed(now - timedelta(days=1)):
        coming, over = (g.plan_gathering(actor=clerk, plan=plan) for _ in range(2))
        for row in (coming, over):
            g.announce_gathering(actor=clerk, gathering_id=row.pk)
        who = g.Person("邻居", "13800138000")  # data
        seat = g.sign_up(actor=ANYONE, gathering_id=over.pk, who=who)
    g.hold_gathering(actor=clerk, gathering_id=over.pk, walk_ins=12)
    ids: list[Any] = []
    months: Counter[tuple[str, Any]] = Counter()

    def rows(*, held: bool) -> Iterator[dict[str, Any]]:
        for number in range(count):
            starts = _when(number, now)
            if (starts < now - timedelta(hours=2)) != held:
                continue
            ids.append(new_id())
            months[_where(number)["village"], clock.local(starts).date().replace(day=1)] += held
            yield {**_where(number), "id": ids[-1], "title": f"活动{number}", "starts_at": starts,
                   "ends_at": starts + timedelta(hours=2)}  # fmt: skip

    Copies(over).write(rows(held=True))
    Copies(coming).write(rows(held=False))
    gatherings = random.Random(1).sample(ids, max(1, len(ids) // 10))
    Copies(seat).write(
        {"id": new_id(), "gathering_id": gatherings[number % len(gatherings)], "number": 2 + number // len(gatherings),
         "code": f"{number % 1_000_000:06d}", "contact_mark": None, "contact_id": None}
        for number in range(count)
    )  # fmt: skip
    _count_gatherings(months)


def _count_gatherings(months: Counter[tuple[str, Any]]) -> None:
    """Keep the counters of the room, as `hold_gathering` does one by one."""
    for (village, month), n in months.items():
        for name, more in (("activities", n), ("served", 12 * n)):
            if more:
                row, _new = MonthCount.objects.get_or_create(
                    county=COUNTY, town=TOWN, village=village, month=month, name=name
                )
                MonthCount.objects.filter(pk=row.pk).update(n=row.n + more)


def _bookings(town: Town, count: int) -> None:
    clerk, today = town.world.actor("village"), clock.today()
    facts = [g.VenueFacts(f"{n}号厅", "hall", "一号", 40) for n in range(ROOMS)]  # data
    venues = [g.open_venue(actor=clerk, place=VILLAGE, facts=one) for one in facts]

    def starts(number: int) -> datetime:
        """Return six a day for each room: the days around today first, then further and further into the past."""
        day = number // (ROOMS * A_DAY)
        return wall(today + timedelta(days=1 - day), 480 + 120 * (number // ROOMS % A_DAY), clock.LOCAL)

    tomorrow = wall(today + timedelta(days=30), 480, clock.LOCAL)
    made = g.book_venue(
        actor=clerk, wish=g.BookingWish(venues[0].pk, tomorrow, tomorrow + 2 * HALF, 5, "talk")
    )
    ids = [new_id() for _number in range(count)]
    Copies(made).write(
        {
            "id": ids[n],
            "venue_id": venues[n % ROOMS].pk,
            "starts_at": starts(n),
            "ends_at": starts(n) + 2 * HALF,
        }
        for n in range(count)
    )
    Copies(BookingSlot.objects.filter(booking=made)[0]).write(
        {
            "id": new_id(),
            "venue_id": venues[n % ROOMS].pk,
            "booking_id": ids[n],
            "starts_at": starts(n) + half * HALF,
        }
        for n in range(count)
        for half in (0, 1)
    )


def _offers(town: Town, count: int) -> None:
    clerk, now = town.world.actor("village"), clock.now()

    def posted(side: str, kind: str) -> Offer:
        draft = g.Draft(
            side=side, kind=kind, title="一副老花镜", place=VILLAGE, nickname="邻居", phone="13800138000"
        )  # data
        return g.publish_offer(actor=clerk, offer_id=g.post_offer(actor=ANYONE, draft=draft).pk)

    need, resource, met = posted("need", "skill"), posted("resource", "skill"), posted("need", "micro_wish")
    match = g.claim_need(actor=ANYONE, need_id=met.pk, taker=g.Taker("热心人", "13900139000"))  # data
    g.confirm_match(actor=clerk, match_id=match.pk)
    copies = {"need": Copies(need), "resource": Copies(resource), "met": Copies(met)}
    ids: dict[str, list[Any]] = {"need": [], "resource": [], "met": []}
    names = ("need", "need", "resource", "met")

    def rows(name: str) -> Iterator[dict[str, Any]]:
        for n in range(count):
            if names[n % 4] == name:
                ids[name].append(new_id())
                yield {**_where(n // 4), "id": ids[name][-1], "title": f"需求{n}",
                       "made_at": now - timedelta(minutes=n)}  # fmt: skip

    for name, copy in copies.items():
        copy.write(rows(name))
    under_way = {"state": "agreed", "settled_at": None}  # every fiftieth
    Copies(match).write(
        {**_where(n), "id": new_id(), "need_id": ids["met"][n], "one_only": ids["met"][n], "made_at": now - timedelta(minutes=n),
         **(under_way if n % 50 == 0 else {})}
        for n in range(len(ids["met"]))
    )  # fmt: skip
    wishes = Counter(_where(n)["village"] for n in range(len(ids["met"])) if n % 50)
    for village, n in wishes.items():
        row, _new = MonthCount.objects.get_or_create(
            county=COUNTY, town=TOWN, village=village, month=clock.today().replace(day=1), name="wishes"
        )
        MonthCount.objects.filter(pk=row.pk).update(n=row.n + n)


def _item(town: Town, kind: str) -> Initiative:
    idea = i.Idea(title="装一盏路灯", area=VILLAGE, kind=kind)  # data
    made = i.propose_initiative(actor=ANYONE, idea=idea)
    return i.move_initiative(
        actor=town.world.actor("village"), initiative_id=made.pk, verb="publish", words=i.Words(), inputs=i.Inputs(lawful_basis="清单")  # data
    )  # fmt: skip


def _initiatives(town: Town, count: int) -> None:
    rng, now = random.Random(count), clock.now()
    items = {kind: _item(town, kind) for kind in (kinds.WISH, kinds.TOPIC)}
    copies = {kind: Copies(item) for kind, item in items.items()}
    standing: Counter[tuple[str, str, str]] = Counter()
    ids: list[tuple[Any, str, datetime]] = []

    def rows(kind: str) -> Iterator[dict[str, Any]]:
        for n in range(count):
            if (n % 3 == 2) != (kind == kinds.TOPIC):
                continue
            stages = kinds.KINDS[kind].stages[1:]
            stage, village = stages[n // 3 % len(stages)], _where(n // 15)["village"]
            made, votes = now - timedelta(minutes=30 * n), rng.randrange(300)
            ids.append((new_id(), village, made))
            standing[village, kind, stage] += 1
            over = stage in kinds.OVER
            yield {"id": ids[-1][0], "village": village, "stage": stage, "reached": stage, "phase": phases.phase_of(stage),
                   "is_open": not over, "ended_at": made if over else None, "title": f"愿望 {n}", "online_count": votes,
                   "support_total": votes, "next_by": (made + timedelta(days=30)).date(), "created_at": made,
                   "moved_at": made, "proposed_by_id": None}  # fmt: skip

    for kind, copy in copies.items():
        copy.write(rows(kind))
    entry = StageEntry.objects.filter(initiative=items[kinds.WISH]).earliest("number")
    Copies(entry).write({"id": new_id(), "initiative_id": pk, "at": made} for pk, _village, made in ids)
    _decisions(items[kinds.TOPIC], ids[::3])
    for (village, kind, stage), n in standing.items():
        row, _new = Standing.objects.get_or_create(
            county=COUNTY, town=TOWN, village=village, kind=kind, stage=stage
        )
        Standing.objects.filter(pk=row.pk).update(n=row.n + n)
    for n in range(12):
        month = (now - timedelta(days=30 * n)).date().replace(day=1)
        for name in ("wishes", "supports", "meetings"):
            Counted.objects.get_or_create(
                county=COUNTY, town=TOWN, village=VILLAGE, month=month, name=name, defaults={"n": count}
            )


def _decisions(item: Initiative, ids: list[tuple[Any, str, datetime]]) -> None:
    """Write a decision for each, carried out every other time, over as many days as the items."""
    tally = {"people": {"total": 9, "present": 9, "yes": 9, "no": 0, "abstain": 0}}
    due = clock.today()
    first = Resolution.objects.create(
        county=COUNTY, town=TOWN, village=VILLAGE, initiative=item, number=1, text="定了", rule="group_advice",  # data
        verdict="passed", owner_name="居委会", due=due, review_on=due, tally=tally, at=clock.now(),  # data
    )  # fmt: skip
    Copies(first).write(
        {"id": new_id(), "initiative_id": pk, "village": village, "at": made, "due": (made + timedelta(days=40)).date(),
         "review_on": (made + timedelta(days=60)).date(), "done_on": made.date() if n % 2 else None,
         "reviewed_on": made.date() if n % 2 else None}
        for n, (pk, village, made) in enumerate(ids)
    )  # fmt: skip


def _ventures(town: Town, count: int) -> None:
    clerk, today = town.world.actor("county"), clock.today()
    call = i.Call(name="今年的征集", area=COUNTY, call="说明", opens_on=today, closes_on=today, review_until=today,
                  cap_fen=8_000_000, criteria=[("需求", 50), ("可行", 50)])  # data  # fmt: skip
    rounds = [i.call_round(actor=clerk, call=call) for _n in range(1 + count // 50 // APPLICATIONS)]
    sheet = i.Sheet(organisation="申报机构", contact="联系人", phone="13800138000")  # data
    made = i.apply_for(
        actor=ANYONE, round_id=rounds[0].pk, title="夕阳课堂", text="教老人用手机", asked_fen=100, sheet=sheet  # data
    )  # fmt: skip
    Initiative.unscoped.filter(pk=made.pk).update(stage=kinds.OPEN, reached=kinds.OPEN)
    Copies(made).write(
        {
            "id": new_id(),
            "round_id": rounds[n // APPLICATIONS].pk,
            "alias": f"P{n:06d}",
            "proposed_by_id": None,
        }
        for n in range(APPLICATIONS + len(rounds[1:]) * APPLICATIONS)
    )


def _party(count: int) -> None:
    first = PartyOrg.objects.first()
    if first is None:
        return
    Copies(first).write(
        {"id": new_id(), "name": f"党支部{n}", "region_code": f"4{n % 99 + 1:02d}602001001"}  # data
        for n in range(count)
    )


def agrees() -> dict[str, bool]:
    """Count the rows anew and tell whether the counters say the same."""
    stages = {
        (row["village"], row["kind"], row["stage"]): row["n"]
        for row in Initiative.unscoped.exclude(kind=kinds.VENTURE)
        .values("village", "kind", "stage")
        .annotate(n=Count("pk"))
    }
    kept = {
        (row.village, row.kind, row.stage): row.n
        for row in Standing.objects.exclude(kind=kinds.VENTURE)
        if row.n
    }
    year = clock.today().replace(month=1, day=1)
    told = figures(area=COUNTY, since=year - timedelta(days=400), until=year + timedelta(days=800))
    held = Gathering.unscoped.filter(state="held").aggregate(
        n=Count("pk"), heads=Sum("served_anonymous"), more=Sum("arrived")
    )
    wishes = Match.objects.filter(state="confirmed", need__kind="micro_wish").count()
    return {
        "items_by_stage": stages == kept,
        "activities": sum(one.activities for one in told) == held["n"],
        "served": sum(one.served for one in told) == (held["heads"] or 0) + (held["more"] or 0),
        "wishes": sum(one.wishes for one in told) == wishes,
        "half_hours": BookingSlot.objects.count() == 2 * Booking.unscoped.filter(state="confirmed").count(),
    }
