"""Going out to ask: visits that brought matters, drives of follow-up calls, and both of a place month by month."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.gate import in_our_time, key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import CaseRow, Given
from jinlin.cases.actions import Caller, Said
from jinlin.cases.actions.campaigns import Drive, end_campaign, open_campaign
from jinlin.cases.actions.visiting import record_visit
from jinlin.cases.queries import reaching
from jinlin.cases.rules import reaching as rules
from jinlin.kernel import clock
from jinlin.performance.queries.scope import scope_of

router = Router(tags=["reaching"])
Channel = Literal[(*rules.VISIT_CHANNELS,)]  # type: ignore[valid-type]


class Matter(Given):
    """One thing somebody said."""

    text: str = Field(min_length=1, max_length=5000)
    category: str = Field("", max_length=12, description="Code of a leaf; empty: the community decides.")
    place: str = Field("", max_length=15, description="Village or grid code.")
    place_text: str = Field("", max_length=120)


class VisitIn(Given):
    """What one visit brought; a visit nobody said anything at is not recorded."""

    matters: list[Matter] = Field(min_length=1, max_length=rules.MOST_MATTERS)
    channel: Channel = "visit"
    phone: str = Field("", max_length=20)


class VisitOut(Schema):
    """The visit as it is counted: place, day, how many matters."""

    county: str
    town: str
    village: str
    channel: str
    on: date
    matters: int


class DriveIn(Given):
    """Which closed cases are to be asked about, and until when."""

    title: str = Field(min_length=1, max_length=60)
    area: str = Field(min_length=12, max_length=12)
    closed_from: date
    closed_to: date
    ends_on: date
    category: str = Field("", max_length=12, description="Code of a leaf or branch; empty: any.")


class CampaignRow(Schema):
    """One drive."""

    code: str
    title: str
    place: str
    matter: str
    unit: str
    closed_from: date
    closed_to: date
    ends_on: date
    opened_at: datetime
    is_open: bool
    chosen: int
    asked: int


class CampaignDetail(Schema):
    """One drive with the cases still to be asked about and what was heard, as numbers."""

    row: CampaignRow
    waiting: list[CaseRow]
    more: int
    solved: list[tuple[str, int]]
    satisfied: int
    rated: int
    reopened: int
    may_end: bool


class Month(Schema):
    """One month of a place."""

    month: date
    visits: int
    matters: int
    follow_ups: int
    in_drives: int


@router.post("/visits", auth=doors.staff("visit.record"), response=VisitOut, **KEYED)
def record_a_visit(request: doors.Asked, body: VisitIn) -> Any:
    """Take what was said on a visit; each matter becomes an appeal."""
    return record_visit(
        actor=request.actor,
        matters=[Said(**one.model_dump()) for one in body.matters],
        caller=Caller(phone=body.phone),
        channel=body.channel,
        key=key_of(request),
    )


@router.get("/campaigns", auth=doors.staff("campaign.view"), response=list[CampaignRow])
def list_campaigns(request: doors.Asked, is_open: bool = True) -> Any:
    """Drives in the asker's block, the latest first."""
    return list(reaching.campaigns(viewer=request.actor, is_open=is_open))


@router.post("/campaigns", auth=doors.staff("campaign.open"), response=CampaignDetail, **KEYED)
def open_a_campaign(request: doors.Asked, body: DriveIn) -> Any:
    """Choose closed cases and plan a call for each; the calls are the move `revisit`."""
    row = open_campaign(actor=request.actor, drive=Drive(**body.model_dump()), key=key_of(request))
    return reaching.campaign(viewer=request.actor, code=row.code)


@router.get("/campaigns/{campaign}", auth=doors.staff("campaign.view"), response=CampaignDetail)
def show_campaign(request: doors.Asked, campaign: str) -> Any:
    """One drive whole."""
    return reaching.campaign(viewer=request.actor, code=campaign)


@router.post("/campaigns/{campaign}/end", auth=doors.staff("campaign.open"), response=CampaignDetail, **KEYED)
def end_a_campaign(request: doors.Asked, campaign: str) -> Any:
    """End a drive before its day."""
    end_campaign(actor=request.actor, code=campaign, key=key_of(request))
    return reaching.campaign(viewer=request.actor, code=campaign)


@router.get("/reached/{area}", auth=doors.staff("board.view"), response=list[Month])
def reached(request: doors.Asked, area: str, since: date | None = None, until: date | None = None) -> Any:
    """Visits and follow-ups of a county, town or community, month by month; this year's without days."""
    scope_of(viewer=request.actor, area=area)
    in_our_time(since=since, until=until)
    last = until or clock.today()
    return list(
        reaching.reached_by_month(area, since or last.replace(month=1, day=1), last)
    )  # a pair would be read as status and body
