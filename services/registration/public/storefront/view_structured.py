"""schema.org's words for an activity, for search engines and calendars that read pages (JSON-LD)."""

import json
from typing import Any

from markupsafe import Markup

from kit.clock import local
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer, SessionOffer
from registration.catalog.rules import ActivityStatus, SaleState
from registration.public.storefront.view import ActivityPage
from registration.public.storefront.view_prices import PriceRow, ProductRows, Scene

STATUS = {ActivityStatus.CANCELLED: "EventCancelled", ActivityStatus.POSTPONED: "EventPostponed"}
TYPES = {"training_cohort_program": "CourseInstance", "benefit_enrolment": "Service", "survey": "WebPage"}
AVAILABLE = {
    SaleState.OPEN: "InStock",
    SaleState.NOT_YET: "PreOrder",
    SaleState.SOLD_OUT: "SoldOut",
}


def json_ld(offer: Offer, page: ActivityPage, scene: Scene, url: str, image: str) -> Markup:
    """The data block of an activity's page; `<` is escaped, so that no text can end it."""
    written = json.dumps(
        {"@context": "https://schema.org", **_activity(offer, page, scene, url), "image": image}, ensure_ascii=False
    )
    return Markup(written.replace("<", "\\u003c"))  # noqa: S704


def _activity(offer: Offer, page: ActivityPage, scene: Scene, url: str) -> dict[str, Any]:
    activity = offer.activity
    kind = TYPES.get(activity.kind, "Event" if activity.starts_at else "Service")
    organiser = {"@type": "Organization", "name": scene.association.legal_name, "url": scene.association.website}
    node: dict[str, Any] = {
        "@type": kind,
        "@id": url,
        "url": url,
        "name": page.card.title,
        "description": page.summary,
        "inLanguage": f"{scene.words.lang}-CA",
        "provider" if kind in ("Service", "WebPage") else "organizer": organiser,
    }
    prices = [_offer(product, price, page, url) for product in page.places for price in product.prices]
    if prices:
        node["offers"] = prices
    if kind in ("Event", "CourseInstance"):
        node |= _when_and_where(offer, page, url)
    return node


def _when_and_where(offer: Offer, page: ActivityPage, url: str) -> dict[str, Any]:
    activity = offer.activity
    places = _places(activity, page, url)
    modes = {"Place": "Offline", "VirtualLocation": "Online"}
    mode = modes[places[0]["@type"]] if len(places) == 1 else "Mixed" if places else "Offline"
    as_planned = "EventRescheduled" if activity.moved_at else "EventScheduled"
    node: dict[str, Any] = {
        "eventStatus": f"https://schema.org/{STATUS.get(activity.status, as_planned)}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
    }
    # Search engines would show the old date beside the words that say it does not hold.
    if activity.starts_at and activity.ends_at and not activity.waits_for_date:
        starts, ends = (local(moment, activity.timezone) for moment in (activity.starts_at, activity.ends_at))
        node |= {"startDate": starts.isoformat(), "endDate": ends.isoformat()}
    if places:
        node["location"] = places[0] if len(places) == 1 else places
    if page.sessions:
        node["subEvent"] = [_session(session, activity, page, places) for session in offer.sessions]
    return node


def _places(activity: ActivityOffer, page: ActivityPage, url: str) -> list[dict[str, Any]]:
    """The room, the web, or both; a coach trip has only the stops where one boards."""
    place = activity.place
    virtual = [{"@type": "VirtualLocation", "url": url}] if place.online else []
    if not place.city and not place.stops:
        return virtual
    address = {"@type": "PostalAddress", "addressCountry": "CA", "addressRegion": "QC"}
    known = {"addressLocality": place.city, "streetAddress": place.address, "postalCode": place.postal_code}
    address |= {name: part for name, part in known.items() if part}
    return [{"@type": "Place", "name": place.name or page.card.where, "address": address}, *virtual]


def _session(
    session: SessionOffer, activity: ActivityOffer, page: ActivityPage, places: list[dict[str, Any]]
) -> dict[str, Any]:
    row = next(row for row in page.sessions if row.number == session.number)
    node = {
        "@type": "Event",
        "name": row.title or page.card.title,
        "startDate": row.iso,
        "endDate": local(session.ends_at, activity.timezone).isoformat(),
    }
    return node | ({"location": places[0]} if places else {})


def _offer(product: ProductRows, price: PriceRow, page: ActivityPage, url: str) -> dict[str, Any]:
    """The price before taxes, and saying so."""
    amount = f"{price.amount // 100}.{price.amount % 100:02d}"
    before_taxes = {"@type": "PriceSpecification", "price": amount, "priceCurrency": "CAD"}
    return {
        "@type": "Offer",
        "name": " – ".join(dict.fromkeys((product.label, price.label))),
        "price": amount,
        "priceCurrency": "CAD",
        "priceSpecification": before_taxes | {"valueAddedTaxIncluded": False},
        "availability": f"https://schema.org/{AVAILABLE.get(SaleState(page.state), 'OutOfStock')}",
        "url": url,
    }
