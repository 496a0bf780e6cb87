"""Pictures honest and hostile, made in memory so that none need be stored with the tests."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw

PHP = b"\n<?php system($_GET['c']); ?>\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


def photo(size=(1200, 900), kind="JPEG", mode="RGB", **how) -> bytes:
    """Return an ordinary picture: a red quarter at the top left on a blue ground."""
    picture = Image.new(
        mode, size, {"RGB": (20, 40, 200), "L": 60, "CMYK": (200, 160, 0, 20)}.get(mode, (20, 40, 200, 90))
    )
    if mode == "RGB":
        ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=(210, 10, 10))
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photo_with_gps(size=(1200, 900), orientation=6) -> bytes:
    """Return a JPEG that tells where it was taken, on what, and carries a script behind its end."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker of phones"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (33.0, 37.0, 12.5), "E", (114.0, 39.0, 4.1)
    return photo(size, exif=exif.tobytes(), comment=b"secret comment") + PHP


def bomb(side=50_000) -> bytes:
    """Return a tiny PNG that claims to be side x side pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
