"""One row by a statement made once: the same as the ORM writes and reads, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from jinlin.audit.models import AuditHead
from jinlin.cases.models import Clock
from jinlin.kernel import clock, rows
from jinlin.kernel.ids import new_id
from jinlin.kernel.models import IdempotencyRecord
from jinlin.people.models import SealedContact

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 3, 10, 2, 0, 0, 123456, tzinfo=UTC)


def contact(**words):
    return SealedContact(county="411602000000", created_at=WHEN, **words)


def same(one, other):
    return all(getattr(one, f.attname) == getattr(other, f.attname) for f in one._meta.concrete_fields)


def test_what_is_inserted_reads_back_through_the_orm(world):
    made = contact(phone_index=b"\x00\x01")
    rows.insert(made)
    read = SealedContact.objects.get(pk=made.pk)
    assert (read.created_at, bytes(read.phone_index), read.phone_sealed) == (WHEN, b"\x00\x01", None)
    assert not made._state.adding


def test_find_reads_as_the_orm_does(world):
    case = world.to_department()
    found = rows.find(Clock, case_id=case.pk, stopped_at=None)
    wanted = list(Clock.objects.filter(case=case, stopped_at=None))
    assert wanted
    assert [row.pk for row in found] == [row.pk for row in wanted]
    assert all(same(a, b) for a, b in zip(found, wanted, strict=True))
    assert isinstance(found[0].counted, list)
    case_row = rows.find(type(case), lock=True, id=case.pk)[0]
    assert same(case_row, type(case).unscoped.get(pk=case.pk))


def test_change_writes_only_what_is_named(world):
    made = contact()
    rows.insert(made)
    made.county, made.erased_at = "411681000000", WHEN
    rows.change(made, ("erased_at",))
    read = SealedContact.objects.get(pk=made.pk)
    assert (read.county, read.erased_at) == ("411602000000", WHEN)
    rows.change(made)
    assert SealedContact.objects.get(pk=made.pk).county == "411681000000"


def test_a_row_that_is_gone_is_told(db):
    with pytest.raises(SealedContact.DoesNotExist):
        rows.change(contact())


def test_constraints_bite(db):
    first, second = (AuditHead(county="x", day=WHEN.date(), hash="h") for _i in range(2))
    rows.insert(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(second)


def test_nothing_is_an_empty_list(db):
    assert rows.find(IdempotencyRecord, actor_key="nobody") == []


def test_values_are_stored_as_the_orm_stores_them(world):
    """A moment of another zone, a whole second, an empty value, a list, a foreign key: the same bytes either way."""
    case = world.report()
    for moment in (WHEN, WHEN.replace(microsecond=0), WHEN.astimezone(clock.LOCAL)):
        by_hand, by_orm = (
            Clock(county=case.county, case=case, stage=stage, amount=1, unit="working_day", started_at=moment,
                  due_at=moment, stopped_at=moment, counted=["2026-03-10"], name="")
            for stage in ("rows", "orm")
        )  # fmt: skip
        rows.insert(by_hand)
        by_orm.save(force_insert=True)
        with connection.cursor() as cursor:
            told = []
            for row in (by_hand, by_orm):
                cursor.execute(
                    "SELECT county, case_id, amount, started_at, due_at, paused_at, counted, name, stopped_at, "
                    "is_late, extended_days FROM cases_clock WHERE id = %s",
                    [row._meta.pk.get_db_prep_value(row.pk, connection)],
                )
                told.append(cursor.fetchone())
        assert told[0] == told[1]


def test_a_made_row_is_what_the_model_makes(world):
    case = world.report()
    words = {"county": case.county, "case": case, "stage": "sign", "amount": 1, "unit": "working_day"}
    words |= {"started_at": WHEN, "due_at": WHEN, "look_at": WHEN}
    quick, usual = rows.made(Clock, **words), Clock(**words)
    assert {**quick.__dict__, "id": 0, "_state": 0} == {**usual.__dict__, "id": 0, "_state": 0}
    assert quick.case is case
    assert quick._state.adding
    assert rows.made(Clock, case_id=case.pk).case_id == case.pk
    assert rows.made(type(case), category=None).category_id is None
    assert rows.made(Clock).counted is not rows.made(Clock).counted
    with pytest.raises(TypeError):
        rows.made(Clock, colour="red")


def test_the_hour_that_comes_twice_is_stored_as_two(world):
    zone = ZoneInfo("Asia/Shanghai")
    once, again = (datetime(1990, 9, 16, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    rows_of = [Clock(case_id=new_id(), started_at=at) for at in (once, again)]
    shape = rows._Shape("sqlite", [Clock._meta.get_field("started_at")])
    first, second = (shape.values(row, connection, True)[0] for row in rows_of)
    assert (first, second) == ("1990-09-15 16:30:00", "1990-09-15 17:30:00")
