"""A card holder contests a payment: what a reading of it changes, in integer cents. The bank decides, not we."""

from collections.abc import Sequence

from billing.port import DisputeStatus

# Somebody must answer, or the answer is being looked at.
OPEN = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)


def is_older(known_movements: int, known: DisputeStatus, movements: int, status: DisputeStatus) -> bool:
    """Whether a reading is older than what we know: money only moves on, and what was decided stays so."""
    return movements < known_movements or (known not in OPEN and status in OPEN)


def shared_out(amount: int, rooms: Sequence[int]) -> list[int]:
    """How much of an amount is of each order that a payment paid, the oldest first, each up to its room; what is above
    all of them is the first one's. Below zero it is given back."""
    parts, left = [], abs(amount)
    for room in rooms:
        parts.append(min(left, max(0, room)))
        left -= parts[-1]
    parts[0] += left
    return parts if amount > 0 else [-part for part in parts]
