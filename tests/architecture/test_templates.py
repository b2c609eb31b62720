"""What people typed is never cut by a field, and is printed apart from what is around it: a name from right to
left turns nothing of the page."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import files, named

# The ends of expressions that print what a person or a company typed of itself. `t()` sets apart what it is given.
TYPED = re.compile(
    r"\b(first_name|last_name|full_name|contact_(first|last|email)|company_name|to_name|holder|"
    r"(buyer|person|place|row|registration|done|who)\.(name|company|contact|email|buyer|address|city)|"
    r"(paper|payment|refund)\.(by|reference)|change\.(old|new)|entry\.(who|note)|answer\.value)\b"
)
CALL = re.compile(r"(?!isolated)[a-z_]+\(")
UNSEEN = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
OUTPUT = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
# Elements in which there is nothing but text.
BARE = re.compile(r"<(/?)(title|option|textarea|script|style)\b")


def blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def printed_bare(template: str) -> Iterator[str]:
    """The expressions of a template that print typed text in the running text and not within <bdi>."""
    text = UNSEEN.sub(blank, template)
    for output in OUTPUT.finditer(text):
        before = OUTPUT.sub(blank, text[: output.start()])
        in_a_tag = before.rfind("<") > before.rfind(">")
        bare = BARE.findall(before)
        if in_a_tag or (bare and not bare[-1][0]):
            continue
        expression = output[1].strip()
        if TYPED.search(expression) and not CALL.match(expression) and before.rfind("<bdi>") <= before.rfind("</bdi>"):
            yield expression


def templates() -> list[Path]:
    return [path for path in files() if path.suffix == ".html" and named(path).startswith(("kit/", "services/"))]


def test_fields_cut_nothing_that_is_typed() -> None:
    """A browser cuts what is pasted at `maxlength` and says nothing: the refusal states the limit instead."""
    cutting = [named(path) for path in templates() if "maxlength=" in UNSEEN.sub(blank, path.read_text("utf-8"))]
    assert cutting == []


def test_words_that_people_typed_are_set_apart_in_every_template() -> None:
    bare = {named(path): list(printed_bare(path.read_text(encoding="utf-8"))) for path in templates()}
    assert {path: expressions for path, expressions in bare.items() if expressions} == {}


def test_name_outside_of_its_own_direction_is_seen() -> None:
    assert list(printed_bare("<p>{{ row.name or t('x') }} · <bdi>{{ row.company }}</bdi></p>")) == [
        "row.name or t('x')"
    ]
    assert (
        list(printed_bare('<input value="{{ row.name }}"><option>{{ row.name }}</option>{{ t("x", y=row.name) }}'))
        == []
    )
