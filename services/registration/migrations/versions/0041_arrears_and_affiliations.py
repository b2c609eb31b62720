"""Since when companies owe, of invoices that were issued before it was kept"""

from alembic import op


revision = '0041'
down_revision = '0039'


def upgrade() -> None:
    op.execute(
        "UPDATE company SET unpaid_due_on = (SELECT min(registration.due_on) FROM registration"
        " WHERE registration.company_id = company.id AND registration.status = 'confirmed'"
        " AND registration.method = 'invoice' AND registration.paid_at IS NULL AND registration.balance > 0)"
    )
