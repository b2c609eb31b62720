"""A file comes in: made anew first, written afterwards."""

from typing import TYPE_CHECKING

from registration.files.actions import keep
from registration.files.queries import FileRow
from registration.files.rules import FileTooLarge, Purpose, Rendition
from registration.files.rules_renditions import renditions
from registration.uploads import LARGEST, Upload

if TYPE_CHECKING:
    from registration.service import RegistrationService


def made(upload: Upload, purpose: Purpose) -> tuple[Rendition, ...]:
    """What is kept of an upload. Raises FileTooLarge, and what `renditions` raises."""
    if upload.too_large:
        raise FileTooLarge(megabytes=LARGEST // 1_000_000)
    return renditions(upload.content, purpose)


def take(here: "RegistrationService", upload: Upload, purpose: Purpose) -> FileRow:
    """Keep an upload; whatever uses it does so afterwards, within a day. Raises what `made` raises."""
    ready = made(upload, purpose)
    with here.db.write() as session:
        return keep(session, ready, purpose, here.clock())
