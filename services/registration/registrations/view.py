"""What several pages and letters show alike: a question, and what one person takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.contracts import Bilingual
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.registrations.rules_answers import AnswerValue
from registration.registrations.rules_rows import LineRow


def place_label(offer: Offer, taken: Sequence[tuple[LineRow, int]]) -> Bilingual:
    """What one person takes, as their ticket says it: « Quatuor, 2 × Reprise de coup ». Never at whose price: whoever
    holds a ticket shows it to others."""
    products = {product.id: product.label for product in offer.products}
    labels = [(products.get(line.product_id, line.label), units) for line, units in taken]

    def joined(lang: str) -> str:
        return ", ".join(f"{units} × {label.in_(lang)}" if units > 1 else label.in_(lang) for label, units in labels)

    return Bilingual(fr=joined("fr"), en=joined("en"))


@dataclass(frozen=True)
class QuestionField:
    """A question with the name of its field and what was answered."""

    name: str
    type: str
    label: str
    required: bool
    options: tuple[dict[str, str], ...]
    value: str
    values: tuple[str, ...]
    sensitive: bool


def question_field(question: QuestionOffer, name: str, value: AnswerValue | None, lang: str) -> QuestionField:
    """A question with an answer already given, for pages that change answers."""
    listed = tuple(value) if isinstance(value, list) else ()
    text = "" if isinstance(value, list) or value is None else str(value)
    return QuestionField(
        name,
        question.type,
        question.label.in_(lang),
        question.required,
        tuple({"value": option.id, "label": option.label.in_(lang)} for option in question.options),
        text,
        listed,
        question.sensitive,
    )
