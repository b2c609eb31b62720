"""What the association may say of itself, as pure functions: what is typed becomes a profile, or a list of problems."""

import re
from collections.abc import Mapping
from datetime import date

from email_validator import EmailNotValidError, validate_email

from kit.contracts import Association, Bilingual
from kit.errors import InvalidInput

# domain.md T6: nine digits, RT and four digits; ten digits, TQ and four digits. Spaces are accepted anywhere.
GST = re.compile(r"(\d{9})(RT\d{4})")
QST = re.compile(r"(\d{10})(TQ\d{4})")
MOST_DAYS = 365
TEXTS = ("legal_name", "short_fr", "email", "privacy_fr", "privacy_email")
EMAILS = ("email", "privacy_email", "e_transfer_to")


def profile(typed: Mapping[str, str], before: Association, today: date) -> Association:
    """The profile that was typed; what the form does not ask stays as in `before`.

    A profile is valid from today or later, or corrects the one in force: what old documents said does not change.
    Raises InvalidInput with every problem.
    """
    problems = _texts(typed) | _addresses(typed) | _taxes(typed)
    days, valid_from = _number(typed["invoice_days"]), _day(typed["valid_from"])
    if days is None or days > MOST_DAYS:
        problems["invoice_days"] = "problem.association_days"
    if valid_from is None:
        problems["valid_from"] = "problem.association_day"
    elif valid_from < today and valid_from != before.valid_from:
        problems["valid_from"] = "problem.association_past"
    if problems:
        raise InvalidInput(problems)
    return _profile(typed, before, days or 0, valid_from or today)


def tax_number(text: str, form: re.Pattern[str]) -> str:
    """A number as it is kept and printed, `123456789 RT0001`; empty when it does not have its form."""
    found = form.fullmatch(re.sub(r"\s", "", text).upper())
    return f"{found.group(1)} {found.group(2)}" if found else ""


def is_accent(text: str) -> bool:
    """A colour as `kit.web.brand` takes it."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _texts(typed: Mapping[str, str]) -> dict[str, str]:
    problems = {field: f"problem.association_no_{field}" for field in TEXTS if not typed[field].strip()}
    if not is_accent(typed["accent"]):
        problems["accent"] = "problem.association_accent"
    if typed["phone"] and len(re.sub(r"\D", "", typed["phone"])) < 10:
        problems["phone"] = "problem.association_phone"
    return problems


def _addresses(typed: Mapping[str, str]) -> dict[str, str]:
    problems = {}
    for field in EMAILS:
        try:
            if typed[field]:
                validate_email(typed[field], check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            problems[field] = "problem.association_email"
    if typed["logo_url"] and not re.fullmatch(r"https://[^\s\"<>]+", typed["logo_url"]):
        problems["logo_url"] = "problem.association_logo"
    if typed["website"] and not re.fullmatch(r"https?://[^\s\"<>]+", typed["website"]):
        problems["website"] = "problem.association_website"
    return problems


def _taxes(typed: Mapping[str, str]) -> dict[str, str]:
    """Whoever charges taxes prints both numbers; whoever does not may leave them out."""
    problems = {}
    for field, form in (("gst_number", GST), ("qst_number", QST)):
        given = typed[field].strip()
        if (given or typed["tax_registered"] == "yes") and not tax_number(given, form):
            problems[field] = f"problem.association_{field}"
    if typed["tax_registered"] not in ("yes", "no"):
        problems["tax_registered"] = "problem.association_registered"
    return problems


def _profile(typed: Mapping[str, str], before: Association, days: int, valid_from: date) -> Association:
    text = {field: value.strip() for field, value in typed.items()}
    plain = ("legal_name", "phone", "email", "website", "logo_url", "privacy_email", "cheque_payable_to")
    return before.model_copy(
        update={field: text[field] for field in plain}
        | {
            "valid_from": valid_from,
            "short_name": Bilingual(fr=text["short_fr"], en=text["short_en"]),
            "address_lines": tuple(line.strip() for line in text["address"].splitlines() if line.strip()),
            "accent": text["accent"].lower(),
            "tax_registered": text["tax_registered"] == "yes",
            "gst_number": tax_number(text["gst_number"], GST),
            "qst_number": tax_number(text["qst_number"], QST),
            "invoice_days": days,
            "e_transfer_to": text["e_transfer_to"],
            "privacy_title": Bilingual(fr=text["privacy_fr"], en=text["privacy_en"]),
            "terms": Bilingual(fr=text["terms_fr"], en=text["terms_en"]),
        }
    )


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
