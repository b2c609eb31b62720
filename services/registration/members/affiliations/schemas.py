"""A consent, and an affiliation, as staff type them: `rules` decides."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

Line = Annotated[str, StringConstraints(max_length=400)]
Wording = Annotated[str, StringConstraints(max_length=2000)]


class ConsentForm(BaseModel):
    """The day on which a company agreed, and the words it agreed to."""

    given_on: Line = ""
    wording: Wording = ""


class PlanForm(BaseModel):
    """Another body that members belong to, as staff name it."""

    label_fr: Line = ""
    label_en: Line = ""
    needs_consent: Line = "yes"
