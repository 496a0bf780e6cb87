"""Appeal and Case: what a person said, and the situation it points to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from jinlin.cases.rules import relations as rel
from jinlin.cases.rules import words
from jinlin.cases.rules.ladder import COUNT_LEAST
from jinlin.cases.rules.moves import Condition
from jinlin.kernel import clock, rows
from jinlin.kernel.ids import new_id
from jinlin.kernel.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from jinlin.cases.models.timeline import Approval
    from jinlin.people.access import ActivePost, Actor

NOTHING = Q(pk__in=())
OPEN = Q(is_open=True)
ENDED = Q(is_open=False)
AREAS: dict[str, tuple[str, ...]] = {
    "county": (),
    "town": ("town",),
    "village": ("village",),
    "grid": ("grid",),
    "holder": ("holder_unit",),
    "sender": ("sender_unit",),
}
# What the views of a list ask besides its area: in the index, so that rare states are found without reading the rows.
OPEN_TAIL = ("due_at", "id", "state", "level", "pending", "holder_unit", "is_open")
NO_DUE = datetime(2999, 12, 31, tzinfo=UTC)  # an open case nothing is due on; keeps "nearest first" one index


def _inside(post: ActivePost) -> Q:
    """Return the rows inside the block of a post: equality or a half-open range, never a prefix search."""
    if post.level >= words.GRID_LEVEL:
        return Q(county=post.place[:6] + "000000", grid=post.place)
    if post.level == 5:
        return Q(county=post.place[:6] + "000000", village=post.place)
    if post.level == 4:
        return Q(county=post.place[:6] + "000000", town=post.place)
    if post.level == 3:
        return Q(county=post.place)
    width = 4 if post.level == 2 else 2
    head = post.place[:width]
    return Q(county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0"))


def _seen_by(post: ActivePost) -> Q:
    span = post.span
    if span in ("grid", "masked"):
        return _inside(post)
    if span == "block":
        own = Q(level__lte=2) | Q(sender_unit=post.unit)  # a city reads its own orders only (domain.md 3)
        return _inside(post) & own if post.level == 2 else _inside(post)
    if span == "line" and post.unit:
        # asked row by row: a list of all that ever passed through the unit would grow for ever
        passed = apps.get_model("cases", "Handover").objects.filter(to_unit=post.unit, case=OuterRef("pk"))
        involved = Q(holder_unit=post.unit) | Q(Exists(passed))
        return _inside(post) & involved
    return NOTHING


class CaseQuerySet(ScopedQuerySet["Case"]):
    """Reads of cases; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """Keep the cases an actor may see: block by area, line by unit, resident by proof (domain.md 3)."""
        if actor.kind == "system":
            return self.all()
        if actor.kind == "resident":
            return self.filter(pk__in=actor.cases)
        seen = NOTHING
        for post in actor.posts:
            seen |= _seen_by(post)
        return self.filter(seen)


class Case(models.Model):
    """One situation in one place; several appeals may point to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    town = models.CharField(max_length=12, default="")
    village = models.CharField(max_length=12, default="")
    grid = models.CharField(max_length=15, default="")
    tracking = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    category = models.ForeignKey("orgs.Category", null=True, on_delete=models.PROTECT, related_name="+")
    sla_class = models.CharField(max_length=8, default="P3")
    risk = models.PositiveSmallIntegerField(default=4)
    sensitive = models.BooleanField(default=False)
    channel = models.CharField(max_length=8, default="web")
    state = models.CharField(max_length=12, default=words.SUBMITTED)
    level = models.PositiveSmallIntegerField(default=words.GRID_LEVEL)
    holder_unit = models.UUIDField(null=True)
    sender_unit = models.UUIDField(null=True)
    sender_level = models.PositiveSmallIntegerField(default=0)
    handler_unit = models.UUIDField(null=True)
    handler_account = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    part_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    callable = models.BooleanField(default=False)  # somebody left a contact and may be called
    pending = models.CharField(max_length=12, default="")  # kind of the approval that waits
    ruled = models.BooleanField(default=False)
    self_handled = models.BooleanField(default=False)
    claim = models.CharField(max_length=12, default="")
    end_kind = models.CharField(max_length=12, default="")
    exit_code = models.CharField(max_length=16, default="")
    appeal_count = models.PositiveIntegerField(default=1)
    rework_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    objection_count = models.PositiveSmallIntegerField(default=0)
    handover_count = models.PositiveSmallIntegerField(default=0)
    event_count = models.PositiveIntegerField(default=0)
    event_hash = models.CharField(max_length=64, default="")
    standing = models.JSONField(default=dict)  # as counted last, see `rules.standing`
    place_text = models.CharField(max_length=120, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=NO_DUE)  # the nearest running clock: what must happen next
    result_due_at = models.DateTimeField(null=True)  # the promise to the resident
    expected_on = models.DateField(null=True)  # the new day the unit gave once the promise was broken
    open_milestones = models.PositiveSmallIntegerField(default=0)  # milestones that run
    closed_at = models.DateTimeField(null=True)
    next_visit_on = models.DateField(null=True)  # the next dynamic follow-up of a closed case
    meet_by = models.DateTimeField(null=True)  # a joint meeting is called and must be held by then
    supervised = models.PositiveSmallIntegerField(default=0)  # open supervisions of it
    updated_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()
    unscoped: models.Manager[Case] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["county", "tracking"], name="case_tracking"),
            models.CheckConstraint(condition=Q(state__in=tuple(words.STATES)), name="case_known_state"),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True, end_kind="")
                | (Q(is_open=False, state=words.CLOSED, closed_at__isnull=False) & ~Q(end_kind="")),
                name="case_closed_with_end_kind",
            ),
        ]
        # Open rows only: lists stay as fast with a million closed cases as with none.
        indexes = [
            *(
                models.Index(
                    fields=["county", *area, *(column for column in OPEN_TAIL if column not in area)],
                    condition=OPEN,
                    name=f"case_open_{name}",
                )
                for name, area in AREAS.items()
            ),
            *(
                models.Index(
                    fields=["county", *area, "-closed_at", "id"], condition=ENDED, name=f"case_ended_{name}"
                )
                for name, area in AREAS.items()
            ),
            models.Index(fields=["county", "village", "category", "opened_at"], name="case_place_matter"),
            models.Index(fields=["county", "-opened_at", "id"], name="case_opened"),
            models.Index(fields=["county", "part_of"], condition=Q(part_of__isnull=False), name="case_parts"),
            models.Index(
                fields=[
                    "opened_at"
                ],  # of the whole node, for the ladder: what came back at least twice, still open
                condition=OPEN & (Q(rework_count__gte=COUNT_LEAST) | Q(objection_count__gte=COUNT_LEAST)),
                name="case_in_circles",
            ),
            models.Index(
                fields=["county", "next_visit_on"],
                condition=Q(next_visit_on__isnull=False),
                name="case_next_visit",
            ),
        ]

    def __str__(self) -> str:
        return self.tracking

    @property
    def shown_code(self) -> str:
        """The tracking code in groups of four, as printed and typed."""
        return "-".join(self.tracking[at : at + 4] for at in range(0, len(self.tracking), 4))

    def assists(self) -> frozenset[UUID]:
        """The units asked to assist and not yet done (one query, kept on the instance; none before a second hand-over)."""
        if self.handover_count <= 1:
            return frozenset()
        if not hasattr(self, "_assists"):
            asked = rows.find(
                apps.get_model("cases", "Handover"), case_id=self.pk, part="assist", is_open=True
            )
            self._assists = frozenset(row.to_unit for row in asked if row.to_unit)
        return self._assists

    def waiting(self) -> Approval | None:
        """The request that waits for a second person (one query while one waits, kept on the instance)."""
        if not self.pending:
            return None
        if not hasattr(self, "_waiting"):
            self._waiting: Approval | None = self.approvals.filter(decided_at=None).first()
        return self._waiting

    def held(self, asked_by: UUID | None = None) -> rel.Held:
        """The facts that decide relations."""
        return rel.Held(
            county=self.county,
            town=self.town,
            village=self.village,
            grid=self.grid,
            level=self.level,
            holder_unit=self.holder_unit,
            sender_unit=self.sender_unit,
            sender_level=self.sender_level,
            assists=self.assists(),
            handler_account=self.handler_account,
            handler_unit=self.handler_unit,
            asked_by=asked_by,
            parts_by=self.parts_by(),
        )

    def parts_by(self) -> frozenset[UUID]:
        """The accounts and units that did the parts of a divided case that waits to be followed up, or has been.

        One query, and only where no handler of its own is known; nobody follows up a part of their own.
        """
        if self.handler_unit or self.state not in (words.FOLLOW_UP, words.CLOSED):
            return frozenset()
        if not hasattr(self, "_parts_by"):
            done = Case.unscoped.filter(county=self.county, part_of=self)
            pairs = done.values_list("handler_account", "handler_unit")
            self._parts_by = frozenset(one for pair in pairs for one in pair if one)
        return self._parts_by

    @property
    def promise_broken(self) -> bool:
        """Whether the resident still waits although the promised moment has passed."""
        if not self.is_open or self.state in words.CHECKING_STATES or self.result_due_at is None:
            return False
        return self.result_due_at < clock.now()

    @property
    def visit_due(self) -> bool:
        """Whether a dynamic follow-up of this closed case is due."""
        return self.next_visit_on is not None and self.next_visit_on <= clock.today()

    def condition(self) -> Condition:
        """What the guards of the move table look at."""
        at_desk = self.state in (words.SUBMITTED, words.ACCEPTED, words.REOPENED)
        return Condition(
            level=self.level,
            held_by_block=self.level == words.GRID_LEVEL or at_desk,
            ruled=self.ruled,
            callable=self.callable,
            pending=self.pending,
            merged=self.end_kind == "duplicate" and not self.exit_code,
            is_part=self.part_of_id is not None,
            visit_due=self.visit_due,
            meeting_called=self.meet_by is not None,
            open_milestones=self.open_milestones,
            promise_broken=self.promise_broken,
        )

    def relations_of(self, actor: Actor) -> frozenset[str]:
        """How an actor stands to this case."""
        waiting = self.waiting()
        asked_by = waiting.asked_by if waiting else None
        return rel.relations(
            kind=actor.kind,
            account=actor.account_id,
            is_reporter=actor.kind == "resident" and self.pk in actor.cases,
            posts=actor.posts,
            held=self.held(asked_by),
        )

    def acting(self, actor: Actor) -> Actor:
        """Return an actor of several posts with the one in front that has the case, else one that covers it."""
        if len(actor.posts) < 2:
            return actor
        held = self.held()
        has = [post for post in actor.posts if post.unit and post.unit == self.holder_unit]
        covers = [post for post in actor.posts if rel.covers(post.level, post.place, held)]
        return actor.acting_in((has or covers or actor.posts)[0])

    def allows(self, actor: Actor, verb: str) -> bool:
        """Decide for `access.may`: reading by visibility, handling by relation."""
        if verb == "contact.open":
            return rel.opens_contact(self.state, self.relations_of(actor), visit_due=self.visit_due)
        if verb == "case.move":
            return bool(self.relations_of(actor))
        return Case.objects.visible_to(actor).filter(pk=self.pk).exists()


class AppealQuerySet(ScopedQuerySet["Appeal"]):
    """Reads of appeals, through the cases they point to."""

    def visible_to(self, actor: Actor) -> AppealQuerySet:
        """Keep the appeals of the cases an actor may see."""
        if actor.kind == "system":
            return self.all()
        return self.filter(case__in=Case.objects.visible_to(actor).values("pk"))


class Appeal(models.Model):
    """What one person said, once, by one channel; `made_at` is the phone's clock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    channel = models.CharField(max_length=8, default="web")
    kind = models.CharField(max_length=10, default="help")
    title = models.CharField(max_length=80, default="")
    text = models.TextField()
    place_text = models.CharField(max_length=120, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    datum = models.CharField(max_length=8, default="")
    contact = models.ForeignKey(
        "people.SealedContact", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    do_not_contact = models.BooleanField(default=False)
    entered_by = models.UUIDField(null=True)
    external_source = models.CharField(max_length=40, default="")
    external_id = models.CharField(max_length=80, default="")
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()
    unscoped: models.Manager[Appeal] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = [models.Index(fields=["county", "case"], name="appeal_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "external_source", "external_id"],
                condition=~Q(external_id=""),
                name="appeal_external_once",
            )
        ]


class CasePhoto(models.Model):
    """A photo of a case: what was reported, done or seen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="photos")
    stored = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField(default=0)  # of the timeline row it came with
