"""The demo's initiatives: one whole story per kind, from a wish to what became of it; nobody in it exists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from jinlin.demo.cast import FIRST, STREET, Cast
from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative, Milestone, Pass, Resolution, Review
from jinlin.initiatives.queries.facts import steps_done
from jinlin.initiatives.rules import procedures
from jinlin.initiatives.rules.deciding import Count
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.people.access import ANYONE, Actor

WISHES: Final = (  # data  (title, supports, on paper)
    ("小广场装两组健身器材", 18, 0),
    ("3 号楼门口加一段扶手", 27, 12),
    ("社区图书角周末也开门", 9, 0),
    ("给老人教用手机挂号", 14, 6),
    ("雨天送孩子有个避雨的廊子", 21, 0),
)
MONEY: Final = 6_000_000  # fen granted to the venture


def tell_initiatives(cast: Cast, now: datetime) -> dict[str, int]:
    """Tell one story per kind over the last months; returns counts."""
    story = _Story(cast, now)
    story.wall()
    story.wish_to_topic()
    story.four_two()
    story.works()
    story.venture()
    story.cobuild()
    return {"initiatives": Initiative.unscoped.count()}


class _Story:
    """Who acts and on which day."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.now = now
        self.clerk: Actor = cast.at_unit(cast.desk(FIRST).pk)
        self.town: Actor = cast.at_unit(cast.desk(STREET).pk)
        self.unit = orgs.desk_of(FIRST).pk
        self._number = 13_900_000_000

    @contextmanager
    def day(self, ago: int) -> Iterator[None]:
        """Hold the clock at ten in the morning so many days ago."""
        with clock.fixed(clock.local(self.now - timedelta(days=ago)).replace(hour=10, minute=0)):
            yield

    def go(
        self, item: Initiative, verb: str, public: str = "", *, by: Actor | None = None, **inputs: Any
    ) -> Initiative:
        """Make a move as the community's clerk, or as somebody else."""
        return a.move_initiative(
            actor=by or self.clerk,
            initiative_id=item.pk,
            verb=verb,
            words=a.Words(public),
            inputs=a.Inputs(**inputs),
        )

    def idea(
        self, title: str, text: str = "", *, kind: str = "wish", by: Actor = ANYONE, **words: Any
    ) -> Initiative:
        """Put something up."""
        given = a.Idea(title=title, text=text, area=FIRST, kind=kind, **words)
        return a.propose_initiative(actor=by, idea=given, is_demo=True)

    def supports(self, item: Initiative, online: int, paper: int = 0) -> list[Any]:
        """Let neighbours support: numbers nobody has, used for the blind id only."""
        passes = []
        for _n in range(online):
            self._number += 1
            passes.append(
                a.support_initiative(
                    actor=ANYONE, initiative_id=item.pk, phone=str(self._number), declared=True
                )
            )
        if paper:
            a.add_paper(actor=self.clerk, initiative_id=item.pk, count=paper, note="门厅签名")
        return passes

    def wall(self) -> None:
        """Put wishes on the wall; one is merged, one can't be done, one waits for a look."""
        made = []
        for number, (title, online, paper) in enumerate(WISHES):
            with self.day(24 - 3 * number):
                item = self.go(self.idea(title), "publish", by=self.town)
                self.supports(item, online, paper)
                made.append(item)
        with self.day(6):
            twin = self.go(self.idea("3 号楼前面装扶手，老人好走"), "publish")
            self.supports(twin, 5)
            self.go(twin, "merge", "说的是同一处扶手。", target=made[1].pk)
        with self.day(5):
            no = self.go(self.idea("在小区里建一座地铁站"), "publish")
            self.go(
                no,
                "assess",
                "不在社区和街道的职责内，线网规划由市里定，已把意见转上去。",
                feasibility="unfeasible",
            )
            self.go(no, "decline", "暂时办不了，理由见评估。")
        with self.day(3):
            self.go(made[1], "assess", "物业和残联各出一半。", feasibility="feasible", cost_fen=180_000)
        with self.day(1):
            self.idea("楼道灯改成声控的")

    def wish_to_topic(self) -> None:
        """A wish becomes a topic, owners vote by the rule for common parts, the gate is dispatched and built."""
        with self.day(80):
            wish = self.go(self.idea("东门开一个行人门，接孩子不用绕", "绕一圈要二十分钟。"), "publish")
            passes = self.supports(wish, 33, 20)
            topic = a.grow_initiative(
                actor=self.clerk,
                initiative_id=wish.pk,
                idea=a.Idea("东门行人门开不开、怎么管", FIRST, kind="topic", common_parts=True),
            )
        with self.day(78):
            self.go(topic, "publish", by=self.town, lawful_basis="《民法典》第二百七十八条，业主共同决定")
            self.go(wish, "assess", "墙外就是人行道，可以开。", feasibility="feasible", cost_fen=1_200_000)
        with self.day(70):
            self.meet(
                topic,
                64,
                "租户",
                "方案一：常开；方案二：早七点到晚十点开，刷卡进。",
                options="常开\n定时开，刷卡进",
            )
            vote = self.vote(topic, "定时开，刷卡进；费用从公共收益出", due=40, review=30)
            self.go(topic, "discuss", "按业主重大事项的规则通过，公示七天。")
        with self.day(62):
            self.go(topic, "decide", "没有异议，定下来了。")
            case = a.open_case(
                actor=self.clerk,
                initiative_id=topic.pk,
                words="东门开行人门，请按议定方案施工。",
                category="TRA-07",
                resolution_id=vote.pk,
            )
            case.is_demo = True
            case.save(update_fields=["is_demo"])
            self.go(wish, "decide", "业主表决通过。", owner_unit=self.unit)
            self.go(wish, "start", "开始施工。")
        with self.day(40):
            a.finish_resolution(actor=self.clerk, resolution_id=vote.pk, text="门已开，刷卡机能用。")
            self.go(wish, "accept", "门开好了，请大家说说怎么样。", by=self.town)
        with self.day(38):
            for passed, says in zip(passes[:12], ("yes",) * 9 + ("partly",) * 2 + ("no",), strict=True):
                a.answer_follow_up(actor=ANYONE, initiative_id=wish.pk, passed=passed.pk, says=says)
            self.go(wish, "review", "多数邻居说方便了；晚上关门声大，已加缓冲垫。", by=self.town)

    def meet(self, item: Initiative, heads: int, absent: str, minutes: str, *, options: str = "") -> None:
        """Note a meeting of today."""
        note = a.MeetingNote(clock.today(), heads, minutes, options, absent, "社区会客厅")
        a.note_meeting(actor=self.clerk, initiative_id=item.pk, meeting=note)

    def vote(self, item: Initiative, text: str, *, due: int, review: int, **words: Any) -> Resolution:
        """Record a vote of owners that passes, or one of the four steps."""
        tally = {
            "owners": Count(312, 246, 201, 30, 15),
            "area": Count(2_845_000, 2_210_050, 1_780_000, 300_050, 130_000),
        }
        today = clock.today()
        given: dict[str, Any] = {"rule": "owners_special", "tally": tally, "body": "业主大会", **words}
        vote = a.Vote(
            text=text,
            owner_unit=self.unit,
            due=today + timedelta(days=due),
            review_on=today + timedelta(days=review),
            **given,
        )
        return a.record_vote(actor=self.clerk, initiative_id=item.pk, vote=vote)

    def four_two(self) -> None:
        """A road by 四议两公开, between the third and the last step."""
        with self.day(12):
            item = self.idea(
                "集体房屋的租金怎么用",
                "去年收了租金，大家说说怎么花。",
                kind="topic",
                by=self.town,
                procedure="four_two",
            )
            self.go(item, "publish", lawful_basis="集体资产，四议两公开")
        with self.day(4):
            self.meet(item, 41, "在外务工的", "一半修路灯，一半留作应急。")
            for body in ("社区党支部", "党支部和居委会", "党员大会"):
                step = procedures.next_step(steps_done(item))
                self.vote(
                    item,
                    "一半修路灯，一半留作应急",
                    due=60,
                    review=60,
                    body=body,
                    rule="",
                    tally={},
                    step=step,
                )

    def works(self) -> None:
        """Renewal works in hand, with a residents' supervisor, a finding put right and one still open."""
        with self.day(60):
            item = self.idea("5 号院雨污分流和路面", "下雨积水，管道老化。", kind="works", by=self.clerk)
            self.go(item, "publish", by=self.town)
        with self.day(55):
            self.go(
                item,
                "assess",
                "列入今年计划。",
                by=self.town,
                feasibility="feasible",
                cost_fen=86_000_000,
                works_class="basic",
            )
            self.go(item, "decide", "定了要改。", by=self.town, owner_unit=self.unit)
        with self.day(50):
            self.go(item, "fund", "补助资金到位。", fund_source="中央补助和区财政", granted_fen=86_000_000)
            parts = [
                a.Part("挖沟换管", self._on(20), 40_000_000, 5, "隐蔽工程照片"),
                a.Part("恢复路面", self._on(45), 36_000_000, 4, "验收单"),
                a.Part("补绿收尾", self._on(70), 10_000_000, 1, "前后照片"),
            ]
            a.make_plan(actor=self.clerk, initiative_id=item.pk, parts=parts)
            self.go(item, "start", "进场施工。")
            seat = a.invite_supervisor(actor=self.clerk, initiative_id=item.pk)
            a.declare_no_conflict(actor=ANYONE, passed=seat.pk, conflict=False)
        self._round_over_site(seat, 40, "沟边没有围挡", "severe")
        with self.day(37):
            finding = Resolution.objects.filter(initiative=item, severity="severe").get()
            a.correct_finding(actor=self.clerk, finding_id=finding.pk, text="围挡已加，夜里有灯。")
            a.recheck_finding(actor=ANYONE, finding_id=finding.pk, agreed=True, passed=seat.pk)
        with self.day(25):
            self.pay_part(item, 1, 40_000_000, "沟管换好，照片 36 张。")
        self._round_over_site(seat, 12, "半夜倒渣土", "ordinary")

    def _round_over_site(self, seat: Pass, ago: int, text: str, severity: str) -> None:
        with self.day(ago):
            checked = {"materials": "ok", "hidden": "ok", "safety": "wrong", "nuisance": "ok"}
            found = a.Finding(text, severity)
            a.record_round(actor=ANYONE, passed=seat.pk, rounds=a.Rounds(checked, finding=found))

    def _on(self, days: int) -> Any:
        return clock.today() + timedelta(days=days)

    def pay_part(
        self, item: Initiative, number: int, amount: int, evidence: str, *, by: Actor | None = None
    ) -> None:
        """Hand in a part, accept it by another one, record the payment."""
        part = Milestone.objects.get(initiative=item, number=number, is_live=True)
        if by is None:
            a.submit_part(actor=self.clerk, milestone_id=part.pk, evidence=evidence)
        else:
            a.submit_part(actor=by, milestone_id=part.pk, evidence=evidence, passed=item.proposed_by_id)
        a.accept_part(actor=self.town, milestone_id=part.pk, agreed=True)
        a.record_payment(
            actor=self.town,
            milestone_id=part.pk,
            amount_fen=amount,
            paid_on=clock.today(),
            receipt=f"FP-{number:04d}",
        )

    def venture(self) -> None:
        """A venture from the call to the second instalment, reviewed blind; a second call is open today."""
        opened = clock.local(self.now - timedelta(days=120)).date()
        with self.day(120):
            call = a.Call(
                "第一届公益创投", STREET, "面向社会组织征集为老为小项目。", opened, opened + timedelta(days=20), opened + timedelta(days=40),
                needs="独居老人午餐\n放学后没人管的孩子", fund_source="街道公益金",
            )  # fmt: skip
            row = a.call_round(actor=self.town, call=call, is_demo=True)
            item = a.apply_for(
                actor=ANYONE, round_id=row.pk, title="一碗热饭：独居老人午餐", text="本机构每周三次送餐，志愿者结对。",
                asked_fen=MONEY, sheet=a.Sheet("演示暖心社会工作服务中心", "演示联系人", names=("暖心",)), is_demo=True,
            )  # fmt: skip
            a.move_initiative(actor=ANYONE, initiative_id=item.pk, verb="submit", passed=item.proposed_by_id)
        self._review(item, row)
        with self.day(85):
            self.go(item, "award", "三位评审都建议资助，公示七个工作日。", by=self.town, granted_fen=MONEY)
        with self.day(70):
            parts = [
                a.Part(name, self._on(20 * n), fen, evidence_wanted="活动记录")
                for n, (name, fen) in enumerate(
                    (("启动", 3_600_000), ("中期检查", 1_800_000), ("末期验收", 600_000)), 1
                )
            ]
            a.make_plan(actor=self.town, initiative_id=item.pk, parts=parts)
            self.go(item, "contract", "签了协议。", by=self.town)
            self.go(item, "start", "开始送餐。", by=self.town)
            self.pay_part(item, 1, 3_600_000, "首批 20 户名单核对完（只报户数）。", by=ANYONE)
        for week in range(9):
            with self.day(68 - 7 * week):
                note = a.MeetingNote(clock.today(), 18 + week, "送餐和陪聊。", place_text="各户和社区食堂")
                a.note_meeting(actor=self.town, initiative_id=item.pk, meeting=note)
        with self.day(3):
            today = clock.today()
            again = a.Call(
                "第二届公益创投",
                STREET,
                "今年多支持适老和便民小改造。",
                today,
                today + timedelta(days=20),
                today + timedelta(days=40),
            )
            a.call_round(actor=self.town, call=again, is_demo=True)

    def cobuild(self) -> None:
        """Sign and begin the project that came out of the matched offers of the other room."""
        item = Initiative.unscoped.get(kind="cobuild")
        with self.day(11):
            self.go(
                item,
                "contract",
                "双方签了协议。",
                agreement="每周六上午，书法班使用会议室，自带用品，用后打扫。",
            )
        with self.day(9):
            self.go(item, "start", "第一节课开了。")
        with self.day(2):
            self.meet(item, 16, "上班的年轻人", "上了一节书法课。")

    def _review(self, item: Initiative, row: Any) -> None:
        with self.day(98):
            self.go(item, "qualify", by=self.town)
            seats = [a.invite_reviewer(actor=self.town, round_id=row.pk) for _n in range(3)]
            for seat in seats:
                a.assign_review(actor=self.town, initiative_id=item.pk, seat_id=seat.pk)
        with self.day(90):
            for number, review in enumerate(Review.objects.filter(initiative=item).order_by("assigned_at")):
                a.declare_conflict(
                    actor=ANYONE, review_id=review.pk, passed=review.reviewer_id, conflict=False
                )
                a.submit_review(
                    actor=ANYONE, review_id=review.pk, passed=review.reviewer_id, recommendation="fund", words="需求真实，预算合理。",
                    scores={"need": 92 - number, "plan": 85, "budget": 88 - 2 * number, "effect": 80},
                )  # fmt: skip
        with self.day(88):
            a.close_round(actor=self.town, round_id=row.pk)
