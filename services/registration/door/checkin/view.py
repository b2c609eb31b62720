"""One activity's door as its pages show it, and the door's answer in words."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit import text
from kit.clock import local, local_day
from kit.errors import NotFound
from registration.catalog.models import Activity
from registration.checkin.actions import Gesture
from registration.checkin.rules import Outcome, code_from_text
from registration.checkin.schemas import Arrival, CheckInRequest
from registration.checkin.view import point_label
from registration.links import Links
from registration.service import RegistrationService

# The colour and shape of an answer. An unpaid or unconfirmed place is never red in front of guests (domain.md J5).
KINDS = {
    Outcome.WELCOME: "good",
    Outcome.ALREADY: "warn",
    Outcome.NOT_CONFIRMED: "warn",
    Outcome.OTHER_ACTIVITY: "warn",
    Outcome.CANCELLED: "bad",
    Outcome.REPLACED: "bad",
    Outcome.UNKNOWN: "bad",
}


@dataclass(frozen=True)
class DoorView:
    """What every page of one activity's door shows."""

    activity: Activity
    title: str
    point: str
    points: list[tuple[str, str]]
    address: str

    @property
    def point_label(self) -> str:
        return dict(self.points)[self.point]


def door_view(here: RegistrationService, lang: str, activity: Activity, points: list[str], point: str) -> DoorView:
    title = activity.title.in_(lang)
    labelled = [(key, point_label(here.pages.catalogue, lang, key)) for key in points]
    return DoorView(activity, title, point, labelled, f"{here.home}/staff/check-in/{activity.id}")


def answer_in_words(
    here: RegistrationService, lang: str, door: DoorView, arrival: Arrival, now: datetime
) -> dict[str, Any]:
    """The door's answer in words."""
    say = here.pages.catalogue.say
    word = say(lang, f"checkin.outcome_{arrival.outcome}")
    line = arrival.label.in_(lang)
    if arrival.outcome is Outcome.ALREADY and arrival.at:
        when = time_in_words(arrival.at, now, door.activity.timezone, lang)
        line = say(lang, "checkin.already", when=when, point=door.point_label, by=arrival.by)
    elif arrival.outcome is Outcome.OTHER_ACTIVITY:
        line = arrival.activity_title.in_(lang)
    elif arrival.outcome is not Outcome.WELCOME:
        line = say(lang, f"checkin.next_{arrival.outcome}")
    return {
        "door": door,
        "arrival": arrival,
        "kind": KINDS[arrival.outcome],
        "word": word,
        "who": arrival.name or (say(lang, "checkin.unnamed") if arrival.code else ""),
        "line": line,
        "page_title": word,
    }


def time_in_words(at: datetime, now: datetime, zone: str, lang: str) -> str:
    """The hour today, the day too otherwise."""
    if local_day(at, zone) == local_day(now, zone):
        return text.hour(local(at, zone).time(), lang)
    return text.moment(at, zone, lang)


def gesture_of(links: Links, activity_id: uuid.UUID, request: CheckInRequest) -> Gesture | None:
    """What was shown at the door; None when it proves nothing. A ticket is verified here, before any transaction."""
    attendee_id, version, code = request.attendee_id, None, code_from_text(request.code)
    if request.ticket:
        try:
            attendee_id, version = links.read_ticket(request.ticket)
        except NotFound:
            return None
    return Gesture(activity_id, attendee_id, version, code, request.point, request.at, request.check_in_id)


def phone_app(here: RegistrationService, lang: str) -> dict[str, object]:
    """The manifest of the door as a phone's own application."""
    say, static = here.pages.catalogue.say, here.pages.static
    icons = [
        {
            "src": here.base + static(f"checkin/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return {
        "id": here.base + "/staff/check-in",
        "name": say(lang, "checkin.app_name", association=here.association().short_name.in_(lang)),
        "short_name": say(lang, "checkin.title"),
        "lang": f"{lang}-CA",
        "start_url": here.base + "/staff/check-in",
        "scope": here.base + "/staff/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0f5c6e",
        "icons": icons,
    }
