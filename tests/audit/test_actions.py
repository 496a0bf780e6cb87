"""Entries join their county's chain in the transaction of the deed, and stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from jinlin.audit import context
from jinlin.audit.actions import forget_old_entries, record
from jinlin.audit.models import AuditEntry, AuditHead, Immutable
from jinlin.audit.queries import check_chain, check_open_days, roots, who_saw
from jinlin.files.models import StoredFile
from jinlin.kernel import clock
from tests.conftest import A_TUESDAY
from tests.kernel.threads import together

COUNTY = "411602000000"
DAY = date(2026, 3, 10)


@dataclass(frozen=True)
class Doer:
    key: str = "a:1"
    posts: tuple = (SimpleNamespace(id=UUID(int=3), unit=UUID(int=4), unit_name="七一路街道办事处"),)


def thing(number=1):
    return StoredFile(id=UUID(int=number), county=COUNTY, width=1, height=1, size=1, sha256="")


def look(number=1, **how):
    record(**({"actor": Doer(), "verb": "contact.read", "obj": thing(number), "purpose": "回访"} | how))


@pytest.mark.django_db
class TestRecord:
    def test_what_is_kept(self, tuesday):
        with context.request("req-1"):
            look(fields=("phone", "address"))
        entry = AuditEntry.objects.get()
        assert (entry.county, entry.day, entry.seq, entry.at) == (COUNTY, DAY, 1, A_TUESDAY)
        assert (entry.actor_key, entry.post_ref, entry.unit) == ("a:1", str(UUID(int=3)), str(UUID(int=4)))
        assert (entry.object_kind, entry.object_id) == ("files.storedfile", str(UUID(int=1)))
        assert (entry.purpose, entry.opened, entry.allowed) == ("回访", ("phone", "address"), True)
        assert entry.request_id == "req-1"
        assert context.request_id() == ""

    def test_a_deed_without_thing_or_post(self, tuesday):
        record(actor=Doer("system", ()), verb="config.change", obj=None)
        entry = AuditEntry.objects.get()
        assert (entry.county, entry.object_kind, entry.object_id, entry.unit_name) == ("", "", "", "")
        assert check_chain("", DAY).ok

    def test_it_costs_three_statements(self, tuesday, django_assert_num_queries):
        look()
        with django_assert_num_queries(3):
            look(2)

    def test_it_goes_with_a_rolled_back_deed(self, tuesday):
        look()
        with transaction.atomic():
            look(2)
            transaction.set_rollback(True)
        assert AuditEntry.objects.count() == 1
        look(3)
        assert check_chain(COUNTY, DAY).ok

    def test_counties_have_chains_of_their_own(self, tuesday):
        for county in (COUNTY, "411603000000"):
            look(county=county)
        assert list(AuditEntry.objects.values_list("seq", flat=True)) == [1, 1]
        assert [r.ok for r in check_open_days()] == [True, True]

    def test_a_new_day_starts_from_the_root_of_the_last(self):
        for days in (0, 1, 5):
            with clock.fixed(A_TUESDAY + timedelta(days=days)):
                look()
        found = roots(COUNTY)
        assert [day for day, _n, _root in found] == [DAY + timedelta(days=n) for n in (5, 1, 0)]
        assert all(check_chain(COUNTY, day).ok for day, _n, _root in found)
        assert list(AuditHead.objects.filter(closed=False).values_list("day", flat=True)) == [
            DAY + timedelta(days=5)
        ]
        AuditHead.objects.filter(day=DAY).update(hash="0" * 64)
        report = check_chain(COUNTY, DAY + timedelta(days=1))
        assert (report.ok, report.broken_at, report.why) == (False, 0, "unlinked")

    def test_the_past_joins_the_open_day(self):
        with clock.fixed(A_TUESDAY):
            look()
        with clock.fixed(A_TUESDAY - timedelta(days=30)):
            look(2)
        entry = AuditEntry.objects.get(seq=2)
        assert (entry.day, entry.at) == (DAY, A_TUESDAY - timedelta(days=30))
        assert check_chain(COUNTY, DAY).ok

    def test_the_national_suite(self, tuesday, settings):
        settings.JINLIN_CRYPTO_SUITE = "gm"
        look()
        settings.JINLIN_CRYPTO_SUITE = "intl"
        look(2)
        assert check_chain(COUNTY, DAY).ok


@pytest.mark.django_db
class TestEntriesStay:
    def test_python_refuses(self, tuesday):
        look()
        entry = AuditEntry.objects.get()
        for change in (
            entry.save,
            entry.delete,
            lambda: AuditEntry.objects.update(verb="x"),
            lambda: AuditEntry.objects.all().delete(),
        ):
            with pytest.raises(Immutable):
                change()

    def test_the_database_refuses_too(self, tuesday):
        look()
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE audit_auditentry SET verb = 'x'")
        assert AuditEntry.objects.get().verb == "contact.read"

    def test_only_old_days_expire_and_their_roots_stay(self):
        for days in (0, 400):
            with clock.fixed(A_TUESDAY + timedelta(days=days)):
                look()
        with clock.fixed(A_TUESDAY + timedelta(days=401)):
            assert forget_old_entries() == 1
            assert forget_old_entries(kept=timedelta(days=1)) == 0, "never below six months"
        assert AuditHead.objects.count() == 2
        assert check_chain(COUNTY, DAY + timedelta(days=400)).ok


def tamper(sql, *values):
    """Do what an administrator with the database's password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_entry_never_changes")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS audit_entry_never_changes ON audit_auditentry")
        cursor.execute(sql, values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "seq", "why"),
    [
        ("UPDATE audit_auditentry SET actor_key = 'a:2' WHERE seq = 4", 4, "altered"),
        ("UPDATE audit_auditentry SET allowed = NOT allowed WHERE seq = 1", 1, "altered"),
        ("UPDATE audit_auditentry SET hash = prev_hash WHERE seq = 2", 2, "altered"),
        ("DELETE FROM audit_auditentry WHERE seq = 5", 5, "missing"),
        ("DELETE FROM audit_auditentry WHERE seq = 8", 8, "missing"),
        ("DELETE FROM audit_auditentry", 1, "missing"),
        ("UPDATE audit_auditentry SET seq = 20 - seq WHERE seq IN (3, 6)", 3, "missing"),
        ("UPDATE audit_auditentry SET day = '2026-03-09' WHERE seq = 7", 7, "missing"),
        ("UPDATE audit_audithead SET seq = 7", 9, "missing"),
        ("UPDATE audit_audithead SET hash = prev_root", 8, "root"),
        ("DELETE FROM audit_audithead", 0, "headless"),
    ],
)
def test_tampering_is_found(tuesday, sql, seq, why):
    for n in range(8):
        look(n + 1)
    assert check_chain(COUNTY, DAY).ok
    tamper(sql)
    report = check_chain(COUNTY, DAY)
    assert (report.broken_at, report.why) == (seq, why)


@pytest.mark.django_db
def test_a_day_without_entries_is_sound():
    assert check_chain(COUNTY, DAY).ok


@pytest.mark.django_db
class TestWhoSaw:
    def test_looks_at_one_thing_newest_first(self):
        for minute, how in enumerate(
            [
                {"fields": ("phone",)},
                {"fields": ()},
                {"fields": ("phone",), "allowed": False},
                {"fields": ("phone", "name")},
            ]
        ):
            with clock.fixed(A_TUESDAY + timedelta(minutes=minute)):
                look(**how)
                look(2, fields=("phone",))
        seen = who_saw("files.StoredFile", UUID(int=1))
        assert [(s.at.minute, s.fields) for s in seen] == [(3, ("phone", "name")), (0, ("phone",))]
        assert seen[0].department == "七一路街道办事处"
        assert seen[0].purpose == "回访"

    def test_the_officer_is_not_named(self, tuesday):
        look(fields=("phone",))
        assert "a:1" not in repr(who_saw("files.storedfile", UUID(int=1)))

    def test_pages_of_a_hundred_in_one_query(self, tuesday, django_assert_num_queries):
        for _ in range(103):
            look(fields=("phone",))
        with django_assert_num_queries(1):
            assert len(who_saw("files.storedfile", UUID(int=1))) == 100
        assert len(who_saw("files.storedfile", UUID(int=1), 2)) == 3
        assert len(who_saw("files.storedfile", UUID(int=1), -5)) == 100


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_writers_of_one_county_stand_in_line(self):
        results = together(6, lambda n: [look(n * 10 + i + 1) for i in range(10)])
        assert not [r for r in results if isinstance(r, Exception)]
        day = AuditHead.objects.get().day
        report = check_chain(COUNTY, day)
        assert (report.ok, report.rows) == (True, 60)

    def test_midnight(self):
        """Some writers still live on the old day while others have opened the new one."""
        midnight = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)

        def write(number):
            for i in range(10):
                with clock.fixed(midnight + timedelta(seconds=(-1 if (number + i) % 2 else 1))):
                    look(number * 10 + i + 1)

        results = together(6, write)
        assert not [r for r in results if isinstance(r, Exception)]
        assert all(check_chain(COUNTY, head.day).ok for head in AuditHead.objects.all())
        assert AuditEntry.objects.count() == 60
        assert AuditHead.objects.filter(closed=False).count() == 1
