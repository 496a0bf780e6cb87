"""Rounds for everybody, the office, applicants by their link, and the blind room, which never reads who applies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from jinlin.initiatives.models import Applicant, Initiative, Pass, Review, Round
from jinlin.initiatives.queries.wall import inside
from jinlin.initiatives.rules import kinds, reviewing
from jinlin.initiatives.rules.reviewing import Criterion
from jinlin.kernel import clock
from jinlin.kernel.errors import NotFound
from jinlin.people import areas
from jinlin.people.access import Actor


@dataclass(frozen=True)
class Score:
    """What the reviews of a project came to, once the round is closed: no reviewer's name, only reasons."""

    mean: Decimal | None
    grade: str
    n: int
    reasons: tuple[tuple[str, str, Decimal], ...]  # (recommendation, words, score)


@dataclass(frozen=True)
class Paper:
    """A project as a reviewer reads it: the alias, the text, the sum; no id of the project, no day it came in."""

    review_id: UUID
    alias: str
    title: str
    text: str
    asked_fen: int
    criteria: tuple[Criterion, ...]
    round_name: str
    is_closed: bool
    conflict: str
    scores: dict[str, int]
    recommendation: str
    words: str
    is_submitted: bool


@dataclass(frozen=True)
class Sheet:
    """Who applies, opened by the office for a stated purpose."""

    organisation: str
    contact: str
    call_on: str
    names: tuple[str, ...]


def rounds(*, area: str) -> list[Round]:
    """Return the rounds of a county, the newest first (one query)."""
    return list(Round.objects.filter(county=area[:6] + "000000").order_by("-opens_on", "-id")[:50])


def the_round(round_id: UUID) -> Round:
    """Return one round; its call is everybody's (one query)."""
    found = Round.objects.filter(pk=round_id).first()
    if found is None:
        raise NotFound("round")
    return found


def is_open(row: Round) -> bool:
    """Tell whether one may apply today."""
    return row.closed_at is None and row.opens_on <= clock.today() <= row.closes_on


def criteria_of(row: Round) -> tuple[Criterion, ...]:
    """Return the public criteria of a round."""
    return tuple(Criterion(one["code"], one["name"], one["weight"]) for one in row.criteria)


def office(*, viewer: Actor, round_id: UUID) -> tuple[Round, list[Initiative], list[Pass], list[Review]]:
    """Return a round as its office runs it: projects, seats, who reviews which (four queries)."""
    row = the_round(round_id)
    areas.require_area(viewer, "venture.run", row.village or row.town or row.county)
    projects = list(Initiative.unscoped.filter(round=row).exclude(stage=kinds.DRAFT).order_by("alias"))
    seats = list(Pass.objects.filter(round=row, kind="reviewer", ended_at=None).order_by("made_at"))
    return row, projects, seats, list(Review.objects.filter(round=row).select_related("reviewer"))


def awarded(row: Round) -> list[Initiative]:
    """Return the projects of a round everybody may see, best score first is not asked: by name (one query)."""
    return list(Initiative.unscoped.filter(round=row, is_public=True, is_hidden=False).order_by("title"))


def score_of(item: Initiative) -> Score | None:
    """Return what the reviews of a project came to; None while the round is sealed (at most two queries)."""
    if item.round is None or item.round.closed_at is None:
        return None
    rows = list(
        Review.objects.filter(initiative=item, conflict="none", submitted_at__isnull=False).order_by(
            "score", "id"
        )
    )
    mean = reviewing.mean([row.score for row in rows if row.score is not None])
    reasons = tuple((row.recommendation, row.words, row.score or Decimal(0)) for row in rows)
    return Score(mean, reviewing.grade(mean), len(rows), reasons)


def scores_of(row: Round, projects: list[Initiative]) -> dict[UUID, Score]:
    """Return the scores of a round's projects by project, {} while it is sealed (one query)."""
    if row.closed_at is None:
        return {}
    found: dict[UUID, list[Review]] = {project.pk: [] for project in projects}
    for review in Review.objects.filter(round=row, conflict="none", submitted_at__isnull=False):
        found.setdefault(review.initiative_id, []).append(review)
    scores = {}
    for pk, reviews in found.items():
        mean = reviewing.mean([one.score for one in reviews if one.score is not None])
        reasons = tuple((one.recommendation, one.words, one.score or Decimal(0)) for one in reviews)
        scores[pk] = Score(mean, reviewing.grade(mean), len(reviews), reasons)
    return scores


# --- the blind room


def papers(seat: Pass) -> list[Paper]:
    """Return the projects given to one seat, by alias; declared conflicts are gone (one query)."""
    rows = (
        Review.objects.filter(reviewer=seat)
        .exclude(conflict="declared")
        .select_related("initiative", "round")
    )
    return sorted((_paper(row) for row in rows), key=lambda paper: paper.alias)


def paper(seat: Pass, review_id: UUID) -> Paper:
    """Return one project of a seat; its text only after the conflict statement (one query)."""
    row = Review.objects.filter(pk=review_id, reviewer=seat).select_related("initiative", "round").first()
    if row is None or row.conflict == "declared":
        raise NotFound("review")
    return _paper(row)


def _paper(row: Review) -> Paper:
    opened = row.conflict == "none"
    return Paper(
        review_id=row.pk,
        alias=row.initiative.alias,
        title=row.initiative.title,
        text=row.initiative.text if opened else "",
        asked_fen=row.initiative.asked_fen,
        criteria=criteria_of(row.round),
        round_name=row.round.name,
        is_closed=row.round.closed_at is not None,
        conflict=row.conflict,
        scores=row.scores,
        recommendation=row.recommendation,
        words=row.words,
        is_submitted=row.submitted_at is not None,
    )


def application(passed: Pass) -> Initiative:
    """Return the project of an applicant's link (one query)."""
    found = Initiative.unscoped.filter(proposed_by=passed).select_related("round").first()
    if found is None:
        raise NotFound("initiative")
    return found


def own_sheet(item: Initiative) -> Sheet:
    """Return the sheet to whoever wrote it, by the link (one query)."""
    found = Applicant.objects.filter(initiative=item).first()
    if found is None:
        raise NotFound("initiative")
    opened = json.loads(found.opened())
    return Sheet(opened["organisation"], opened["contact"], opened["phone"], tuple(opened["names"]))


def sheet(*, viewer: Actor, item: Initiative) -> Sheet:
    """Return who applies, to the office of the place; `actions.open_sheet` has noted the purpose before."""
    areas.require_area(viewer, "venture.run", item.area)
    return own_sheet(item)


def projects_of(*, area: str) -> list[Initiative]:
    """Return awarded projects of a place with their sums (one query)."""
    rows = Initiative.unscoped.filter(inside(area), kind=kinds.VENTURE, is_public=True, is_hidden=False)
    return list(rows.order_by("-created_at")[:100])
