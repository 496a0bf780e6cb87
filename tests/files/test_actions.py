"""Taking, attaching and erasing pictures, on the disk and in the table."""

from __future__ import annotations

import io
import os
import stat
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from jinlin.files import store
from jinlin.files.actions import attach, erase_files, forget_loose_files, store_image
from jinlin.files.models import StoredFile
from jinlin.files.queries import files_of, read_file
from jinlin.kernel import clock
from jinlin.kernel.errors import Conflict, Invalid, NotFound
from jinlin.kernel.idempotency import KeyReused
from jinlin.kernel.models import Throttle
from tests.files import pictures as p
from tests.kernel.threads import together

ANNA = SimpleNamespace(key="resident")
COUNTY = "411602000000"
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
PHOTO = p.photo((400, 300))

pytestmark = pytest.mark.usefixtures("home")


def take(data=PHOTO, **how):
    return store_image(**({"actor": ANNA, "county": COUNTY, "data": data, "name": "../../evil.php"} | how))


def on_disk(home):
    return sorted(path for path in (home / "files").glob("**/*") if path.is_file())


def owner(number=1):
    return Throttle(pk=UUID(int=number))


@pytest.mark.django_db
class TestStore:
    def test_row_and_disk_agree(self, home):
        stored = take()
        assert (stored.county, stored.width, stored.height, stored.attached) == (COUNTY, 400, 300, False)
        paths = on_disk(home)
        assert [path.name for path in paths] == [f"{stored.pk.hex}-s.jpg", f"{stored.pk.hex}.jpg"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
        assert paths[0].parent.name == stored.pk.hex[-2:]
        assert len(read_file(stored)) == stored.size
        assert len(read_file(stored, thumb=True)) < stored.size
        assert "evil" not in repr(StoredFile.objects.values().get())

    def test_an_open_file_will_do(self):
        assert take(io.BytesIO(PHOTO)).width == 400

    def test_what_is_refused_leaves_nothing(self, home):
        for data in (p.SVG, p.HTML, p.bomb(), io.BytesIO(PHOTO + b"\0" * (13 << 20)), b""):
            with pytest.raises(Invalid) as caught:
                take(data, name="photo.jpg")
            assert list(caught.value.fields) == ["photo"]
        with pytest.raises(Invalid):
            take(key="short")
        assert on_disk(home) == []
        assert StoredFile.objects.count() == 0

    def test_a_repeat_gives_the_same_picture(self, home):
        first = take(key=KEY)
        assert take(key=KEY, name="another name").pk == first.pk
        assert len(on_disk(home)) == 2
        with pytest.raises(KeyReused):
            take(p.photo((300, 300)), key=KEY)
        assert len(on_disk(home)) == 2

    def test_a_picture_the_disk_has_lost_is_not_found(self):
        stored = take()
        store.remove(stored.pk)
        for thumb in (False, True):
            with pytest.raises(NotFound):
                read_file(stored, thumb=thumb)


@pytest.mark.django_db
class TestAttach:
    def test_in_order_and_again(self):
        a, b = take(), take()
        for _ in range(2):
            assert [f.pk for f in attach(file_ids=[b.pk, a.pk, b.pk], owner=owner(), county=COUNTY)] == [
                b.pk,
                a.pk,
            ]
        assert [f.pk for f in files_of(owner())] == [a.pk, b.pk]
        assert not files_of(owner(2)).exists()

    def test_another_owners_picture_is_not_taken(self):
        a, b = take(), take()
        attach(file_ids=[a.pk], owner=owner(), county=COUNTY)
        with pytest.raises(Conflict), transaction.atomic():
            attach(file_ids=[b.pk, a.pk], owner=owner(2), county=COUNTY)
        assert not StoredFile.objects.get(pk=b.pk).attached

    def test_unknown_pictures(self):
        with pytest.raises(Invalid) as caught:
            attach(file_ids=[uuid4()], owner=owner(), county=COUNTY)
        assert list(caught.value.fields) == ["photo"]

    def test_nothing_to_attach(self):
        assert attach(file_ids=[], owner=owner(), county=COUNTY) == []


@pytest.mark.django_db(transaction=True)
class TestErase:
    def test_with_its_owner(self, home):
        for _ in range(2):
            attach(file_ids=[take().pk], owner=owner(), county=COUNTY)
        other = take()
        assert erase_files(owner=owner()) == 2
        assert {path.name[:32] for path in on_disk(home)} == {other.pk.hex}

    def test_a_rolled_back_erasure_keeps_the_picture(self, home):
        attach(file_ids=[take().pk], owner=owner(), county=COUNTY)
        with transaction.atomic():
            erase_files(owner=owner())
            transaction.set_rollback(True)
        assert read_file(files_of(owner()).get())
        assert len(on_disk(home)) == 2

    def test_loose_pictures_go_after_a_day(self, home):
        now = clock.now()  # files on a disk have the disk's time
        with clock.fixed(now - timedelta(hours=25)):
            old, kept = take(), take()
            attach(file_ids=[kept.pk], owner=owner(), county=COUNTY)
        young = take()
        with clock.fixed(now):
            assert forget_loose_files() == 1
        assert set(StoredFile.objects.values_list("pk", flat=True)) == {kept.pk, young.pk}
        assert old.pk.hex not in {path.name[:32] for path in on_disk(home)}

    def test_files_that_no_row_names_go_too(self, home):
        stored = take()
        folder = home / "files" / "aa"
        folder.mkdir(parents=True, exist_ok=True)
        for name in (f"{uuid4().hex}.jpg", "half.part", "stranger.txt", "bad.jpg"):
            (folder / name).write_bytes(b"x")
        yesterday = clock.now().timestamp() - 25 * 3600
        for path in on_disk(home):
            os.utime(path, (yesterday, yesterday))
        assert forget_loose_files() == 4
        assert {path.name[:32] for path in on_disk(home)} == {stored.pk.hex}

    def test_the_same_key_at_once_leaves_one_picture(self, home):
        results = together(4, lambda _n: take(key=KEY))
        assert len({stored.pk for stored in results}) == 1
        assert len(on_disk(home)) == 2
        assert StoredFile.objects.count() == 1
