"""What several activities signed up for at once come to, activity by activity, before anything is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from kit import text
from kit.contracts.problems import spelled
from kit.errors import InvalidInput, Refusal
from registration.catalog.offers.rules import Offer
from registration.joint.flows import JointProposal, propose_all
from registration.joint.rules import Takeable
from registration.public.joint.view import Chosen, SignupForm, label_of, value_of
from registration.public.space.queries import Inside
from registration.public.storefront.view import card
from registration.public.storefront.view_prices import Scene
from registration.service import RegistrationService

# Where the page shows what the API names.
FIELDS = {"bill_to.email": "bill_email", "bill_to.po_number": "po_number", "terms_accepted": "terms_accepted"}


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen, with a line about it."""

    value: str
    label: str
    help: str = ""
    aside: str = ""


@dataclass(frozen=True)
class Part:
    """One activity of the gesture: its products, who goes, and what that comes to, in cents."""

    key: str
    title: str
    when: str
    product: str
    products: tuple[Option, ...]
    people: tuple[Option, ...]
    goes: tuple[str, ...]
    total: int | None
    asks: bool


@dataclass(frozen=True)
class Reviewed:
    """The whole of it. Amounts are in cents; there are none while something is refused."""

    parts: tuple[Part, ...]
    people: tuple[str, ...]
    subtotal: int = 0
    tps: int = 0
    tvq: int = 0
    total: int = 0
    ready: bool = False
    owes: bool = False
    needs_po: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """Who looks, and what one person takes of each activity."""

    inside: Inside
    scene: Scene
    products: Mapping[str, Sequence[Takeable]]

    def options(self, offers: Sequence[Offer]) -> list[Option]:
        """Activities to choose from."""
        return [self._activity(offer) for offer in offers]

    def _activity(self, offer: Offer) -> Option:
        shown = card(offer, self.scene)
        price = shown.price
        words, aside = self.scene.words, ""
        if price is not None:
            aside = text.money(price.with_taxes, words.lang) if price.amount else words.say("free")
        return Option(offer.activity.key, shown.title, shown.when, aside)

    def part(self, form: SignupForm, chosen: Chosen, offer: Offer, total: int | None) -> Part:
        """One activity as it was chosen; its first product while none is."""
        products = self.products.get(chosen.activity, ())
        options = tuple(Option(one.product.key, self.scene.words.in_(one.product.label)) for one in products)
        shown = card(offer, self.scene)
        return Part(
            key=chosen.activity,
            title=shown.title,
            when=shown.when,
            product=chosen.product or (options[0].value if options else ""),
            products=options,
            people=tuple(Option(str(place), label_of(one), one.email) for place, one in enumerate(form.people)),
            goes=tuple(str(place) for place in chosen.goes),
            total=total,
            asks=bool(offer.questions),
        )

    def with_products(self, form: SignupForm) -> SignupForm:
        """The same form, each activity with a product it has."""
        return replace(form, activities=tuple(self._with_product(one) for one in form.activities))

    def _with_product(self, chosen: Chosen) -> Chosen:
        keys = [one.product.key for one in self.products.get(chosen.activity, ())]
        return chosen if chosen.product in keys or not keys else replace(chosen, product=keys[0])


def review_of(here: RegistrationService, review: Review, form: SignupForm, offers: Mapping[str, Offer]) -> Reviewed:
    """What the form comes to now, or why it cannot be taken as it is."""
    form = review.with_products(form)
    joint, errors = _proposed(here, review.inside, form)
    totals = {one.plan.registration.id: one.plan.registration for _, one in joint.proposals} if joint else {}
    parts = tuple(
        review.part(
            form, one, offers[one.activity], total.total if (total := totals.get(one.registration_id)) else None
        )
        for one in form.activities
        if one.activity in offers
    )
    rows = list(totals.values())
    return Reviewed(
        parts=parts,
        people=tuple(value_of(one) for one in form.people),
        subtotal=sum(row.subtotal for row in rows),
        tps=sum(row.tps for row in rows),
        tvq=sum(row.tvq for row in rows),
        total=sum(row.total for row in rows),
        ready=joint is not None and bool(rows),
        owes=any(row.total for row in rows),
        needs_po=review.inside.company.po_required,
        errors=errors,
    )


def _proposed(
    here: RegistrationService, inside: Inside, form: SignupForm
) -> tuple[JointProposal | None, Mapping[str, str]]:
    if not any(one.goes for one in form.activities):
        return None, {}
    try:
        return propose_all(here, inside.buyer, form.request(inside, shown=False)), {}
    except Refusal as refusal:
        return None, sentences(here, inside, refusal, form)


def sentences(
    here: RegistrationService, inside: Inside, refusal: Refusal, form: SignupForm | None = None
) -> dict[str, str]:
    """A refusal as the page shows it: a problem of an activity at the people of that activity."""
    say = partial(here.pages.catalogue.say, inside.lang)
    keys = [one.activity for one in form.activities if one.goes] if form else []
    if not isinstance(refusal, InvalidInput):
        return {_field(refusal.field or "", keys): say(f"refusal.{refusal.code}", **refusal.values)}
    return {_field(spelled(where), keys): say(problem) for where, problem in refusal.places.items()}


def _field(where: str, keys: Sequence[str]) -> str:
    """`items[1].attendees[2].email` is shown at `goes.golf-2027`."""
    number = where.removeprefix("items[").partition("]")[0]
    if where.startswith("items[") and number.isdecimal() and int(number) < len(keys):
        return f"goes.{keys[int(number)]}"
    return FIELDS.get(where, "")
