"""What each kind of message needs to be said. `SendMessage.values` is checked against these on arrival.

Texts come in the message's language, ready to be read; amounts are integer cents; times are ISO 8601 with a zone; links
are absolute. Unknown fields are ignored, as in every contract. An empty text means "nothing to say about it".
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from notify.messages.rules import one_line

# One line: whatever would begin a new one, or a new header, has become a space. `Said` must say something.
Text = Annotated[str, BeforeValidator(one_line), StringConstraints(max_length=1000)]
Said = Annotated[str, BeforeValidator(one_line), StringConstraints(min_length=1, max_length=1000)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000)]
Url = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f<>\"]+$")]
Cents = Annotated[int, Field(ge=0)]
Way = Literal["", "card", "manual"]


class Shape(BaseModel):
    """A typed bundle of values."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Ticket(Shape):
    """`code` is what the QR says; `text` is what a person reads aloud (the QR's own text when empty). `name` is empty
    while nobody is named; `label` says which place it is."""

    code: Said
    text: Text = ""
    name: Text = ""
    label: Text = ""

    @property
    def spoken(self) -> str:
        """What is printed under the QR."""
        return self.text or self.code


class BoughtLine(Shape):
    """A line of what was bought: `amount` is the line's, before tax; negative when it is a rebate."""

    label: Said
    quantity: int = Field(default=1, ge=1)
    amount: int


class Place(Shape):
    """One place of a registration."""

    name: Text = ""
    named: bool


class Values(Shape):
    """Common to all kinds. `first_name` greets the person who reads; empty is better than a guess."""

    first_name: Text = ""


class ActivityValues(Values):
    """A message about an activity: title, when and where, as texts."""

    activity_title: Said
    activity_when: Text = ""
    activity_place: Text = ""


class RegistrationConfirmed(ActivityValues):
    """To the contact. `paid_by` says what is still to come; `due_text` is the invoice's, such as « Payable d’ici le
    19 mars 2027 ». The tickets are those of attendees who have no address of their own. `terms_fr` hands over the
    French terms to whoever reads English: an address, or the text itself (domain.md L1)."""

    code: Said
    status_line: Text = ""
    lines: tuple[BoughtLine, ...] = ()
    subtotal: Cents
    tps: Cents
    tvq: Cents
    total: Cents
    paid_by: Literal["card", "invoice", "cash", "free"]
    due_text: Text = ""
    attendees: tuple[Place, ...] = ()
    names_due: Text = ""
    cancel_rule: Text = ""
    personal_url: Url
    terms_fr: Prose = ""

    @property
    def unnamed(self) -> int:
        """How many places have nobody yet."""
        return sum(not place.named for place in self.attendees)


class TicketSent(ActivityValues):
    """To one attendee: their own ticket and link; never an amount."""

    attendee_name: Text = ""
    personal_url: Url


class RegistrationCancelled(ActivityValues):
    """To the contact. `refund` is what is returned and `kept` what the cancellation rule keeps, in cents."""

    code: Said
    cancelled_by: Literal["contact", "association"] = "contact"
    refund: Cents = 0
    refund_by: Way = ""
    kept: Cents = 0
    cancel_rule: Text = ""
    personal_url: Url | Literal[""] = ""


class AttendeeCancelled(ActivityValues):
    """To the attendee whose place is cancelled or, with `audience` contact, to whoever signed them up. Only the
    contact reads the name of the attendee and the amounts."""

    audience: Literal["attendee", "contact"] = "attendee"
    attendee_name: Text = ""
    refund: Cents = 0
    refund_by: Way = ""
    kept: Cents = 0
    personal_url: Url | Literal[""] = ""


class AttendeeReplaced(ActivityValues):
    """To the person who leaves. Says nothing of who comes instead."""


class RefundMade(ActivityValues):
    """To the contact: money went back. `credit_note` is the number of the document, when there is one."""

    code: Said
    amount: Annotated[int, Field(gt=0)]
    how: Literal["card", "manual"]
    credit_note: Text = ""
    personal_url: Url | Literal[""] = ""


class NoRoomRefunded(ActivityValues):
    """To the contact who paid after the hold had ended: there was no room left, everything goes back."""

    code: Said
    amount: Annotated[int, Field(gt=0)]


class InvoiceIssued(ActivityValues):
    """To the billing contact. How to pay comes from the association's profile."""

    number: Said
    total: Cents
    due_on: date
    company: Text = ""
    po_number: Text = ""
    personal_url: Url
    terms_fr: Prose = ""


class PaymentReceived(ActivityValues):
    """To the contact: so much was received, so much remains, in cents."""

    number: Text = ""
    amount: Annotated[int, Field(gt=0)]
    balance: Cents
    method: Literal["card", "cheque", "transfer", "cash"]
    personal_url: Url | Literal[""] = ""


class MemberLink(Values):
    """To somebody of a member company: the link that shows member prices."""

    company: Said
    url: Url


class StaffLink(Values):
    """To staff: an invitation, a new password, or a sign-in. `until` is when the link ends."""

    url: Url
    until: AwareDatetime


KINDS: dict[str, type[Values]] = {
    "registration_confirmed": RegistrationConfirmed,
    "ticket": TicketSent,
    "registration_cancelled": RegistrationCancelled,
    "attendee_cancelled": AttendeeCancelled,
    "attendee_replaced": AttendeeReplaced,
    "refund_made": RefundMade,
    "no_room_refunded": NoRoomRefunded,
    "invoice_issued": InvoiceIssued,
    "payment_received": PaymentReceived,
    "member_link": MemberLink,
    "staff_invite": StaffLink,
    "staff_reset": StaffLink,
    "staff_sign_in": StaffLink,
}
