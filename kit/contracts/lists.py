"""What programs are told of a long list."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts.base import Count


class ListPage(BaseModel):
    """A page of a list, for programs: `next` is the `after` of the page that follows, `previous` the `before` of the
    one that came first, if there is one; `total` is how many rows there are on all of them (1,001: more)."""

    previous: uuid.UUID | None = Field(default=None, description="`before` of the page before; null on the first.")
    next: uuid.UUID | None = Field(default=None, description="`after` of the page that follows; null on the last.")
    total: Count = Field(description="Rows on all pages together; 1001 stands for more than a thousand.", examples=[1])
