"""Affiliations as the API takes and answers them."""

import uuid
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from kit.contracts import Day
from kit.sheets import Form
from registration.members.affiliations.queries import OfCompany
from registration.members.affiliations.rules import Plan, Told, ToTell, mark_of
from registration.members.affiliations.schemas import ConsentForm, Line, PlanForm, Wording


class PlanOut(BaseModel):
    """Another body that members belong to as well."""

    id: uuid.UUID = Field(description="Id of the affiliation.")
    key: str = Field(description="Its key, the same for good.", examples=["affiliation-fictive"])
    label_fr: str = Field(description="Label, in French.", examples=["Fédération fictive"])
    label_en: str = Field(description="Label, in English.", examples=["Fictional federation"])
    needs_consent: bool = Field(description="Nothing of a company is told before it agreed.", examples=[True])
    ended_on: Day | None = Field(description="Day on which it ended; null: it goes on.", examples=[None])

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        labels = {"label_fr": plan.label.fr, "label_en": plan.label.en}
        return cls(id=plan.id, key=plan.key, needs_consent=plan.needs_consent, ended_on=plan.ended_on, **labels)


class AffiliationPlanIn(BaseModel):
    """Another body that members belong to, as staff name it."""

    label_fr: Line = Field(description="Label, in French.", examples=["Fédération fictive"])
    label_en: Line = Field(default="", description="Label, in English; empty: as in French.", examples=[""])
    needs_consent: bool = Field(
        default=True, description="Nothing of a company is told before it agreed, in words that are kept."
    )

    def form(self) -> PlanForm:
        """As the page's form would send it."""
        asked = "yes" if self.needs_consent else "no"
        return PlanForm(label_fr=self.label_fr, label_en=self.label_en, needs_consent=asked)


class ConsentIn(BaseModel):
    """What a company agreed to."""

    given_on: Day = Field(description="Day on which it agreed.", examples=["2027-02-15"])
    wording: Wording = Field(
        default="", description="The words it agreed to.", examples=["Nos coordonnées sont transmises à la fédération."]
    )

    def form(self) -> ConsentForm:
        """As the page's form would send it."""
        return ConsentForm(given_on=self.given_on.isoformat(), wording=self.wording)


class AffiliationOut(BaseModel):
    """How a company stands towards an affiliation."""

    plan: PlanOut = Field(description="The affiliation.")
    agrees: bool = Field(description="The company agrees today.", examples=[True])
    given_on: Day | None = Field(description="Day on which it last agreed; null: never.", examples=["2027-02-15"])
    wording: str = Field(description="The words it agreed to.", examples=["Nos coordonnées sont transmises."])
    taken_by: str = Field(description="Who took it down.", examples=["Élise Côté"])
    withdrawn_on: Day | None = Field(description="Day on which it took that back.", examples=[None])
    told_on: Day | None = Field(description="Day on which the partner was told of it.", examples=["2027-03-01"])

    @classmethod
    def of(cls, one: OfCompany) -> "AffiliationOut":
        has = one.affiliated
        return cls(
            plan=PlanOut.of(one.plan),
            agrees=one.agrees,
            given_on=has.given_on if has else None,
            wording=has.wording if has else "",
            taken_by=has.taken_by if has else "",
            withdrawn_on=has.withdrawn_on if has else None,
            told_on=has.told_on if has else None,
        )


class ChangeOut(BaseModel):
    """A company that belongs from now on, or that does no more."""

    company_id: uuid.UUID = Field(description="Id of the company.")
    company: str = Field(description="Its name.", examples=["Usinage Valbrume inc."])
    change: Told = Field(description="What the partner is told.")


class ChangesOut(BaseModel):
    """What the partner is to be told."""

    since: Day | None = Field(description="With what it was told after this day; null: only what it does not know.")
    changes: list[ChangeOut] = Field(description="Companies, by name.")
    mark: str = Field(description="Tells this list from another: for saying that it was told.", examples=["9f86d081"])

    @classmethod
    def of(cls, lines: list[ToTell], since: date | None) -> "ChangesOut":
        rows = [ChangeOut(company_id=one.company_id, company=one.company, change=one.what) for one in lines]
        return cls(since=since, changes=rows, mark=mark_of(lines))


class ToldIn(BaseModel):
    """Which list the partner was told."""

    mark: str = Field(max_length=64, description="The mark of the list without `since`.", examples=["9f86d081"])


class ChangesExport(BaseModel):
    """Since when, as which file."""

    since: str = Field(default="", max_length=10, description="With what was told after this day; empty: only news.")
    format: Form = Field(default=Form.XLSX, description="`xlsx`: an Excel workbook; `csv`: values in a text file.")
    lang: Literal["", "fr", "en"] = Field(default="", description="Language of titles; empty: that of whoever asks.")
