"""The cover that is drawn for an activity without a picture: tiles from its title, always the same for the same title.

Lengths are in the units of the drawing; colours are roles (`tone` 0 to 5: see `kit.web.brand.Tones`), never values.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from kit.contracts import Bilingual
from kit.errors import InvalidInput

GROUNDS, SHAPES = (0, 0, 1, 1, 1, 2, 2), "qqqqhhlloc"  # Quarter, half, leaf, disc, dot.
# The warm tones (4 and 5) on a quarter of the tiles at most.
FIGURES, WARM, COOL = (3, 3, 3, 2, 2, 2, 1, 4, 4, 4, 5, 5), (4, 5), 3
ALT_LONGEST = 300


@dataclass(frozen=True)
class CoverPicture:
    """The picture that an activity has as its cover: addresses under our origin, and what the picture shows.

    `width` and `height` are those of the whole, in pixels; the other shapes have the sizes of their use.
    """

    file_id: uuid.UUID
    whole: str
    square: str
    shared: str
    strip: str
    width: int
    height: int
    alt: Bilingual


@dataclass(frozen=True)
class Part:
    """One part of a drawing: an outline as SVG writes it, filled with a tone."""

    tone: int
    outline: str


@dataclass(frozen=True)
class Grid:
    """Where tiles stand: so many columns and rows of squares, from the left edge `x`."""

    columns: int
    rows: int
    x: float
    side: float


def tiles(title: str, grid: Grid, salt: str = "") -> tuple[Part, ...]:
    """The tiles of a title; another `salt` gives others."""
    draw, parts, warm = _draws(title + salt), list[Part](), 0
    most = max(1, grid.columns * grid.rows // 4)
    for column in range(grid.columns):
        for row in range(grid.rows):
            ground, figure = GROUNDS[next(draw) % len(GROUNDS)], FIGURES[next(draw) % len(FIGURES)]
            warm += figure in WARM
            if figure == ground or (figure in WARM and warm > most):
                figure = COOL
            x, y = grid.x + column * grid.side, row * grid.side
            parts.append(Part(ground, _square(x, y, grid.side)))
            parts.append(Part(figure, _figure(SHAPES[next(draw) % len(SHAPES)], next(draw) % 4, x, y, grid.side)))
    return tuple(parts)


def _draws(seed: str) -> Iterator[int]:
    """Numbers from 0 to 255 that follow from a text, on every machine and for good."""
    block = seed.encode()
    while True:
        block = hashlib.sha256(block).digest()
        yield from block


def _square(x: float, y: float, side: float) -> str:
    """A little wider than its place: no gap shows between two."""
    return f"M{x:g} {y:g}h{side + 0.6:g}v{side + 0.6:g}h-{side + 0.6:g}z"


def _figure(shape: str, turn: int, x: float, y: float, side: float) -> str:
    if shape in "oc":
        radius = side / (2 if shape == "o" else 4)
        left, middle = x + side / 2 - radius, y + side / 2
        arc = f"a{radius:g} {radius:g} 0 1 0 "
        return f"M{left:g} {middle:g}{arc}{2 * radius:g} 0{arc}-{2 * radius:g} 0z"
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (corners[(turn + n) % 4] for n in range(4))
    if shape == "q":
        return f"M{ax:g} {ay:g}L{bx:g} {by:g}A{side:g} {side:g} 0 0 1 {dx:g} {dy:g}z"
    if shape == "h":
        return f"M{ax:g} {ay:g}A{side / 2:g} {side / 2:g} 0 0 0 {bx:g} {by:g}z"
    return f"M{ax:g} {ay:g}A{side:g} {side:g} 0 0 1 {cx:g} {cy:g}A{side:g} {side:g} 0 0 1 {ax:g} {ay:g}z"


def alt_texts(fr: str, en: str) -> Bilingual:
    """What a picture shows, in words. Raises InvalidInput: French is needed, and neither may be longer than a line."""
    fr, en = fr.strip(), en.strip()
    long = (("alt_fr", fr), ("alt_en", en))
    problems = {name: "problem.cover_alt_long" for name, words in long if len(words) > ALT_LONGEST}
    problems |= {} if fr else {"alt_fr": "problem.cover_alt"}
    if problems:
        raise InvalidInput(problems)
    return Bilingual(fr=fr, en=en)
