"""Who may do what: the one actor, the one `may`, the one `visible`; default is no.

An actor is made once per request or job from the dated posts, so a change of posts acts on the next request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jinlin.kernel import clock
from jinlin.kernel.errors import NotAllowed, NotFound
from jinlin.people import rules
from jinlin.people.models import Account, Post, StandIn

Kind = Literal["staff", "resident", "system"]


@dataclass(frozen=True)
class ActivePost:
    """A post held today, by its holder or by a stand-in."""

    id: UUID
    role: str
    level: int
    unit: UUID | None
    line: str
    place: str
    unit_name: str
    acting_for: UUID | None = None

    @property
    def span(self) -> rules.Span:
        """How far this post sees."""
        return rules.SPAN[self.role]


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a member of staff with posts, a resident with the cases opened by code, or the system."""

    kind: Kind
    account_id: UUID | None = None
    name: str = ""
    posts: tuple[ActivePost, ...] = ()
    cases: frozenset[UUID] = field(default_factory=frozenset)
    appeals: frozenset[UUID] = field(default_factory=frozenset)  # the resident's own words among them

    @property
    def key(self) -> str:
        """A stable, impersonal name of the actor for audit rows and idempotency keys."""
        return f"a:{self.account_id}" if self.account_id else self.kind

    @property
    def units(self) -> frozenset[UUID]:
        """The organisations the actor works in."""
        return frozenset(post.unit for post in self.posts if post.unit)

    def in_roles(self, roles: Iterable[str]) -> Iterator[ActivePost]:
        """Yield the posts in any of these roles."""
        wanted = frozenset(roles)
        return (post for post in self.posts if post.role in wanted)

    @property
    def post(self) -> ActivePost | None:
        """The first post: whose unit and role stand on what the actor does."""
        return self.posts[0] if self.posts else None

    def acting_in(self, post: ActivePost) -> Actor:
        """Return the same person with this post in front of the others."""
        return replace(self, posts=(post, *(one for one in self.posts if one is not post)))


SYSTEM: Final = Actor(kind="system")
ANYONE: Final = Actor(kind="resident")


def resident_with(case_ids: Iterable[UUID], appeals: Iterable[UUID] = ()) -> Actor:
    """Return a resident who has proved, by code and digits or by link, that these cases and words are theirs."""
    return Actor(kind="resident", cases=frozenset(case_ids), appeals=frozenset(appeals))


def _active(post: Post, acting_for: UUID | None = None) -> ActivePost:
    return ActivePost(
        post.id, post.role, post.level, post.unit, post.line, post.place, post.unit_name, acting_for
    )


def actor_for(account: Account, on: date | None = None) -> Actor:
    """Make the actor of a log-in from the posts held and stood in for on a day (one query)."""
    day = on or clock.today()
    if not account.is_active:
        return Actor(kind="staff", account_id=account.pk, name=account.name)
    acting = StandIn.objects.filter(account=account, starts_on__lte=day, ends_on__gte=day).values("post_id")
    posts = list(
        Post.objects.on(day).filter(Q(account=account) | Q(pk__in=acting)).order_by("starts_on", "id")
    )
    own = [_active(post) for post in posts if post.account_id == account.pk]
    stood_in = [_active(post, post.account_id) for post in posts if post.account_id != account.pk]
    return Actor(kind="staff", account_id=account.pk, name=account.name, posts=(*own, *stood_in))


class Guarded(Protocol):
    """An object that decides for itself whether an actor may use a verb on it."""

    def allows(self, actor: Actor, verb: str) -> bool:
        """Tell whether the actor may use the verb on this object, given that the role may use it at all."""
        ...

    def acting(self, actor: Actor) -> Actor:
        """Return the actor with the post in front that reaches this object: its unit stands on what is done."""
        ...


def may(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Tell whether an actor may use a verb, on an object if one is given; default no."""
    if actor.kind == "system":
        return True
    if actor.kind == "resident":
        allowed = verb in rules.OPEN_VERBS or (obj is not None and verb in rules.OWN_CASE_VERBS)
    else:
        allowed = verb in rules.OPEN_VERBS or any(rules.role_may(post.role, verb) for post in actor.posts)
    if not allowed or obj is None:
        return allowed
    decide = getattr(obj, "allows", None)
    return bool(decide(actor, verb)) if decide else False


def require(actor: Actor, verb: str, obj: Any = None) -> None:
    """Refuse unless `may`; a hidden object is answered as not found, so that its existence isn't told."""
    if may(actor, verb, obj):
        return
    if obj is not None and not may(actor, "case.view", obj):
        raise NotFound()
    raise NotAllowed("not_allowed", _("您的岗位不能做这件事，请联系本级管理员核对岗位。"))


Rows = TypeVar("Rows", bound=QuerySet[Any])


def visible(actor: Actor, queryset: Rows) -> Rows:
    """Return the part of a scoped queryset the actor may see (the queryset's own `visible_to`)."""
    scoped: Rows = queryset.visible_to(actor)  # type: ignore[attr-defined]
    return scoped
