"""What one may sign up for: activities, their sessions, resources, products, prices and questions."""

import uuid
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlmodel import Field

from kit.contracts import Bilingual
from kit.db import enum_type, new_id
from kit.money import TaxClass
from registration.catalog.levels.rules import NO_LEVEL, Level
from registration.catalog.offers.rules_activity import AgendaItem, CancellationStep, Note, Point, Venue
from registration.catalog.offers.rules_questions import Option, Per, QuestionType, ShowIf
from registration.catalog.rules import ActivityStatus, Channel, Sale, Who
from registration.tables import JsonOf, Table


class Series(Table, table=True):
    """Editions or cohorts of the same activity, with a page that leads to them."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    slug_fr: str = Field(unique=True)
    slug_en: str = Field(unique=True)
    title_fr: str
    title_en: str = ""
    summary_fr: str = ""
    summary_en: str = ""

    @property
    def slug(self) -> Bilingual:
        return Bilingual(fr=self.slug_fr, en=self.slug_en)

    @property
    def title(self) -> Bilingual:
        return Bilingual(fr=self.title_fr, en=self.title_en)

    @property
    def summary(self) -> Bilingual:
        return Bilingual(fr=self.summary_fr, en=self.summary_en)


class Activity(Table, table=True):
    """Anything one signs up for. Times are UTC; `timezone` is the wall clock people read.

    `signup_open` is False for kinds whose signup comes with another feature: the page says whom to write to.
    `cancellation` is in order; after the last step, nothing is returned. `methods` holds `card` and `invoice`. `place`,
    `agenda` and `notes` are what the page tells, `points` where people are checked in. A company nobody recognised has
    up to `confirm_above` places on invoice at its word, and confirms more by mail; `company_places` is what any company
    may have on unpaid invoices. Without a `cover_id`, its cover is drawn; `cover_alt` says what the picture shows. A
    draft with `publish_at` is scheduled: the clock publishes it then. Calendars move it when `calendar_sequence` rises;
    `moved_at` is when it was postponed last. With fewer than `min_people` by `decides_on` it may not take place. `axis`
    is the axis of the association's plan that it serves, in the association's own words.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    status: ActivityStatus = Field(default=ActivityStatus.PUBLISHED, sa_type=enum_type(ActivityStatus))
    series_id: uuid.UUID | None = Field(default=None, foreign_key="series.id")
    edition: int | None = None
    slug_fr: str = Field(unique=True)
    slug_en: str = Field(unique=True)
    title_fr: str
    title_en: str = ""
    summary_fr: str
    summary_en: str = ""
    timezone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    sale_opens_at: datetime | None = None
    sale_closes_at: datetime | None = None
    names_due_at: datetime | None = None
    min_people: int | None = None
    decides_on: date | None = None
    axis: str = Field(default="", sa_column_kwargs={"server_default": ""})
    signup_open: bool = True
    members_only: bool = False
    place: Venue = Field(default=Venue(), sa_type=JsonOf(Venue))
    agenda: tuple[AgendaItem, ...] = Field(default=(), sa_type=JsonOf(AgendaItem, many=True))
    notes: tuple[Note, ...] = Field(default=(), sa_type=JsonOf(Note, many=True))
    methods: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    cancellation: tuple[CancellationStep, ...] = Field(default=(), sa_type=JsonOf(CancellationStep, many=True))
    points: tuple[Point, ...] = Field(default=(), sa_type=JsonOf(Point, many=True))
    confirm_above: int = 6
    company_places: int = 200
    cover_id: uuid.UUID | None = Field(default=None, foreign_key="stored_file.id", index=True)
    cover_alt_fr: str = ""
    cover_alt_en: str = ""
    publish_at: datetime | None = None
    copied_from_id: uuid.UUID | None = None
    moved_at: datetime | None = None
    version: int = 1
    calendar_sequence: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    __table_args__ = (sa.Index("ix_activity_starts_at", "starts_at"),)

    @property
    def slug(self) -> Bilingual:
        return Bilingual(fr=self.slug_fr, en=self.slug_en)

    @property
    def title(self) -> Bilingual:
        return Bilingual(fr=self.title_fr, en=self.title_en)

    @property
    def summary(self) -> Bilingual:
        return Bilingual(fr=self.summary_fr, en=self.summary_en)

    @property
    def cover_alt(self) -> Bilingual:
        return Bilingual(fr=self.cover_alt_fr, en=self.cover_alt_en)

    @property
    def sale(self) -> Sale:
        return Sale(self.status, self.signup_open, self.sale_opens_at, self.sale_closes_at, self.ends_at)


class FormerAddress(Table, table=True):
    """An address that an activity had once: it leads to the present one for ever."""

    __tablename__ = "former_address"
    lang: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)


class ActivitySession(Table, table=True):
    """One dated occurrence, on the wall clock of the activity's zone; `starts_at` and `ends_at` are the same in UTC."""

    __tablename__ = "activity_session"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    number: int
    title_fr: str = ""
    title_en: str = ""
    day: date
    starts: time
    ends_day: date
    ends: time
    starts_at: datetime
    ends_at: datetime
    minutes: int = 0

    @property
    def title(self) -> Bilingual:
        return Bilingual(fr=self.title_fr, en=self.title_en)


class Resource(Table, table=True):
    """A countable that products use. The database itself refuses more taken than there is (design.md §4.2), and more
    `taken` and `reserved` together: what is reserved is what allotments keep and nobody took of them yet."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    key: str
    position: int = 0
    label_fr: str = ""
    label_en: str = ""
    capacity: int
    taken: int = 0
    reserved: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "key", name="uq_resource_activity_key"),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
        sa.CheckConstraint("reserved >= 0 AND taken + reserved <= capacity", name="reserved_within_capacity"),
    )

    @property
    def label(self) -> Bilingual:
        """What its author calls it; empty: what the product calls it by its key."""
        return Bilingual(fr=self.label_fr, en=self.label_en)


class Product(Table, table=True):
    """What one takes. `attendees` is how many people a unit brings; `uses` maps a resource's key to units of it; a
    sponsorship is one with a `level`."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    key: str
    position: int
    label_fr: str
    label_en: str = ""
    attendees: int = 1
    add_on: bool = False
    max_per_attendee: int | None = None
    on_request: bool = False
    level: Level = Field(default=NO_LEVEL, sa_type=JsonOf(Level), sa_column_kwargs={"server_default": "{}"})
    uses: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    __table_args__ = (sa.UniqueConstraint("activity_id", "key", name="uq_product_activity_key"),)

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class Price(Table, table=True):
    """An amount in cents before tax, for whom, where, until when (inclusive), from how many units.

    `components` says what a unit is made of (golf, meals), in cents; `tax_review` is what the accountant must settle.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    product_id: uuid.UUID = Field(foreign_key="product.id", index=True)
    key: str
    position: int = 0
    label_fr: str
    label_en: str = ""
    who: Who = Field(sa_type=enum_type(Who))
    channel: Channel = Field(default=Channel.ONLINE, sa_type=enum_type(Channel))
    amount: int = Field(sa_type=sa.BigInteger)
    tax_class: TaxClass = Field(default=TaxClass.TAXABLE, sa_type=enum_type(TaxClass))
    tax_review: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    until: datetime | None = None
    min_quantity: int = 1
    components: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    gl_account: str
    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount_not_negative"),)

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class Question(Table, table=True):
    """Something asked with a registration.

    A sensitive answer is shown to those who need it, and purged. One that is `retired` is asked no more; its answers
    stay readable; an earlier `version` is `replaced_by` the key it had: answers point to what was asked.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id", index=True)
    key: str
    position: int
    per: Per = Field(sa_type=enum_type(Per))
    type: QuestionType = Field(sa_type=enum_type(QuestionType))
    required: bool = False
    label_fr: str
    label_en: str = ""
    options: tuple[Option, ...] = Field(default=(), sa_type=JsonOf(Option, many=True))
    max_choices: int | None = None
    show_if: ShowIf = Field(default=ShowIf(), sa_type=JsonOf(ShowIf))
    sensitive: bool = False
    purge_days: int | None = None
    retired: bool = False
    version: int = 1
    replaced_by: str = ""
    __table_args__ = (sa.UniqueConstraint("activity_id", "key", name="uq_question_activity_key"),)

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


class Seeded(Table, table=True):
    """An association file that was loaded, and by how many weeks its dates were moved: the same at every later run."""

    key: str = Field(primary_key=True)
    shift_weeks: int
