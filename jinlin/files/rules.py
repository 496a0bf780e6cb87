"""Cleaning a picture: bytes of any origin in, a new JPEG without metadata out, or a sentence why not.

Judged by decoding, never by the name. Nothing of the original's bytes survives: trailers, scripts, GPS go.
Limits and figures: design/trust.md section 8. No Django and no disk here.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from jinlin.kernel.errors import Invalid, gettext_noop

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONG_SIDE = 1920
THUMB_SIDE = 320
_QUALITY = 82

TOO_BIG = gettext_noop("照片超过 12 MB，请选小一点的照片或用手机拍照上传。")
TOO_MANY_PIXELS = gettext_noop("照片尺寸太大，请缩小到 4000 万像素以内再上传。")
NOT_A_PHOTO = gettext_noop("这个文件不是能打开的照片，请上传 JPG、PNG 或 WebP 照片。")
EMPTY = gettext_noop("文件是空的，请重新选择照片。")


@dataclass(frozen=True)
class CleanImage:
    """A cleaned picture and its thumbnail, both JPEG; `source_sha256` is of the bytes that came in."""

    jpeg: bytes
    thumb: bytes
    width: int
    height: int
    source_sha256: str

    def __fingerprint__(self) -> str:
        """What makes two uploads the same request: the bytes that came in."""
        return self.source_sha256

    @property
    def sha256(self) -> str:
        """Hash of the cleaned picture, by which damage on the disk is found."""
        return hashlib.sha256(self.jpeg).hexdigest()


def refusal(sentence: str) -> Invalid:
    """Return the error for a picture that can't be taken."""
    return Invalid({"photo": [sentence]})


def clean_image(data: bytes) -> CleanImage:
    """Decode, turn upright, shrink to 1920 px, strip and encode anew; Invalid({"photo": [...]}) if it can't be."""
    if not data:
        raise refusal(EMPTY)
    if len(data) > MAX_BYTES:
        raise refusal(TOO_BIG)
    picture = _decode(data)
    thumb = picture.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return CleanImage(
        jpeg=_encode(picture),
        thumb=_encode(thumb),
        width=picture.width,
        height=picture.height,
        source_sha256=hashlib.sha256(data).hexdigest(),
    )


def _decode(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the pixel cap below is stricter than Pillow's warning
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise refusal(TOO_MANY_PIXELS)
                opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=3.0)
                return _flat(upright)
    except Invalid:
        raise
    except Image.DecompressionBombError as error:
        raise refusal(TOO_MANY_PIXELS) from error
    except Exception as error:
        raise refusal(NOT_A_PHOTO) from error


def _flat(picture: Image.Image) -> Image.Image:
    """Return the picture as plain RGB on white, with nothing else attached."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A"))
        return flat
    plain = picture.convert("RGB")
    plain.info.clear()
    return plain


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True, exif=b"", icc_profile=None)
    return out.getvalue()
