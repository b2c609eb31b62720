"""The one rule of e-mail addresses: what the form, the API, the door and staff accept is what notify can write to."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES as NOWHERE
from email_validator import EmailNotValidError, validate_email
from pydantic import BeforeValidator, Field

from kit.contracts.texts import is_unseen, seen

# The whole address, and its part before the @ (RFC 5321).
LONGEST, LONGEST_LOCAL = 254, 64
# « Zoé Roy <zoe@example.org> », as mail programs copy an address.
MAILTO = "mailto:"
COPIED = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>\W*")


@dataclass(frozen=True)
class Reach:
    """What can be written to from here: whether the mail server takes letters with an accent before the @ (SMTPUTF8),
    and whether names kept for tests (`.test`) lead somewhere, as they do outside production."""

    accents: bool = False
    tests: bool = False


# What any mail server reaches.
NEAR = Reach()


@dataclass(frozen=True)
class Written:
    """An address as an envelope needs it. `international` asks for SMTPUTF8; a domain always has an ASCII form."""

    address: str
    international: bool


class Undeliverable(ValueError):
    """Nothing can be written to this address. `key` is that of the sentence that says what to mend."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def clean(text: str) -> str:
    """An address out of what was pasted: `mailto:`, a name before it, a sign of punctuation after it and letters that
    cannot be seen are no part of it."""
    text = seen(text)
    if not (text.isascii() and text.isprintable()):
        text = "".join(character for character in text if not is_unseen(character) or character == " ")
    copied = COPIED.fullmatch(text) if "<" in text else None
    text = copied.group(1) if copied else text
    text = text[len(MAILTO) :] if text[: len(MAILTO)].lower() == MAILTO else text
    return text.strip(" ;,").rstrip(".")


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


# An address as it is typed. Whether it can be written to is checked with the rest.
Address = Annotated[str, Field(json_schema_extra={"maxLength": LONGEST}), BeforeValidator(_clean)]


def written(text: str, reach: Reach) -> Written:
    """The address as the envelope needs it. Raises Undeliverable."""
    if len(text) > LONGEST or len(text.partition("@")[0]) > LONGEST_LOCAL:
        raise Undeliverable("problem.email_long")
    try:
        parsed = validate_email(text, check_deliverability=False, test_environment=reach.tests, strict=True)
    except EmailNotValidError as error:
        raise Undeliverable("problem.email_nowhere" if _leads_nowhere(text) else "problem.email") from error
    if parsed.ascii_email:
        return Written(parsed.ascii_email, international=False)
    if not reach.accents:
        raise Undeliverable("problem.email_accent")
    return Written(f"{parsed.local_part}@{parsed.ascii_domain}", international=True)


def mailbox_of(address: str) -> str:
    """The mailbox behind an address, to count by: case and a tag (`zoe+golf@`) lead to the same one."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def problem(text: str, reach: Reach) -> str | None:
    """The key of the sentence that says what is wrong with an address; None when it can be written to, or is empty."""
    if text:
        try:
            written(text, reach)
        except Undeliverable as undeliverable:
            return undeliverable.key
    return None


def _leads_nowhere(text: str) -> bool:
    """Whether a domain is one that never has a mailbox."""
    domain = text.rpartition("@")[2].casefold()
    return any(domain == name or domain.endswith(f".{name}") for name in NOWHERE)
