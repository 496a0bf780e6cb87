"""Two hundred planted words are found nowhere but in sealed columns, and a case never looks different."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from jinlin.cases.models import Case, CaseEvent
from jinlin.cli.routes import all_routes
from jinlin.files.actions import store_image
from jinlin.files.models import StoredFile
from jinlin.jobs.schedule import JOBS
from jinlin.kernel import clock
from jinlin.kernel.bus import deliver_outbox
from jinlin.mediation.actions import (
    Said,
    add_mediator,
    declare_conflict,
    my_files,
    open_one,
    picture,
    remind_mediators,
)
from jinlin.people.actions import issue_token
from tests.files.pictures import photo
from tests.house.routes import declared
from tests.house.test_permissions import Caller, Matrix, contents
from tests.mediation.story import Story, keep_ten_years, later

pytestmark = pytest.mark.usefixtures("tuesday", "home")
PLANTED = 200
WORD = re.compile("密语[0-9]{3}")
OUTSIDERS = ("", "village", "county", "dept", "supervisor", "mediator_b")


class Planted(Story):
    """A file in which every text carries a word of its own."""

    planted: list[str] = []

    @property
    def words(self) -> str:
        self.planted.append(f"密语{len(self.planted) % 1000:03}")
        return self.planted[-1]

    @words.setter
    def words(self, _word: str) -> None: ...


def plant(world: Any, case: Case) -> Planted:
    """Fill files with two hundred words: titles, facts, names, homes, proxies, papers, notes, a conflict, a picture."""
    Planted.planted = []
    story = Planted(world, case=case.shown_code)
    story.do("party", proxy=story.words)
    story.do("party", side="respondent", called=story.words, reach=story.words, home=story.words)
    for party in story.parties:
        story.do("consent", party=party)
    story.do("accept")
    for party in story.parties:
        story.do("tell", party=party)
    while len(Planted.planted) < PLANTED:
        story.do("investigate", words=story.words, whom=story.words)
        story.paper("evidence")
    stored = store_image(actor=story.actor, county="", data=photo((64, 48)), sealed=True)
    story.paper("receipts", pictures=[stored.pk])
    said = Said({"account": "mediator_b", "role": "member"})
    add_mediator(actor=world.actor("mediator"), file_id=story.file.pk, said=said)
    why = Said({"by": "self", "words": story.words})
    declare_conflict(actor=world.actor("mediator_b"), file_id=story.file.pk, said=why)
    story.do("hear")
    story.do("agree")
    with clock.fixed(later(story.row.perform_on)):
        story.do("visit")
    for _time in range(90):
        story.paper("note")
    return story


def cells() -> Iterator[tuple[str, str, bytes]]:
    """Yield (table, column, bytes) of everything the database holds."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield table, column, raw


def test_two_hundred_words_are_found_nowhere(
    world: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    settings.JINLIN_RATE_LIMITS = False
    matrix = Matrix(world)
    story = plant(world, matrix.cases["grid"])
    matrix.sealed = str(story.file.pk)
    keep_ten_years()
    remind_mediators()
    deliver_outbox()
    own = open_one(actor=story.actor, file_id=story.file.pk)
    assert len(set(WORD.findall(repr(own)))) >= PLANTED  # the words are there, for the mediator
    told = []
    known = declared()  # test_routes sees to it that every route has its row
    routes = [one for one in all_routes() if one.methods in ((), ("GET",)) and one.key in known]
    for account in OUTSIDERS:
        caller = Caller(matrix, account)
        caller.browser.raise_request_exception = False  # a failure must tell no more than an answer
        for route in routes:
            if WORD.search(contents(caller.call(route, "grid"))):
                told.append((account, route.key))
        for query in ({"q": Planted.planted[3]}, {"q": "密语"}):
            for path in ("/desk/", "/api/v1/cases"):
                headers = {"Authorization": f"Bearer {caller.secret}"} if caller.secret else {}
                answer = caller.browser.get(path, query, headers=headers)
                page = contents(answer).replace(query["q"], "")  # what was asked for stands in the search box
                assert not WORD.search(page)
                assert not (path.startswith("/api") and answer.status_code == 200 and answer.json()["rows"])
    assert told == []
    assert not WORD.search(caplog.text)
    names = {"密语".encode(), *(word.encode() for word in Planted.planted)}
    assert [(table, column) for table, column, raw in cells() if any(name in raw for name in names)] == []


def test_a_sealed_picture_is_no_picture_on_the_disk(world: Any, home: Any) -> None:
    story = Story(world)
    stored = store_image(actor=story.actor, county="", data=photo((64, 48)), sealed=True)
    story.paper("evidence", pictures=[stored.pk])
    on_disk = [path.read_bytes() for path in (home / "files").glob("*/*.jpg")]
    assert len(on_disk) == 2
    assert not any(b"\xff\xd8\xff" in raw[:40] or b"JFIF" in raw for raw in on_disk)
    data = picture(actor=story.actor, file_id=story.file.pk, stored_id=stored.pk)
    assert data.startswith(b"\xff\xd8\xff")
    client = world.client("mediator_b")
    assert client.get(f"/mediation/{story.file.pk}/picture/{stored.pk}").status_code == 404
    assert client.get(f"/photo/{stored.pk}").status_code == 404
    assert StoredFile.objects.get(pk=stored.pk).sha256 == ""


PATHS = (
    "/desk/case/{code}",
    "/desk/case/{code}/slip",
    "/desk/",
    "/desk/export.xlsx?view=open&purpose=x",
    "/field/",
)
CALLS = ("/api/v1/cases/{code}", "/api/v1/cases/{code}/history", "/api/v1/cases", "/api/v1/cases/counts")
CHANGING = re.compile(
    rb'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|name="key" value="[\w-]+"|[0-9a-f]{8}-[0-9a-f-]{27}|csrf-token" content="\w+"|\d{4}-\d\d-\d\dT[\d:]+Z'
)


def looks(world: Any, case: Case) -> dict[tuple[str, str], bytes]:
    """Everything everybody sees of a case, less what changes with every look."""
    found = {}
    for account in ("village", "county", "grid", "supervisor", "mediator", "mediator_b"):
        client = world.client(account)
        secret = issue_token(actor=world.actor(account), account=world.accounts[account], label="x")[1]
        for path in PATHS + CALLS:
            headers = {"Authorization": f"Bearer {secret}"} if path.startswith("/api") else {}
            answer = client.get(path.format(code=case.tracking), headers=headers)
            raw = contents(answer).encode()
            found[account, path] = str(answer.status_code).encode() + CHANGING.sub(b"", raw)
    found["", "row"] = repr(sorted(Case.unscoped.filter(pk=case.pk).values()[0].items())).encode()
    found["", "lines"] = repr(list(CaseEvent.objects.filter(case=case).values())).encode()
    return found


def test_a_case_looks_and_weighs_the_same(world: Any) -> None:
    keep_ten_years()
    case = world.report("楼上漏水", category="NEI-01")
    before = looks(world, case)
    Story(world, case=case.shown_code).to_archive()
    for job in JOBS:
        if job.name not in ("run_assessments", "run_circle_studies"):
            job.run()
    after = looks(world, case)
    assert [key for key in before if before[key] != after[key]] == []


def test_a_file_that_is_and_one_that_is_not_are_answered_alike(world: Any) -> None:
    story = Story(world)
    for account in ("mediator_b", "county", "admin", ""):
        client = world.client(account)
        for tail in ("", "/paper/evidence", "/print/cover"):
            answers = [client.get(f"/mediation/{pk}{tail}") for pk in (story.file.pk, uuid4())]
            assert answers[0].status_code == answers[1].status_code != 200
            one, other = (re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{20,}", b"", a.content) for a in answers)
            assert one == other
            one_way, other_way = (a.headers.get("Location", "")[:20] for a in answers)
            assert one_way == other_way


def test_who_steps_aside_sees_nothing_any_more(world: Any) -> None:
    story = Story(world)
    why = {"by": "self", "words": "一方是我的亲戚"}
    with pytest.raises(Exception, match="由谁接手"):
        declare_conflict(actor=story.actor, file_id=story.file.pk, said=Said(why))
    declare_conflict(actor=story.actor, file_id=story.file.pk, said=Said({**why, "account": "mediator_b"}))
    assert my_files(actor=story.actor).rows == ()
    heir = world.actor("mediator_b")
    (row,) = my_files(actor=heir).rows
    view = open_one(actor=heir, file_id=row.id)
    assert [(one.is_on, one.has_conflict) for one in view.members] == [(False, True), (True, False)]
    with pytest.raises(Exception, match="不能请这位"):
        add_mediator(actor=heir, file_id=row.id, said=Said({"account": "mediator", "role": "member"}))


def test_a_post_that_ended_or_is_stood_in_for_opens_nothing(world: Any) -> None:
    from jinlin.people.access import SYSTEM
    from jinlin.people.actions import end_post, stand_in

    story = Story(world)
    post = world.accounts["mediator"].posts.get()
    today = clock.today()
    stand_in(actor=SYSTEM, post=post, account=world.accounts["county"], starts_on=today, ends_on=today)
    assert world.client("county").get(f"/mediation/{story.file.pk}").status_code == 404
    assert "漏水" not in world.client("county").get("/mediation/").content.decode()
    end_post(actor=SYSTEM, post=post)
    assert world.client("mediator").get(f"/mediation/{story.file.pk}").status_code == 403
