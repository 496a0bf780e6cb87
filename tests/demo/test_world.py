"""The demo world built small, once, in a transaction that is rolled back: every outcome, every desk, honest counters."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from jinlin.audit.models import AuditHead
from jinlin.audit.queries import check_chain
from jinlin.cases import queries
from jinlin.cases.models import Approval, Case, CaseEvent, CasePhoto, FollowUp
from jinlin.demo import world as demo
from jinlin.demo.cast import LOG_INS, STREET
from jinlin.demo.scene import Scene
from jinlin.initiatives.models import Initiative
from jinlin.initiatives.rules.kinds import KINDS
from jinlin.kernel import clock
from jinlin.kernel.errors import RuleBroken
from jinlin.orgs.models import Organisation
from jinlin.orgs.queries import cache as org_memory
from jinlin.people import rules
from jinlin.people.access import actor_for
from jinlin.people.actions import log_in
from jinlin.people.models import Account, Post, SealedContact, StandIn
from jinlin.performance.actions import check_counters
from jinlin.places import queries as places
from jinlin.places.models import Building, Compound, Grid, MicroGrid
from jinlin.places.queries import memory

UNTIL = datetime(2026, 3, 11, 7, 0, tzinfo=UTC)  # a Wednesday, 15:00
CASES, DAYS = 140, 40


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """Build once for the module; nothing of it stays."""
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(JINLIN_HOME=home):
        with transaction.atomic():
            assert demo.is_empty()
            yield demo.build(cases=CASES, days=DAYS, until=UNTIL)
            transaction.set_rollback(True)
        memory.forget()  # what this process remembers is of a world that never was
        org_memory.forget()
        cache.clear()


@pytest.fixture(autouse=True)
def _now(built, db):
    with clock.fixed(UNTIL):
        yield


def actor(username):
    return actor_for(Account.objects.get(username=username))


def test_counts(built):
    assert built["refused"] == {}
    assert built["regions"] == 5335
    assert built["organisations"] > 10_000
    assert built["cases"] == Case.unscoped.count() >= CASES
    assert not demo.is_empty()
    assert not Case.unscoped.filter(is_demo=False).exists()
    assert set(built["seconds"]) >= {"places", "organisations", "street", "cases"}


def test_a_second_build_is_refused(built):
    with pytest.raises(RuleBroken, match="空的"):
        demo.build()


def test_every_village_has_a_grid_and_the_street_is_drawn_and_manned():
    assert Grid.objects.filter(is_drawn=False, code__endswith="001").count() > 5000
    drawn = Grid.objects.filter(is_drawn=True)
    assert set(drawn.values_list("town", flat=True)) == {STREET}
    for grid in drawn:
        assert "演示" in grid.name
        assert "演示" in grid.note
        assert Post.objects.filter(place=grid.code, role="grid_worker").exists()
        assert Post.objects.filter(place=grid.code, role="grid_leader").exists()
    by_village = Counter(drawn.filter(kind="basic").values_list("village", flat=True))
    assert len(by_village) == 12
    assert set(by_village.values()) <= {3, 4}
    assert drawn.filter(kind="exclusive").count() == 1


def test_neighbour_groups_have_heads_and_compounds_buildings():
    groups = MicroGrid.objects.filter(kind="ten_household")
    assert groups.count() >= 6
    for group in groups:
        assert Post.objects.filter(place=group.code, role="micro_head").count() == 1
    assert Compound.objects.count() >= 3
    assert Building.objects.count() >= 9
    names = [*groups.values_list("name", flat=True), *Compound.objects.values_list("name", flat=True)]
    names += Building.objects.values_list("name", flat=True)
    assert all("演示" in name for name in names)


def test_nobody_has_a_name_of_their_own():
    for account in Account.objects.all():
        assert account.is_demo, account.name
        assert "演示" in account.name, account.name
    invented = Organisation.objects.exclude(source="标准设置")
    assert invented
    assert all("演示" in unit.name for unit in invented)
    assert not SealedContact.objects.exclude(name_sealed=None).exists()
    assert all(contact.opened("phone").startswith("1000000") for contact in SealedContact.objects.all())


def test_points_lie_in_their_grid():
    drawn = Case.unscoped.exclude(lon=None)
    assert drawn.count() > CASES / 2
    for case in drawn:
        hit = places.locate(case.lon, case.lat)
        assert hit is not None
        assert hit.code == case.grid


def test_every_outcome_is_there():
    rows = Case.unscoped
    ends = Counter(rows.exclude(end_kind="").values_list("end_kind", flat=True))
    assert ends.keys() >= {"solved", "answered", "not_ours", "duplicate", "withdrawn", "beyond", "explained"}
    assert rows.filter(self_handled=True).count() >= 10
    assert set(rows.exclude(exit_code="").values_list("exit_code", flat=True)) == {
        *("emergency", "legal_channel", "repeat", "secret", "beyond_duty", "unlawful")
    }
    assert rows.filter(state="ledgered").exists()
    assert rows.filter(state="suspended").exists()
    assert rows.filter(rework_count__gt=0, end_kind="solved").exists()
    assert rows.filter(reopen_count__gt=0).exists()
    assert rows.filter(appeal_count__gt=1).exists()
    assert rows.exclude(part_of=None).count() >= 2
    assert set(CaseEvent.objects.filter(verb="rule").values_list("reason_code", flat=True)) == {
        "upheld",
        "overruled",
    }
    verbs = set(CaseEvent.objects.values_list("verb", flat=True))
    assert verbs >= {
        "recall",
        "resume",
        "merge",
        "split",
        "parts_done",
        "assist_done",
        "categorise",
        "reopen",
    }
    kinds = set(Approval.objects.values_list("kind", "granted"))
    assert kinds >= {("extension", True), ("extension", False), ("extension", None), ("exemption", True)}
    answers = set(FollowUp.objects.exclude(solved="").values_list("solved", flat=True))
    assert answers >= {"yes", "partly", "no"}
    assert CasePhoto.objects.exists()


def test_something_is_overdue_at_every_stage():
    late = Counter(Case.unscoped.filter(is_open=True, due_at__lt=UNTIL).values_list("state", flat=True))
    assert late.keys() >= {"accepted", "dispatched", "signed", "in_progress"}
    states = set(Case.unscoped.filter(is_open=True).values_list("state", flat=True))
    assert states >= {"submitted", "verifying", "follow_up", "objected", "rework", *late}


@pytest.mark.parametrize("username", ["village", "town", "county", "city", "dept", "dept2"])
def test_every_desk_has_work_today(username):
    assert queries.view_counts(viewer=actor(username), views=("mine",))["mine"] >= 1


def test_the_grid_has_work_and_the_city_sees_only_its_own():
    lists = queries.field_lists(viewer=actor("grid"))
    assert lists["todo"]
    assert lists["check"]
    everything = queries.case_list(viewer=actor("city"), view="open")
    assert all(row.level <= 2 for row in everything.rows)
    for username in ("town", "county"):
        assert queries.view_counts(viewer=actor(username), views=("decide",))["decide"] >= 1


def test_log_ins_one_per_role():
    rows = demo.log_ins()
    assert [row[0] for row in rows] == [row.username for row in LOG_INS]
    assert {row.role for row in LOG_INS} == set(rules.ROLES)
    assert all(role and where and path.startswith("/") for _name, role, where, path in rows)
    assert len(demo.PASSWORD) >= 10
    account = log_in(username="dept", password=demo.PASSWORD, address="127.0.0.1")
    assert actor_for(account).post.line == "CMB"
    others = Account.objects.exclude(username__in=[row.username for row in LOG_INS])
    assert not [account for account in others if account.has_usable_password()]


def test_a_stand_in_acts_today():
    row = StandIn.objects.get()
    assert row.starts_on < clock.today() <= row.ends_on
    assert row.post.place in {post.place for post in actor("grid").posts}


def test_counters_equal_a_recount():
    verdict = check_counters()
    assert verdict.cases == Case.unscoped.count()
    assert not verdict.wrong, verdict.differences


def test_time_never_runs_backwards_in_a_case():
    last: dict[object, datetime] = {}
    for case, at in CaseEvent.objects.order_by("case_id", "seq").values_list("case_id", "at"):
        assert last.get(case, at) <= at <= UNTIL
        last[case] = at


def test_the_audit_chain_holds():
    heads = AuditHead.objects.filter(county="411602000000")
    assert heads.count() >= DAYS / 2
    assert all(check_chain(head.county, head.day).ok for head in heads)


@pytest.mark.parametrize("row", LOG_INS, ids=lambda row: row.username)
def test_every_log_in_starts_on_a_page_that_opens(row, client):
    client.force_login(Account.objects.get(username=row.username))
    assert client.get(row.path, follow=True).status_code == 200


def test_every_kind_of_initiative_is_told():
    rows = Initiative.unscoped.filter(is_public=True)
    assert set(rows.values_list("kind", flat=True)) == set(KINDS)
    cobuild = rows.get(kind="cobuild")
    assert (cobuild.stage, cobuild.activities) == ("doing", 1)
    assert cobuild.match_ref is not None
    assert len(cobuild.partners.splitlines()) == 2


def test_nobody_checked_their_own_work():
    for case in Case.unscoped.exclude(handler_account=None).prefetch_related("verifications", "follow_ups"):
        for row in (*case.verifications.all(), *case.follow_ups.all()):
            assert row.by_account is None or row.by_account != case.handler_account


class TestKilled:
    """These run on the built world's own connection, so they look at savepoints, as a kill looks at the file."""

    def test_a_break_in_the_middle_leaves_nothing(self, monkeypatch):
        def breaks(self):
            raise KeyboardInterrupt

        monkeypatch.setattr(Scene, "run", breaks)
        monkeypatch.setattr(demo, "is_empty", lambda: True)
        monkeypatch.setattr(demo, "_places", lambda: None)
        monkeypatch.setattr(demo, "_organisations", lambda: None)
        monkeypatch.setattr(demo, "draw_street", lambda cast, rng: [])
        monkeypatch.setattr(demo.Planner, "draw", lambda self, cases: [])
        before = (Account.objects.count(), Case.unscoped.count())
        monkeypatch.setattr(
            demo.Cast, "open_staff", lambda self: self.account("never-there", "网格员") and None
        )
        with pytest.raises(KeyboardInterrupt):
            demo.build()
        assert (Account.objects.count(), Case.unscoped.count()) == before
