"""Shapes of the staff API."""

from pydantic import BaseModel, Field

from kit.auth import Caller
from kit.contracts import Count


class RenewRequest(BaseModel):
    """The login behind a pass that is no longer fresh."""

    login: str = Field(description="Id of the login.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"])


class StaffCaller(BaseModel):
    """A staff member as a sibling needs them for a new pass."""

    id: str = Field(description="Id of the account.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"])
    name: str = Field(description="Name of the person.", examples=["Élise Côté"])
    roles: list[str] = Field(description="What they may do.", examples=[["coordinator"]])
    login: str = Field(description="Id of the login.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])

    @classmethod
    def of(cls, caller: Caller) -> "StaffCaller":
        return cls(id=caller.id, name=caller.name, roles=sorted(caller.roles), login=caller.login, lang=caller.lang)


class Pass(BaseModel):
    """A short-lived pass for the three services: `Authorization: Bearer <access_token>`. `expires_in` is in seconds."""

    access_token: str = Field(
        description="The pass: `Authorization: Bearer …` in the three services.", examples=["eyJpZCI6…"]
    )
    token_type: str = Field(default="bearer", description="How it is sent.", examples=["bearer"])
    expires_in: Count = Field(description="How long it holds, in seconds.", examples=[300])
