"""Whatever one service tells another is heard: each contract is posted by someone and has a reaction somewhere."""

import ast
import importlib

from kit.contracts import CONTRACTS
from tests.architecture.source import ROOT, SERVICES, named, product, tree

HEARD = {
    "AssociationChanged": {"billing", "notify"},
    "PlaceOrder": {"billing"},
    "BuyerCorrected": {"billing"},
    "NoticeAccepted": {"billing"},
    "OwnerChanged": {"billing"},
    "CreditOrder": {"billing"},
    "RefundOrder": {"billing"},
    "OrderPaid": {"registration"},
    "OrderPartlyPaid": {"registration"},
    "PaymentReversed": {"registration"},
    "OrderInvoiced": {"registration"},
    "OrderCredited": {"registration"},
    "OrderRefunded": {"registration"},
    "SendMessage": {"notify"},
    "DeliveryReported": {"registration"},
}


SAID_BY = {
    "AssociationChanged": ("registration",),
    "PlaceOrder": ("registration",),
    "BuyerCorrected": ("registration",),
    "NoticeAccepted": ("registration",),
    "OwnerChanged": ("registration",),
    "CreditOrder": ("registration",),
    "RefundOrder": ("registration",),
    "OrderPaid": ("billing",),
    "OrderPartlyPaid": ("billing",),
    "PaymentReversed": ("billing",),
    "OrderInvoiced": ("billing",),
    "OrderCredited": ("billing",),
    "OrderRefunded": ("billing",),
    "SendMessage": ("registration",),
    "DeliveryReported": ("notify",),
}


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


def test_messages_have_a_reaction_in_their_receivers() -> None:
    """The table says who must hear what: a new contract is written here, and a lost reaction is seen."""
    assert reacted() == HEARD


def test_messages_are_sent_by_someone() -> None:
    assert CONTRACTS.keys() - constructed() == set()


def test_receivers_of_a_post_are_known() -> None:
    assert set(posted()) <= set(SERVICES)


def test_messages_name_who_may_say_them() -> None:
    assert {name: contract.senders for name, contract in CONTRACTS.items()} == SAID_BY


def test_messages_are_made_by_who_may_say_them_only() -> None:
    """A mailbox refuses a contract from anybody but its senders: a service that made another's would speak in vain."""
    wrong = set()
    for service in SERVICES:
        for path in product():
            if path.is_relative_to(ROOT / "services" / service):
                calls = (ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
                made = {call.split(".")[-1] for call in calls} & CONTRACTS.keys()
                wrong |= {(service, name) for name in made if service not in CONTRACTS[name].senders}
    # Billing's own tests and seed take an order as registration's API gives it; nothing of theirs is posted.
    assert wrong <= {("billing", "PlaceOrder")}
