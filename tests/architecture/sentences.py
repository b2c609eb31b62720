"""Which sentences the sources ask for: written out, or put together from a beginning and something else."""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

from kit.text import LANGUAGES, Catalogue
from tests.architecture.source import ROOT, files, named, python, tree

KEY = re.compile(r"[a-z_]+(\.[A-Za-z0-9_]+)+")
KIT = ROOT / "kit" / "web"
MSGID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
# Functions whose text argument is a key; `record` takes the action of a history entry.
ASKING = ("say", "t", "pattern", "sentence")


@dataclass
class Asked:
    """`written` and `begun` map a key, or the pattern of a composed key, to where it stands."""

    written: dict[str, str] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    begun: dict[str, str] = field(default_factory=dict)
    recorded: dict[str, str] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)

    def uses(self, key: str) -> bool:
        """Whether the key is written out, or is what a composed one may come to."""
        short = {key, *(key.removeprefix(prefix) for prefix in self.prefixes)}
        return bool(short & self.mentioned) or any(
            re.fullmatch(pattern, name) for pattern in self.begun for name in short
        )

    def found_in(self, key: str, known: Collection[str]) -> bool:
        """Whether the catalogue has the key, as it is or behind a prefix that a `say` of ours puts before it."""
        return key in known or any(prefix + key in known for prefix in self.prefixes)


def folders(service: str) -> list[Path]:
    """Where a service's sentences and their users are."""
    return [ROOT / "kit", ROOT / "services" / service]


@cache
def catalogue(service: str) -> dict[str, dict[str, tuple[str, ...]]]:
    return Catalogue.load([KIT, ROOT / "services" / service]).sentences


def own(service: str) -> set[str]:
    """The keys that a service's own catalogues add to the kit's."""
    return catalogue(service)["fr"].keys() - Catalogue.load([KIT]).sentences["fr"].keys()


def twice(*roots: Path) -> list[str]:
    """Keys that stand more than once in the catalogues of one language: Babel keeps the last and says nothing."""
    found = []
    for lang in LANGUAGES:
        paths = sorted(path for root in roots for path in root.rglob(f"messages/{lang}.po"))
        keys = Counter(key for path in paths for key in MSGID.findall(path.read_text(encoding="utf-8")))
        found += [f"{key} ({lang})" for key, times in keys.items() if times > 1]
    return found


def differing(sentences: dict[str, dict[str, tuple[str, ...]]]) -> list[str]:
    """Keys whose values differ between languages: such a page fails in one of them, and only there."""
    return [key for key in sentences["fr"] if len({_values_of(sentences[lang][key]) for lang in LANGUAGES}) > 1]


def missing(sentences: dict[str, dict[str, tuple[str, ...]]]) -> list[str]:
    """Keys that one language has and another has not, or has without a sentence: such a page fails in that language."""
    every = set().union(*sentences.values())
    return [f"{key} ({lang})" for lang in LANGUAGES for key in sorted(every - sentences[lang].keys())]


def _values_of(forms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for form in forms for _, name, _, _ in Formatter().parse(form) if name) - {"n"}


@cache
def asked(*roots: Path) -> Asked:
    """What the templates and modules below the folders ask for."""
    found = Asked()
    for path in files():
        if "templates" in path.parts and any(path.is_relative_to(root) for root in roots):
            _template(path, found)
    for path in python("kit", "services"):
        if any(path.is_relative_to(root) for root in roots):
            _module(path, found)
    return found


def _template(path: Path, found: Asked) -> None:
    source = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for literal, rest in re.findall(r"""["']([a-z_]+\.[A-Za-z0-9_.]*)["'](\s*~)?""", source):
        if rest or literal.endswith("."):
            found.begun[re.escape(literal) + ".+"] = named(path)
        else:
            found.mentioned.add(literal)
    for literal, rest in re.findall(r"""\bt\(\s*["']([^"']+)["'](\s*~)?""", source):
        if not rest and not literal.endswith("."):
            found.written[literal] = named(path)


def _module(path: Path, found: Asked) -> None:
    own_words = _prefixes(tree(path), found)
    for node in ast.walk(tree(path)):
        where = f"{named(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
            found.mentioned.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            pattern = _composed(node)
            if re.match(r"[a-z_]+\\\.", pattern) and node not in own_words:
                found.begun[pattern] = where
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "action":
            found.recorded.update(dict.fromkeys((text for text in _said(node.value) if KEY.fullmatch(text)), where))
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            literals = list(_literals(node))
            if name in ASKING:
                found.mentioned.update(literals)
                found.written.update(dict.fromkeys((text for text in literals if KEY.fullmatch(text)), where))
            elif name in ("record", "entry"):
                found.recorded.update(dict.fromkeys((text for text in literals if KEY.fullmatch(text)), where))
            elif name == "InvalidInput":
                found.written.update(dict.fromkeys(_values(node), where))


def _prefixes(module: ast.Module, found: Asked) -> list[ast.JoinedStr]:
    """A feature may have a `say` of its own that puts its name before every key: `f"storefront.{key}"`."""
    inside = []
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef) and function.name in ASKING:
            for node in ast.walk(function):
                if isinstance(node, ast.JoinedStr) and re.fullmatch(r"[a-z_]+\\\.\.\+", _composed(node)):
                    found.prefixes.add(_composed(node).replace("\\.", ".").removesuffix(".+"))
                    inside.append(node)
    return inside


def _composed(node: ast.JoinedStr) -> str:
    parts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in node.values)
    return "".join(parts)


def _literals(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        yield from _said(argument)


def _said(value: ast.expr) -> Iterator[str]:
    """The texts a value may be: `"a" if x else "b"` may be both."""
    for node in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _values(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Dict):
            yield from (str(v.value) for v in argument.values if isinstance(v, ast.Constant))
