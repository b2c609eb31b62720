"""The one door of files: bytes and a purpose go in, what is kept comes out."""

from registration.files.rules import ALLOWED, Kind, NoFile, Purpose, Rendition, WrongKindOfFile, kind_of, pdf
from registration.files.rules_drawings import drawing
from registration.files.rules_pictures import pictures


def renditions(content: bytes, purpose: Purpose) -> tuple[Rendition, ...]:
    """What is kept of a file, the whole first. Takes up to a second of a processor: never inside a transaction.

    Raises NoFile, WrongKindOfFile, UnreadableFile, PictureTooLarge, DrawingTooHeavy.
    """
    if not content:
        raise NoFile()
    kind = kind_of(content)
    if kind not in ALLOWED[purpose]:
        raise WrongKindOfFile(purpose=purpose.value)
    if kind is Kind.PICTURE:
        return pictures(content, purpose)
    return drawing(content) if kind is Kind.DRAWING else (pdf(content),)
