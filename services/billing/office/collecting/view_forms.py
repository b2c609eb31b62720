"""Forms of the desk: what makes one happen once, and where its refusal is shown."""

import hashlib
from collections.abc import Callable

from pydantic import BaseModel

from kit.contracts import Bilingual
from kit.errors import InvalidInput, Refusal


def fee_label(say: Callable[[str, str], str]) -> Bilingual:
    """What the line of a fee is called; `say` knows the sentence of a key in a language."""
    return Bilingual(fr=say("fr", "collect.fee_line"), en=say("en", "collect.fee_line"))


def content(form: BaseModel) -> str:
    """What was sent: the same key with something else is refused."""
    return hashlib.sha256(repr(sorted(form.model_dump(mode="json").items())).encode()).hexdigest()


def problems_of(refusal: Refusal) -> dict[str, str]:
    """The sentence of a refusal, by the field that it is shown beside; by nothing when it is of the whole form."""
    problems = refusal.problems if isinstance(refusal, InvalidInput) else {}
    return dict(problems) or {refusal.field or "": f"refusal.{refusal.code}"}
