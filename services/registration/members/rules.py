"""Where a company stands towards the association; how codes are written; how long a visitor is remembered."""

from datetime import timedelta
from enum import StrEnum

from kit.contracts.texts import READ_ALOUD, glued
from kit.text import fold

# By which a browser says whose prices it may see (design.md §4.11: it holds a signed statement, no secret).
MEMBER_COOKIE = "guichet_member"
MEMBER_COOKIE_LIFE = timedelta(days=30)
CODE_LENGTH = 10
_MISREAD = str.maketrans("OIL", "011")


class MemberStatus(StrEnum):
    """Where a company stands. Only an active one has the member price."""

    ACTIVE = "active"
    IN_ARREARS = "in_arrears"
    LAPSED = "lapsed"
    PROSPECT = "prospect"


def shown_code(code: str) -> str:
    """As people read it: `XXXXX-XXXXX`."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def normal_code(text: str) -> str:
    """A code as it is stored: no case, spaces or hyphens, and O, I, L read as the figures they look like. Empty when it
    cannot be a code."""
    code = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_MISREAD)
    return code if len(code) == CODE_LENGTH and set(code) <= set(READ_ALOUD) else ""


def own_path(path: str) -> str:
    """`path` when it is a page of this service, else nothing: a link must not send people elsewhere."""
    fine = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if fine else ""


CODE_PAGES = {"fr": "/fr/membre", "en": "/en/member"}


def person_search(first: str, last: str, email: str) -> str:
    """What staff find somebody by who acts for a company."""
    return fold(f"{first} {last} {email} {glued(f'{first} {last}')}")
