"""The association, its staff, the companies and the people who act for them."""

from datetime import date, datetime

from sqlmodel import Session

from kit.contracts import Association, Bilingual
from kit.contracts.texts import glued
from kit.text import fold
from registration.association.actions import save
from registration.association.queries import profiles
from registration.members.models import Company, Membership, Person
from registration.members.rules import MemberStatus, person_search
from registration.seed.source import REFERENCE_MONDAY, Node, Source, access_code, insert
from registration.staff.models import StaffMember


def load(session: Session, source: Source, now: datetime, secret: str) -> dict[str, int]:
    """A profile that staff have edited since is left alone."""
    if not profiles(session):
        save(session, association(source.content["association"]), now)
    companies = [*source.list("companies"), *source.list("non_members")]
    return {
        "staff": insert(
            session, [_staff(source, node, now) for node in source.content["association"]["staff"]], "email"
        ),
        "companies": insert(session, [_company(source, node, secret) for node in companies]),
        "memberships": insert(session, [_membership(source, node) for node in companies if "member_since" in node]),
        "people": insert(session, [_person(source, node) for node in source.list("people")]),
    }


def association(node: Node) -> Association:
    """The profile, valid from the day its taxes are."""
    taxes, terms, privacy = node["tax_profile"], node["payment_terms"], node["privacy_officer"]
    return Association(
        key=node["id"],
        valid_from=taxes["effective"],
        legal_name=node["legal_name"],
        short_name=Bilingual(**node["short_name"]),
        address_lines=tuple(node["address"]["display_fr"].split("\n")),
        province=node["address"]["province"],
        phone=node["phone"],
        email=node["email"],
        website=node["website"],
        timezone=node["timezone"],
        tax_registered=taxes["registered"],
        gst_number=taxes["gst_number"],
        qst_number=taxes["qst_number"],
        invoice_days=terms["invoice_days"],
        invoice_series=node["numbering"]["invoice"].split("-")[0],
        credit_series=node["numbering"]["credit_note"].split("-")[0],
        cheque_payable_to=terms["cheque_payable_to"],
        e_transfer_to=terms["e_transfer_to"],
        privacy_title=Bilingual(**node["privacy_officer"]["title"]),
        privacy_email=privacy["email"],
        terms=Bilingual(**node.get("terms", {"fr": ""})),
        accounts=node["accounts"],
    )


def _staff(source: Source, node: Node, now: datetime) -> StaffMember:
    """No password: they sign in by an invitation, or the director by the bootstrap link."""
    return StaffMember(
        id=source.id("staff", node["id"]),
        email=node["email"],
        name=node["name"],
        roles=[node["role"]],
        expires_at=source.moment(node.get("expires")),
        created_at=now,
    )


def _company(source: Source, node: Node, secret: str) -> Company:
    return Company(
        id=source.id("company", node["id"]),
        key=node["id"],
        name=node["name"],
        search=fold(f"{node['name']} {glued(node['name'])}"),
        status=MemberStatus(node["status"]),
        category=node.get("category", ""),
        sector=node["sector"],
        territory=node["territory"],
        employees=node["employees"],
        city=node["city"],
        province=node.get("province", "QC"),
        lang=node["lang"],
        billing_email=node["billing_email"],
        po_required=node.get("po_required", False),
        usual_payment=node.get("usual_payment", ""),
        legacy_org=node.get("legacy_org"),
        access_code=access_code(secret, f"{source.key}/{node['id']}"),
    )


def _membership(source: Source, node: Node) -> Membership:
    """From the day they joined to the end of the period around the reference week; one in arrears ended before."""
    month, day = map(int, source.content["membership_plan"]["period"]["ends"].split("-"))
    today = REFERENCE_MONDAY + source.shift
    end = date(today.year, month, day)
    end = end if end >= today else end.replace(year=end.year + 1)
    if node["status"] != MemberStatus.ACTIVE:
        end = end.replace(year=end.year - 1)
    company = source.id("company", node["id"])
    return Membership(id=source.id("membership", node["id"]), company_id=company, starts=node["member_since"], ends=end)


def _person(source: Source, node: Node) -> Person:
    return Person(
        id=source.id("person", node["id"]),
        key=node["id"],
        company_id=source.id("company", node["company"]),
        first_name=node["first_name"],
        last_name=node["last_name"],
        email=node["email"],
        search=person_search(node["first_name"], node["last_name"], node["email"]),
        lang=node["lang"],
        roles=list(node["roles"]),
    )
