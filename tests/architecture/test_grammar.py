"""The grammar of a service (design.md §2): what lives in which file, what it may import, what is never written."""

import ast
import inspect
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import Float, MetaData, Numeric

from kit import wiring
from kit.db import KitTable
from tests.architecture.source import (
    FACES,
    ROOT,
    SERVICES,
    app,
    files,
    imports,
    is_face,
    kind,
    modules,
    named,
    product,
    python,
    rooms_and_faces,
    tree,
)

FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "handler", "processor", "data", "info"}
NO_ANSWERS = ("fastapi", "starlette", "jinja2", "kit.app", "kit.answers", "kit.edge", "kit.web", "kit.wiring")
NO_CALLS = ("httpx", "stripe", "kit.http", "kit.worker")
NEVER = {
    "rules": (*NO_ANSWERS, *NO_CALLS, "sqlalchemy", "sqlmodel", "kit.db", "kit.sql", "kit.mailbox", "kit.settings"),
    "models": (*NO_ANSWERS, *NO_CALLS, "kit.mailbox", "kit.auth", "kit.settings"),
    "queries": (*NO_ANSWERS, *NO_CALLS, "kit.mailbox"),
    "actions": (*NO_ANSWERS, *NO_CALLS),
}
# Names that decide nothing by themselves, and libraries that compute and touch nothing.
PURE = (
    "kit.auth.STAFF",
    "kit.clock.local_day",
    "kit.clock.local",
    "kit.clock.from_wall",
    "email_validator",
    "dateutil.easter",
    "PIL",
    "defusedxml",
    "resvg_py",
    "kit.sheets.headings",
    "kit.sheets.reading.ReadRow",
)


ROOM = {"rules", "models", "queries", "actions", "flows", "view", "schemas"}
FACE = {"pages", "api", "view", "schemas", "queries"}
# Names outside the grammar, each with its reason.
EXCEPTIONS = {
    "services/billing/checkout/pages.py": "the one page of its room: the visit to Stripe and back",
    "services/billing/checkout/webhooks.py": "the one route of its room: what Stripe says",
    "services/notify/channels/pages.py": "the page of one room: the mail kept in development",
}


def files_of(*kinds: str) -> list[Path]:
    """The files of these kinds in every room and family of pages."""
    folders = [folder for service in SERVICES for folder in rooms_and_faces(service)]
    return [path for folder in folders for path in sorted(folder.glob("*.py")) if kind(path) in kinds]


def test_files_of_rooms_and_faces_have_names_of_the_grammar() -> None:
    folders = [folder for service in SERVICES for folder in rooms_and_faces(service)]
    paths = [path for folder in folders for path in folder.glob("*.py") if path.stem != "__init__"]
    odd = {named(path) for path in paths if kind(path) not in (FACE if is_face(path) else ROOM)}
    assert odd == EXCEPTIONS.keys()
    assert len(EXCEPTIONS) <= 4


@pytest.mark.parametrize("kind_of_file", NEVER)
def test_files_import_only_what_their_kind_may(kind_of_file: str) -> None:
    wrong = []
    for path in files_of(kind_of_file):
        for imported in imports(path):
            if any(imported == never or imported.startswith(f"{never}.") for never in NEVER[kind_of_file]):
                wrong.append(f"{named(path)} imports {imported}")
    assert wrong == []


def test_rules_import_the_standard_library_the_kits_words_and_rules_only() -> None:
    """Rules can be read and tested with nothing running."""
    allowed = {*sys.stdlib_module_names, "kit.money", "kit.errors", "kit.contracts", "kit.text", *PURE}
    wrong = []
    for path in files_of("rules"):
        for imported in imports(path):
            known = any(imported == good or imported.startswith(f"{good}.") for good in allowed)
            rules = re.match(r"(registration|billing|notify)(\.\w+)+\.rules|billing\.port\b", imported)
            room = ".".join(path.relative_to(ROOT / "services").parts[:2])
            rules = rules or re.match(rf"{room}(\.\w+)?\.schemas(_\w+)?\.", imported)
            if not known and not rules and not re.match(r"(registration|billing|notify)\.\w+$", imported):
                wrong.append(f"{named(path)} imports {imported}")
    assert wrong == []


def test_pages_and_api_are_imported_by_their_own_family_only() -> None:
    """What two families need goes down into a room; `main` puts all routers together."""
    wrong = []
    for path in product():
        folder = ".".join(path.relative_to(ROOT / "services").parts[:-1]) if "services" in path.parts else ""
        for imported in imports(path):
            of = re.match(r"((?:registration|billing|notify)\.[\w.]+?)\.(?:pages|api)(?:_\w+)?(?:\.\w+)?$", imported)
            if of and of[1] != folder and path.stem != "main":
                wrong.append(f"{named(path)} imports {imported}")
    assert wrong == []


def test_templates_are_made_of_their_own_face_and_the_kit() -> None:
    wrong = []
    for path in files():
        if path.suffix == ".html" and "templates" in path.parts and "services" in path.parts:
            text = path.read_text(encoding="utf-8")
            face = next((folder for folder in path.parents if folder.name in FACES), path.parent)
            own = {folder.parent.name for folder in face.rglob("templates")} | {path.parents[1].name, "kit"}
            taken = re.findall(r"{%-?\s*(?:extends|include|from|import)\s+[\"']([^\"'/]+)/", text)
            wrong += [f"{named(path)}: {other}" for other in taken if other not in own]
    assert wrong == []


def test_commits_are_made_by_the_database_only() -> None:
    """`with db.write()` is the one transaction (design.md §4.1)."""
    calls = [
        f"{named(path)}:{node.lineno}"
        for path in product()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert [call for call in calls if not call.startswith("kit/db.py")] == []


def test_time_is_read_by_the_clock_only() -> None:
    found = []
    for path in product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if re.search(r"(datetime|date|dt)\.(now|utcnow|today)$|^time\.time$", called):
                    found.append(f"{named(path)}: {called}")
    assert found == ["kit/clock.py: datetime.now"]


def test_modules_are_not_called_utils_or_the_like() -> None:
    stems = {part for path in python() for part in (path.stem, *path.relative_to(ROOT).parts[:-1])}
    assert stems & FORBIDDEN_NAMES == set()


def test_module_state_is_never_changed() -> None:
    """Two processes of every service must be correct: what matters is in the database (design.md §4.10)."""
    changed = [named(path) for path in product() for node in ast.walk(tree(path)) if isinstance(node, ast.Global)]
    assert changed == []


@pytest.mark.parametrize("service", SERVICES)
def test_routes_run_in_threads(service: str) -> None:
    """A blocking call in an `async def` stops everybody; only a provider's raw body is read that way."""
    coroutines = [
        f"{route.endpoint.__module__}.{route.name}"
        for route, _ in wiring.routes(app(service))
        if inspect.iscoroutinefunction(route.endpoint)
    ]
    assert [name for name in coroutines if ".webhooks." not in name] == []


@pytest.mark.parametrize("service", SERVICES)
def test_money_is_never_a_fraction(service: str) -> None:
    modules(service)
    tables = sys.modules[f"{service}.tables"]
    metadata: MetaData = tables.Table.metadata
    every = [*metadata.sorted_tables, *KitTable.metadata.sorted_tables]
    assert metadata.tables
    inexact = [
        f"{table.name}.{column.name}"
        for table in every
        for column in table.columns
        if isinstance(column.type, Float | Numeric)
    ]
    assert inexact == []


def test_pages_hold_no_inline_script_or_style() -> None:
    """The security policy would refuse them (design.md §10). A JSON-LD block is text, not a script."""
    wrong = []
    inline = r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\b(?:src=|type=\"application/ld\+json\"))"
    for path in files():
        if path.suffix == ".html" and "templates" in path.parts and not is_mail(path.read_text(encoding="utf-8")):
            wrong += [f"{named(path)}: {found}" for found in re.findall(inline, path.read_text(encoding="utf-8"))]
    assert wrong == []


def is_mail(template: str) -> bool:
    """Mail readers know no style sheet: letters carry theirs."""
    return bool(re.search(r"kit/mail\.html|kit/mail_parts\.html|supported-color-schemes", template))
