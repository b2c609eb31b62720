"""The published interface (design.md §6): it is the one that runs, says everything there is to know."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kit.errors import PROBLEM
from kit.wiring import DOCUMENTS
from tests.architecture.source import SERVICES, app, modules
from tools.openapi import document, every_refusal

Json = dict[str, Any]
DOCUMENTS_OF = [(service, public) for service in SERVICES for public in (True, False)]
# Refusals that no operation names, each with its reason.
UNNAMED = {
    "Busy": "any operation, whenever the database or a sibling cannot take the request: `default` says so",
    "SiblingDown": "Busy, by the name of its cause",
    "TooLarge": "any operation with a body: `default` says so",
    "NotUtf8": "any operation with a body: `default` says so",
    "CrossSite": "browsers only: a form of another site",
    "PasswordTooShort": "pages only: staff's passwords",
    "WrongPassword": "pages only: staff's passwords",
    "WrongSignIn": "pages only: staff's sign-in",
    "BelowCardMinimum": "shown on the way to the payment page; a signup says it beside its field",
    "KeySpent": "never answered: the visit to Stripe begins anew",
    "NotOurs": "never answered: the event stays in the inbox",
    "Unbalanced": "a bug, answered as one",
    "ProfileUnknown": "a service that registration has not told yet who the association is",
}


def name_of(service: str, public: bool) -> str:
    return f"{service}.json" if public else f"internal-{service}.json"


@pytest.fixture(scope="module", params=DOCUMENTS_OF, ids=lambda of: name_of(*of))
def made(request: pytest.FixtureRequest) -> Json:
    """The document as it is made now."""
    service, public = request.param
    return json.loads(json.dumps(document(app(service), public)))  # type: ignore[no-any-return]


def operations(made: Json) -> Iterator[tuple[str, Json]]:
    for path, its in made["paths"].items():
        for method, operation in its.items():
            yield f"{method} {path}", operation


def bodies(made: Json) -> Iterator[tuple[str, Json]]:
    """What is sent, and what is answered when all goes well."""
    for name, operation in operations(made):
        success = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        for body in (operation.get("requestBody", {}), *success):
            yield from ((name, content) for content in body.get("content", {}).values())


@pytest.mark.parametrize(("service", "public"), DOCUMENTS_OF)
def test_openapi_published_is_the_one_that_runs(service: str, public: bool) -> None:
    """`make openapi` writes it."""
    published = json.loads((DOCUMENTS / name_of(service, public)).read_text(encoding="utf-8"))
    same = published == json.loads(json.dumps(document(app(service), public)))
    assert same, f"docs/api/{name_of(service, public)} is not what {service} answers any more: run `make openapi`"
    assert (app(service).openapi() == published) is public


@pytest.mark.parametrize("service", SERVICES)
def test_openapi_for_anyone_holds_what_integrators_call_and_nothing_else(service: str) -> None:
    public, internal = (document(app(service), public)["paths"] for public in (True, False))
    assert [path for path in public if not path.startswith("/api/")] == []
    assert {"/mailbox", "/metrics", "/ops/pending"} <= internal.keys()
    roles = {role for _, operation in operations({"paths": public}) for role in operation["x-roles"]}
    assert [role for role in roles if role in ("ops", "stripe") or role.startswith("service:")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_operations_have_a_short_name_of_their_own_with_the_verb_first(service: str) -> None:
    ids = [one["operationId"] for public in (True, False) for _, one in operations(document(app(service), public))]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    assert [one for one in ids if not re.fullmatch(r"[a-z]+(_[a-z]+){1,3}", one)] == []


def test_operations_say_what_they_do_and_who_may_call_them(made: Json) -> None:
    schemes = made["components"]["securitySchemes"]
    wrong = []
    for name, operation in operations(made):
        proofs = {scheme for one in operation["security"] for scheme in one}
        needs_proof = set(operation["x-roles"]) != {"public"}
        told = all(operation.get(part) for part in ("summary", "description", "tags", "x-roles"))
        if not told or proofs - schemes.keys() or (needs_proof and not proofs):
            wrong.append(name)
    assert wrong == []


def test_fields_and_parameters_are_described(made: Json) -> None:
    schemas = made["components"]["schemas"].items()
    silent = [f"{name}.{field}" for name, one in schemas for field, its in fields(one) if "description" not in its]
    silent += [name for name, schema in schemas if not schema.get("description")]
    for name, operation in operations(made):
        parameters = operation.get("parameters", ())
        silent += [f"{name}: {one['name']}" for one in parameters if not one.get("description")]
    assert silent == []


def fields(schema: Json) -> Iterator[tuple[str, Json]]:
    yield from schema.get("properties", {}).items()


def test_bodies_have_a_schema_and_an_example_that_fits_it(made: Json) -> None:
    wrong = []
    for name, content in bodies(made):
        if content["schema"] in ({}, {"type": "object", "additionalProperties": True}):
            wrong.append(f"{name}: no schema")
        schema = {**content["schema"], "components": made["components"]}
        check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        wrong += [f"{name}: {error.json_path}: {error.message}" for error in check.iter_errors(content["example"])]
    assert wrong == []


def test_operations_of_the_public_interface_succeed_in_one_way_with_a_body(made: Json) -> None:
    wrong = []
    for name, operation in operations(made):
        success = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        if " /api/" in name and [bool(answer.get("content")) for answer in success] != [True]:
            wrong.append(name)
    assert wrong == []


def test_refusals_are_problems(made: Json) -> None:
    assert not {"HTTPValidationError", "ValidationError"} & made["components"]["schemas"].keys()
    for name, operation in operations(made):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                assert answer["content"].keys() == {PROBLEM}, f"{name}: {status}"
                assert answer["description"], f"{name}: {status}"
        has_input = "requestBody" in operation or operation.get("parameters")
        assert not has_input or "422" in operation["responses"], name


def test_refusals_are_named_by_an_operation() -> None:
    for service in SERVICES:
        modules(service)
    every = [(service, public) for service in SERVICES for public in (True, False)]
    named = {
        refusal["code"]
        for service, public in every
        for _, operation in operations(document(app(service), public))
        for refusal in operation["x-refusals"]
    }
    known = {one.__name__ for one in every_refusal() if one.__module__.split(".")[0] in ("kit", *SERVICES)}
    assert known - named == UNNAMED.keys()


def test_openapi_documents_other_than_ours_are_not_published() -> None:
    assert sorted(path.name for path in DOCUMENTS.glob("*.json")) == sorted(name_of(*of) for of in DOCUMENTS_OF)
