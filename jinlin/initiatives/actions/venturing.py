"""Ventures: a round from its call to its close, applications with a sealed sheet, blind reviews."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jinlin.audit import actions as audit
from jinlin.initiatives.actions.proposing import Idea, Origin, begun, checked_area, laid_down
from jinlin.initiatives.actions.stepping import Words, by_pass, entry, kept, locked, noted
from jinlin.initiatives.models import Applicant, Initiative, Pass, Review, Round
from jinlin.initiatives.queries.facts import names_told
from jinlin.initiatives.queries.numbers import numbers
from jinlin.initiatives.queries.passes import pass_of
from jinlin.initiatives.rules import kinds, money, reviewing
from jinlin.initiatives.rules.reviewing import Criterion
from jinlin.kernel import clock, crypto
from jinlin.kernel.errors import Conflict, Invalid, NotFound, RuleBroken
from jinlin.kernel.idempotency import once
from jinlin.kernel.text import clean
from jinlin.orgs import queries as orgs
from jinlin.people import access, areas
from jinlin.people.access import Actor
from jinlin.people.rules import normal_phone

OFFICE: Final = "venture.run"
MOST_NAMES: Final = 20


@dataclass(frozen=True)
class Call:
    """A round as it is called out; amounts in fen, criteria as (name, weight) that add up to 100."""

    name: str
    area: str
    call: str
    opens_on: date
    closes_on: date
    review_until: date
    cap_fen: int | None = None
    needs: str = ""
    fund_source: str = ""
    criteria: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Sheet:
    """Who applies: kept sealed and apart from the project; `names` are the people and short names that tell it too."""

    organisation: str
    contact: str = ""
    phone: str = ""
    names: Sequence[str] = ()


@once("venture.call")
def call_round(*, actor: Actor, call: Call, is_demo: bool = False, key: str | None = None) -> Round:
    """Call a round out: days, cap, needs list and public criteria with their weights."""
    area = checked_area(call.area)
    actor = areas.acting(actor, OFFICE, area)
    if not call.opens_on <= call.closes_on <= call.review_until:
        raise Invalid({"closes_on": [_("日子要按先后：开始申报、截止申报、评审结束。")]})
    figures = numbers(area[:6] + "000000")
    cap = figures["venture_cap_fen"].value if call.cap_fen is None else call.cap_fen
    if not 0 < cap <= money.MOST_FEN:
        raise Invalid({"cap_fen": [_("请填写单项资助的上限。")]})
    made = Round.objects.create(
        county=area[:6] + "000000",
        town=area[:9] + "000" if area[6:9] != "000" else "",
        village=area if area[9:12] != "000" else "",
        name=clean(call.name, max_length=60, field="name", required=True),
        call=clean(call.call, max_length=4000, field="call", multiline=True, required=True),
        needs=clean(call.needs, max_length=2000, field="needs", multiline=True),
        fund_source=clean(call.fund_source, max_length=120, field="fund_source"),
        opens_on=call.opens_on,
        closes_on=call.closes_on,
        review_until=call.review_until,
        cap_fen=cap,
        per_organisation=figures["venture_per_organisation"].value,
        criteria=_criteria(call.criteria),
        host_unit=orgs.desk_of(area).pk,
        account=actor.account_id,
        created_at=clock.now(),
        is_demo=is_demo,
    )
    audit.record(actor=actor, verb="venture.call", obj=made, county=made.county)
    return made


def _criteria(given: Sequence[tuple[str, int]]) -> list[dict[str, object]]:
    rows = (
        [
            (f"c{number}", clean(name, max_length=30, field="criteria", required=True), weight)
            for number, (name, weight) in enumerate(given, start=1)
        ]
        if given
        else [(code, _(name), weight) for code, name, weight in reviewing.DEFAULT_CRITERIA]
    )
    if (
        any(weight <= 0 for _code, _name, weight in rows)
        or sum(weight for _c, _n, weight in rows) != reviewing.FULL
    ):
        raise Invalid({"criteria": [_("各项权重要大于零，相加等于 100。")]})
    return [{"code": code, "name": name, "weight": weight} for code, name, weight in rows]


def criteria_of(row: Round) -> list[Criterion]:
    """Return the criteria of a round."""
    return [Criterion(one["code"], one["name"], one["weight"]) for one in row.criteria]


@once("venture.apply")
def apply_for(
    *,
    actor: Actor,
    round_id: UUID,
    title: str,
    text: str,
    asked_fen: int,
    sheet: Sheet,
    is_demo: bool = False,
    key: str | None = None,
) -> Initiative:
    """Start an application; it stays a draft, seen through its own link only, until it is handed in (move `submit`)."""
    access.require(actor, "initiative.propose")
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotFound("round")
    if not row.opens_on <= clock.today() <= row.closes_on or row.closed_at is not None:
        raise RuleBroken("round_open", _("申报已经截止或还没有开始，请看征集公告。"))
    area = row.village or row.town or row.county
    item = laid_down(
        actor=access.ANYONE if actor.kind == "resident" else actor,
        idea=Idea(title=title, text=text, area=row.county, kind=kinds.VENTURE),
        origin=Origin("round"),
        is_demo=is_demo,
    )
    item.county, item.town, item.village = row.county, row.town, row.village
    item.host_unit = orgs.desk_of(area).pk
    item.round, item.alias = row, _alias(row)
    _take_project(item, title, text, asked_fen)
    mine = Pass.objects.create(county=row.county, kind="applicant", round=row, made_at=clock.now())
    item.proposed_by = mine
    item.save()
    _seal(item, sheet)
    row.entries_count += 1
    row.save(update_fields=["entries_count"])
    begun(item, access.ANYONE)
    return item


def _alias(row: Round) -> str:
    """Return an alias that tells neither the order of applying nor anything else."""
    taken = set(Initiative.unscoped.filter(round=row).values_list("alias", flat=True))
    digits = 1_000 if len(taken) < 4_000 else 100_000_000  # drawn from at least twice as many as are taken
    while True:
        alias = f"P{secrets.randbelow(9 * digits) + digits}"
        if alias not in taken:
            return alias


def _take_project(item: Initiative, title: str, text: str, asked_fen: int) -> None:
    item.title = clean(title, max_length=60, field="title", required=True)
    item.text = clean(text, max_length=8000, field="text", multiline=True, required=True)
    if not 0 < asked_fen <= money.MOST_FEN:
        raise Invalid({"asked_fen": [_("请填写申请的金额。")]})
    item.asked_fen = asked_fen


def _seal(item: Initiative, sheet: Sheet) -> None:
    organisation = clean(sheet.organisation, max_length=80, field="organisation", required=True)
    if len(sheet.names) > MOST_NAMES:
        raise Invalid({"names": [_("最多写 20 个名字。")]})
    opened = {
        "organisation": organisation,
        "contact": clean(sheet.contact, max_length=40, field="contact"),
        "phone": normal_phone(clean(sheet.phone, max_length=30, field="phone")),
        "names": [
            clean(name, max_length=40, field="names")
            for name in (*sheet.names, sheet.contact)
            if name.strip()
        ],
    }
    sealed = crypto.seal(json.dumps(opened, ensure_ascii=False), aad=Applicant.aad(item.pk))
    index = crypto.blind_index(
        reviewing.squeezed(organisation), column=f"initiatives.applicant|{item.county}"
    )
    Applicant.objects.update_or_create(
        initiative=item, defaults={"county": item.county, "sheet": sealed, "organisation_index": index}
    )
    if told := names_told(item):
        raise Invalid(
            {
                "text": [
                    _("项目名称和项目书里不能出现申报单位或人员的名字（%(name)s），请改用“本机构”等说法。")
                    % {"name": told[0]}
                ]
            }
        )


@once("venture.mend")
def mend_application(
    *,
    actor: Actor,
    initiative_id: UUID,
    passed: UUID,
    title: str,
    text: str,
    asked_fen: int,
    sheet: Sheet,
    key: str | None = None,
) -> Initiative:
    """Change an application that is still a draft, through its own link."""
    access.require(actor, "initiative.propose")
    item = locked(initiative_id)
    if not by_pass(pass_of(passed, "applicant"), item):
        raise NotFound("initiative")
    if item.stage != kinds.DRAFT:
        raise RuleBroken("submitted", _("已经正式申报，不能再改；要改请联系征集办公室退回。"))
    _take_project(item, title, text, asked_fen)
    kept(item)
    _seal(item, sheet)
    return item


@once("venture.sheet")
def open_sheet(*, actor: Actor, initiative_id: UUID, purpose: str, key: str | None = None) -> Initiative:
    """Note that the office opens who applies and why; the page then reads the sheet (`queries.ventures.sheet`)."""
    item = locked(initiative_id)
    if item.kind != kinds.VENTURE:
        raise NotFound("initiative")
    actor = areas.acting(actor, OFFICE, item.area)
    why = clean(purpose, max_length=120, field="purpose", required=True)
    audit.record(
        actor=actor, verb="venture.sheet", obj=item, county=item.county, purpose=why, fields=("name", "phone")
    )
    return item


@once("venture.reviewer")
def invite_reviewer(*, actor: Actor, round_id: UUID, key: str | None = None) -> Pass:
    """Make a seat for a reviewer: an alias and a link; who sits on it is the office's paper, not ours."""
    row = _office_round(actor, round_id)
    n = Pass.objects.filter(round=row, kind="reviewer").count() + 1
    seat = Pass.objects.create(
        county=row.county, kind="reviewer", round=row, alias=_("评审 %(n)02d") % {"n": n}, made_at=clock.now()
    )
    audit.record(actor=actor, verb="venture.reviewer", obj=seat, county=row.county)
    return seat


def _office_round(actor: Actor, round_id: UUID) -> Round:
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotFound("round")
    areas.require_area(actor, OFFICE, row.village or row.town or row.county)
    return row


@once("venture.assign")
def assign_review(*, actor: Actor, initiative_id: UUID, seat_id: UUID, key: str | None = None) -> Review:
    """Give a qualified application to a reviewer of its round."""
    item = locked(initiative_id)
    if item.round_id is None:
        raise NotFound("initiative")
    row = _office_round(actor, item.round_id)
    seat = pass_of(seat_id, "reviewer")
    if seat is None or seat.round_id != row.pk:
        raise Invalid({"seat": [_("请选择本次征集的评审人。")]})
    if item.stage != kinds.ASSESSED or row.closed_at is not None:
        raise RuleBroken("not_now", _("要先通过资格审查，并且评审没有结束。"))
    if Review.objects.filter(initiative=item, reviewer=seat).exists():
        raise Conflict("assigned", _("已经派给这位评审人了。"))
    made = Review.objects.create(
        county=item.county, round=row, initiative=item, reviewer=seat, assigned_at=clock.now()
    )
    audit.record(actor=actor, verb="venture.assign", obj=made, county=item.county)
    return made


def _own_review(review_id: UUID, passed: UUID) -> tuple[Pass, Review]:
    seat = pass_of(passed, "reviewer")
    known = Review.objects.filter(pk=review_id, reviewer=seat).first() if seat else None
    if seat is None or known is None:
        raise NotFound("review")
    the_round = Round.objects.select_for_update().get(pk=known.round_id)  # first, or it is closed meanwhile
    row = Review.objects.select_for_update().get(pk=review_id)
    row.round = the_round
    return seat, row


@once("venture.declare")
def declare_conflict(
    *, actor: Actor, review_id: UUID, passed: UUID, conflict: bool, words: str = "", key: str | None = None
) -> Review:
    """Say before the text opens whether there is a conflict of interest; a declared one takes the review away."""
    access.require(actor, "initiative.seat")
    _seat, row = _own_review(review_id, passed)
    if row.conflict == "declared" or row.submitted_at is not None:
        raise Conflict("declared", _("已经声明过了。"))
    row.conflict = "declared" if conflict else "none"
    row.conflict_text = clean(words, max_length=200, field="words")
    row.declared_at = clock.now()
    row.save(update_fields=["conflict", "conflict_text", "declared_at"])
    return row


@once("venture.review")
def submit_review(
    *,
    actor: Actor,
    review_id: UUID,
    passed: UUID,
    scores: Mapping[str, int],
    recommendation: str,
    words: str,
    key: str | None = None,
) -> Review:
    """Hand in the scores of a project with reasons; may be changed until the round closes."""
    access.require(actor, "initiative.seat")
    _seat, row = _own_review(review_id, passed)
    if row.round.closed_at is not None:
        raise RuleBroken("round_over", _("评审已经结束，不能再改。"))
    if row.conflict != "none":
        raise RuleBroken("conflict", _("请先声明与这个项目没有利害关系。"))
    criteria = criteria_of(row.round)
    wrong: dict[str, list[object]] = {
        one.code: [_("请打 0 到 100 分。")]
        for one in criteria
        if not 0 <= scores.get(one.code, -1) <= reviewing.FULL
    }
    if recommendation not in reviewing.RECOMMENDATIONS:
        wrong["recommendation"] = [_("请选择建议。")]
    if wrong:
        raise Invalid(wrong)
    row.scores = {one.code: scores[one.code] for one in criteria}
    row.score = reviewing.weighted(row.scores, criteria)
    row.recommendation = recommendation
    row.words = clean(words, max_length=2000, field="words", multiline=True, required=True)
    row.submitted_at = clock.now()
    row.save(update_fields=["scores", "score", "recommendation", "words", "submitted_at"])
    return row


@once("venture.close")
def close_round(*, actor: Actor, round_id: UUID, key: str | None = None) -> Round:
    """End the review: from now on scores and reasons may be read, without who gave them; nothing can be changed."""
    row = _office_round(actor, round_id)
    if row.closed_at is not None:
        raise Conflict("closed", _("评审已经结束了。"))
    if clock.today() <= row.closes_on:
        raise RuleBroken("round_open", _("申报还没有截止，不能结束评审。"))
    row.closed_at = clock.now()
    row.version += 1
    row.save(update_fields=["closed_at", "version"])
    audit.record(actor=actor, verb="venture.close", obj=row, county=row.county)
    return row


@once("venture.note")
def add_progress(
    *, actor: Actor, initiative_id: UUID, words: str, passed: UUID | None = None, key: str | None = None
) -> Initiative:
    """Say how an item is getting on, for everybody who follows it: the host, or who put it in through the own link."""
    item = locked(initiative_id)
    if not by_pass(pass_of(passed), item):
        verb = OFFICE if item.kind == kinds.VENTURE else "initiative.handle"
        actor = areas.acting(actor, verb, item.area)
    if not item.is_open:
        raise RuleBroken("not_now", _("这件事已经结束，不能再写进展。"))
    text = clean(words, max_length=2000, field="words", multiline=True, required=True)
    entry(item, actor, "progress", Words(text))
    noted(item, actor, "progress")
    return item
