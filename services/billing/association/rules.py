"""Refusals about the association's profile."""

from kit.errors import Busy


class ProfileUnknown(Busy):
    """Registration has not sent the association's profile yet: nothing can be billed in its name. Try again."""
