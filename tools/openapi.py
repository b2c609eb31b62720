"""`make openapi`: write each application's interface to docs/api/, which the services serve and integrators read.

Two documents a service: what is below `/api/`, for anyone; and what only siblings and operators call (`internal-…`),
which is never served. FastAPI writes the shapes. Added here: who may call (from `allow`) and how a caller proves it,
every refusal as a problem, and an example of what is sent and answered, made of the examples that stand at the fields.
"""

import importlib
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kit.auth import STAFF
from kit.errors import PROBLEM, Refusal
from kit.wiring import DOCUMENTS, routes

Json = dict[str, Any]
# What no route says: what a parameter of this name is, how each kind of caller proves who it is, a problem's shape.
BASE: Json = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
# FastAPI's own shape of a malformed request, which is never answered.
FASTAPI = ("HTTPValidationError", "ValidationError")
# A value by format, else by type, where neither the field nor the schema names one.
SAMPLES = {"uuid": "0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41", "date": "2027-06-10", "date-time": "2027-06-10T15:00:00Z"}
PLAIN = {"string": "", "integer": 1, "boolean": True}


def main() -> None:
    # The tests' own way of making the three applications, so that what is written is what they compare.
    source = importlib.import_module("tests.architecture.source")
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    for service in source.SERVICES:
        for name, public in ((service, True), (f"internal-{service}", False)):
            text = json.dumps(document(source.app(service), public), indent=1, ensure_ascii=False)
            (DOCUMENTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
            print(DOCUMENTS / f"{name}.json")


def document(app: FastAPI, public: bool = True) -> Json:
    """The operations below `/api/`, for anyone to read; or all the others, which no integrator calls."""
    shown = [pair for pair in routes(app) if pair[0].include_in_schema and pair[0].path.startswith("/api/") is public]
    texts = {"title": app.title, "version": app.version, "description": BASE["description"]}
    made = get_openapi(**texts, routes=[route for route, _ in shown])
    schemas = made["components"]["schemas"] = made["components"].get("schemas", {}) | BASE["schemas"]
    made["components"] |= {"securitySchemes": BASE["securitySchemes"], "headers": BASE["headers"]}
    for name in FASTAPI:
        schemas.pop(name, None)
    for route, allowed in shown:
        for method in route.methods or ():
            operation = made["paths"][route.path_format][method.lower()]
            operation |= {"operationId": route.name, "x-roles": list(allowed.roles) if allowed else []}
            for parameter in operation.get("parameters", ()):
                parameter.setdefault("description", BASE["parameters"].get(parameter["name"], ""))
            _say_refusals(operation)
            _show(operation, schemas)
    return made


def _say_refusals(operation: Json) -> None:
    """The ways to prove who calls, and every refusal: of whoever cannot, of the shape, of the key, of the route."""
    kinds = dict.fromkeys("staff" if role in STAFF else role.split(":")[0] for role in operation["x-roles"])
    operation.setdefault("security", [{scheme: []} for kind in kinds for scheme in BASE["callers"][kind]["schemes"]])
    answers: Json = operation["responses"]
    names = [name for kind in kinds for name in BASE["callers"][kind]["refusals"]]
    names += ["InvalidInput"] if answers.pop("422", None) else []
    headers = {parameter["name"] for parameter in operation.get("parameters", ())}
    names += ["KeyReused", "KeyInFlight"] if "idempotency-key" in headers else []
    names += operation.get("x-refusals", [])
    known = {one.__name__: one for one in every_refusal()}
    operation["x-refusals"] = [{"code": name, "status": known[name].status} for name in dict.fromkeys(names)]
    for name in dict.fromkeys(names):
        answer = answers.setdefault(str(known[name].status), _problem(""))
        told = " ".join((inspect.getdoc(known[name]) or "").split())
        answer["description"] = f"{answer['description']}\n\n`{name}`: {told}".strip()
    answers["default"] = _problem(BASE["default"])
    _say_headers(answers, names)


def _say_headers(answers: Json, names: list[str]) -> None:
    """How often one may ask, when to ask again, and whether an answer is a repeated one."""
    limited = [name for name in BASE["headers"] if name.startswith("RateLimit") and "TooMany" in names]
    for status, answer in answers.items():
        again = ["Retry-After"] if status in ("429", "default") or (status == "409" and "KeyInFlight" in names) else []
        replayed = ["Idempotent-Replayed"] if status.startswith("2") and "KeyReused" in names else []
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*limited, *again, *replayed)}
        answer |= {"headers": headers} if headers else {}


def every_refusal(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal of what is imported."""
    for one in base.__subclasses__():
        yield one
        yield from every_refusal(one)


def _problem(description: str) -> Json:
    return {"description": description, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _show(operation: Json, schemas: Json) -> None:
    """An example of what is sent, and of what is answered when all goes well."""
    success = (answer for status, answer in operation["responses"].items() if status.startswith("2"))
    for body in (operation.get("requestBody", {}), *success):
        for content in body.get("content", {}).values():
            content["example"] = example(content["schema"], schemas)


def example(schema: Json, schemas: Json) -> Any:
    """A value that fits: the examples of the fields, the first of several choices, one item of a list."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example(schemas[schema["$ref"].split("/")[-1]], schemas)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return example(choices[0], schemas)
    if "properties" in schema:
        return {name: example(field, schemas) for name, field in schema["properties"].items()}
    if "items" in schema:
        return [example(schema["items"], schemas)]
    fixed = schema.get("enum", [schema.get("const", schema.get("default"))])[0]
    return SAMPLES.get(schema.get("format", ""), PLAIN.get(schema.get("type", ""), {})) if fixed is None else fixed


if __name__ == "__main__":
    main()
