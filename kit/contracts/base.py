"""The base of every contract."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A shape two services agree on. Unknown fields are ignored, so that a newer sender can talk to us."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Contract):
    """Something a service tells another through its outbox."""


class Bilingual(Contract):
    """A text in French and, where it exists, in English."""

    fr: str
    en: str = ""

    def in_(self, lang: str) -> str:
        """The text in a language; French where English is missing."""
        return (self.en or self.fr) if lang == "en" else self.fr
