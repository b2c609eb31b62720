"""A template of the house: an activity without its dates, its edition and its addresses, to begin others from."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kit.errors import InvalidInput, Refusal
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import SHAPES, SectionName

NAME_LENGTH = 60


class TemplateNameTaken(Refusal):
    """Another template of the house has this name."""


@dataclass(frozen=True)
class TemplateRow:
    """A template as it is listed."""

    id: uuid.UUID
    name: str
    kind: str


@dataclass(frozen=True)
class TemplateBody:
    """What a template keeps: the sections as they stood. What is made from it is a copy: it may change or go."""

    draft: Draft

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        sections: dict[str, Any] = {
            name.value: SHAPES[name].model_validate(data.get(name.value, {})) for name in SectionName
        }
        return cls(Draft(key="", kind=data.get("kind", ""), timezone=data.get("timezone", ""), **sections))

    def as_json(self) -> dict[str, Any]:
        sections = {name.value: self.draft.section(name).model_dump(mode="json") for name in SectionName}
        return {"kind": self.draft.kind, "timezone": self.draft.timezone, **sections}


def template_name(typed: str) -> str:
    """The name on one line. Raises InvalidInput when it is missing or too long."""
    name = " ".join(typed.split())
    if not 0 < len(name) <= NAME_LENGTH:
        raise InvalidInput({"template": "problem.template_name"})
    return name
