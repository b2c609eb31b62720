"""The association's profile as programs write and read it."""

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Association, Bilingual, Count, Day
from registration.association.schemas import Line, ProfileForm
from registration.history.schemas import HistoryView


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
    logo_url: Line = Field(
        default="", description="Address of the logo: in https, or a file uploaded here; empty: none.", examples=[""]
    )
    accent: Line = Field(description="Accent colour, in hexadecimal.", examples=["#1f5f8b"])
    tax_registered: bool = Field(description="It charges GST and QST.", examples=[True])
    gst_number: Line = Field(default="", description="GST (TPS) number.", examples=["123456789 RT0001"])
    qst_number: Line = Field(default="", description="QST (TVQ) number.", examples=["1234567890 TQ0001"])
    invoice_days: Count = Field(ge=0, description="Days until an invoice is due.", examples=[30])
    membership_grace_days: Count = Field(
        default=60, ge=0, description="Days during which a membership counts after its end.", examples=[60]
    )
    arrears_keep_price: bool = Field(
        default=False, description="A member whose fee or invoice is overdue keeps the member price.", examples=[False]
    )
    returned_cheque_taxable: bool = Field(
        default=True, description="A fee for a cheque that bounced is taxable.", examples=[True]
    )
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
            membership_grace_days=str(self.membership_grace_days),
            arrears_keep_price="yes" if self.arrears_keep_price else "no",
            returned_cheque_taxable="yes" if self.returned_cheque_taxable else "no",
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
