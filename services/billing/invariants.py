"""What must always be true of billing's rows, whatever crashed, raced or came twice.

Each rule is one set-based query that answers what breaks it, so that a hundred thousand orders are checked in seconds.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from billing.invoices import rules
from billing.invoices.models import GroupedOrder
from kit.sql import column

SHOWN = 20
GRACE = timedelta(hours=3)
_IN_FLIGHT, _LEFT = "('requested', 'to_pay_by_hand')", "('succeeded', 'done')"
_HEX = "REPLACE(CAST(d.id AS TEXT), '-', '')"  # An id as the ledger names it, on both databases.
_OWED = "o.total - o.credited - o.paid + o.refunding + o.refunded + o.disputed"
_FAILED = "COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.order_id = o.id AND r.status = 'failed'), 0)"
# What went back without us, at Stripe or by hand, is owed again until a credit note explains it.
_BY_HAND = (
    "COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.order_id = o.id"
    " AND r.reason IN ('made_at_stripe', 'made_by_hand') AND r.status IN ('requested', 'succeeded', 'done')), 0)"
)


def _sums(table: str, key: str, sums: str, differs: str) -> str:
    """The orders that differ from the sums of their rows in another table."""
    return f"""SELECT o.id FROM orders o
        LEFT JOIN (SELECT {key} AS k, {sums} FROM {table} GROUP BY {key}) s ON s.k = o.id
        WHERE {differs}"""  # noqa: S608 (all parts are literals of this module.)


def _posted(memo: str, source: str, document: str, debits: str) -> str:
    """The rows of `source` that do not have exactly one posting, of the right amount."""
    return f"""SELECT d.id FROM ({source}) d LEFT JOIN (
            SELECT document, COUNT(DISTINCT posting_id) AS postings, SUM(debit) AS debits FROM ledger_entry
            WHERE memo = '{memo}' GROUP BY document) e ON e.document = {document}
        WHERE COALESCE(e.postings, 0) <> 1 OR e.debits <> {debits}"""  # noqa: S608


RULES = {
    "an order's amounts are the sums of its lines": _sums(
        "order_line",
        "order_id",
        "SUM(amount) AS amount, SUM(tps) AS tps, SUM(tvq) AS tvq, "
        "SUM(CASE WHEN tax_class = 'taxable' THEN amount ELSE 0 END) AS taxable",
        "o.subtotal <> COALESCE(s.amount, 0) OR o.tps <> COALESCE(s.tps, 0) OR o.tvq <> COALESCE(s.tvq, 0)"
        " OR o.taxable <> COALESCE(s.taxable, 0)",
    ),
    "what is credited is the sum of its lines": _sums(
        "order_line",
        "order_id",
        "SUM(credited_amount + credited_tps + credited_tvq) AS credited",
        "o.credited <> COALESCE(s.credited, 0)",
    ),
    "what is credited is the sum of the credit notes": _sums(
        "credit_note", "order_id", "-SUM(total) AS credited", "o.credited <> COALESCE(s.credited, 0)"
    ),
    "each tax credited is the sum of the credit notes": """SELECT l.order_id FROM (
            SELECT order_id, SUM(credited_tps) AS tps, SUM(credited_tvq) AS tvq FROM order_line GROUP BY order_id) l
        LEFT JOIN (SELECT order_id, -SUM(tps) AS tps, -SUM(tvq) AS tvq FROM credit_note GROUP BY order_id) n
            ON n.order_id = l.order_id
        WHERE l.tps <> COALESCE(n.tps, 0) OR l.tvq <> COALESCE(n.tvq, 0)""",
    "what is paid is the sum of the allocations": _sums(
        "(SELECT a.order_id, a.amount FROM allocation a JOIN payment p ON p.id = a.payment_id"
        " WHERE p.state = 'settled') s",
        "order_id",
        "SUM(amount) AS paid",
        "o.paid <> COALESCE(s.paid, 0)",
    ),
    "what goes back is the sum of the refunds": _sums(
        "refund",
        "order_id",
        f"SUM(CASE WHEN status IN {_IN_FLIGHT} THEN amount ELSE 0 END) AS flying, "
        f"SUM(CASE WHEN status IN {_LEFT} THEN amount ELSE 0 END) AS gone",
        "o.refunding <> COALESCE(s.flying, 0) OR o.refunded <> COALESCE(s.gone, 0)",
    ),
    "nothing goes back to an order that a payment did not bring it": """SELECT r.payment_id FROM (
            SELECT payment_id, order_id, SUM(amount) AS amount FROM refund WHERE status <> 'failed'
            GROUP BY payment_id, order_id) r
        LEFT JOIN allocation a ON a.payment_id = r.payment_id AND a.order_id = r.order_id
        WHERE r.amount > COALESCE(a.amount, 0)""",
    "a payment is allocated whole, kept for its company, or going back": """SELECT p.id FROM payment p LEFT JOIN (
            SELECT payment_id, SUM(amount) AS amount FROM allocation GROUP BY payment_id) a ON a.payment_id = p.id
        LEFT JOIN (SELECT payment_id, SUM(amount) AS amount FROM credit_return WHERE status <> 'withdrawn'
            GROUP BY payment_id) r ON r.payment_id = p.id
        WHERE p.amount - p.rounding <> COALESCE(a.amount, 0) + p.unallocated + COALESCE(r.amount, 0)""",
    "what is kept is a company's": """SELECT p.id FROM payment p LEFT JOIN credit_return r ON r.payment_id = p.id
        WHERE p.company_key = '' AND (p.unallocated > 0 OR r.id IS NOT NULL)""",
    "a credit pays what its payment pays": """SELECT u.payment_id FROM (
            SELECT payment_id, order_id, SUM(amount) AS amount FROM credit_use GROUP BY payment_id, order_id) u
        LEFT JOIN allocation a ON a.payment_id = u.payment_id AND a.order_id = u.order_id
        WHERE u.amount > COALESCE(a.amount, 0)""",
    "a reversed payment has its reversal, and nothing else has": """SELECT p.id FROM payment p
        LEFT JOIN reversal r ON r.payment_id = p.id
        WHERE (p.state = 'reversed') <> (r.id IS NOT NULL)""",
    "nothing goes back of a reversed payment": """SELECT p.id FROM payment p
        LEFT JOIN credit_return r ON r.payment_id = p.id AND r.status <> 'withdrawn'
        WHERE p.state = 'reversed' AND (p.refunded > 0 OR r.id IS NOT NULL)""",
    "what a payment gave back is the sum of its refunds": """SELECT p.id FROM payment p LEFT JOIN (
            SELECT payment_id, SUM(amount) AS amount FROM refund WHERE status <> 'failed' GROUP BY payment_id) r
            ON r.payment_id = p.id
        WHERE p.refunded <> COALESCE(r.amount, 0)""",
    "what is disputed is the sum of what disputes took": _sums(
        "dispute", "order_id", "SUM(withdrawn) AS taken", "o.disputed <> COALESCE(s.taken, 0)"
    ),
    "what a bank took of a payment is the sum of its disputes": """SELECT p.id FROM payment p LEFT JOIN (
            SELECT payment_id, SUM(withdrawn) AS taken FROM dispute GROUP BY payment_id) d ON d.payment_id = p.id
        WHERE p.disputed <> COALESCE(d.taken, 0)""",
    "a dispute is in the ledger": f"""SELECT d.id FROM dispute d LEFT JOIN (
            SELECT document, SUM(CASE memo WHEN 'dispute_back' THEN -debit ELSE debit END) AS taken FROM ledger_entry
            WHERE memo IN ('dispute', 'dispute_fee', 'dispute_back') GROUP BY document) e ON e.document = {_HEX}
        WHERE d.withdrawn + d.fees <> COALESCE(e.taken, 0)""",  # noqa: S608
    "an invoice says what its orders say": """SELECT i.number FROM invoice i JOIN invoice_order x ON x.invoice_id = i.id
        JOIN orders o ON o.id = x.order_id
        WHERE x.subtotal <> o.subtotal OR x.tps <> o.tps OR x.tvq <> o.tvq OR x.total <> o.total""",
    "an invoice is the sum of its orders": """SELECT i.number FROM invoice i LEFT JOIN (
            SELECT invoice_id, SUM(subtotal) AS subtotal, SUM(tps) AS tps, SUM(tvq) AS tvq FROM invoice_order
            GROUP BY invoice_id) s ON s.invoice_id = i.id
        WHERE i.subtotal <> COALESCE(s.subtotal, 0) OR i.tps <> COALESCE(s.tps, 0) OR i.tvq <> COALESCE(s.tvq, 0)""",
    "what is invoiced or paid has an invoice, and nothing else has": """SELECT o.id FROM orders o
        LEFT JOIN invoice_order x ON x.order_id = o.id
        WHERE (o.status IN ('invoiced', 'paid') AND o.total > 0 AND x.order_id IS NULL)
           OR (x.order_id IS NOT NULL AND o.status = 'open')""",
    # A day for the last order of the invoice to come, and some hours for the job that then issues it without.
    "an order does not wait for its invoice for ever": """SELECT o.id FROM orders o
        JOIN grouped_order g ON g.order_id = o.id
        WHERE o.status = 'open' AND g.since < :late""",
    "a credit note corrects the invoice of its order": """SELECT n.number FROM credit_note n
        LEFT JOIN invoice_order x ON x.order_id = n.order_id
        WHERE x.invoice_id IS NULL OR x.invoice_id <> n.invoice_id""",
    # What a failed refund leaves with us is the only thing that may be held too much.
    "a paid order is paid exactly": f"""SELECT o.id FROM orders o
        WHERE o.status = 'paid' AND ({_OWED} > {_BY_HAND} + o.disputed OR {_OWED} < -{_FAILED})""",  # noqa: S608
    "an invoiced order still owes something": f"SELECT o.id FROM orders o WHERE o.status = 'invoiced' AND {_OWED} <= 0",  # noqa: S608
    "a void order keeps nothing": f"""SELECT o.id FROM orders o
        WHERE o.status = 'void' AND o.paid - o.refunding - o.refunded - o.disputed > {_FAILED}""",  # noqa: S608
    "a void order's invoice was taken back whole": """SELECT o.id FROM orders o
        JOIN invoice_order x ON x.order_id = o.id
        WHERE o.status = 'void' AND o.credited <> o.total""",
    "a payment page asks no more than was invoiced": """SELECT c.id FROM checkout c JOIN orders o ON o.id = c.order_id
        LEFT JOIN invoice i ON i.order_id = c.order_id
        WHERE c.amount < 0 OR c.amount > COALESCE(i.total, o.total)""",
    "what is on notice has its notice, and nothing else has": """SELECT o.id FROM orders o
        LEFT JOIN notice n ON n.order_id = o.id WHERE o.on_notice <> (n.id IS NOT NULL)""",
    "a notice says what its order says": """SELECT n.number FROM notice n JOIN orders o ON o.id = n.order_id
        WHERE n.subtotal <> o.subtotal OR n.tps <> o.tps OR n.tvq <> o.tvq OR n.total <> o.total""",
    "a notice that came to nothing says so": """SELECT n.number FROM notice n JOIN orders o ON o.id = n.order_id
        LEFT JOIN invoice_order x ON x.order_id = o.id
        WHERE o.status = 'void' AND x.order_id IS NULL AND n.discarded_at IS NULL""",
    "debits equal credits": "SELECT posting_id FROM ledger_entry GROUP BY posting_id HAVING SUM(debit) <> SUM(credit)",
    "an invoice is in the ledger once": _posted("invoice", "SELECT * FROM invoice", "d.number", "d.total"),
    "a credit note is in the ledger once": _posted("credit_note", "SELECT * FROM credit_note", "d.number", "-d.total"),
    "a payment is in the ledger once": _posted(
        "payment",
        "SELECT * FROM payment",
        _HEX,
        "(CASE WHEN d.rounding > 0 THEN d.amount ELSE d.amount - d.rounding END)",
    ),
    "a reversal is in the ledger once": _posted(
        "payment_reversed",
        "SELECT r.id, p.amount, p.rounding FROM reversal r JOIN payment p ON p.id = r.payment_id",
        _HEX,
        "(CASE WHEN d.rounding > 0 THEN d.amount ELSE d.amount - d.rounding END)",
    ),
    "a credit that was used is in the ledger once": _posted(
        "credit_used", "SELECT * FROM credit_use", _HEX, "d.amount"
    ),
    "a credit that went back is in the ledger once": _posted(
        "credit_returned",
        "SELECT * FROM credit_return WHERE status = 'done'",
        _HEX,
        "(CASE WHEN d.rounding > 0 THEN d.amount + d.rounding ELSE d.amount END)",
    ),
    # A refund that bounced has a second posting that takes the first back, and may then be paid another way.
    "a refund is in the ledger once": f"""SELECT d.id FROM refund d LEFT JOIN (
            SELECT document, SUM(debit) AS debits,
                COUNT(DISTINCT CASE WHEN memo = 'refund' THEN posting_id END) AS gone,
                COUNT(DISTINCT CASE WHEN memo = 'refund_failed' THEN posting_id END) AS back
            FROM (SELECT memo, document, posting_id, CASE memo WHEN 'refund' THEN debit ELSE -debit END AS debit
                FROM ledger_entry WHERE memo IN ('refund', 'refund_failed')) both_ways
            GROUP BY document) e ON e.document = {_HEX}
        WHERE COALESCE(e.gone, 0) - COALESCE(e.back, 0) <> CASE WHEN d.status IN {_LEFT} THEN 1 ELSE 0 END
           OR COALESCE(e.debits, 0) <> CASE WHEN d.status NOT IN {_LEFT} THEN 0
                WHEN d.rounding > 0 THEN d.amount + d.rounding ELSE d.amount END""",  # noqa: S608
    "what the ledger says has its document": f"""SELECT e.posting_id FROM ledger_entry e LEFT JOIN (
            SELECT 'invoice' AS memo, i.number AS document, x.order_id FROM invoice i
                JOIN invoice_order x ON x.invoice_id = i.id
            UNION ALL SELECT 'credit_note', number, order_id FROM credit_note
            UNION ALL SELECT 'payment', {_HEX}, a.order_id FROM payment d JOIN allocation a ON a.payment_id = d.id
            UNION ALL SELECT 'payment', {_HEX}, NULL FROM payment d WHERE d.company_key <> ''
            UNION ALL SELECT 'payment_reversed', {_HEX}, a.order_id FROM reversal d
                JOIN allocation a ON a.payment_id = d.payment_id
            UNION ALL SELECT 'payment_reversed', {_HEX}, NULL FROM reversal d
            UNION ALL SELECT 'credit_used', {_HEX}, order_id FROM credit_use d
            UNION ALL SELECT 'credit_returned', {_HEX}, NULL FROM credit_return d WHERE d.status = 'done'
            UNION ALL SELECT 'refund', {_HEX}, order_id FROM refund d
            UNION ALL SELECT 'dispute', {_HEX}, order_id FROM dispute d) k
            ON k.document = e.document
            AND (k.order_id = e.order_id OR (k.order_id IS NULL AND e.order_id IS NULL))
            AND k.memo = CASE e.memo WHEN 'refund_failed' THEN 'refund' WHEN 'dispute_fee' THEN 'dispute'
                WHEN 'dispute_back' THEN 'dispute' ELSE e.memo END
        WHERE k.document IS NULL""",  # noqa: S608
    "a file is of a document": """SELECT f.document_id FROM document_file f LEFT JOIN (
            SELECT 'invoice' AS kind, id FROM invoice UNION ALL SELECT 'credit_note', id FROM credit_note
            UNION ALL SELECT 'notice', id FROM notice UNION ALL SELECT 'receipt', id FROM payment) d
            ON d.id = f.document_id AND d.kind = f.kind
        WHERE d.id IS NULL""",
    "the numbers of a series have no gap": """SELECT s.series || '-' || s.year FROM series s LEFT JOIN (
            SELECT series, year, COUNT(*) AS n, MAX(sequence) AS last, MIN(sequence) AS first FROM (
                SELECT series, year, sequence FROM invoice UNION ALL SELECT series, year, sequence FROM credit_note
                UNION ALL SELECT series, year, sequence FROM notice) a
            GROUP BY series, year) d ON d.series = s.series AND d.year = s.year
        WHERE s.last <> COALESCE(d.n, 0) OR s.last <> COALESCE(d.last, 0) OR COALESCE(d.first, 1) <> 1""",
}


def invariants(session: Session, now: datetime) -> list[str]:
    """One sentence for each difference; none when all is well. Only the first of each rule are shown."""
    differences, late = [], sa.bindparam("late", now - rules.PATIENCE - GRACE, type_=column(GroupedOrder.since).type)
    for rule, query in RULES.items():
        # Not LIMIT: PostgreSQL would plan to find a few rows quickly, where there are none, and compare all with all.
        asked = sa.text(query)
        rows = session.execute(asked.bindparams(late) if ":late" in query else asked).scalars().fetchmany(SHOWN)
        differences += [f"{rule}: {row}" for row in rows]
    return differences
