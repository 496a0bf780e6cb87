"""What the staff do with an item, one posted form each: parse, call the action, say what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.initiatives import actions as a
from jinlin.initiatives.actions import Idea, Inputs, MeetingNote, Part, Vote, Words
from jinlin.initiatives.queries import secret_of
from jinlin.initiatives.rules import procedures
from jinlin.initiatives.rules.deciding import VERDICTS
from jinlin.kernel.errors import Invalid, NotFound
from jinlin.web import moves
from jinlin.web.together.asked import uuid_of
from jinlin.web.wishes.fields import day, fen, tally, whole

Deed = Callable[[Any, UUID], str]


def _text(request: Any, name: str) -> str:
    return str(request.POST.get(name, "")).strip()


def _id(request: Any, name: str) -> UUID:
    found = uuid_of(request.POST.get(name), name)
    if found is None:
        raise NotFound(name)
    return found


def _who(request: Any) -> dict[str, Any]:
    return {"actor": request.actor, "key": moves.key_of(request)}


def move(request: Any, item: UUID) -> str:
    """Make a move of the table."""
    post = request.POST
    inputs = Inputs(
        feasibility=_text(request, "feasibility"),
        cost_fen=fen(post, "cost_fen"),
        works_class=_text(request, "works_class"),
        owner_unit=uuid_of(post.get("owner_unit"), "owner_unit"),
        lawful_basis=_text(request, "lawful_basis"),
        fund_source=_text(request, "fund_source"),
        granted_fen=fen(post, "granted_fen"),
        agreement=_text(request, "agreement"),
        partners=_text(request, "partners"),
        target=uuid_of(post.get("target"), "target"),
    )
    a.move_initiative(
        initiative_id=item,
        verb=_text(request, "verb"),
        words=Words(_text(request, "public_text"), _text(request, "inner_note")),
        inputs=inputs,
        expect=moves.expected(request),
        **_who(request),
    )
    return _("已记下，大家能看到新的进展。")


def meeting(request: Any, item: UUID) -> str:
    """Note a meeting with its minutes."""
    held_on = day(request.POST, "held_on", required=True)
    assert held_on is not None
    note = MeetingNote(
        held_on=held_on,
        heads=whole(request.POST, "heads"),
        minutes=_text(request, "minutes"),
        options=_text(request, "options"),
        absent=_text(request, "absent"),
        place_text=_text(request, "meeting_place"),
    )
    a.note_meeting(initiative_id=item, meeting=note, **_who(request))
    return _("商议已登记。")


def link(request: Any, item: UUID) -> str:
    """Link a gathering of the other room."""
    a.link_gathering(initiative_id=item, gathering_id=_id(request, "gathering"), **_who(request))
    return _("已关联，办完后人数和记录自动带过来。")


def vote(request: Any, item: UUID) -> str:
    """Record a vote; the verdict is computed."""
    step = _text(request, "step")
    rule = procedures.STEPS[step][2] if step in procedures.STEPS else _text(request, "rule")
    given = Vote(
        text=_text(request, "text"),
        body=_text(request, "body"),
        rule=rule,
        tally=tally(request.POST, rule),
        owner_unit=uuid_of(request.POST.get("owner_unit"), "owner_unit"),
        owner_name=_text(request, "owner_name"),
        due=day(request.POST, "due"),
        review_on=day(request.POST, "review_on"),
        step=step,
    )
    row = a.record_vote(initiative_id=item, vote=given, **_who(request))
    return _("表决已登记：%(verdict)s。") % {"verdict": _(VERDICTS[row.verdict])}


def step(request: Any, item: UUID) -> str:
    """Make one of the two disclosures."""
    a.publish_step(
        initiative_id=item, step=_text(request, "step"), text=_text(request, "step_text"), **_who(request)
    )
    return _("已公开。")


def rule(request: Any, item: UUID) -> str:
    """Choose the owners' rule."""
    a.choose_common_rule(
        initiative_id=item, rule=_text(request, "rule"), reason=_text(request, "reason"), **_who(request)
    )
    return _("已选定，选择和理由都公开。")


def done(request: Any, _item: UUID) -> str:
    """Say that a decision has been carried out."""
    a.finish_resolution(
        resolution_id=_id(request, "resolution"),
        text=_text(request, "done_text"),
        done_on=day(request.POST, "done_on"),
        **_who(request),
    )
    return _("已登记落实。")


def looked(request: Any, _item: UUID) -> str:
    """Look at a decision again."""
    a.review_resolution(
        resolution_id=_id(request, "resolution"),
        text=_text(request, "review_text"),
        again_on=day(request.POST, "again_on"),
        **_who(request),
    )
    return _("回访已登记。")


def plan(request: Any, item: UUID) -> str:
    """Write the plan or a new version; empty lines are left out."""
    post = request.POST
    rows = zip(
        post.getlist("part_name"),
        post.getlist("part_due"),
        post.getlist("part_fen"),
        post.getlist("part_wanted"),
        strict=False,
    )
    parts = [
        Part(
            name=name.strip(),
            due=_due(due),
            planned_fen=fen({"parts": amount}, "parts") or 0,
            evidence_wanted=wanted.strip(),
        )
        for name, due, amount, wanted in rows
        if name.strip()
    ]
    a.make_plan(
        initiative_id=item,
        parts=parts,
        reason=_text(request, "plan_reason"),
        expect=moves.expected(request),
        **_who(request),
    )
    return _("计划已保存为新的一版。")


def _due(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"parts": [_("每个节点都要选到期的日子。")]}) from None


def evidence(request: Any, _item: UUID) -> str:
    """Hand in the evidence of a part."""
    photos = moves.store_photos(request)
    a.submit_part(
        milestone_id=_id(request, "part"),
        evidence=_text(request, "evidence"),
        photo=photos[0] if photos else None,
        **_who(request),
    )
    return _("成果已交，等另一位同志验收。")


def accept(request: Any, _item: UUID) -> str:
    """Accept the evidence of a part, or give it back."""
    agreed = _text(request, "agreed") == "yes"
    a.accept_part(
        milestone_id=_id(request, "part"),
        agreed=agreed,
        words=_text(request, "accept_words"),
        **_who(request),
    )
    return _("已验收。") if agreed else _("已退回补充。")


def pay(request: Any, _item: UUID) -> str:
    """Record a payment."""
    paid_on = day(request.POST, "paid_on", required=True)
    assert paid_on is not None
    a.record_payment(
        milestone_id=_id(request, "part"),
        amount_fen=fen(request.POST, "amount") or 0,
        paid_on=paid_on,
        receipt=_text(request, "receipt"),
        **_who(request),
    )
    return _("付款已登记。")


def assist(request: Any, item: UUID) -> str:
    """Support for a resident who asks for help."""
    a.support_for(initiative_id=item, phone=_text(request, "phone"), **_who(request))
    return _("已代为支持；同一个号码只算一次。")


def paper(request: Any, item: UUID) -> str:
    """Add a sheet of supports."""
    photos = moves.store_photos(request)
    a.add_paper(
        initiative_id=item,
        count=whole(request.POST, "count", signed=True),
        note=_text(request, "note"),
        photo=photos[0] if photos else None,
        **_who(request),
    )
    return _("纸上签名已登记。")


def survey(request: Any, item: UUID) -> str:
    """Note an answer given by phone or at the door."""
    a.note_answer(
        initiative_id=item, says=_text(request, "says"), words=_text(request, "survey_words"), **_who(request)
    )
    return _("回答已登记。")


def grow(request: Any, item: UUID) -> str:
    """Let a topic or works grow out of an item."""
    a.grow_initiative(
        initiative_id=item,
        idea=Idea(
            title=_text(request, "grow_title"),
            area=_text(request, "area"),
            text=_text(request, "grow_text"),
            kind=_text(request, "kind"),
            common_parts=_text(request, "common_parts") == "1",
        ),
        **_who(request),
    )
    return _("已转下去，新的一件等另一位同志上墙。")


def dispatch(request: Any, item: UUID) -> str:
    """Open a case for what has to be done."""
    case = a.open_case(
        initiative_id=item,
        words=_text(request, "task"),
        category=_text(request, "category"),
        resolution_id=uuid_of(request.POST.get("resolution"), "resolution"),
        **_who(request),
    )
    return _("已派出去，查询码 %(code)s。") % {"code": case.shown_code}


def supervisor(request: Any, item: UUID) -> str:
    """Make a seat for a residents' supervisor; the link is handed over in person."""
    seat = a.invite_supervisor(initiative_id=item, **_who(request))
    address = request.build_absolute_uri(f"/together/own/{seat.pk}/{secret_of(seat.pk)}")
    return _("%(alias)s的链接（当面交给本人）：%(link)s") % {"alias": seat.alias, "link": address}


def correct(request: Any, _item: UUID) -> str:
    """Say that a finding has been put right."""
    a.correct_finding(
        finding_id=_id(request, "finding"), text=_text(request, "correct_text"), **_who(request)
    )
    return _("整改已登记，等别人复查。")


def recheck(request: Any, _item: UUID) -> str:
    """Look whether a finding was put right."""
    a.recheck_finding(
        finding_id=_id(request, "finding"),
        agreed=_text(request, "agreed") == "yes",
        words=_text(request, "recheck_words"),
        **_who(request),
    )
    return _("复查已登记。")


def progress(request: Any, item: UUID) -> str:
    """Tell how it is getting on."""
    a.add_progress(initiative_id=item, words=_text(request, "progress"), **_who(request))
    return _("进展已公开。")


def report(request: Any, item: UUID) -> str:
    """Publish the results."""
    a.publish_result(initiative_id=item, text=_text(request, "result"), **_who(request))
    return _("结果已公开。")


def hide(request: Any, item: UUID) -> str:
    """Take it off the wall."""
    a.hide_initiative(initiative_id=item, reason=_text(request, "hide_reason"), **_who(request))
    return _("已从墙上取下，理由公开。")


def show(request: Any, item: UUID) -> str:
    """Put it back on the wall."""
    a.show_initiative(initiative_id=item, reason=_text(request, "hide_reason"), **_who(request))
    return _("已重新上墙。")


DEEDS: Final[dict[str, Deed]] = {
    one.__name__: one
    for one in (
        move, meeting, link, vote, step, rule, done, looked, plan, evidence, accept, pay, assist, paper, survey, grow,
        dispatch, supervisor, correct, recheck, progress, report, hide, show,
    )
}  # fmt: skip
