"""Tables of accounts, dated posts, stand-ins, sealed contacts and tokens."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from jinlin.kernel import crypto
from jinlin.kernel.ids import new_id
from jinlin.people import rules


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; used by actions only."""

    def enrol(self, *, username: str, name: str, password: str | None, is_demo: bool = False) -> Account:
        """Create an account with a hashed password; None gives a log-in that can't be used yet."""
        account = self.model(username=username, name=name, is_demo=is_demo)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """One member of staff who logs in; residents have none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    session_mark = models.UUIDField(
        default=new_id
    )  # changes at log-out: every cookie handed out before is void
    last_login = None  # nobody counts on which days somebody logs in (domain.md 5.5)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Tie a log-in to the password and to the mark that changes when the person logs out."""
        return salted_hmac(
            "jinlin.people.session", f"{self.password}|{self.session_mark}", algorithm="sha256"
        ).hexdigest()


class PostQuerySet(models.QuerySet["Post"]):
    """Reads of dated posts."""

    def on(self, day: date) -> PostQuerySet:
        """Keep posts held on a day (local date)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Post(models.Model):
    """A person in a role at an organisation for a place, from a day to a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=[(role, role) for role in rules.ROLES])
    unit = models.UUIDField(
        null=True, db_index=True
    )  # orgs.Organisation, a room above: checked by orgs.actions
    unit_name = models.CharField(max_length=80, default="")
    line = models.CharField(max_length=8, default="", blank=True)
    place = models.CharField(max_length=17)
    level = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["place", "role", "starts_on"], name="post_place_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(role__in=rules.ROLES), name="post_known_role"),
        ]


class StandIn(models.Model):
    """While the holder of a post is away, somebody else acts in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="stand_ins")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="standing_in")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="standin_ends_after_start")
        ]


class SealedContact(models.Model):
    """The name, phone and address somebody gave, sealed; opened one by one with a purpose, erased by a run."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    name_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["county", "phone_index"], name="contact_by_phone")]

    def opened(self, column: str) -> str:
        """Unseal one column ("phone", "name", "address"); "" when nothing was left or all was erased."""
        blob = getattr(self, f"{column}_sealed")
        return crypto.open_sealed(bytes(blob), aad=self.aad(column)) if blob else ""

    def aad(self, column: str) -> str:
        """Bind a sealed value to its row and column, so that it can't be moved."""
        return f"people_sealedcontact|{self.pk}|{column}"


class ApiToken(models.Model):
    """A key for a program: acts as the account that holds it; only its keyed hash is stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=64)
    hashed = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
