"""A client made from the published document by a program, and what an integrator does with it."""

import importlib
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kit.wiring import DOCUMENTS
from tests.architecture.source import SERVICES
from tests.fakes.clock import FakeClock
from tests.fakes.wire import ToApp
from tests.registration.conftest import HOME, Browser

GOLF = "golf-2027"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the clients are generated: no network, nothing of ours."""
    folder = tmp_path_factory.mktemp("clients")
    # The generator knows files as bytes, and has to be told which types of them are.
    media = ("application/pdf", "image/png", "image/svg+xml")
    files = "content_type_overrides:\n" + "".join(f"  {one}: application/octet-stream\n" for one in media)
    (folder / "settings.yaml").write_text(f"post_hooks: []\n{files}", encoding="utf-8")
    return folder


def generate(folder: Path, service: str) -> str:
    """Write the client of a service to the folder `<service>_client`; what the generator had to say."""
    program = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"]
    paths = {"--path": DOCUMENTS / f"{service}.json", "--output-path": folder / f"{service}_client"}
    options = [str(part) for pair in (paths | {"--config": folder / "settings.yaml"}).items() for part in pair]
    made = subprocess.run([*program, *options], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout + made.stderr


@pytest.fixture(scope="module")
def sdk(folder: Path) -> Any:
    """The generated client of registration: `sdk("api.signup.create_registration")` is one of its modules."""
    generate(folder, "registration")
    sys.path.insert(0, str(folder))

    def module(name: str) -> ModuleType:
        return importlib.import_module(f"registration_client.{name}")

    yield module
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith("registration_client")]:
        del sys.modules[name]


@pytest.mark.parametrize("service", SERVICES)
def test_generated_client_understands_each_operation(folder: Path, service: str) -> None:
    said = generate(folder, service)
    assert "warning" not in said.lower(), said


@pytest.fixture
def client(sdk: Any, browser: Browser, clock: FakeClock) -> Any:
    clock.set(datetime(2027, 5, 20, 16, tzinfo=UTC))
    return sdk("client").Client(base_url=HOME, httpx_args={"transport": ToApp(browser())})


def foursome(sdk: Any, email: str = "chloe@example.org") -> Any:
    """Four players of one company, paid by invoice."""
    models = sdk("models")
    meal = models.AttendeeInAnswers.from_dict({"q-repas": "boeuf"})
    players = [models.AttendeeIn(name, "Roy", answers=meal) for name in ("Chloé", "Zoé", "Karl", "Élise")]
    return models.ApiSignup(
        contact=models.Contact("Chloé", "Roy", email),
        company="Fonderie Noël",
        items=[models.Item("golf-quat", models.ItemWho.NON_MEMBER, 1, attendees=players)],
        method=models.OrderMethod.INVOICE,
        terms_accepted=True,
    )


def test_generated_client_signs_up_reads_and_cancels_a_foursome(sdk: Any, client: Any) -> None:
    models, key = sdk("models"), str(uuid.uuid4())
    create = sdk("api.signup.create_registration")
    made = create.sync(GOLF, client=client, body=foursome(sdk), idempotency_key=key)
    assert isinstance(made, models.RegistrationState), made
    assert (made.status, made.total > 0) == (models.RegistrationStateStatus.CONFIRMED, True)

    link = made.personal_url.rsplit("/", 1)[-1]
    places = sdk("api.signup.list_places").sync(made.id, client=client, x_link_token=link)
    assert [place.first_name for place in places] == ["Chloé", "Zoé", "Karl", "Élise"]

    cancel = sdk("api.signup.cancel_registration")
    one = models.Leaving(attendees=[places[0].id])
    assert cancel.sync(made.id, client=client, body=one, x_link_token=link).status == "confirmed"
    gone = cancel.sync(made.id, client=client, body=None, x_link_token=link)
    assert gone.status is models.RegistrationStateStatus.CANCELLED


def test_generated_client_reads_a_422_as_a_problem_that_names_the_field(sdk: Any, client: Any) -> None:
    create = sdk("api.signup.create_registration")
    refused = create.sync(GOLF, client=client, body=foursome(sdk, email="nobody"))
    assert isinstance(refused, sdk("models").Problem), refused
    assert (refused.status, refused.code) == (422, "InvalidInput")
    assert "contact.email" in refused.errors.additional_properties


def test_generated_client_reads_a_refusal_without_a_link_as_a_problem(sdk: Any, client: Any) -> None:
    made = sdk("api.signup.create_registration").sync(GOLF, client=client, body=foursome(sdk))
    refused = sdk("api.signup.read_registration_state").sync(made.id, client=client, x_link_token="wrong")
    assert (refused.status, refused.code) == (404, "NotFound")
