"""Ventures in public: the calls, what was awarded and what came of it; applying and running a project by the own link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jinlin.initiatives import actions, queries
from jinlin.initiatives.actions import Sheet
from jinlin.initiatives.queries import ventures as reads
from jinlin.initiatives.rules import kinds
from jinlin.initiatives.rules import moves as table
from jinlin.initiatives.rules.money import yuan
from jinlin.kernel import throttle
from jinlin.kernel.errors import NotFound
from jinlin.kernel.origin import address_of
from jinlin.web import moves
from jinlin.web.resident.proof import resident
from jinlin.web.together.asked import attempt, uuid_of, where
from jinlin.web.together.frame import draw
from jinlin.web.wishes import visit
from jinlin.web.wishes.fields import fen
from jinlin.web.wishes.shown import item_frame, rows_of

POSTS, WINDOW = 20, 600


@resident("together.view")
@require_safe
def ventures(request: Any) -> HttpResponse:
    """Show the calls of a county and the projects awarded in the place."""
    place = where(request)
    frame = {
        "where": place,
        "rounds": [_call_row(row) for row in reads.rounds(area=place.code)] if place.code else [],
        "rows": rows_of(reads.projects_of(area=place.code)) if place.code else [],
        "application": visit.pass_id(request, "applicant"),
        "url": reverse("wishes:ventures"),
    }
    return draw(request, "wishes/ventures.html", frame, tab="ventures")


def _call_row(row: Any) -> dict[str, Any]:
    if reads.is_open(row):
        badge, tone = _("正在申报"), "action"
    elif row.closed_at is None:
        badge, tone = _("评审中"), "wait"
    else:
        badge, tone = _("结果已公开"), "done"
    return {
        "url": reverse("wishes:round", args=[row.pk]),
        "title": row.name,
        "meta": [
            _("申报 %(a)s 到 %(b)s") % {"a": row.opens_on.isoformat(), "b": row.closes_on.isoformat()},
            _("单项不超过 %(n)s 元") % {"n": yuan(row.cap_fen)},
        ],
        "badge": badge,
        "tone": tone,
    }


@resident("together.view")
@require_safe
def call(request: Any, round_id: UUID) -> HttpResponse:
    """Show a call: needs, criteria, days; after the review the awards with scores and reasons, without reviewers."""
    row = reads.the_round(round_id)
    projects = reads.awarded(row)
    scores = reads.scores_of(row, projects)
    frame = {
        "round": row,
        "shown": _call_row(row),
        "cap": yuan(row.cap_fen),
        "criteria": reads.criteria_of(row),
        "needs": row.needs.splitlines(),
        "is_open": reads.is_open(row),
        "projects": [{**shown, "score": scores.get(shown["row"].pk)} for shown in rows_of(projects)],
    }
    return draw(request, "wishes/round.html", frame, tab="ventures")


@resident("initiative.propose")
@sensitive_post_parameters("phone", "contact", "organisation", "names")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Any, round_id: UUID) -> HttpResponse:
    """Start an application: the project without names, and apart from it the sealed sheet of who applies."""
    row = reads.the_round(round_id)
    if request.method != "POST":
        return _form(request, row, {}, {}, 200)
    throttle.hit("initiative.propose", address_of(request), limit=POSTS, seconds=WINDOW)

    def save() -> str:
        made = actions.apply_for(
            actor=request.actor, round_id=round_id, key=moves.key_of(request), **_posted(request.POST)
        )
        assert made.proposed_by is not None
        visit.remember(request, made.proposed_by)
        return reverse("wishes:application")

    return attempt(save, lambda facts, code: _form(request, row, request.POST, facts, code))


def _posted(post: Mapping[str, Any]) -> dict[str, Any]:
    names = [name.strip() for name in str(post.get("names", "")).replace("，", "、").split("、")]
    return {
        "title": str(post.get("title", "")),
        "text": str(post.get("text", "")),
        "asked_fen": fen(post, "asked") or 0,
        "sheet": Sheet(
            organisation=str(post.get("organisation", "")),
            contact=str(post.get("contact", "")),
            phone=str(post.get("phone", "")),
            names=[name for name in names if name],
        ),
    }


def _form(request: Any, row: Any, typed: Mapping[str, Any], facts: Any, status: int) -> HttpResponse:
    frame = {
        "round": row,
        "cap": yuan(row.cap_fen),
        "typed": typed,
        "criteria": reads.criteria_of(row),
        **facts,
    }
    return draw(request, "wishes/apply.html", frame, tab="ventures", status=status)


@resident("initiative.seat")
@never_cache
@require_safe
def application(request: Any) -> HttpResponse:
    """Show the own application by its link: draft, stages, plan, evidence to hand in."""
    return _own_page(request, {}, 200)


def _own_page(request: Any, facts: Any, status: int) -> HttpResponse:
    passed = visit.current(request, "applicant")
    if passed is None:
        raise NotFound("pass", _("请用申报时给您的链接打开这个页面。"))
    item = reads.application(passed)
    sheet = reads.own_sheet(item)
    verbs = [m.verb for m in table.moves_from(item.kind, item.stage) if m.who == table.PROPOSER]
    frame = {
        **item_frame(queries.page(viewer=request.actor, item=item)),
        "sheet": sheet,
        "names": "、".join(name for name in sheet.names if name != sheet.contact),
        "link": visit.link_of(request, passed),
        "is_draft": item.stage == kinds.DRAFT,
        "may_submit": "submit" in verbs,
        "may_withdraw": "withdraw" in verbs,
        "runs": item.stage in (kinds.CONTRACTED, kinds.DOING),
        "typed": request.POST,
        **facts,
    }
    return draw(request, "wishes/application.html", frame, tab="ventures", status=status)


@resident("initiative.seat")
@sensitive_post_parameters("phone", "contact", "organisation", "names")
@require_POST
def act(request: Any, deed: str) -> HttpResponse:
    """Mend the draft, hand it in, withdraw it, hand in evidence, tell of progress."""
    deeds = {"mend": _mend, "submit": _move, "withdraw": _move, "evidence": _evidence, "progress": _progress}
    passed = visit.current(request, "applicant")
    if deed not in deeds or passed is None:
        raise NotFound("deed")
    item = reads.application(passed)

    def save() -> str:
        messages.success(request, deeds[deed](request, item.pk, passed.pk, deed))
        return reverse("wishes:application")

    return attempt(save, lambda facts, code: _own_page(request, facts, code))


def _mend(request: Any, item: UUID, passed: UUID, _deed: str) -> str:
    actions.mend_application(
        actor=request.actor,
        initiative_id=item,
        passed=passed,
        key=moves.key_of(request),
        **_posted(request.POST),
    )
    return _("已保存。")


def _move(request: Any, item: UUID, passed: UUID, deed: str) -> str:
    actions.move_initiative(
        actor=request.actor, initiative_id=item, verb=deed, passed=passed, key=moves.key_of(request)
    )
    return _("已正式申报。") if deed == "submit" else _("已撤回。")


def _evidence(request: Any, _item: UUID, passed: UUID, _deed: str) -> str:
    part = uuid_of(request.POST.get("part"), "part")
    if part is None:
        raise NotFound("milestone")
    photos = moves.store_photos(request)
    actions.submit_part(
        actor=request.actor,
        milestone_id=part,
        evidence=str(request.POST.get("evidence", "")),
        photo=photos[0] if photos else None,
        passed=passed,
        key=moves.key_of(request),
    )
    return _("成果已交，等征集办公室验收。")


def _progress(request: Any, item: UUID, passed: UUID, _deed: str) -> str:
    actions.add_progress(
        actor=request.actor,
        initiative_id=item,
        words=str(request.POST.get("words", "")),
        passed=passed,
        key=moves.key_of(request),
    )
    return _("进展已公开。")
