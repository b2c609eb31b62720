"""Shapes of the staff API."""

from pydantic import BaseModel, Field

from kit.auth import Renewal
from kit.contracts import Count


class RenewRequest(BaseModel):
    """Whom a pass names: a login, or a program when the login is empty."""

    id: str = Field(
        default="", description="Id of the account or token.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"]
    )
    login: str = Field(
        description="Id of the login; empty for a program.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"]
    )


class StaffCaller(BaseModel):
    """A staff member as a sibling needs them for a new pass."""

    id: str = Field(description="Id of the account.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"])
    name: str = Field(description="Name of the person.", examples=["Élise Côté"])
    roles: list[str] = Field(description="What they may do.", examples=[["coordinator"]])
    login: str = Field(description="Id of the login.", examples=["0198a7d2-6f10-7c3e-9b52-2f6d1c0e8a41"])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    token: str = Field(description="A pass of a few minutes that says so.", examples=["eyJpZCI6…"])

    @classmethod
    def of(cls, renewal: Renewal) -> "StaffCaller":
        caller, token = renewal.caller, renewal.make_pass()
        roles = sorted(caller.roles)
        return cls(id=caller.id, name=caller.name, roles=roles, login=caller.login, lang=caller.lang, token=token)


class Pass(BaseModel):
    """A short-lived pass for the three services: `Authorization: Bearer <access_token>`. `expires_in` is in seconds."""

    access_token: str = Field(
        description="The pass: `Authorization: Bearer …` in the three services.", examples=["eyJpZCI6…"]
    )
    token_type: str = Field(default="bearer", description="How it is sent.", examples=["bearer"])
    expires_in: Count = Field(description="How long it holds, in seconds.", examples=[300])
