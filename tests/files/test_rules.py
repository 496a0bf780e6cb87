"""The image cleaner against honest phones and hostile files (design/trust.md section 8)."""

from __future__ import annotations

import io
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from jinlin.files import rules
from jinlin.files.rules import clean_image
from jinlin.kernel.errors import Invalid
from tests.files import pictures as p


def opened(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (p.photo(), (1200, 900)),
        (p.photo((4000, 3000)), (1920, 1440)),
        (p.photo((3000, 4000)), (1440, 1920)),
        (p.photo((1, 1)), (1, 1)),
        (p.photo((5000, 10)), (1920, 4)),
        (p.photo(kind="PNG"), (1200, 900)),
        (p.photo(kind="WEBP"), (1200, 900)),
        (p.photo(kind="PNG", mode="RGBA"), (1200, 900)),
        (p.photo(mode="CMYK"), (1200, 900)),
        (p.photo(mode="L"), (1200, 900)),
        (p.photo(kind="MPO", save_all=True, append_images=[]), (1200, 900)),
    ],
    ids=lambda value: str(value) if isinstance(value, tuple) else "",
)
def test_honest_pictures(data, size):
    image = clean_image(data)
    picture = opened(image.jpeg)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", size)
    assert (image.width, image.height) == size
    assert max(opened(image.thumb).size) <= 320
    assert len(image.source_sha256) == len(image.sha256) == 64


@pytest.mark.parametrize(
    ("mode", "colour"), [("I;16", 65535), ("1", 1), ("P", 0), ("LA", (255, 255)), ("PA", (0, 255))]
)
def test_unusual_modes(mode, colour):
    out = io.BytesIO()
    Image.new("LA" if mode == "PA" else mode, (40, 30), colour).save(out, "PNG")
    assert clean_image(out.getvalue()).width == 40


def test_transparent_pictures_lie_on_white():
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean_image(out.getvalue()).jpeg).getpixel((20, 20)) == (255, 255, 255)


def test_place_maker_comment_and_trailer_go_and_up_stays_up():
    dirty = p.photo_with_gps()
    assert b"Maker of phones" in dirty
    assert b"<?php" in dirty
    image = clean_image(dirty)
    for data in (image.jpeg, image.thumb):
        picture = opened(data)
        assert len(picture.getexif()) == 0
        assert not {"exif", "icc_profile", "comment", "photoshop", "xmp"} & set(picture.info)
        for trace in (b"Maker of phones", b"<?php", b"secret comment", b"Exif", b"system("):
            assert trace not in data
    assert (image.width, image.height) == (900, 1200)
    red, _green, blue = opened(image.jpeg).getpixel((850, 50))
    assert red > 150 > blue, "orientation 6 turns the red quarter to the top right"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(orientation):
    image = clean_image(p.photo_with_gps((400, 300), orientation))
    assert (image.width, image.height) == ((300, 400) if orientation >= 5 else (400, 300))


def gif():
    return p.photo((10, 10), kind="GIF")


REFUSED = {
    "empty": (b"", rules.EMPTY),
    "svg": (p.SVG, rules.NOT_A_PHOTO),
    "html": (p.HTML, rules.NOT_A_PHOTO),
    "php": (p.PHP, rules.NOT_A_PHOTO),
    "pdf": (b"%PDF-1.7 ...", rules.NOT_A_PHOTO),
    "zip": (b"PK\x03\x04" + b"\0" * 100, rules.NOT_A_PHOTO),
    "gif": (gif(), rules.NOT_A_PHOTO),
    "bmp": (p.photo((10, 10), kind="BMP"), rules.NOT_A_PHOTO),
    "tiff": (p.photo((10, 10), kind="TIFF"), rules.NOT_A_PHOTO),
    "ico": (p.photo((16, 16), kind="ICO"), rules.NOT_A_PHOTO),
    "truncated jpeg": (p.photo()[:4000], rules.NOT_A_PHOTO),
    "truncated png": (p.photo(kind="PNG")[:2000], rules.NOT_A_PHOTO),
    "truncated webp": (p.photo(kind="WEBP")[:200], rules.NOT_A_PHOTO),
    "only a beginning": (b"\xff\xd8\xff\xe0", rules.NOT_A_PHOTO),
    "html that begins like a gif": (b"GIF89a" + p.HTML, rules.NOT_A_PHOTO),
    "html that begins like a jpeg": (b"\xff\xd8\xff" + p.HTML, rules.NOT_A_PHOTO),
    "bomb of 2,500 megapixels": (p.bomb(), rules.TOO_MANY_PIXELS),
    "bomb of 49 megapixels": (p.bomb(7000), rules.TOO_MANY_PIXELS),
    "13 MB": (p.photo() + b"\0" * (13 * 1024 * 1024), rules.TOO_BIG),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refused_with_one_sentence(data, sentence):
    started = time.perf_counter()
    with pytest.raises(Invalid) as caught:
        clean_image(data)
    assert caught.value.fields == {"photo": [sentence]}
    assert time.perf_counter() - started < 2


def test_a_script_in_a_pictures_text_chunk_does_not_survive():
    notes = PngInfo()
    notes.add_text("Comment", p.PHP.decode())
    dirty = p.photo((90, 40), kind="PNG", pnginfo=notes)
    assert b"<?php" in dirty
    image = clean_image(dirty)
    assert b"<?php" not in image.jpeg + image.thumb


@given(st.integers(0, 10**9), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(1, 40))
def test_damaged_pictures_are_cleaned_or_refused_and_nothing_else(seed, kind, hits):
    rng = random.Random(seed)
    data = bytearray(p.photo((64, 48), kind=kind))
    for _ in range(hits):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        image = clean_image(bytes(data))
    except Invalid:
        return
    assert opened(image.jpeg).format == "JPEG"


@given(st.binary(max_size=300))
def test_any_bytes_at_all(data):
    with pytest.raises(Invalid):
        clean_image(data)


def test_a_phones_photo_takes_under_two_seconds():
    data = p.photo((4032, 3024), quality=92)
    started = time.perf_counter()
    clean_image(data)
    assert time.perf_counter() - started < 2
