"""Every kind says all it must, in both languages, as HTML and as text."""

import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from pydantic import ValidationError

from kit.contracts.letters import KINDS, AnyLetter, letter_of
from kit.money import RATES, Rates
from kit.text import money, percent
from notify.letter import Picture, Shown, Writer
from tests.notify.conftest import House
from tests.notify.letters import ASSOCIATION, PERSONAL, body, letter, row

LANGUAGES = ("fr", "en")
EVERY = [(kind, lang) for kind in KINDS for lang in LANGUAGES]


class Read(HTMLParser):
    """What a person sees of an HTML mail, its links and its pictures."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.pictures, self._skip = "", [""], [""], False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._skip = tag in ("style", "title")
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag == "img":
            self.pictures.append(given["src"] or "")
            assert given["alt"] and given["width"] and given["height"]
        assert tag not in ("script", "link", "iframe", "form", "object"), tag

    def handle_endtag(self, tag: str) -> None:
        self._skip = False

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text += data + " "


def rendered(writer: Writer, kind: str, lang: str, form: str, **values: object) -> str:
    asked = letter(kind, lang, values=values)
    pictures = [Picture(given, f"ticket-{n}@x") for n, given in enumerate(asked.tickets)]
    return writer.render(row(asked), ASSOCIATION, Shown(pictures), form)


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_letter_of_every_kind_says_the_same_in_html_and_text(writer: Writer, kind: str, lang: str) -> None:
    page, text = Read(rendered(writer, kind, lang, "html")), rendered(writer, kind, lang, "txt")
    for link in page.links[1:]:
        assert link.removeprefix("mailto:") in text, f"{link} is missing from the text"
    assert all(picture.startswith("cid:") for picture in page.pictures[1:]), "a picture is fetched from elsewhere"
    words = set(re.findall(r"\w{3,}", text)) - set(re.findall(r"\w{3,}", page.text + " ".join(page.links)))
    assert words <= {"dites", "montrez", "courriel", "say", "show", "this", "email"}, "the text says more"
    for leftover in ("None", "{", "}", "Undefined", "mail."):
        assert leftover not in text and leftover not in page.text
    assert "&#" not in text and "&amp;" not in text
    assert "\n\n\n\n" not in text


def silent(letter: AnyLetter) -> AnyLetter:
    """The letter with every text empty that may be."""
    values = letter.model_dump()
    for name in values:
        try:
            letter = letter_of(letter.kind, {**letter.model_dump(), name: ""})
        except ValidationError:
            continue
    return letter


def test_letter_of_every_kind_renders_without_its_optional_values(house: House) -> None:
    for kind, lang in EVERY:
        asked = letter(kind, lang)
        house.tell(asked.model_copy(update={"values": silent(asked.values), "tickets": (), "attachments": ()}))
    house.work()
    assert [message["status"] for message in house.every_message()] == ["sent"] * len(EVERY)


def test_letter_subjects_hold_no_name_of_a_person(house: House) -> None:
    house.tell(
        *(body(k, lang, values={"first_name": "Clémence", "attendee_name": "Clémence Virevent"}) for k, lang in EVERY)
    )
    subjects = [message["subject"] for message in house.every_message()]
    assert len(subjects) == len(EVERY) and all(subjects)
    assert not [subject for subject in subjects if "Clémence" in subject or "Virevent" in subject]


@pytest.mark.parametrize("form", ["html", "txt"])
def test_letter_escapes_what_people_wrote(writer: Writer, form: str) -> None:
    title = 'Gala <b onmouseover="x">& Fjord</b>'
    said = rendered(writer, "attendee_replaced", "fr", form, activity_title=title)
    assert (title in said) == (form == "txt")
    assert ("&lt;b" in said) == (form == "html")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "txt"])
def test_confirmation_shows_every_amount(writer: Writer, lang: str, form: str) -> None:
    said = rendered(writer, "registration_confirmed", lang, form)
    for cents in (74000, 3000, 77000, 3850, 7681, 88531):
        assert money(cents, lang) in said
    # T4: one rate for each tax, never their sum.
    assert not re.search("14[,.]975", said) and percent(Decimal("0.09975"), lang) in said


@pytest.mark.parametrize(("lang", "rate"), [("fr", "TVQ (12,5\u00a0%)"), ("en", "TVQ / QST (12.5%)")])
@pytest.mark.parametrize("form", ["html", "txt"])
def test_letter_with_a_new_rate_shows_it(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, lang: str, rate: str, form: str
) -> None:
    since, tps = date(2020, 1, 1), Decimal("0.05")
    monkeypatch.setattr("kit.money.RATES", (*RATES, Rates(since, tps, Decimal("0.125"))))
    said = rendered(writer, "registration_confirmed", lang, form)
    assert rate in said and not re.search("9[,.]975", said)


def test_confirmation_of_a_free_registration_shows_no_amount(writer: Writer) -> None:
    nothing = {"subtotal": 0, "tps": 0, "tvq": 0, "total": 0, "paid_by": "free", "lines": []}
    said = rendered(writer, "registration_confirmed", "fr", "txt", **nothing)
    assert "$" not in said and "TPS" not in said
    assert "Il n’y a rien à payer." in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ticket_and_place_changes_never_show_an_amount(writer: Writer, lang: str) -> None:
    for kind, changed in (("ticket", {}), ("attendee_cancelled", {}), ("attendee_replaced", {})):
        assert "$" not in rendered(writer, kind, lang, "txt", **changed)


def test_attendee_does_not_read_whose_place_it_was(writer: Writer) -> None:
    said = rendered(writer, "attendee_cancelled", "fr", "txt", first_name="")
    assert "Zoé" not in said


def test_letter_in_english_gives_the_french_terms(writer: Writer) -> None:
    """L1: the French version is given first to whoever then chooses another language."""
    for kind, needle in (
        ("registration_confirmed", "https://inscriptions.example.org/conditions"),
        ("invoice_issued", "Elles sont en français."),
    ):
        for form in ("html", "txt"):
            said = rendered(writer, kind, "en", form)
            assert "Conditions (version française)" in said and needle in said


def test_invoice_for_several_activities_names_each_of_them(writer: Writer) -> None:
    page = "https://inscriptions.example.org/r/"
    more = {"when": "15 septembre 2027", "place": "Chicoutimi"}
    others = [{"title": f"Atelier {n}", "personal_url": f"{page}{n}", **more} for n in range(2)]
    for form in ("html", "txt"):
        said = rendered(writer, "invoice_issued", "fr", form, others=others)
        assert "Cette facture couvre aussi" in said
        assert all(word in said for one in others for word in one.values())
        assert "couvre aussi" not in rendered(writer, "invoice_issued", "fr", form)


def test_letter_of_every_kind_has_a_way_to_answer(writer: Writer) -> None:
    for kind, lang in EVERY:
        said = rendered(writer, kind, lang, "txt")
        assert ASSOCIATION.email in said and "555-0100" in said and ASSOCIATION.address_lines[0] in said


def test_letter_with_a_personal_link_shows_it(writer: Writer) -> None:
    for kind, lang in EVERY:
        fields = KINDS[kind].model_fields
        if "personal_url" in fields or "url" in fields:
            assert PERSONAL in rendered(writer, kind, lang, "txt"), kind
