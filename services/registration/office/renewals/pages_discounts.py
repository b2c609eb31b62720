"""What member prices come to beside the fees: for the accountant, who says how fees are taxed."""

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from registration.renewals.discounts.queries import discounts
from registration.service import Here, Reader

router = APIRouter(include_in_schema=False)


@router.get("/staff/renewals/discounts")
def show_discounts(request: Request, here: Here, caller: Reader) -> Response:
    """Each fee beside the sum of what a member may save, and each saving."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        found = discounts(session, here.member_terms().day)
    title = here.pages.catalogue.say(lang, "discounts.title")
    return kit_app.page(request, "renewals/discounts.html", lang, report=found, page_title=title)
