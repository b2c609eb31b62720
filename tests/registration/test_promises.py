"""What a page says will come: who sends it, and when; nothing that the product does not do by itself."""

import pytest

from tests.registration.conftest import Browser


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/fr/activites/webinaire-fraude", "Avant le début, notre équipe envoie le lien de connexion par courriel"),
        ("/en/activities/fraud-webinar", "Before it starts, our team emails the link to join"),
        ("/fr/activites/webinaire-fraude", "Après l’activité, notre équipe envoie l’enregistrement"),
        (
            "/fr/activites/aga-2027",
            "Avant l’assemblée, dans le délai que prévoient nos règlements, notre équipe envoie",
        ),
        ("/fr/activites/efficacite-2-chicoutimi", "Après la dernière séance, notre équipe remet une attestation"),
    ],
)
def test_page_says_who_sends_what_and_when(browser: Browser, path: str, sentence: str) -> None:
    page = browser().get(path)
    assert page.status_code == 200 and sentence in page.text.replace("\u00a0", " "), page.text[:300]
