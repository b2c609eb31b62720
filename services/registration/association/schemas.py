"""The association's profile as staff describe it."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from kit.contracts import Association

Line = Annotated[str, StringConstraints(max_length=400)]
Prose = Annotated[str, StringConstraints(max_length=40_000)]


class ProfileForm(BaseModel):
    """Texts only, as they were typed, so that a refusal gives them back whole; `rules.profile` decides."""

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
    membership_grace_days: Line = ""
    arrears_keep_price: Line = ""
    returned_cheque_taxable: Line = "yes"
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
        return cls(
            legal_name=profile.legal_name,
            phone=profile.phone,
            email=profile.email,
            website=profile.website,
            logo_url=profile.logo_url,
            accent=profile.accent,
            gst_number=profile.gst_number,
            qst_number=profile.qst_number,
            cheque_payable_to=profile.cheque_payable_to,
            e_transfer_to=profile.e_transfer_to,
            privacy_email=profile.privacy_email,
            short_fr=profile.short_name.fr,
            short_en=profile.short_name.en,
            address="\n".join(profile.address_lines),
            tax_registered="yes" if profile.tax_registered else "no",
            invoice_days=str(profile.invoice_days),
            membership_grace_days=str(profile.membership_grace_days),
            arrears_keep_price="yes" if profile.arrears_keep_price else "no",
            returned_cheque_taxable="yes" if profile.returned_cheque_taxable else "no",
            privacy_fr=profile.privacy_title.fr,
            privacy_en=profile.privacy_title.en,
            terms_fr=profile.terms.fr,
            terms_en=profile.terms.en,
            valid_from=valid_from.isoformat(),
        )
