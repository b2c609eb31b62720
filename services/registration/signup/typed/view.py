"""What a signup's form shows, to a visitor or to staff, worked out beforehand: a template decides nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kit.contracts.problems import Where, spelled
from kit.money import Amounts, Line
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.catalog.rules import best_price, line_label, lowered
from registration.forms import FormValues
from registration.registrations.view import QuestionField, question_field
from registration.signup.rules import Circumstances
from registration.signup.rules_check import questions_of_place, questions_of_registration
from registration.signup.rules_choices import AddOnUnits, Choice, PlaceRequest, add_on_units, places
from registration.signup.schemas import MAX_ATTENDEES, Item, SignupRequest

Say = Callable[..., str]


@dataclass(frozen=True)
class ProductField:
    """A quantity to choose: `amount` and `with_taxes` are for one unit, in cents."""

    name: str
    label: str
    who: str
    amount: int
    with_taxes: int
    value: int
    maximum: int
    left: int | None
    attendees: int
    add_on: bool


@dataclass(frozen=True)
class AddOnField:
    """How many units of an add-on are for one person and may be; how many are shared out, of those chosen."""

    name: str
    label: str
    value: int
    maximum: int
    shared: int
    chosen: int


@dataclass(frozen=True)
class PersonFields:
    """One place: the prefix of its fields, what it is a place of, and what is asked."""

    prefix: str
    number: int
    label: str
    is_contact: bool
    values: Mapping[str, str]
    add_ons: tuple[AddOnField, ...]
    questions: tuple[QuestionField, ...]


@dataclass(frozen=True)
class SummaryLine:
    """A line of the total as it is being made, in cents."""

    label: str
    quantity: int
    amount: int


def product_fields(
    options: Sequence[tuple[ProductOffer, str]], form: FormValues, circumstances: Circumstances, lang: str
) -> list[ProductField]:
    """Every quantity of the page, priced for what is chosen now."""
    fields = []
    for product, who in options:
        name = f"{'s' if product.level.spots else 'q'}.{product.key}.{who}"
        value = len(form.all(name)) if product.level.spots else form.count(name, MAX_ATTENDEES)
        price = best_price(
            product.prices, who, max(value, 1), circumstances.now, circumstances.channel, circumstances.code
        )
        amount = lowered(price.amount, circumstances.code, product.add_on)
        taxed = circumstances.owed([Line(amount, price.tax_class)])
        most = MAX_ATTENDEES // max(product.attendees, 1)
        left = product.left
        fields.append(
            ProductField(
                name,
                line_label(product.label, price.label).in_(lang),
                who,
                amount,
                taxed.total,
                value,
                most if left is None else max(min(most, left), 0),
                left,
                0 if product.add_on else product.attendees,
                product.add_on,
            )
        )
    return fields


def person_fields(
    offer: Offer, request: SignupRequest, choices: Sequence[Choice], form: FormValues, lang: str
) -> list[PersonFields]:
    """Every place of the choices, in order."""
    listed = places(request, choices)
    sharings = _sharings(listed, choices)
    people: list[PersonFields] = []
    for position, place in enumerate(listed[:MAX_ATTENDEES]):
        prefix = f"a.{place.choice.item.product}.{place.choice.item.who}.{place.number}"
        questions = questions_of_place(offer, choices, place)
        names = ("first_name", "last_name", "email", "company")
        people.append(
            PersonFields(
                prefix,
                position + 1,
                place.choice.label.in_(lang),
                position == 0 and request.contact_attends,
                {name: form.one(f"{prefix}.{name}") for name in names},
                tuple(sharing.field(position, prefix, lang) for sharing in sharings),
                tuple(_question(q, f"{prefix}.answer.{q.key}", form, lang) for q in questions),
            )
        )
    return people


def names_open(people: Sequence[PersonFields], errors: Mapping[str, str]) -> bool:
    """Whether the names of the others are unfolded: one was typed, or something there is to correct."""
    typed = any(any(one.values.values()) for one in people if not one.is_contact)
    return typed or any(name == "paste" or name.startswith("a.") for name in errors)


@dataclass(frozen=True)
class _Sharing:
    """An add-on of which the page asks whom it is for, and how many units each place has."""

    units: AddOnUnits
    shares: Sequence[int]

    def field(self, position: int, prefix: str, lang: str) -> AddOnField:
        product, chosen = self.units.product, len(self.units.items)
        most = max(min(self.units.most_each, chosen), self.shares[position])
        name = f"{prefix}.add_on.{product.key}"
        return AddOnField(name, product.label.in_(lang), self.shares[position], most, sum(self.shares), chosen)


def _sharings(listed: Sequence[PlaceRequest], choices: Sequence[Choice]) -> list[_Sharing]:
    asked = [units for units in add_on_units(choices).values() if units.is_asked(len(listed))]
    return [_Sharing(units, units.shares(listed)) for units in asked]


def registration_questions(
    offer: Offer, request: SignupRequest, choices: Sequence[Choice], form: FormValues, lang: str
) -> list[QuestionField]:
    """What is asked once for the whole registration."""
    questions = questions_of_registration(offer, choices, request.answers)
    return [_question(q, f"answers.{q.key}", form, lang) for q in questions]


def summary_lines(choices: Sequence[Choice], lang: str) -> list[SummaryLine]:
    return [SummaryLine(c.label.in_(lang), c.item.quantity, c.amount * c.item.quantity) for c in choices]


def _question(question: QuestionOffer, name: str, form: FormValues, lang: str) -> QuestionField:
    return question_field(question, name, form.answer(name, several=question.takes_several), lang)


def total_figures(amounts: Amounts) -> dict[str, int]:
    """The four figures of a total, in cents."""
    return {"subtotal": amounts.subtotal, "tps": amounts.tps, "tvq": amounts.tvq, "total": amounts.total}


CONTACT = ("contact.first_name", "contact.last_name", "contact.email", "company", "contact.phone")
BILL_TO = ("email", "address", "city", "postal_code", "province", "po_number")


def field_labels(
    say: Say, products: Sequence[ProductField], people: Sequence[PersonFields], questions: Sequence[QuestionField]
) -> dict[str, str]:
    """What each field is called, in the order of the page: an error summed up at the top says which field it is of."""
    labels = {product.name: product.label for product in products}
    labels |= {"items": say("signup.what"), "code": say("signup.code_fold")}
    labels |= {name: say(f"signup.{name.removeprefix('contact.')}") for name in CONTACT}
    for person in people:
        number = None if person.is_contact else person.number
        labels |= person_labels(say, person.prefix, (*person.add_ons, *person.questions), number)
    labels |= {question.name: question.label for question in questions}
    labels["method"] = say("signup.payment")
    return labels | {f"bill_to.{name}": say(f"signup.{'bill_' if name == 'email' else ''}{name}") for name in BILL_TO}


def in_order(errors: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Errors as they are summed up: in the order of the page; what belongs to no field first, the consent last."""
    order = {name: place for place, name in enumerate(labels)}
    return dict(sorted(errors.items(), key=lambda one: order.get(one[0], len(order) if one[0] else -1)))


def person_labels(
    say: Say, prefix: str, others: Iterable[AddOnField | QuestionField], number: int | None = None
) -> dict[str, str]:
    """The fields of one place, with its number where it is not of whoever fills in the form."""
    fields = {f"{prefix}.{name}": say(f"signup.{name}") for name in ("first_name", "last_name", "email")}
    fields |= {other.name: other.label for other in others}
    return fields if number is None else {name: f"{number}. {label}" for name, label in fields.items()}


def field_names(items: Sequence[Item]) -> Callable[[Where], str]:
    """How the form names what a signup names by structure: `("items", 0, "attendees", 2, "email")` is its
    `a.<product>.<who>.2.email`."""
    keys = [f"{item.product}.{item.who}" for item in items]

    def name(where: Where) -> str:
        match where:
            case ("items", int(number)) | ("items", int(number), "spots"):
                return f"{'s' if items[number].spots else 'q'}.{keys[number]}"
            case ("items", int(number), "attendees", place, "answers", question):
                return f"a.{keys[number]}.{place}.answer.{question}"
            case ("items", int(number), "attendees", place, "add_ons", product):
                return f"a.{keys[number]}.{place}.add_on.{product}"
            case ("items", int(number), "attendees", place, field):
                return f"a.{keys[number]}.{place}.{field}"
            case _:
                return spelled(where)

    return name
