"""How many are sent at once, when to give up, and what staff may not send again."""

from datetime import timedelta

from kit.errors import Refusal

# Messages claimed at once and sent over one connection.
BATCH = 20
# A worker that dies gives its messages back after this long; one that is slow stops sending at half of it.
LEASE = timedelta(seconds=30)
# Times a server may put one message off. With the default delays, most of a working day.
REFUSALS_BEFORE_GIVING_UP = 60
# Attempts after which a message is given up at which a server answers, and always breaks off: some days of them.
ATTEMPTS_BEFORE_GIVING_UP = 600


class NotFailed(Refusal):
    """Only a failed message can be sent again: the others are sent, or will be."""


class AddressForgotten(Refusal):
    """The message is older than 90 days: nobody knows any more whom it was for."""
