"""The door of every operation: who knocks, whether they may, and whether what they bring is fit to read.

An operation names its door (`auth=staff("case.list")`); the permission matrix reads `door.permission`. Log-in cookies
are not looked at here, so that no other site can act through somebody's browser.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from jinlin.api import gate
from jinlin.kernel import throttle
from jinlin.kernel.origin import address_of
from jinlin.people import access
from jinlin.people.access import ANYONE, Actor
from jinlin.people.queries import account_of_token

WINDOW = 15 * 60
SIGNED_IN = "signed_in"


class Asked(HttpRequest):
    """A request as operations see it: with its actor."""

    actor: Actor
    account: Any  # whose key it is; only behind a staff door


def _bearer(request: HttpRequest) -> str:
    """Return the key of a program from the header, "" when none was sent."""
    kind, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip()[:200] if kind.lower() == "bearer" else ""


def _staff_of(request: Any) -> Actor:
    key = _bearer(request)
    account = account_of_token(key) if key.isascii() and key else None
    if account is None:
        raise AuthenticationError(
            401, _("请在 Authorization 里带上有效的密钥（Bearer）；密钥在“我的”里生成。")
        )
    request.account = account
    return access.actor_for(account)


class StaffToken(HttpBearer):
    """For staff and programs that act for them: a valid key, then the verb of the operation."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: Any) -> Actor:
        """Return the actor behind the key, once its posts allow the verb and the input is fit to read."""
        request.actor = _staff_of(request)
        if self.permission != SIGNED_IN:
            access.require(request.actor, self.permission)
        gate.check(request)
        actor: Actor = request.actor
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Unused: `__call__` does it, because a wrong key and a missing one are told alike."""
        raise NotImplementedError


class OpenDoor:
    """For everybody; a key may come along, and then it must be good. Knocking too often is refused."""

    def __init__(self, permission: str, *, limit: int = 0, bucket: str = "", with_deed: bool = False) -> None:
        self.count = throttle.owe if with_deed else throttle.hit
        self.permission = permission
        self.limit = limit
        self.bucket = bucket or permission

    def __call__(self, request: Any) -> Actor:
        """Return who knocks: anybody, or the staff behind the key."""
        sent = "Authorization" in request.headers
        actor = _staff_of(request) if sent else ANYONE
        request.actor = actor
        if self.limit and not sent:
            self.count(self.bucket, address_of(request), limit=self.limit, seconds=WINDOW)
        gate.check(request)
        return actor


def staff(permission: str) -> StaffToken:
    """Let in staff whose posts may use a verb ("signed_in": any log-in)."""
    return StaffToken(permission)


def anyone(permission: str, *, limit: int = 0, bucket: str = "", with_deed: bool = False) -> OpenDoor:
    """Let in everybody, at most `limit` times in a quarter of an hour from one address (0: no limit here).

    Operations with the same bucket count together, also with the page that uses it. `with_deed` counts in the
    transaction of a cheap deed; what is costly before its transaction (a photo) is counted first.
    """
    return OpenDoor(permission, limit=limit, bucket=bucket, with_deed=with_deed)
