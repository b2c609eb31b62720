"""Write the lists by which companies are told apart: an entry ends and another stands for it, none is taken away."""

import uuid
from datetime import datetime

from sqlmodel import Session, select

from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound
from registration.history.actions import record
from registration.history.rules import Change
from registration.members.models import Grouping
from registration.members.records.queries import CompanyLists, company_lists
from registration.members.records.rules_lists import EntryDetails, key_of, ring

SUBJECT = uuid.uuid5(uuid.NAMESPACE_URL, "company lists")


def add_entry(session: Session, details: EntryDetails, by: Caller, now: datetime) -> Grouping:
    """One more entry, last in its list. Raises InvalidInput."""
    lists = company_lists(session)
    mine = lists.of(details.kind)
    key = key_of(details.label.fr, [one.key for one in mine])
    _check(lists, details, key)
    row = Grouping(
        kind=details.kind, key=key, label_fr="", position=max([one.position for one in mine], default=-1) + 1
    )
    _write(row, details)
    session.add(row)
    session.flush()
    record(session, "company_list", SUBJECT, "company_list.added", by, now, {"label": Change("", row.label_fr)})
    return row


def change_entry(session: Session, entry_id: uuid.UUID, details: EntryDetails, by: Caller, now: datetime) -> Grouping:
    """The entry says this from now on; its list stays. Raises NotFound, InvalidInput."""
    row = session.exec(select(Grouping).where(Grouping.id == entry_id).with_for_update()).first()
    if row is None or row.kind is not details.kind:
        raise NotFound()
    _check(company_lists(session), details, row.key)
    before = row.label_fr
    _write(row, details)
    session.add(row)
    record(session, "company_list", SUBJECT, "company_list.changed", by, now, {"label": Change(before, row.label_fr)})
    return row


def _check(lists: CompanyLists, details: EntryDetails, key: str) -> None:
    """What an entry is replaced by is another of its list, and leads nowhere back."""
    after = {one.key: one.replaced_by for one in lists.of(details.kind)} | {key: details.replaced_by}
    if details.replaced_by and (details.replaced_by not in after or ring(after, key)):
        raise InvalidInput({"replaced_by": "problem.list_replaced_by"})


def _write(row: Grouping, details: EntryDetails) -> None:
    row.label_fr, row.label_en = details.label.fr, details.label.en
    row.starts, row.ends, row.replaced_by = details.starts, details.ends, details.replaced_by
    row.target_percent, row.votes = details.target_percent, details.votes
    row.member_price, row.in_directory = details.member_price, details.in_directory
