"""Member lists brought in, as an API: what the pages do."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.files.rules import NoFile
from registration.members.imports import actions, queries
from registration.members.imports.rules import (
    ImportNotOpen,
    ImportNotUndone,
    ImportUsed,
    ListTooLong,
    MemberListTooLarge,
    NothingToWrite,
    RowsUndecided,
    UnreadableList,
)
from registration.members.lists.rules_judging import RowKind
from registration.members.writing import actions_undo, flows
from registration.office.imports.schemas import (
    ColumnsIn,
    DecisionsIn,
    ImportLine,
    ImportList,
    ImportOut,
    ImportRows,
)
from registration.service import COORDINATORS, Coordinator, Here
from registration.uploads import SentFile

router = APIRouter(tags=["members"])
ONE = "/api/imports/{import_id}"
BODY = {"description": "The bytes of the file.", "required": True}
BYTES: dict[str, Any] = {
    "requestBody": BODY | {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/api/imports", dependencies=[COORDINATORS])
def list_imports(here: Here) -> ImportList:
    """The last member lists that were brought in."""
    with here.db.read() as session:
        return ImportList(imports=[ImportLine.of(one) for one in queries.imports(session)])


@router.post(
    "/api/imports",
    status_code=201,
    response_model=ImportOut,
    openapi_extra=BYTES | refusals(NoFile, MemberListTooLarge, UnreadableList, ListTooLong, InvalidInput),
)
def upload_list(
    here: Here,
    caller: Coordinator,
    sent: SentFile,
    origin: Annotated[str, Query(max_length=100, description="Which list it is.", examples=["A"])],
    key: Key,
) -> Response:
    """Read a member list (CSV or a workbook, 5 MB and 5,000 rows at most). Nothing of it is written: say its columns
    next."""
    now, new = here.clock(), flows.list_of(sent, origin)
    with here.db.write() as session:

        def act() -> ImportOut:
            import_id = actions.take_in(session, new, caller, now)
            return ImportOut.of(queries.import_view(session, import_id, now))

        return once(session, key, now, act, status=201)


@router.get(ONE, dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def read_import(here: Here, import_id: uuid.UUID) -> ImportOut:
    """One import and how far it is."""
    with here.db.read() as session:
        return ImportOut.of(queries.import_view(session, import_id, here.clock()))


@router.get(f"{ONE}/rows", dependencies=[COORDINATORS], openapi_extra=refusals(NotFound))
def read_import_rows(
    here: Here,
    import_id: uuid.UUID,
    kind: RowKind | None = None,
    after: Annotated[int, Query(ge=0, description="Rows after this number.")] = 0,
) -> ImportRows:
    """Its rows, fifty at a time: of one kind, or all."""
    with here.db.read() as session:
        queries.import_of(session, import_id)
        return ImportRows.of(queries.rows_page(session, import_id, kind, after))


@router.post(f"{ONE}/columns", response_model=ImportOut, openapi_extra=refusals(NotFound, ImportNotOpen, InvalidInput))
def choose_import_columns(
    here: Here, _caller: Coordinator, import_id: uuid.UUID, body: ColumnsIn, key: Key
) -> Response:
    """Say what its columns are: every row is held beside what is known."""
    flows.choose(here, import_id, body.places)
    return _answer(here, import_id, key)


@router.post(f"{ONE}/decisions", response_model=ImportOut, openapi_extra=refusals(NotFound, ImportNotOpen))
def decide_import_rows(here: Here, _caller: Coordinator, import_id: uuid.UUID, body: DecisionsIn, key: Key) -> Response:
    """Decide of some rows, or put their cells right."""
    with here.db.write() as session:
        if body.take_all is not None:
            actions.decide_all(session, import_id, body.take_all)
        anew = actions.decide(session, import_id, [one.decided for one in body.rows])
    if anew:
        flows.judge(here, import_id)
    return _answer(here, import_id, key)


@router.post(
    f"{ONE}/write",
    response_model=ImportOut,
    openapi_extra=refusals(NotFound, ImportNotOpen, RowsUndecided, NothingToWrite),
)
def write_import(here: Here, caller: Coordinator, import_id: uuid.UUID, key: Key) -> Response:
    """Let it be written, in the caller's name. The answer does not wait for the end: read the import to follow it."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> ImportOut:
            actions.start(session, import_id, caller, now)
            return ImportOut.of(queries.import_view(session, import_id, now))

        answer = once(session, key, now, act)
    flows.begin(here, import_id)
    return answer


@router.post(f"{ONE}/undo", response_model=ImportOut, openapi_extra=refusals(NotFound, ImportNotUndone, ImportUsed))
def undo_import(here: Here, caller: Coordinator, import_id: uuid.UUID, key: Key) -> Response:
    """Take it back as a whole, within a day, while nothing of it is in use."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> ImportOut:
            actions_undo.ask_undo(session, queries.import_of(session, import_id), caller, now)
            return ImportOut.of(queries.import_view(session, import_id, now))

        answer = once(session, key, now, act)
    flows.begin(here, import_id)
    return answer


@router.post(f"{ONE}/discard", response_model=ImportList, openapi_extra=refusals(NotFound, ImportNotOpen))
def discard_import(here: Here, _caller: Coordinator, import_id: uuid.UUID, key: Key) -> Response:
    """Forget a list that was not written, with all that it says."""
    with here.db.write() as session:

        def act() -> ImportList:
            actions.discard(session, import_id)
            return ImportList(imports=[ImportLine.of(one) for one in queries.imports(session)])

        return once(session, key, here.clock(), act)


def _answer(here: Here, import_id: uuid.UUID, key: Key) -> Response:
    """What it is by now; what was asked says the same when it is asked again."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: ImportOut.of(queries.import_view(session, import_id, now)))
