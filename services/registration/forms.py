"""A form as it came: field name to its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from kit.contracts.texts import seen


@dataclass(frozen=True)
class FormValues:
    """What a person typed, as it came: field name to its values."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: FormData) -> "FormValues":
        fields: dict[str, list[str]] = {}
        for name, value in data.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(seen(value))
        return cls(fields)

    def one(self, name: str, default: str = "") -> str:
        values = self.fields.get(name)
        return values[0] if values else default

    def all(self, name: str) -> list[str]:
        return [value for value in self.fields.get(name, ()) if value]

    def answer(self, name: str, *, several: bool) -> str | list[str]:
        """What was answered to a question: all that was chosen of one that takes `several`, else one value."""
        return self.all(name) if several else self.one(name)

    def count(self, name: str, most: int) -> int:
        """A quantity; what is not a number is none, what is too much is the most."""
        value = self.one(name, "0")
        return min(int(value), most) if value.isdecimal() else 0


def with_values(form: FormValues, values: Mapping[str, str]) -> FormValues:
    """The same, with some fields filled in: for a first visit."""
    return FormValues({**form.fields, **{name: [value] for name, value in values.items()}})


async def _posted(request: Request) -> FormValues:
    data: FormData = await request.form(max_fields=2000)
    return FormValues.of(data)


PostedForm = Annotated[FormValues, Depends(_posted)]
