"""Pages, macros, brand and static files, through what they render."""

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from kit.paging import ListAddress
from kit.text import Catalogue
from kit.web import STATIC, TEMPLATES, Pages
from kit.web.brand import DARK, LIGHT, brand, brand_css, contrast

ROOT = Path(__file__).parents[2]
ASSOCIATION = {
    "name": "Alliance industrielle du Fjord",
    "short_name": "l’Alliance",
    "logo_url": None,
    "address_lines": ["100, rue des Quais-Neufs, bureau 2", "Saguenay (Québec)  G0V 0Z0"],
    "phone": "418 555-0100",
    "email": "info@alliance-fjord.example.org",
    "website": "https://alliance-fjord.example.org",
    "privacy_title": "Personne responsable",
    "privacy_email": "vie-privee@alliance-fjord.example.org",
    "accent": "#0f5c6e",
}


@pytest.fixture
def frame() -> Catalogue:
    return Catalogue.load([ROOT / "kit" / "web"])


def pages_of(frame: Catalogue, folder: Path, **templates: str) -> Pages:
    """Pages with the given templates: `page="…"` is "x/page.html", `letter_txt="…"` is "x/letter.txt"."""
    for name, source in templates.items():
        file = f"{name[:-4]}.txt" if name.endswith("_txt") else f"{name}.html"
        (folder / file).write_text(source, encoding="utf-8")
    return Pages(frame, {"x": folder}, {})


def shown(frame: Catalogue, folder: Path, source: str, lang: str = "fr", **context: Any) -> str:
    return pages_of(frame, folder, page=source).render("x/page.html", lang, **context)


class TestPages:
    def test_page_has_its_language_its_frame_and_only_files_of_its_own(self, frame: Catalogue, tmp_path: Path) -> None:
        source = '{% extends "kit/base.html" %}{% block content %}<h1>Golf</h1>{% endblock %}'
        html = shown(
            frame,
            tmp_path,
            source,
            base="/billing",
            page_title="Golf",
            association=ASSOCIATION,
            other_url="/golf?lang=en",
        )
        assert '<html lang="fr-CA">' in html and "<title>Golf | Alliance industrielle du Fjord</title>" in html
        assert 'href="/golf?lang=en" lang="en" hreflang="en"' in html
        assert "Aller au contenu" in html and "vie-privee@alliance-fjord.example.org" in html
        assert re.search(r'href="/billing/static/app\.css\?v=[0-9a-f]{8}"', html)
        assert 'href="/billing/brand.css?v=0f5c6e"' in html
        for address in re.findall(
            r'<(?:script|link rel="(?:stylesheet|preload|icon)")[^>]*(?:src|href)="([^"]*)"', html
        ):
            file = address.split("?")[0].removeprefix("/billing/static/")
            assert file == "/billing/brand.css" or (STATIC / file).is_file(), address

    def test_page_summary_is_there_only_when_filled(self, frame: Catalogue, tmp_path: Path) -> None:
        plain = '{% extends "kit/base.html" %}{% block content %}x{% endblock %}'
        filled = plain + "{% block summary %}<p>850,82</p>{% endblock %}"
        assert "<aside" not in shown(frame, tmp_path, plain, page_title="x")
        assert "<aside" in shown(frame, tmp_path, filled, page_title="x")

    def test_page_values_are_escaped_and_a_link_inside_a_sentence_is_not(
        self, frame: Catalogue, tmp_path: Path
    ) -> None:
        source = "{{ name }} {{ t('error.help', phone=name) }} {{ t('error.help', phone=link) }}"
        html = shown(frame, tmp_path, source, name="<b>", link=Markup('<a href="/x">ici</a>'))
        assert "<b>" not in html and html.count("&lt;b&gt;") == 2
        assert '<a href="/x">ici</a>' in html

    def test_template_name_that_does_not_exist_is_an_error(self, frame: Catalogue, tmp_path: Path) -> None:
        with pytest.raises(UndefinedError):
            shown(frame, tmp_path, "{{ nothing }}")

    def test_page_formats_follow_its_language(self, frame: Catalogue, tmp_path: Path) -> None:
        pages = pages_of(frame, tmp_path, page="{{ lang }} {{ money(130483) }} {{ number(1304) }}")
        assert pages.render("x/page.html", "fr") == "fr 1\u00a0304,83\u00a0$ 1\u00a0304"
        assert pages.render("x/page.html", "en") == "en $1,304.83 1,304"

    def test_static_address_carries_the_version_of_the_file(self, frame: Catalogue, tmp_path: Path) -> None:
        (tmp_path / "door.js").write_text("1")
        pages = Pages(frame, {}, {"checkin": tmp_path})
        assert pages.static("checkin/door.js") == f"/static/checkin/door.js?v={hashlib.sha256(b'1').hexdigest()[:8]}"
        with pytest.raises(FileNotFoundError):
            pages.static("missing.css")

    @pytest.mark.parametrize("lang", ["fr", "en"])
    @pytest.mark.parametrize("status", [401, 403, 404, 418, 500, 503])
    def test_error_pages_say_what_to_do_next(self, frame: Catalogue, lang: str, status: int) -> None:
        html = Pages(frame, {}, {}).render(
            "kit/error.html", lang, status=status, page_title="", association=ASSOCIATION, request_id="0192-ab"
        )
        known = str(status) if frame.has(f"error.{status}.title") else "refusal"
        for part in ("title", "text", "next"):
            assert str(Markup.escape(frame.say(lang, f"error.{known}.{part}"))) in html
        assert "0192-ab" in html

    def test_link_that_is_dead_is_not_a_sign_in(self, frame: Catalogue) -> None:
        html = Pages(frame, {}, {}).render("kit/error.html", "fr", status=401, page_title="", code="BadToken")
        assert "Ce lien n’est plus valide" in html and "Connexion requise" not in html

    def test_refusal_page_says_its_own_reason_and_nothing_generic(self, frame: Catalogue) -> None:
        html = Pages(frame, {}, {}).render(
            "kit/error.html", "fr", status=409, page_title="", title="Complet", sentence="Rien n’a été prélevé."
        )
        assert "<h1>Complet</h1>" in html and "Rien n’a été prélevé." in html
        assert frame.say("fr", "error.500.text") not in html

    def test_letter_is_escaped_in_html_and_never_in_text(self, frame: Catalogue, tmp_path: Path) -> None:
        html, text = '{% extends "kit/mail.html" %}', '{% extends "kit/mail.txt" %}'
        body = "{% block content %}{{ name }} l’été{% endblock %}"
        pages = pages_of(frame, tmp_path, letter=html + body, letter_txt=text + body)
        context = {"association": ASSOCIATION, "subject": "x", "name": "R&D <Fjord>"}
        assert "R&amp;D &lt;Fjord&gt;" in pages.render("x/letter.html", "fr", **context)
        plain = pages.render("x/letter.txt", "fr", **context)
        assert "R&D <Fjord> l’été" in plain and "Ce n’est pas une infolettre" in plain


class TestForms:
    def test_error_is_beside_its_field_and_linked_from_the_summary(self, frame: Catalogue, tmp_path: Path) -> None:
        source = (
            '{% from "kit/forms.html" import field, error_summary %}'
            "{{ error_summary({name: 'Indiquez <un> courriel.'}) }}"
            "{{ field(name, 'Courriel', value, 'email', error='Indiquez <un> courriel.', help='Pour le billet.') }}"
        )
        html = shown(frame, tmp_path, source, name="attendees[1].email", value='"><script>')
        assert 'href="#f-attendees-1-email"' in html and 'id="f-attendees-1-email"' in html
        assert 'aria-describedby="f-attendees-1-email-error f-attendees-1-email-help" aria-invalid="true"' in html
        assert 'id="f-attendees-1-email-error"' in html and 'id="f-attendees-1-email-help"' in html
        assert "<script>" not in html and "&lt;un&gt;" in html

    def test_field_says_optional_only_when_it_is(self, frame: Catalogue, tmp_path: Path) -> None:
        source = (
            '{% from "kit/forms.html" import field %}{{ field("a", "A", none) }}{{ field("b", "B", required=false) }}'
        )
        required, optional = shown(frame, tmp_path, source).split('id="f-b"')[0], "(facultatif)"
        html = shown(frame, tmp_path, source)
        assert html.count(optional) == 1 and " required" in required and 'value=""' in html

    def test_choice_stays_chosen_and_its_error_link_lands_on_the_first_option(
        self, frame: Catalogue, tmp_path: Path
    ) -> None:
        source = (
            '{% from "kit/forms.html" import choices, multichoices, select, yes_no %}'
            '{{ choices("p", "P", options, 2) }}{{ multichoices("m", "M", options, ["1", 2], error="Non.") }}'
            '{{ select("s", "S", options, "2") }}{{ yes_no("y", "Y", "no") }}'
        )
        options = [
            {"value": 1, "label": "un", "help": "le premier"},
            SimpleNamespace(value=2, label="deux", disabled=True),
        ]
        html = shown(frame, tmp_path, source, options=options)
        assert re.search(r'id="f-p-2" type="radio" name="p" value="2" checked disabled', html)
        assert html.count('type="checkbox"') == 2 and len(re.findall(r'type="checkbox"[^>]* checked', html)) == 2
        assert 'id="f-m" type="checkbox"' in html and 'aria-describedby="f-m-error f-m-more"' in html
        assert '<option value="2" selected disabled>deux</option>' in html
        assert re.search(r'value="no" checked', html)

    def test_consent_is_never_ticked_beforehand(self, frame: Catalogue, tmp_path: Path) -> None:
        html = shown(frame, tmp_path, '{% from "kit/forms.html" import consent %}{{ consent("news", "Infolettre") }}')
        assert "checkbox" in html and "checked" not in html and "required" not in html


class TestParts:
    def test_state_is_shown_as_a_word(self, frame: Catalogue, tmp_path: Path) -> None:
        html = shown(frame, tmp_path, '{% from "kit/parts.html" import status %}{{ status("warn", "En retard") }}')
        assert html == '<span class="status warn">En retard</span>'

    def test_fill_gauge_survives_no_capacity_and_none_at_all(self, frame: Catalogue, tmp_path: Path) -> None:
        source = '{% from "kit/parts.html" import fill %}{{ fill(31, 36) }}|{{ fill(0, 0) }}|{{ fill(12, none) }}'
        some, zero, endless = shown(frame, tmp_path, source).split("|")
        assert 'width="86.1"' in some and "31 sur\u00a036" in some
        assert "is-full" in zero and "<svg" not in endless and "12" in endless

    def test_list_links_lead_to_the_previous_and_next_page(self, frame: Catalogue, tmp_path: Path) -> None:
        source = '{% from "kit/parts.html" import counted, turns %}{{ counted(48) }}{{ turns(page, link) }}'
        link = ListAddress("/list", {"status": "held", "find": ""})
        pages = ({"previous": None, "next": 7}, {"previous": 8, "next": None}, {"previous": None, "next": None})
        first, last, only = (shown(frame, tmp_path, source, page=page, link=link) for page in pages)
        assert 'href="/list?status=held&amp;after=7"' in first and 'rel="prev"' not in first
        assert 'href="/list?status=held&amp;before=8"' in last and 'rel="next"' not in last
        assert 'href="/list?status=held"' in last and "48\u00a0résultats" in last
        assert "<nav" not in only

    def test_filter_sent_empty_is_left_out_of_the_address(self, frame: Catalogue, tmp_path: Path) -> None:
        source = """{% from "kit/forms.html" import field, select %}
        {{ field("q", "Nom", required=false, marked=false) }}
        {{ select("s", "État", [{"value": "", "label": "Tous"}], required=false, marked=false) }}"""
        html = shown(frame, tmp_path, source)
        assert "required" not in html and "facultatif" not in html and html.count("<option") == 1

    def test_icons_can_all_be_drawn(self, frame: Catalogue, tmp_path: Path) -> None:
        source = '{% import "kit/parts.html" as parts %}{% for name in parts.ICONS %}{{ parts.icon(name) }}{% endfor %}'
        html = shown(frame, tmp_path, source)
        assert html.count("<svg") > 30 and "&lt;path" not in html


class TestBrand:
    @given(st.integers(min_value=0, max_value=0xFFFFFF))
    def test_accent_too_light_becomes_legible(self, colour: int) -> None:
        both = brand(f"#{colour:06x}")
        for shades, scheme in ((both.light, LIGHT), (both.dark, DARK)):
            assert contrast(shades.accent_ink, shades.accent) >= 4.5
            for ground in (*scheme.grounds, shades.accent_soft):
                assert contrast(shades.accent_text, ground) >= 4.5
            assert contrast("#192124" if scheme is LIGHT else "#e8eded", shades.accent_soft) >= 4.5

    def test_accent_legible_already_is_left_alone(self) -> None:
        assert brand("#0f5c6e").light.accent == brand("#0f5c6e").light.accent_text == "#0f5c6e"

    def test_stylesheet_has_both_schemes_and_nothing_from_outside(self) -> None:
        css = brand_css("#FFD400")
        assert css.count("--accent-ink:") == 2 and "@media screen and (prefers-color-scheme:dark)" in css
        for bad in ("red", "#12345", "#12345g", "#123456;}body{display:none}", "#123456\n"):
            with pytest.raises(ValueError, match="#rrggbb"):
                brand_css(bad)

    def test_contrast_is_that_of_wcag(self) -> None:
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def tokens(scheme: str) -> dict[str, str]:
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)", 1)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark.split("\n}\n", 1)[0]))


class TestStylesheet:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_colours_are_legible_on_every_ground(self, scheme: str) -> None:
        colour = tokens(scheme)
        for text in ("ink", "quiet", "good", "warn", "bad", "accent-text"):
            for ground in ("surface", "ground", "sunken"):
                assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
        for role in ("good", "warn", "bad"):
            for text in (role, "ink"):
                assert contrast(colour[text], colour[f"{role}-soft"]) >= 4.5, (text, role)
        assert contrast(colour["accent-ink"], colour["accent"]) >= 4.5
        assert contrast(colour["edge"], colour["surface"]) >= 3, "the edge of a field"

    @pytest.mark.parametrize(("scheme", "grounds"), [("light", LIGHT.grounds), ("dark", DARK.grounds)])
    def test_brand_knows_the_grounds_of_the_stylesheet_and_its_defaults(
        self, scheme: str, grounds: tuple[str, ...]
    ) -> None:
        colour = tokens(scheme)
        assert (colour["surface"], colour["ground"], colour["sunken"]) == grounds
        shades = getattr(brand("#0f5c6e"), scheme)
        for role in ("accent", "accent-ink", "accent-text", "accent-soft"):
            assert colour[role] == getattr(shades, role.replace("-", "_")), role

    def test_fonts_named_by_the_stylesheet_exist(self) -> None:
        for address in re.findall(r'url\("([^"]+)"\)', (STATIC / "app.css").read_text(encoding="utf-8")):
            assert (STATIC / address).is_file(), address


def test_templates_of_pages_hold_nothing_the_content_policy_forbids() -> None:
    for template in TEMPLATES.glob("*.html"):
        source = re.sub(r"{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source), template.name
        if not template.name.startswith("mail"):
            assert "<style" not in source and " style=" not in source, template.name


def test_vendored_files_are_those_that_were_reviewed() -> None:
    vendor = STATIC / "vendor"
    listed: dict[str, str] = {}
    for package in json.loads((vendor / "vendor.json").read_text(encoding="utf-8")):
        assert package["licence"] and any(name.endswith("/LICENSE") for name in package["files"]), package["name"]
        assert all(name.startswith(f"{package['name']}@{package['version']}/") for name in package["files"])
        listed |= package["files"]
    found = {path.relative_to(vendor).as_posix(): path for path in vendor.glob("*/**/*") if path.is_file()}
    assert found.keys() == listed.keys()
    for name, path in found.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[name], name
