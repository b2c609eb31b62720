"""One search for people, companies, activities, codes, orders and invoices, for programs."""

from typing import Annotated

from fastapi import APIRouter, Query

from registration.office.search.schemas import Findings, Reach
from registration.office.search.view import PAGE, find
from registration.service import Here, Reader

router = APIRouter(tags=["staff"])


@router.get("/api/staff/search")
def search_everything(
    here: Here,
    caller: Reader,
    q: Annotated[
        str, Query(max_length=100, description="Words, a code or a number to look for.", examples=["roy"])
    ] = "",
) -> Findings:
    """People, companies, activities, codes, orders and invoices that hold every word; accents and case do not count.
    Whoever does not see the companies' pages finds nothing of theirs."""
    return find(here, q, PAGE, Reach(companies=caller.may("director", "coordinator")))
