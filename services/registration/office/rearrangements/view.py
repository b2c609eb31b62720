"""Postponing, cancelling, moving online in words: the letter to begin from, dates side by side, choices."""

from dataclasses import dataclass
from datetime import datetime

from kit import text
from kit.text import Catalogue
from registration.forms import FormValues
from registration.mailings.rules_text import Variable, written
from registration.office.rearrangements.schemas import ChoiceLineView, DateChange, RearrangementPreview
from registration.rearrangements.rules import GIVEN_UP, Answer, ChoiceState
from registration.registrations.rules import NotInThisState, RegistrationStatus

# What may be asked for on the page, and what the API calls it: a date may be known or not.
WHAT = {"postpone": "postpone", "later": "postpone", "cancel": "cancel", "online": "online"}
FIELDS = ("subject_fr", "text_fr", "subject_en", "text_en")
WHY = {GIVEN_UP: "rearrange.given_up", NotInThisState.__name__: "rearrange.not_confirmed"}


@dataclass(frozen=True)
class LineWords:
    """One registration and the word and colour of what it chose."""

    line: ChoiceLineView
    kind: str
    word: str
    note: str
    open: bool


@dataclass(frozen=True)
class RearrangeWords:
    """Words in one language; letters are begun in both."""

    catalogue: Catalogue
    lang: str

    def letter(self, what: str) -> dict[str, str]:
        """The letter an author begins from, in each language; what it says of the activity is put in when it leaves."""
        said = {}
        for lang in ("fr", "en"):
            words = {one.value: written(one, lang) for one in Variable}
            said[f"subject_{lang}"] = self.catalogue.say(lang, f"rearrange.subject_{what}", **words)
            # The letter greets each person by itself.
            paragraphs = [self.catalogue.say(lang, f"rearrange.text_{what}_{n}", **words) for n in (1, 2)]
            said[f"text_{lang}"] = "\n\n".join(one for one in paragraphs if one)
        return said

    def filled(self, form: FormValues, what: str) -> FormValues:
        """The form with the letter in it, unless somebody wrote one."""
        typed = {name: list(values) for name, values in form.fields.items()}
        begun = {name: [value] for name, value in self.letter(what).items() if name not in typed}
        return FormValues(typed | begun)

    def dates(self, preview: RearrangementPreview) -> list[tuple[str, str, str, bool]]:
        """Name, before, after, and whether it stays, of each date."""
        return [
            (self._named(one), self._wall(one.before), self._wall(one.after), one.before == one.after)
            for one in preview.dates
        ]

    def _named(self, one: DateChange) -> str:
        return self.catalogue.say(self.lang, f"rearrange.date_{one.what}", label=one.label)

    def _wall(self, wall: datetime | None) -> str:
        return f"{text.day(wall.date(), self.lang)}, {text.hour(wall.time(), self.lang)}" if wall else ""

    def warnings(self, preview: RearrangementPreview) -> list[str]:
        lines = []
        for warned in preview.warnings:
            day = text.day(warned.day, self.lang) if warned.day else ""
            name = self.catalogue.say(self.lang, f"holiday.{warned.name}") if warned.what == "holiday" else warned.name
            lines.append(self.catalogue.say(self.lang, f"author.warning.{warned.what}", day=day, name=name))
        return lines

    def line(self, line: ChoiceLineView) -> LineWords:
        kind, word = self._state(line)
        note = self.catalogue.say(self.lang, WHY.get(line.why, "rearrange.refused_code"), code=line.why)
        if not line.why:
            note = self._by(line)
        asked = line.state is ChoiceState.ASKED and line.status == RegistrationStatus.CONFIRMED
        return LineWords(line, kind, word, note, asked)

    def _state(self, line: ChoiceLineView) -> tuple[str, str]:
        if line.state is ChoiceState.REFUSED:
            return "bad", self._say("state_refused")
        if line.state is ChoiceState.READY and line.status == RegistrationStatus.CONFIRMED:
            return "accent", self._say("state_ready")
        if line.answer is Answer.REFUND:
            return "quiet", self._say("state_refund")
        if line.answer is Answer.KEEP:
            return "good", self._say("state_keep")
        if line.status == RegistrationStatus.CONFIRMED:
            return "warn", self._say("state_undecided")
        return "quiet", self._say(f"status_{line.status}")

    def _by(self, line: ChoiceLineView) -> str:
        if line.answered_at:
            return self._say("by_staff", name=line.answered_by) if line.answered_by else self._say("by_contact")
        return self._say("by_default") if line.state is ChoiceState.DONE else ""

    def _say(self, key: str, **values: object) -> str:
        return self.catalogue.say(self.lang, f"rearrange.{key}", **values)
