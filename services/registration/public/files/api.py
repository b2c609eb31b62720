"""Logos of the association, for billing, which prints them on documents."""

import base64

from fastapi import APIRouter

from kit.auth import allow
from kit.contracts.papers import LogoFile, LogoQuestion
from registration.association.queries import logo_at
from registration.service import Here

router = APIRouter(tags=["files"])


@router.post("/logos", dependencies=[allow("service:billing")])
def read_logo(body: LogoQuestion, here: Here) -> LogoFile:
    """The picture of a logo that a profile has or had; empty when it was not uploaded here."""
    with here.db.read() as session:
        return LogoFile(picture=base64.b64encode(logo_at(session, body.url, here.home)))
