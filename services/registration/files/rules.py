"""What a file may be, told from its bytes alone, and what is kept of it. Its name and its header are not believed."""

from dataclasses import dataclass
from enum import StrEnum

from kit.errors import Refusal

PNG, JPEG, SVG, PDF = "image/png", "image/jpeg", "image/svg+xml", "application/pdf"
EXTENSIONS = {PNG: "png", JPEG: "jpg", SVG: "svg", PDF: "pdf"}
# What a reader must find near the end of a PDF that came whole.
PDF_ENDS, PDF_TAIL = b"%%EOF", 2048


class Purpose(StrEnum):
    """What a file is for: it decides what it may be, and in which shapes it is kept."""

    COVER = "cover"
    LOGO = "logo"
    DOCUMENT = "document"


class Shape(StrEnum):
    """In which shape a file is kept: as it is, or made smaller for one use.

    `square` stands in lists, `shared` is what social networks show of a link, `strip` heads a letter, `picture` is a
    drawing as mail programs can show it.
    """

    WHOLE = "whole"
    SQUARE = "square"
    SHARED = "shared"
    STRIP = "strip"
    PICTURE = "picture"


class Kind(StrEnum):
    """What the bytes are."""

    PICTURE = "picture"
    DRAWING = "drawing"
    PDF = "pdf"


# A drawing is a logo's: a cover is cut to several shapes, which a drawing cannot be.
ALLOWED = {
    Purpose.COVER: {Kind.PICTURE},
    Purpose.LOGO: {Kind.PICTURE, Kind.DRAWING},
    Purpose.DOCUMENT: {Kind.PICTURE, Kind.DRAWING, Kind.PDF},
}


@dataclass(frozen=True)
class Rendition:
    """A file as it is kept, in one shape; width and height are pixels, 0 where it has none."""

    shape: Shape
    content: bytes
    content_type: str
    width: int = 0
    height: int = 0


class NoFile(Refusal):
    """No file was chosen."""

    status = 422


class FileTooLarge(Refusal):
    """The file is larger than what is taken."""

    status = 413


class WrongKindOfFile(Refusal):
    """It is not of a kind that is taken for this purpose."""

    status = 422


class UnreadableFile(Refusal):
    """It begins as a file of its kind, and is damaged, cut or not what it claims to be."""

    status = 422


class PictureTooLarge(Refusal):
    """It has more points than what is opened."""

    status = 422


class DrawingTooHeavy(Refusal):
    """A drawing that takes too long to be drawn, or that its painter does not survive."""

    status = 422


class UnknownFile(Refusal):
    """There is no such file: it never was, or nobody used it for a day."""

    status = 422


def kind_of(content: bytes) -> Kind | None:
    """What the bytes are by their first ones; None: nothing that is taken."""
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (content[:4], content[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        return Kind.PICTURE
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return Kind.DRAWING if start.startswith(b"<") and b"<svg" in content[:65_536] else None


def pdf(content: bytes) -> Rendition:
    """A PDF as it came: it is only ever given to be saved. Raises UnreadableFile for one that was cut."""
    if PDF_ENDS not in content[-PDF_TAIL:]:
        raise UnreadableFile()
    return Rendition(Shape.WHOLE, content, PDF)
