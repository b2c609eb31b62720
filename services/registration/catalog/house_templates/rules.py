"""What is kept of an activity as a template, and read of it again."""

import json
from dataclasses import replace
from typing import Any

from kit.errors import InvalidInput, Refusal
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import SHAPES, SectionName, Title

# How long the name of a template may be.
LONGEST = 80


class TemplateNameTaken(Refusal):
    """Another template has this name."""


def template_name(typed: str) -> str:
    """The name as it is kept. Raises InvalidInput for none, or one that is too long."""
    name = " ".join(typed.split())
    if not name:
        raise InvalidInput({"name": "problem.required"})
    if len(name) > LONGEST:
        raise InvalidInput({"name": "problem.too_long"})
    return name


def kept(draft: Draft) -> str:
    """The sections of an activity as a template keeps them: its address and its edition are its own."""
    own = {"slug": Title(), "edition": None}
    anyones = replace(draft, essentials=draft.essentials.model_copy(update=own))
    return json.dumps({name.value: anyones.section(name).model_dump(mode="json") for name in SectionName})


def as_kept(kind: str, timezone: str, sections: str) -> Draft:
    """The draft that a template keeps. What a section did not say yet when it was kept is as in a new draft."""
    found = json.loads(sections)
    shaped: dict[str, Any] = {
        name.value: SHAPES[name].model_validate(found.get(name.value, {})) for name in SectionName
    }
    return replace(Draft(key="", kind=kind, timezone=timezone), **shaped)
