"""Fills a database with cases by the hundred thousand: closed ones by bulk SQL, open ones with all that hangs on them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, models, transaction

from jinlin.cases.models import Appeal, Case, CaseEvent, Clock, Handover
from jinlin.cases.queries import link_token
from jinlin.cases.rules import words as w
from jinlin.cases.rules.tracking import ALPHABET, RANDOM_CHARS, county_mark
from jinlin.kernel import clock
from jinlin.orgs.models import Category, Organisation
from jinlin.people.actions import seal_contact
from jinlin.places.models import Grid

YEARS = timedelta(days=3 * 365)
CHUNK = 50_000
# state -> (share of the open cases, level that holds it, stage whose clock runs)
OPEN_STATES: dict[str, tuple[int, int, str]] = {
    w.SUBMITTED: (25, 6, "accept"),
    w.ACCEPTED: (15, 5, "dispatch"),
    w.DISPATCHED: (10, 3, "sign"),
    w.IN_PROGRESS: (28, 3, "resolve"),
    w.VERIFYING: (8, 3, "verify"),
    w.FOLLOW_UP: (7, 3, "follow_up"),
    w.LEDGERED: (4, 3, "review"),
    w.OBJECTED: (3, 3, "rule"),
}
PHONE = "13800138000"
TEXT = "楼下的路灯坏了好几天，晚上出门看不清路，请来人看看"


class Table:
    """One table written in bulk: a template row, of which each row changes a few columns."""

    def __init__(self, template: models.Model) -> None:
        fields = template._meta.concrete_fields
        self.name = template._meta.db_table
        self.columns = [str(field.column) for field in fields]
        self.at = {field.attname: place for place, field in enumerate(fields)}
        self.blank = [
            field.get_db_prep_save(getattr(template, field.attname), connection) for field in fields
        ]

    def row(self, **values: Any) -> list[Any]:
        """Return one row; values are as the database takes them."""
        made = self.blank.copy()
        for name, value in values.items():
            made[self.at[name]] = value
        return made

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows: COPY on PostgreSQL, one prepared statement on SQLite."""
        quoted = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{self.name}" ({quoted}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            marks = ", ".join(["%s"] * len(self.columns))
            cursor.executemany(f'INSERT INTO "{self.name}" ({quoted}) VALUES ({marks})', list(rows))


@contextmanager
def without_indexes(tables: Iterable[str]) -> Iterator[None]:
    """Drop the tables' secondary indexes, and make them again afterwards: several times faster for a million rows."""
    lite = connection.vendor == "sqlite"
    listed = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL"
        if lite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"
    )
    made: list[str] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(listed, [table])
            for name, sql in cursor.fetchall():
                made.append(sql)
                cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for sql in made:
            cursor.execute(sql)


class Loader:
    """Makes cases for every village of the tree in turn."""

    def __init__(self, rng: Random, *, busy: str = "") -> None:
        self.rng = rng
        self.busy = busy
        self.now = clock.now()
        self.lite = connection.vendor == "sqlite"
        self.grids = list(
            Grid.objects.current()
            .filter(kind="basic")
            .order_by("code")
            .values_list("county", "town", "village", "code")
        )
        self.leaves = list(Category.objects.filter(level=2, is_active=True).values_list("pk", "sla_class"))
        rows = Organisation.objects.filter(valid_to=None).values_list("code", "pk")
        self.units = dict(rows)

    def load(
        self, number: int, still_open: int, *, busy: tuple[int, int] = (0, 0), tracked: int = 0
    ) -> list[dict[str, str]]:
        """Add `number` cases, `still_open` of them open; `tracked` are given back with their proof.

        `busy` says how many of the open ones lie in the busy grid, and how many in all in its county; the others
        are spread over the tree.
        """
        self._closed(number - still_open)
        return self._open(self._places(still_open, busy), tracked)

    def _places(self, number: int, busy: tuple[int, int]) -> list[tuple[str, str, str, str]]:
        in_grid, in_county = busy
        here = next((row for row in self.grids if row[3] == self.busy), self.grids[0])
        near = [row for row in self.grids if row[0] == here[0]]
        places = [here] * in_grid + [near[at % len(near)] for at in range(in_county - in_grid)]
        left = number - len(places)
        return places + [
            self.grids[at * len(self.grids) // max(left, 1) % len(self.grids)] for at in range(left)
        ]

    def _moment(self, at: datetime) -> Any:
        """Return a moment as the database takes it."""
        return at.replace(tzinfo=None).isoformat(" ", "microseconds") if self.lite else at

    def _id(self, at: datetime) -> uuid.UUID:
        """Return a version 7 id of a moment in the past."""
        number = (int(at.timestamp() * 1000) << 80) | self.rng.getrandbits(80)
        number = number & ~(0xF << 76) | (7 << 76)
        return uuid.UUID(int=number & ~(0x3 << 62) | (0x2 << 62))

    def _key(self, value: uuid.UUID) -> Any:
        return value.hex if self.lite else value

    def _code(self, county: str) -> str:
        return county_mark(county) + "".join(self.rng.choices(ALPHABET, k=RANDOM_CHARS))

    def _closed(self, number: int) -> None:
        """Write closed cases, each with what was said, the last line of its timeline, and who had it in hand."""
        now, grey = self.now, {"actor_kind": "staff", "words": "已办好", "hash": "0" * 64}
        tables = (
            Table(
                Case(
                    state=w.CLOSED,
                    is_open=False,
                    end_kind="solved",
                    claim="solved",
                    level=3,
                    title=TEXT[:40],
                    opened_at=now,
                    updated_at=now,
                    event_count=1,
                    version=6,
                )
            ),
            Table(Appeal(text=TEXT, title=TEXT[:40], made_at=now, received_at=now)),
            Table(
                CaseEvent(
                    seq=1,
                    verb="follow_up",
                    from_state=w.FOLLOW_UP,
                    to_state=w.CLOSED,
                    **{"at": now, "made_at": now, **grey},
                )
            ),
            Table(Handover(seq=1, direction="across", to_level=3, sent_at=now, answer="done", is_open=False)),
        )
        begin, step = self.now - timedelta(days=2) - YEARS, YEARS / max(number, 1)
        with without_indexes([table.name for table in tables]):
            for done in range(0, number, CHUNK):
                made = [
                    self._closed_rows(at, begin + at * step, tables)
                    for at in range(done, min(done + CHUNK, number))
                ]
                with transaction.atomic():
                    for table, rows in zip(tables, zip(*made, strict=True), strict=True):
                        table.write(rows)

    def _closed_rows(self, at: int, opened: datetime, tables: Sequence[Table]) -> tuple[list[Any], ...]:
        county, town, village, grid = self.grids[at % len(self.grids)]
        closed = min(opened + timedelta(hours=self.rng.uniform(2, 240)), self.now)
        category, sla = self.rng.choice(self.leaves)
        key, begun, ended = self._key(self._id(opened)), self._moment(opened), self._moment(closed)
        department = self._key(self.units[f"{county}-CMB"])
        area = {"county": county, "town": town, "village": village, "grid": grid}
        times = {"opened_at": begun, "accepted_at": begun, "closed_at": ended, "updated_at": ended}
        matter = {"category_id": self._key(category), "sla_class": sla, "tracking": self._code(county)}
        units = {"holder_unit": department, "handler_unit": department}
        case, said, line, passed = tables
        hangs = {"county": county, "case_id": key}
        return (
            case.row(id=key, **area, **matter, **units, **times),
            said.row(id=self._key(self._id(opened)), **hangs, made_at=begun, received_at=begun),
            line.row(id=self._key(self._id(closed)), **hangs, at=ended, made_at=ended),
            passed.row(
                id=self._key(self._id(opened)), **hangs, to_unit=department, sent_at=begun, answered_at=ended
            ),
        )

    def _open(self, places: list[tuple[str, str, str, str]], tracked: int) -> list[dict[str, str]]:
        """Write open cases with appeal, contact, timeline, handovers and the running clock."""
        kept: list[dict[str, str]] = []
        states = list(OPEN_STATES)
        weights = [OPEN_STATES[state][0] for state in states]
        with transaction.atomic():
            for first in range(0, len(places), 2_000):
                batch: list[list[Any]] = [[], [], [], [], []]
                for at, place in enumerate(places[first : first + 2_000], first):
                    state = self.rng.choices(states, weights)[0]
                    called = bool(tracked) and at % max(len(places) // tracked, 1) == 0
                    rows = self._open_rows(place, state, with_contact=called)
                    for many, more in zip(batch, rows, strict=True):
                        many.extend(more)
                    if called and len(kept) < tracked:
                        case, said = rows[0][0], rows[1][0]
                        kept.append({"code": case.tracking, "token": link_token(said.pk), "id": str(case.pk)})
                for model, many in zip((Case, Appeal, CaseEvent, Handover, Clock), batch, strict=True):
                    manager = getattr(model, "unscoped", model.objects)
                    manager.bulk_create(many, batch_size=400)
        return kept

    def _open_rows(
        self, place: tuple[str, str, str, str], state: str, *, with_contact: bool
    ) -> list[list[Any]]:
        county, town, village, grid = place
        opened = self.now - timedelta(hours=self.rng.uniform(0.5, 24 * 30))
        _share, level, stage = OPEN_STATES[state]
        desk = self.units[f"{village}-VIL"]
        centre, department = self.units[f"{county}-CENTRE"], self.units[f"{county}-CMB"]
        holder = {6: desk, 5: desk}.get(level, centre if self.rng.random() < 0.4 else department)
        category, sla = self.rng.choice(self.leaves)
        due = self.now + timedelta(hours=self.rng.uniform(-48, 240))
        common = {"county": county}
        case = Case(**common, id=self._id(opened), town=town, village=village, grid=grid, level=level, state=state,
                    tracking=self._code(county), title=TEXT[:40], category_id=category, sla_class=sla,
                    holder_unit=holder, sender_unit=centre if level == 3 else None,
                    sender_level=3 if level == 3 else 0, opened_at=opened, updated_at=opened, due_at=due,
                    callable=with_contact, event_count=3, event_hash="0" * 64, handover_count=1)  # fmt: skip
        contact = seal_contact(county=county, phone=PHONE, name="", address="") if with_contact else None
        said = Appeal(**common, case=case, text=TEXT, title=case.title, contact=contact, made_at=opened,
                      received_at=opened)  # fmt: skip
        lines = [
            CaseEvent(**common, case=case, seq=seq, verb=verb, at=opened, made_at=opened, actor_kind="staff",
                      from_state="", to_state=state, hash=f"{seq:064d}")
            for seq, verb in enumerate(("report", "accept", "escalate"), 1)
        ]  # fmt: skip
        passed = Handover(
            **common, case=case, seq=1, direction="in", to_unit=holder, to_level=level, sent_at=opened
        )
        timer = Clock(
            **common, case=case, stage=stage, amount=1, unit="working_day", started_at=opened, due_at=due
        )
        return [[case], [said], lines, [passed], [timer]]
