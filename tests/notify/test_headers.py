"""Headers of mail, read by a decoder written here after RFC 2047, section 6.2: not by the library that may be wrong."""

import base64
import binascii
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kit.contracts.letters import KINDS
from kit.contracts.letters.base import one_line
from notify import main
from notify.letter import Unaddressable, Writer, check_headers
from notify.messages.rules_headers import address_header, names_of_headers, text_header
from tests.notify.letters import ASSOCIATION, letter, row

RULES = str(Path(main.HERE) / "messages")
SAMPLE = Path(__file__).parents[2] / "samples" / "association.yaml"
WORD = re.compile(r"=\?([^?]+)\?([bBqQ])\?([^? ]*)\?=")
HEADERS = (
    *("from", "to", "reply-to", "subject", "date", "message-id", "x-message-key", "auto-submitted"),
    *("content-language", "content-type", "mime-version"),
)


def decoded(text: str) -> str:
    """A header's text for people: words decoded, and what stands between two of them left out."""
    joined = re.sub(r"(\?=)\s+(?==\?)", r"\1", text)
    return WORD.sub(_word, joined)


def _word(match: re.Match[str]) -> str:
    assert len(match.group(0)) <= 75
    if match.group(2).lower() == "b":
        return base64.b64decode(match.group(3), validate=True).decode(match.group(1))
    return binascii.a2b_qp(match.group(3).replace("_", "=20")).decode(match.group(1))


def fields(raw: bytes) -> dict[str, str]:
    """Each header, unfolded (RFC 5322, section 2.2.3); none may come twice."""
    head = raw.partition(b"\r\n\r\n")[0].decode()
    assert max(len(line) for line in head.split("\r\n")) <= 998
    lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    assert len({name.lower() for name, _ in pairs}) == len(pairs), "a header came twice"
    return {name.lower(): value for name, value in pairs}


def mailbox(value: str) -> tuple[str, str]:
    """The one address of a header: (name, address). Anything that could be a second one fails."""
    match = re.fullmatch(r'(?:("[^"\\]*"|[^",:;<>@\\\[\]().]*) )?<?([^\s<>,;"@]+@[^\s<>,;"@]+)>?', value)
    assert match, value
    name = match.group(1) or ""
    return (name[1:-1] if name.startswith('"') else decoded(name)), match.group(2)


EVIL = (
    "=?utf-8?q?x=0D=0ASubject:_Urgent=0D=0AContent-Type:_text/html=0D=0A=0D=0A<h1>Virement</h1>?=",
    "Gagnon, Simard & Associes, experts-conseils en batiment, genie civil et environnement S.E.N.C.R.L.",
    "Roy, Cote & Filles, conseils en genie civil, environnement et amenagement du territoire S.E.N.C.",
    "x" * 78,
    "x" * 78 + " " + "y" * 78,
    "La société régionale en caricatures – Rendez-vous des équipementiers, 12e édition",
    'Le "Bon" Goût <info@example.org>; (c) \\ [ailleurs]',
    "𝒵oé 👩🏽‍🔧 李" * 12,
    "a\r\nBcc: tous@example.org\0\u2028X: 1",
    "=?",
    "?= =?utf-8?b?w6k=?=",
)
PIECES = st.sampled_from((*EVIL, "=?utf-8?q?", "?=", "\r\n", "\0", ",", '"', "\\", "é", "𝒵", " ", "x" * 78, "<a@b.ca>"))
TEXT = st.one_of(st.text(st.characters(codec="utf-8"), max_size=150), st.lists(PIECES, max_size=8).map("".join)).map(
    one_line
)


@examples(max_examples=400, deadline=None)
@given(text=TEXT.filter(bool))
@example(text=EVIL[0])
@example(text=EVIL[1])
def test_text_of_a_header_decodes_to_itself(text: str) -> None:
    written = text_header("Subject", text)
    assert written.isascii() and all(len(line) <= 76 for line in written.split("\r\n"))
    assert decoded(fields(written.encode() + b"\r\n")["subject"]) == text


@examples(max_examples=400, deadline=None)
@given(name=TEXT)
@example(name=EVIL[0])
@example(name=EVIL[1])
@example(name=EVIL[2])
@example(name=EVIL[4])
def test_name_of_an_address_decodes_to_itself_and_leaves_one_address(name: str) -> None:
    written = address_header("Reply-To", name, "maude@example.org")
    assert written.isascii() and all(len(line) <= 76 for line in written.split("\r\n"))
    assert mailbox(fields(written.encode() + b"\r\n")["reply-to"]) == (name, "maude@example.org")


def test_address_longer_than_a_line_is_written_whole() -> None:
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.org"
    headers = fields(address_header("To", "Maude", address).encode() + b"\r\n")
    assert mailbox(headers["to"]) == ("Maude", address)


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, title=TEXT.filter(bool))
@example(name=EVIL[0], title=EVIL[0])
def test_letter_has_our_headers_and_no_other(writer: Writer, name: str, title: str) -> None:
    message = row(letter("attendee_replaced", to_name=name), subject=title)
    headers = fields(writer.write(message, ASSOCIATION).raw)
    assert sorted(headers) == sorted(HEADERS)
    assert mailbox(headers["to"]) == (name, message.to_address)
    assert decoded(headers["subject"]) == title


def titles() -> list[tuple[str, str]]:
    """Every title of the sample, by language."""
    activities = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))["activities"]
    return [(lang, one["title"][lang]) for one in activities for lang in ("fr", "en") if one["title"].get(lang)]


@pytest.mark.parametrize("kind", KINDS)
def test_letter_of_each_kind_says_each_title_of_the_sample(writer: Writer, kind: str) -> None:
    has_title = "activity_title" in KINDS[kind].model_fields
    for lang, title in titles():
        asked = letter(kind, lang, values={"activity_title": title} if has_title else {})
        subject = writer.pages.catalogue.say(lang, f"mail.{kind}.subject", **asked.values.model_dump())
        headers = fields(writer.write(row(asked, subject=subject), ASSOCIATION).raw)
        assert decoded(headers["subject"]) == subject
        assert mailbox(headers["from"])[0] == ASSOCIATION.legal_name


@pytest.mark.parametrize(
    "head",
    [
        b"From: a@b.ca\r\nTo: c@d.ca\r\n\r\nbody",
        b"From: a@b.ca\r\n\r\n",
        b"no header at all\r\n\r\n",
        b" begins with a fold\r\n\r\n",
        b"Subject: a\nBcc: b@c.ca\r\n\r\n",
    ],
)
def test_letter_with_other_headers_does_not_leave(head: bytes) -> None:
    with pytest.raises(Unaddressable):
        check_headers(head, answered=True)


def test_header_on_a_line_too_long_for_any_server_is_none() -> None:
    with pytest.raises(ValueError, match="no header has"):
        names_of_headers(b"Subject: " + b"x" * 1000 + b"\r\n\r\n")


def test_headers_are_the_same_on_every_python_that_is_installed() -> None:
    """Nothing is asked of the standard library that differs between its versions; this one is always among them."""
    program = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from rules_headers import text_header, address_header\n"
        "texts = json.load(sys.stdin)\n"
        "print(json.dumps([text_header('Subject', t) + address_header('To', t, 'a@b.ca') for t in texts]))"
    )
    texts = [one_line(text) for text in EVIL]
    written = [text_header("Subject", text) + address_header("To", text, "a@b.ca") for text in texts]
    found = {sys.executable, *(shutil.which(f"python3.{minor}") or sys.executable for minor in (11, 12, 13, 14))}
    runs = [
        subprocess.run(
            [each, "-c", program, RULES], input=json.dumps(texts), capture_output=True, text=True, check=False
        )
        for each in found
        if _runs(each)
    ]
    assert runs and [(json.loads(run.stdout), run.stderr) for run in runs] == [(written, "")] * len(runs)


def _runs(program: str) -> bool:
    return subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0
