"""What pages do, the API does (design.md §6): each form has its operation, for the same roles, once per key."""

import pytest

from kit import wiring
from kit.auth import Allow
from registration.catalog.sections.schemas import SectionName
from tests.architecture.source import SERVICES, app

# The form, and the operation that does the same.
TWINS = {
    "/staff/people": "/api/staff/people",
    "/staff/people/{staff_id}": "/api/staff/people/{staff_id}",
    "/staff/people/{staff_id}/link": "/api/staff/people/{staff_id}/link",
    "/staff/people/{staff_id}/close": "/api/staff/people/{staff_id}/close",
    "/staff/people/{staff_id}/reopen": "/api/staff/people/{staff_id}/reopen",
    "/staff/tokens": "/api/staff/tokens",
    "/staff/tokens/{token_id}/revoke": "/api/staff/tokens/{token_id}/revoke",
    "/staff/association": "/api/association",
    "/staff/new-activity": "/api/staff/activities",
    "/staff/activities/{activity_id}/sign-up": "/api/staff/activities/{activity_id}/telephone-signups",
    "/staff/activities/{activity_id}/publish": "/api/staff/activities/{activity_id}/publish",
    "/staff/activities/{activity_id}/withdraw": "/api/staff/activities/{activity_id}/withdraw",
    "/staff/activities/{activity_id}/template": "/api/staff/activities/{activity_id}/template",
    "/staff/templates/{template_id}/remove": "/api/staff/templates/{template_id}/remove",
    "/staff/activities/{activity_id}/codes": "/api/staff/activities/{activity_id}/codes",
    "/staff/activities/{activity_id}/codes/{code_id}/terms": "/api/staff/codes/{code_id}/terms",
    "/staff/activities/{activity_id}/codes/{code_id}/close": "/api/staff/codes/{code_id}/close",
    "/staff/activities/{activity_id}/partners": "/api/staff/activities/{activity_id}/partners",
    "/staff/activities/{activity_id}/partners/{partnership_id}": "/api/staff/partners/{partnership_id}",
    "/staff/activities/{activity_id}/partners/{partnership_id}/logo": "/api/staff/partners/{partnership_id}/logo",
    "/staff/activities/{activity_id}/partners/{partnership_id}/logo/approve": (
        "/api/staff/partners/{partnership_id}/logo/approve"
    ),
    "/staff/activities/{activity_id}/partners/{partnership_id}/move": "/api/staff/partners/{partnership_id}/move",
    "/staff/activities/{activity_id}/partners/{partnership_id}/remove": "/api/staff/partners/{partnership_id}/remove",
    "/staff/activities/{activity_id}/partners/{partnership_id}/codes": "/api/staff/activities/{activity_id}/codes",
    "/staff/activities/{activity_id}/allotments": "/api/staff/activities/{activity_id}/allotments",
    "/staff/activities/{activity_id}/allotments/{allotment_id}/terms": "/api/staff/allotments/{allotment_id}/terms",
    "/staff/activities/{activity_id}/allotments/{allotment_id}/release": "/api/staff/allotments/{allotment_id}/release",
    "/staff/activities/{activity_id}/sponsors/{benefit_id}/deliver": "/api/staff/benefits/{benefit_id}/deliver",
    "/staff/activities/{activity_id}/sponsors/{benefit_id}/undo": "/api/staff/benefits/{benefit_id}/undo",
    "/staff/activities/{activity_id}/plan/companies/{company_id}/hold": (
        "/api/staff/activities/{activity_id}/plan/companies/{company_id}/hold"
    ),
    "/staff/activities/{activity_id}/plan/companies/{company_id}/release": (
        "/api/staff/activities/{activity_id}/plan/companies/{company_id}/release"
    ),
    "/staff/activities/{activity_id}/plan/link": "/api/staff/activities/{activity_id}/plan/link",
    "/clinic/{plan_id}/{token}": "/api/clinic/{plan_id}/checks",
    "/staff/activities/{activity_id}/delete": "/api/staff/activities/{activity_id}/delete",
    "/staff/members/{company_id}/standing": "/api/companies/{company_id}/standing",
    "/staff/new-company": "/api/companies",
    "/company/sign-up": "/api/people/{person_id}/company/registrations",
    "/company/sign-up/review": "/api/people/{person_id}/company/registrations",
    "/company/new-person": "/api/people/{person_id}/company/people",
    "/company/people/{person_id}": "/api/people/{person_id}/company/people/{other_id}",
    "/company/people/{person_id}/leave": "/api/people/{person_id}/company/people/{other_id}/leave",
    "/staff/members/{company_id}/edit": "/api/companies/{company_id}",
    "/staff/members/{company_id}/new-person": "/api/companies/{company_id}/people",
    "/staff/members/{company_id}/people/{person_id}": "/api/companies/{company_id}/people/{person_id}",
    "/staff/members/{company_id}/people/{person_id}/leave": "/api/companies/{company_id}/people/{person_id}/leave",
    "/staff/members/{company_id}/affiliations/{plan_id}": "/api/companies/{company_id}/affiliations/{plan_id}",
    "/staff/members/{company_id}/affiliations/{plan_id}/withdraw": (
        "/api/companies/{company_id}/affiliations/{plan_id}/withdraw"
    ),
    "/staff/affiliations/{plan_id}/told": "/api/affiliations/{plan_id}/told",
    "/staff/new-affiliation": "/api/affiliations",
    "/staff/affiliations/{plan_id}": "/api/affiliations/{plan_id}",
    "/staff/affiliations/{plan_id}/end": "/api/affiliations/{plan_id}/end",
    "/staff/affiliations/{plan_id}/reopen": "/api/affiliations/{plan_id}/reopen",
    "/staff/members/{company_id}/new-period": "/api/companies/{company_id}/memberships",
    "/staff/members/{company_id}/periods/{period_id}": "/api/memberships/{period_id}",
    "/staff/company-lists": "/api/company-lists",
    "/staff/company-lists/{entry_id}": "/api/company-lists/{entry_id}",
    "/staff/members/{company_id}/standing/withdraw": "/api/companies/{company_id}/standing",
    "/staff/members/{company_id}/code": "/api/companies/{company_id}/code",
    "/staff/renewals/{period_id}/send": "/api/staff/renewals/{period_id}/send",
    "/staff/renewals/{renewal_id}/accept": "/api/staff/renewals/{renewal_id}/accept",
    "/staff/renewals/{renewal_id}/decline": "/api/staff/renewals/{renewal_id}/decline",
    "/renewal/{renewal_id}/{token}/accept": "/api/renewals/{renewal_id}/accept",
    "/renewal/{renewal_id}/{token}/decline": "/api/renewals/{renewal_id}/decline",
    "/staff/members/people/{person_id}/send": "/api/people/{person_id}/link",
    "/staff/members/people/{person_id}/renew": "/api/people/{person_id}/link/renew",
    "/staff/imports": "/api/imports",
    "/staff/imports/{import_id}/columns": "/api/imports/{import_id}/columns",
    "/staff/imports/{import_id}/rows": "/api/imports/{import_id}/decisions",
    "/staff/imports/{import_id}/write": "/api/imports/{import_id}/write",
    "/staff/imports/{import_id}/undo": "/api/imports/{import_id}/undo",
    "/staff/imports/{import_id}/discard": "/api/imports/{import_id}/discard",
    "/staff/duplicates/companies/{one}/{other}": "/api/mergers",
    "/staff/duplicates/companies/{one}/{other}/not-same": "/api/duplicates/not-same",
    "/staff/duplicates/people/{one}/{other}": "/api/mergers",
    "/staff/duplicates/people/{one}/{other}/not-same": "/api/duplicates/not-same",
    "/staff/duplicates/mergers/{merger_id}/undo": "/api/mergers/{merger_id}/undo",
    "/staff/check-in/{activity_id}": "/api/activities/{activity_id}/check-ins",
    "/staff/check-in/{activity_id}/undo": "/api/check-ins/{check_in_id}/undo",
    "/staff/check-in/{activity_id}/substitution": "/api/activities/{activity_id}/substitutions",
    "/staff/check-in/{activity_id}/walk-in": "/api/activities/{activity_id}/walk-ins",
    "/staff/activities/{activity_id}/registrations/export": "/api/staff/activities/{activity_id}/registrations/export",
    "/staff/activities/{activity_id}/attendees/export": "/api/staff/activities/{activity_id}/attendees/export",
    "/staff/registrations/{registration_id}/answers": "/api/staff/registrations/{registration_id}/answers",
    "/staff/registrations/{registration_id}/resend": "/api/staff/registrations/{registration_id}/resend",
    "/staff/registrations/{registration_id}/cancel": "/api/staff/registrations/{registration_id}/cancel",
    "/staff/registrations/{registration_id}/edit/{part}": "/api/staff/registrations/{registration_id}/corrections",
    "/staff/registrations/{registration_id}/add": "/api/staff/registrations/{registration_id}/amendments",
    "/staff/registrations/{registration_id}/accept": "/api/staff/registrations/{registration_id}/accept",
    "/staff/registrations/{registration_id}/refuse": "/api/staff/registrations/{registration_id}/refuse",
    "/staff/activities/{activity_id}/batches": "/api/staff/activities/{activity_id}/batches",
    "/staff/activities/{activity_id}/mailings": "/api/staff/activities/{activity_id}/mailings",
    "/staff/mailings/{mailing_id}/test": "/api/staff/mailings/{mailing_id}/test",
    "/staff/mailings/{mailing_id}/confirm": "/api/staff/mailings/{mailing_id}/confirm",
    "/staff/activities/{activity_id}/views/{listed}": "/api/staff/views",
    "/staff/activities/{activity_id}/views/{view_id}/remove": "/api/staff/views/{view_id}/remove",
    "/staff/batches/{batch_id}/confirm": "/api/staff/batches/{batch_id}/confirm",
    "/staff/activities/{activity_id}/rearrange": "/api/staff/activities/{activity_id}/rearrangements",
    "/staff/rearrangements/{rearrangement_id}/choices/{registration_id}": (
        "/api/staff/rearrangements/{rearrangement_id}/choices/{registration_id}"
    ),
    "/staff/rearrangements/{rearrangement_id}/undo": "/api/staff/rearrangements/{rearrangement_id}/undo",
    "/staff/activities/{activity_id}/cover": "/api/staff/activities/{activity_id}/cover",
    "/staff/orders/{order_id}/payments": "/api/orders/{order_id}/payments",
    "/staff/orders/{order_id}/acceptance": "/api/orders/{order_id}/acceptance",
    "/staff/orders/{order_id}/credits": "/api/orders/{order_id}/credits",
    "/staff/orders/{order_id}/returns": "/api/orders/{order_id}/returns",
    "/staff/orders/{order_id}/stripe-reading": "/api/orders/{order_id}/stripe-reading",
    "/staff/refunds/{refund_id}/done": "/api/refunds/{refund_id}/done",
    "/staff/stripe-events/{incoming_id}/looked-at": "/api/stripe-events/{incoming_id}/looked-at",
    "/staff/undelivered/send-again": "/api/undelivered/send-again",
    "/staff/messages/{message_id}/again": "/api/messages/{message_id}/again",
    "/fr/activites/{slug}/inscription": "/api/activities/{key}/registrations",
    "/en/activities/{slug}/registration": "/api/activities/{key}/registrations",
    "/fr/apercu/{activity_id}/{token}/inscription": "/api/activities/{activity_id}/trials",
    "/en/preview/{activity_id}/{token}/registration": "/api/activities/{activity_id}/trials",
    "/fr/retrouver": "/api/retrievals",
    "/en/find": "/api/retrievals",
    "/r/{registration_id}/{token}/let-go": "/api/registrations/{registration_id}/let-go",
    "/r/{registration_id}/{token}/attendees/{attendee_id}": (
        "/api/registrations/{registration_id}/attendees/{attendee_id}"
    ),
    "/r/{registration_id}/{token}/add": "/api/registrations/{registration_id}/amendments",
    "/r/{registration_id}/{token}/answers": "/api/registrations/{registration_id}/answers",
    "/r/{registration_id}/{token}/cancel": "/api/registrations/{registration_id}/cancel",
    "/r/{registration_id}/{token}/choice": "/api/registrations/{registration_id}/choice",
    "/confirm/{registration_id}/{token}": "/api/registrations/{registration_id}/confirm",
    "/a/{attendee_id}/{token}": "/api/attendees/{attendee_id}",
    "/plans/{plan_key}/add/file": "/api/people/{person_id}/plans/{plan_key}/list/file",
    "/plans/{plan_key}/add/person": "/api/people/{person_id}/plans/{plan_key}/list",
    "/plans/{plan_key}/add/sealed": "/api/people/{person_id}/plans/{plan_key}/list",
    "/plans/{plan_key}/list/rows/{number}": "/api/people/{person_id}/plans/{plan_key}/list/rows/{number}/correction",
    "/plans/{plan_key}/list/again": "/api/people/{person_id}/plans/{plan_key}/list/again",
    "/plans/{plan_key}/list/drop": "/api/people/{person_id}/plans/{plan_key}/list/drop",
    "/plans/{plan_key}/pay": "/api/people/{person_id}/plans/{plan_key}/purchases",
    "/plans/{plan_key}/kept": "/api/people/{person_id}/plans/{plan_key}/purchases",
    "/plans/{plan_key}/people/{coverage_id}/{gesture}": (
        "/api/people/{person_id}/plans/{plan_key}/coverages/{coverage_id}/replacement"
    ),
}
# Forms that look for something and change nothing: a GET of the API does it.
SEARCHES = {
    "/staff/search": "/api/staff/search",
    "/staff/activities/{activity_id}": "/api/staff/activities/{activity_id}/registrations",
    "/staff/activities/{activity_id}/attendees": "/api/staff/activities/{activity_id}/attendees",
    "/staff/orders": "/api/orders",
    "/staff/messages": "/api/messages",
}
# Forms that put a whole in place of another, however often they are sent: a PUT of the API for each.
WHOLES = {
    "/staff/mailings/{mailing_id}": ["/api/staff/mailings/{mailing_id}"],
    "/staff/activities/{activity_id}/edit/{name}": [
        f"/api/staff/activities/{{activity_id}}/{name.value}" for name in SectionName
    ],
    "/staff/activities/{activity_id}/plan": ["/api/staff/activities/{activity_id}/plan"],
    "/staff/activities/{activity_id}/taxes": ["/api/staff/activities/{activity_id}/taxes"],
    "/staff/renewals/fees": ["/api/staff/fees"],
}
# Tries something and does nothing: nothing of what it answers may be kept.
TRIED = {"/api/activities/{activity_id}/trials", "/api/clinic/{plan_id}/checks"}
# A person's own browser, password and language: a program has a token, or gives the company's code with its signup.
OWN = {
    "/staff/sign-in",
    "/staff/sign-out",
    "/staff/bootstrap/{token}",
    "/staff/forgotten",
    "/staff/password/{token}",
    "/staff/account",
    "/staff/account/password",
    "/fr/membre",
    "/en/member",
    "/member/forget",
    "/company/choose",
}
# Made once by an id in their body instead.
ONCE_BY_ID = {
    "/api/activities/{activity_id}/walk-ins",
    "/api/staff/activities/{activity_id}/telephone-signups",
    "/api/staff/registrations/{registration_id}/amendments",
    "/api/registrations/{registration_id}/amendments",
    "/api/people/{person_id}/plans/{plan_key}/purchases",
}
# Reads that are remembered each time; nothing of what they answer may be kept.
RECORDED = {
    "/api/staff/registrations/{registration_id}/answers",
    "/api/staff/activities/{activity_id}/registrations/export",
    "/api/staff/activities/{activity_id}/attendees/export",
}

Routes = dict[tuple[str, str], Allow]


@pytest.fixture(scope="module")
def routes() -> Routes:
    every = (found for service in SERVICES for found in wiring.routes(app(service)))
    return {(method, route.path): allowed for route, allowed in every if allowed for method in route.methods or ()}


def test_forms_are_all_known() -> None:
    """The forms are what OpenAPI does not show: everything else that is posted is for programs."""
    every = (route for service in SERVICES for route, _ in wiring.routes(app(service)))
    forms = {route.path for route in every if "POST" in (route.methods or ()) and not route.include_in_schema}
    assert forms == {*TWINS, *SEARCHES, *WHOLES, *OWN}


def test_twin_is_open_to_whoever_may_use_the_form(routes: Routes) -> None:
    wrong = []
    for twins, method in ((TWINS, "POST"), (SEARCHES, "GET")):
        for form, operation in twins.items():
            twin = routes.get((method, operation))
            if twin is None or set(routes["POST", form].roles) != set(twin.roles):
                wrong.append(f"{form}: {method} {operation} is {'missing' if twin is None else 'for others'}")
    for form, operations in WHOLES.items():
        wrong += [one for one in operations if set(routes["POST", form].roles) != set(routes["PUT", one].roles)]
    assert wrong == []


def test_operations_that_change_something_happen_once_per_key() -> None:
    wrong = []
    for service in SERVICES:
        paths = app(service).openapi()["paths"]
        for path in {operation for operation in TWINS.values() if operation in paths} - ONCE_BY_ID - RECORDED - TRIED:
            headers = [one["name"] for one in paths[path]["post"].get("parameters", ()) if one["in"] == "header"]
            if "idempotency-key" not in headers:
                wrong.append(path)
    assert wrong == []
