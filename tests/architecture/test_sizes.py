"""Sizes that keep it liveable (design.md §2). A file that reaches its limit splits its feature; it is not golfed."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SERVICES, named, product, python, rooms_and_faces, tree

MODULE, FUNCTION, FOLDER, KIT = 300, 40, 1200, 1900
# Making files out of descriptions, and reading them: used by the services, no part of what holds one together. Sheets
# go both ways (docs/decisions/0024), and headings are found whatever they are called (0032).
TOOLS = {ROOT / "kit" / "sheets": 430, ROOT / "kit" / "print": 300}
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def ours() -> list[Path]:
    """A migration is one step of a schema's history: it is as long as the step, and never edited once released."""
    return [path for path in python() if "versions" not in path.parts]


def test_modules_have_at_most_300_lines() -> None:
    lengths = {named(path): lines(path) for path in ours()}
    assert {name: length for name, length in lengths.items() if length > MODULE} == {}


def test_functions_have_at_most_40_lines() -> None:
    long = {}
    for path in ours():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION:
                    long[f"{named(path)}: {node.name}"] = length
    assert long == {}


def test_folders_of_rooms_and_faces_have_at_most_1200_lines() -> None:
    folders = [folder for service in SERVICES for folder in rooms_and_faces(service)]
    lines = {
        named(folder): sum(len(path.read_text().splitlines()) for path in folder.glob("*.py")) for folder in folders
    }
    assert {name: count for name, count in lines.items() if count > FOLDER} == {}


def test_kit_stays_small() -> None:
    """1,900 lines of code (docs/decisions/0004): contracts are shapes, comments cost nobody anything, what works out
    the colours of the style sheet is one of its assets, sheets and prints have a limit of their own."""
    apart = (ROOT / "kit" / "contracts", ROOT / "kit" / "web" / "brand.py", *TOOLS)
    kit = [path for path in product() if path.is_relative_to(ROOT / "kit")]
    kit = [path for path in kit if not any(path.is_relative_to(one) for one in apart)]
    assert sum(code_lines(path) for path in kit) <= KIT


@pytest.mark.parametrize("folder", TOOLS, ids=lambda folder: str(folder.name))
def test_kit_that_makes_files_stays_small(folder: Path) -> None:
    """What turns a description into a page to print or a spreadsheet, and a spreadsheet into rows."""
    assert 0 < sum(code_lines(path) for path in product() if path.is_relative_to(folder)) <= TOOLS[folder]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def code_lines(path: Path) -> int:
    """Lines that hold code: no comment, no docstring, no blank line."""
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type not in NOT_CODE:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            held -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(held)
