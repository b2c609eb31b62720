"""The association's profile: as the form types it, so that a refusal gives it back whole, and as programs say it."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.contracts import Association, Bilingual
from registration.history.schemas import HistoryView

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

    valid_from: date
    legal_name: Line
    short_name: Bilingual
    address_lines: tuple[Line, ...] = ()
    phone: Line = ""
    email: Line
    website: Line = ""
    logo_url: Line = ""
    accent: Line
    tax_registered: bool
    gst_number: Line = ""
    qst_number: Line = ""
    invoice_days: int = Field(ge=0)
    cheque_payable_to: Line = ""
    e_transfer_to: Line = ""
    privacy_title: Bilingual
    privacy_email: Line
    terms: Bilingual

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

    profile: Association
    days: list[date]
    history: list[HistoryView]
