"""Drawn placeholder photos: a simple coloured street scene with 演示 across it; nothing in them was ever photographed."""

from __future__ import annotations

import io
from random import Random
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = (960, 720)
_SKIES: Final = ("#cfe3f5", "#e8eef2", "#f6e7d0", "#b9c7d6")
_GROUNDS: Final = ("#8d8f92", "#9b8f7c", "#7f8a77", "#a4a09a")
_WALLS: Final = ("#d8b48a", "#c98f70", "#e3d5bd", "#a9b7c6", "#d9c7d0")
_THINGS: Final = ("#3f6b46", "#7a4a2b", "#444b57", "#b0522d", "#5b6f9a")
_STROKES: Final = {  # 演示 as strokes on a grid of 10 by 10, so that no machine needs a Chinese font
    "演": (
        (1, 1, 2, 2), (0, 4, 1, 5), (0, 9, 2, 6), (6, 0, 6, 1), (3, 2, 9, 2), (3, 2, 3, 3), (9, 2, 9, 3),
        (4, 4, 8, 4), (4, 5, 8, 5), (4, 5, 4, 8), (8, 5, 8, 8), (4, 8, 8, 8), (4, 6.5, 8, 6.5), (6, 4, 6, 8),
        (5, 8.5, 4, 10), (7, 8.5, 8, 10),
    ),
    "示": ((2, 1, 8, 1), (0, 4, 10, 4), (5, 4, 5, 10), (5, 10, 4, 9), (3, 6, 1, 9), (7, 6, 9, 9)),
}  # fmt: skip


def picture(rng: Random) -> bytes:
    """Return a JPEG of an invented scene."""
    image = Image.new("RGB", SIZE, rng.choice(_SKIES))
    draw = ImageDraw.Draw(image)
    wide, high = SIZE
    horizon = int(high * rng.uniform(0.55, 0.68))
    draw.rectangle((0, horizon, wide, high), fill=rng.choice(_GROUNDS))
    left = -40
    while left < wide:
        width, height = rng.randint(120, 260), rng.randint(160, horizon - 40)
        _house(draw, (left, horizon - height, left + width, horizon), rng)
        left += width + rng.randint(4, 40)
    for _i in range(rng.randint(3, 7)):
        x, y, size = rng.randint(40, wide - 160), rng.randint(horizon, high - 120), rng.randint(40, 120)
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + size, y + size * 0.7), fill=rng.choice(_THINGS))
    _mark(draw)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _house(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], rng: Random) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=rng.choice(_WALLS), outline="#6b6b6b")
    for y in range(top + 16, bottom - 30, 44):
        for x in range(left + 14, right - 26, 40):
            draw.rectangle((x, y, x + 22, y + 26), fill="#f4f7fa" if rng.random() < 0.7 else "#55606b")


def _mark(draw: ImageDraw.ImageDraw) -> None:
    """Write 演示 large in the corner, so that nobody takes the picture for evidence."""
    draw.rectangle((24, 24, 344, 174), fill="#ffffff", outline="#c0392b", width=4)
    for at, strokes in enumerate(_STROKES.values()):
        for x1, y1, x2, y2 in strokes:
            dx = 54 + at * 140
            draw.line((dx + x1 * 11, 44 + y1 * 11, dx + x2 * 11, 44 + y2 * 11), fill="#c0392b", width=8)
