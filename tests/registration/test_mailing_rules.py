"""The text of a mailing, and whom it reaches: what is refused, what is filled in, who gets how many."""

import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.contracts import Bilingual
from kit.contracts.letters.mailings import Paragraph
from kit.errors import InvalidInput, Refusal
from registration.mailings.rules import Audience, Candidate, Readers, reach, recipients
from registration.mailings.rules_text import (
    UnknownVariable,
    UnsafeLink,
    Variable,
    VariableOfOneLanguage,
    check,
    filled,
    paragraphs,
)

VALUES = {
    Variable.FIRST_NAME: "Zoé",
    Variable.ACTIVITY: "Tournoi",
    Variable.DATE: "10 juin",
    Variable.PLACE: "Ravage",
    Variable.LINK: "https://example.org/r/1",
}
SUBJECT = Bilingual(fr="Objet", en="Subject")


def said(text: str, lang: str = "fr", **changed: str) -> tuple[Paragraph, ...]:
    return paragraphs(text, lang, VALUES | {Variable(name): value for name, value in changed.items()})


def plain(shown: tuple[Paragraph, ...]) -> str:
    return "\n".join("".join(span.text for span in line) for part in shown for line in part.lines)


@pytest.mark.parametrize(
    ("fr", "en", "refusal", "field"),
    [
        ("{{ prenom }}", "{{ firstname }}", UnknownVariable, "text.en"),
        ("{{ first_name }}", "x", UnknownVariable, "text.fr"),
        ("{{ courriel }}", "", UnknownVariable, "text.fr"),
        ("{{ prénom }", "", UnknownVariable, "text.fr"),
        ("{{ prénom }}", "Hello", VariableOfOneLanguage, "text.en"),
        ("Bonjour", "{{ place }}", VariableOfOneLanguage, "text.fr"),
        ("[ici](ftp://example.org)", "", UnsafeLink, "text.fr"),
        ("[ici]({{ lieu }})", "", UnsafeLink, "text.fr"),
        ("[ici](https://example.org/?de={{ lien }})", "", UnsafeLink, "text.fr"),
        ("[ici](https://example.org/?de={{ prénom }})", "", UnsafeLink, "text.fr"),
        ("Voir https://example.org/{{ lien }}", "", UnsafeLink, "text.fr"),
        ("{{lien}}", "[here](https://example.org/{{link}})", UnsafeLink, "text.en"),
    ],
)
def test_text_that_says_what_it_cannot_is_refused_and_named(
    fr: str, en: str, refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        check(SUBJECT if en else Bilingual(fr="Objet"), Bilingual(fr=fr, en=en))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "text",
    ["[a](" + "{{lien}}" * 600, "{{" + " " * 4990, "{{lien}}" + "[a](" * 1200, "**" * 2500, "https://" + "." * 4990],
)
def test_text_that_never_closes_what_it_opens_is_read_at_once(text: str) -> None:
    """Each of these would be tried in more ways than there is time for, were there more ways than one to read it."""
    try:
        check(Bilingual(fr="Objet"), Bilingual(fr=text))
    except UnknownVariable:
        assert text.startswith("{{ ")
    assert plain(said(text)) or text.startswith("{{ ")


def test_variable_of_the_subject_is_asked_of_both_languages() -> None:
    with pytest.raises(VariableOfOneLanguage) as refused:
        check(Bilingual(fr="{{ activité }}", en="News"), Bilingual(fr="a", en="b"))
    assert (refused.value.field, refused.value.values) == ("subject.en", {"name": "{{ activity }}"})


def test_session_is_chosen_for_arrivals_alone() -> None:
    with pytest.raises(InvalidInput):
        check(SUBJECT, Bilingual(fr="a", en="b"), Readers(Audience.ALL, session_id=uuid.uuid4()))
    check(SUBJECT, Bilingual(fr="a", en="b"), Readers(Audience.ABSENT, session_id=uuid.uuid4()))


def test_variables_are_filled_in_whatever_their_accents_and_case() -> None:
    text = "{{prénom}} {{ PRENOM }} {{ activité }} {{ date }} {{ lieu }}"
    assert filled(text, "fr", VALUES) == "Zoé Zoé Tournoi 10 juin Ravage"
    assert filled("{{ first_name }} {{ place }}", "en", VALUES) == "Zoé Ravage"


def test_text_becomes_paragraphs_lists_bold_words_and_links() -> None:
    shown = said("Un **mot**.\nDeux.\n\n- [Plan](https://example.org/a)\n- {{ lien }}\nFin https://example.org/b.")
    assert [(part.listed, len(part.lines)) for part in shown] == [(False, 2), (True, 2), (False, 1)]
    assert shown[0].lines[0][1].bold and shown[0].lines[0][1].text == "mot"
    urls = [span.url for part in shown for line in part.lines for span in line if span.url]
    assert urls == ["https://example.org/a", "https://example.org/r/1", "https://example.org/b"]
    assert said("[Ma page]({{ lien }})")[0].lines[0][0].url == "https://example.org/r/1"


@pytest.mark.parametrize(
    "name", ["**Zoé**", "[ici](https://evil.example)", "https://evil.example", "- Zoé", "{{ lien }}"]
)
def test_name_of_a_reader_becomes_no_mark_and_no_link(name: str) -> None:
    [part] = said("Bonjour {{ prénom }}", first_name=name)
    assert not part.listed and all(not span.url and not span.bold for line in part.lines for span in line)
    assert "://" not in plain((part,)), "no mail program makes a link of it"


@given(st.text(max_size=300))
def test_text_without_marks_loses_no_word(text: str) -> None:
    typed = "".join(one for one in text if one not in "{}*[]-•" and one.isprintable()).replace("://", "")
    shown = plain(said(typed))
    assert shown.split() == typed.split()


PEOPLE = st.builds(
    Candidate,
    st.sampled_from([uuid.UUID(int=n) for n in range(4)]),
    st.none() | st.sampled_from([uuid.UUID(int=n) for n in range(10, 14)]),
    st.sampled_from(["", "a@example.org", "A@example.org", "b@example.org"]),
    st.sampled_from(["Zoé Roy", "zoe roy", "Élise Côté"]),
    st.sampled_from(["fr", "en"]),
)


@given(st.lists(PEOPLE, max_size=12, unique_by=lambda one: (one.registration_id, one.attendee_id)), st.booleans())
def test_person_with_an_address_gets_exactly_one_letter(everybody: list[Candidate], each_registration: bool) -> None:
    chosen = recipients(everybody, each_registration)
    assert all(one.email for one in chosen) and set(chosen) <= set(everybody)
    assert reach(chosen).total == len(chosen)
    if not each_registration:
        assert max(Counter(one.person for one in chosen).values(), default=1) == 1
    reached = {one.email.lower() for one in chosen}
    assert reached == {one.email.lower() for one in everybody if one.email}
    keys = Counter((one.registration_id, one.attendee_id) for one in chosen if one.attendee_id is None)
    assert max(keys.values(), default=1) == 1 or not each_registration
