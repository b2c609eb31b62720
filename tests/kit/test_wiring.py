"""How a service is put together: its folders of pages, its worker beside the web server, its forms, its keys."""

import io
from pathlib import Path

import pytest
from starlette.datastructures import FormData, UploadFile
from starlette.testclient import TestClient

import notify
from kit import wiring
from kit.idempotency import RequestKey, replayed
from kit.text import Catalogue
from kit.worker import Loop
from registration.forms import FormValues
from tests.kit.conftest import HOME, Make
from tests.kit.room import Room
from tests.kit.test_worker import LONG, until


def test_folders_of_one_name_in_one_service_are_refused(tmp_path: Path) -> None:
    """The name is the prefix of the templates: one of the two would hide the other."""
    for face in ("public", "office"):
        (tmp_path / face / "form" / "templates").mkdir(parents=True)
        messages = tmp_path / face / "form" / "messages"
        messages.mkdir()
        for lang in ("fr", "en"):
            (messages / f"{lang}.po").write_text(f'msgid "{face}.title"\nmsgstr "x"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="share a name"):
        wiring.pages(tmp_path)


def test_pages_of_a_service_are_read_once_for_all_its_applications() -> None:
    folder = Path(str(notify.__file__)).parent
    assert wiring.pages(folder) is wiring.pages(folder)


def test_worker_runs_while_the_application_does(make_app: Make) -> None:
    service, turns = make_app().state.service, list[int]()

    def job() -> bool:
        turns.append(1)
        return False

    service.loops = [Loop("count", LONG, job)]
    with TestClient(wiring.build(service, [], with_worker=True), base_url=HOME):
        until(lambda: turns)
    stopped = len(turns)
    assert stopped == 1, "a loop that waits is ended with the application"


def test_file_in_a_form_of_texts_is_left_out() -> None:
    upload = UploadFile(io.BytesIO(b"x"), filename="liste.csv")
    assert FormValues.of(FormData([("name", " Zoé "), ("list", upload)])).fields == {"name": ["Zoé"]}


def test_catalogue_of_one_language_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "fr.po").write_text('msgid "a.b"\nmsgstr "x"\n', encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"en\.po"):
        Catalogue.load([tmp_path])


def test_key_that_nobody_sent_has_no_answer(room: Room) -> None:
    with room.service.db.read() as session:
        assert replayed(session, RequestKey("k-new", "print")) is None
