"""What people write of a company, put in order: the one reading of its numbers, of its address and of its telephone,
whether a form or a list says it."""

import re

from kit.text import fold

LONGEST = 200
MOST_EMPLOYEES = 1_000_000
# The Registraire gives ten digits; what begins otherwise is another number (a tax number, a telephone).
NEQ = re.compile(r"(11|22|33|88)\d{8}", re.ASCII)
POSTAL_CODE = re.compile(r"([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])([0-9][ABCEGHJ-NPRSTV-Z][0-9])")
PROVINCES = {
    "QC": "quebec", "AB": "alberta", "BC": "british columbia, colombie britannique", "MB": "manitoba",
    "NB": "new brunswick, nouveau brunswick", "NL": "newfoundland and labrador, terre neuve et labrador, terre neuve",
    "NS": "nova scotia, nouvelle ecosse", "NT": "northwest territories, territoires du nord ouest", "NU": "nunavut",
    "ON": "ontario", "PE": "prince edward island, ile du prince edouard", "SK": "saskatchewan", "YT": "yukon",
}  # fmt: skip


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter in "0123456789")


def neq(text: str) -> str | None:
    """The ten digits of an enterprise number, however they are set apart; None for what is none."""
    said = digits(text)
    return said if NEQ.fullmatch(said) and not re.search(r"[^\W\d_]", text) else None


def employees(text: str) -> int | None:
    """A whole number, « 1 200 »; None for « 12 env. », « 10-20 » and what no company has."""
    said = re.sub(r"[ \u00a0\u202f]", "", text)
    whole = int(said) if re.fullmatch(r"[0-9]{1,9}", said) else None
    return whole if whole is not None and whole <= MOST_EMPLOYEES else None


def province(text: str) -> str | None:
    """Its two letters, by them or by its name; None for what is no province of Canada."""
    said = fold(text)
    return next((key for key, names in PROVINCES.items() if said == fold(key) or said in names.split(", ")), None)


def postal_code(text: str) -> str | None:
    """`G0V 0Z0` out of any way of writing it; None for what is no postal code of Canada."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    parts = POSTAL_CODE.fullmatch(letters)
    return f"{parts.group(1)} {parts.group(2)}" if parts else None


def phone_key(phone: str) -> str:
    """The ten digits of a number, without its extension; empty when there are fewer."""
    said = digits(re.split(r"poste|ext|#", phone.lower())[0])
    said = said[1:] if len(said) == 11 and said.startswith("1") else said
    return said if len(said) == 10 else ""


def phone(text: str) -> str:
    """`418-555-0100`, with its extension; a number of elsewhere stays as it is."""
    said = phone_key(text)
    if not said:
        return text.strip()
    extension = re.search(r"(?:poste|ext|#|x)\D*(\d{1,6})", text.lower())
    return f"{said[:3]}-{said[3:6]}-{said[6:]}" + (f" poste {extension[1]}" if extension else "")
