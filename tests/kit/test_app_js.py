"""What kit/web/static/app.js adds to a form, in a browser and under the content policy of the services."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kit.text import Catalogue
from kit.web import STATIC, Pages

pytestmark = pytest.mark.browser

POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; object-src 'none'"
FORM = """{% extends "kit/base.html" %}
{% from "kit/forms.html" import field, select, quantity, choices, consent, hidden, submit, error_summary %}
{% block content %}
{% if refused %}{{ error_summary({"name": "Indiquez un nom."}) }}{% endif %}
<form method="post" action="/done" novalidate data-draft="golf">
{{ hidden("form", "signed-" ~ serial) }}
{{ field("name", "Nom", "Maude" if refused else "", error="Indiquez un nom." if refused else "") }}
{{ field("allergy", "Allergies", required=false, draft=false) }}
{{ select("company", "Entreprise", [{"value": 1, "label": "Un"}, {"value": 2, "label": "Deux"}]) }}
{{ choices("product", "Formule", [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}], "a", cards=true) }}
{{ consent("news", "Infolettre") }}{{ quantity("mulligan", "Reprises", 2, 0, 3) }}
{{ submit("Payer", name="action", value="pay") }}
</form>{% endblock %}"""
DONE = '{% extends "kit/base.html" %}{% block body_attributes %}data-draft-done="golf"{% endblock %}'


# Sends, waits until the server has it, tries again past the disabled button; then does what the back button does to a
# page the browser kept alive. Answers with what the button said while sending, and whether and how it works again.
IMPATIENT = """async () => {
  const pay = document.querySelector("[value=pay]");
  pay.click();
  while (await (await fetch("/posted")).text() === "0") await new Promise(requestAnimationFrame);
  const sending = [pay.textContent, pay.disabled];
  pay.form.requestSubmit();
  await fetch("/posted");
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  return [...sending, pay.textContent, pay.disabled];
}"""


class Site(ThreadingHTTPServer):
    """The form at /, the refused form at /refused, the page after success at /done; remembers what was posted."""

    def __init__(self, folder: Path) -> None:
        (folder / "form.html").write_text(FORM, encoding="utf-8")
        (folder / "done.html").write_text(DONE, encoding="utf-8")
        self.pages = Pages(Catalogue.load([STATIC.parent]), {"x": folder}, {})
        self.posted: list[str] = []
        self.serial = 0
        self.answer = threading.Event()
        self.answer.set()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def body(self, path: str) -> bytes:
        if path.startswith("/static/"):
            return (STATIC / path.removeprefix("/static/")).read_bytes()
        self.serial += 1
        name = "x/done.html" if path == "/done" else "x/form.html"
        context = {"page_title": "Golf", "refused": path == "/refused", "serial": self.serial}
        if path in ("/health/live", "/posted"):
            return str(len(self.posted)).encode()
        return self.pages.render(name, "fr", **context).encode()


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
        body = self.server.body(path)
        self.send_response(200)
        self.send_header("Content-Type", kinds.get(Path(path).suffix, "text/html; charset=utf-8"))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.answer.wait(10)
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield site
    site.answer.set()
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    quiet = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path="/usr/bin/chromium", args=quiet) as chromium,
    ):
        page = chromium.new_page(viewport={"width": 390, "height": 844})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        yield page
        assert [text for text in complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


def typed(page: Page, site: Site) -> None:
    page.goto(site.base)
    page.fill("#f-name", "Zoé")
    page.fill("#f-allergy", "noix")
    page.select_option("#f-company", "2")
    page.check("#f-product-2")
    page.check("#f-news")
    page.click("[data-step='1']")


def test_draft_comes_back_without_the_fields_never_stored(page: Page, site: Site) -> None:
    typed(page, site)
    page.goto(site.base)
    expect(page.locator(".draft-line")).to_contain_text("retrouvées sur cet appareil")
    assert [page.input_value(f"#f-{name}") for name in ("name", "company", "mulligan")] == ["Zoé", "2", "3"]
    assert page.is_checked("#f-product-2") and page.is_checked("#f-news")
    assert page.input_value("#f-allergy") == "", "a sensitive answer is not kept"
    assert page.input_value("[name=form]") == f"signed-{site.serial}", "the new page keeps its own signed value"

    page.get_by_role("button", name="Effacer et recommencer").click()
    expect(page.locator("#f-name")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_draft_never_covers_a_refusal_nor_outlives_a_day(page: Page, site: Site) -> None:
    typed(page, site)
    page.goto(f"{site.base}/refused")
    assert page.input_value("#f-name") == "Maude" and page.locator(".draft-line").count() == 0
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.evaluate("localStorage.setItem('guichet.draft.golf', JSON.stringify({at: 1, values: {name: ['Zoé']}}))")
    page.goto(site.base)
    assert page.input_value("#f-name") == "" and page.evaluate("localStorage.length") == 0


def test_form_with_the_connection_lost_stays_and_sends_nothing(page: Page, site: Site) -> None:
    typed(page, site)
    page.context.set_offline(True)
    page.click("button[value=pay]")
    expect(page.locator(".lost")).to_contain_text("rien n’est perdu")
    assert page.input_value("#f-name") == "Zoé" and site.posted == []
    expect(page.locator("button[value=pay]")).to_be_enabled()

    page.context.set_offline(False)
    page.get_by_role("button", name="Réessayer").click()
    page.wait_for_url("**/done")
    assert len(site.posted) == 1 and "action=pay" in site.posted[0] and "name=Zo%C3%A9" in site.posted[0]
    assert page.evaluate("localStorage.length") == 0, "the page after success forgets the draft"


def test_form_is_sent_once_and_works_again_after_the_back_button(page: Page, site: Site) -> None:
    page.goto(site.base)
    site.answer.clear()
    assert page.evaluate(IMPATIENT) == ["Envoi en cours…", True, "Payer", False]
    site.answer.set()
    page.wait_for_url("**/done")
    assert len(site.posted) == 1


def test_script_holds_no_sentence() -> None:
    script = re.sub(r"/\*.*?\*/|//[^\n]*", "", (STATIC / "app.js").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [text for text in re.findall(r'"([^"]*)"', script) if re.search(r"[A-ZÀ-Ý][a-zà-ÿ’]+ [a-zà-ÿ]", text)] == []
