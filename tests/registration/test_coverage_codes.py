"""Codes of the plan, with nothing running: read aloud, mistyped, and never led back to a coverage without our key."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from kit.contracts.texts import READ_ALOUD
from registration.plans.eligibility.rules import Codes, check_character, normal, shown

COVERAGES = st.uuids()
SEVEN = st.text(alphabet=READ_ALOUD, min_size=7, max_size=7)
CODES = Codes(["a key of thirty-two characters at least"])


@given(COVERAGES, st.integers(1, 50))
def test_code_is_read_however_it_is_typed(coverage: uuid.UUID, version: int) -> None:
    code = CODES.made(coverage, version)[0].code
    spoken = shown("aif", code)
    assert spoken == f"AIF-{code[:4]}-{code[4:]}" and set(code) <= set(READ_ALOUD) and len(code) == 8
    misread = spoken.replace("0", "O").replace("1", "l")
    for typed in (spoken, spoken.lower(), code, f" {code[:4]} {code[4:]} ", misread, misread.lower()):
        assert normal("aif", typed) == code


@given(SEVEN, st.integers(0, 6), st.sampled_from(READ_ALOUD))
def test_code_with_one_character_wrong_has_another_check_character(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert (check_character(wrong) == check_character(code)) is (wrong == code)


@given(SEVEN, st.integers(0, 6), st.integers(0, 6))
def test_code_with_two_characters_changed_over_has_another_check_character(code: str, one: int, two: int) -> None:
    letters = list(code)
    letters[one], letters[two] = letters[two], letters[one]
    wrong = "".join(letters)
    assert (check_character(wrong) == check_character(code)) is (wrong == code)


@given(COVERAGES)
def test_code_of_another_version_or_key_is_another_one(coverage: uuid.UUID) -> None:
    first = CODES.made(coverage, 1)[0]
    assert CODES.made(coverage, 2)[0].code != first.code
    other = Codes(["another key of thirty-two characters"])
    assert other.digests(first.code) != CODES.digests(first.code) == [first.digest]
    assert first.code not in first.digest and str(coverage) not in first.digest


@given(COVERAGES)
def test_code_made_before_a_key_was_changed_is_still_known(coverage: uuid.UUID) -> None:
    before = CODES.made(coverage, 1)[0]
    after = Codes(["the key that came since, long enough", *CODES.secrets])
    assert before in after.made(coverage, 1) and before.digest in after.digests(before.code)
    assert after.made(coverage, 1)[0] != before


@given(st.text(max_size=60))
def test_text_that_is_no_code_has_a_digest_all_the_same(typed: str) -> None:
    assert len(CODES.digests(normal("aif", typed))) == 1
