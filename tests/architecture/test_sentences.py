"""Every sentence a person reads is in the catalogues, in French and in English, and none is there for nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.contracts import CONTRACTS
from kit.errors import Refusal
from kit.text import NBSP
from tests.architecture.sentences import KIT, Asked, asked, catalogue, differing, folders, missing, own, twice
from tests.architecture.source import ROOT, SERVICES, files, modules, named

# Codes of answers that are not refusals (kit/answers.py).
ANSWERS = {"Http", "Bug"}


def every(service: str) -> Asked:
    return asked(*folders(service))


@pytest.mark.parametrize("service", SERVICES)
def test_sentences_stand_once_and_with_the_same_values_in_both_languages(service: str) -> None:
    assert twice(KIT, ROOT / "services" / service) == []
    assert missing(catalogue(service)) == []
    assert differing(catalogue(service)) == []


def test_sentence_that_stands_twice_or_has_other_values_is_seen(tmp_path: Path) -> None:
    for name, sentence in (("first", "Bonjour {name}"), ("second", "Hello {nom}")):
        (tmp_path / name / "messages").mkdir(parents=True)
        (tmp_path / name / "messages" / "fr.po").write_text(f'msgid "a"\nmsgstr "{sentence}"\n', encoding="utf-8")
    assert twice(tmp_path) == ["a (fr)"]
    assert differing({"fr": {"a": ("Bonjour {name}",)}, "en": {"a": ("Hello {nom}",)}}) == ["a"]
    assert missing({"fr": {"a": ("A",), "only": ("Ici",)}, "en": {"a": ("A",)}}) == ["only (en)"]


@pytest.mark.parametrize("service", SERVICES)
def test_sentences_asked_for_exist(service: str) -> None:
    """A key the French catalogue lacks is lacking in both: no sentence stands in one language alone."""
    known = catalogue(service)["fr"]
    asking = every(service)
    wanted = {**asking.written, **{f"history.{action}": where for action, where in asking.recorded.items()}}
    assert {key: where for key, where in wanted.items() if not asking.found_in(key, known)} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_sentence_keys_that_are_composed_can_be_found(service: str) -> None:
    """`"status." ~ x` must have at least one sentence, or the words before the point are misspelt."""
    known = catalogue(service)["fr"]
    families = {key.split(".")[0] for key in known}
    asking = every(service)
    begun = {p: w for p, w in asking.begun.items() if p.split("\\.")[0] in families}
    forms = ("", *(re.escape(prefix) for prefix in asking.prefixes))
    assert {p: w for p, w in begun.items() if not any(re.fullmatch(f + p, key) for f in forms for key in known)} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_sentences_of_services_are_all_used(service: str) -> None:
    asking = every(service)
    used = {f"history.{action}" for action in asking.recorded} | {f"refusal.{name}" for name in refusals(service)}
    exempt = re.compile(r"history\.(?!field\.|value\.)|refusal\.")
    idle = [key for key in own(service) - used if exempt.match(key) or not asking.uses(key)]
    assert sorted(idle) == []


def test_sentences_of_the_kit_are_all_used() -> None:
    asking = [every(service) for service in SERVICES]
    keys = catalogue("notify")["fr"].keys() - own("notify")
    assert sorted(key for key in keys if not any(one.uses(key) for one in asking)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_refusals_have_their_sentence(service: str) -> None:
    known = catalogue(service)["fr"]
    assert sorted(name for name in refusals(service) if f"refusal.{name}" not in known) == []


def refusals(service: str) -> set[str]:
    """The codes a service may answer: its own refusals and the kit's."""
    modules(service)
    modules("kit")
    mine = [refusal for refusal in _below(Refusal) if refusal.__module__.split(".")[0] in ("kit", service)]
    return {refusal.__name__ for refusal in mine} | ANSWERS


def _below(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in refusal.__subclasses__():
        yield child
        yield from _below(child)


def test_contracts_are_named_once() -> None:
    assert all(name == contract.__name__ for name, contract in CONTRACTS.items())


def test_templates_hold_no_words() -> None:
    wrong = []
    for path in files():
        if "templates" in path.parts and path.suffix == ".html" and "simulator" not in path.parts:
            source = path.read_text(encoding="utf-8")
            wrong += [f"{named(path)}: {words}" for words in _words(source)]
    assert wrong == []


# Names that are the same in every language, entities, media types, and the query of an address.
SAME = re.compile(
    r"&\w+;|\?\w+=|\b[a-z]+/[a-z0-9]+\b"
    r"|\b(Guichet|Stripe|QR|PDF|ICS|FR|EN|TPS|TVQ|GST|QST|CSV|JSON|HTML|eml)\b"
)


def _words(source: str) -> Iterator[str]:
    source = re.sub(r"{% block \w*(?:class|kind)\w* %}.*?{% endblock", "{% endblock", source)
    source = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)
    source = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", "", source, flags=re.DOTALL)
    spoken = re.findall(r"(?:aria-label|placeholder|title|alt)=\"([^\"]*)\"", source)
    # A macro may write attributes without their tag.
    source = re.sub(r"[\w-]+=\"[^\"]*\"", "", source)
    for text in (*re.sub(r"<[^>]*>", "\n", source, flags=re.DOTALL).split("\n"), *spoken):
        if re.search(r"[A-Za-zÀ-ÿ]{2,}", SAME.sub("", text)):
            yield text.strip()


RULES = {
    "a straight apostrophe": r"(?<=\w)'(?=\w)",
    "straight quotation marks": r'(?<![=\w])"(?=\w)',
    "no non-breaking space before ':'": rf"(?<=[\w»)]) ?:(?=\s|$)(?<!{NBSP}:)",
    "no non-breaking space inside « »": rf"«(?!{NBSP})|(?<!{NBSP})»",
    "a space before ; ! or ?": rf"[ {NBSP}][;!?]",
    "no non-breaking space before $ or %": r"\d ?[$%]",
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("rule", RULES)
def test_french_is_set_as_in_quebec(service: str, rule: str) -> None:
    wrong = {
        key: form for key, forms in catalogue(service)["fr"].items() for form in forms if re.search(RULES[rule], form)
    }
    assert wrong == {}


def test_sentences_of_the_kit_are_where_they_are_looked_for() -> None:
    assert (KIT / "messages" / "fr.po").exists()
