"""The drawn cover as a picture (PNG), for shared links and for mail: made here, without a browser."""

import io
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont

from kit import web
from kit.web.brand import tones
from registration.catalog.covers.rules import Grid, tiles
from registration.catalog.covers.view import CoverDay

FONT = Path(web.STATIC) / "vendor" / "figtree@5.3.0" / "figtree-latin-wght-normal.woff2"
WHITE = "#ffffff"
MARGIN = 64


class Drawing(StrEnum):
    """`shared` goes with a link (1200 × 630) and says the title, `strip` heads a letter (1200 × 450) with the day."""

    SHARED = "shared"
    STRIP = "strip"


SIZES = {Drawing.SHARED: (1200, 630), Drawing.STRIP: (1200, 450)}
GRIDS = {
    Drawing.SHARED: Grid(3, 4, 1200 - 3 * 157.5, 157.5),
    Drawing.STRIP: Grid(4, 3, 600, 150),
}


@dataclass(frozen=True)
class Drawn:
    """All that a picture follows from: the same gives the same bytes."""

    drawing: Drawing
    title: str
    day: CoverDay
    name: str
    accent: str


@lru_cache(maxsize=128)
def picture(drawn: Drawn) -> bytes:
    """The PNG. A tenth of a second of a processor the first time; then remembered."""
    image = _ground(drawn)
    pen = ImageDraw.Draw(image)
    if drawn.drawing is Drawing.SHARED:
        _title(pen, drawn)
    elif drawn.day.day:
        pen.text((MARGIN, 96), drawn.day.hour, WHITE, _font(42, 500), anchor="ls")
        pen.text((MARGIN - 8, 300), drawn.day.day, WHITE, _font(220, 700), anchor="ls")
        pen.text((MARGIN, 384), drawn.day.month, WHITE, _font(58, 600), anchor="ls")
    else:
        _title(pen, drawn)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _ground(drawn: Drawn) -> Image.Image:
    width, height = SIZES[drawn.drawing]
    shades = tones(drawn.accent).light
    parts = "".join(
        f'<path fill="{shades[part.tone]}" d="{part.outline}"/>' for part in tiles(drawn.title, GRIDS[drawn.drawing])
    )
    ground = f'<rect width="{width}" height="{height}" fill="{shades[1]}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{ground}{parts}</svg>'
    drawing = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(drawing))).convert("RGB")


def _title(pen: ImageDraw.ImageDraw, drawn: Drawn) -> None:
    """The association above, the title in as many lines as it needs, when it is below."""
    _, height = SIZES[drawn.drawing]
    room = GRIDS[drawn.drawing].x - 2 * MARGIN + 24
    pen.text((MARGIN, 100), _fitted(drawn.name, 30, 500, room), WHITE, _font(30, 500), anchor="ls")
    when = " ".join(part for part in (drawn.day.day, drawn.day.month) if part)
    if when:
        pen.text((MARGIN, height - MARGIN), when, WHITE, _font(40, 600), anchor="ls")
    for size in (68, 60, 52, 44, 38):
        lines = _lines(drawn.title, size, room)
        if len(lines) * size * 1.16 <= height - 290:
            break
    lines = lines[: int((height - 290) / (size * 1.16))]
    top = 150 + (height - 290 - len(lines) * size * 1.16) / 2
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * size * 1.16), line, WHITE, _font(size, 700), anchor="la")


def _lines(title: str, size: int, room: float) -> list[str]:
    """The title broken between words."""
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size, 700).getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(_fitted(word, size, 700, room))
    return lines


def _fitted(words: str, size: int, weight: int, room: float) -> str:
    """The words on one line, cut with an ellipsis where they would run into the drawing."""
    words = "".join(letter if letter.isprintable() else " " for letter in words)
    if _font(size, weight).getlength(words) <= room:
        return words
    while words and _font(size, weight).getlength(f"{words}…") > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


@lru_cache(maxsize=32)
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
