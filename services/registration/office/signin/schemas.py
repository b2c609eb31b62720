"""Shapes of the staff API."""

from pydantic import BaseModel

from kit.auth import Caller


class RenewRequest(BaseModel):
    """The login behind a pass that is no longer fresh."""

    login: str


class StaffCaller(BaseModel):
    """A staff member as a sibling needs them for a new pass."""

    id: str
    name: str
    roles: list[str]
    login: str
    lang: str

    @classmethod
    def of(cls, caller: Caller) -> "StaffCaller":
        return cls(id=caller.id, name=caller.name, roles=sorted(caller.roles), login=caller.login, lang=caller.lang)


class Pass(BaseModel):
    """A short-lived pass for the three services: `Authorization: Bearer <access_token>`. `expires_in` is in seconds."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_in: int
