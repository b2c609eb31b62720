"""Change the rules at random, one change at a time, and see whether a test fails: `python -m tools.mutants --help`.

A mutant is one small change of one file: another comparison, a limit moved by one, a refusal left out. The draw depends
on the seed and the files only: a second run tries the same again, on a copy of the tree. The tests that most likely
notice a change are best named first, since the first failure ends a run.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILES = ("services/billing/*/rules*.py", "services/billing/checkout/flows.py", "kit/money.py")
TESTS = ("tests/billing/test_refund_rules.py", "tests/kit/test_money.py", "tests/billing")
# Operators that stand for one another, both ways.
PAIRS = "Lt:LtE Gt:GtE Lt:GtE Gt:LtE Eq:NotEq Is:IsNot In:NotIn And:Or Add:Sub Mult:FloorDiv Div:FloorDiv Mod:FloorDiv"
NAMES = {"ROUND_HALF_UP": "ROUND_HALF_EVEN", "max": "min", "min": "max", "any": "all", "all": "any"}
NEGATED = {"bool": "not ({})", "int": "-({})", "Decimal": "-({})"}
BLOCKS = (ast.Module, ast.ClassDef, ast.FunctionDef)
SECONDS = 900  # Longer than any run of the tests: a mutant that never ends is noticed.


@dataclass(frozen=True)
class Mutant:
    """One change: the text of one node between two offsets in bytes, as it is and as it would be."""

    file: str
    line: int
    start: int
    end: int
    before: str
    after: str

    def __str__(self) -> str:
        return " ".join(f"{self.file}:{self.line}: {self.before} → {self.after}".split())


def mutants(file: str, source: str) -> list[Mutant]:
    """Every change that can be made to a file, in the order of its lines."""
    written, lines, made = source.encode(), [0], set()
    for line in written.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    for node, after in _changes(ast.parse(source)):
        start = lines[node.lineno - 1] + node.col_offset
        end = lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        made.add(Mutant(file, node.lineno, start, end, written[start:end].decode(), after))
    return sorted(made, key=lambda mutant: (mutant.start, mutant.end, mutant.after))


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Each node that may change, with what would stand in its place."""
    for node in _living(tree):
        match node:
            case ast.FunctionDef(returns=ast.Name(kind)) if kind in NEGATED:
                returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                yield from ((value, NEGATED[kind].format(ast.unparse(value))) for value in returned)
            case ast.Raise() | ast.AugAssign() | ast.Expr(ast.Call()):
                yield node, "pass"
            case ast.expr():
                yield from ((node, f"({ast.unparse(other)})") for other in _others(node))


def _living(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that decide: no annotation, decorator, docstring, value of an enum, nor the inside of an f-string."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list") or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            match child:
                case ast.Expr(ast.Constant(str())) | ast.Assign(_, ast.Constant(str())) if isinstance(node, BLOCKS):
                    pass
                case ast.AST():
                    yield from _living(child)


def _others(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression may become."""
    match node:
        case ast.Compare(left, ops, rest):
            for i, op in enumerate(ops):
                yield from (ast.Compare(left, [*ops[:i], other, *ops[i + 1 :]], rest) for other in _instead(op))
        case ast.BoolOp(op, values):
            yield from (ast.BoolOp(other, values) for other in _instead(op))
        case ast.BinOp(left, op, right):
            yield from (ast.BinOp(left, other, right) for other in _instead(op))
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Name(name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Constant(value):
            yield from (ast.Constant(other) for other in _constants(value))


def _instead(op: ast.AST) -> list[Any]:
    pairs = [pair.split(":") for pair in PAIRS.split()]
    both = pairs + [pair[::-1] for pair in pairs]
    return [getattr(ast, other)() for one, other in both if one == type(op).__name__]


def _constants(value: object) -> list[Any]:
    if isinstance(value, int):
        return [not value] if isinstance(value, bool) else [value + 1, value - 1]
    if not isinstance(value, str) or " " in value:  # A sentence of a log.
        return []
    return [value + "1" if re.fullmatch(r"\d+\.\d+", value) else value + "x"]


def killer(mutant: Mutant, tree: Path, tests: Sequence[str]) -> str:
    """The test that notices the mutant, or nothing. The copy of the tree is as before afterwards."""
    path = tree / mutant.file
    source = path.read_bytes()
    path.write_bytes(source[: mutant.start] + mutant.after.encode() + source[mutant.end :])
    try:
        return failure(tree, tests)
    finally:
        path.write_bytes(source)


def failure(tree: Path, tests: Sequence[str]) -> str:
    """The first test that fails, or nothing."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", *tests]
    env = os.environ | {"PYTHONPATH": f"{tree}:{tree / 'services'}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "it never ends"
    named = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if done.returncode and not named and "rror" not in done.stderr:
        raise SystemExit(f"pytest could not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return (named.group(1) if named else "nothing starts") if done.returncode else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("--files", nargs="+", default=FILES, help="patterns of the files to change, from the root")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="what pytest runs, the likely killers first")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", type=int, nargs="+", help="numbers of the draw to try again")
    given = parser.parse_args()
    paths = sorted({path for pattern in given.files for path in ROOT.glob(pattern)})
    every = [one for path in paths for one in mutants(str(path.relative_to(ROOT)), path.read_text())]
    drawn = enumerate(random.Random(given.seed).sample(every, min(given.count, len(every))), 1)  # noqa: S311
    chosen = [(number, one) for number, one in drawn if not given.only or number in given.only]
    print(f"{len(every)} changes are possible in {len(paths)} files; {len(chosen)} are tried", flush=True)
    return 1 if survivors(chosen, given.tests) else 0


def survivors(chosen: Sequence[tuple[int, Mutant]], tests: Sequence[str]) -> int:
    """Try each in turn and say what became of it; how many no test noticed."""
    made_here = shutil.ignore_patterns(".git", ".venv", ".guichet", "__pycache__", ".*_cache")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = shutil.copytree(ROOT, Path(folder) / "tree", ignore=made_here)
        if before := failure(tree, tests):
            raise SystemExit(f"the tests fail before anything is changed: {before}")
        left = 0
        for number, one in chosen:
            noticed = killer(one, tree, tests)
            left += not noticed
            print(f"{number:3} {f'killed   {one}  ({noticed})' if noticed else f'SURVIVED {one}'}", flush=True)
    print(f"{len(chosen) - left} of {len(chosen)} killed")
    return left


if __name__ == "__main__":
    sys.exit(main())
