"""A test is named test_<thing>_<condition>_<result>: a list of tests sorted by name is then a list of what we do."""

import ast
import re

from tests.architecture.source import named, python

LONGEST = 80
# Articles, pronouns, conjunctions and prepositions: a name that begins with one is searched for in vain.
NO_THING = set(
    """a an the this that these those some any each every all both one another other such no none not nobody nothing
    somebody someone something everybody everyone everything what whatever who whoever whose which why how where when
    while whether if it its he she they them their we us our ours you your i my me his her there here is are was were
    and or but so then of on in at to by for from with without within until after before once as about only""".split()
)


def wrong(name: str) -> bool:
    """A name that is too long, or whose first word is no thing."""
    first = re.fullmatch(r"test_([a-z]+)(_[a-z0-9]+)+", name)
    return len(name) > LONGEST or first is None or first[1] in NO_THING


def test_names_of_tests_begin_with_a_thing_and_have_at_most_80_characters() -> None:
    misnamed = []
    for path in python("tests"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                misnamed += [f"{named(path)}: {node.name}"] * wrong(node.name)
    assert misnamed == []


def test_names_that_say_no_thing_or_too_much_are_seen() -> None:
    assert wrong("test_the_last_place_is_sold_once") and wrong("test_refunds") and wrong("test_hold_" + "x" * 80)
    assert not wrong("test_hold_that_ended_frees_its_places")
