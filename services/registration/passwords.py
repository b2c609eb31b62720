"""Passwords: argon2id, a few at once, and the same time whether there is a password to compare with or not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kit.errors import Busy

# One hash takes 64 MiB and a quarter of a second of a core (dependencies.md): two at work and two waiting is all that a
# process gives to it, so that a crowd at the sign-in page cannot hold the threads of everybody else.
AT_WORK = 2
WAITING = 2
# The hash of a random text that nobody knows, made with the parameters of `Passwords`: what a password is compared with
# when an account has none, so that the answer takes as long.
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$QtmK+mEPO/zw8RsMlzD4IQ$T9dK67McyjKAheYBH+GjSEJGhnBWgtP/NJ1mbUs2XR4"


class Passwords:
    """Makes and compares hashes. Never call it with a transaction open. Tests pass a hasher that costs less, and a
    hash made with it that belongs to nobody."""

    def __init__(self, hasher: Argon2Hasher | None = None, nobodys_hash: str = NOBODYS_HASH) -> None:
        self._hasher, self._nobodys_hash = PasswordHash((hasher or Argon2Hasher(),)), nobodys_hash
        self._room = threading.BoundedSemaphore(AT_WORK + WAITING)
        self._work = threading.BoundedSemaphore(AT_WORK)

    def make(self, password: str) -> str:
        """The hash to store. Raises Busy when too many are being made."""
        with self._place():
            return self._hasher.hash(password)

    def compare(self, password: str, stored_hash: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and a new hash to store when the old one was made with weaker parameters."""
        with self._place():
            matches, new_hash = self._hasher.verify_and_update(password, stored_hash or self._nobodys_hash)
        return (matches, new_hash) if stored_hash else (False, None)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place in the room, then a place at work; Busy at once when the room is full."""
        if not self._room.acquire(blocking=False):
            raise Busy()
        try:
            with self._work:
                yield
        finally:
            self._room.release()
