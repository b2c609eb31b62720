"""Views: what banks took of an order, and the disputes behind it"""

from alembic import op


revision = '0004'
down_revision = '0003'

VIEWS = {
    'contract_orders': """
        SELECT id, code, activity_key, status, closing, method, lang, ordered_on, placed_at, due_on, tax_review,
               subtotal, taxable, tps, tvq, total, credited, paid, refunding, refunded,
               total - credited - paid + refunding + refunded + disputed AS owed, disputed
        FROM orders""",
    'contract_disputes': """
        SELECT id, order_id, payment_id, stripe_dispute, status, amount, withdrawn, fees, opened_at, evidence_due_at,
               closed_at
        FROM dispute""",
}


def upgrade() -> None:
    op.execute('DROP VIEW contract_orders')
    for name, query in VIEWS.items():
        op.execute(f'CREATE VIEW {name} AS {query}')
