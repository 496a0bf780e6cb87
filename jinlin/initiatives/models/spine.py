"""Initiative, the one spine of five kinds, and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from jinlin.cases.models import Case
from jinlin.initiatives.models.rows import HistoryQuerySet, Placed, Row
from jinlin.initiatives.rules import kinds, phases, procedures
from jinlin.kernel.scoped import ScopedQuerySet
from jinlin.people.rules import role_may

if TYPE_CHECKING:
    from jinlin.people.access import ActivePost, Actor

SHOWN = Q(is_public=True, is_hidden=False)
LIVE = Q(is_open=True)
AREAS: dict[str, tuple[str, ...]] = {"county": (), "town": ("town",), "village": ("village",)}


def _inside(post: ActivePost) -> Q:
    """Return the rows inside the block of a post, by equality or a half-open range."""
    county = post.place[:6] + "000000"
    if post.level >= 5:
        return Q(county=county, village=post.place[:12])
    if post.level == 4:
        return Q(county=county, town=post.place)
    if post.level == 3:
        return Q(county=post.place)
    width = 4 if post.level == 2 else 2
    head = post.place[:width]
    return Q(county__gte=head.ljust(12, "0"), county__lt=str(int(head) + 1).ljust(12, "0"))


class InitiativeQuerySet(ScopedQuerySet["Initiative"]):
    """Reads of initiatives; the only condition on who sees what is `visible_to`."""

    def visible_to(self, actor: Actor) -> InitiativeQuerySet:
        """Keep what everybody may see, and for staff what lies in their block; applications for the venture office only."""
        if actor.kind == "system":
            return self.all()
        seen = SHOWN
        for post in actor.posts:
            if role_may(post.role, "venture.run"):
                seen |= _inside(post)
            elif role_may(post.role, "initiative.view"):
                seen |= _inside(post) & ~Q(kind=kinds.VENTURE)
        return self.filter(seen)


class Initiative(Placed):
    """What somebody hopes for, on its way from an idea to what became of it."""

    kind = models.CharField(max_length=8)
    stage = models.CharField(max_length=10, default=kinds.DRAFT)
    reached = models.CharField(max_length=10, default=kinds.DRAFT)  # the furthest stage before an end
    phase = models.CharField(max_length=8, default=phases.ASKING)  # in which list everybody finds it
    is_public = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)  # taken off the wall by moderation; the reason is shown
    hidden_reason = models.CharField(max_length=200, default="", blank=True)
    is_open = models.BooleanField(default=True)
    title = models.CharField(max_length=60)
    text = models.TextField(default="", blank=True)
    place_text = models.CharField(max_length=120, default="", blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    host_unit = models.UUIDField()
    owner_unit = models.UUIDField(null=True)  # who has to do it, once it is decided
    proposer_account = models.UUIDField(null=True)
    proposed_by = models.ForeignKey(
        "initiatives.Pass", null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    source = models.CharField(max_length=8, default="direct")
    grown_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="grown", db_index=False
    )  # few have grown out of another: a partial index below
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    from_case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    gap_code = models.CharField(
        max_length=12, default="", blank=True
    )  # of a facility the living circle misses
    gap_people = models.PositiveIntegerField(null=True)  # in tens, as it was known then
    gap_version = models.CharField(max_length=36, default="", blank=True)
    feasibility = models.CharField(max_length=10, default="undecided")
    feasibility_reason = models.CharField(max_length=500, default="", blank=True)
    cost_fen = models.BigIntegerField(null=True)
    works_class = models.CharField(max_length=8, default="", blank=True)
    lawful_basis = models.CharField(max_length=200, default="", blank=True)
    procedure = models.CharField(max_length=8, default=procedures.PLAIN)
    common_parts = models.BooleanField(default=False)
    common_rule = models.CharField(max_length=20, default="", blank=True)
    common_rule_by = models.CharField(max_length=80, default="", blank=True)  # who chose it
    common_rule_reason = models.CharField(max_length=200, default="", blank=True)
    eligibility = models.CharField(max_length=10, default="residents")
    fund_source = models.CharField(max_length=120, default="", blank=True)
    asked_fen = models.BigIntegerField(default=0)
    granted_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    plan_version = models.PositiveSmallIntegerField(default=0)
    agreement = models.TextField(default="", blank=True)
    partners = models.CharField(max_length=200, default="", blank=True)  # two names, one a line
    match_ref = models.UUIDField(null=True)  # of gatherings.Match, whence a co-building came
    round = models.ForeignKey(
        "initiatives.Round", null=True, on_delete=models.PROTECT, related_name="entries"
    )
    alias = models.CharField(max_length=12, default="", blank=True)  # what reviewers call it
    result = models.TextField(default="", blank=True)  # results and finances as published
    notice_until = models.DateField(null=True)
    objections_until = models.DateField(null=True)
    review_on = models.DateField(null=True)
    next_by = models.DateField(null=True)  # by when the next step is promised
    online_count = models.PositiveIntegerField(default=0)
    assisted_count = models.PositiveIntegerField(default=0)
    paper_count = models.PositiveIntegerField(default=0)
    support_total = models.PositiveIntegerField(default=0)
    answers_yes = models.PositiveIntegerField(default=0)
    answers_partly = models.PositiveIntegerField(default=0)
    answers_no = models.PositiveIntegerField(default=0)
    activities = models.PositiveIntegerField(default=0)  # meetings and activities held for it
    served = models.PositiveIntegerField(default=0)  # heads at them
    entries_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = InitiativeQuerySet.as_manager()
    unscoped: models.Manager[Initiative] = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=tuple(kinds.KINDS)), name="initiative_known_kind"),
            models.CheckConstraint(condition=Q(stage__in=kinds.STAGES), name="initiative_known_stage"),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0) & Q(paid_fen__lte=F("granted_fen")),
                name="initiative_paid_in_grant",
            ),
            models.CheckConstraint(
                condition=Q(support_total=F("online_count") + F("assisted_count") + F("paper_count")),
                name="initiative_supports_add_up",
            ),
            models.CheckConstraint(
                condition=~Q(feasibility="feasible") | Q(cost_fen__gte=0),
                name="initiative_feasible_has_price",
            ),
            models.CheckConstraint(
                condition=~Q(feasibility="unfeasible") | ~Q(feasibility_reason=""),
                name="initiative_unfeasible_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(stage=kinds.MERGED) | Q(merged_into__isnull=False),
                name="initiative_merged_leads_on",
            ),
            models.UniqueConstraint(
                fields=["county", "match_ref"],
                condition=Q(match_ref__isnull=False),
                name="initiative_one_per_match",
            ),
            models.UniqueConstraint(
                fields=["round", "alias"],
                condition=Q(round__isnull=False) & ~Q(alias=""),
                name="initiative_alias_once",
            ),
        ]
        # of what everybody sees: the newest and the most wanted of a list; of the desk: what is promised next
        indexes = [
            *(
                models.Index(
                    fields=["county", *area, "kind", "phase", "-created_at", "id"],
                    condition=SHOWN,
                    name=f"ini_new_{name}",
                )
                for name, area in AREAS.items()
            ),
            *(
                models.Index(
                    fields=["county", *area, "kind", "phase", "-support_total", "id"],
                    condition=SHOWN,
                    name=f"ini_most_{name}",
                )
                for name, area in AREAS.items()
            ),
            *(
                models.Index(
                    fields=["county", *area, "kind", "next_by", "id"], condition=LIVE, name=f"ini_desk_{name}"
                )
                for name, area in AREAS.items()
            ),
            models.Index(fields=["round", "alias"], condition=Q(round__isnull=False), name="ini_of_round"),
            models.Index(fields=["grown_from"], condition=Q(grown_from__isnull=False), name="ini_grown_from"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="ini_merged_into"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def the_kind(self) -> kinds.Kind:
        """Its row in the table of kinds."""
        return kinds.KINDS[self.kind]

    @property
    def area(self) -> str:
        """The smallest place it belongs to."""
        return self.village or self.town or self.county


class StageEntry(Row):
    """One line of the history of an item: a move, a step of a procedure or a note; added, never changed."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=12)
    step = models.CharField(max_length=20, default="", blank=True)
    source = models.CharField(max_length=10, default="", blank=True)
    target = models.CharField(max_length=10, default="", blank=True)
    public_text = models.TextField(default="", blank=True)
    inner_note = models.TextField(default="", blank=True)
    account = models.UUIDField(null=True)
    unit_name = models.CharField(max_length=80, default="", blank=True)
    at = models.DateTimeField()

    objects: models.Manager[StageEntry] = HistoryQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="stage_entry_in_order"),
            models.CheckConstraint(
                condition=~Q(target__in=tuple(sorted(kinds.NEEDS_PUBLIC_REASON))) | ~Q(public_text=""),
                name="stage_entry_end_has_reason",
            ),
        ]


class CaseLink(Row):
    """A case that came out of an item (dispatched for it) or stands beside it; its state is shown, never copied."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=8, default="out")  # "out": came out of it, "in": it came from the case
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "case"], name="case_link_once")]
        indexes = [models.Index(fields=["county", "case"], name="case_link_case")]
