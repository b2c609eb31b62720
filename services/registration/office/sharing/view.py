"""The words an activity is announced with."""

from registration.catalog.offers.rules import Offer
from registration.catalog.rules import ActivityStatus
from registration.catalog.view import page
from registration.letters.view import place_text, title, when_text
from registration.office.sharing.schemas import Announcement, Sharing
from registration.service import RegistrationService


def sharing(here: RegistrationService, offer: Offer) -> Sharing:
    """What it is announced with; a draft's addresses lead nowhere yet."""
    return Sharing(
        published=offer.activity.status is not ActivityStatus.DRAFT,
        fr=_announcement(here, offer, "fr"),
        en=_announcement(here, offer, "en"),
    )


def _announcement(here: RegistrationService, offer: Offer, lang: str) -> Announcement:
    activity, address = offer.activity, here.home + page(offer.activity, lang)
    # One paragraph of the summary: a newsletter leads on to the page, it does not replace it.
    said = {
        "title": title(offer, lang),
        "when": when_text(offer, lang),
        "place": "" if activity.place.online else place_text(offer),
        "summary": activity.summary.in_(lang).strip().split("\n\n")[0],
        "address": address,
        "accent": here.association().accent,
    }
    return Announcement(
        lang=lang,
        address=address,
        calendar=f"{address}.ics" if offer.sessions else "",
        html=here.pages.render("sharing/newsletter.html", lang, **said).strip(),
        text=here.pages.render("sharing/newsletter.txt", lang, **said).strip(),
    )
