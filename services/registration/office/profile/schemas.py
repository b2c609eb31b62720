"""The association's profile: as the form types it, so that a refusal gives it back whole, and as programs say it."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.contracts import Association, Bilingual, Count, Day
from registration.office.history.schemas import HistoryView

Line = Annotated[str, StringConstraints(max_length=400)]
Prose = Annotated[str, StringConstraints(max_length=40_000)]


class ProfileForm(BaseModel):
    """Texts only; `registration.association.rules.profile` decides."""

    legal_name: Line = ""
    short_fr: Line = ""
    short_en: Line = ""
    address: Prose = ""
    phone: Line = ""
    email: Line = ""
    website: Line = ""
    logo_url: Line = ""
    accent: Line = ""
    tax_registered: Line = ""
    gst_number: Line = ""
    qst_number: Line = ""
    invoice_days: Line = ""
    cheque_payable_to: Line = ""
    e_transfer_to: Line = ""
    privacy_fr: Line = ""
    privacy_en: Line = ""
    privacy_email: Line = ""
    terms_fr: Prose = ""
    terms_en: Prose = ""
    valid_from: Line = ""

    @classmethod
    def of(cls, profile: Association, valid_from: date) -> "ProfileForm":
        """The form filled in with a profile."""
        same = {
            name: getattr(profile, name) for name in cls.model_fields if isinstance(getattr(profile, name, None), str)
        }
        return cls(
            **same,
            short_fr=profile.short_name.fr,
            short_en=profile.short_name.en,
            address="\n".join(profile.address_lines),
            tax_registered="yes" if profile.tax_registered else "no",
            invoice_days=str(profile.invoice_days),
            privacy_fr=profile.privacy_title.fr,
            privacy_en=profile.privacy_title.en,
            terms_fr=profile.terms.fr,
            terms_en=profile.terms.en,
            valid_from=valid_from.isoformat(),
        )


class ProfileIn(BaseModel):
    """The profile from a day on. What is left out is empty; numbering and accounts stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: Day = Field(description="First day it holds.", examples=["2027-01-01"])
    legal_name: Line = Field(description="Name on documents.", examples=["Association des exemples"])
    short_name: Bilingual = Field(description="Name in titles and mail.")
    address_lines: tuple[Line, ...] = Field(
        default=(), description="Postal address, line by line.", examples=[["12, rue Racine Est", "Chicoutimi"]]
    )
    phone: Line = Field(default="", description="Telephone.", examples=["418 555-0100"])
    email: Line = Field(description="Address that people write to.", examples=["info@example.org"])
    website: Line = Field(default="", description="Web site; empty: none.", examples=["https://example.org"])
    logo_url: Line = Field(default="", description="Address of the logo; empty: none.", examples=[""])
    accent: Line = Field(description="Accent colour, in hexadecimal.", examples=["#1f5f8b"])
    tax_registered: bool = Field(description="It charges GST and QST.", examples=[True])
    gst_number: Line = Field(default="", description="GST (TPS) number.", examples=["123456789 RT0001"])
    qst_number: Line = Field(default="", description="QST (TVQ) number.", examples=["1234567890 TQ0001"])
    invoice_days: Count = Field(ge=0, description="Days until an invoice is due.", examples=[30])
    cheque_payable_to: Line = Field(
        default="", description="Whom cheques are made out to.", examples=["Association des exemples"]
    )
    e_transfer_to: Line = Field(
        default="", description="Address for Interac transfers; empty: not offered.", examples=[""]
    )
    privacy_title: Bilingual = Field(description="Title of whoever answers for personal information.")
    privacy_email: Line = Field(description="Address for questions of privacy.", examples=["vieprivee@example.org"])
    terms: Bilingual = Field(description="Terms of sale, whole.")

    def form(self) -> ProfileForm:
        """As the page's form would send it."""
        same = self.model_dump(include=set(ProfileForm.model_fields), exclude={"tax_registered", "invoice_days"})
        return ProfileForm(
            **same | {"valid_from": self.valid_from.isoformat()},
            short_fr=self.short_name.fr,
            short_en=self.short_name.en,
            address="\n".join(self.address_lines),
            tax_registered="yes" if self.tax_registered else "no",
            invoice_days=str(self.invoice_days),
            privacy_fr=self.privacy_title.fr,
            privacy_en=self.privacy_title.en,
            terms_fr=self.terms.fr,
            terms_en=self.terms.en,
        )


class ProfileView(BaseModel):
    """A profile; `days` are those from which it changed, newest first."""

    profile: Association = Field(description="The profile in force on that day.")
    days: list[Day] = Field(description="Days from which it changed, newest first.")
    history: list[HistoryView] = Field(description="Who did what, newest first.")
