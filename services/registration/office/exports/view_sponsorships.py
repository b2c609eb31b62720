"""The list of sponsorships as a sheet: who, what, how much, how it is taxed, what is owed and what was given."""

from kit.sheets import Kind
from registration.office.exports.view import Told, Words
from registration.sponsors.queries import SponsorshipRow


def sponsorship_columns(say: Words) -> list[Told[SponsorshipRow]]:
    """A sponsorship: amounts before tax; what is still owed with its days, so that a list can be worked through."""
    text = Kind.TEXT
    return [
        Told(say("exports.sponsor"), text, lambda one: one.company or one.contact),
        Told(say("exports.level"), text, lambda one: one.label.in_(say.lang)),
        Told(say("exports.amount"), Kind.MONEY, lambda one: one.amount),
        Told(say("exports.tax_class"), text, lambda one: say(f"exports.tax_class.{one.tax_class}")),
        Told(say("exports.status"), text, lambda one: say(f"office.status_{one.status}")),
        Told(say("exports.paid_at"), Kind.MOMENT, lambda one: one.paid_at),
        Told(say("exports.owed"), text, lambda one: _owed(one, say.lang)),
        Told(say("exports.delivered"), text, lambda one: _delivered(one, say.lang)),
        Told(say("exports.contact"), text, lambda one: one.contact),
        Told(say("exports.email"), text, lambda one: one.email),
        Told(say("exports.registration_code"), text, lambda one: one.code),
    ]


def _owed(one: SponsorshipRow, lang: str) -> str:
    """« 2027-04-15 Logo sur le site; Bannière sur place », in the order they were promised."""
    owed = [benefit for benefit in one.benefits if benefit.delivered_at is None]
    return "; ".join(f"{benefit.due_on or ''} {benefit.label.in_(lang)}".strip() for benefit in owed)


def _delivered(one: SponsorshipRow, lang: str) -> str:
    return "; ".join(benefit.label.in_(lang) for benefit in one.benefits if benefit.delivered_at is not None)
