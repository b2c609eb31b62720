"""Mailings to the people of an activity, as the API takes and gives them."""

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Bilingual, Count, Instant
from kit.contracts.callers import Caller
from kit.contracts.letters.mailings import ActivityMessage
from kit.contracts.texts import SEEN
from registration.mailings.rules import Audience, MailingRow, NewMailing, Occasion, Progress, Readers

Words = Annotated[str, SEEN]


class MailingWords(BaseModel):
    """A text in French and, where it exists, in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fr: Words = Field(description="The text in French.", examples=["Le stationnement change"])
    en: Words = Field(default="", description="The text in English; empty: French only.", examples=["Parking changes"])

    @property
    def said(self) -> Bilingual:
        return Bilingual(fr=self.fr, en=self.en)


class MailingIn(BaseModel):
    """What to say to whom. Texts know `{{ prénom }}`, `{{ activité }}`, `{{ date }}`, `{{ lieu }}` and `{{ lien }}`, in
    English `{{ first_name }}`, `{{ activity }}`, `{{ date }}`, `{{ place }}` and `{{ link }}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: Audience = Field(
        default=Audience.ALL,
        description="Of confirmed registrations: `all`, `present` or `absent` people, contacts of `unpaid` invoices or "
        "of places with `names_missing`.",
        examples=["all"],
    )
    product_id: uuid.UUID | None = Field(default=None, description="Only who takes this product; null: any.")
    session_id: uuid.UUID | None = Field(
        default=None, description="Only arrivals at this session, for `present` and `absent`; null: any."
    )
    company_id: uuid.UUID | None = Field(default=None, description="Only people of this company; null: any.")
    subject: MailingWords = Field(description="Subject, on one line of at most 150 characters.")
    text: MailingWords = Field(
        description="Text of at most 5,000 characters: an empty line begins a paragraph, `- ` an item of a list, "
        "`**bold**`, `[words](https://…)`."
    )

    def new(self, activity_id: uuid.UUID, by: Caller) -> NewMailing:
        readers = Readers(self.audience, self.product_id, self.session_id, self.company_id)
        return NewMailing(
            activity_id, Occasion.WRITTEN, readers, self.subject.said, self.text.said, by_id=by.id, by=by.name
        )


class MailingProgress(BaseModel):
    """How far a mailing is, in letters. `sent`: handed to the mail service, once each."""

    total: Count = Field(description="Letters in all.", examples=[287])
    sent: Count = Field(description="Letters that left.", examples=[120])
    skipped: Count = Field(description="Letters that had nobody to go to any more.", examples=[1])
    failed: Count = Field(description="Letters that could not be delivered.", examples=[0])
    waiting: Count = Field(description="Letters that wait for their turn.", examples=[166])

    @classmethod
    def of(cls, row: Progress) -> "MailingProgress":
        return cls(total=row.total, sent=row.sent, skipped=row.skipped, failed=row.failed, waiting=row.waiting)


class MailingReach(BaseModel):
    """Whom a mailing reaches as things stand now."""

    letters: Count = Field(description="People who get a letter.", examples=[287])
    english: Count = Field(description="Those of them who read English.", examples=[41])


class MailingView(BaseModel):
    """A mailing, and how far it is."""

    id: uuid.UUID = Field(description="Id of the mailing.")
    activity_id: uuid.UUID = Field(description="Id of the activity.")
    occasion: Occasion = Field(description="Why it was sent: `written` by staff, or what became of the activity.")
    audience: Audience = Field(description="Whom it is for.", examples=["all"])
    product_id: uuid.UUID | None = Field(description="Only who takes this product; null: any.")
    session_id: uuid.UUID | None = Field(description="Only arrivals at this session; null: any.")
    company_id: uuid.UUID | None = Field(description="Only people of this company; null: any.")
    subject: Bilingual = Field(description="Its subject.")
    text: Bilingual = Field(description="Its text, as it was typed.")
    mark: str = Field(description="Another one for other words or other readers.", examples=["5f1d"])
    by: str = Field(description="Who confirmed it; until then, who wrote it.", examples=["Élise Côté"])
    created_at: Instant = Field(description="When it was written (UTC).")
    confirmed_at: Instant | None = Field(description="When it was confirmed (UTC); null until then.")
    reach: MailingReach | None = Field(description="Whom it will reach; null once it was confirmed.")
    progress: MailingProgress = Field(description="How far it is.")

    @classmethod
    def of(cls, row: MailingRow, progress: Progress, reach: MailingReach | None) -> "MailingView":
        return cls(
            id=row.id,
            activity_id=row.activity_id,
            occasion=row.occasion,
            audience=row.audience,
            product_id=row.product_id,
            session_id=row.session_id,
            company_id=row.company_id,
            subject=row.subject,
            text=row.text,
            mark=row.mark,
            by=row.by,
            created_at=row.created_at,
            confirmed_at=row.confirmed_at,
            reach=reach,
            progress=MailingProgress.of(progress),
        )


class MailingLine(BaseModel):
    """A mailing that was sent, in a list."""

    id: uuid.UUID = Field(description="Id of the mailing.")
    occasion: Occasion = Field(description="Why it was sent.", examples=["written"])
    subject: Bilingual = Field(description="Its subject.")
    by: str = Field(description="Who sent it.", examples=["Élise Côté"])
    confirmed_at: Instant | None = Field(description="When (UTC).")
    letters: Count = Field(description="How many letters it is.", examples=[287])


class MailingPreview(BaseModel):
    """What one person will read. Their own page is shown as staff's page of their registration."""

    name: str = Field(description="Who it is.", examples=["Zoé Roy"])
    lang: str = Field(description="Language they read.", examples=["fr"])
    message: ActivityMessage = Field(description="The letter.")


class MailingTest(BaseModel):
    """Where a test was sent."""

    to: str = Field(description="The caller's own address.", examples=["direction@example.org"])
