"""Sealing what was told in confidence: AES-256-GCM, under keys that are themselves wrapped by PRIVACY_KEY.

Whoever has the database without PRIVACY_KEY reads nothing; whoever has both reads nothing of a key that was destroyed.
"""

import base64
import os
import uuid
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic_core import from_json, to_json

from kit.settings import keys

NONCE = 12


class WrongPrivacyKey(Exception):
    """No key of PRIVACY_KEY opens what was sealed in this database."""


@dataclass(frozen=True)
class Vault:
    """Seals and opens. `secret` is PRIVACY_KEY: a comma list, the first wraps, all unwrap."""

    secret: str = field(repr=False)

    def new_key(self, about: uuid.UUID) -> bytes:
        """A fresh key, wrapped, as it may be stored; `about` is the row it is stored in."""
        return _encrypted(_derived(keys(self.secret)[0]), AESGCM.generate_key(256), about)

    def unwrapped(self, wrapped: bytes, about: uuid.UUID) -> bytes:
        """The key behind a stored one. Raises WrongPrivacyKey."""
        for secret in keys(self.secret):
            try:
                return _decrypted(_derived(secret), wrapped, about)
            except InvalidTag:
                continue
        raise WrongPrivacyKey()

    def sealed(self, key: bytes, value: str | list[str], about: uuid.UUID) -> str:
        """A value as it may be stored in the row `about`, and in no other."""
        return base64.b64encode(_encrypted(key, to_json(value), about)).decode()

    def opened(self, key: bytes, sealed: str, about: uuid.UUID) -> str | list[str]:
        value: str | list[str] = from_json(_decrypted(key, base64.b64decode(sealed), about))
        return value


def _derived(secret: str) -> bytes:
    """32 bytes from a secret of any length."""
    return HKDF(SHA256(), 32, salt=None, info=b"guichet privacy key").derive(secret.encode())


def _encrypted(key: bytes, plain: bytes, about: uuid.UUID) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.bytes)


def _decrypted(key: bytes, sealed: bytes, about: uuid.UUID) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.bytes)
