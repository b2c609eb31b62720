"""A company's account as the JSON API shows it, field by field."""

from billing.collecting.models import Reversal
from billing.collecting.queries import OpenInvoice
from billing.office.collecting.queries import Account
from billing.office.collecting.schemas import AccountPaymentView, AccountView, CreditReturnView, OpenInvoiceView
from billing.payments.models import Payment


def account(account: Account) -> AccountView:
    return AccountView(
        name=account.payer.name,
        company_key=account.payer.company_key,
        owed=account.owed,
        credit=account.credit,
        invoices=[_invoice(invoice) for invoice in account.invoices],
        payments=[_payment(payment, reversal) for payment, reversal in account.payments],
        to_return=[
            CreditReturnView(id=one.id, payment_id=one.payment_id, amount=one.amount) for one, _ in account.to_return
        ],
    )


def _invoice(invoice: OpenInvoice) -> OpenInvoiceView:
    return OpenInvoiceView(
        id=invoice.id,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=invoice.total,
        owed=invoice.owed,
        activities=invoice.titles,
    )


def _payment(payment: Payment, reversal: Reversal | None) -> AccountPaymentView:
    return AccountPaymentView(
        id=payment.id,
        method=payment.method,
        amount=payment.amount,
        unallocated=payment.unallocated if reversal is None else 0,
        received_on=payment.received_on,
        reference=payment.reference,
        by=payment.by,
        state=payment.state,
        reversed_on=reversal.reversed_on if reversal else None,
        reason=reversal.reason.value if reversal else "",
        replaces_id=payment.replaces_id,
    )
