"""The association, its staff, the companies and the people who act for them."""

from datetime import date, datetime, timedelta

from pydantic import BaseModel
from sqlmodel import Session

from kit.contracts import Association, Bilingual
from kit.money import TaxClass, cents
from registration.association.actions import save
from registration.association.queries import profiles
from registration.members.affiliations.models import AffiliationPlan
from registration.members.models import Company, CompanyRole, Grouping, Membership, Person
from registration.members.rules import GroupingKind, MemberStatus, Role, company_search, person_search
from registration.renewals.scale.models import FeeScale
from registration.renewals.scale.rules import Step
from registration.seed.source import REFERENCE_MONDAY, Node, Source, access_code, insert
from registration.staff.models import StaffMember

# The file does not say since when people do what they do.
EVER = date(2000, 1, 1)


def load(session: Session, source: Source, now: datetime, secret: str) -> dict[str, int]:
    """A profile that staff have edited since is left alone."""
    if not profiles(session):
        save(session, association(source.content["association"], source.content["membership_plan"]["grace_days"]), now)
    companies = [*source.list("companies"), *source.list("non_members")]
    return {
        "staff": insert(
            session, [_staff(source, node, now) for node in source.content["association"]["staff"]], "email"
        ),
        "companies": insert(session, [_company(source, node, secret) for node in companies]),
        "memberships": insert(
            session, [row for node in companies if "member_since" in node for row in _memberships(source, node)]
        ),
        "lists": insert(session, _groupings(source)),
        "fees": insert(session, [_fees(source.content["membership_plan"])]),
        "affiliations": insert(session, _affiliations(source)),
        "people": insert(session, [_person(source, node) for node in source.list("people")]),
        "roles": insert(session, [row for node in source.list("people") for row in _roles(source, node)]),
    }


def association(node: Node, grace_days: int = 60) -> Association:
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
        membership_grace_days=grace_days,
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
        search=company_search(node["name"]),
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


def _memberships(source: Source, node: Node) -> list[Membership]:
    """What it was a member for before, in one period, and the period around the reference week, with its fee: paid,
    unless the file says of the company that it is in arrears."""
    plan = source.content["membership_plan"]
    month, day = map(int, plan["period"]["ends"].split("-"))
    today = REFERENCE_MONDAY + source.shift
    end = date(today.year, month, day)
    end = end if end >= today else end.replace(year=end.year + 1)
    company, joined = source.id("company", node["id"]), node["member_since"]
    begins = end.replace(year=end.year - 1) + timedelta(days=1)
    due = begins + timedelta(days=plan["fee_due_days"])
    current = Membership(
        id=source.id("membership", node["id"]),
        company_id=company,
        starts=max(begins, joined),
        ends=end,
        category=node.get("category", ""),
        fee=_fees(plan).scale.fee(node["employees"]),
        fee_due_on=due,
        fee_paid_on=None if node["status"] == MemberStatus.IN_ARREARS else due,
    )
    if joined >= begins:
        return [current]
    before = Membership(
        id=source.id("membership", node["id"], "before"),
        company_id=company,
        starts=joined,
        ends=begins - timedelta(days=1),
        category=node.get("category", ""),
    )
    return [before, current]


class _FeeOfSize(BaseModel):
    """What the file says of one size of company."""

    max_employees: int | None
    amount: str
    tax_class: TaxClass
    tax_review: Node | None = None


class _Period(BaseModel):
    starts: str


class _Fees(BaseModel):
    """What the file says of the fees of memberships."""

    period: _Period
    fee_due_days: int
    reminder_days: list[int]
    gl_account: str
    fees: list[_FeeOfSize]


def _fees(plan: Node) -> FeeScale:
    """What a membership costs. Notices do not leave before staff say so: nobody is written to by a file."""
    said = _Fees.model_validate(plan)
    month, day = map(int, said.period.starts.split("-"))
    return FeeScale(
        starts_month=month,
        starts_day=day,
        due_days=said.fee_due_days,
        steps=tuple(Step(one.max_employees, cents(one.amount)) for one in said.fees),
        tax_class=said.fees[0].tax_class,
        tax_to_confirm=any(one.tax_review for one in said.fees),
        gl_account=said.gl_account,
        reminder_days=said.reminder_days,
        automatic=False,
    )


def _groupings(source: Source) -> list[Grouping]:
    lists = {
        GroupingKind.SECTOR: source.list("sectors"),
        GroupingKind.TERRITORY: source.list("territories"),
        GroupingKind.CATEGORY: source.list("member_categories"),
    }
    return [
        Grouping(
            id=source.id("grouping", kind, node["id"]),
            kind=kind,
            key=node["id"],
            label_fr=node["fr"],
            label_en=node["en"],
            position=position,
            target_percent=node.get("target_percent"),
            votes=node.get("votes", 1),
        )
        for kind, nodes in lists.items()
        for position, node in enumerate(nodes)
    ]


def _affiliations(source: Source) -> list[AffiliationPlan]:
    return [
        AffiliationPlan(
            id=source.id("affiliation", node["id"]),
            key=node["id"],
            label_fr=node["fr"],
            label_en=node.get("en", ""),
            needs_consent=node["needs_consent_to_share_contact"],
        )
        for node in source.content["membership_plan"].get("included", [])
    ]


def _roles(source: Source, node: Node) -> list[CompanyRole]:
    """What somebody does for their company; whoever does nothing for it is known to it."""
    known = sorted({role if role in set(Role) else Role.EMPLOYEE.value for role in node["roles"]})
    return [
        CompanyRole(
            id=source.id("role", node["id"], role),
            person_id=source.id("person", node["id"]),
            company_id=source.id("company", node["company"]),
            role=Role(role),
            starts=EVER,
        )
        for role in known
    ]


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
    )
