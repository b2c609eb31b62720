"""The association's profile as its page shows it: its accent on light and dark pages, its profiles by their days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.contracts import Association
from kit.web.brand import DARK, LIGHT, Shades, brand, contrast
from registration.association.rules import Surroundings, is_accent
from registration.association.schemas import ProfileForm

# A profile's state, and the kind of mark that shows it.
STATES = {"in_force": "good", "to_come": "accent", "over": "quiet"}


@dataclass(frozen=True)
class Sample:
    """The accent as a button and a link on a page, with their contrasts; `moved` when it was made legible first."""

    key: str
    ground: str
    shades: Shades
    moved: bool
    button: float
    link: float


@dataclass(frozen=True)
class DatedProfile:
    """A profile in the list of all of them. One that is over cannot be opened: old documents rest on it."""

    valid_from: date
    legal_name: str
    state: str
    kind: str
    opens: bool


def samples(accent: str) -> list[Sample]:
    """What an accent becomes on a light and on a dark page; nothing for no colour."""
    if not is_accent(accent):
        return []
    both = brand(accent)
    pairs = (("light", both.light, LIGHT.grounds[0]), ("dark", both.dark, DARK.grounds[0]))
    return [
        Sample(
            key=f"association.sample_{scheme}",
            ground=ground,
            shades=shades,
            moved=shades.accent != accent.lower(),
            button=contrast(shades.accent, shades.accent_ink),
            link=contrast(shades.accent_text, ground),
        )
        for scheme, shades, ground in pairs
    ]


def dated(profiles: Sequence[Association], current: Association) -> list[DatedProfile]:
    """The profiles with what they are today, beside the one in force."""
    return [_dated(profile, current) for profile in profiles]


def _dated(profile: Association, current: Association) -> DatedProfile:
    if profile.valid_from == current.valid_from:
        state = "in_force"
    else:
        state = "to_come" if profile.valid_from > current.valid_from else "over"
    return DatedProfile(profile.valid_from, profile.legal_name, state, STATES[state], state != "over")


@dataclass(frozen=True)
class LogoShown:
    """The logo of a form: `kept` is the address of one that was uploaded here, `elsewhere` that of one on another
    site; both are empty without a logo."""

    kept: str
    elsewhere: str

    @property
    def address(self) -> str:
        return self.kept or self.elsewhere


def logo_shown(form: ProfileForm, around: Surroundings) -> LogoShown:
    own = around.is_own(form.logo_url)
    return LogoShown(form.logo_url if own else "", "" if own else form.logo_url)
