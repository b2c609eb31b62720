"""Verbs of a signup: hold places, confirm them, give them back. Core statements, few of them, places taken last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from kit.auth import Caller
from kit.contracts import SendMessage
from kit.db import insert_all, insert_once
from kit.mailbox import post_all
from registration.history.actions import record
from registration.registrations.actions import (
    _use_code,
    answers_table,
    attendees_table,
    lines_table,
    registrations,
    take,
)
from registration.registrations.rules import RegistrationStatus
from registration.signup.rules import DifferentForm
from registration.signup.rules_plan import Plan


@dataclass(frozen=True)
class Held:
    """`new` is False when this form had already been taken: nothing was written the second time."""

    new: bool
    status: RegistrationStatus
    method: str


def hold(session: Session, plan: Plan, letters: Sequence[SendMessage], order: Any, by: Caller, now: datetime) -> Held:
    """Take the places. A plan that is confirmed at once also posts its order and its letters.

    Raises SoldOut or CodeUsedUp (nothing is kept then), DifferentForm when this form was sent with other content.
    """
    if not insert_once(session, registrations, plan.registration, registrations.c.id, key=["id"]):
        return _already(session, plan)
    insert_all(session, lines_table, plan.lines)
    insert_all(session, attendees_table, plan.attendees)
    insert_all(session, answers_table, plan.answers)
    action = "registration.confirmed" if plan.confirmed else "registration.held"
    record(session, "registration", plan.registration["id"], action, by, now)
    if plan.confirmed:
        told = [("billing", order)] if order else []
        post_all(session, [*told, *(("notify", letter) for letter in letters)], now, plan.registration["id"])
    if plan.registration["code_id"] and plan.code_units:
        _use_code(session, plan.registration["code_id"], plan.code_units)
    take(session, plan.takes)
    return Held(True, plan.registration["status"], plan.registration["method"])


def _already(session: Session, plan: Plan) -> Held:
    columns = registrations.c
    query = sa.select(columns.fingerprint, columns.status, columns.method)
    row = session.execute(query.where(columns.id == plan.registration["id"])).one()
    if row.fingerprint != plan.registration["fingerprint"]:
        raise DifferentForm()
    return Held(False, row.status, row.method)
