"""Tables of the kernel: idempotency keys, events waiting for delivery, throttle counters."""

from __future__ import annotations

from django.db import models

from . import clock
from .ids import new_id


class IdempotencyRecord(models.Model):
    """One use of one key: what was asked (as a fingerprint) and which object answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, blank=True, default="")
    actor_key = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    verb = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    result_model = models.CharField(max_length=80, blank=True, default="")
    result_id = models.CharField(max_length=64, blank=True, default="")
    done = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "actor_key", "key"], name="idempotency_one_use"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"


class OutboxMessage(models.Model):
    """One event for one after-commit listener; the row goes when the listener has returned.

    The payload holds ids and codes only, never personal data.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handler = models.CharField(max_length=200)
    event = models.CharField(max_length=200)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.handler}"


class Throttle(models.Model):
    """How often one subject (stored only as a keyed MAC) has knocked since its window opened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bucket = models.CharField(max_length=60)
    subject = models.CharField(max_length=32)
    opened_at = models.DateTimeField(default=clock.now)
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "subject"], name="throttle_one_subject")]
        indexes = [models.Index(fields=["opened_at"], name="throttle_age")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.hits}"
