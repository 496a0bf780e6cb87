"""No scope, no rows: the queryset that refuses to answer a question nobody asked."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest
from django.db import models, transaction
from django.db.models import Count, Q

from jinlin.kernel.models import Throttle
from jinlin.kernel.scoped import ScopedManager, ScopedQuerySet, Unscoped

EAST = SimpleNamespace(area="east")


class NoteQuerySet(ScopedQuerySet["Note"]):
    def visible_to(self, actor):
        return self.filter(bucket=actor.area)

    def busy(self):
        return self.filter(hits__gt=1)


class Note(models.Model):
    """Reads the throttle's table, so that no table need be made for a test."""

    id = models.UUIDField(primary_key=True)
    bucket = models.CharField(max_length=60)
    subject = models.CharField(max_length=32)
    hits = models.PositiveIntegerField()

    objects = NoteQuerySet.as_manager()
    by_manager = ScopedManager.from_queryset(NoteQuerySet)()
    unscoped = models.Manager()

    class Meta:
        app_label = "tests_kernel"
        managed = False
        db_table = "kernel_throttle"
        base_manager_name = "unscoped"


@pytest.fixture(autouse=True)
def _rows(db):
    for n in range(3):
        Throttle.objects.create(bucket="east", subject=f"e{n}", hits=n)
        Throttle.objects.create(bucket="west", subject=f"w{n}", hits=n)


READS = {
    "iterate": lambda q: list(q),
    "iterator": lambda q: list(q.iterator()),
    "len": len,
    "bool": bool,
    "index": lambda q: q[0],
    "slice": lambda q: list(q[:2]),
    "count": lambda q: q.count(),
    "exists": lambda q: q.exists(),
    "first": lambda q: q.first(),
    "last": lambda q: q.order_by("subject").last(),
    "get": lambda q: q.get(subject="e0"),
    "latest": lambda q: q.latest("hits"),
    "aggregate": lambda q: q.aggregate(n=Count("id")),
    "values": lambda q: list(q.values("subject")),
    "values_list": lambda q: list(q.values_list("subject", flat=True)),
    "annotate": lambda q: list(q.values("bucket").annotate(n=Count("id"))),
    "in_bulk": lambda q: q.in_bulk(),
    "contains": lambda q: q.contains(Note.unscoped.first()),
    "narrowed": lambda q: list(q.filter(hits=0).exclude(subject="x").order_by("hits").distinct()),
    "own method": lambda q: list(q.busy()),
    "update": lambda q: q.update(hits=5),
    "delete": lambda q: q.delete(),
    "explain": lambda q: q.explain(),
    "pickle": pickle.dumps,
    "union": lambda q: list(q.union(q)),
    "get_or_create": lambda q: q.get_or_create(subject="e0"),
    "repr": repr,
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_without_a_scope_every_read_refuses(read):
    for manager in (Note.objects, Note.by_manager):
        with pytest.raises(Unscoped):
            read(manager.all())


@pytest.mark.parametrize("read", [r for n, r in READS.items() if n not in ("update", "delete")])
def test_with_a_scope_every_read_answers(read):
    read(Note.objects.visible_to(EAST))
    read(Note.by_manager.all().visible_to(EAST))


def test_only_visible_rows_come_back():
    assert {n.bucket for n in Note.objects.visible_to(EAST)} == {"east"}
    assert Note.objects.filter(hits=0).visible_to(EAST).count() == 1
    assert Note.objects.visible_to(EAST).filter(bucket="west").count() == 0
    assert Note.unscoped.count() == 6


def test_a_union_with_everything_is_not_a_scope():
    seen, everything = Note.objects.visible_to(EAST), Note.objects.all()
    for mixed in (
        seen | everything,
        everything | seen,
        seen & everything,
        seen.union(everything),
        seen ^ everything,
    ):
        with pytest.raises(Unscoped):
            list(mixed)
    assert (seen | Note.objects.visible_to(EAST)).count() == 3
    assert (seen & seen.filter(Q(hits=1))).count() == 1


def test_empty_querysets_and_raw_sql_do_not_slip_through():
    with pytest.raises(Unscoped):
        list(Note.objects.none())
    with pytest.raises(Unscoped):
        Note.objects.raw("SELECT * FROM kernel_throttle")


def test_scoped_rows_can_be_locked_and_changed():
    with transaction.atomic():
        Note.objects.visible_to(EAST).update(hits=9)
    assert sorted(Note.unscoped.values_list("bucket", "hits"))[:3] == [("east", 9)] * 3
    assert Note.unscoped.filter(bucket="west", hits=9).count() == 0


def test_a_queryset_that_forgot_to_say_who_sees_what():
    class Forgetful(ScopedQuerySet):
        pass

    with pytest.raises(NotImplementedError):
        Forgetful(Note).visible_to(EAST)


def test_a_subclass_may_narrow_further():
    class Narrower(NoteQuerySet):
        def visible_to(self, actor):
            return super().visible_to(actor).filter(hits=0)

    assert Narrower(Note).visible_to(EAST).count() == 1
