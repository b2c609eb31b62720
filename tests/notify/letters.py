"""One message of each kind, in both languages, as registration would ask for it."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from kit import text
from kit.contracts import Association, Bilingual, SendMessage
from kit.contracts.messages import Attachment
from notify.messages.models import Message

PERSONAL = "https://inscriptions.example.org/r/0198c/KfG7-secret_part"
QR = "AGMMQAIBTZ2WEZLOMRXXGZLMEBQWO2LDNFQWY3TPORUWM6LTMVRXEZLU"

ASSOCIATION = Association(
    key="aif",
    valid_from="2019-12-01",
    legal_name="Alliance industrielle du Fjord",
    short_name=Bilingual(fr="l’Alliance", en="the Alliance"),
    address_lines=("100, rue des Quais-Neufs, bureau 2", "Saguenay (Québec)  G0V 0Z0"),
    phone="418 555-0100",
    email="info@alliance-fjord.example.org",
    website="https://alliance-fjord.example.org",
    accent="#0f5c6e",
    gst_number="123456789 RT0001",
    qst_number="1234567890 TQ0001",
    cheque_payable_to="Alliance industrielle du Fjord",
    e_transfer_to="paiements@alliance-fjord.example.org",
    privacy_title=Bilingual(
        fr="Personne responsable de la protection des renseignements personnels",
        en="Person in charge of the protection of personal information",
    ),
    privacy_email="vie-privee@alliance-fjord.example.org",
    terms=Bilingual(fr="Les conditions d’inscription.", en="The terms of registration."),
)

CALENDAR = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Guichet//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:5a7@alliance-fjord.example.org",
        "DTSTAMP:20270217T170000Z",
        "DTSTART:20270218T220000Z",
        "SUMMARY:5 à 7 de reconnaissance",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)
ZONE = "America/Toronto"
STARTS, ENDS = datetime(2027, 6, 10, 15, 0, tzinfo=UTC), datetime(2027, 6, 11, 1, 0, tzinfo=UTC)
NAMES = datetime(2027, 6, 7, 16, 0, tzinfo=UTC)
TEXTS: dict[str, dict[str, str]] = {
    "fr": {
        "activity_title": "Tournoi de golf de l’Alliance, 8e édition",
        "activity_when": text.span(STARTS, ENDS, ZONE, "fr"),
        "activity_place": "Club de golf du Ravage, 33, chemin du Ruisseau, Saguenay",
        "product": "Quatuor, membre",
        "dinner": "Souper seulement",
        "names_due": text.moment(NAMES, ZONE, "fr"),
        "rule": "Remboursement complet jusqu’au 20 mai 2027; 50 % retenus ensuite, et rien après le 3 juin 2027.",
    },
    "en": {
        "activity_title": "The Alliance’s golf tournament, 8th edition",
        "activity_when": text.span(STARTS, ENDS, ZONE, "en"),
        "activity_place": "Club de golf du Ravage, 33, chemin du Ruisseau, Saguenay",
        "product": "Foursome, member",
        "dinner": "Dinner only",
        "names_due": text.moment(NAMES, ZONE, "en"),
        "rule": "Full refund until May 20, 2027; then 50% is kept, and nothing is returned after June 3, 2027.",
    },
}
WAY_THERE = {
    "map_url": "https://www.google.com/maps/search/?api=1&query=Club",
    "calendars": [
        {"name": name, "url": f"https://{name.lower()}.example.org/?a=1&b=2"} for name in ("Google", "Outlook")
    ],
    "calendar_url": "https://inscriptions.example.org/fr/activites/golf.ics",
}
ACTIVITY = ("activity_title", "activity_when", "activity_place")


def values(kind: str, lang: str) -> dict[str, Any]:
    """The values of one kind, every optional one given."""
    staff = {"url": PERSONAL, "until": "2027-02-18T17:00:00Z"}
    member = {"company": "Usinage Valbrume inc.", "url": PERSONAL}
    known = {"registration_confirmed": _confirmed(lang), "member_link": member, **_places(lang), **_money(lang)}
    known["activity_message"] = _message(lang)
    known |= _membership(lang)
    known["coverage_code"] = {"sender": ASSOCIATION.short_name.in_(lang)}
    known["plan_confirmed"] = _plan(lang)
    known["plan_ending"] = _ending(lang)
    known["registrations_found"] = {"links": [_found(lang, "contact"), _found(lang, "attendee")], "more": 3}
    known["registrations_found"]["spaces"] = [_space(), _space() | {"others": ["Fonderie Montcendré inc."]}]
    return {"first_name": "Maude", **known.get(kind, staff)}


def _plan(lang: str) -> dict[str, Any]:
    return {
        **_about(lang),
        **{"code": "PAE-7K3Q", "people": 12, "by_mail": 11, "on_cards": 1, "provider": "Clinique Cap-Repère"},
        **{"starts": "2027-04-01", "ends": "2028-03-31", "paid_by": "invoice", "personal_url": PERSONAL},
        **{"subtotal": 78000, "tps": 3900, "tvq": 7781, "total": 89681, "cancel_rule": TEXTS[lang]["rule"]},
    }


def _ending(lang: str) -> dict[str, Any]:
    first, last, starts, ends = (
        text.day_short(date(*day), lang) for day in ((2028, 3, 5), (2028, 3, 28), (2028, 3, 29), (2029, 3, 28))
    )
    return {
        **{"company": "Usinage Valbrume inc.", "activity_title": TEXTS[lang]["activity_title"], "people": 12},
        **{"ends": first, "last_ends": last, "next_starts": starts, "next_ends": ends, "total": 89681, "url": PERSONAL},
    }


def _space() -> dict[str, Any]:
    return {"company": "Usinage Valbrume inc.", "others": [], "url": PERSONAL}


def _found(lang: str, whose: str) -> dict[str, Any]:
    return {**_about(lang), "code": "GOLF-7K3Q", "whose": whose, "waits": whose == "contact", "url": PERSONAL}


def _message(lang: str) -> dict[str, Any]:
    lines = [[{"text": "Stationnez-vous "}, {"text": "derrière", "bold": True}, {"text": " le pavillon."}]]
    items = [[{"text": "Plan", "url": "https://alliance-fjord.example.org/plan?a=1&b=2"}], [{"text": "Bottes & gants"}]]
    return {
        **_about(lang),
        **WAY_THERE,
        **{"occasion": "postponed", "subject": "Le stationnement change", "personal_url": PERSONAL},
        **{"french_only": lang == "en", "whose": "contact", "choice": True},
        "paragraphs": [{"lines": lines}, {"lines": items, "listed": True}],
    }


def _about(lang: str) -> dict[str, str]:
    return {key: TEXTS[lang][key] for key in ACTIVITY}


def _confirmed(lang: str) -> dict[str, Any]:
    said = TEXTS[lang]
    people = [{"name": "Maude Rivebelle"}, {"name": "Zoé O’Brume"}]
    return {
        **_about(lang),
        **WAY_THERE,
        **{"subtotal": 77000, "tps": 3850, "tvq": 7681, "total": 88531},
        "code": "GOLF-7K3Q",
        "lines": [
            {"label": said["product"], "quantity": 1, "amount": 74000},
            {"label": said["dinner"], "quantity": 2, "amount": 3000},
        ],
        "paid_by": "invoice",
        "attendees": people + [{"name": ""}] * 2,
        "names_due": said["names_due"],
        "cancel_rule": said["rule"],
        "personal_url": PERSONAL,
        "terms_fr": "https://inscriptions.example.org/conditions" if lang == "en" else "",
    }


def _places(lang: str) -> dict[str, dict[str, Any]]:
    about, rule = _about(lang), TEXTS[lang]["rule"]
    whole = {"code": "GOLF-7K3Q", "cancelled_by": "contact", "kept": 44265, "cancel_rule": rule}
    return {
        "ticket": {**about, **WAY_THERE, "attendee_name": "Maude Rivebelle", "personal_url": PERSONAL},
        "registration_cancelled": {**about, **whole, "personal_url": PERSONAL},
        "registration_to_confirm": {
            **about,
            **{"code": "GOLF-7K3Q", "company": "Usinage Valbrume inc.", "total": 88531, "url": PERSONAL},
            "held_until": TEXTS[lang]["names_due"],
        },
        "payment_asked": {
            **about,
            **{"code": "GOLF-7K3Q", "total": 88531, "held_until": TEXTS[lang]["names_due"], "url": PERSONAL},
        },
        "places_cancelled": {
            **about,
            **{"code": "GOLF-7K3Q", "cancelled_by": "contact", "personal_url": PERSONAL},
            **{"places": [{"name": "Zoé O’Brume"}, {"name": ""}], "staying": 2, "kept": 1000, "credit": 5500},
        },
        "names_due": {
            **about,
            **{"code": "GOLF-7K3Q", "count": 3, "places": [{"label": TEXTS[lang]["product"], "count": 3}]},
            **{"until": TEXTS[lang]["names_due"], "until_day": "7 juin 2027", "personal_url": PERSONAL},
        },
        "attendee_cancelled": about,
        "attendee_replaced": about,
    }


def _money(lang: str) -> dict[str, dict[str, Any]]:
    about, invoice = _about(lang), {"number": "F-2027-00031", "personal_url": PERSONAL}
    bill = {"total": 88531, "due_on": "2027-03-19", "company": "Usinage Valbrume inc.", "po_number": "BC-4410"}
    terms = "Les conditions d’inscription.\nElles sont en français." if lang == "en" else ""
    back = {"code": "GOLF-7K3Q", "amount": 9773, "how": "card"}
    credit = {"number": "NC-2027-00003", "invoice_number": "F-2027-00031", "amount": 9773, "by_card": True}
    return {
        "credit_issued": {**about, **credit, "refund": 5000, "balance": 4773, "personal_url": PERSONAL},
        "refund_made": {**about, **back, "personal_url": PERSONAL},
        "no_room_refunded": {**about, "code": "GOLF-7K3Q", "amount": 88531, "why": "activity_cancelled"},
        "invoice_issued": {**about, **invoice, **bill, "terms_fr": terms},
        "payment_received": {**about, **invoice, "amount": 50000, "method": "cheque"},
    }


def _membership(lang: str) -> dict[str, dict[str, Any]]:
    first, last = (text.day_short(date(year, month, day), lang) for year, month, day in ((2027, 7, 1), (2028, 6, 30)))
    period = f"du {first} au {last}" if lang == "fr" else f"from {first} to {last}"
    about = {"company": "Usinage Valbrume inc.", "period": period, "last_day": last, "number": "AC-2027-00001"}
    about |= {"answer_by": text.day_short(date(2027, 8, 29), lang), "url": PERSONAL}
    said = {**about, "total": 37500}
    return {
        "renewal_notice": said,
        "renewal_reminder": said,
        "membership_invoiced": {**said, "invoice": "F-2027-00031", "due_on": "2027-07-31"},
        "membership_paid": {**said, "invoice": "F-2027-00031"},
    }


def ticket(name: str = "Maude Rivebelle", code: str = QR, spoken: str = "K7-33M") -> dict[str, str]:
    return {"code": code, "text": spoken, "name": name, "label": "Quatuor"}


def letter(kind: str = "ticket", lang: str = "fr", **changed: Any) -> SendMessage:
    """A message ready to be asked for. Keywords replace fields of the contract; `values` are merged."""
    return SendMessage.model_validate(body(kind, lang, **changed))


def body(kind: str = "ticket", lang: str = "fr", **changed: Any) -> dict[str, Any]:
    """The same as it goes over the wire, whatever it says."""
    tickets: tuple[dict[str, str], ...] = ()
    if kind == "ticket":
        tickets = (ticket(),)
    elif kind == "registration_confirmed":
        tickets = (ticket("Zoé O’Brume", QR[::-1], "P2-08Z"), ticket("", QR[5:] + QR[:5], "R9-41B"))
    calendar = Attachment(name="calendrier.ics", content_type="text/calendar", text=CALENDAR)
    fields: dict[str, Any] = {
        "kind": kind,
        "entity": uuid.uuid4(),
        "to": "maude.rivebelle@usinage-valbrume.example.org",
        "to_name": "Maude Rivebelle",
        "lang": lang,
        "tickets": tickets,
        "attachments": (calendar,) if tickets else (),
    }
    given = changed.pop("values", {})
    fields["entity"] = str(fields["entity"])
    fields["attachments"] = [one.model_dump() for one in fields["attachments"]]
    return {**fields, **changed, "values": {**values(kind, lang), **given}}


def row(asked: SendMessage, subject: str = "-") -> Message:
    """The message as notify stores it."""
    now = datetime(2027, 2, 17, 17, 0, tzinfo=UTC)
    return Message(
        **asked.model_dump(include={"kind", "entity", "version", "to_name", "lang"}),
        values=asked.values.model_dump(mode="json"),
        to_address=asked.to,
        subject=subject,
        tickets=[one.model_dump() for one in asked.tickets],
        attachments=[attachment.model_dump() for attachment in asked.attachments],
        due_at=now,
        created_at=now,
    )
