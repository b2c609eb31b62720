"""One door to the catalogue (design.md §4.22): its tables are written under `catalog/` and by migrations only.

What is taken and reserved of a resource, taken of an allotment, used and spent of a code moves with the registrations:
those columns, in one file.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from registration.catalog import models
from registration.catalog.allotments import models as allotments
from registration.catalog.codes import models as codes
from registration.catalog.partners import models as partners
from registration.tables import Table
from tests.architecture.source import ROOT, named, product, tree

MODULES = (models, codes, allotments, partners)
CATALOGUE = {
    name
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Table) and value.__module__ == module.__name__
}
WRITES = {"update", "insert", "delete", "insert_once", "insert_all", "add_once", "add", "add_all", "merge"}
# Counters that move with every signup: the one file that moves them, and the columns it may write.
COUNTERS = {
    "services/registration/registrations/counters/actions.py": {
        "Resource.taken",
        "Resource.reserved",
        "Allotment.taken",
        "Code.used",
        "Code.spent",
    }
}


def test_catalogue_tables_are_known() -> None:
    assert {"Activity", "Product", "Price", "Question", "Resource", "Series", "ActivitySession"} <= CATALOGUE
    assert {"Code", "Allotment"} <= CATALOGUE


def test_catalogue_tables_are_written_by_the_catalogue_only() -> None:
    found = [line for path in _outside() for line in _writes(tree(path), named(path))]
    assert found == []


def test_catalogue_table_written_from_elsewhere_would_be_seen() -> None:
    """Each way of writing that the house knows, straight or by a name given to the table before."""
    for line in (
        "sa.update(table(Product)).where(x).values(y)",
        "session.add(Activity(key='x'))",
        "insert_all(session, table(Price), rows)",
        "t = table(Question)\nt.delete()",
        "row = session.get(Activity, one)\nsession.add(row)",
        "sa.update(table(Resource)).values({column(Resource.capacity): 9})",
    ):
        source = "from registration.catalog.models import Activity, Price, Product, Question, Resource\n" + line
        assert list(_writes(ast.parse(source), "services/registration/registrations/counters/actions.py")), line


def _outside() -> list[Path]:
    own = ROOT / "services" / "registration" / "catalog"
    return [path for path in product() if "services" in path.parts and not path.is_relative_to(own)]


def _writes(module: ast.Module, path: str) -> Iterator[str]:
    """Every call that writes a table of the catalogue, but for the counters that this file may move."""
    names = _names(module)
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        parts = [*call.args, call.func.value] if isinstance(call.func, ast.Attribute) else call.args
        line = f"{path}:{call.lineno}: {ast.unparse(call)[:80]}"
        if _called(call) in WRITES and any(_mentions(part, names) for part in parts) and not _is_counter(call, path):
            yield line
        if _called(call) == "values":
            yield from (line for written in _columns(call) if written not in COUNTERS.get(path, set()))


def _names(module: ast.Module) -> set[str]:
    """The names by which this module knows the catalogue's models, their tables, and what was read of them."""
    imported = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    names = {
        alias.asname or alias.name
        for node in imported
        if node.module in {module.__name__ for module in MODULES}
        for alias in node.names
        if alias.name in CATALOGUE
    }
    assigned = [node for node in ast.walk(module) if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
    for node in assigned:
        whole = node.value
        makes_row = isinstance(whole, ast.Call) and (
            _called(whole) in {"table", "get", "get_one"}
            or (isinstance(whole.func, ast.Name) and whole.func.id in names)
        )
        if makes_row and _mentions(whole, names):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _mentions(node: ast.AST | None, names: set[str]) -> bool:
    return node is not None and any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))


def _is_counter(call: ast.Call, path: str) -> bool:
    """Whether it updates a table of which this file may move a counter (which columns: see `_columns`)."""
    tables = {f"table({counter.split('.')[0]})" for counter in COUNTERS.get(path, set())}
    return _called(call) == "update" and [ast.unparse(argument) for argument in call.args] in [[one] for one in tables]


def _columns(values: ast.Call) -> Iterator[str]:
    """The columns of the catalogue among `.values({column(Resource.taken): …})`."""
    keys = [key for argument in values.args if isinstance(argument, ast.Dict) for key in argument.keys]
    for key in keys:
        if isinstance(key, ast.Call) and _called(key) == "column":
            written = ast.unparse(key.args[0])
            if written.split(".")[0] in CATALOGUE:
                yield written
