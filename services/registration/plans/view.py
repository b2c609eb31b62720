"""Letters of the plan: the code of one person, and the confirmation of whoever enrolled them."""

from collections.abc import Sequence

from kit.contracts import Bilingual, OrderMethod, SendMessage
from kit.contracts.letters.plans import CoverageCode, PlanConfirmed
from registration.letters.view import LetterContext, cancel_rule
from registration.plans.rules import CoverageRow, PlanRow, Span
from registration.registrations.rules_rows import RegistrationRow


def code_letter(coverage: CoverageRow, sender: Bilingual) -> SendMessage:
    """To the person covered, and to nobody else: it names the coverage, and whoever writes it asks for the code."""
    return SendMessage(
        entity=coverage.id,
        version=coverage.letter_version,
        to=coverage.email,
        to_name=coverage.name,
        lang="en" if coverage.lang == "en" else "fr",
        values=CoverageCode(first_name=coverage.first_name, sender=sender.in_(coverage.lang)),
    )


def code_letters(people: Sequence[CoverageRow], sender: Bilingual) -> list[SendMessage]:
    """To each of them who has an address; the others have a card."""
    return [code_letter(one, sender) for one in people if one.by_mail]


def confirmation(
    context: LetterContext,
    registration: RegistrationRow,
    plan: PlanRow,
    people: Sequence[CoverageRow],
    span: Span,
    held: bool = False,
) -> SendMessage:
    """To whoever enrolled their people: how many, from when, and how the codes reach them. It names nobody."""
    lang, activity = registration.lang, context.activity(registration.lang)
    by_mail = sum(one.by_mail for one in people)
    letter = PlanConfirmed(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        people=len(people),
        by_mail=by_mail,
        on_cards=len(people) - by_mail,
        held=held,
        starts=span.starts,
        ends=span.ends,
        provider=plan.provider_name,
        subtotal=registration.subtotal,
        tps=registration.tps,
        tvq=registration.tvq,
        total=registration.total,
        paid_by=OrderMethod(registration.method),
        cancel_rule=cancel_rule(context, lang),
        personal_url=context.page_of(registration),
    )
    return SendMessage(
        entity=registration.id,
        version=registration.message_version,
        to=registration.contact_email,
        to_name=registration.contact_name,
        lang="en" if lang == "en" else "fr",
        values=letter,
    )
