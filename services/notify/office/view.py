"""A message as staff read it: what it says, without the doors it opens."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kit.contracts import Association
from notify.letter import Shown, Writer
from notify.messages.models import Message

# What a letter shows to everybody: no secrets, and the only addresses that are not cut.
PICTURES = {"cover_url", "picture_url"}


def frame(home: str) -> dict[str, str]:
    """How a letter is shown: in a frame that runs, sends and opens nothing, and loads our own pictures only."""
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data: {home}; base-uri 'none'; "
    policy += "form-action 'none'; frame-ancestors 'self'; sandbox"
    return {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}


def content(writer: Writer, message: Message, association: Association, form: str) -> str:
    """What a message says, as "html" or "txt". Its links stop at their site and its tickets have no QR: who may read
    the list of messages need not be able to set a director's password or to enter in somebody's place."""
    plain = Message(**{**message.model_dump(), "values": _masked(message.values)})
    return writer.render(plain, association, Shown(), form)


def _masked(values: Mapping[str, Any]) -> dict[str, Any]:
    def told(name: str, value: Any) -> Any:
        return _site(value) if name.endswith("url") and name not in PICTURES else _inside(value)

    return {name: told(name, value) for name, value in values.items()}


def _inside(value: Any) -> Any:
    """The same of a value that has values of its own, at any depth."""
    if isinstance(value, Mapping):
        return _masked(value)
    return [_inside(one) for one in value] if isinstance(value, list | tuple) else value


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/…" if re.fullmatch("https?", parts.scheme) else url
