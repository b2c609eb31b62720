"""The association's profile: owned by registration, told to the others, dated: old documents keep the old one."""

from datetime import date

from kit.contracts.base import Bilingual, Contract, Message


class Association(Contract):
    """Names, address, tax numbers and terms valid from a day on."""

    key: str
    valid_from: date
    legal_name: str
    short_name: Bilingual
    address_lines: tuple[str, ...]
    province: str = "QC"
    phone: str
    email: str
    website: str = ""
    logo_url: str = ""
    accent: str = "#1f5f8b"
    timezone: str = "America/Toronto"
    tax_registered: bool = True
    gst_number: str = ""
    qst_number: str = ""
    invoice_days: int = 30
    invoice_series: str = "F"
    credit_series: str = "NC"
    cheque_payable_to: str = ""
    e_transfer_to: str = ""
    privacy_title: Bilingual
    privacy_email: str
    terms: Bilingual
    accounts: dict[str, str] = {}

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

    association: Association
    version: int
