"""What must always be true of billing's rows, whatever crashed, raced or came twice. Each rule is one set-based query
that answers the rows that break it, so that it can be run on a hundred thousand orders."""

import sqlalchemy as sa
from sqlmodel import Session

# Sums by order, each over all orders that have any. Amounts are cents.
_SUMS = """
WITH line AS (
    SELECT order_id, SUM(amount) AS subtotal, SUM(tps) AS tps, SUM(tvq) AS tvq,
           SUM(credited_amount + credited_tps + credited_tvq) AS credited
    FROM order_line GROUP BY order_id),
 note AS (SELECT order_id, -SUM(total) AS credited FROM credit_note GROUP BY order_id),
 came AS (SELECT order_id, SUM(amount) AS paid FROM allocation GROUP BY order_id),
 back AS (
    SELECT order_id, SUM(CASE WHEN status IN ('requested', 'to_pay_by_hand') THEN amount ELSE 0 END) AS refunding,
           SUM(CASE WHEN status IN ('succeeded', 'done') THEN amount ELSE 0 END) AS refunded,
           SUM(CASE WHEN status = 'failed' THEN amount ELSE 0 END) AS failed
    FROM refund GROUP BY order_id),
 owed AS (
    SELECT e.order_id, SUM(e.debit - e.credit) AS receivable FROM ledger_entry e
    WHERE e.account IN (SELECT DISTINCT account FROM ledger_entry WHERE memo = 'payment' AND credit > 0)
    GROUP BY e.order_id)
"""

RULES = {
    "an order's amounts are the sums of its lines": _SUMS
    + """SELECT o.id FROM orders o LEFT JOIN line l ON l.order_id = o.id
    WHERE o.subtotal <> COALESCE(l.subtotal, 0) OR o.tps <> COALESCE(l.tps, 0) OR o.tvq <> COALESCE(l.tvq, 0)""",
}


def invariants(session: Session) -> list[str]:
    """One sentence for each difference; none when all is well."""
    return [
        f"{rule}: {row[0]}" for rule, query in RULES.items() for row in session.execute(sa.text(query + " LIMIT 20"))
    ]
