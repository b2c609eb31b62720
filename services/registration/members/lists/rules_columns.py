"""What the columns of a member list may be, and what people call them in French and in English."""

from collections.abc import Mapping
from enum import StrEnum


class ImportColumn(StrEnum):
    """What a column of a list says: of the company, of its membership, of somebody who acts for it."""

    NAME = "name"
    BADGE_NAME = "badge_name"
    NEQ = "neq"
    CATEGORY = "category"
    SECTOR = "sector"
    TERRITORY = "territory"
    MRC = "mrc"
    EMPLOYEES = "employees"
    ADDRESS = "address"
    CITY = "city"
    PROVINCE = "province"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"
    LANG = "lang"
    BILLING_EMAIL = "billing_email"
    PO_REQUIRED = "po_required"
    USUAL_PAYMENT = "usual_payment"
    SINCE = "since"
    UNTIL = "until"
    CONTACT = "contact"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    ROLE = "role"


C = ImportColumn
NAMES: Mapping[ImportColumn, tuple[str, ...]] = {
    C.NAME: (
        "entreprise", "nom de l'entreprise", "nom entreprise", "nom légal", "raison sociale", "compagnie", "société",
        "organisation", "membre", "nom du membre", "dénomination", "company", "company name", "legal name",
        "business name", "organization", "member", "employer", "employeur",
    ),
    C.BADGE_NAME: ("nom sur les cocardes", "nom d'usage", "nom affiché", "nom court", "display name", "trade name",
                   "badge name", "known as"),
    C.NEQ: ("neq", "no neq", "numéro neq", "numéro d'entreprise du québec", "numéro d'entreprise", "no d'entreprise",
            "matricule", "enterprise number", "quebec enterprise number"),
    C.CATEGORY: ("catégorie", "catégorie de membre", "type de membre", "type d'adhésion", "category", "member category",
                 "membership type", "member type"),
    C.SECTOR: ("secteur", "secteur d'activité", "industrie", "domaine", "sector", "industry"),
    C.TERRITORY: ("territoire", "région", "secteur géographique", "territory", "region", "area"),
    C.MRC: ("mrc", "m.r.c.", "rcm", "county"),
    C.EMPLOYEES: ("employés", "nombre d'employés", "nb employés", "nbre d'employés", "nb d'employés", "effectif",
                  "effectifs", "taille", "employees", "number of employees", "headcount", "staff"),
    C.ADDRESS: ("adresse", "adresse civique", "adresse postale", "adresse de facturation", "rue", "address", "street",
                "street address", "mailing address"),
    C.CITY: ("ville", "municipalité", "localité", "city", "town"),
    C.PROVINCE: ("province", "prov", "état", "state"),
    C.POSTAL_CODE: ("code postal", "cp", "c.p.", "code_postal", "postal code", "zip", "zip code", "postcode"),
    C.PHONE: ("téléphone", "tél", "tel", "no de téléphone", "numéro de téléphone", "téléphone bureau", "phone",
              "phone number", "telephone", "business phone"),
    C.LANG: ("langue", "langue de correspondance", "language", "preferred language"),
    C.BILLING_EMAIL: ("courriel de facturation", "courriel facturation", "courriel comptabilité", "courriel comptes",
                      "courriel des comptes", "courriel entreprise", "courriel de l'entreprise", "billing email",
                      "billing e-mail", "accounting email", "company email", "accounts payable"),
    C.PO_REQUIRED: ("bon de commande", "bon de commande requis", "bc requis", "po", "po required",
                    "purchase order required"),
    C.USUAL_PAYMENT: ("mode de paiement", "paiement", "paiement habituel", "payment", "payment method",
                      "usual payment"),
    C.SINCE: ("membre depuis", "date d'adhésion", "adhésion", "depuis", "début", "début d'adhésion", "member since",
              "joined", "join date", "since", "start date"),
    C.UNTIL: ("membre jusqu'au", "fin", "fin d'adhésion", "échéance", "expiration", "date d'échéance",
              "date de renouvellement", "renouvellement", "member until", "expires", "expiry", "expiry date",
              "end date", "renewal date"),
    C.CONTACT: ("contact", "personne-ressource", "nom du contact", "personne contact", "responsable", "délégué",
                "déléguée", "contact name", "contact person", "representative"),
    C.FIRST_NAME: ("prénom", "prénom du contact", "prénom contact", "first name", "contact first name", "given name"),
    C.LAST_NAME: ("nom", "nom de famille", "nom contact", "nom de famille du contact", "last name",
                  "contact last name", "surname", "family name"),
    C.EMAIL: ("courriel", "courriel du contact", "courriel contact", "adresse courriel", "email", "e-mail", "mail",
              "contact email", "email address"),
    C.ROLE: ("rôle", "fonction", "titre", "poste", "role", "title", "position", "job title"),
}  # fmt: skip
# Whoever the row names.
OF_PEOPLE = (C.CONTACT, C.FIRST_NAME, C.LAST_NAME, C.EMAIL, C.ROLE)
