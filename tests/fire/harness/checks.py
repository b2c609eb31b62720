"""What must be true between the houses once everything is quiet, read from their contract views and from outside.

Every function answers sentences; an empty list means that all is well.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.fire.harness.town import NAMES, Town

STANDING = ("confirmed", "cancelled")


def differences(town: Town) -> list[str]:
    """Everything that contradicts something else, anywhere."""
    own = [f"{name}: {line}" for name in NAMES for line in town.ops(name, "invariants")]
    return [*own, *_orders(town), *_places(town), *_said(town), *_stripe(town), *_numbers(town), *_ledger(town)]


def _orders(town: Town) -> Iterator[str]:
    """Each paid order is a confirmed registration or went back whole; each registration that stands has its order."""
    registrations = {str(row["id"]): row for row in town.rows("registration", "SELECT * FROM contract_registrations")}
    orders = {str(row["id"]): row for row in town.rows("billing", "SELECT * FROM contract_orders")}
    invoices = town.rows("billing", "SELECT order_id, number FROM contract_invoices WHERE kind = 'invoice'")
    number_of = {str(row["order_id"]): row["number"] for row in invoices}
    for id_ in orders.keys() - registrations.keys():
        yield f"order {id_} has no registration"
    for id_, registration in registrations.items():
        order = orders.get(id_)
        if registration["status"] in STANDING:
            if order is None or order["status"] == "void":
                # An invoice taken back whole before it was paid is void; nothing else may be.
                if order is None or registration["status"] == "confirmed":
                    yield f"registration {id_} is {registration['status']} and its order is {order and order['status']}"
                    continue
            yield from _same_books(registration, order, number_of.get(id_, ""))
        elif order is not None and order["status"] != "void" and order["paid"] != order["refunded"]:
            yield f"registration {id_} is {registration['status']}; its order: {order['status']}, paid {order['paid']}"


def _same_books(registration: dict[str, Any], order: dict[str, Any], number: str) -> Iterator[str]:
    same = {name: (registration[name], order[name]) for name in ("subtotal", "tps", "tvq", "total", "code", "credited")}
    same["refunded"] = (registration["refunded"], order["refunded"])
    same["invoice"] = (registration["invoice_number"], number)
    paid = order["status"] == "paid" and registration["total"] > 0
    same["paid"] = (registration["paid_at"] is not None, paid)
    for name, (here, there) in same.items():
        if here != there:
            yield f"registration {registration['id']}: {name} is {here}, billing says {there}"
    if order["refunding"] or (registration["method"] == "card" and order["owed"]):
        yield f"order {order['id']}: refunding {order['refunding']}, owed {order['owed']}"


def _places(town: Town) -> Iterator[str]:
    """No ticket twice, nobody in twice, no resource above its capacity."""
    codes = Counter(row["code"] for row in town.rows("registration", "SELECT code FROM contract_attendees"))
    yield from (f"ticket {code} exists {count} times" for code, count in codes.items() if count > 1)
    standing = "SELECT attendee_id, point FROM contract_checkins WHERE undone_at IS NULL"
    entries = Counter((str(row["attendee_id"]), row["point"]) for row in town.rows("registration", standing))
    yield from (f"{who} is in {count} times" for who, count in entries.items() if count > 1)
    for row in town.rows("registration", "SELECT * FROM contract_resources WHERE taken > capacity"):
        yield f"resource {row['key']} of {row['activity_key']} is oversold: {row['taken']} of {row['capacity']}"


def _said(town: Town) -> Iterator[str]:
    """One message for each confirmation and each ticket, sent; mail may repeat, with one Message-ID."""
    messages = town.rows("notify", "SELECT * FROM contract_messages")
    counted = Counter((row["kind"], str(row["entity"])) for row in messages)
    confirmed = "SELECT id FROM contract_registrations WHERE confirmed_at IS NOT NULL"
    for row in town.rows("registration", confirmed):
        count = counted[("registration_confirmed", str(row["id"]))]
        if count != 1:
            yield f"registration {row['id']} was confirmed and told so {count} times"
    yield from (f"message {row['id']} is {row['status']}" for row in messages if row["status"] != "sent")
    queued = {f"{row['kind']}:{row['entity']}" for row in messages}
    ids: dict[str, set[str]] = defaultdict(set)
    for mail in town.mail.mails:
        ids[str(mail.message["X-Message-Key"])].add(str(mail.message["Message-ID"]))
    yield from (f"{key} was queued and never mailed" for key in queued - ids.keys())
    yield from (f"{key} was mailed and never queued" for key in ids.keys() - queued)
    yield from _mailed_twice(town)
    versions = Counter(f"{row['kind']}:{row['entity']}" for row in messages)
    for key, found in ids.items():
        if len(found) != versions[key]:
            yield f"{key} was mailed under {len(found)} Message-IDs and queued {versions[key]} times"


def _mailed_twice(town: Town) -> Iterator[str]:
    """What repeats a Message-ID repeats the mail, to the same person; who was told so is in, or gave it up since."""
    said: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for mail in town.mail.mails:
        parts = [part.get_payload(decode=True) for part in mail.message.walk() if not part.is_multipart()]
        content = (mail.recipients, str(mail.message["Subject"]), *parts)
        said[str(mail.message["Message-ID"])].add(content)
    yield from (f"{id_} was sent with {len(found)} contents" for id_, found in said.items() if len(found) > 1)
    standing = {row["id"] for row in town.rows("registration", "SELECT * FROM contract_registrations") if _in(row)}
    for mail in town.mail.mails:
        kind, _, entity = str(mail.message["X-Message-Key"]).partition(":")
        if kind == "registration_confirmed" and str(uuid.UUID(entity)) not in standing:
            yield f"registration {entity} was mailed that it is confirmed, and is not"


def _in(registration: dict[str, Any]) -> bool:
    return registration["status"] in STANDING and registration["confirmed_at"] is not None


def _stripe(town: Town) -> Iterator[str]:
    """What Stripe took, less what it sent back, is what our books say, order by order."""
    client = town.stripe.client()
    at_stripe: Counter[str] = Counter()
    intents: dict[str, str] = {}
    for intent in client.v1.payment_intents.list({"limit": 100}).auto_paging_iter():
        order = intent.to_dict()["metadata"]["order_id"]
        intents[intent.id] = order
        at_stripe[order] += intent.amount_received or 0
    sent: Counter[str] = Counter()
    for refund in client.v1.refunds.list({"limit": 100}).auto_paging_iter():
        sent[str(refund.to_dict()["metadata"]["refund_id"])] += 1
        if refund.status == "succeeded":
            at_stripe[intents[str(refund.payment_intent)]] -= refund.amount
    yield from (f"refund {id_} was sent {count} times" for id_, count in sent.items() if count > 1)
    standing = {row["id"] for row in town.rows("registration", "SELECT * FROM contract_registrations") if _in(row)}
    for order, held in at_stripe.items():
        if held and order not in standing:
            yield f"order {order}: Stripe holds {held}, and nobody has a place for it"
    ours: Counter[str] = Counter()
    for row in town.rows("billing", "SELECT order_id, amount FROM contract_payments WHERE payment_intent IS NOT NULL"):
        ours[str(row["order_id"])] += row["amount"]
    for row in town.rows("billing", "SELECT order_id, amount FROM contract_refunds WHERE status = 'succeeded'"):
        ours[str(row["order_id"])] -= row["amount"]
    for order in at_stripe.keys() | ours.keys():
        if at_stripe[order] != ours[order]:
            yield f"order {order}: Stripe holds {at_stripe[order]}, our books {ours[order]}"


def _numbers(town: Town) -> Iterator[str]:
    """Invoices and credit notes are numbered 1, 2, 3 … in each series and year; an order has one invoice."""
    documents = town.rows("billing", "SELECT kind, series, year, sequence, order_id FROM contract_invoices")
    series: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in documents:
        series[(row["series"], row["year"])].append(row["sequence"])
    for name, numbers in series.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"series {name} has a gap or a double: {sorted(numbers)}"
    of_order = Counter(str(row["order_id"]) for row in documents if row["kind"] == "invoice")
    yield from (f"order {order} has {count} invoices" for order, count in of_order.items() if count > 1)


def _ledger(town: Town) -> Iterator[str]:
    """Every posting balances, and the card account holds what our books say Stripe holds."""
    query = "SELECT posting_id, SUM(debit) AS debit, SUM(credit) AS credit FROM contract_ledger GROUP BY posting_id"
    for row in town.rows("billing", query):
        if row["debit"] != row["credit"]:
            yield f"posting {row['posting_id']}: debit {row['debit']}, credit {row['credit']}"
    card = "SELECT COALESCE(SUM(debit - credit), 0) AS held FROM contract_ledger WHERE account = '1020'"
    payments = "SELECT COALESCE(SUM(amount), 0) AS n FROM contract_payments WHERE method = 'card'"
    refunds = "SELECT COALESCE(SUM(amount), 0) AS n FROM contract_refunds WHERE status = 'succeeded'"
    held = town.rows("billing", payments)[0]["n"] - town.rows("billing", refunds)[0]["n"]
    if town.rows("billing", card)[0]["held"] != held:
        yield f"the card account holds {town.rows('billing', card)[0]['held']}, payments less refunds {held}"
