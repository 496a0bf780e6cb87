"""Canaries of the blind review beyond the pages: papers, exports, the API, notices, every table, files and their names."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from jinlin.files.models import StoredFile
from jinlin.initiatives import actions as a
from jinlin.initiatives.models import Initiative
from jinlin.initiatives.queries import secret_of
from jinlin.notices.models import Notice
from jinlin.people.access import ANYONE
from tests.files.pictures import photo
from tests.initiatives.stories import Stories, day
from tests.web.test_wishes import apply, link
from tests.world import COUNTY, TOWN, VILLAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
CANARIES = ("暖阳", "钱进宝", "13712345678", "小太阳")
PAPERS = ("notice", "resolution", "contract", "report")


@pytest.fixture
def told(world: Any, home: Any, settings: Any) -> Stories:
    settings.JINLIN_RATE_LIMITS = False
    return Stories(world)


def everything(answer: Any) -> str:
    """Return all an answer tells: words, headers with names of files, what is packed or escaped in it."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    parts = [body.decode(errors="replace"), heads, unquote(heads)]
    parts.append(re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), parts[0]))
    if zipfile.is_zipfile(io.BytesIO(body)):
        packed = zipfile.ZipFile(io.BytesIO(body))
        parts += [packed.read(name).decode(errors="replace") + name for name in packed.namelist()]
    return "\n".join(parts)


def leaks(told_: str) -> list[str]:
    return [one for one in CANARIES if one in told_]


def in_tables() -> Iterator[str]:
    """Every row of every table as text; what is sealed is bytes and reads as nothing."""
    for model in apps.get_models():
        manager = getattr(model, "unscoped", model._default_manager)
        for row in manager.values():
            words = " ".join(
                str(value) for value in row.values() if not isinstance(value, bytes | memoryview)
            )
            if leaks(words):
                yield f"{model.__name__}: {words[:200]}"


def in_review(told: Stories) -> tuple[Any, Initiative, Any, Any]:
    """An application with a reviewer who has said that there is no conflict."""
    row, item = apply(told, told.world.client())
    told.go(item, "qualify", who="town")
    seat = a.invite_reviewer(actor=told.world.actor("town"), round_id=row.pk)
    review = a.assign_review(actor=told.world.actor("town"), initiative_id=item.pk, seat_id=seat.pk)
    a.declare_conflict(actor=ANYONE, review_id=review.pk, passed=seat.pk, conflict=False)
    return row, item, seat, review


def addresses(row: Any, item: Initiative, seat: Any, review: Any) -> list[str]:
    return [
        f"/together/review/{review.pk}", f"/together/ventures/{row.pk}", f"/together/ventures/{row.pk}/apply",
        *(f"/together/i/{item.pk}/paper/{paper}" for paper in PAPERS), f"/together/i/{item.pk}",
        "/together/wishes/map.geojson?place=" + TOWN, "/together/gatherings.ics?place=" + TOWN,
        f"/api/v1/initiatives/areas/{TOWN}?kind=venture", f"/api/v1/initiatives/areas/{COUNTY}/desk?kind=venture",
        f"/api/v1/initiatives/areas/{VILLAGE}/similar?kind=venture&title={item.title}",
        f"/api/v1/initiatives/areas/{TOWN}/figures", f"/api/v1/initiatives/{item.pk}",
        f"/api/v1/initiatives/own/{seat.pk}/{secret_of(seat.pk)}", f"/initiatives/{item.pk}",
        f"/initiatives/ventures/{row.pk}", "/initiatives/figures", "/initiatives/?kind=venture", "/desk/export.xlsx",
        "/desk/supervision/export.xlsx", "/desk/notices", "/desk/", f"/initiatives/photo/{item.pk}", "/api/v1/openapi.json",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["", "village", "leader", "dept", "supervisor", "county2"])
def test_no_paper_export_or_answer_names_the_applicant(told: Stories, who: str) -> None:
    row, item, seat, review = in_review(told)
    client = told.world.client(who)
    if not who:
        client.get(link(seat))
    seen = {address: client.get(address) for address in addresses(row, item, seat, review)}
    assert not {
        address: leaks(everything(answer)) for address, answer in seen.items() if leaks(everything(answer))
    }
    if who == "":
        assert item.title in everything(seen[f"/together/review/{review.pk}"]), (
            "the reviewer does read the project"
        )
    if who == "leader":
        assert zipfile.is_zipfile(io.BytesIO(seen["/desk/export.xlsx"].content)), (
            "an export was really looked into"
        )


def test_no_table_no_notice_and_no_file_names_the_applicant(told: Stories, at: Any, home: Path) -> None:
    row, item, seat, review = in_review(told)
    a.submit_review(
        actor=ANYONE, review_id=review.pk, passed=seat.pk, recommendation="fund", words="可行",
        scores=dict.fromkeys(("need", "plan", "budget", "effect"), 80),
    )  # fmt: skip
    assert not list(in_tables())
    with at(day(41)):
        a.close_round(actor=told.world.actor("town"), round_id=row.pk)
        assert not list(in_tables()), "the end of the review opens scores, not names"
    assert not [notice for notice in Notice.unscoped.all() if leaks(str(vars(notice)))]
    a.open_sheet(actor=told.world.actor("town"), initiative_id=item.pk, purpose="核对资质")
    assert not list(in_tables()), "the trail says that the sheet was opened, never what stands on it"
    assert not leaks("\n".join(str(path) for path in home.rglob("*")))
    Initiative.unscoped.filter(pk=item.pk).update(partners="暖阳中心")
    assert list(in_tables()), "the look does find a name that lies open"


def test_the_name_of_an_uploaded_file_is_kept_nowhere(told: Stories, home: Path) -> None:
    item = told.open("装一盏灯")
    sheet = SimpleUploadedFile("钱进宝-13712345678.jpg", photo((320, 240)), content_type="image/jpeg")
    client = told.world.client("village")
    form = {"count": "3", "note": "门厅", "photos": sheet}
    assert client.post(f"/initiatives/{item.pk}/do/paper", form).status_code == 302
    stored = StoredFile.objects.get()
    answer = client.get(f"/initiatives/photo/{stored.pk}")
    assert answer.status_code == 200
    assert str(stored.pk) in answer["Content-Disposition"]
    assert not leaks(everything(answer))
    assert not list(in_tables())
    assert not leaks("\n".join(str(path) for path in home.rglob("*")))
