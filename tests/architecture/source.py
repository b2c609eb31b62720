"""The repository as the architecture tests read it: files, syntax trees, the three applications."""

import ast
import importlib
import pkgutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI

from tests.fakes.absent import nobody

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("registration", "billing", "notify")
MADE_HERE = {
    ".git",
    ".venv",
    ".guichet",
    ".secrets",
    ".env",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}
PYTHON_FOLDERS = ("kit", "services", "simulator", "tests", "tools", "bench")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository: what git keeps or would keep, or all but what is made here where git cannot say."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        found = {ROOT / name for name in listed.stdout.splitlines()}
    else:
        found = {path for path in ROOT.rglob("*") if not MADE_HERE & set(path.relative_to(ROOT).parts)}
    return tuple(path for path in sorted(found) if path.is_file() and path.suffix != ".pyc")


def named(path: Path) -> str:
    """A path as it is told in a failure."""
    return path.relative_to(ROOT).as_posix()


def python(*folders: str) -> list[Path]:
    """The Python files below the folders (all of ours when none is named)."""
    chosen = folders or PYTHON_FOLDERS
    return [path for path in files() if path.suffix == ".py" and named(path).startswith(tuple(f"{f}/" for f in chosen))]


def product() -> list[Path]:
    """The Python of the kit and the services, without the migrations' generated steps."""
    return [path for path in python("kit", "services") if "versions" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """The full names a module imports: `from kit import money` is `kit.money`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


FACES = ("public", "office", "door")


def rooms_and_faces(service: str) -> list[Path]:
    """The folders of a service that hold its rooms and its families of pages, at any depth; not migrations or seed."""
    folder = ROOT / "services" / service
    holding = sorted({path.parent for path in folder.rglob("*.py") if path.stem != "__init__"} - {folder})
    return [path for path in holding if not {"migrations", "seed"} & set(path.relative_to(folder).parts)]


def is_face(path: Path) -> bool:
    """Whether a file or folder is of a face: it shows, and decides nothing."""
    return bool(set(FACES) & set(path.relative_to(ROOT).parts))


def kind(path: Path) -> str:
    """What a file may do, by its name: `rules_plan.py` is of the kind `rules`."""
    return path.stem.split("_")[0]


@cache
def app(service: str) -> FastAPI:
    """The application of a service, on a database that is never opened."""
    create_app = importlib.import_module(f"{service}.main").create_app
    url = "sqlite:///nowhere/never-opened.db"
    given = settings(service)(app_env="development", database_url=url, **_own(service))
    found: FastAPI = create_app(given, http=nobody)
    return found


def settings(service: str) -> type[Any]:
    """The settings class of a service."""
    module = importlib.import_module(f"{service}.settings")
    return getattr(module, f"{service.capitalize()}Settings")  # type: ignore[no-any-return]


def _own(service: str) -> dict[str, str]:
    # With a key the routes for cards are there too.
    given = {"stripe_api_key": "sk_test_x", "stripe_webhook_secret": "whsec_x", "stripe_api_base": "http://127.0.0.1:9"}
    return given if service == "billing" else {}


def modules(package: str) -> list[ModuleType]:
    """Every module of a package, imported."""
    root = importlib.import_module(package)
    names = [found.name for found in pkgutil.walk_packages(root.__path__, f"{package}.")]
    wanted = [name for name in names if ".migrations" not in name and not name.endswith("__main__")]
    return [root, *(importlib.import_module(name) for name in wanted)]
