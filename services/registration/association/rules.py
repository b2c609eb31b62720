"""What the association may say of itself, as pure functions: a form becomes a profile, or a list of problems."""

import re
from dataclasses import dataclass
from datetime import date

from kit.contracts import Association, Bilingual
from kit.contracts.addresses import NEAR, Reach, clean, problem
from kit.contracts.texts import day as read_day
from kit.errors import InvalidInput
from registration.association.schemas import ProfileForm

# domain.md T6: nine digits, RT and four digits; ten digits, TQ and four digits. Spaces are accepted anywhere.
GST = re.compile(r"(\d{9})(RT\d{4})")
QST = re.compile(r"(\d{10})(TQ\d{4})")
MOST_DAYS = 365


@dataclass(frozen=True)
class Surroundings:
    """What addresses are judged by: where mail leads from here, and the address of our own files (`…/files/`)."""

    reach: Reach = NEAR
    files: str = ""

    def is_own(self, address: str) -> bool:
        """Whether it is one of the files that were uploaded here."""
        return bool(self.files) and address.startswith(self.files)


HERE = Surroundings()


def profile(form: ProfileForm, before: Association, today: date, around: Surroundings = HERE) -> Association:
    """The profile that a form describes; what the form does not ask stays as in `before`.

    A profile is valid from today or later, or corrects the one in force: what old documents said does not change.
    Raises InvalidInput with every problem.
    """
    problems = _texts(form) | _addresses(form, around) | _taxes(form)
    grace = _number(form.membership_grace_days)
    if grace is None or grace > MOST_DAYS:
        problems |= {"membership_grace_days": "problem.association_grace"}
    for name, said in (
        ("arrears_keep_price", form.arrears_keep_price),
        ("returned_cheque_taxable", form.returned_cheque_taxable),
    ):
        if said not in ("yes", "no"):
            problems |= {name: "problem.association_arrears"}
    days, valid_from = _number(form.invoice_days), read_day(form.valid_from.strip())
    if days is None or days > MOST_DAYS:
        problems |= {"invoice_days": "problem.association_days"}
    if valid_from is None:
        problems |= {"valid_from": "problem.association_day"}
    elif valid_from < today and valid_from != before.valid_from:
        problems |= {"valid_from": "problem.association_past"}
    if problems:
        raise InvalidInput(problems)
    return _profile(form, before, days or 0, grace or 0, valid_from or today)


def tax_number(text: str, pattern: re.Pattern[str]) -> str:
    """A number as it is stored and printed, `123456789 RT0001`; empty when it does not have its form."""
    parts = pattern.fullmatch(re.sub(r"\s", "", text).upper())
    return f"{parts.group(1)} {parts.group(2)}" if parts else ""


def is_accent(text: str) -> bool:
    """A colour as `kit.web.brand` takes it."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _texts(form: ProfileForm) -> dict[str, str]:
    required = {
        "legal_name": form.legal_name,
        "short_fr": form.short_fr,
        "email": form.email,
        "privacy_fr": form.privacy_fr,
        "privacy_email": form.privacy_email,
    }
    problems = {field: f"problem.association_no_{field}" for field, text in required.items() if not text.strip()}
    if not is_accent(form.accent):
        problems |= {"accent": "problem.association_accent"}
    if form.phone and len(re.sub(r"\D", "", form.phone)) < 10:
        problems |= {"phone": "problem.association_phone"}
    return problems


def _addresses(form: ProfileForm, around: Surroundings) -> dict[str, str]:
    problems = {}
    emails = {"email": form.email, "privacy_email": form.privacy_email, "e_transfer_to": form.e_transfer_to}
    for field, address in emails.items():
        if wrong := problem(clean(address), Reach(tests=around.reach.tests)):
            # People answer from any program: an accent before the @ would lose their letters.
            problems[field] = "problem.association_email" if wrong == "problem.email" else wrong
    if form.logo_url and not around.is_own(form.logo_url) and not re.fullmatch(r"https://[^\s\"<>]+", form.logo_url):
        problems |= {"logo_url": "problem.association_logo"}
    if form.website and not re.fullmatch(r"https?://[^\s\"<>]+", form.website):
        problems |= {"website": "problem.association_website"}
    return problems


def _taxes(form: ProfileForm) -> dict[str, str]:
    """Whoever charges taxes prints both numbers; whoever does not may leave them out."""
    problems = {}
    for field, text, pattern in (("gst_number", form.gst_number, GST), ("qst_number", form.qst_number, QST)):
        if (text.strip() or form.tax_registered == "yes") and not tax_number(text, pattern):
            problems[field] = f"problem.association_{field}"
    if form.tax_registered not in ("yes", "no"):
        problems |= {"tax_registered": "problem.association_registered"}
    return problems


def _profile(form: ProfileForm, before: Association, days: int, grace: int, valid_from: date) -> Association:
    """A copy of `before`, so that what a later contract adds to it stays as well."""
    return before.model_copy(
        update={
            "valid_from": valid_from,
            "legal_name": form.legal_name.strip(),
            "short_name": Bilingual(fr=form.short_fr.strip(), en=form.short_en.strip()),
            "address_lines": tuple(line.strip() for line in form.address.splitlines() if line.strip()),
            "phone": form.phone.strip(),
            "email": clean(form.email),
            "website": form.website.strip(),
            "logo_url": form.logo_url.strip(),
            "accent": form.accent.strip().lower(),
            "tax_registered": form.tax_registered.strip() == "yes",
            "gst_number": tax_number(form.gst_number, GST),
            "qst_number": tax_number(form.qst_number, QST),
            "invoice_days": days,
            "cheque_payable_to": form.cheque_payable_to.strip(),
            "e_transfer_to": clean(form.e_transfer_to),
            "privacy_title": Bilingual(fr=form.privacy_fr.strip(), en=form.privacy_en.strip()),
            "privacy_email": clean(form.privacy_email),
            "terms": Bilingual(fr=form.terms_fr.strip(), en=form.terms_en.strip()),
            "membership_grace_days": grace,
            "arrears_keep_price": form.arrears_keep_price.strip() == "yes",
            "returned_cheque_taxable": form.returned_cheque_taxable.strip() == "yes",
        }
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else None
