"""What history says of a section that was saved: which fields changed, in a few words before and after."""

from registration.catalog.sections.schemas import Section
from registration.history.rules import Change


def differences(before: Section, after: Section) -> dict[str, Change]:
    """The fields of a section that differ, as history tells them: which, in a few words before and after."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {
        f"activity.{name}": Change(_told(old[name]), _told(value)) for name, value in new.items() if old[name] != value
    }


def _told(value: object) -> str:
    """A value in a line: a text as it is, of a list how many."""
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, dict):
        return " / ".join(str(part) for part in value.values() if isinstance(part, str) and part)[:160]
    return "" if value is None else str(value)[:160]
