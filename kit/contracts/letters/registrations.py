"""Letters about a registration and its places: to its contact, and to the people whose places they are."""

from typing import Literal, NamedTuple

from pydantic import Field

from kit.contracts.base import Contract, Count
from kit.contracts.letters.base import ActivityLetter, Amount, AttendedLetter, Name, Prose, Said, Text, Url
from kit.contracts.paying import OrderMethod


class SumSince(NamedTuple):
    """What became of a total, in cents: `credited`, `received`, `refunded`, `returning`, down to the `balance`."""

    name: str
    amount: int


class BoughtLine(Contract):
    """A line of what was bought."""

    label: Said = Field(description="What it is.", examples=["Quatuor, membre"])
    quantity: Count = Field(ge=1, description="How many units.", examples=[1])
    amount: Count = Field(description="The line before taxes, in cents; negative for a rebate.", examples=[74000])
    cancelled: Count = Field(default=0, description="How many of the units were given back since.", examples=[0])


class LetterPlace(Contract):
    """One place of a registration."""

    name: Name = Field(description="Who takes it; empty while nobody is named.", examples=["Zoé Roy"])

    @property
    def named(self) -> bool:
        return bool(self.name)


class RegistrationConfirmed(AttendedLetter):
    """To the contact. The tickets are those of attendees who have no address of their own."""

    kind: Literal["registration_confirmed"] = "registration_confirmed"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    lines: tuple[BoughtLine, ...] = Field(description="What was bought.")
    subtotal: Amount = Field(description="Before taxes, in cents.", examples=[77000])
    tps: Amount = Field(description="GST (TPS), in cents.", examples=[3850])
    tvq: Amount = Field(description="QST (TVQ), in cents.", examples=[7681])
    total: Amount = Field(description="With taxes, in cents.", examples=[88531])
    paid_by: OrderMethod = Field(description="How it is paid: it says what is still to come.")
    invoice_number: Text = Field(default="", description="Number of its invoice, once it has one.", examples=[""])
    credited: Amount = Field(default=0, description="What was credited since, in cents.", examples=[0])
    received: Amount = Field(default=0, description="What was received since, in cents.", examples=[0])
    refunded: Amount = Field(default=0, description="What went back since, in cents.", examples=[0])
    balance: Amount | None = Field(default=None, description="What is to pay now, in cents; null: the total.")
    attendees: tuple[LetterPlace, ...] = Field(description="Its places, in order.")
    names_due: Text = Field(description="Until when places may be named, in words.", examples=["7 juin 2027, 12 h"])
    cancel_rule: Text = Field(description="The rule for cancelling, in words.", examples=["Rien n’est retenu."])
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])
    terms_fr: Prose = Field(
        description="The French terms, or their address, for who reads English (domain.md L1).", examples=[""]
    )
    adds: bool = Field(default=False, description="It adds to a registration confirmed before.", examples=[False])

    @property
    def unnamed(self) -> int:
        """How many places have nobody yet."""
        return sum(not place.named for place in self.attendees)

    @property
    def since(self) -> list[SumSince]:
        """Nothing for a confirmation that nothing has followed; else rows that add up from the total to the balance."""
        if self.balance is None or not (self.credited or self.refunded or (self.received and self.balance)):
            return []
        moved = {"credited": -self.credited, "received": -self.received, "refunded": self.refunded}
        moved["returning"] = self.balance - self.total - sum(moved.values())
        rows = [SumSince(name, amount) for name, amount in moved.items() if amount]
        return [*rows, SumSince("balance", self.balance)]


class RegistrationToConfirm(ActivityLetter):
    """To the contact of a company nobody recognised: the places wait until they say that it was them."""

    kind: Literal["registration_to_confirm"] = "registration_to_confirm"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    company: Text = Field(description="Company the invoice would go to.", examples=["Usinage Valbrume inc."])
    total: Amount = Field(description="With taxes, in cents.", examples=[88531])
    held_until: Said = Field(description="Until when the places wait, in words.", examples=["12 mars 2027, 16 h"])
    url: Url = Field(description="Where it is confirmed.", examples=["https://inscriptions.example.org/confirm/"])


class PaymentAsked(ActivityLetter):
    """To the contact of what staff signed up: the places wait until a card has paid."""

    kind: Literal["payment_asked"] = "payment_asked"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    total: Amount = Field(description="With taxes, in cents.", examples=[88531])
    held_until: Said = Field(description="Until when the places wait, in words.", examples=["12 mars 2027, 16 h"])
    url: Url = Field(description="Where it is paid.", examples=["https://inscriptions.example.org/r/"])


class TicketSent(AttendedLetter):
    """To one attendee: their own ticket and link; never an amount."""

    kind: Literal["ticket"] = "ticket"
    attendee_name: Name = Field(description="Whose ticket it is.", examples=["Zoé Roy"])
    personal_url: Url = Field(description="The attendee's page.", examples=["https://inscriptions.example.org/a/"])


class RegistrationCancelled(ActivityLetter):
    """To the contact: the whole registration is cancelled."""

    kind: Literal["registration_cancelled"] = "registration_cancelled"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    cancelled_by: Literal["contact", "association"] = Field(description="Who cancelled it.")
    kept: Amount = Field(description="What the rule keeps, in cents before taxes.", examples=[44265])
    cancel_rule: Text = Field(description="The rule for cancelling, in words.", examples=["50 % sont retenus."])
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])


class PlacesCancelled(ActivityLetter):
    """To the contact: some of the places are cancelled, others stay."""

    kind: Literal["places_cancelled"] = "places_cancelled"
    code: Said = Field(description="Code of the registration.", examples=["GOLF7K3Q"])
    cancelled_by: Literal["contact", "association"] = Field(description="Who cancelled them.")
    places: tuple[LetterPlace, ...] = Field(description="The places that are cancelled, in order.")
    staying: Count = Field(ge=1, description="How many places stay.", examples=[3])
    kept: Amount = Field(description="What the rule keeps, in cents before taxes.", examples=[0])
    credit: Amount = Field(description="What is credited, in cents before taxes; a letter says more.", examples=[5500])
    personal_url: Url = Field(description="The contact's page.", examples=["https://inscriptions.example.org/r/"])


class AttendeeCancelled(ActivityLetter):
    """To the attendee whose place is cancelled: no amount."""

    kind: Literal["attendee_cancelled"] = "attendee_cancelled"


class AttendeeReplaced(ActivityLetter):
    """To the person who leaves. Says nothing of who comes instead."""

    kind: Literal["attendee_replaced"] = "attendee_replaced"


RegistrationLetter = (
    RegistrationConfirmed
    | RegistrationToConfirm
    | PaymentAsked
    | TicketSent
    | RegistrationCancelled
    | PlacesCancelled
    | AttendeeCancelled
    | AttendeeReplaced
)
