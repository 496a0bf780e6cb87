"""The 15-minute living circle: coverage, gaps, gates by what they bring, siting, sharing, and anybody's own circle."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Path, Query, Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.circle_shapes import (
    AssessmentRow,
    Comparison,
    Compound,
    CompoundRow,
    Coverage,
    Gap,
    Mine,
    Standard,
    StudyRow,
)
from jinlin.api.circle_things import (
    Change,
    Confidence,
    Crossing,
    Facility,
    Flagged,
    FlagRow,
    GatePage,
    GateRow,
    Wished,
    WishRow,
)
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import Datum, Given
from jinlin.circle import actions, queries
from jinlin.circle.rules import words as w

router = Router(tags=["circle"])
Area = Annotated[str, Path(pattern="^[0-9]{12}$", description="12 digits of a county, street or community")]
Profile = Literal[(*w.PROFILE_NAMES,)]  # type: ignore[valid-type]
Moment = Literal[(*w.MOMENT_NAMES,)]  # type: ignore[valid-type]
VIEW, EDIT, ASSESS = doors.staff("circle.view"), doors.staff("circle.edit"), doors.staff("circle.assess")
MINE = doors.anyone("circle.mine", limit=120, bucket="circle.mine")


class Narrow(Given):
    """Which result, and which part of it."""

    assessment: UUID | None = Field(None, description="null: the newest finished one")
    category: str = Field("", max_length=12)
    tier: str = Field("", max_length=5)
    by: Literal["town", "village", "compound"] = "village"
    slow: bool = False


class Versions(Given):
    """Two versions."""

    before: UUID
    after: UUID


class AssessIn(Given):
    """What to compute."""

    area: str = Field(pattern="^[0-9]{12}$")
    profile: Profile = "planning"
    moment: Moment = "workday_morning"
    label: str = Field("", max_length=60)


class GateStudyIn(Given):
    """Which gates help most."""

    area: str = Field(pattern="^[0-9]{12}$")
    profile: Profile = "planning"
    moment: Moment = "workday_morning"
    codes: list[str] = Field(default_factory=list, max_length=60)
    top: int = Field(20, ge=1, le=200)


class SiteStudyIn(Given):
    """Where to build."""

    area: str = Field(pattern="^[0-9]{12}$")
    category: str = Field(min_length=1, max_length=12)
    budget: int = Field(1, ge=1, le=100)
    profile: Profile = "planning"
    moment: Moment = "workday_morning"


class GateIn(Given):
    """What is said of a gate; without a point a known one stays where it is."""

    name: str = Field("", max_length=60)
    lon: float | None = None
    lat: float | None = None
    datum: Datum = "wgs84"
    status: Literal["open", "closed", "proposed"] = "proposed"
    access: Literal["public", "residents"] = "public"
    hours: str = Field("", max_length=120)
    barrier_free: bool | None = None
    length_m: float | None = Field(None, ge=0.1, le=500)
    source: str = Field("", max_length=200)
    confidence: Literal["surveyed", "drawn", "guessed"] = "drawn"
    verified_on: date | None = None
    other_id: UUID | None = None


class SettleIn(Given):
    """Agree with a change, or not."""

    agreed: bool = True
    words: str = Field("", max_length=200)


class WordsIn(Given):
    """Why."""

    words: str = Field("", max_length=200)


class FlagIn(Given):
    """What is wrong about a facility."""

    kind: Literal["closed", "hours", "moved", "gone", "other"]
    words: str = Field("", max_length=200)


class MineIn(Given):
    """A spot somebody points at; it is used for this answer only and kept nowhere."""

    lon: float
    lat: float
    datum: Datum = "wgs84"
    profile: Profile = "planning"
    moment: Moment = "workday_morning"


class WishIn(Given):
    """What is wished for, for a compound or a community."""

    category_code: str = Field(min_length=1, max_length=12)
    compound_id: UUID | None = None
    place: str = Field("", max_length=12)
    words: str = Field("", max_length=1000)
    leaf: str = Field("CIR-01", max_length=12)


class Features(Schema):
    """A GeoJSON collection in WGS84."""

    type: str
    features: list[dict[str, Any]]


@router.get("/circle/standard", auth=MINE, response=Standard)
def circle_standard(request: doors.Asked) -> Any:
    """The standards table in force, with the source and the mark of every row (r read, K to be checked, D decided here)."""
    return queries.standard()


@router.post("/circle/mine", auth=MINE, response=Mine)
def circle_mine(request: doors.Asked, spot: MineIn) -> Any:
    """What is reached on foot from a spot; nothing about it is stored."""
    return queries.my_circle(
        lon=spot.lon, lat=spot.lat, datum=spot.datum, walker=spot.profile, moment=spot.moment
    )


@router.get("/circle/areas/{area}/assessments", auth=VIEW, response=list[AssessmentRow])
def list_assessments(request: doors.Asked, area: Area) -> Any:
    """Versions of the results an area can be read from, newest first, those on their way among them."""
    return list(queries.assessments(viewer=request.actor, area=area))


@router.get("/circle/areas/{area}/coverage", auth=VIEW, response=Coverage)
def area_coverage(request: doors.Asked, area: Area, narrow: Query[Narrow]) -> Any:
    """What people of an area reach, category by category; not mapped stands apart from not covered."""
    return queries.coverage(viewer=request.actor, area=area, assessment_id=narrow.assessment)


@router.get("/circle/areas/{area}/gaps", auth=VIEW, response=list[Gap])
def area_gaps(request: doors.Asked, area: Area, narrow: Query[Narrow]) -> Any:
    """Gaps by people, most first."""
    found = queries.gaps(
        viewer=request.actor,
        area=area,
        assessment_id=narrow.assessment,
        category=narrow.category,
        tier=narrow.tier,
        by=narrow.by,
    )
    return list(found)


@router.get("/circle/areas/{area}/gaps.geojson", auth=VIEW, response=Features)
def area_gap_map(request: doors.Asked, area: Area, narrow: Query[Narrow]) -> Any:
    """The map of one category: compounds and blocks with their status."""
    return queries.gap_map(
        viewer=request.actor,
        area=area,
        category=narrow.category,
        assessment_id=narrow.assessment,
        slow=narrow.slow,
    )


@router.get("/circle/areas/{area}/walls.geojson", auth=VIEW, response=Features)
def area_wall_map(request: doors.Asked, area: Area) -> Any:
    """Walls, gates, facilities and ways that cross a wall without a gate."""
    return queries.wall_map(viewer=request.actor, area=area)


@router.get("/circle/areas/{area}/compared", auth=VIEW, response=Comparison)
def area_compared(request: doors.Asked, area: Area, versions: Query[Versions]) -> Any:
    """Two versions side by side."""
    return queries.compared(viewer=request.actor, area=area, before=versions.before, after=versions.after)


@router.get("/circle/areas/{area}/confidence", auth=VIEW, response=Confidence)
def area_confidence(request: doors.Asked, area: Area) -> Any:
    """How far results can be trusted, and what to map next."""
    return queries.data_confidence(viewer=request.actor, area=area)


@router.get("/circle/areas/{area}/compounds", auth=VIEW, response=list[CompoundRow])
def area_compounds(request: doors.Asked, area: Area) -> Any:
    """The compounds of an area."""
    return list(queries.compounds(viewer=request.actor, area=area))


@router.get("/circle/areas/{area}/gates", auth=VIEW, response=list[GateRow])
def area_gates(request: doors.Asked, area: Area) -> Any:
    """The gates of an area."""
    return list(queries.gates(viewer=request.actor, area=area))


@router.get("/circle/areas/{area}/crossings", auth=VIEW, response=list[Crossing])
def area_crossings(request: doors.Asked, area: Area) -> Any:
    """Ways that were cut at a wall where no gate is known."""
    return list(queries.crossings(viewer=request.actor, area=area))


@router.get("/circle/areas/{area}/facilities", auth=VIEW, response=list[Facility])
def area_facilities(request: doors.Asked, area: Area, narrow: Query[Narrow]) -> Any:
    """The facilities of an area."""
    return list(queries.facilities(viewer=request.actor, area=area, category=narrow.category))


@router.get("/circle/areas/{area}/flags", auth=VIEW, response=list[FlagRow])
def area_flags(request: doors.Asked, area: Area) -> Any:
    """What residents say is wrong, oldest first."""
    return list(queries.flags(viewer=request.actor, area=area))


@router.get("/circle/areas/{area}/wishes", auth=VIEW, response=list[WishRow])
def area_wishes(request: doors.Asked, area: Area) -> Any:
    """Wishes that came out of gaps."""
    return list(queries.wishes(viewer=request.actor, area=area))


@router.get("/circle/areas/{area}/studies", auth=VIEW, response=list[StudyRow])
def area_studies(request: doors.Asked, area: Area) -> Any:
    """Gate and siting studies of an area, newest first."""
    return list(queries.studies(viewer=request.actor, area=area))


@router.get("/circle/compounds/{compound}", auth=VIEW, response=Compound)
def one_compound(request: doors.Asked, compound: UUID) -> Any:
    """What one compound reaches, lacks, and could share."""
    return queries.compound(viewer=request.actor, compound_id=compound)


@router.get("/circle/gates/{circle_gate}", auth=VIEW, response=GatePage)
def one_gate(request: doors.Asked, circle_gate: UUID) -> Any:
    """One gate with its full history."""
    return queries.gate(viewer=request.actor, gate_id=circle_gate)


@router.get("/circle/studies/{study}", auth=VIEW, response=StudyRow)
def one_study(request: doors.Asked, study: UUID) -> Any:
    """One study, its progress and its answer."""
    return queries.study(viewer=request.actor, study_id=study)


@router.post("/circle/assessments", auth=ASSESS, response={202: AssessmentRow}, openapi_extra=KEYED)
def order_assessment(request: doors.Asked, asked: AssessIn) -> Any:
    """Order an assessment; a job computes it."""
    row = actions.order_assessment(
        actor=request.actor,
        area=asked.area,
        profile=asked.profile,
        moment=asked.moment,
        label=asked.label,
        key=key_of(request),
    )
    return 202, queries.assessment(viewer=request.actor, area=row.area, assessment_id=row.pk)


@router.post("/circle/gate-studies", auth=ASSESS, response={202: StudyRow}, openapi_extra=KEYED)
def order_gate_study(request: doors.Asked, asked: GateStudyIn) -> Any:
    """Ask which proposed and shut gates help most."""
    question = actions.GateQuestion(asked.profile, asked.moment, tuple(asked.codes), asked.top)
    row = actions.order_study(actor=request.actor, area=asked.area, question=question, key=key_of(request))
    return 202, queries.study(viewer=request.actor, study_id=row.pk)


@router.post("/circle/site-studies", auth=ASSESS, response={202: StudyRow}, openapi_extra=KEYED)
def order_site_study(request: doors.Asked, asked: SiteStudyIn) -> Any:
    """Ask where to build, with proof of how good the answer is."""
    question = actions.SiteQuestion(asked.category, asked.budget, asked.profile, asked.moment)
    row = actions.order_study(actor=request.actor, area=asked.area, question=question, key=key_of(request))
    return 202, queries.study(viewer=request.actor, study_id=row.pk)


@router.post("/circle/compounds/{compound}/gates", auth=EDIT, response={201: Change}, openapi_extra=KEYED)
def propose_gate(request: doors.Asked, compound: UUID, facts: GateIn) -> Any:
    """Say that there is, or should be, a gate; a second person confirms."""
    given = actions.GateFacts(**facts.model_dump())
    return 201, actions.propose_gate(
        actor=request.actor, compound_id=compound, facts=given, key=key_of(request)
    )


@router.post("/circle/gates/{circle_gate}", auth=EDIT, response={201: Change}, openapi_extra=KEYED)
def correct_gate(request: doors.Asked, circle_gate: UUID, facts: GateIn) -> Any:
    """Correct a gate; a second person confirms."""
    given = actions.GateFacts(**facts.model_dump())
    return 201, actions.correct_gate(
        actor=request.actor, gate_id=circle_gate, facts=given, key=key_of(request)
    )


@router.post(
    "/circle/changes/{change}/confirm",
    auth=doors.staff("circle.confirm"),
    response=Change,
    openapi_extra=KEYED,
)
def confirm_change(request: doors.Asked, change: UUID, verdict: SettleIn) -> Any:
    """Agree with a waiting change as the second person, or refuse it."""
    return actions.confirm_change(
        actor=request.actor,
        change_id=change,
        agreed=verdict.agreed,
        words=verdict.words,
        key=key_of(request),
    )


@router.post("/circle/changes/{change}/undo", auth=EDIT, response=Change, openapi_extra=KEYED)
def undo_change(request: doors.Asked, change: UUID, why: WordsIn) -> Any:
    """Take a change back."""
    return actions.undo_change(actor=request.actor, change_id=change, words=why.words, key=key_of(request))


@router.post(
    "/circle/facilities/{facility}/flags",
    auth=doors.anyone("circle.flag", limit=20, with_deed=True),
    response={201: Flagged},
    openapi_extra=KEYED,
)
def flag_facility(request: doors.Asked, facility: UUID, flag: FlagIn) -> Any:
    """Say what is wrong about a facility; no log-in, nothing is kept of who said it."""
    return 201, actions.flag_facility(
        actor=request.actor, facility_id=facility, kind=flag.kind, words=flag.words, key=key_of(request)
    )


@router.post(
    "/circle/wishes",
    auth=doors.anyone("case.report", limit=30, with_deed=True),
    response={201: Wished},
    openapi_extra=KEYED,
)
def wish(request: doors.Asked, wished: WishIn) -> Any:
    """Wish for what is missing; it becomes a case with a tracking code, the gap is noted beside it."""
    given = actions.Wish(**wished.model_dump())
    note = actions.wish_from_gap(actor=request.actor, wish=given, key=key_of(request))
    return 201, {"tracking": note.case.tracking, "status": note.status, "people": note.people}
