"""The one rule of addresses: what is understood, what is refused, and with which sentence."""

import pytest

from kit.contracts.addresses import NEAR, Reach, Undeliverable, clean, problem, written


@pytest.mark.parametrize(
    "pasted",
    [
        " marie@example.org ",
        "\u00a0marie@example.org\u00a0",
        "marie@example.org\u200b",
        "\ufeffmarie@example.org",
        "ma\u00adrie@exam\u2060ple.org",
        "marie@example.org;",
        "marie@example.org,",
        "marie@example.org.",
        "mailto:marie@example.org",
        "MAILTO:marie@example.org",
        "Marie Roy <marie@example.org>",
        "« Marie Roy » <marie@example.org>;",
        '"Roy, Marie" < marie@example.org >, ',
        "<marie@example.org>",
        "<mailto:marie@example.org>",
    ],
)
def test_address_pasted_is_understood(pasted: str) -> None:
    assert clean(pasted) == "marie@example.org"
    assert clean(clean(pasted)) == clean(pasted)


@pytest.mark.parametrize("plain", ["", "marie@", "a@example.org, b@example.org", "o'neil+a=b@example.org", "@"])
def test_address_of_another_kind_is_left_as_it_was_typed(plain: str) -> None:
    assert clean(plain) == plain


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("", None),
        ("marie@example.org", None),
        ("marie@québec.example.org", None),
        ("o'neil+a=b@example.org", None),
        ("marie@entreprise.test", "problem.email_nowhere"),
        ("marie@localhost", "problem.email_nowhere"),
        ("marie@a.invalid", "problem.email_nowhere"),
        ("hélène@example.org", "problem.email_accent"),
        ("marie@", "problem.email"),
        ("marie", "problem.email"),
        ("a@example.org, b@example.org", "problem.email"),
        ("a@example.org\r\nBcc: b@example.org", "problem.email"),
        (f"{'a' * 64}@example.org", None),
        (f"{'a' * 65}@example.org", "problem.email_long"),
        (f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 58}.example.org", "problem.email_long"),
    ],
)
def test_address_is_accepted_or_refused_with_its_sentence(address: str, key: str | None) -> None:
    assert problem(address, NEAR) == key


def test_address_with_an_accent_is_taken_where_the_server_takes_it() -> None:
    far = Reach(accents=True)
    assert problem("hélène@québec.example.org", far) is None
    assert (written("hélène@québec.example.org", far).address, written("a@example.org", far).international) == (
        "hélène@xn--qubec-csa.example.org",
        False,
    )


def test_address_kept_for_tests_leads_somewhere_outside_production() -> None:
    assert problem("marie@entreprise.test", Reach(tests=True)) is None
    with pytest.raises(Undeliverable):
        written("marie@a.invalid", Reach(tests=True))
