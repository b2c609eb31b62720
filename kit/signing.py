"""What a service signs and every other can check but not forge: staff passes, and calls from one service to another.

Ed25519, by itsdangerous and cryptography. A service holds one secret, SIGNING_KEY; what others check its signatures
with is derived from it, and may be known to all (SERVICE_KEYS).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from itsdangerous import BadSignature, URLSafeSerializer
from itsdangerous.signer import SigningAlgorithm

from kit.errors import BadToken


class _Ed25519(SigningAlgorithm):
    """itsdangerous' way of signing: it signs with a private key, and checks with a public one."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(key).sign(value)

    def verify_signature(self, key: bytes, value: bytes, sig: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(sig, value)
        except InvalidSignature:
            return False
        return True


def public_key(secret: str) -> str:
    """What everybody may know of a SIGNING_KEY: it checks what that key signed."""
    return in_letters(Ed25519PrivateKey.from_private_bytes(_seed(secret)).public_key().public_bytes_raw())


def in_letters(raw: bytes) -> str:
    """Bytes as an address may hold them."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(secret: str, purpose: str, claims: Mapping[str, Any], until: datetime) -> str:
    """A statement for one purpose, good until then."""
    return str(_serializer((_seed(secret),)).dumps({**claims, "for": purpose, "exp": int(until.timestamp())}))


def read_signed(
    public_keys: tuple[str, ...], purpose: str, token: str, now: datetime, late: bool = False
) -> dict[str, Any]:
    """The claims of a statement that the holder of one of these keys signed. Raises BadToken.

    `late=True` also accepts one that is over: the caller must then ask anew.
    """
    claims: dict[str, Any] = json.loads(_verified(public_keys, token))
    if claims["for"] != purpose or (not late and now.timestamp() > claims["exp"]):
        raise BadToken()
    return claims


@lru_cache(maxsize=512)
def _verified(public_keys: tuple[str, ...], token: str) -> str:
    """The signed text. Remembered: a pass comes with each request, and a signature takes long to check."""
    raw = tuple(base64.urlsafe_b64decode(key + "=") for key in public_keys)
    try:
        return json.dumps(_serializer(raw).loads(token))
    except BadSignature as error:
        raise BadToken() from error


def _serializer(raw_keys: tuple[bytes, ...]) -> URLSafeSerializer:
    return URLSafeSerializer(list(raw_keys), signer_kwargs={"key_derivation": "none", "algorithm": _Ed25519()})


def _seed(secret: str) -> bytes:
    """32 bytes from a secret text, which is long and random."""
    return hashlib.sha256(b"guichet signing key " + secret.encode()).digest()
