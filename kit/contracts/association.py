"""The association's profile: owned by registration, told to the others, dated: old documents keep the old one."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from kit.contracts.base import Bilingual, Contract, Count, Day, Message


class Association(Contract):
    """Names, address, tax numbers and terms valid from a day on."""

    key: str = Field(description="Key of the association, the same for good.", examples=["ascf"])
    valid_from: Day = Field(description="First day this profile holds.", examples=["2027-01-01"])
    legal_name: str = Field(description="Name on documents.", examples=["Association des exemples"])
    short_name: Bilingual = Field(description="Name in titles and mail.")
    address_lines: tuple[str, ...] = Field(
        description="Postal address, line by line.", examples=[["12, rue Racine Est", "Chicoutimi (Québec) G7H 1P8"]]
    )
    province: str = Field(default="QC", description="Province: two letters.", examples=["QC"])
    phone: str = Field(description="Telephone.", examples=["418 555-0100"])
    email: str = Field(description="Address that people write to.", examples=["info@example.org"])
    website: str = Field(default="", description="Web site; empty: none.", examples=["https://example.org"])
    logo_url: str = Field(default="", description="Address of the logo; empty: the name stands alone.", examples=[""])
    logo_picture_url: str = Field(
        default="", description="Address of the logo as mail programs can show it; empty: as the logo.", examples=[""]
    )
    logo_width: Count = Field(default=0, description="Width of the logo in pixels; 0: not known.", examples=[0])
    logo_height: Count = Field(default=0, description="Height of the logo in pixels; 0: not known.", examples=[0])
    accent: str = Field(default="#1f5f8b", description="Accent colour, in hexadecimal.", examples=["#1f5f8b"])
    timezone: str = Field(default="America/Toronto", description="Time zone of its days.", examples=["America/Toronto"])
    tax_registered: bool = Field(default=True, description="It charges GST and QST.", examples=[True])
    gst_number: str = Field(default="", description="GST (TPS) number.", examples=["123456789 RT0001"])
    qst_number: str = Field(default="", description="QST (TVQ) number.", examples=["1234567890 TQ0001"])
    invoice_days: Count = Field(default=30, description="Days until an invoice is due.", examples=[30])
    invoice_series: str = Field(default="F", description="What invoice numbers begin with.", examples=["F"])
    credit_series: str = Field(default="NC", description="What numbers of credit notes begin with.", examples=["NC"])
    notice_series: str = Field(default="AC", description="What numbers of notices begin with.", examples=["AC"])
    cheque_payable_to: str = Field(
        default="", description="Whom cheques are made out to.", examples=["Association des exemples"]
    )
    e_transfer_to: str = Field(
        default="", description="Address for Interac transfers; empty: not offered.", examples=["comptes@example.org"]
    )
    privacy_title: Bilingual = Field(description="Title of whoever answers for personal information.")
    privacy_email: str = Field(description="Address for questions of privacy.", examples=["vieprivee@example.org"])
    terms: Bilingual = Field(description="Terms of sale, whole.")
    membership_grace_days: Count = Field(
        default=60, description="Days during which a membership counts after its end.", examples=[60]
    )
    arrears_keep_price: bool = Field(
        default=False, description="A member whose fee or invoice is overdue keeps the member price.", examples=[False]
    )
    returned_cheque_taxable: bool = Field(
        default=True, description="A fee for a cheque that bounced is taxable.", examples=[True]
    )
    accounts: dict[str, str] = Field(
        default={}, description="Account numbers of the general ledger, by use.", examples=[{"sales": "4000"}]
    )

    @property
    def name(self) -> str:
        return self.legal_name


# What pages show until registration has told who the association is. Nothing is billed or signed in this name.
NOBODY = Association(
    key="guichet",
    valid_from=date(2000, 1, 1),
    legal_name="Guichet",
    short_name=Bilingual(fr="Guichet"),
    address_lines=(),
    phone="",
    email="",
    privacy_title=Bilingual(fr=""),
    privacy_email="",
    terms=Bilingual(fr=""),
)


class AssociationChanged(Message):
    """A new profile, or a profile corrected; replaces the one with the same `valid_from`."""

    senders: ClassVar[tuple[str, ...]] = ("registration",)

    association: Association = Field(description="The profile.")
    version: Count = Field(description="Raised at each change: an older one changes nothing.", examples=[1])
