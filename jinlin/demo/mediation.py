"""Sealed files of the demo: one story told to its end, others at every stage, and a parlour that settled 50-odd matters.

Everybody in it is made up and marked 演示; everything happened through the actions a mediator uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from jinlin.cases.models import Case
from jinlin.demo.cast import FIRST, Cast
from jinlin.demo.pictures import picture
from jinlin.files.actions import store_image
from jinlin.kernel import clock
from jinlin.mediation.actions import (
    Dispute,
    Lengths,
    Said,
    make_move,
    open_file,
    put_paper,
    remind_mediators,
    set_terms,
)
from jinlin.mediation.models import Mediation
from jinlin.people.access import SYSTEM, Actor, actor_for
from jinlin.people.models import Account

SETTLED: Final = 54
SPAN: Final = 85  # days back over which they were settled
TITLES: Final = (
    ("neighbour", "楼道堆物引起的争执"), ("neighbour", "装修时间太早"), ("neighbour", "空调外机对着窗"),
    ("neighbour", "楼上漏水"), ("property", "物业费与停车费"), ("family", "轮流照顾老人"),
    ("neighbour", "阳台浇花滴水"), ("consumer", "预付卡退费"), ("neighbour", "宠物夜里叫"),
)  # fmt: skip  # data: invented matters


@dataclass
class Telling:
    """One file in the hands of the demo's mediator."""

    actor: Actor
    file: Mediation

    def do(self, verb: str, **fields: Any) -> None:
        """Take a step today."""
        given = {"on": clock.today().isoformat(), **fields}
        make_move(actor=self.actor, file_id=self.file.pk, verb=verb, said=Said(given))

    def parties(self) -> list[str]:
        """The parties' ids in order."""
        return [str(pk) for pk in self.file.parties.order_by("seq").values_list("pk", flat=True)]

    def paper(self, slot: str, words: str, pictures: tuple[UUID, ...] = ()) -> None:
        """Put a paper in by hand."""
        said = Said({"words": words, "on": clock.today().isoformat()})
        put_paper(actor=self.actor, file_id=self.file.pk, slot=slot, said=said, pictures=pictures)

    def begin(self) -> None:
        """Two sides, both willing, accepted and told."""
        sides = (("applicant", "演示甲（申请人）"), ("respondent", "演示乙（被申请人）"))  # data
        for side, called in sides:
            self.do("party", side=side, called=called)
        for party in self.parties():
            self.do("consent", party=party)
        self.do("accept", claims="请调解员主持公道，把事情说清楚。")  # data
        for party in self.parties():
            self.do("tell", party=party, checked="known")

    def hear(self, words: str) -> None:
        """Sit down together once."""
        place = "社区会客厅（演示）"  # data
        self.do("hear", place=place, openness="closed", objects="no", signed="yes", words=words)

    def agree(self, form: str, fields: Mapping[str, str], perform_on: date | None = None) -> None:
        """Come to an agreement that all have signed."""
        until = perform_on.isoformat() if perform_on else ""
        self.do("agree", form=form, perform_on=until, signed=self.parties(), **fields)


USUAL: Final[Mapping[str, str]] = {
    "points": "双方对起因没有争议，对怎样改说法不一。",
    "duties": "各退一步，约定好时间和做法，今后有事先商量。",
    "manner": "当场说定，当场做到。",
}  # data: invented


def tell_mediation(cast: Cast, now: datetime) -> None:
    """Let the files happen, the earliest first."""
    mediator = actor_for(Account.objects.get(username="mediator"))
    with clock.fixed(now - timedelta(days=SPAN + 5)):
        source = "演示：请按当地档案管理规定填写"  # data
        set_terms(actor=SYSTEM, lengths=Lengths(30, 30, 30, 5, 10, source))
    rng = Random(7)
    month = clock.local(
        now
    ).day  # figures stop at the last full month: most of the story lies before this one
    days = sorted((rng.randrange(month + 1, SPAN) for _at in range(SETTLED)), reverse=True)
    for at, back in enumerate(days):
        kind, title = TITLES[at % len(TITLES)]
        with clock.fixed(now - timedelta(days=back, hours=at % 5)):
            _settle(mediator, kind, f"{title}（演示）")
    _story(mediator, now)
    _others(mediator, now)
    with clock.fixed(now):
        remind_mediators()
    Mediation.unscoped.update(is_demo=True)


def _open(mediator: Actor, kind: str, title: str, facts: str = "", code: str = "") -> Telling:
    given = {"kind": kind, "origin": "stepped_in" if code else "applied", "title": title, "facts": facts}
    return Telling(mediator, open_file(actor=mediator, dispute=Dispute({**given, "case": code})))


def _settle(mediator: Actor, kind: str, title: str) -> None:
    """A small matter settled in one sitting at the parlour."""
    telling = _open(mediator, kind, title)
    telling.begin()
    telling.hear("双方到会客厅坐下来，各说各的难处，当场商定。")  # data
    telling.agree("oral", USUAL)
    telling.paper("back", "本卷共 6 页，立卷人：演示调解员。")  # data
    telling.do("file")


def _story(mediator: Actor, now: datetime) -> None:
    """One matter whole: from a case about a leak to the archive, with evidence, performance and the court's word."""
    found = Case.unscoped.filter(village=FIRST, sensitive=False).order_by("opened_at").first()
    facts = "三楼水管老化漏水，二楼天花板受潮，双方对赔多少谈不拢。"  # data
    with clock.fixed(now - timedelta(days=50)):
        title = "楼上漏水，天花板受潮（演示）"  # data
        telling = _open(mediator, "damages", title, facts, found.shown_code if found else "")
        telling.begin()
    with clock.fixed(now - timedelta(days=48)):
        telling.do("investigate", whom="物业维修工（演示）", words="管道接头老化，非人为损坏。")  # data
        photo = store_image(actor=mediator, county="", data=picture(Random(3)), sealed=True)
        telling.paper("evidence", "受潮处照片一张，二楼提供。", (photo.pk,))  # data
    with clock.fixed(now - timedelta(days=45)):
        telling.hear("三楼同意换管，双方对粉刷费各让一步。")  # data
        terms = {
            "points": "漏水属实；二楼要求赔三千元，三楼认为八百元。",
            "duties": "三楼七日内换管，赔粉刷费一千五百元；二楼不再提其他要求。",
            "manner": "换管由三楼请人，赔款当面交付并写收条。",
        }  # data
        telling.agree("written", terms, clock.today() + timedelta(days=15))
    with clock.fixed(now - timedelta(days=40)):
        telling.do("court", court="川汇区人民法院（演示）", result="asked")  # data
    with clock.fixed(now - timedelta(days=30)):
        telling.paper("receipts", "收条：收到粉刷费一千五百元。")  # data
        telling.do("court", court="川汇区人民法院（演示）", result="confirmed")  # data
        telling.do("visit", how="home", performed="full", pleased="yes", words="管道已换，没有再漏。")  # data
        telling.paper("back", "本卷共 18 页，立卷人：演示调解员。")  # data
        telling.do("file")


def _others(mediator: Actor, now: datetime) -> None:
    """Files still in hand: one due soon, one to be visited, one that failed, one just opened."""
    with clock.fixed(now - timedelta(days=27)):
        soon = _open(mediator, "property", "加装电梯分摊（演示）")  # data
        soon.begin()
        soon.hear("一楼担心采光，愿意看设计再谈。")  # data
    with clock.fixed(now - timedelta(days=12)):
        due = _open(mediator, "family", "老人赡养费（演示）")  # data
        due.begin()
        due.hear("三个子女说定每月各出多少。")  # data
        due.agree("written", USUAL, clock.today() + timedelta(days=11))
    with clock.fixed(now - timedelta(days=9)):
        failed = _open(mediator, "contract", "租房押金（演示）")  # data
        failed.begin()
        failed.do("fail", words="房东不愿再谈。", told="yes")  # data
    with clock.fixed(now - timedelta(days=1)):
        _open(mediator, "neighbour", "广场舞声音（演示）", "住户和舞队都来找过。")  # data
