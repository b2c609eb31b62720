"""What letters are made of: texts that a header may carry, links, tickets, and the base of every kind.

Texts come in the letter's language, ready to be read; amounts are integer cents; links are absolute. An empty text says
that there is nothing to say about it. A field that a sender may forget has no default: forgotten, it is refused.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from kit.contracts.base import Contract, Count

# Control characters, and the two line ends of Unicode that some mail programs obey.
BREAKS = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")


def one_line(text: Any) -> Any:
    """A text as a header may carry it: whatever would begin a new line becomes a space. Leaves other types alone."""
    return BREAKS.sub(" ", text).strip(" ") if isinstance(text, str) else text


# What mail programs turn into a link: an address of any kind, or the name of a site.
LINK = re.compile(r"://|@|\bwww\.|\w\.[^\W\d_]{2,}", re.IGNORECASE)


def unlinked(text: Any) -> Any:
    """A text that people typed about themselves: one that looks like an address is shown, and becomes no link."""
    return re.sub(r"([.:/@])", "\\1\u200b", text) if isinstance(text, str) and LINK.search(text) else text


# One line; `Said` must say something. Constraints come first, so that the core of pydantic checks them, not Python.
Text = Annotated[str, StringConstraints(max_length=1000), BeforeValidator(one_line)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=1000), BeforeValidator(one_line)]
Name = Annotated[str, StringConstraints(max_length=1000), BeforeValidator(unlinked), BeforeValidator(one_line)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000)]
Url = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f<>\"]+$")]
Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^(https?://[^\s\x00-\x1f<>\"]+)?$")]
Amount = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(gt=0, strict=True)]


class Letter(Contract):
    """What one kind of letter says. Whoever writes one may give nothing else than its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_name: Name = Field(description="Greets the person who reads; empty is better than a guess.", examples=["Zoé"])


class PartnerLogo(Contract):
    """A logo as mail programs can show it; sizes in pixels, 0 when they are not known."""

    picture_url: Url = Field(
        description="Address of the picture.", examples=["https://inscriptions.example.org/files/a.png"]
    )
    width: Count = Field(default=0, description="Its width.", examples=[240])
    height: Count = Field(default=0, description="Its height.", examples=[80])
    alt: Said = Field(description="Whose it is.", examples=["Organisme fictif"])


class LetterPartners(Contract):
    """Those who present the activity, hold it with us or work with us on it."""

    role: Said = Field(description="Their role, in words.", examples=["En collaboration avec"])
    names: tuple[Said, ...] = Field(description="Their names, in order.", examples=[["Organisme fictif"]])
    logos: tuple[PartnerLogo, ...] = Field(default=(), description="The logos that may be shown.")


class ActivityLetter(Letter):
    """A letter about an activity."""

    activity_title: Said = Field(description="Title of the activity.", examples=["Tournoi de golf"])
    activity_when: Text = Field(description="When it is, in words.", examples=["10 juin 2027, 11 h"])
    activity_place: Text = Field(description="Where it is, on one line.", examples=["Club de golf du Ravage"])
    cover_url: Link = Field(default="", description="Address of the picture over the letter; empty: none.")
    cover_alt: Text = Field(default="", description="What that picture shows.", examples=["Tournoi de golf"])
    partners: tuple[LetterPartners, ...] = Field(default=(), description="Its partners, by their roles.")


class CalendarLink(Contract):
    """A calendar of the web, and the address that puts the activity into it."""

    name: Said = Field(description="What it is called.", examples=["Google"])
    url: Url = Field(description="The address.", examples=["https://calendar.google.com/calendar/render"])


class AttendedLetter(ActivityLetter):
    """A letter about an activity that one goes to: the way there, and a place in one's calendar."""

    map_url: Url | Literal[""] = Field(default="", description="A map of the place; empty without a street.")
    calendars: tuple[CalendarLink, ...] = Field(default=(), description="Calendars of the web; none without one date.")
    calendar_url: Url | Literal[""] = Field(default="", description="The same as a file; empty without a date.")


class Ticket(Contract):
    """One ticket, drawn as a QR."""

    code: Said = Field(description="What the QR says.", examples=["HTTPS://INSCRIPTIONS.EXAMPLE.ORG/T/AGMM"])
    text: Text = Field(default="", description="What a person reads aloud.", examples=["GOLF-7K3Q-1"])
    name: Name = Field(default="", description="Whose it is; empty while nobody is named.", examples=["Zoé Roy"])
    label: Text = Field(default="", description="Which place it is.", examples=["Quatuor, membre"])

    @property
    def spoken(self) -> str:
        """What is printed under the QR."""
        return self.text or self.code
