"""What an author writes of an activity, section by section: the same shapes for the editor, the API and a copy.

Hours are on the wall clock of the activity's zone, without a zone of their own (`2027-06-10T09:00`); amounts are cents
before tax. A deadline includes its minute. A thing keeps its `key` for good: one that comes without a key is new.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kit.contracts import Bilingual, Cents, Count, OrderMethod
from kit.contracts.texts import Line, seen
from kit.money import TaxClass
from registration.catalog.levels.schemas import LevelText
from registration.catalog.offers.rules_questions import Per, QuestionType
from registration.catalog.rules import Channel, Who
from registration.catalog.sections.schemas_times import Hour, Wall, WrittenDay


def _prose(value: Any) -> Any:
    return seen(value) if isinstance(value, str) else value


def _some(value: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """What takes nothing of anything is left out."""
    taken = {product: {key: units for key, units in uses.items() if units} for product, uses in value.items()}
    return {product: uses for product, uses in taken.items() if uses}


Key = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_-]{0,59})?$")]
Prose = Annotated[str, Field(json_schema_extra={"maxLength": 4000}), BeforeValidator(_prose)]


class SectionName(StrEnum):
    """The sections of the editor, in its order."""

    ESSENTIALS = "essentials"
    DATES = "dates"
    PRICES = "prices"
    RESOURCES = "resources"
    QUESTIONS = "questions"
    TERMS = "terms"
    WELCOME = "welcome"


class Shape(BaseModel):
    """Part of a section."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Shape):
    """A short text in French and, where it exists, in English."""

    fr: Line = Field(default="", description="In French.", examples=["Tournoi de golf de l’Alliance"])
    en: Line = Field(default="", description="In English; empty: shown in French.", examples=["Golf tournament"])

    @property
    def said(self) -> Bilingual:
        return Bilingual(fr=self.fr, en=self.en)

    @classmethod
    def of(cls, text: Bilingual) -> "Title":
        return cls(fr=text.fr, en=text.en)


class Text(Title):
    """A text of some sentences in French and, where it exists, in English."""

    fr: Prose = Field(default="", description="In French.", examples=["Brunch, parcours et souper."])
    en: Prose = Field(default="", description="In English; empty: shown in French.", examples=["Brunch and dinner."])


class PlaceText(Shape):
    """Where it happens: what is known of it. `stops` are where a coach is boarded."""

    name: Line = Field(default="", description="Name of the place.", examples=["Club de golf du Grand-Détour"])
    address: Line = Field(default="", description="Street.", examples=["1, chemin du Grand-Détour"])
    city: Line = Field(default="", description="City.", examples=["Saguenay (Québec)"])
    postal_code: Line = Field(default="", description="Postal code.", examples=["G0V 0Z0"])
    online: bool = Field(default=False, description="It is, or is also, online.")
    stops: tuple[Line, ...] = Field(default=(), max_length=30, description="Where a coach stops.", examples=[["Alma"]])


class NoteText(Shape):
    """Something more that the page tells: a `text` of its own, or values for a sentence of the page by its `kind`."""

    kind: Key = Field(description="`text`, `prerequisite`, `funding`, or a sentence of the page.", examples=["text"])
    text: Text = Field(default=Text(), description="The text of those that have one.")
    labels: tuple[Title, ...] = Field(default=(), max_length=50, description="Names that the sentence lists.")
    values: dict[str, str | int | list[str]] = Field(
        default={}, description="Values of the sentence.", examples=[{"days": 30}]
    )


class Essentials(Shape):
    """What it is, and where."""

    title: Title = Field(default=Title(), description="Title.")
    summary: Text = Field(default=Text(), description="What it is, in a few sentences.")
    slug: Title = Field(default=Title(), description="Last part of its address; empty: made from the title.")
    series: Key = Field(default="", description="Key of the series it is an edition of; empty: none.")
    edition: Count | None = Field(default=None, ge=1, le=999, description="Which edition of its series.", examples=[8])
    axis: Line = Field(default="", description="Axis of the plan it serves; empty: none.", examples=["Mobilisation"])
    place: PlaceText = Field(default=PlaceText(), description="Where it happens.")
    members_only: bool = Field(default=False, description="Only members may sign up.")
    signup_open: bool = Field(default=True, description="One signs up on its page; false: the page says whom to ask.")
    notes: tuple[NoteText, ...] = Field(default=(), max_length=40, description="What the page tells beside.")


class AgendaLine(Shape):
    """What happens at one moment."""

    at: Wall = Field(description="When, on the wall clock.", examples=["2027-06-10T11:00"])
    text: Title = Field(description="What.")


class SessionDates(Shape):
    """One dated occurrence; it may end on a later day."""

    number: Count = Field(ge=1, le=200, description="Its number, or that of its module.", examples=[1])
    title: Title = Field(default=Title(), description="Its title; empty: the activity's.")
    day: WrittenDay = Field(description="Its day.", examples=["2027-06-10"])
    starts: Hour = Field(description="Its first hour.", examples=["09:00"])
    ends_day: WrittenDay | None = Field(default=None, description="The day it ends; empty: the same.")
    ends: Hour = Field(description="Its last hour.", examples=["17:00"])

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when, on the wall clock."""
        return datetime.combine(self.day, self.starts), datetime.combine(self.ends_day or self.day, self.ends)


class Dates(Shape):
    """When it happens and when one may sign up. Without sessions it is one, from `starts` to `ends`."""

    starts: Wall | None = Field(default=None, description="When it starts; empty: at any time.")
    ends: Wall | None = Field(default=None, description="When it ends.")
    sale_opens: Wall | None = Field(default=None, description="When signup opens; empty: at once.")
    sale_closes: Wall | None = Field(default=None, description="Last minute to sign up; empty: until it ends.")
    names_due: Wall | None = Field(default=None, description="Last minute to give and change names.")
    min_people: Count | None = Field(default=None, ge=1, le=10_000, description="It takes place from so many people.")
    decides_on: WrittenDay | None = Field(default=None, description="The day it is decided whether it takes place.")
    agenda: tuple[AgendaLine, ...] = Field(default=(), max_length=60, description="What happens when.")
    sessions: tuple[SessionDates, ...] = Field(default=(), max_length=200, description="Its sessions, when several.")
    undivided: bool = Field(default=False, description="Its dates are no session: a form open from one day to another.")


class PriceText(Shape):
    """An amount for somebody, somewhere, until a time, from so many units."""

    key: Key = Field(default="", description="Key for good; empty: a new price.", examples=["golf-quat-m"])
    label: Title = Field(default=Title(), description="What it is called beside the product; empty: by whom it is for.")
    who: Who = Field(default=Who.ANYONE, description="For whom.")
    channel: Channel = Field(default=Channel.ONLINE, description="Sold online, or at the door.")
    amount: Cents = Field(description="Amount before tax, in cents.", ge=0, le=100_000_000, examples=[70000])
    until: Wall | None = Field(default=None, description="Last minute it is offered; empty: as long as signup.")
    min_quantity: Count = Field(default=1, ge=1, le=1000, description="From how many units it applies.", examples=[1])
    tax_class: TaxClass = Field(default=TaxClass.TAXABLE, description="How it is taxed.")
    tax_review: dict[str, Line] = Field(
        default={}, description="What the accountant must settle.", examples=[{"status": "to_confirm"}]
    )
    gl_account: Line = Field(default="", description="Account of the books.", examples=["4210"])
    components: dict[str, Cents] = Field(
        default={}, description="What a unit is made of, in cents.", examples=[{"golf": 40000, "meals": 30000}]
    )


class ProductText(Shape):
    """What one takes: a place, a foursome, a dinner; with its prices."""

    key: Key = Field(default="", description="Key for good; empty: a new product.", examples=["golf-quat"])
    label: Title = Field(description="What it is called.")
    attendees: Count = Field(default=1, ge=0, le=100, description="People that a unit brings.", examples=[4])
    add_on: bool = Field(default=False, description="Taken beside a place, never alone.")
    max_per_attendee: Count | None = Field(default=None, ge=1, le=100, description="Units a person may take at most.")
    on_request: bool = Field(default=False, description="Arranged with staff: shown, not sold on the page.")
    prices: tuple[PriceText, ...] = Field(default=(), max_length=30, description="Its prices.")
    level: LevelText | None = Field(default=None, description="What a sponsorship brings; null: it is none.")


class Prices(Shape):
    """What is for sale, in the order of the page."""

    products: tuple[ProductText, ...] = Field(default=(), max_length=100, description="Products with their prices.")


class ResourceText(Shape):
    """A countable that products use."""

    key: Key = Field(default="", description="Key for good; empty: a new resource.", examples=["places"])
    label: Title = Field(default=Title(), description="What it is called; empty: by its key.")
    capacity: Count = Field(ge=1, le=2_000_000, description="Units there are.", examples=[144])


class Resources(Shape):
    """What there is so much of, and how much of it a unit of each product takes."""

    resources: tuple[ResourceText, ...] = Field(default=(), max_length=40, description="What is counted.")
    uses: Annotated[dict[str, dict[str, Count]], AfterValidator(_some)] = Field(
        default={}, description="Product, resource, units.", examples=[{"golf-quat": {"tee_spots": 4}}]
    )


class OptionText(Shape):
    """One answer that can be chosen."""

    id: Key = Field(default="", description="What is stored; empty: a new option.", examples=["poulet"])
    label: Title = Field(description="What it is called.")


class QuestionText(Shape):
    """Something asked with a registration, of each person or once."""

    key: Key = Field(default="", description="Key for good; empty: a new question.", examples=["q-repas"])
    per: Per = Field(default=Per.ATTENDEE, description="Asked of each person, or once.")
    type: QuestionType = Field(default=QuestionType.TEXT, description="What an answer may be.")
    required: bool = Field(default=False, description="It must be answered.")
    label: Title = Field(description="The question.")
    options: tuple[OptionText, ...] = Field(default=(), max_length=100, description="Answers to choose from.")
    max_choices: Count | None = Field(default=None, ge=1, le=100, description="Options that may be chosen at most.")
    for_products: tuple[Key, ...] = Field(default=(), max_length=100, description="Asked with these products only.")
    if_question: Key = Field(default="", description="Asked when this other question …")
    if_answers: tuple[Key, ...] = Field(default=(), max_length=100, description="… was answered by one of these.")
    sensitive: bool = Field(default=False, description="Told in confidence: sealed, and shown to those who need it.")
    purge_days: Count | None = Field(default=None, ge=1, le=730, description="Days after which answers are erased.")


class Questions(Shape):
    """What is asked, in order."""

    questions: tuple[QuestionText, ...] = Field(default=(), max_length=60, description="The questions.")


class RefundStep(Shape):
    """Until when which part of the price is kept."""

    until: Wall | None = Field(default=None, description="Last minute; empty: always.", examples=["2027-05-27T23:59"])
    keep_percent: Count = Field(ge=0, le=100, description="Part of the price kept, in percent.", examples=[0])


class Terms(Shape):
    """How it is paid, and what is returned to who cancels."""

    methods: tuple[Literal[OrderMethod.CARD, OrderMethod.INVOICE], ...] = Field(
        default=(), description="Ways to pay; none: nothing is owed."
    )
    cancellation: tuple[RefundStep, ...] = Field(
        default=(), max_length=5, description="In order; after the last one, nothing is returned."
    )
    confirm_above: Count = Field(
        default=6, ge=0, le=1000, description="Places on invoice at the word of a company nobody recognised."
    )
    company_places: Count = Field(default=200, ge=1, le=10_000, description="Places on unpaid invoices of a company.")


class PointText(Shape):
    """A check-in point."""

    key: Key = Field(description="Key of the point.", examples=["accueil"])
    serves: Key = Field(default="", description="Resource whose units are taken there; empty: none.")


class Welcome(Shape):
    """Where people are checked in."""

    points: tuple[PointText, ...] = Field(default=(), max_length=20, description="Check-in points.")


Section = Essentials | Dates | Prices | Resources | Questions | Terms | Welcome
SHAPES: dict[SectionName, type[Section]] = {
    SectionName.ESSENTIALS: Essentials,
    SectionName.DATES: Dates,
    SectionName.PRICES: Prices,
    SectionName.RESOURCES: Resources,
    SectionName.QUESTIONS: Questions,
    SectionName.TERMS: Terms,
    SectionName.WELCOME: Welcome,
}
