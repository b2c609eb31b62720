"""« Inscrire plusieurs personnes »: the form as it was filled in, people out of it, and what it comes to."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.contracts.addresses import clean
from kit.contracts.texts import seen
from registration.forms import FormValues
from registration.joint.schemas import JointItem, JointRequest, PersonLine
from registration.public.space.queries import Inside, Known
from registration.signup.schemas import AttendeeIn, BillTo, Contact

PEOPLE, TYPED = "person", "typed"


@dataclass(frozen=True)
class Chosen:
    """One activity that was chosen: which of its products, and who of the people comes (by their place in the list)."""

    activity: str
    product: str
    goes: tuple[int, ...]
    registration_id: uuid.UUID
    shown: int | None = None


@dataclass(frozen=True)
class SignupForm:
    """The whole gesture as it was filled in."""

    people: tuple[PersonLine, ...]
    activities: tuple[Chosen, ...]
    po_number: str
    bill_email: str
    terms_accepted: bool

    def request(self, inside: Inside, shown: bool) -> JointRequest:
        """As the API would be asked. Without `shown`, to look at what it comes to: terms count as accepted."""
        person = inside.person
        items = tuple(
            JointItem(
                registration_id=one.registration_id,
                activity=one.activity,
                product=one.product,
                attendees=tuple(_attendee(self.people[place]) for place in one.goes),
                expected_total=one.shown if shown else None,
            )
            for one in self.activities
            if one.goes
        )
        return JointRequest(
            lang="en" if inside.lang == "en" else "fr",
            contact=Contact(first_name=person.first_name, last_name=person.last_name, email=person.email),
            items=items,
            bill_to=self._bill_to(inside),
            terms_accepted=self.terms_accepted if shown else True,
        )

    def _bill_to(self, inside: Inside) -> BillTo:
        company = inside.company
        return BillTo(
            email=clean(self.bill_email),
            address=company.address,
            city=company.city,
            province=company.province,
            postal_code=company.postal_code,
            po_number=self.po_number,
        )


def people_of_form(values: FormValues) -> tuple[PersonLine, ...]:
    """Whoever was chosen or is on the list already, then those that were typed, a line each; each once."""
    chosen = [_person(text) for text in values.all(PEOPLE)]
    typed = [_typed(line) for line in values.one(TYPED).splitlines() if line.strip()]
    found: dict[tuple[str, str], PersonLine] = {}
    for one in [*(person for person in chosen if person), *typed]:
        found.setdefault(Known(one.first_name, one.last_name, one.email).key, one)
    return tuple(found.values())


def filled(values: FormValues, people: Sequence[PersonLine], ids: Mapping[str, uuid.UUID]) -> SignupForm:
    """The form; everybody goes to an activity until somebody says who does."""
    everybody = tuple(range(len(people)))
    activities = tuple(
        Chosen(
            activity=key,
            product=values.one(f"product.{key}"),
            goes=_goes(values, key, len(people)) if values.one(f"asked.{key}") else everybody,
            registration_id=ids[key],
            shown=_whole(values.one(f"shown.{key}")),
        )
        for key in values.all("activity")
        if key in ids
    )
    return SignupForm(
        people=tuple(people),
        activities=activities,
        po_number=values.one("po_number").strip(),
        bill_email=values.one("bill_email").strip(),
        terms_accepted=values.one("terms_accepted") == "yes",
    )


def value_of(person: PersonLine | Known) -> str:
    """Somebody as one field of a form."""
    return json.dumps([person.first_name, person.last_name, person.email], ensure_ascii=False)


def label_of(person: PersonLine) -> str:
    """Somebody as a list shows them."""
    return f"{person.first_name} {person.last_name}".strip() or person.email


def _person(text: str) -> PersonLine | None:
    """Somebody out of one field; None for what no page of ours wrote."""
    try:
        parts: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) for part in parts):
        return None
    first, last, email = (seen(part) for part in parts)
    return PersonLine(first_name=first, last_name=last, email=email)


def _typed(line: str) -> PersonLine:
    """A line as people type or paste it: names and an address, parted by a tab, a comma, a semicolon or spaces."""
    cells = [cell.strip() for cell in re.split(r"[\t;,]", line) if cell.strip()]
    words = cells if len(cells) > 1 else line.split()
    address = next((word for word in words if "@" in word), "")
    names = [word for word in words if word != address]
    if len(cells) <= 1 and len(names) > 2:
        names = [names[0], " ".join(names[1:])]
    first, last = [*names, "", ""][:2]
    if not last and " " in first:
        first, _, last = first.partition(" ")
    return PersonLine(first_name=first, last_name=last, email=clean(address))


def _attendee(person: PersonLine) -> AttendeeIn:
    return AttendeeIn(first_name=person.first_name, last_name=person.last_name, email=person.email)


def _goes(values: FormValues, key: str, count: int) -> tuple[int, ...]:
    places = (_whole(text) for text in values.all(f"goes.{key}"))
    return tuple(sorted({place for place in places if place is not None and place < count}))


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


@dataclass(frozen=True)
class PersonOption:
    """Somebody known who may be chosen: the value of the box is who they are."""

    value: str
    label: str
    help: str


def option(known: Known) -> PersonOption:
    return PersonOption(value_of(known), known.name, known.email)
