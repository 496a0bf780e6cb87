"""Tables of the audit room: entries that are only ever added, and one head per county and day."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from jinlin.kernel import clock
from jinlin.kernel.ids import new_id


class Immutable(RuntimeError):
    """A programmer's mistake: an audit entry was about to be changed."""


class EntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries can be read and added; only the retention run deletes whole old days, by `expire`."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise Immutable("audit entries are never changed")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise Immutable("audit entries are never deleted one by one")

    def expire(self, before: date) -> int:
        """Delete the entries of days before `before`; heads stay, so that the roots stay."""
        return self.filter(day__lt=before)._raw_delete(self.db)


class AuditEntry(models.Model):
    """One deed, look or refusal. Holds ids, codes and a unit's name; never a resident's data in clear."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, blank=True, default="")
    day = models.DateField()
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    actor_key = models.CharField(max_length=80)
    post_ref = models.CharField(max_length=40, blank=True, default="")
    unit = models.CharField(max_length=40, blank=True, default="")
    unit_name = models.CharField(max_length=120, blank=True, default="")
    verb = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=80, blank=True, default="")
    object_id = models.CharField(max_length=64, blank=True, default="")
    purpose = models.CharField(max_length=200, blank=True, default="")
    fields = models.CharField(max_length=200, blank=True, default="")
    allowed = models.BooleanField(default=True)
    request_id = models.CharField(max_length=40, blank=True, default="")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "day", "seq"], name="audit_one_place")]
        # One thing's entries are asked for by its id alone (who_saw), which is as selective as a key.
        indexes = [models.Index(fields=["object_id", "at"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.county} {self.day} #{self.seq} {self.verb}"

    @property
    def opened(self) -> tuple[str, ...]:
        """Names of the personal fields that were opened."""
        return tuple(filter(None, self.fields.split(",")))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; Immutable if it is there already."""
        if not self._state.adding:
            raise Immutable("audit entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise Immutable("audit entries are never deleted one by one")


class AuditHead(models.Model):
    """The end of one county's chain on one day; the row lock on it puts writers in a line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, blank=True, default="")
    day = models.DateField()
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64)
    prev_root = models.CharField(max_length=64, blank=True, default="")
    suite = models.CharField(max_length=8, default="intl")
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "day"], name="audit_one_head"),
            models.UniqueConstraint(fields=["county"], condition=Q(closed=False), name="audit_one_open_day"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.day} ({self.seq})"
