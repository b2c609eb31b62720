"""The journal as a sheet: which columns, and what stands in each."""

from collections.abc import Iterable, Mapping

from billing.association.rules import Period
from billing.office.exports.queries_journal import Line
from billing.office.exports.view import Say
from kit.sheets import Cell, Column, Kind, Sheet


def journal_sheet(
    batches: Iterable[Iterable[Line]], accounts: Mapping[str, str], period: Period, say: Say, lang: str, zone: str
) -> Sheet:
    """The same bytes whenever it is made: it is dated by its period, not by today."""
    return Sheet(
        title=say("exports.journal"),
        lang=lang,
        zone=zone,
        columns=_columns(say),
        batches=([_row(one, accounts, say) for one in batch] for batch in batches),
        yes=say("form.yes"),
        no=say("form.no"),
        dated=period.until,
    )


def _columns(say: Say) -> list[Column]:
    texts = ("document", "memo", "account", "account_name")
    amounts = ("debit", "credit")
    return [
        Column(say("exports.day"), Kind.DATE),
        *(Column(say(f"exports.{key}")) for key in texts),
        *(Column(say(f"exports.{key}"), Kind.MONEY) for key in amounts),
        Column(say("exports.code")),
    ]


def _row(one: Line, accounts: Mapping[str, str], say: Say) -> list[Cell]:
    """An account that a price names is one of revenue."""
    name = say(f"exports.account.{accounts.get(one.account, 'revenue')}")
    amounts = (one.debit or None, one.credit or None)
    return [one.day, one.document, say(f"desk.memo.{one.memo}"), one.account, name, *amounts, one.code]
