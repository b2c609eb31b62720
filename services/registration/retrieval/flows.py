"""The letter that lists what an address has to come, written by a worker, away from whoever waits for the page."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.addresses import clean, problem
from kit.contracts.letters.links import FoundLink, FoundSpace
from kit.errors import InvalidInput
from registration.letters import actions as letters
from registration.letters.flows import letter_context
from registration.letters.view_links import Found, Reader, found_attendee, found_registration, registrations_found
from registration.links import Links
from registration.retrieval import actions
from registration.retrieval.models import Retrieval
from registration.retrieval.queries import belongings_of, waiting
from registration.retrieval.rules import KEPT, MOST, Acts, Belongings

if TYPE_CHECKING:
    from registration.service import RegistrationService

# How many requests one turn answers: its transaction stays short, and a crowd's requests leave together.
AT_ONCE = 20


def address_of(here: "RegistrationService", typed: str) -> str:
    """The address out of what was typed. Raises InvalidInput when no letter could reach it."""
    email = clean(typed)
    wrong = problem(email, here.settings.reach) if email else "problem.required"
    if wrong:
        raise InvalidInput({"email": wrong})
    return email


def answer(here: "RegistrationService") -> bool:
    """Answer what was asked; True when there may be more. An address that has nothing gets no letter."""
    now = here.clock()
    with here.db.read() as session:
        if not waiting(session):
            return False
    with here.db.write() as session:
        taken = actions.take(session, AT_ONCE)
        for one in taken:
            if one.asked_at > now - KEPT:
                _answer(here, session, one, now)
    return len(taken) == AT_ONCE


def _answer(here: "RegistrationService", session: Session, asked: Retrieval, now: datetime) -> None:
    mine = belongings_of(session, asked.email, now, here.member_terms().day)
    found = sorted(_links(here, session, mine, asked.lang), key=lambda one: (one[0] is None, one[0], one[1].code))
    spaces = [found_space(here.links, one) for one in mine.acting]
    if found or spaces:
        links = [link for _, link in found]
        reader = Reader(mine.address, *mine.name, asked.lang)
        letter = registrations_found(asked.id, reader, Found(links[:MOST], spaces, max(0, len(links) - MOST)))
        letters.send(session, [letter], now, asked.id)


def found_space(links: Links, one: Acts) -> FoundSpace:
    """The pages of a company that they act for: their personal link, which is theirs alone."""
    return FoundSpace(company=one.company, others=one.others, url=links.person(one.person_id, one.link_version))


def _links(
    here: "RegistrationService", session: Session, mine: Belongings, lang: str
) -> Iterator[tuple[datetime | None, FoundLink]]:
    """Each with when its activity begins."""
    for registration in mine.registrations:
        offer = here.offers.read(session, registration.activity_id)
        if offer:
            yield offer.activity.starts_at, found_registration(letter_context(here, offer), registration, lang)
    for place in mine.places:
        offer = here.offers.read(session, place.activity_id)
        if offer:
            yield offer.activity.starts_at, found_attendee(letter_context(here, offer), place, lang)
