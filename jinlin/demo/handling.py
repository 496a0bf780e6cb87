"""The part of a case's life after dispatch: signing, objecting, working, asking for time, checking, asking back."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Final

from jinlin.cases.actions import Part
from jinlin.cases.models import Case
from jinlin.cases.rules import words as w
from jinlin.demo import matters as words
from jinlin.demo.scene import DAY_LONG, Life, Plan, Scene
from jinlin.kernel import clock
from jinlin.orgs import queries as orgs
from jinlin.orgs.models import Organisation
from jinlin.people.access import Actor

Going = Generator[datetime, None, Case]
_SATISFIED: Final = ((5, 4, 3, 2, 1, None), (42, 32, 12, 5, 2, 7))


def handle(s: Scene, plan: Plan, case: Case, lead: Organisation) -> Going:
    """Dispatch a case and see it through to its end."""
    case = yield from _send(s, plan, case, lead)
    yield s.later(plan, 0.2, 2.5)
    s.gate(plan, "sign")
    if plan.turn in ("overruled", "rule"):
        case = yield from _object(s, plan, case, None)
        yield s.later(plan, 0.3, 2)
    case = yield from _take_up(s, plan, case)
    case = yield from _work(s, plan, case)
    if not case.is_open or case.state in (w.LEDGERED, w.SUSPENDED):
        return case
    return (yield from check(s, plan, case))


def _send(s: Scene, plan: Plan, case: Case, lead: Organisation) -> Going:
    """Dispatch to the lead; sometimes to the wrong unit first, sometimes taken back, sometimes with help."""
    desk = s.cast.holder(case)
    if plan.turn in ("upheld", "returned"):
        case = s.do(desk, "dispatch", case, to_unit=_stranger(s, case, lead))
        yield s.later(plan, 0.3, 1.5)
        case = yield from _object(s, plan, case, lead)
        if case.state == w.DISPATCHED:
            return case
        yield s.later(plan, 0.3, 1.5)
    if plan.turn == "recall":
        case = s.do(desk, "dispatch", case, to_unit=_stranger(s, case, lead))
        yield s.later(plan, 0.05, 0.2)
        case = s.do(desk, "recall", case, reason="点错了单位，改派。")
        yield s.later(plan, 0.1, 0.5)
    helpers = [unit.pk for unit in s.proposal(case, plan.matter.code, 3).assists if unit.pk != lead.pk][:2]
    with_help = helpers if plan.turn == "assist" or s.rng.random() < 0.12 else []
    case = s.do(s.cast.holder(case), "dispatch", case, to_unit=lead.pk, assist=with_help)
    if with_help and not plan.stall:
        s.spawn(s.later(plan, 1, 6), _assist(s, case, s.cast.at_unit(helpers[0])))
    return case


def _assist(s: Scene, case: Case, who: Actor) -> Life:
    yield from ()
    if Case.unscoped.filter(pk=case.pk, is_open=True).exists():
        s.do(who, "assist_done", case, note="已到场配合完成。")


def _stranger(s: Scene, case: Case, lead: Organisation) -> object:
    """Return a department that the matter is plainly not for."""
    for line in ("EDU", "CUL", "AGR", "CMB"):
        found = [
            unit for unit in orgs.units_of_line(line, case.county) if unit.level == 3 and unit.pk != lead.pk
        ]
        if found:
            return found[0].pk
    raise AssertionError("a county has departments")


def _object(s: Scene, plan: Plan, case: Case, right: Organisation | None) -> Going:
    """The unit says it is not theirs; the desk that sent it decides for good."""
    case = s.do(
        s.cast.holder(case), "object", case, reason="按职责分工，这件事不由本单位主办，请核对派单目录。"
    )
    yield s.later(plan, 0.5, 4)
    s.gate(plan, "rule")
    desk = s.cast.at_unit(case.sender_unit)
    if right is None:
        return s.do(desk, "rule", case, upheld=False, reason="目录写明由你单位主办，请按期办理。")
    if plan.turn == "returned":
        return s.do(desk, "rule", case, upheld=True, reason="异议成立，收回重新派单。")
    return s.do(desk, "rule", case, upheld=True, reason="异议成立，改派主管单位。", to_unit=right.pk)


def _take_up(s: Scene, plan: Plan, case: Case) -> Going:
    """Sign, then talk to the person, or begin where there is nobody to call."""
    who = s.cast.holder(case)
    case = s.do(who, "sign", case)
    yield s.later(plan, 0.3, 4)
    s.gate(plan, "contact")
    if case.callable:
        return s.do(who, "contact", case, words=s.rng.choice(words.CONTACTED))
    return s.do(who, "start", case)


def _work(s: Scene, plan: Plan, case: Case) -> Going:
    """Do the work; ask for time or a way out where the plan says so; report it done."""
    who = s.cast.holder(case)
    yield s.later(plan, 1, 10)
    s.gate(plan, "work")
    s.gate(plan, "assist")
    if plan.turn in ASKS:
        case = yield from _ask(s, plan, case)
        if case.state in (w.LEDGERED, w.SUSPENDED):
            case = yield from _pause(s, plan, case)
        if not case.is_open or case.state != w.IN_PROGRESS:
            return case
    if s.rng.random() < 0.15:
        case = s.do(who, "note", case, words=s.rng.choice(words.PROGRESS))
        yield s.later(plan, 2, DAY_LONG)
    claim = "explained" if plan.turn == "explained" else s.rng.choices(("solved", "partly"), (95, 5))[0]
    return s.do(who, "report_done", case, words=plan.matter.done, claim=claim, photos=s.photos(0.05))


# turn -> (kind of request, reason, days from today it runs to, code of a pause)
ASKS: Final[dict[str, tuple[str, str, int, str]]] = {
    "extend": ("extension", "配件要从外地调，需要多几天。", 0, ""),
    "extend_refused": ("extension", "近期任务多，请求延期。", 0, ""),
    "decide": ("extension", "要等连续晴天才能施工，请求延期。", 0, ""),
    "suspend": ("suspension", "路面开挖要避开汛期，暂停施工。", 12, "weather"),
    "suspend_open": ("suspension", "住户外出，回来后再入户处理。", 25, "party"),
    "ledger": ("ledger", "列入下一批改造，资金落实后实施。", 120, "funds"),
    "ledger_back": ("ledger", "等规划审批，先列入台账。", 60, "plan"),
    "beyond": ("beyond", "楼间距和管线不具备条件，客观上无法实施，已当面解释。", 0, ""),
}


def _ask(s: Scene, plan: Plan, case: Case) -> Going:
    """Ask a second person for time or a way out, and have it decided."""
    kind, reason, days, why = ASKS[plan.turn]
    if kind == "extension" and (case.result_due_at is None or clock.now() > case.result_due_at):
        return case
    until = clock.today() + timedelta(days=days) if days else None
    amount = 5 if kind == "extension" else None
    asked = {"kind": kind, "reason": reason, "days": amount, "why": why, "until": until}
    case = s.do(s.cast.holder(case), "ask", case, **asked)
    yield s.later(plan, 0.5, 5)
    s.gate(plan, "decide")
    granted = plan.turn != "extend_refused"
    said = "同意，请把新的时间告诉居民。" if granted else "现有人手能按期完成，不同意。"
    case = s.do(s.cast.at_unit(case.sender_unit), "decide", case, granted=granted, reason=said)
    yield s.later(plan, 0.5, 5)
    return case


def _pause(s: Scene, plan: Plan, case: Case) -> Going:
    """Leave it suspended or on the ledger, or take it up again after a while."""
    if plan.turn in ("ledger", "suspend_open"):
        return case
    yield s.later(plan, 3 * DAY_LONG, 6 * DAY_LONG)
    return s.do(s.cast.holder(case), "resume", case, words="条件具备了，现在继续办。")


def check(s: Scene, plan: Plan, case: Case) -> Going:
    """Let somebody else look, send it back if it isn't done, then ask the person."""
    yield s.later(plan, 0.5, 9)
    s.gate(plan, "verify")
    if plan.turn == "exempt":
        case = s.do(s.cast.holder(case), "ask", case, kind="exemption", reason="电话咨询类事项，无现场可看。")
        yield s.later(plan, 0.5, 3)
        case = s.do(s.cast.at_unit(case.sender_unit), "decide", case, granted=True, reason="同意免于核查。")
        return (yield from follow_up(s, plan, case))
    failed = plan.turn in ("failed", "rework") or (not plan.turn and s.rng.random() < 0.03)
    case = _verify(s, case, passed=not failed)
    if failed:
        s.gate(plan, "rework")
        case = yield from _once_more(s, plan, case)
    if not case.is_open or case.part_of_id:
        return case
    return (yield from follow_up(s, plan, case))


def _verify(s: Scene, case: Case, *, passed: bool) -> Case:
    found = s.cast.checkers(case)
    who = found[0] if s.rng.random() < 0.7 else found[-1]
    said = s.rng.choice(words.SEEN if passed else words.NOT_DONE)
    on_spot = s.rng.random() < 0.6
    return s.do(who, "verify", case, passed=passed, on_spot=on_spot, words=said, photos=s.photos(0.02))


def _once_more(s: Scene, plan: Plan, case: Case) -> Going:
    """Do it again and have it looked at again."""
    yield s.later(plan, 2, 10)
    case = s.do(s.cast.holder(case), "report_done", case, words="已按意见重新处理：" + plan.matter.done)
    yield s.later(plan, 1, 8)
    return _verify(s, case, passed=True)


def follow_up(s: Scene, plan: Plan, case: Case) -> Going:
    """Ask the two questions; "partly" and "no" mean work once more and asking again."""
    yield s.later(plan, 1, 16)
    s.gate(plan, "follow_up")
    case = _asked_back(s, plan, case, _solved(s, plan))
    if case.state == w.REWORK:
        s.gate(plan, "again")
        case = yield from _once_more(s, plan, case)
        yield s.later(plan, 1, 12)
        case = _asked_back(s, plan, case, "yes")
    return case


def _solved(s: Scene, plan: Plan) -> str:
    if plan.turn in ("partly", "no"):
        return plan.turn
    if plan.turn:
        return "yes"
    return s.rng.choices(("yes", "partly", "no", "unknown", ""), (82, 5, 3, 4, 6))[0]


def _asked_back(s: Scene, plan: Plan, case: Case, solved: str) -> Case:
    desk = s.cast.checkers(case)[-1]
    if not solved:
        return s.do(desk, "close_unanswered", case, note="三次拨打未接，已留言。")
    own = plan.channel == "web" and s.rng.random() < 0.6
    if solved == "yes":
        satisfied = s.rng.choices(*_SATISFIED)[0]
    else:
        satisfied = s.rng.choice((3, 2, 1, None))
    said = s.rng.choice(words.PRAISE if solved == "yes" and (satisfied or 5) > 3 else words.GRUMBLE)
    who = s.resident(case) if own else desk
    return s.do(who, "follow_up", case, solved=solved, satisfied=satisfied, words=said)


def split_up(s: Scene, plan: Plan, case: Case, lead: Organisation) -> Going:
    """Divide a case over two units; each part goes its way, and the last one done lets the whole go on."""
    other = _stranger(s, case, lead)
    parts = [Part(lead.pk, words.SPLIT_TASKS[0]), Part(other, words.SPLIT_TASKS[1])]  # type: ignore[arg-type]
    case = s.do(s.cast.holder(case), "split", case, parts=parts)
    for part in Case.unscoped.filter(part_of=case):
        s.spawn(s.later(plan, 0.3, 3), _part(s, plan, part, case))
    yield from ()
    return case


def _part(s: Scene, plan: Plan, part: Case, whole: Case) -> Life:
    case = yield from _take_up(s, plan, part)
    case = yield from _work(s, plan, case)
    yield from check(s, plan, case)
    whole.refresh_from_db()
    if whole.state == w.FOLLOW_UP:
        yield from follow_up(s, plan, whole)
