"""The association's profile as programs write and read it."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Association, Bilingual
from registration.association.schemas import Line, ProfileForm
from registration.history.schemas import HistoryView


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
        return ProfileForm(
            legal_name=self.legal_name,
            phone=self.phone,
            email=self.email,
            website=self.website,
            logo_url=self.logo_url,
            accent=self.accent,
            gst_number=self.gst_number,
            qst_number=self.qst_number,
            cheque_payable_to=self.cheque_payable_to,
            e_transfer_to=self.e_transfer_to,
            privacy_email=self.privacy_email,
            valid_from=self.valid_from.isoformat(),
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
