"""The fees as they stand."""

from dataclasses import dataclass

from sqlmodel import Session

from registration.renewals.scale.models import THE_SCALE, FeeScale
from registration.renewals.scale.rules import Scale


@dataclass(frozen=True)
class ScaleRow:
    """The fees, and the number of their last change (0: none was ever saved)."""

    scale: Scale
    version: int


def scale_of(session: Session) -> ScaleRow | None:
    """None before anybody said what a membership costs."""
    row = session.get(FeeScale, THE_SCALE, populate_existing=True)
    return ScaleRow(row.scale, row.version) if row else None
