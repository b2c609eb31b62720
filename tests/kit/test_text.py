"""The catalogue and the Canadian formats, against the table of domain.md 3.2."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import text
from kit.text import Catalogue, MissingSentence

ROOT = Path(__file__).parents[2]
NB = "\u00a0"
HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def folder(tmp_path: Path, fr: str, en: str, name: str = "signup") -> Path:
    messages = tmp_path / name / "messages"
    messages.mkdir(parents=True)
    (messages / "fr.po").write_text(HEAD + fr, encoding="utf-8")
    (messages / "en.po").write_text(HEAD + en, encoding="utf-8")
    return tmp_path / name


def one(key: str, sentence: str) -> str:
    return f'msgid "{key}"\nmsgstr "{sentence}"\n\n'


def two(key: str, singular: str, plural: str) -> str:
    return f'msgid "{key}"\nmsgid_plural "{key}"\nmsgstr[0] "{singular}"\nmsgstr[1] "{plural}"\n\n'


class TestCatalogue:
    def test_sentence_is_said_in_each_language(self, tmp_path: Path) -> None:
        catalogue = Catalogue.load([folder(tmp_path, one("a.b", "Bonjour {name},"), one("a.b", "Hello {name},"))])
        assert catalogue.say("fr", "a.b", name="Maude") == "Bonjour Maude,"
        assert catalogue.say("en", "a.b", name="Maude") == "Hello Maude,"
        assert catalogue.has("a.b") and not catalogue.has("a.c")

    @pytest.mark.parametrize(
        ("lang", "n", "said"),
        [
            ("fr", 0, "0 place"),
            ("fr", 1, "1 place"),
            ("fr", 2, "2 places"),
            ("fr", 1304, f"1{NB}304 places"),
            ("en", 0, "0 seats"),
            ("en", 1, "1 seat"),
            ("en", 1304, "1,304 seats"),
        ],
    )
    def test_zero_is_singular_in_french_and_plural_in_english(
        self, tmp_path: Path, lang: str, n: int, said: str
    ) -> None:
        fr, en = two("p", "{n} place", "{n} places"), two("p", "{n} seat", "{n} seats")
        assert Catalogue.load([folder(tmp_path, fr, en)]).say(lang, "p", n=n) == said

    def test_plural_without_its_number_is_refused(self, tmp_path: Path) -> None:
        catalogue = Catalogue.load([folder(tmp_path, two("p", "a", "b"), two("p", "a", "b"))])
        with pytest.raises(MissingSentence, match="n= is needed"):
            catalogue.say("fr", "p")

    @pytest.mark.parametrize("en", [one("only", ""), "#, fuzzy\n" + one("only", "Guess")], ids=["empty", "fuzzy"])
    def test_sentence_that_is_empty_or_a_guess_is_none(self, tmp_path: Path, en: str) -> None:
        catalogue = Catalogue.load([folder(tmp_path, one("only", "Ici"), en)])
        with pytest.raises(MissingSentence, match="only"):
            catalogue.say("en", "only")

    def test_key_unknown_and_folder_empty_are_refused(self, tmp_path: Path) -> None:
        catalogue = Catalogue.load([folder(tmp_path, one("a", "A"), one("a", "A"))])
        with pytest.raises(MissingSentence, match=r"no sentence 'b\.c'"):
            catalogue.say("fr", "b.c")
        (tmp_path / "empty").mkdir()
        with pytest.raises(MissingSentence, match="empty"):
            Catalogue.load([tmp_path / "empty"])

    def test_french_sentences_of_the_kit_follow_quebec_typography(self) -> None:
        sentences = Catalogue.load([ROOT / "kit" / "web"]).sentences["fr"]
        for key, form in ((key, form) for key, forms in sentences.items() for form in forms):
            bare = form.replace(f"{NB}:", "").replace("{", "").replace("}", "")
            assert "'" not in form, f"{key}: typographic apostrophe"
            assert ":" not in bare.replace("://", ""), f"{key}: U+00A0 before a colon"
            assert not any(mark in form for mark in (f"{NB};", f"{NB}!", f"{NB}?", " ;", " !", " ?")), (
                f"{key}: no space"
            )


class TestMoney:
    @pytest.mark.parametrize(
        ("cents", "fr", "en"),
        [
            (6500, f"65,00{NB}$", "$65.00"),
            (130483, f"1{NB}304,83{NB}$", "$1,304.83"),
            (-9773, f"\u221297,73{NB}$", "-$97.73"),
            (5, f"0,05{NB}$", "$0.05"),
            (123456789, f"1{NB}234{NB}567,89{NB}$", "$1,234,567.89"),
        ],
    )
    def test_money_in_each_language_is_set_as_there(self, cents: int, fr: str, en: str) -> None:
        assert (text.money(cents, "fr"), text.money(cents, "en")) == (fr, en)

    @given(st.integers(min_value=-(10**11), max_value=10**11))
    def test_money_in_either_language_loses_no_cent(self, cents: int) -> None:
        for lang in text.LANGUAGES:
            shown = text.money(cents, lang)
            digits = int("".join(c for c in shown if c.isdigit()))
            assert (-digits if shown[0] in "-\u2212" else digits) == cents
            assert "\u202f" not in shown and " " not in shown

    def test_percent_and_number_in_each_language_are_set_as_there(self) -> None:
        assert text.percent(Decimal("0.09975"), "fr") == f"9,975{NB}%"
        assert text.percent(Decimal("0.09975"), "en") == "9.975%"
        assert text.percent(Decimal("0.05"), "fr") == f"5{NB}%"
        assert (text.number(1304, "fr"), text.number(1304, "en")) == (f"1{NB}304", "1,304")


class TestTime:
    def test_days_in_each_language_are_set_as_there(self) -> None:
        assert text.day(dt.date(2027, 6, 10), "fr") == "jeudi 10 juin 2027"
        assert text.day(dt.date(2027, 6, 10), "en") == "Thursday, June 10, 2027"
        assert text.day(dt.date(2027, 6, 1), "fr") == "mardi 1er juin 2027"
        assert text.day(dt.date(2027, 6, 11), "fr") == "vendredi 11 juin 2027"
        assert text.day_short(dt.date(2027, 5, 1), "fr") == "1er mai 2027"
        assert text.day_short(dt.date(2027, 5, 1), "en") == "May 1, 2027"
        assert text.day_parts(dt.date(2027, 6, 10), "fr") == ("jeu.", "10", "juin")

    @pytest.mark.parametrize(
        ("time", "fr", "en"),
        [
            ((17, 0), "17_h", "5_p.m."),
            ((17, 30), "17_h_30", "5:30_p.m."),
            ((8, 5), "8_h_5", "8:05_a.m."),
            ((0, 0), "0_h", "midnight"),
            ((12, 0), "12_h", "noon"),
            ((0, 30), "0_h_30", "12:30_a.m."),
        ],
    )
    def test_hours_in_each_language_are_set_as_there(self, time: tuple[int, int], fr: str, en: str) -> None:
        assert text.hour(dt.time(*time), "fr") == fr.replace("_", NB)
        assert text.hour(dt.time(*time), "en") == en.replace("_", NB)

    def test_moment_is_shown_in_the_time_of_its_zone(self) -> None:
        summer, winter = dt.datetime(2027, 6, 10, 15, tzinfo=dt.UTC), dt.datetime(2027, 1, 12, 3, tzinfo=dt.UTC)
        assert text.moment(summer, "America/Toronto", "fr") == f"jeudi 10 juin 2027, 11{NB}h"
        assert text.moment(summer, "America/Toronto", "en") == f"Thursday, June 10, 2027, 11{NB}a.m."
        assert text.moment(winter, "America/Toronto", "fr") == f"lundi 11 janvier 2027, 22{NB}h"
        with pytest.raises(ValueError, match="without a zone"):
            text.moment(summer.replace(tzinfo=None), "America/Toronto", "fr")

    @pytest.mark.parametrize(
        ("end", "fr", "en"),
        [
            ((11, 0), "jeudi 10 juin 2027, de 17_h à 20_h", "Thursday, June 10, 2027, 5_p.m. to 8_p.m."),
            ((11, 5), "jeudi 10 juin 2027, de 17_h à 1_h", "Thursday, June 10, 2027, 5_p.m. to 1_a.m."),
            (
                (12, 16),
                "du jeudi 10 juin, 17_h, au samedi 12 juin 2027, 12_h",
                "Thursday, June 10, 5_p.m., to Saturday, June 12, 2027, noon",
            ),
        ],
        ids=["one day", "past midnight", "several days"],
    )
    def test_spans_in_each_language_are_set_as_there(self, end: tuple[int, int], fr: str, en: str) -> None:
        first = dt.datetime(2027, 6, 10, 21, tzinfo=dt.UTC)
        last = dt.datetime(2027, 6, end[0], end[1], tzinfo=dt.UTC)
        assert text.span(first, last, "America/Toronto", "fr") == fr.replace("_", NB)
        assert text.span(first, last, "America/Toronto", "en") == en.replace("_", NB)


def test_phone_number_in_each_language_is_set_as_there() -> None:
    assert text.phone("418 555-0100", "fr") == f"418{NB}555-0100"
    assert text.phone("(418) 555.0100 ext. 12", "fr") == f"418{NB}555-0100, poste{NB}12"
    assert text.phone("418 555-0100, poste 12", "en") == f"418-555-0100, ext.{NB}12"
    assert text.phone("+33 1 23 45 67 89", "fr") == "+33 1 23 45 67 89"


class TestSearch:
    @pytest.mark.parametrize(
        "same",
        [
            ("5 @ 7", "5@7", "5 à 7", "5 À 7"),
            ("Saint-Félicien", "St-Félicien", "ST FELICIEN", "St. Félicien"),
            ("Sainte-Rose", "ste-rose"),
            ("Cœur", "coeur", "CŒUR"),
            ("L’Anse", "L'Anse", "l anse"),
            ("Éloïse Côté", "eloise  cote", "E\u0301loi\u0308se Cote\u0301"),
            ("Lætitia", "laetitia"),
            ("Łukasz", "lukasz"),
            ("Søren Đặng", "soren dang"),
            ("Işık", "isik"),
            ("Le\u00adblanc", "leblanc"),
        ],
    )
    def test_words_that_read_the_same_fold_the_same(self, same: tuple[str, ...]) -> None:
        assert len({text.fold(each) for each in same}) == 1

    def test_words_that_differ_fold_differently(self) -> None:
        assert text.fold("Stéphanie") == "stephanie"
        assert text.fold("Sainte-Rose") != text.fold("Saint-Rose")
        assert text.fold("maude@example.org") == "maude example org"

    @given(st.text(max_size=40))
    def test_folding_twice_changes_nothing(self, given: str) -> None:
        assert text.fold(text.fold(given)) == text.fold(given)

    def test_names_are_sorted_in_french_order(self) -> None:
        names = ["Zoé", "Éric Aubin", "Éric", "Eric", "D’Amours", "Œuvres", "Odette", "Owen"]
        ordered = ["D’Amours", "Eric", "Éric", "Éric Aubin", "Odette", "Œuvres", "Owen", "Zoé"]
        assert sorted(names, key=text.sort_key) == ordered
