"""Saying a thing once: photos, similar matters nearby, a new report, or joining a neighbour's."""

from __future__ import annotations

from typing import Any, BinaryIO, Literal, cast
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from jinlin.api import doors
from jinlin.api.gate import key_of
from jinlin.api.openapi import KEYED
from jinlin.api.schemas import MAX_PHOTOS, Datum, Given, Written
from jinlin.cases import queries
from jinlin.cases.actions import Caller, Said, Source, join_case, report_case
from jinlin.files.actions import store_image
from jinlin.kernel.errors import Invalid
from jinlin.people import access
from jinlin.people.access import Actor

router = Router(tags=["reports"])
REPORTS = 30  # in a quarter of an hour from one address, together with the page; a compound may share one
COUNTY = 3
Kind = Literal["help", "complaint", "consult", "report", "proposal"]
Channel = Literal["web", "hotline", "patrol", "visit", "parlour", "letter"]


class Point(Given):
    """Where the person stands or points to, in degrees."""

    lon: float
    lat: float
    datum: Datum = "wgs84"
    accuracy_m: float | None = Field(None, ge=0, le=100_000)


class Contact(Given):
    """How to call back; everything optional, kept sealed, erased after the case is closed."""

    phone: str = Field("", max_length=32)
    name: str = Field("", max_length=32)
    address: str = Field("", max_length=200)
    do_not_contact: bool = False


class ReportIn(Written):
    """What a person says: words first, everything else optional."""

    text: str = Field(max_length=5000)
    title: str = Field("", max_length=80)
    kind: Kind = "help"
    category: str = Field("", max_length=12, description="Leaf code such as ENV-01; empty: staff will judge.")
    place: str = Field("", max_length=15, description="Code of a region (12 digits) or grid (15 digits).")
    place_text: str = Field("", max_length=120)
    point: Point | None = None
    photos: list[UUID] = Field(default_factory=list, max_length=MAX_PHOTOS)
    contact: Contact | None = None
    channel: Channel = Field("web", description="Other than web: only with a key.")


class JoinIn(Written):
    """The same happened to me: words, photos and contact are optional."""

    text: str = Field("", max_length=5000)
    photos: list[UUID] = Field(default_factory=list, max_length=MAX_PHOTOS)
    contact: Contact | None = None


class Receipt(Schema):
    """What to keep: the tracking code, and the token of the link (for the person only, never for staff)."""

    code: str
    tracking: str
    state: str
    token: str
    link: str


class Photo(Schema):
    """A cleaned photo that waits to be named in a report or a move; erased after 24 hours if it never is."""

    id: UUID
    width: int
    height: int


class PublicCase(Schema):
    """What anybody may know of an open case: matter, place, state; no words of a person."""

    code: str
    category: str
    place: str
    state: str
    opened_at: Any
    people: int


@router.post(
    "/photos", auth=doors.anyone("case.report", limit=60, bucket="photo"), response={201: Photo}, **KEYED
)
def upload_photo(request: doors.Asked, photo: File[UploadedFile]) -> Any:
    """Upload one photo (JPEG, PNG or WebP, at most 12 MB); it is decoded, shrunk and stripped of its metadata."""
    data = cast(BinaryIO, photo)
    stored = store_image(
        actor=request.actor, county="", data=data, name=photo.name or "", key=key_of(request)
    )
    return Status(201, stored)


@router.get("/similar", auth=doors.anyone("case.report"), response=list[PublicCase])
def similar_cases(request: doors.Asked, category: str, village: str) -> Any:
    """Open cases of the same matter in a village, to join instead of repeating; sensitive matters never show."""
    return queries.open_nearby(category=category, village=village)


@router.post(
    "/reports",
    auth=doors.anyone("case.report", limit=REPORTS, bucket="report", with_deed=True),
    response={201: Receipt},
    **KEYED,
)
def report(request: doors.Asked, body: ReportIn) -> Any:
    """Report a matter once; it goes by itself to the grid or the desk of its place."""
    _check_channel(request.actor, body.channel)
    appeal = report_case(
        actor=request.actor,
        said=_said(body),
        caller=_caller(body.contact),
        source=Source(channel=body.channel),
        default_place=_own_place(request.actor),
        at=body.made_at,
        key=key_of(request),
    )
    return Status(201, _receipt(request, appeal))


def _own_place(actor: Actor) -> str:
    """Return where a matter goes when nothing tells where: the own region of the staff who enter it."""
    return next((post.place[:12] for post in actor.posts if post.level >= COUNTY), "")


def _check_channel(actor: Actor, channel: str) -> None:
    """Let staff only say that something came by another way, each by the way that is theirs."""
    if channel == "web":
        return
    if actor.kind == "resident":
        raise Invalid({"channel": [_("来源渠道不对，请从列表中选择。")]})
    if channel != "patrol" or not access.may(actor, "field.view"):
        access.require(actor, "case.enter")


def _said(body: ReportIn) -> Said:
    point = body.point
    where: dict[str, Any] = (
        {"lon": point.lon, "lat": point.lat, "datum": point.datum, "accuracy_m": point.accuracy_m}
        if point
        else {}
    )
    said = body.model_dump(include={"text", "title", "kind", "category", "place", "place_text"})
    return Said(**said, **where, photos=tuple(body.photos))


def _caller(contact: Contact | None) -> Caller:
    return Caller(**contact.model_dump()) if contact else Caller()


def _receipt(request: doors.Asked, appeal: Any) -> dict[str, str]:
    case = appeal.case
    own = request.actor.kind == "resident"  # staff must never answer for the person
    token = queries.link_token(appeal.pk) if own else ""
    link = f"/t/{case.tracking}/{token}" if own else f"/t/{case.tracking}"
    return {
        "code": case.shown_code,
        "tracking": case.tracking,
        "state": case.state,
        "token": token,
        "link": link,
    }


@router.post(
    "/cases/{code}/join",
    auth=doors.anyone("case.report", limit=REPORTS, bucket="report", with_deed=True),
    response={201: Receipt},
    **KEYED,
)
def join(request: doors.Asked, code: str, body: JoinIn) -> Any:
    """Join a neighbour's open case and follow its progress."""
    case = queries.public_case(tracking=code)
    appeal = join_case(
        actor=request.actor,
        case_id=case.id,
        said=Said(text=body.text, photos=tuple(body.photos)),
        caller=_caller(body.contact),
        at=body.made_at,
        key=key_of(request),
    )
    return Status(201, _receipt(request, appeal))
