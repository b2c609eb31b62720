"""The list that HR prepares and what it costs, for her programs."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from kit.auth import allow
from kit.errors import InvalidInput, NotFound, Refusal, refusals
from kit.idempotency import Key, once, rebuilt
from registration.catalog.rules import NotOffered
from registration.plans.flows import act, today
from registration.plans.lists import actions
from registration.plans.lists.actions_people import take_correction
from registration.plans.lists.flows import cover_list, list_prepared, list_priced, list_read
from registration.plans.lists.rules_columns import (
    LARGEST,
    ColumnRefused,
    ColumnsUnknown,
    EmptyList,
    ListRead,
    ListTooLarge,
    NotASpreadsheet,
    TooManyRows,
)
from registration.plans.lists.schemas import ListIn, ListPurchase, RowIn
from registration.plans.renewing.actions import take_up
from registration.plans.renewing.queries import take_up_of
from registration.plans.rules import AlreadyCovered, ListChanged, NobodyChosen, NotAMember, PlanEnded
from registration.public.enrolment.schemas import BoughtOut, ListOut
from registration.public.form.schemas import LinkToken
from registration.public.plan.queries import Asked, Hr, hr_by_link
from registration.public.plan.schemas import CoverageOut
from registration.registrations.rules import RegistrationStatus, SoldOut
from registration.service import Here, RegistrationService
from registration.signup.flows import next_address
from registration.signup.rules import DifferentForm, SignupClosed, TooManyForOneCompany, TotalChanged
from registration.uploads import SentFile

router = APIRouter(tags=["plans"], dependencies=[allow("link")])


def _hr(here: Here, person_id: uuid.UUID, plan_key: str, token: LinkToken = "") -> Hr:
    asked = Asked(plan_key, here.member_terms())
    with here.db.read() as session:
        return hr_by_link(here, session, person_id, token, asked)


Mine = Annotated[Hr, Depends(_hr)]
LIST = "/api/people/{person_id}/plans/{plan_key}/list"
BODY = {"description": "The bytes of the file.", "required": True}
BYTES: dict[str, Any] = {
    "requestBody": BODY | {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
PRICED: tuple[type[Refusal], ...] = (NotFound, NotAMember, PlanEnded, NotOffered)
Number = Annotated[int, Path(ge=1, le=2_000_000, description="Number of the row in the file.")]


@router.get(LIST, openapi_extra=refusals(*PRICED))
def get_list(here: Here, hr: Mine) -> ListOut:
    """The list that is being prepared, what each of its rows comes to, and the price with its taxes."""
    return _state(here, hr)


@router.post(
    f"{LIST}/file",
    status_code=201,
    response_model=ListOut,
    openapi_extra=BYTES
    | refusals(
        *PRICED, ListTooLarge, NotASpreadsheet, EmptyList, TooManyRows, ColumnRefused, ColumnsUnknown, ListChanged
    ),
)
def send_list_file(here: Here, hr: Mine, sent: SentFile, key: Key) -> Response:
    """Take a spreadsheet as the list, in any letters and with any headings; the bytes are kept nowhere. A column on
    health, family or government numbers refuses it whole."""
    if sent.too_large:
        raise ListTooLarge(most=LARGEST // 1_000_000)
    told = list_read(sent.content, {})
    return _put(here, hr, told, key)


@router.post(LIST, status_code=201, response_model=ListOut, openapi_extra=refusals(*PRICED, ListChanged, TooManyRows))
def send_list(here: Here, hr: Mine, asked: ListIn, key: Key) -> Response:
    """Take these people as the list, and as many sealed codes."""
    people = tuple(person.entry(number) for number, person in enumerate(asked.people, 1))
    return _put(here, hr, ListRead(people, (), ()), key, asked.sealed)


@router.post(
    f"{LIST}/again", status_code=201, response_model=ListOut, openapi_extra=refusals(*PRICED, ListChanged, NobodyChosen)
)
def take_up_list(here: Here, hr: Mine, key: Key) -> Response:
    """Begin the list with whom the company is covering until this plan begins, or covered until lately: to be
    corrected, then bought. A list of hers that is there already stays as it is."""
    day, saying = today(here), actions.Saying(hr.person.id, here.clock())
    with here.db.write() as session:

        def change() -> None:
            take_up(session, hr.whose, take_up_of(session, hr.whose, day, here.settings.reach), saying)

        kept = once(session, key, saying.now, change, status=201)
    return rebuilt(kept, _state(here, hr))


@router.put(f"{LIST}/rows/{{number}}", openapi_extra=refusals(*PRICED))
def correct_row(here: Here, hr: Mine, number: Number, row: RowIn) -> ListOut:
    """Correct a row, and say whether it counts."""
    saying = actions.Saying(hr.person.id, here.clock())
    with here.db.write() as session:
        actions.write_row(session, hr.whose, row.entry(number), saying)
        actions.choose(session, hr.whose, number, row.choice, saying)
    return _state(here, hr)


@router.post(
    f"{LIST}/rows/{{number}}/correction",
    response_model=CoverageOut,
    openapi_extra=refusals(NotFound, AlreadyCovered, InvalidInput),
)
def take_row_correction(here: Here, hr: Mine, number: Number, key: Key) -> Response:
    """What a `changed` row says of somebody covered is right: a new address gets the code again."""
    now = act(here, hr.caller)
    with here.db.write() as session:
        changed: list[CoverageOut] = []

        def change() -> None:
            row = take_correction(session, hr.whose, number, here.settings.reach, now)
            changed.append(CoverageOut.of(row))

        kept = once(session, key, now.now, change)
    return rebuilt(kept, changed[0] if changed else None)


@router.post(f"{LIST}/drop", response_model=ListOut, openapi_extra=refusals(*PRICED))
def drop_list(here: Here, hr: Mine, key: Key) -> Response:
    """Nothing of the list is kept."""
    with here.db.write() as session:
        kept = once(session, key, here.clock(), lambda: actions.drop_list(session, hr.whose))
    return rebuilt(kept, _state(here, hr))


@router.post(
    "/api/people/{person_id}/plans/{plan_key}/purchases",
    status_code=201,
    openapi_extra=refusals(
        *PRICED,
        NobodyChosen,
        ListChanged,
        TotalChanged,
        InvalidInput,
        DifferentForm,
        SignupClosed,
        SoldOut,
        TooManyForOneCompany,
    ),
)
def cover_people(here: Here, hr: Mine, asked: ListPurchase) -> BoughtOut:
    """Cover everybody on the list. On invoice their codes leave at once; by card, when it is paid at `pay_url`.

    `registration_id` makes it happen once: the same again answers the same.
    """
    bought = cover_list(here, hr.enrolled, hr.buyer, asked, hr.caller)
    row = bought.registration
    waits = row is not None and row.status is RegistrationStatus.HELD
    return BoughtOut.of(bought, next_address(here, row) if row is not None and waits else "")


def _put(here: RegistrationService, hr: Hr, told: ListRead, key: Key, sealed: int = 0) -> Response:
    """The list is this one, unless somebody else of the company prepares another. Nothing that names anybody is kept
    with the key."""
    saying = actions.Saying(hr.person.id, here.clock())
    with here.db.write() as session:

        def change() -> None:
            actions.put_list(session, hr.whose, told, 0, saying)
            actions.seal(session, hr.whose, sealed, saying)

        kept = once(session, key, saying.now, change, status=201)
    return rebuilt(kept, _state(here, hr))


def _state(here: RegistrationService, hr: Hr) -> ListOut:
    listed = list_prepared(here, hr.enrolled)
    return ListOut.of(listed, list_priced(here, hr.enrolled, listed))
