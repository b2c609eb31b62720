"""What is known of a company, field by field, as texts: what a list says, a page compares, a merge chooses."""

from collections.abc import Mapping
from enum import StrEnum

from kit.text import fold
from registration.members.duplicates.rules import bare_name
from registration.members.rules_details import digits


class CompanyField(StrEnum):
    """A field of a company that a sheet may bring and of which a merge keeps one."""

    NAME = "name"
    BADGE_NAME = "badge_name"
    NEQ = "neq"
    CATEGORY = "category"
    SECTOR = "sector"
    TERRITORY = "territory"
    MRC = "mrc"
    EMPLOYEES = "employees"
    ADDRESS = "address"
    CITY = "city"
    PROVINCE = "province"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"
    LANG = "lang"
    BILLING_EMAIL = "billing_email"
    PO_REQUIRED = "po_required"
    USUAL_PAYMENT = "usual_payment"
    ORIGIN = "legacy_org"


Texts = Mapping[CompanyField, str]
YES = "yes"


def alike(field: CompanyField, one: str, other: str) -> bool:
    """Whether two texts say the same of a company."""
    if field is CompanyField.NAME:
        return bare_name(one) == bare_name(other)
    if field in (CompanyField.PHONE, CompanyField.NEQ):
        return digits(one) == digits(other)
    return fold(one) == fold(other)


def column_value(field: CompanyField, text: str) -> str | int | bool | None:
    """A text as its column keeps it."""
    if field is CompanyField.EMPLOYEES:
        return int(text) if text else None
    if field is CompanyField.PO_REQUIRED:
        return text == YES
    if field is CompanyField.ORIGIN:
        return text or None
    return text
