"""The account behind the key: its posts, its keys for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from jinlin.api import doors
from jinlin.api.schemas import Given
from jinlin.kernel.errors import NotFound
from jinlin.people.actions import TOKEN_DAYS, issue_token, revoke_token
from jinlin.people.queries import tokens_of

router = Router(tags=["me"])


class Post(Schema):
    """A post held today, by its holder or by a stand-in."""

    id: UUID
    role: str
    level: int
    unit: UUID | None
    unit_name: str
    line: str
    place: str


class Me(Schema):
    """Who the key acts for."""

    account: UUID
    name: str
    posts: list[Post]


class Token(Schema):
    """A key for a program; its secret is never shown again."""

    id: UUID
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenIn(Given):
    """What the key is for, and for how many days."""

    label: str = Field(min_length=1, max_length=64)
    days: int = Field(TOKEN_DAYS, ge=1, le=TOKEN_DAYS)


class NewToken(Token):
    """A fresh key: `secret` is told once."""

    secret: str


@router.get("/me", auth=doors.staff("signed_in"), response=Me)
def show_me(request: doors.Asked) -> Any:
    """The account and its posts of today."""
    actor = request.actor
    return {"account": actor.account_id, "name": actor.name, "posts": actor.posts}


@router.get("/me/tokens", auth=doors.staff("signed_in"), response=list[Token])
def list_tokens(request: doors.Asked) -> Any:
    """One's own keys, newest first."""
    return tokens_of(request.actor)


@router.post("/me/tokens", auth=doors.staff("signed_in"), response={201: NewToken})
def make_token(request: doors.Asked, body: TokenIn) -> Any:
    """Make a key for a program that acts for oneself. Not repeatable by key: its secret is told once."""
    token, secret = issue_token(
        actor=request.actor, account=request.account, label=body.label, days=body.days
    )
    return Status(201, {**Token.model_validate(token).model_dump(), "secret": secret})


@router.delete("/me/tokens/{uuid:token}", auth=doors.staff("signed_in"), response=Token)
def end_token(request: doors.Asked, token: UUID) -> Any:
    """End one of one's own keys at once."""
    own = next((row for row in tokens_of(request.actor) if row.pk == token), None)
    if own is None:
        raise NotFound("token")
    return revoke_token(actor=request.actor, token=own)
