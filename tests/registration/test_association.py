"""The association's profile: what is accepted, what stays, who is told."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from kit.auth import STAFF
from kit.contracts import Association, AssociationChanged
from kit.errors import InvalidInput
from kit.mailbox import Outbox
from registration.association import queries, rules
from registration.association.schemas import ProfileForm
from registration.office.profile.view import samples
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser

TODAY = date(2027, 2, 17)


def current(service: Any, day: date = TODAY) -> Association:
    with service.db.read() as session:
        return queries.profile_on(session, day)


def form(service: Any, **change: str) -> dict[str, str]:
    """The page's form as it stands for today, with some fields typed over."""
    return ProfileForm.of(current(service), TODAY).model_dump() | change


def told(service: Any) -> list[tuple[str, AssociationChanged]]:
    """What the siblings hear, beyond what the sample said when it was loaded."""
    with service.db.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.type == "AssociationChanged").order_by(Outbox.id)).all()
    return [(row.to, AssociationChanged.model_validate(row.body)) for row in rows][2:]


@pytest.mark.parametrize("role", STAFF)
def test_profile_pages_by_role_open_for_directors_only(service: Any, browser: Browser, role: str) -> None:
    allowed = role == "director"
    assert browser(role).get("/staff/association").status_code == (200 if allowed else 403)
    assert browser(role).get("/staff/association/accent?accent=%231f5f8b").status_code == (200 if allowed else 403)
    assert browser(role).post("/staff/association", data=form(service)).status_code == (303 if allowed else 403)


def test_profile_changed_today_keeps_the_old_one_for_the_past(service: Any, browser: Browser) -> None:
    before = current(service)
    director = browser("director", name="Directrice fictive")
    answer = director.post("/staff/association", data=form(service, legal_name="Alliance du Fjord", invoice_days="45"))
    assert answer.headers["location"] == f"{HOME}/staff/association?of=2027-02-17&done=saved"
    after = current(service)
    assert (after.legal_name, after.invoice_days, after.valid_from) == ("Alliance du Fjord", 45, TODAY)
    assert current(service, date(2027, 2, 16)) == before
    # What the form does not ask is kept: numbering, accounts, zone.
    assert (after.key, after.invoice_series, after.accounts, after.timezone) == (
        before.key,
        before.invoice_series,
        before.accounts,
        before.timezone,
    )
    assert [(to, message.association.legal_name) for to, message in told(service)] == [
        ("billing", "Alliance du Fjord"),
        ("notify", "Alliance du Fjord"),
    ]
    page = director.get("/staff/association?done=saved").text
    for words in ("Le profil est enregistré", "Alliance industrielle du Fjord", "Directrice fictive", "Ancien"):
        assert words in page


def test_profile_in_force_saved_on_its_own_day_is_corrected(service: Any, browser: Browser) -> None:
    since = current(service).valid_from.isoformat()
    typed = form(service, valid_from=since, phone="418 555-0111")
    for _ in range(2):  # The second time nothing differs: nobody is told again.
        assert browser("director").post("/staff/association", data=typed).status_code == 303
    assert current(service).phone == "418 555-0111"
    with service.db.read() as session:
        assert [row.version for row in queries.profiles(session)] == [2]
    assert [message.version for _, message in told(service)] == [2, 2]


def test_profile_to_come_holds_from_its_day(service: Any, browser: Browser, clock: FakeClock) -> None:
    typed = form(service, valid_from="2027-07-01", legal_name="Nom de juillet")
    assert browser("director").post("/staff/association", data=typed).status_code == 303
    assert current(service).legal_name != "Nom de juillet"
    assert 'value="Nom de juillet"' in browser("director").get("/staff/association?of=2027-07-01").text
    assert 'value="Nom de juillet"' not in browser("director").get("/staff/association").text
    clock.advance(days=150)
    assert 'value="Nom de juillet"' in browser("director").get("/staff/association").text


REFUSED = [
    ("legal_name", " "),
    ("short_fr", ""),
    ("email", ""),
    ("email", "pas une adresse"),
    ("privacy_fr", ""),
    ("privacy_email", "x@"),
    ("e_transfer_to", "virements"),
    ("accent", "bleu"),
    ("phone", "555-0100"),
    ("logo_url", "http://alliance.example.org/logo.svg"),
    ("logo_url", 'https://a.example.org/"onerror'),
    ("website", "javascript:alert(1)"),
    ("gst_number", "123456789"),
    ("gst_number", ""),
    ("qst_number", "123456789 TQ0001"),
    ("tax_registered", "maybe"),
    ("invoice_days", "366"),
    ("invoice_days", "-1"),
    ("invoice_days", "trente"),
    ("valid_from", "2027-02-16"),
    ("valid_from", "hier"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_profile_field_unacceptable_is_named(service: Any, field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.profile(ProfileForm(**form(service, **{field: value})), current(service), TODAY)
    assert list(refused.value.problems) == [field]
    for lang in ("fr", "en"):
        assert service.pages.catalogue.say(lang, refused.value.problems[field])


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("logo_url", "https://alliance.example.org/logo.svg", "https://alliance.example.org/logo.svg"),
        ("website", "http://alliance.example.org/fr", "http://alliance.example.org/fr"),
        ("website", "", ""),
        ("phone", "418 555-0100", "418 555-0100"),
        ("phone", "", ""),
        ("e_transfer_to", "virements@example.org", "virements@example.org"),
        ("accent", "#1F5F8B", "#1f5f8b"),
        ("invoice_days", "365", 365),
        ("invoice_days", "0", 0),
        ("tax_registered", "yes", True),
        ("valid_from", "2027-02-17", TODAY),
    ],
)
def test_profile_field_at_its_limit_is_accepted(service: Any, field: str, value: str, stored: object) -> None:
    made = rules.profile(ProfileForm(**form(service, **{field: value})), current(service), TODAY)
    assert getattr(made, field) == stored


def test_profile_form_refused_keeps_what_was_entered(service: Any, browser: Browser) -> None:
    change = {"legal_name": "Alliance « neuve »", "gst_number": "12 34", "terms_fr": "Les conditions\nsur deux lignes"}
    page = browser("director").post("/staff/association", data=form(service, **change, valid_from="2026-01-01"))
    assert page.status_code == 422
    for kept in (
        'value="Alliance « neuve »"',
        'value="12 34"',
        "Les conditions\nsur deux lignes",
        'value="2026-01-01"',
    ):
        assert kept in page.text
    assert "Le numéro de TPS a neuf chiffres" in page.text and "2 champs" in page.text.replace(" ", " ")
    assert told(service) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("123456789 RT0001", "123456789 RT0001"),
        (" 12345 6789rt 0001 ", "123456789 RT0001"),
        ("123456789RT0001", "123456789 RT0001"),
        ("12345678 RT0001", ""),
        ("1234567890 RT0001", ""),
        ("123456789 TQ0001", ""),
        ("123456789 RT001", ""),
    ],
)
def test_tax_number_in_any_writing_has_one_form(typed: str, kept: str) -> None:
    """domain.md T6."""
    assert rules.tax_number(typed, rules.GST) == kept


def test_profile_without_taxes_needs_no_tax_numbers(service: Any) -> None:
    typed = form(service, tax_registered="no", gst_number="", qst_number="")
    profile = rules.profile(ProfileForm(**typed), current(service), TODAY)
    assert (profile.tax_registered, profile.gst_number, profile.qst_number) == (False, "", "")


@pytest.mark.parametrize("accent", ["#1f5f8b", "#ffff00", "#000000", "#ffffff"])
def test_accent_samples_of_any_colour_are_readable(accent: str) -> None:
    shown = samples(accent)
    assert [sample.key for sample in shown] == ["association.sample_light", "association.sample_dark"]
    assert all(sample.button >= 4.5 and sample.link >= 4.5 for sample in shown)
    assert samples("bleu") == []


def test_profile_history_of_long_text_is_shortened(service: Any, browser: Browser) -> None:
    change = {
        "short_en": "the Fjord Alliance",
        "address": "200, rue Neuve\n\n  Saguenay (Québec)  G0V 0Z0  ",
        "terms_fr": "Condition. " * 60,
        "tax_registered": "no",
    }
    browser("director").post("/staff/association", data=form(service, **change))
    assert current(service).address_lines == ("200, rue Neuve", "Saguenay (Québec)  G0V 0Z0")
    page = browser("director").get("/staff/association").text.replace("&#39;", "’")
    for words in ("l’Alliance / the Fjord Alliance", "200, rue Neuve, Saguenay", "Perçoit les taxes"):
        assert words in page
    shown = page.partition('<ol class="timeline">')[2]
    assert shown.count("Condition. ") < 20 and "…" in shown and "Oui" in shown and "Non" in shown
