"""A card holder contests a payment: what a reading of it changes, in integer cents. The bank decides, not we."""

from billing.port import DisputeStatus

# Somebody must answer, or the answer is being looked at.
OPEN = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)


def is_older(known_movements: int, known: DisputeStatus, movements: int, status: DisputeStatus) -> bool:
    """Whether a reading is older than what we know: money only moves on, and what was decided stays so."""
    return movements < known_movements or (known not in OPEN and status in OPEN)
