"""Where a company stands towards the association; how codes are written; how long a visitor is remembered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kit.contracts import Association
from kit.contracts.texts import READ_ALOUD, glued
from kit.contracts.texts import day as read_day
from kit.errors import InvalidInput
from kit.text import fold

# By which a browser says whose prices it may see (design.md §4.11: it holds a signed statement, no secret).
MEMBER_COOKIE = "guichet_member"
MEMBER_COOKIE_LIFE = timedelta(days=30)
CODE_LENGTH = 10
_MISREAD = str.maketrans("OIL", "011")


class MemberStatus(StrEnum):
    """Where a company stands. An active one has the member price, one in arrears where the association says so."""

    ACTIVE = "active"
    IN_ARREARS = "in_arrears"
    LAPSED = "lapsed"
    PROSPECT = "prospect"


class Role(StrEnum):
    """What somebody does for a company. An employee is known to it and acts for nobody else."""

    DELEGATE = "delegate"
    HR = "hr"
    ACCOUNTING = "accounting"
    MANAGER = "manager"
    EMPLOYEE = "employee"


class May(StrEnum):
    """What somebody may do for a company on the pages that are the company's."""

    SIGN_UP = "sign_up"
    PLAN = "plan"
    PEOPLE = "people"
    ACCOUNT = "account"


# The association knows a company by these; who may do what is said on the company's own page.
RIGHTS = {
    Role.DELEGATE: frozenset(May),
    Role.HR: frozenset({May.SIGN_UP, May.PLAN, May.PEOPLE}),
    Role.ACCOUNTING: frozenset({May.ACCOUNT}),
    Role.MANAGER: frozenset({May.SIGN_UP}),
    Role.EMPLOYEE: frozenset[May](),
}


class GroupingKind(StrEnum):
    """The lists by which companies are told apart."""

    SECTOR = "sector"
    TERRITORY = "territory"
    CATEGORY = "category"


@dataclass(frozen=True)
class MemberTerms:
    """By what a company is judged on a day of the association's: how long a period counts after its end, and whether a
    company in arrears keeps the member price."""

    day: date
    grace_days: int = 60
    arrears_keep_price: bool = False

    @classmethod
    def of(cls, association: Association, now: datetime) -> "MemberTerms":
        """The terms in force now, on the association's own day."""
        day = now.astimezone(ZoneInfo(association.timezone)).date()
        return cls(day, association.membership_grace_days, association.arrears_keep_price)

    @property
    def still_counts(self) -> date:
        """A period that ended on this day or later counts by grace."""
        return self.day - timedelta(days=self.grace_days)

    def has_price(self, standing: MemberStatus, category_gives_it: bool) -> bool:
        """Whether the member price is a company's: by its standing, and by its category."""
        kept = standing is MemberStatus.IN_ARREARS and self.arrears_keep_price
        return category_gives_it and (standing is MemberStatus.ACTIVE or kept)


@dataclass(frozen=True)
class StandingDecision:
    """Where staff say that a company stands whatever its periods say: why, and until which day (None: a decision
    from before it had to be said, until they withdraw it)."""

    status: MemberStatus
    reason: str
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether its last day is not over."""
        return self.until is None or self.until >= day


def standing_decision(status: MemberStatus, reason: str, until: str, today: date) -> StandingDecision:
    """What a form decides. Raises InvalidInput: it has a reason, and a last day that is not over."""
    last = read_day(until.strip())
    problems = {} if reason.strip() else {"reason": "problem.standing_reason"}
    if last is None or last < today:
        problems |= {"until": "problem.standing_until"}
    if problems or last is None:
        raise InvalidInput(problems)
    return StandingDecision(status, reason.strip(), last)


def rights(roles: frozenset[Role]) -> frozenset[May]:
    """What somebody with these roles may do."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


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


def company_search(name: str, *others: str) -> str:
    """What a company is found by: its name, whole and glued together, and names that it had or goes by."""
    return fold(" ".join(f"{one} {glued(one)}" for one in (name, *others) if one))


def person_search(first: str, last: str, email: str) -> str:
    """What staff find somebody by who acts for a company."""
    return fold(f"{first} {last} {email} {glued(f'{first} {last}')}")
