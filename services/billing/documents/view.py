"""What a document says on paper: French, or French first with English beside it (domain.md L2), never English alone."""

from collections.abc import Iterator
from decimal import Decimal

from billing.documents.queries import Issued
from billing.documents.rules import PaperKind
from billing.documents.schemas import Body, FrozenLine, FrozenOrder
from kit import text
from kit.contracts import Bilingual, OrderMethod
from kit.money import rates_on, shared
from kit.print.papers import Fact, PaperColumn, PaperDocument, PaperPart, PaperRow, Said
from kit.text import Catalogue
from kit.web.brand import brand

# What a line is for the taxes, as one letter; the legend says the word (T8).
MARKS = {"taxable": "T", "exempt": "E", "out_of_scope": "H", "zero_rated": "D"}


class Writer:
    """Writes documents for somebody who reads `lang`."""

    def __init__(self, catalogue: Catalogue, lang: str) -> None:
        self._catalogue, self._beside = catalogue, "en" if lang == "en" else ""

    def paper(self, document: Issued, logo: bytes) -> PaperDocument:
        """The whole of a document."""
        body, seller = document.body, document.body.seller
        contact = " · ".join(one for one in (seller.phone and text.phone(seller.phone, "fr"), seller.email) if one)
        return PaperDocument(
            title=self.say(f"document.{document.kind}"),
            number=document.number,
            lang="fr",
            beside=self._beside,
            paper="us-letter",
            accent=brand(seller.accent).light.accent,
            sender=seller.legal_name,
            sender_lines=[*seller.address_lines, *([contact] if contact else [])],
            sender_numbers=list(self._numbers(body)),
            to=self.say("document.to"),
            recipient=list(recipient(body)),
            facts=list(self._facts(document)),
            columns=list(self._columns(body)),
            parts=[self._part(order, body) for order in body.orders],
            sums=list(self._sums(document)),
            legend=list(self._legend(body)),
            notes=list(self._notes(document)),
            page_of=self._catalogue.pattern("fr", "document.page_of"),
            logo=logo,
        )

    def file_name(self, document: Issued) -> str:
        """It says nothing of anybody: `F-2027-00012.pdf`; a receipt goes by the invoice that it is for."""
        if document.came is None:
            return f"{document.number}.pdf"
        return self._catalogue.say("fr", "document.file_receipt", number=document.came.settled[0].number) + ".pdf"

    def say(self, key: str, /, **values: object) -> Said:
        """A sentence, and the same beside it for whoever reads English."""
        french = self._catalogue.say("fr", key, **values)
        return Said(french, self._catalogue.say("en", key, **values) if self._beside else "")

    def told(self, words: Bilingual) -> Said:
        """What was written in both languages, or in French alone."""
        return Said(words.fr, words.en if self._beside else "")

    def _numbers(self, body: Body) -> Iterator[str]:
        """Both registration numbers, whatever the amount (T6, T7); a small supplier has none to show (T9)."""
        for key, number in (("document.gst", body.seller.gst_number), ("document.qst", body.seller.qst_number)):
            if number:
                yield self._catalogue.say("fr", key, number=number)

    def _facts(self, document: Issued) -> Iterator[Fact]:
        body = document.body
        yield Fact(self.say("document.date"), text.day_short(document.issued_on, "fr"))
        if body.due_on and document.kind in (PaperKind.INVOICE, PaperKind.NOTICE):
            yield Fact(self.say("document.due"), text.day_short(body.due_on, "fr"), strong=True)
        if document.kind is PaperKind.CREDIT_NOTE:
            yield Fact(self.say("document.of_invoice"), body.invoice)
        if document.came:
            yield Fact(self.say("document.by"), self.say(f"document.method.{document.came.method}").text)
            if document.came.reference:
                yield Fact(self.say("document.reference"), document.came.reference)
        if body.buyer.po_number:
            yield Fact(self.say("document.po"), body.buyer.po_number)
        if len(body.orders) == 1 and body.orders[0].code:
            yield Fact(self.say("document.order"), body.orders[0].code)

    def _columns(self, body: Body) -> Iterator[PaperColumn]:
        yield PaperColumn(self.say("document.description"), share=1)
        yield PaperColumn(self.say("document.quantity"), figures=True)
        yield PaperColumn(self.say("document.unit"), figures=True)
        if is_registered(body):
            yield PaperColumn(self.say("document.tax"))
        yield PaperColumn(self.say("document.amount"), figures=True)

    def _part(self, order: FrozenOrder, body: Body) -> PaperPart:
        """The lines of one order; with several, its code tells them apart."""
        alone = len(body.orders) == 1
        heading = self.told(order.activity)
        if not alone:
            heading = Said(f"{heading.text} ({order.code})", heading.beside)
        lines = [line for line in body.lines if alone or line.order == order.code]
        return PaperPart(heading, [self._row(line, body) for line in lines])

    def _row(self, line: FrozenLine, body: Body) -> PaperRow:
        """A line before tax. A part of a line that was credited without a unit has no quantity."""
        cells = [
            self.told(line.label),
            Said(text.number(line.quantity, "fr") if line.quantity else ""),
            Said(text.money(line.unit_amount, "fr") if line.quantity else ""),
            *([Said(MARKS[line.tax_class])] if is_registered(body) else []),
            Said(text.money(line.amount, "fr")),
        ]
        return PaperRow(cells, list(self._components(line)))

    def _components(self, line: FrozenLine) -> Iterator[Fact]:
        """What a line is made of, before tax, and the taxes of each (T18): golf and meals are not treated alike by
        whoever pays them."""
        weights = list(line.components.values())
        if len(weights) < 2:
            return
        columns = [shared(whole, weights) for whole in (line.amount, line.tps, line.tvq)]
        for name, amount, tps, tvq in zip(line.components, *columns, strict=True):
            taxes = "document.component_taxed" if tps or tvq else "document.component"
            said = [text.money(one, "fr") for one in (amount, tps, tvq)]
            label = self._named(name)
            yield Fact(label, self._catalogue.say("fr", taxes, amount=said[0], tps=said[1], tvq=said[2]))

    def _named(self, component: str) -> Said:
        key = f"document.part.{component}"
        return self.say(key) if self._catalogue.has(key) else Said(component.replace("_", " ").capitalize())

    def _sums(self, document: Issued) -> Iterator[Fact]:
        body, sums = document.body, document.body.amounts
        if is_registered(body):
            rates = rates_on(body.orders[0].ordered_on)
            yield Fact(self.say("document.subtotal"), text.money(sums.subtotal, "fr"))
            yield Fact(self._rate("document.tps", rates.tps), text.money(sums.tps, "fr"))
            yield Fact(self._rate("document.tvq", rates.tvq), text.money(sums.tvq, "fr"))
        yield Fact(self.say(f"document.total.{document.kind}"), text.money(sums.total, "fr"), strong=True)
        if (came := document.came) is None:
            return
        for one in came.settled:
            title = self.say("document.settled", number=one.number, day=text.day_short(one.issued_on, "fr"))
            yield Fact(title, text.money(one.paid, "fr"))
        if came.rounding:
            yield Fact(self.say("document.rounding"), text.money(came.rounding, "fr"))
        yield Fact(self.say("document.received"), text.money(came.amount, "fr"), strong=True)

    def _rate(self, key: str, rate: Decimal) -> Said:
        french = self._catalogue.say("fr", key, rate=text.percent(rate, "fr"))
        return Said(french, self._catalogue.say("en", key, rate=text.percent(rate, "en")) if self._beside else "")

    def _legend(self, body: Body) -> Iterator[Said]:
        if is_registered(body):
            present = {line.tax_class.value for line in body.lines}
            yield from (self.say(f"document.mark.{one}") for one in MARKS if one in present)

    def _notes(self, document: Issued) -> Iterator[Said]:
        """The terms, and how to pay what is not paid yet."""
        body, seller = document.body, document.body.seller
        if document.kind is PaperKind.CREDIT_NOTE:
            yield self._reason(body.reason)
            return
        if document.kind is PaperKind.RECEIPT:
            return
        if document.kind is PaperKind.NOTICE:
            yield self.say("document.notice_means")
        if body.method != OrderMethod.INVOICE:
            yield self.say(f"document.paid.{body.method}")
            return
        yield self.say("document.terms", n=seller.invoice_days)
        ways = [("cheque", seller.cheque_payable_to or seller.legal_name), ("transfer", seller.e_transfer_to)]
        for way, to in ways:
            if to:
                yield self.say(f"document.pay.{way}", to=to, number=document.number)

    def _reason(self, reason: str) -> Said:
        """Codes have sentences, what a person wrote is shown as it is."""
        key = f"document.reason.{reason}"
        written = self.say(key) if self._catalogue.has(key) else Said(reason)
        about = self.say("document.reason")
        return Said(f"{about.text} {written.text}", f"{about.beside} {written.beside}" if written.beside else "")


def recipient(body: Body) -> Iterator[str]:
    """Who it is for: the company first, which is whose it is (T7)."""
    buyer = body.buyer
    place = " ".join(one for one in (buyer.city, f"({buyer.province})" if buyer.city else "", buyer.postal_code) if one)
    return (one for one in (buyer.company, buyer.name, buyer.address, place) if one)


def is_registered(body: Body) -> bool:
    """Whether it shows taxes: a small supplier charges none, and shows no line of them (T9)."""
    return bool(body.seller.gst_number or body.seller.qst_number or body.amounts.taxed)
