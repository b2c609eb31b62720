"""The next list of a company, begun with whom it covers."""

from sqlmodel import Session

from registration.plans.actions import lock_company
from registration.plans.lists.actions import Saying, add_people, seal
from registration.plans.lists.queries import draft_of
from registration.plans.renewing.rules import TakeUp
from registration.plans.rules import ListChanged, NobodyChosen, Whose


def take_up(session: Session, whose: Whose, found: TakeUp, saying: Saying) -> None:
    """They are the list from now on, to be corrected, then paid. Said twice, nothing changes.

    Raises NobodyChosen when there is nobody, ListChanged when somebody else of the company prepares a list: it is shown
    to them first.
    """
    lock_company(session, whose.company_id)
    draft = draft_of(session, whose)
    if draft is not None and not draft.is_empty:
        if draft.person_id != saying.person_id:
            raise ListChanged()
        return
    if not found.count:
        raise NobodyChosen()
    add_people(session, whose, found.people, saying)
    if found.sealed:
        seal(session, whose, found.sealed, saying)
