"""Whatever one service tells another is heard: each contract is posted by someone and has a reaction somewhere."""

import ast
import importlib

import pytest

from kit.contracts import CONTRACTS
from tests.architecture.source import SERVICES, named, product, tree


def posted() -> dict[str, set[str]]:
    """Where messages are posted, by the receiver that the call names: `post(session, "notify", X(…), …)`."""
    found: dict[str, set[str]] = {}
    for path in product():
        for node in ast.walk(tree(path)):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name | ast.Attribute) and ast.unparse(called).split(".")[-1] == "post":
                assert isinstance(node, ast.Call)
                receiver = next((a.value for a in node.args if isinstance(a, ast.Constant)), None)
                if receiver in SERVICES:
                    found.setdefault(str(receiver), set()).add(named(path))
    return found


def constructed() -> set[str]:
    """The contracts made somewhere in the services: what is posted must have been made."""
    calls = (node for path in product() for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return {ast.unparse(call.func).split(".")[-1] for call in calls} & CONTRACTS.keys()


def reacted() -> dict[str, set[str]]:
    """Contract -> the services that react to it."""
    found: dict[str, set[str]] = {name: set() for name in CONTRACTS}
    for service in SERVICES:
        for contract, reactions in importlib.import_module(f"{service}.reactions").REACTIONS.items():
            if reactions:
                found[contract.__name__].add(service)
    return found


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_message_has_a_reaction(contract: str) -> None:
    assert reacted()[contract], f"nobody reacts to {contract}"


def test_every_message_is_sent_by_someone() -> None:
    assert CONTRACTS.keys() - constructed() == set()


def test_every_receiver_of_a_post_is_known() -> None:
    assert set(posted()) <= set(SERVICES)
