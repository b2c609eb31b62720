"""How to get to every page of the three services, and to what is no page: the tables of `test_every_page`."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from billing.collecting.actions import collect
from billing.collecting.queries import payer
from billing.collecting.rules import Cheque, Wanted
from kit.contracts import PaymentMethod
from tests.browser.asked import notice
from tests.browser.enrolled import PLAN
from tests.browser.papers import bought, paper
from tests.browser.scenery import Scenery
from tests.browser.served import BOOTSTRAP

Where = Callable[[Scenery], str]


@dataclass(frozen=True)
class Seen:
    """A page: how to get there (a path of the service, or a whole address), and the only language it exists in.

    `caged`: it forbids every script, that of axe too, so its content is looked at on a blank page.
    """

    where: Where
    lang: str = ""
    caged: bool = False


@dataclass(frozen=True)
class File:
    """Not a page: where one is, and what it must be."""

    where: Where
    media_type: str


@dataclass(frozen=True)
class Part:
    """A piece of a page that a script asks for: seen where it is put."""

    where: Where


def at(path: str, lang: str = "") -> Seen:
    return Seen(lambda _: path, lang)


def clinic(scenery: Scenery) -> str:
    """Where the provider of the plan asks whether a code is valid."""
    [row] = scenery.served.ask("SELECT id, link_version FROM plan")
    return scenery.served.links.provider(uuid.UUID(str(row.id)), row.link_version)


def message(scenery: Scenery) -> uuid.UUID:
    return uuid.UUID(str(scenery.served.ask("SELECT id FROM message ORDER BY id LIMIT 1", "notify")[0].id))


def payment(scenery: Scenery) -> uuid.UUID:
    """A cent that came for an invoice."""
    if not scenery.served.ask("SELECT id FROM payment LIMIT 1", "billing"):
        billing = scenery.served.apps["billing"].state.service
        cent = Cheque(PaymentMethod.TRANSFER, 1, date(2020, 1, 1), "", "")
        with billing.db.write() as session:
            collect(session, payer(session, scenery.signups["confirmed"].id), cent, Wanted(), billing.clock())
    return uuid.UUID(str(scenery.served.ask("SELECT id FROM payment ORDER BY id LIMIT 1", "billing")[0].id))


REGISTRATION: dict[str, Seen | File | Part] = {
    "/": at("/", "fr"),
    "/fr": at("/fr", "fr"),
    "/en": at("/en", "en"),
    "/fr/activites/{slug}": at("/fr/activites/caricatures-2027", "fr"),
    "/en/activities/{slug}": at("/en/activities/golf-tournament-2027", "en"),
    "/fr/activites/{slug}/inscription": at("/fr/activites/tournoi-golf-2027/inscription", "fr"),
    "/en/activities/{slug}/registration": at("/en/activities/caricatures-2027/registration", "en"),
    **{path: at(path, path[1:3]) for path in ("/fr/retrouver", "/en/find", "/fr/membre", "/en/member")},
    "/m/{person_id}/{token}": Seen(lambda s: s.person(), "fr"),
    "/plans": Seen(lambda s: s.plan(""), "fr"),
    "/plans/{plan_key}": Seen(lambda s: s.plan(f"/{PLAN}"), "fr"),
    "/plans/{plan_key}/add": Seen(lambda s: s.plan(f"/{PLAN}/add?lang=en"), "en"),
    "/plans/{plan_key}/list": Seen(lambda s: s.plan(f"/{PLAN}/list"), "fr"),
    "/plans/{plan_key}/pay": Seen(lambda s: s.plan(f"/{PLAN}/pay"), "fr"),
    "/plans/{plan_key}/people/{coverage_id}": Seen(lambda s: s.plan(f"/{PLAN}/people/{s.coverage}?lang=en"), "en"),
    "/r/{registration_id}/{token}": Seen(lambda s: s.signups["confirmed"].url),
    "/r/{registration_id}/{token}/pay": Seen(lambda s: s.signups["held"].url + "/pay", "fr"),
    "/r/{registration_id}/{token}/documents": Seen(lambda s: s.signups["confirmed"].url + "/documents", "fr"),
    "/r/{registration_id}/{token}/add": Seen(lambda s: s.signups["confirmed"].url + "/add"),
    "/r/{registration_id}/{token}/cancel": Seen(lambda s: s.signups["confirmed"].url + "/cancel"),
    "/r/{registration_id}/{token}/choice": Seen(lambda s: s.signups["confirmed"].url + "/choice"),
    "/confirm/{registration_id}/{token}": Seen(lambda s: s.confirmation()),
    "/a/{attendee_id}/{token}": Seen(lambda s: s.own()),
    "/T/{code}": Seen(lambda s: s.ticket()),
    "/clinic/{plan_id}/{token}": Seen(clinic),
    "/staff": at("/staff", "fr"),
    "/staff/sign-in": at("/staff/sign-in"),
    "/staff/bootstrap/{token}": at(f"/staff/bootstrap/{BOOTSTRAP}"),
    "/staff/forgotten": at("/staff/forgotten"),
    "/staff/password/{token}": Seen(lambda s: s.password),
    "/staff/account": at("/staff/account"),
    "/staff/people": at("/staff/people"),
    "/staff/to-confirm": at("/staff/to-confirm"),
    "/staff/people/new": at("/staff/people/new"),
    "/staff/people/{staff_id}": Seen(lambda s: f"/staff/people/{s.staff_id}"),
    "/staff/tokens": at("/staff/tokens"),
    "/staff/association": at("/staff/association"),
    "/staff/association/accent": Part(lambda _: "/staff/association/accent?accent=%23ff0000"),
    "/staff/members": at("/staff/members"),
    "/staff/renewals": at("/staff/renewals"),
    "/staff/renewals/fees": at("/staff/renewals/fees"),
    "/staff/renewals/discounts": at("/staff/renewals/discounts"),
    "/renewal/{renewal_id}/{token}": Seen(notice),
    "/renewal/{renewal_id}/{token}/pay": Seen(lambda s: notice(s) + "/pay", "fr"),
    "/company": Seen(lambda s: s.space(), "fr"),
    "/company/sign-up": Seen(lambda s: s.space("/sign-up"), "fr"),
    "/company/new-person": Seen(lambda s: s.space("/new-person"), "fr"),
    "/company/registrations/{registration_id}/documents": Seen(bought, "fr"),
    "/company/people/{person_id}": Seen(lambda s: s.space(f"/people/{s.hr().split('/')[-2]}"), "fr"),
    "/staff/new-company": at("/staff/new-company"),
    "/staff/company-lists": at("/staff/company-lists"),
    "/staff/company-lists/{entry_id}": Seen(lambda s: f"/staff/company-lists/{s.served.id_of('grouping', 'agrifood')}"),
    "/staff/members/{company_id}/edit": Seen(lambda s: f"/staff/members/{s.served.id_of('company', 'c01')}/edit"),
    "/staff/members/{company_id}/new-person": Seen(
        lambda s: f"/staff/members/{s.served.id_of('company', 'c01')}/new-person"
    ),
    "/staff/members/{company_id}/people/{person_id}": Seen(
        lambda s: f"/staff/members/{s.served.id_of('company', 'c01')}/people/{s.served.id_of('person', 'p01')}"
    ),
    "/staff/members/{company_id}/new-period": Seen(
        lambda s: f"/staff/members/{s.served.id_of('company', 'c01')}/new-period"
    ),
    "/staff/members/{company_id}/periods/{period_id}": Seen(
        lambda s: f"/staff/members/{s.served.id_of('company', 'c01')}/periods/{s.period()}"
    ),
    "/staff/members/export": File(lambda _: "/staff/members/export", "spreadsheetml"),
    "/staff/affiliations": at("/staff/affiliations"),
    "/staff/new-affiliation": at("/staff/new-affiliation"),
    "/staff/affiliations/{plan_id}": Seen(
        lambda s: f"/staff/affiliations/{s.served.id_of('affiliation_plan', 'affiliation-fictive')}"
    ),
    "/staff/affiliations/{plan_id}/export": File(
        lambda s: f"/staff/affiliations/{s.served.id_of('affiliation_plan', 'affiliation-fictive')}/export",
        "spreadsheetml",
    ),
    "/staff/members/{company_id}/affiliations/{plan_id}": Seen(
        lambda s: (
            f"/staff/members/{s.served.id_of('company', 'c01')}/affiliations/"
            f"{s.served.id_of('affiliation_plan', 'affiliation-fictive')}"
        )
    ),
    "/staff/members/{company_id}": Seen(lambda s: f"/staff/members/{s.served.id_of('company', 'c01')}"),
    "/staff/imports": at("/staff/imports"),
    "/staff/imports/{import_id}": Seen(lambda s: f"/staff/imports/{s.listing}"),
    "/staff/duplicates": at("/staff/duplicates"),
    "/staff/duplicates/of/{company_id}": Seen(
        lambda s: f"/staff/duplicates/of/{s.served.id_of('company', 'c02')}?q=soudures"
    ),
    "/staff/duplicates/companies/{one}/{other}": Seen(
        lambda s: f"/staff/duplicates/companies/{s.pair('company', 'c02', 'n04')}"
    ),
    "/staff/duplicates/people/{one}/{other}": Seen(
        lambda s: f"/staff/duplicates/people/{s.pair('person', 'p01', 'p02')}"
    ),
    "/staff/home": at("/staff/home"),
    "/staff/search": at("/staff/search"),
    "/staff/activities": at("/staff/activities"),
    "/staff/batches/{batch_id}": Seen(lambda s: f"/staff/batches/{s.batch}"),
    "/staff/activities/{activity_id}/mailings": Seen(lambda s: f"/staff/activities/{s.activity()}/mailings"),
    "/staff/activities/{activity_id}/rearrange": Seen(lambda s: f"/staff/activities/{s.activity()}/rearrange"),
    "/staff/rearrangements/{rearrangement_id}": Seen(lambda s: f"/staff/rearrangements/{s.rearrangement}"),
    "/staff/mailings/{mailing_id}": Seen(lambda s: f"/staff/mailings/{s.mailing}"),
    "/staff/mailings/{mailing_id}/edit": Seen(lambda s: f"/staff/mailings/{s.mailing}/edit"),
    "/staff/new-activity": at("/staff/new-activity"),
    "/staff/activities/{activity_id}/codes/{code_id}": Seen(
        lambda s: f"/staff/activities/{s.activity('caricatures-2027')}/codes/{s.code}"
    ),
    "/staff/activities/{activity_id}/partners": Seen(
        lambda s: f"/staff/activities/{s.activity('caricatures-2027')}/partners"
    ),
    "/staff/activities/{activity_id}/allotments": Seen(
        lambda s: f"/staff/activities/{s.activity('caricatures-2027')}/allotments"
    ),
    "/staff/activities/{activity_id}/edit": Seen(
        lambda s: f"/staff/activities/{s.activity('golf-2027')}/edit?at=prices"
    ),
    "/staff/activities/{activity_id}/last-edition": Seen(lambda s: f"/staff/activities/{s.copy}/last-edition"),
    "/staff/activities/{activity_id}/sign-up": Seen(lambda s: f"/staff/activities/{s.activity('golf-2027')}/sign-up"),
    "/staff/activities/{activity_id}/sign-up/{registration_id}": Seen(lambda s: s.telephone),
    "/staff/activities/{activity_id}/codes": Seen(lambda s: f"/staff/activities/{s.activity()}/codes"),
    "/staff/activities/{activity_id}/sponsors": Seen(lambda s: f"/staff/activities/{s.activity('golf-2027')}/sponsors"),
    "/staff/activities/{activity_id}/plan": Seen(lambda s: f"/staff/activities/{s.activity('pae-2027')}/plan"),
    "/staff/activities/{activity_id}/sharing": Seen(lambda s: f"/staff/activities/{s.activity()}/sharing"),
    "/staff/activities/{activity_id}/taxes": Seen(lambda s: f"/staff/activities/{s.activity()}/taxes"),
    "/staff/activities/{activity_id}/cover": Seen(lambda s: f"/staff/activities/{s.activity()}/cover"),
    "/fr/apercu/{activity_id}/{token}/inscription": Seen(lambda s: f"{s.preview('fr')}/inscription", "fr"),
    "/en/preview/{activity_id}/{token}/registration": Seen(lambda s: f"{s.preview('en')}/registration", "en"),
    "/fr/apercu/{activity_id}/{token}": Seen(lambda s: s.preview("fr"), "fr"),
    "/en/preview/{activity_id}/{token}": Seen(lambda s: s.preview("en"), "en"),
    "/staff/activities/{activity_id}": Seen(lambda s: f"/staff/activities/{s.activity()}"),
    "/staff/activities/{activity_id}/attendees": Seen(lambda s: f"/staff/activities/{s.activity()}/attendees"),
    "/staff/registrations/{registration_id}": Seen(lambda s: s.file()),
    "/staff/registrations/{registration_id}/add": Seen(lambda s: s.file("/add")),
    "/staff/registrations/{registration_id}/cancel": Seen(lambda s: s.file("/cancel")),
    "/staff/check-in": at("/staff/check-in"),
    "/staff/check-in/{activity_id}": Seen(lambda s: f"/staff/check-in/{s.activity()}"),
    "/staff/check-in/{activity_id}/missing": Seen(lambda s: f"/staff/check-in/{s.activity()}/missing"),
    "/staff/check-in/{activity_id}/substitution": Seen(
        lambda s: f"/staff/check-in/{s.activity()}/substitution?attendee_id={s.attendee().id}"
    ),
    "/staff/check-in/{activity_id}/walk-in": Seen(lambda s: f"/staff/check-in/{s.activity()}/walk-in"),
    "/staff/check-in/{activity_id}/walk-in/{registration_id}": Seen(
        lambda s: f"/staff/check-in/{s.activity()}/walk-in/{s.walk_ins['card']}"
    ),
    "/staff/check-in/{activity_id}/live": Part(lambda s: f"/staff/check-in/{s.activity()}/live"),
    **{
        f"/staff/activities/{{activity_id}}/{rows}/export": File(
            lambda s, rows=rows: f"/staff/activities/{s.activity()}/{rows}/export", "spreadsheetml"
        )
        for rows in ("registrations", "attendees", "check-ins", "sponsors")
    },
    "/staff/activities/{activity_id}/door-list": File(
        lambda s: f"/staff/activities/{s.activity()}/door-list", "application/pdf"
    ),
    "/staff/activities/{activity_id}/qr": File(lambda s: f"/staff/activities/{s.activity()}/qr", "image/svg+xml"),
    "/staff/activities/{activity_id}/poster": File(
        lambda s: f"/staff/activities/{s.activity()}/poster", "application/pdf"
    ),
    "/covers/{activity_id}/{lang}-{drawing}.png": File(lambda s: f"/covers/{s.activity()}/fr-strip.png", "image/png"),
    "/files/{key}": File(lambda s: s.picture, "image/png"),
    "/staff/check-in/app.webmanifest": File(lambda _: "/staff/check-in/app.webmanifest", "application/manifest+json"),
    "/fr/calendrier.ics": File(lambda _: "/fr/calendrier.ics", "text/calendar"),
    "/en/calendar.ics": File(lambda _: "/en/calendar.ics", "text/calendar"),
    "/fr/activites/{slug}.ics": File(lambda _: "/fr/activites/caricatures-2027.ics", "text/calendar"),
    "/en/activities/{slug}.ics": File(lambda _: "/en/activities/caricatures-2027.ics", "text/calendar"),
    "/r/{registration_id}/{token}/calendar.ics": File(
        lambda s: s.signups["confirmed"].url + "/calendar.ics", "text/calendar"
    ),
    "/a/{attendee_id}/{token}/calendar.ics": File(lambda s: s.own() + "/calendar.ics", "text/calendar"),
    "/plans/{plan_key}/cards": File(lambda s: s.plan(f"/{PLAN}/cards"), "application/pdf"),
    "/plans/{plan_key}/roster": File(lambda s: s.plan(f"/{PLAN}/roster"), "application/pdf"),
    "/plans/{plan_key}/poster": File(lambda s: s.plan(f"/{PLAN}/poster"), "application/pdf"),
    "/plans/{plan_key}/model": File(lambda s: s.plan(f"/{PLAN}/model"), "spreadsheetml"),
    "/robots.txt": File(lambda _: "/robots.txt", "text/plain"),
    "/sitemap.xml": File(lambda _: "/sitemap.xml", "application/xml"),
    "/brand.css": File(lambda _: "/brand.css", "text/css"),
}
BILLING: dict[str, Seen | File | Part] = {
    "/staff/orders": at("/staff/orders"),
    "/staff/orders/export": File(lambda _: "/staff/orders/export", "spreadsheetml"),
    "/staff/payments/new": at("/staff/payments/new"),
    "/staff/payments/{payment_id}": Seen(lambda s: f"/staff/payments/{payment(s)}"),
    "/staff/orders/{order_id}": Seen(lambda s: f"/staff/orders/{s.signups['confirmed'].id}"),
    "/staff/month": at("/staff/month"),
    "/staff/month/entries": at("/staff/month/entries?of=card"),
    "/staff/taxes": at("/staff/taxes"),
    "/staff/taxes/documents": at("/staff/taxes/documents"),
    "/staff/journal/export": File(lambda _: "/staff/journal/export?since=2027-01-01&until=2027-12-31", "spreadsheetml"),
    "/pay/{order_id}/{token}": Seen(lambda s: s.pay_urls["held"], "fr"),
    "/return/{order_id}/{token}": Seen(lambda s: s.pay_urls["held"].replace("/pay/", "/return/"), "fr"),
    "/papers/{kind}/{document_id}/{token}": Seen(paper),
    "/papers/{kind}/{document_id}/{token}/file": File(lambda s: paper(s) + "/file", "application/pdf"),
    "/brand.css": File(lambda _: "/brand.css", "text/css"),
}
NOTIFY: dict[str, Seen | File | Part] = {
    "/dev/mail": at("/dev/mail"),
    "/dev/mail/{mail_id}": Seen(lambda s: f"/dev/mail/{s.letter['id']}"),
    "/dev/mail/{mail_id}/html": Seen(lambda s: f"/dev/mail/{s.letter['id']}/html", "fr", caged=True),
    "/dev/mail.json": File(lambda _: "/dev/mail.json", "application/json"),
    "/dev/mail/{mail_id}/raw": File(lambda s: s.letter["raw_path"], "message/rfc822"),
    "/dev/mail/{mail_id}/files/{number}": File(lambda s: s.letter["files"][0]["path"], ""),
    "/staff/messages": at("/staff/messages"),
    "/staff/messages/{message_id}": Seen(lambda s: f"/staff/messages/{message(s)}"),
    "/staff/messages/{message_id}/content": Seen(lambda s: f"/staff/messages/{message(s)}/content", "fr", caged=True),
    "/brand.css": File(lambda _: "/brand.css", "text/css"),
}
TABLES = {"registration": REGISTRATION, "billing": BILLING, "notify": NOTIFY}
