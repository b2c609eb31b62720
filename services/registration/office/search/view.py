"""What was found, group by group, as the page and its list show it."""

from dataclasses import dataclass

from kit import text
from kit.clock import local
from kit.contracts import Bilingual
from kit.contracts.finding import FoundOrder
from kit.text import Catalogue
from registration.office.search import queries
from registration.office.search.queries import Wanted
from registration.office.search.schemas import Findings, FoundActivity, FoundCode, FoundInvoice, FoundPerson, Reach
from registration.service import RegistrationService

# How many of a kind are shown: while somebody types, and on the page of its own.
TYPED, PAGE = 5, 20
KINDS = ("people", "companies", "activities", "codes", "orders")


@dataclass(frozen=True)
class Result:
    """One line: where it leads, what it is called, what is said beside it."""

    address: str
    title: str
    note: str


@dataclass(frozen=True)
class Group:
    """The results of one kind; `more`: there are others than these."""

    kind: str
    results: list[Result]
    more: bool


def find(here: RegistrationService, words: str, most: int, reach: Reach) -> Findings:
    """Everything that fits, `most` of a kind. Billing is asked afterwards, with no transaction open."""
    wanted = Wanted(words, most, here.home, reach, here.member_terms())
    if not wanted.first_word:
        return Findings(people=[], companies=[], activities=[], codes=[], orders=[], billing="answered", more=[])
    with here.db.read() as session:
        people = queries.people(session, wanted)
        companies = queries.companies(session, wanted) if reach.companies else []
        activities, codes = queries.activities(session, wanted), queries.codes(session, wanted)
    answered = here.billing.find_orders(words, most + 1)
    orders = answered or ()
    counts = (len(people), len(companies), len(activities), len(codes), len(orders))
    return Findings(
        people=people[:most],
        companies=companies[:most],
        activities=activities[:most],
        codes=codes[:most],
        orders=[_invoice(here, order) for order in orders[:most]],
        billing="down" if answered is None else "answered",
        more=[kind for kind, count in zip(KINDS, counts, strict=True) if count > most],
    )


def _invoice(here: RegistrationService, order: FoundOrder) -> FoundInvoice:
    address = f"{here.settings.public_url('billing')}/staff/orders/{order.id}"
    return FoundInvoice(**vars(order), address=address)


@dataclass(frozen=True)
class SearchWords:
    """What was found in the words of one language."""

    catalogue: Catalogue
    lang: str

    def groups(self, findings: Findings) -> list[Group]:
        """The kinds of which something was found, people first."""
        kinds = {
            "people": [Result(one.address, self._name(one), self._about(one)) for one in findings.people],
            "companies": [
                Result(one.address, one.name, _joined(one.city, self._say(f"standing.{one.status}")))
                for one in findings.companies
            ],
            "activities": [
                Result(one.address, one.title.in_(self.lang), self._when(one)) for one in findings.activities
            ],
            "codes": [Result(one.address, one.word, self._of_code(one)) for one in findings.codes],
            "orders": [self._order(one) for one in findings.orders],
        }
        return [Group(kind, results, kind in findings.more) for kind, results in kinds.items() if results]

    def _name(self, person: FoundPerson) -> str:
        return person.name or self._say("office.nameless")

    def _about(self, person: FoundPerson) -> str:
        if person.activity_title is None:
            return _joined(self._say("search.delegate"), person.company, person.email)
        role = self._say("search.contact") if person.role == "contact" else ""
        state = "" if person.status == "confirmed" else self._say(f"office.status_{person.status}")
        return _joined(role, state, person.company, person.activity_title.in_(self.lang), person.code)

    def _when(self, activity: FoundActivity) -> str:
        if activity.starts_at is None:
            return self._say("office.no_date")
        return text.day(local(activity.starts_at, activity.timezone).date(), self.lang)

    def _of_code(self, code: FoundCode) -> str:
        return _joined(self._say(f"search.code_{code.kind}"), code.of.in_(self.lang))

    def _order(self, order: FoundInvoice) -> Result:
        state, amount = self._say(f"search.order_{order.status}"), text.money(order.total, self.lang)
        title: Bilingual = order.activity_title
        return Result(
            order.address, order.number or order.code, _joined(state, amount, order.buyer, title.in_(self.lang))
        )

    def _say(self, key: str) -> str:
        return self.catalogue.say(self.lang, key)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
