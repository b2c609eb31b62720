"""The header of a letter: what people typed is said by it, and never obeyed. Read back by a second reader."""

import re
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kit import wiring
from kit.contracts.letters import KINDS
from kit.contracts.letters.base import one_line
from notify import main
from notify.channels.rules_headers import WORD, Broken, Field, check, mailbox, plain, text
from notify.letter import Unaddressable, Writer
from tests.notify.conftest import ROOT
from tests.notify.letters import ASSOCIATION, letter, row
from tests.notify.rfc2047 import decoded, head, lines, mailboxes

OURS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-Message-Key", "Auto-Submitted")
ALL = (*OURS, "Content-Language", "MIME-Version", "Content-Type")
PAGES = wiring.pages(main.HERE)
PIECES = st.sampled_from(
    (
        *("=?utf-8?q?x=0D=0ASubject:_Urgent=0D=0A=0D=0A<h1>?=", "=?utf-8?b?DQpCY2M6IHhAZXhhbXBsZS5vcmc=?=", "=?", "?="),
        *("\r\n", "\r", "\n", "\0", "\x85", "\u2028", "\r\n\r\n", "\nBcc: x@example.org", " ", "  ", "\t", "\u00a0"),
        *(
            ",",
            ";",
            ":",
            "<",
            ">",
            '"',
            "\\",
            "'",
            "(",
            ")",
            "@",
            "_",
            "=",
            "?",
            "x" * 78,
            "é" * 78,
            "Ève",
            "𝄞",
            "👩‍👩‍👧",
            "李",
        ),
        *("<x@example.org>", "a@example.org, b@example.org", "Gagnon, Simard & Associés"),
    )
)
LETTERS = st.text(st.characters(codec="utf-8"), max_size=100)
TEXTS = st.one_of(LETTERS, st.lists(st.one_of(PIECES, LETTERS.map(lambda s: s[:12])), max_size=8).map("".join))
LONG_TITLE = "La société régionale en caricatures – Rendez-vous des équipementiers, 12e édition"
LONG_COMPANY = "Roy, Cote & Filles, conseils en genie civil, environnement et amenagement du territoire S.E.N.C."


def titles() -> list[str]:
    """Every title of the sample association, in both languages."""
    sample = yaml.safe_load((ROOT / "samples" / "association.yaml").read_text(encoding="utf-8"))
    return sorted(set(_titles(sample)))


def _titles(node: object) -> list[str]:
    if isinstance(node, list):
        return [title for one in node for title in _titles(one)]
    if not isinstance(node, dict):
        return []
    own = node.get("title") or node.get("name")
    said = [*own.values()] if isinstance(own, dict) else [own] if isinstance(own, str) else []
    return [title for title in said if isinstance(title, str)] + [t for one in node.values() for t in _titles(one)]


def written(writer: Writer, subject: str = "-", to_name: str = "", association: str = ASSOCIATION.name) -> bytes:
    profile = ASSOCIATION.model_copy(update={"legal_name": association})
    return writer.write(row(letter("attendee_replaced", to_name=to_name), subject=subject), profile).raw


def said(raw: bytes, name: str) -> str:
    return next(value for key, value in head(raw) if key == name)


@examples(max_examples=150, deadline=None)
@given(name=TEXTS, title=TEXTS, association=TEXTS)
@example(name="=?utf-8?q?x=0D=0ASubject:_Urgent?=", title="=?utf-8?q?=0D=0ABcc:_x?=", association="=?x?q?=0D?=")
@example(name="x" * 78 + " " + "x" * 78, title="x" * 200, association=LONG_COMPANY)
@example(name=LONG_COMPANY, title=LONG_TITLE, association='a "b" \\ c')
def test_header_says_what_was_typed_and_obeys_nothing(writer: Writer, name: str, title: str, association: str) -> None:
    raw = written(writer, title, name, association)
    assert sorted(key for key, _ in head(raw)) == sorted(ALL)
    assert decoded(said(raw, "Subject")) == one_line(title)
    ((shown, address),) = mailboxes(said(raw, "To"))
    assert address == "maude.rivebelle@usinage-valbrume.example.org"
    assert shown == one_line(name)
    for header in ("From", "Reply-To"):
        assert [shown for shown, _ in mailboxes(said(raw, header))] == [one_line(association)]


@examples(max_examples=300, deadline=None)
@given(value=TEXTS.map(one_line))
def test_encoded_word_is_whole_and_no_longer_than_the_norm(value: str) -> None:
    for line in str(text("Subject", value)).rstrip("\r\n").split("\r\n"):
        word = line.removeprefix("Subject:").strip()
        assert len(line) <= len("Subject: ") + WORD
        for one in re.findall(r"=\?utf-8\?q\?.*", word) if word.startswith("=?") else []:
            assert len(one) <= WORD and decoded(one).encode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_subject_of_every_kind_says_every_sample_title(writer: Writer, kind: str, lang: str) -> None:
    assert len(titles()) > 20
    values = letter(kind, lang).values.model_dump()
    for title in [*titles(), LONG_TITLE]:
        subject = one_line(PAGES.catalogue.say(lang, f"mail.{kind}.subject", **{**values, "activity_title": title}))
        raw = written(writer, subject)
        assert decoded(said(raw, "Subject")) == subject
        assert all(line.count("=?utf-8?q?") <= 1 and len(line) <= 90 for line in lines(raw, "Subject"))


def test_company_of_many_words_and_commas_is_one_recipient(writer: Writer) -> None:
    """A name with commas that is folded must keep what holds it together, or it becomes four addresses."""
    assert mailboxes(said(written(writer, to_name=LONG_COMPANY), "To")) == [
        (LONG_COMPANY, "maude.rivebelle@usinage-valbrume.example.org")
    ]


def test_name_of_letters_without_a_blank_leaves_the_header_whole(writer: Writer) -> None:
    raw = written(writer, "Votre billet", f"{'x' * 78} {'x' * 78}")
    assert said(raw, "Subject") == "Votre billet"
    assert b"\r\n \r\n" not in raw.partition(b"\r\n\r\n")[0]


GOOD = [mailbox("From", "A", "a@example.org"), mailbox("To", "B", "b@example.org"), plain("Date", "x")]


@pytest.mark.parametrize(
    "fields",
    [
        [*GOOD, plain("Bcc", "x@example.org")],
        [*GOOD, plain("Date", "y")],
        GOOD[:2],
        [GOOD[0], plain("To", "b@example.org, c@example.org"), GOOD[2]],
        [GOOD[0], plain("To", "B, C <b@example.org>"), GOOD[2]],
        [GOOD[0], plain("To", "c@example.org"), GOOD[2]],
        [GOOD[0], plain("To", '"B" <c@example.org> <b@example.org>'), GOOD[2]],
        [*GOOD[:2], plain("Date", "x\r\nBcc: y")],
        [*GOOD[:2], plain("Date", "x\nBcc: y")],
        [*GOOD[:2], plain("Date", "x\0")],
        [*GOOD[:2], plain("Date", "x\r\n ")],
        [GOOD[0], plain("To", "x\r\n\r\n<h1>"), GOOD[2]],
        [*GOOD[:2], plain("Date", "x" * 1000)],
        [*GOOD[:2], plain("Date", "x"), Field("Subject", ["a"])],
    ],
)
def test_header_with_anything_else_is_refused(fields: Sequence[Field]) -> None:
    check(("".join(map(str, GOOD)) + "\r\n").encode(), ["From", "To", "Date"], "b@example.org")
    with pytest.raises(Broken):
        check(("".join(map(str, fields)) + "\r\nbody").encode(), ["From", "To", "Date"], "b@example.org")
    with pytest.raises(Broken):
        check(b"", ["From", "To", "Date"], "b@example.org")


def test_letter_whose_header_would_say_more_is_never_written() -> None:
    """Whatever a later version of a library does, what is read again decides."""
    with pytest.raises(Unaddressable):
        written(Writer(PAGES, "a@example.org\r\nBcc: everybody@example.org"))


def test_association_without_an_address_has_none_to_reply_to(writer: Writer) -> None:
    nobody = ASSOCIATION.model_copy(update={"email": ""})
    raw = writer.write(row(letter("attendee_replaced")), nobody).raw
    assert "Reply-To" not in dict(head(raw))
