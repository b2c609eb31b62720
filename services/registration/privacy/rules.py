"""How long what is known of people is kept, and what is kept in its place."""

from datetime import date, timedelta

# Ordinary answers, and the addresses and telephones of people who came, so long after the activity: about 24 months.
AFTER_ACTIVITY = timedelta(days=730)
# A signup nobody finished, so long after its places went back.
AFTER_HOLD = timedelta(days=30)
# Who did what, and when.
HISTORY = timedelta(days=7 * 366)


def is_due(ended_on: date | None, days: int, today: date) -> bool:
    """Whether answers are erased: from the night of the day that is so many days after the activity's last one."""
    return ended_on is not None and today >= ended_on + timedelta(days=days)
