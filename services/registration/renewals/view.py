"""The order behind a notice, and the letters about it. Amounts are cents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit import text
from kit.contracts import Association, Bilingual, Buyer, OrderLine, OrderMethod, PlaceOrder, SendMessage
from kit.contracts.letters.memberships import (
    MembershipInvoiced,
    MembershipLetter,
    MembershipPaid,
    RenewalNotice,
    RenewalReminder,
)
from registration.links import Links
from registration.members.models import Company
from registration.renewals.models import Renewal
from registration.renewals.queries import Addressee

# What billing's books call the activity of a membership's fee.
MEMBERSHIP = "membership"


@dataclass(frozen=True)
class RenewalContext:
    """What the order and every letter need: the sentences, the links, the association, whom it is about and to whom
    it is written."""

    catalogue: text.Catalogue
    links: Links
    association: Association
    company: Company
    addressees: Sequence[Addressee]

    def period(self, renewal: Renewal, lang: str) -> str:
        """« du 1er juillet 2027 au 30 juin 2028 »"""
        days = {"first": text.day_short(renewal.starts, lang), "last": text.day_short(renewal.ends, lang)}
        return self.catalogue.say(lang, "renewal.period", **days)

    def page_of(self, renewal: Renewal) -> str:
        return self.links.renewal(renewal.id, renewal.link_version)


def order_of(context: RenewalContext, renewal: Renewal) -> PlaceOrder:
    """The order of a fee, on notice: nobody agreed to owe it yet."""

    def said(key: str) -> Bilingual:
        each = {lang: context.catalogue.say(lang, key, period=context.period(renewal, lang)) for lang in ("fr", "en")}
        return Bilingual(**each)

    line = OrderLine(
        key=MEMBERSHIP,
        label=said("renewal.line"),
        quantity=1,
        unit_amount=renewal.fee,
        tax_class=renewal.tax_class,
        gl_account=renewal.gl_account,
    )
    return PlaceOrder(
        order_id=renewal.id,
        code=renewal.code,
        activity_key=MEMBERSHIP,
        activity_title=said("renewal.title"),
        timezone=context.association.timezone,
        ordered_on=renewal.ordered_on,
        method=OrderMethod.INVOICE,
        lang="en" if context.company.lang == "en" else "fr",
        lines=(line,),
        buyer=_buyer(context),
        expected_total=renewal.total,
        return_url=context.page_of(renewal),
        on_notice=True,
    )


def _buyer(context: RenewalContext) -> Buyer:
    """The company, by the name of its delegate when it has one."""
    company, first = context.company, next(iter(context.addressees), None)
    return Buyer(
        company=company.name,
        company_key=str(company.id),
        name=next((one.name for one in context.addressees if one.first_name), company.name),
        email=company.billing_email or (first.email if first else ""),
        address=company.address,
        city=company.city,
        province=company.province or "QC",
        postal_code=company.postal_code,
    )


def notice_letters(context: RenewalContext, renewal: Renewal) -> list[SendMessage]:
    """The notice: what it is for, how much, until when, how to pay, to agree or to say no."""
    return _to_all(context, renewal, RenewalNotice, renewal.times_sent)


def reminder_letters(context: RenewalContext, renewal: Renewal, days: int) -> list[SendMessage]:
    """So many days before the period ends, while nothing was answered."""
    return _to_all(context, renewal, RenewalReminder, days)


def _to_all(
    context: RenewalContext, renewal: Renewal, kind: type[RenewalNotice | RenewalReminder], version: int
) -> list[SendMessage]:
    return [_message(renewal, one, version, kind(**_said(context, renewal, one))) for one in context.addressees]


def invoiced_letters(context: RenewalContext, renewal: Renewal, due_on: date) -> list[SendMessage]:
    """The invoice of a fee that was agreed to."""
    said = {"invoice": renewal.invoice_number, "due_on": due_on}
    return [
        _message(renewal, one, 1, MembershipInvoiced(**_said(context, renewal, one), **said))
        for one in context.addressees
    ]


def paid_letters(context: RenewalContext, renewal: Renewal) -> list[SendMessage]:
    """The fee was paid: the company is a member until its new period ends."""
    said = {"invoice": renewal.invoice_number}
    return [
        _message(renewal, one, 1, MembershipPaid(**_said(context, renewal, one), **said)) for one in context.addressees
    ]


def _said(context: RenewalContext, renewal: Renewal, to: Addressee) -> dict[str, str | int]:
    return {
        "first_name": to.first_name,
        "company": context.company.name,
        "period": context.period(renewal, to.lang),
        "last_day": text.day_short(renewal.ends, to.lang),
        "answer_by": text.day_short(renewal.answer_by, to.lang),
        "number": renewal.number,
        "total": renewal.total,
        "url": context.page_of(renewal),
    }


def _message(renewal: Renewal, to: Addressee, version: int, letter: MembershipLetter) -> SendMessage:
    return SendMessage(
        entity=uuid.uuid5(renewal.id, str(to.id)),
        version=version,
        to=to.email,
        to_name=to.name,
        lang="en" if to.lang == "en" else "fr",
        values=letter,
    )
